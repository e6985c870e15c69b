"""Sections that Pandoc wrote one by one, joined as if it had written them at once."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from pathlib import PurePosixPath
from typing import NamedTuple

from lxml import etree

from evidence.engine.formats.word.package import (
    NAMES,
    RELATIONS,
    Element,
    parse,
    serialise,
    text_of,
    w,
)

# The text of the paragraph in whose place the sections go.
MARKER = "body-of-the-document"

_DOCUMENT = "word/document.xml"
_NOTES = "word/footnotes.xml"
_COMMENTS = "word/comments.xml"
_LISTS = "word/numbering.xml"
_TYPES = "[Content_Types].xml"
_LINKED = "word/_rels/document.xml.rels"
_LINKED_BY_NOTES = "word/_rels/footnotes.xml.rels"
# What the text leads to; other relations are the reference document's.
_IMAGE = f"{RELATIONS}/image"
_HYPERLINK = f"{RELATIONS}/hyperlink"
_SVG = "http://schemas.microsoft.com/office/drawing/2016/SVG/main"

_END = w("sectPr")
_ID = w("id")
_EMBEDDED = f"{{{RELATIONS}}}embed"
# Where a number stands, and what it counts.
_NUMBERED = {
    w("bookmarkStart"): (_ID, "bookmark"),
    w("bookmarkEnd"): (_ID, "bookmark"),
    w("footnote"): (_ID, "footnote"),
    w("footnoteReference"): (_ID, "footnote"),
    w("ins"): (_ID, "change"),
    w("del"): (_ID, "change"),
    w("numId"): (w("val"), "list"),
    w("hyperlink"): (f"{{{RELATIONS}}}id", "relation"),
    f"{{{NAMES['a']}}}blip": (_EMBEDDED, "relation"),
    f"{{{_SVG}}}svgBlip": (_EMBEDDED, "relation"),
    f"{{{NAMES['wp']}}}docPr": ("id", "picture"),
    f"{{{NAMES['pic']}}}cNvPr": ("id", "picture"),
}
# What is numbered in parts of its own.
_GIVEN = {"list", "relation"}
# The lines above footnotes, which count as footnotes.
_RULES = {"-1": "-1", "0": "0"}
_LIST, _KIND = w("numId"), w("abstractNumId")
# Pandoc's first list is the one without a mark, for the further paragraphs of an item; those below
# come from the reference document.
_NO_MARK = 1000
# Examples go on through a document: all are one list. Their kinds begin so; the bare number is a
# box that is ticked.
_EXAMPLES = re.compile("993.+")


class _Aim(NamedTuple):
    """What a relation leads to: a link's target; or a picture, which is its content.

    Of a picture the target is only what its name ends in.
    """

    kind: str
    target: str
    content: bytes = b""
    media_type: str = ""


def join(frame: Mapping[str, bytes], sections: Sequence[Mapping[str, bytes]]) -> dict[str, bytes]:
    """Join packages as `package.read` gives them.

    Parameters
    ----------
    frame
        What Pandoc writes of the document with `MARKER` as its only text.
    sections
        What it writes of each section without the document's metadata.
    """
    parts = dict(frame)
    relations = _join_relations(parts, sections)
    lists = _join_lists(parts, sections)
    packages = [frame, *sections]
    documents, notes, comments = (
        [parse(package[name]) for package in packages] for name in (_DOCUMENT, _NOTES, _COMMENTS)
    )
    _drop_repeated_marks(list(zip(documents, notes, strict=True)))
    counts: defaultdict[str, Iterator[int]] = defaultdict(lambda: count(1))
    for number, trees in enumerate(zip(documents, notes, strict=True)):
        numbers: defaultdict[str, dict[str, str]] = defaultdict(dict)
        numbers |= {"relation": relations[number], "list": lists[number], "footnote": dict(_RULES)}
        for tree in trees:
            _renumber(tree, numbers, counts)
    _join_text(documents)
    notes[0].extend(note for tree in notes[1:] for note in tree if note.get(_ID) not in _RULES)
    comments[0].extend(comment for tree in comments[1:] for comment in tree)
    for name, (whole, *_) in ((_DOCUMENT, documents), (_NOTES, notes), (_COMMENTS, comments)):
        parts[name] = serialise(whole)
    return parts


def _join_text(documents: Sequence[Element]) -> None:
    """Put the blocks of all documents into the first, which alone ends in a section's end."""
    body, *others = (document.find(w("body")) for document in documents)
    *_, place = (n for n, p in enumerate(body) if p.tag == w("p") and text_of(p) == MARKER)
    body[place : place + 1] = [block for other in others for block in other if block.tag != _END]
    # The first section of the document has a title page; docx.lua gives it to each run's first.
    for later in list(body.iter(w("titlePg")))[1:]:
        later.getparent().remove(later)


