from __future__ import annotations

from pathlib import Path

import pytest

from evidence.engine.formats.typeface import Typeface, typeface
from evidence.engine.formats.word.fonts import obscured, parts
from evidence.engine.formats.word.package import find, parse

FONTS = Path(__file__).parents[5] / "fonts"
FAMILY = "Source Sans 3"
# ECMA-376, part 1, 17.8.1: the key is the GUID's digits from the right.
KEY = "00112233-4455-6677-8899-AABBCCDDEEFF"


def test_a_family_is_found_by_its_name() -> None:
    face = typeface(FAMILY, [FONTS])
    assert {name: path.name for name, path in face.files.items()} == {
        "regular": "SourceSans3-Regular.ttf",
        "bold": "SourceSans3-Bold.ttf",
        "italic": "SourceSans3-It.ttf",
        "bold italic": "SourceSans3-BoldIt.ttf",
    }


@pytest.mark.parametrize(("family", "folders"), [("Other", [FONTS]), (FAMILY, []), (None, [FONTS])])
def test_a_family_without_files_brings_none(family: str | None, folders: list[Path]) -> None:
    face = typeface(family, folders)
    assert face == Typeface(family)
    assert parts(face) == {}


def test_widths_are_the_font_s() -> None:
    face = typeface(FAMILY, [FONTS])
    assert face.width("iii", 10) < face.width("mmm", 10) < face.width("mmm", 10, bold=True)
    assert face.width("mmm", 20) == pytest.approx(2 * face.width("mmm", 10))
    assert face.width("", 10) == 0
    assert Typeface().width("\N{CJK UNIFIED IDEOGRAPH-6C34}", 10) > 0


def test_a_font_is_obscured_by_the_digits_from_the_right() -> None:
    done = obscured(bytes(40), KEY)
    mask = bytes.fromhex("FFEEDDCCBBAA99887766554433221100")
    assert done == mask + mask + bytes(8)


def test_embedded_fonts_are_whole_and_named() -> None:
    made = parts(typeface(FAMILY, [FONTS]))
    keys = find(parse(made["word/fontTable.xml"]), "//@w:fontKey")
    targets = find(parse(made["word/_rels/fontTable.xml.rels"]), "//@Target")
    for target, key, name in zip(targets, keys, ("Regular", "Bold", "It", "BoldIt"), strict=True):
        content = (FONTS / f"SourceSans3-{name}.ttf").read_bytes()
        assert obscured(made[f"word/{target}"], key.strip("{}")) == content
    assert parts(typeface(FAMILY, [FONTS])) == made
