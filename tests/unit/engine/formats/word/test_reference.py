"""The `reference-doc` of the project is of this package's styles."""

import zipfile
from io import BytesIO
from pathlib import Path

from evidence.engine.formats.word import package
from evidence.engine.formats.word.reference import reference

KEPT = Path(__file__).parents[5] / "fonts/reference.docx"


def test_the_one_that_is_kept_is_up_to_date() -> None:
    assert package.read(KEPT.read_bytes()) == reference("Source Sans 3", "en-GB")


def test_word_opens_a4_and_takes_no_type_from_a_theme() -> None:
    content = package.packed(reference("Some Sans", "en"))
    with zipfile.ZipFile(BytesIO(content)) as file:
        assert file.testzip() is None
        styles, document = file.read("word/styles.xml"), file.read("word/document.xml")
        named = set(file.namelist())
    assert b"Theme=" not in styles
    assert b'w:ascii="Some Sans"' in styles
    assert b'w:w="11906" w:h="16838"' in document
    assert {"word/header-portrait.xml", "word/footer-landscape.xml"} <= named