def _drop_repeated_marks(trees: Sequence[Sequence[Element]]) -> None:
    """Mark a text where it comes first; docx.lua does so within a run."""
    earlier: set[str] = set()
    for package in trees:
        marks = [mark for tree in package for mark in tree.iter(w("bookmarkStart"))]
        names = {mark.get(w("name")) for mark in marks if mark.get(w("name")).startswith("_p")}
        for mark in marks:
            if mark.get(w("name")) in names & earlier:
                parent, end = mark.getparent(), mark.getnext()
                parent.remove(mark)
                parent.remove(end)
        earlier |= names


def _renumber(
    tree: Element, numbers: Mapping[str, dict[str, str]], counts: Mapping[str, Iterator[int]]
) -> None:
    """Give what is numbered its new numbers, and those that have none the next."""
    for element in tree.iter(*_NUMBERED):
        attribute, kind = _NUMBERED[element.tag]
        old = element.get(attribute)
        new = numbers[kind]
        if old not in new:
            if kind in _GIVEN:
                continue
            new[old] = str(next(counts[kind]))
        element.set(attribute, new[old])


def _join_relations(
    parts: dict[str, bytes], sections: Sequence[Mapping[str, bytes]]
) -> list[dict[str, str]]:
    """Add pictures and links, each once; return the new names of relations for each package.

    These come in an order of their own, so that it is the same how the text was cut.
    """
    linked, by_notes, types = (parse(parts[name]) for name in (_LINKED, _LINKED_BY_NOTES, _TYPES))
    known = {aim: name for name, aim in _aims(parts).items()}
    numbers = (re.fullmatch(r"rId(\d+)", relation.get("Id")) for relation in linked)
    fresh = count(1 + max(int(number[1]) for number in numbers if number))
    aims = [_aims(section) for section in sections]
    for aim in sorted({aim for there in aims for aim in there.values()} - known.keys()):
        known[aim] = f"rId{next(fresh)}"
        same = {"Type": aim.kind, "Id": known[aim]}
        if aim.kind == _IMAGE:
            target = f"media/{known[aim]}{aim.target}"
            parts[f"word/{target}"] = aim.content
            _add(types, "Override", PartName=f"/word/{target}", ContentType=aim.media_type)
            _add(linked, "Relationship", **same, Target=target)
        else:
            for root in (linked, by_notes):
                _add(root, "Relationship", **same, Target=aim.target, TargetMode="External")
    for name, root in ((_LINKED, linked), (_LINKED_BY_NOTES, by_notes), (_TYPES, types)):
        parts[name] = serialise(root)
    return [{}, *({name: known[aim] for name, aim in there.items()} for there in aims)]


def _aims(package: Mapping[str, bytes]) -> dict[str, _Aim]:
    """Return what the pictures and links of a package lead to by their names."""
    types = {kind.get("PartName"): kind.get("ContentType") for kind in parse(package[_TYPES])}
    found = {}
    for relation in parse(package[_LINKED]):
        kind, target = relation.get("Type"), relation.get("Target")
        if kind == _IMAGE:
            suffix, content = PurePosixPath(target).suffix, package[f"word/{target}"]
            found[relation.get("Id")] = _Aim(kind, suffix, content, types[f"/word/{target}"])
        elif kind == _HYPERLINK:
            found[relation.get("Id")] = _Aim(kind, target)
    return found


def _add(root: Element, name: str, **attributes: str) -> None:
    etree.SubElement(root, f"{{{root.nsmap[None]}}}{name}", attributes)


def _join_lists(
    parts: dict[str, bytes], sections: Sequence[Mapping[str, bytes]]
) -> list[dict[str, str]]:
    """Add lists, and kinds of lists once each; return the new numbers for each package."""
    whole = parse(parts[_LISTS])
    first, *_ = lists = whole.findall(w("num"))
    kinds = {kind.get(_KIND) for kind in whole.findall(w("abstractNum"))}
    fresh = count(1 + max(int(item.get(_LIST)) for item in lists))
    example = next((item.get(_LIST) for item in lists if _EXAMPLES.fullmatch(_kind(item))), None)
    renamed: list[dict[str, str]] = [{}]
    for section in sections:
        root = parse(section[_LISTS])
        there = {kind.get(_KIND): kind for kind in root.findall(w("abstractNum"))}
        new: dict[str, str] = {}
        for item in root.findall(w("num")):
            old, kind = item.get(_LIST), _kind(item)
            if int(old) <= _NO_MARK:
                continue
            is_example = _EXAMPLES.fullmatch(kind)
            if is_example and example:
                new[old] = example
                continue
            new[old] = str(next(fresh))
            example = new[old] if is_example else example
            if kind not in kinds:
                kinds.add(kind)
                first.addprevious(there[kind])
            item.set(_LIST, new[old])
            whole.append(item)
        renamed.append(new)
    parts[_LISTS] = serialise(whole)
    return renamed


def _kind(item: Element) -> str:
    return str(item.find(w("abstractNumId")).get(w("val")))
