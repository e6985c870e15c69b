"""The real report says the same in HTML, PDF and Word."""

import zipfile
from collections.abc import Mapping
from pathlib import Path

import pypdf
import pytest

from evidence.cli.main import FINE, main
from evidence.engine import render
from evidence.proof.manifest import fingerprint
from evidence.proof.parity import KINDS, Document, compare, read
from tests.conftest import FORMATS, PROJECT

# The report has no notes as yet.
MAY_BE_ABSENT = {"notes"}


@pytest.fixture(scope="module")
def documents(report: Mapping[str, Path]) -> list[Document]:
    return [read(report[name]) for name in FORMATS]


def test_all_kinds_are_equal(documents: list[Document]) -> None:
    found = [d for d in compare(documents) if d.kind != "fingerprint"]
    assert not found, "\n".join(map(str, found[:20]))


def test_no_kind_is_equal_for_want_of_items(documents: list[Document]) -> None:
    for document in documents:
        empty = {kind for kind in KINDS if not document.items[kind]}
        assert empty <= MAY_BE_ABSENT, document.format


def test_the_command_prints_the_proof(
    report: Mapping[str, Path],
    documents: list[Document],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(PROJECT)
    assert main(["parity", str(report["html"].parent)]) == FINE
    told = capsys.readouterr().out
    assert documents[0].fingerprint == fingerprint(PROJECT)
    assert told.count(documents[0].fingerprint) == len(FORMATS)
    assert told.endswith("Equal, apart from the declared differences.\n")


@pytest.mark.quarto
@pytest.mark.parametrize("name", FORMATS)
def test_quarto_makes_the_same_report(
    report: Mapping[str, Path], tmp_path: Path, name: str
) -> None:
    made = render(
        PROJECT,
        to=[name],
        output=tmp_path,
        engine="quarto",
        metadata={"fingerprint": fingerprint(PROJECT)},
        progress=lambda message: None,
    )
    found = compare([read(report[name]), read(made.paths[name])])
    assert not found, "\n".join(map(str, found[:20]))
    _FORMS[name](made.paths[name])


def _page(path: Path) -> None:
    page = path.read_text("utf-8")
    assert page.count("<h1") == 1
    assert 'scope="row"' in page


def _pdf(path: Path) -> None:
    reader = pypdf.PdfReader(path)
    assert [round(float(side)) for side in reader.pages[0].mediabox[2:]] == [595, 842]
    metadata = reader.xmp_metadata
    assert metadata
    assert "pdfuaid" in metadata.stream.get_data().decode()
    assert "Table of contents" in reader.pages[1].extract_text()


def _word(path: Path) -> None:
    with zipfile.ZipFile(path) as file:
        document, styles = (
            file.read(f"word/{name}.xml").decode() for name in ("document", "styles")
        )
    assert "SEQ Table" in document
    assert "TOC " in document
    assert 'descr=""' not in document
    assert "Theme=" not in styles
    # Of docs/quarto.md, what Quarto cannot do.
    assert 'w:firstColumn="1"' not in document


_FORMS = {"html": _page, "pdf": _pdf, "docx": _word}
