"""The structure of a tagged PDF, as a screen reader goes through it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pypdf
from pypdf.generic import DictionaryObject

HEADING = re.compile(r"H[1-6]$")


def elements(reader: pypdf.PdfReader) -> list[tuple[str, DictionaryObject]]:
    """List the elements of the structure tree in the order of reading, with their tags."""
    tree = reader.root_object.get("/StructTreeRoot", DictionaryObject())
    roles = tree.get("/RoleMap", {})
    return [
        (str(roles.get(f"/{tag}", tag)).removeprefix("/"), element) for tag, element in inside(tree)
    ]


def inside(element: DictionaryObject) -> Iterator[tuple[str, DictionaryObject]]:
    """Go through the elements within an element, with the tags that they bear."""
    kids = _solid(element.get("/K", []))
    for kid in map(_solid, kids if isinstance(kids, list) else [kids]):
        if isinstance(kid, DictionaryObject) and "/S" in kid:
            yield str(kid["/S"]).removeprefix("/"), kid
            yield from inside(kid)


def attribute(element: DictionaryObject, name: str) -> str | None:
    """Return an attribute of a structure element, such as a header's scope."""
    held = element.get("/A", [])
    for group in held if isinstance(held, list) else [held]:
        value = group.get_object().get(name)
        if value is not None:
            return str(value).removeprefix("/")
    return None


def landmarks(reader: pypdf.PdfReader) -> list[str]:
    """Name headings, figures and tables in the order in which they are read out."""
    found = []
    for tag, element in elements(reader):
        if HEADING.match(tag):
            found.append(" ".join(str(element.get("/T", "")).split()))
        elif tag == "Figure":
            found.append(f"figure: {' '.join(str(element.get('/Alt', '')).split())}")
        elif tag == "Table":
            rows = sum(below == "TR" for below, _ in inside(element))
            found.append(f"table of {rows} rows")
    return found


def fonts_left_out(reader: pypdf.PdfReader) -> set[str]:
    """Name the fonts that the document uses and does not carry."""
    missing: set[str] = set()
    seen: set[int] = set()

    def look(resources: Any) -> None:
        for font in map(_solid, resources.get("/Font", {}).values()):
            for part in map(_solid, font.get("/DescendantFonts", [font])):
                descriptor = part.get("/FontDescriptor", {})
                if part.get("/Subtype") != "/Type3" and not any(
                    f"/FontFile{kind}" in descriptor for kind in ("", "2", "3")
                ):
                    missing.add(str(font.get("/BaseFont")))
        for form in map(_solid, resources.get("/XObject", {}).values()):
            if id(form) not in seen:
                seen.add(id(form))
                look(_solid(form.get("/Resources", {})))

    for page in reader.pages:
        look(_solid(page.get("/Resources", {})))
    return missing


def links(reader: pypdf.PdfReader) -> list[DictionaryObject]:
    """List the links on all pages."""
    notes = [_solid(note) for page in reader.pages for note in _solid(page.get("/Annots", []))]
    return [note for note in notes if note.get("/Subtype") == "/Link"]


def leads_nowhere(link: DictionaryObject, places: set[str]) -> bool:
    """Tell whether a link has neither an address nor a place in the document."""
    action = _solid(link.get("/A", {}))
    if "/URI" in action:
        return False
    place = _solid(link.get("/Dest", action.get("/D")))
    return not place if isinstance(place, list) else str(place) not in places


def _solid(value: Any) -> Any:
    return value.get_object() if hasattr(value, "get_object") else value
