from __future__ import annotations

from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

from evidence.engine.formats.word import package
from evidence.engine.formats.word.package import make, set_property


def test_the_same_parts_make_the_same_bytes(tmp_path: Path) -> None:
    parts = {"word/b.xml": b"<b/>", "[Content_Types].xml": b"<a/>", "_rels/.rels": b"<c/>"}
    for name, order in (("a.docx", list(parts)), ("b.docx", list(reversed(parts)))):
        package.write(tmp_path / name, {part: parts[part] for part in order})
    assert (tmp_path / "a.docx").read_bytes() == (tmp_path / "b.docx").read_bytes()
    assert package.read(tmp_path / "a.docx") == parts
    assert ZipFile(tmp_path / "a.docx").namelist()[0] == "[Content_Types].xml"


def test_what_is_compressed_already_is_not_compressed_again(tmp_path: Path) -> None:
    parts = {"[Content_Types].xml": b"<a/>" * 99, "word/media/a.png": b"\x89PNG" * 99}
    package.write(tmp_path / "a.docx", parts)
    with ZipFile(tmp_path / "a.docx") as file:
        xml, picture = file.infolist()
    assert xml.compress_size < xml.file_size
    assert picture.compress_type == ZIP_STORED


def test_properties_stand_in_the_schema_s_order_once() -> None:
    paragraph = make("p")
    for name, value in (("keepLines", None), ("pStyle", "A"), ("keepNext", "0"), ("pStyle", "B")):
        set_property(paragraph, name, **({} if value is None else {"val": value}))
    found = [child.tag.split("}")[1] for child in paragraph[0]]
    assert found == ["pStyle", "keepNext", "keepLines"]
    assert package.style_of(paragraph) == "B"
