"""What a PDF is called and what it was made of, and text that Typst is given as it is."""

from __future__ import annotations

from pathlib import Path

import pypdf
import pytest

from evidence.engine import render
from tests.unit.engine.conftest import CONFIG, Make
from tests.unit.engine.test_build import quiet, text_of

CHAPTERS = "# One\n\nText.\n\n# Two\n\n{}\n\n# Three\n\n[Last]{{.large}}.\n"


def written(root: Path, output: Path, **metadata: str) -> Path:
    return render(root, to=["pdf"], output=output, metadata=metadata, progress=quiet).paths["pdf"]


@pytest.mark.parametrize("title", ["Plain", "Children\N{RIGHT SINGLE QUOTATION MARK}s (x) \\"])
def test_the_pdf_bears_its_build(make: Make, tmp_path: Path, title: str) -> None:
    root = make("Text.", **{"_quarto.yml": f"{CONFIG}keywords: ['{title}']\n"})
    file = pypdf.PdfReader(written(root, tmp_path / "out", fingerprint="0123456789ab"))
    assert file.metadata
    assert file.xmp_metadata
    assert str(file.metadata["/Keywords"]) == f"{title}, build 0123456789ab"
    assert file.xmp_metadata.pdf_keywords == f"{title}, build 0123456789ab"


@pytest.mark.parametrize("build", ["a", "not stamped"])
def test_any_text_may_name_the_build(make: Make, tmp_path: Path, build: str) -> None:
    file = pypdf.PdfReader(written(make("Xylophone: x."), tmp_path / "out", fingerprint=build))
    assert file.metadata
    assert str(file.metadata["/Keywords"]) == f"build {build}"
    assert "Xylophone: x." in file.pages[1].extract_text()


def test_what_typst_is_told_in_a_chapter_holds_in_those_behind(make: Make, tmp_path: Path) -> None:
    raw = "```{=typst}\n#let large = [defined]\n```\n\n`#large`{=typst}"
    after = CHAPTERS.format(raw) + "\n`#large`{=typst} again\n"
    assert "defined again" in text_of(written(make(after), tmp_path / "out"))
