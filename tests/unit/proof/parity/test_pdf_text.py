"""Hyphens at the ends of lines: the author's and the typesetter's, which may share one sign."""

from __future__ import annotations

import io
from collections.abc import Mapping

import pytest
import typst
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, NumberObject, StreamObject

from evidence.proof.parity.content import LINE_END
from evidence.proof.parity.pdf_text import read, soft_fonts

# Of one kind, of both, and each of them first: a font's map has the one that is set first.
BROKEN = "#box(width: 24pt)[competing]"
WRITTEN = "#box(width: 36pt, text(hyphenate: false)[prisma-flow])"
MADE = {
    "soft": (BROKEN, "com\u00adpet\u00ading"),
    "hard": (WRITTEN, "prisma-flow"),
    "soft first": (f"{BROKEN} {WRITTEN}", "com\u00adpet\u00ading prisma-flow"),
    "in a dense table": (
        "#set text(size: 7.6pt)\n#table(columns: (62pt, 90pt, 220pt), inset: 2pt, stroke: none, "
        + "[Barriers and enablers], [Code], [Staff], " * 36
        + ")",
        " ".join(["Barriers and en\u00adablers CodeStaff"] * 36),
    ),
    "hard first": (f"{WRITTEN} {BROKEN}", "prisma-flow com\u00adpet\u00ading"),
}


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    folder = tmp_path_factory.mktemp("hyphens")
    found = {}
    for name, (text, _) in MADE.items():
        source, path = folder / "t.typ", folder / "t.pdf"
        begin = '#set document(title: "T")\n#set text(lang: "en", hyphenate: true)\n'
        source.write_text(begin + text, "utf-8")
        typst.compile(source, output=path, ignore_system_fonts=True, pdf_standards=["ua-1"])
        with PdfReader(path) as reader:
            marks = read(path, soft_fonts(reader))
        found[name] = "".join(marked.text for marked in marks.values()).replace(LINE_END, " ")
    return found


@pytest.mark.parametrize("name", MADE)
def test_a_hyphen_is_known_by_what_the_file_says_of_it_else_by_its_font(
    texts: Mapping[str, str], name: str
) -> None:
    assert texts[name] == MADE[name][1]


def test_fonts_of_strangers_need_no_map() -> None:
    writer = PdfWriter()
    page = writer.add_blank_page(72, 72)
    broken = DictionaryObject({NameObject("/ToUnicode"): NumberObject(7)})
    fonts = {"/a": NumberObject(1), "/b": DictionaryObject(), "/c": broken}
    # A glyph of that number is none that stands for it.
    other = StreamObject()
    other.set_data(b"<00AD> <0041>\n<0041>\n<00AD> <0042>\n")
    fonts["/d"] = DictionaryObject({NameObject("/ToUnicode"): writer._add_object(other)})
    page[NameObject("/Resources")] = DictionaryObject(
        {NameObject("/Font"): DictionaryObject({NameObject(k): v for k, v in fonts.items()})}
    )
    file = io.BytesIO()
    writer.write(file)
    assert soft_fonts(PdfReader(file)) == frozenset()
