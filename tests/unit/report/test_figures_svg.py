"""The same drawing in fewer bytes."""

import re
from io import StringIO
from xml.etree import ElementTree

from evidence.report.figures.style import Canvas
from evidence.report.figures.svg import compact, darkening

USE = "{http://www.w3.org/2000/svg}use"
PATH = "{http://www.w3.org/2000/svg}path"
HREF = "{http://www.w3.org/1999/xlink}href"


def drawn() -> str:
    canvas = Canvas(60)
    canvas.bar((10 / 3, 5), (100 / 7, 20), "#123456", "a bar", hatched=True)
    canvas.line((0, 0), (-1.5, 2.25))
    canvas.write(50, 30, 'Šárka -- "<&>" $x$ AV')
    stream = StringIO()
    canvas.figure.savefig(stream, format="svg", metadata={"Date": None})
    return stream.getvalue()


def letters(drawing: str) -> list[tuple[str, float]]:
    """Return each letter's outline, without its spaces, and its place along the line."""
    root = ElementTree.fromstring(drawing)
    outlines = {row.get("id"): row.get("d", "") for row in root.iter(PATH) if row.get("id")}
    found = []
    for row in root.iter(USE):
        shift = re.search(r"translate\((\S+) ", row.get("transform", "translate(0 "))
        place = float(row.get("x", shift[1] if shift else 0))
        numbers = re.findall(r"[A-Za-z]|[-\d.]+", outlines[row.get(HREF, "#")[1:]])
        found.append((" ".join(numbers), round(place, 2)))
    return found


def test_every_letter_keeps_its_outline_and_its_place() -> None:
    before = drawn()
    assert letters(compact(before)) == letters(before)


def test_it_is_much_smaller() -> None:
    assert len(compact(drawn())) < 0.7 * len(drawn())


def test_what_is_referred_to_exists() -> None:
    text = compact(drawn())
    known = set(re.findall(r' id="([^"]+)"', text))
    assert set(re.findall(r"url\(#([^)]+)\)", text)) <= known
    assert "<pattern" in text


def test_no_coordinate_has_more_than_two_decimals() -> None:
    paths = re.findall(r' d="([^"]*)"', compact(drawn()))
    assert paths
    assert not [path for path in paths if re.search(r"\.\d{3}", path)]


def test_shapes_keep_their_colours_and_corners() -> None:
    text = compact(drawn())
    assert re.search(r"[ML]3\.33 5[Lz]", text)
    assert "#123456" in text


def test_in_the_dark_each_part_of_a_colour_is_told_its_own() -> None:
    before = compact(drawn())
    after = darkening(before, {"#123456": "#abcdef", "#000001": "#000002"})
    (style,) = re.findall("<style>(.*?)</style>", after)
    assert style.startswith("@media screen and (prefers-color-scheme:dark){")
    # The bar's hatching is filled by an attribute, the bar itself by a style.
    assert '[style*="fill: #123456"],[fill="#123456"]{fill:#abcdef!important}' in style
    assert "#000001" not in style
    assert after.replace(f"<style>{style}</style>", "") == before
    ElementTree.fromstring(after)
