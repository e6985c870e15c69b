from __future__ import annotations

from io import BytesIO
from zipfile import ZIP_STORED, ZipFile

from evidence.engine.formats.word import package
from evidence.engine.formats.word.package import make, set_property


def test_the_same_parts_make_the_same_bytes() -> None:
    parts = {"word/b.xml": b"<b/>", "[Content_Types].xml": b"<a/>", "_rels/.rels": b"<c/>"}
    content = package.packed(parts)
    assert package.packed({part: parts[part] for part in reversed(parts)}) == content
    assert package.read(content) == parts
    assert ZipFile(BytesIO(content)).namelist()[0] == "[Content_Types].xml"


def test_what_is_compressed_already_is_not_compressed_again() -> None:
    parts = {"[Content_Types].xml": b"<a/>" * 99, "word/media/a.png": b"\x89PNG" * 99}
    xml, picture = ZipFile(BytesIO(package.packed(parts))).infolist()
    assert xml.compress_size < xml.file_size
    assert picture.compress_type == ZIP_STORED


def test_properties_stand_in_the_schema_s_order_once() -> None:
    paragraph = make("p")
    for name, value in (("keepLines", None), ("pStyle", "A"), ("keepNext", "0"), ("pStyle", "B")):
        set_property(paragraph, name, **({} if value is None else {"val": value}))
    found = [child.tag.split("}")[1] for child in paragraph[0]]
    assert found == ["pStyle", "keepNext", "keepLines"]
    assert package.style_of(paragraph) == "B"
