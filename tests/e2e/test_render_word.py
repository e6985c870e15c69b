"""The Word file in another word processor."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pypdf
import pytest

from evidence.engine import render

PROJECT = Path(__file__).parents[1] / "golden" / "conformance" / "project"
OFFICE = shutil.which("soffice")


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The pages as LibreOffice prints them."""
    if OFFICE is None:
        pytest.skip("LibreOffice is not installed")
    folder = tmp_path_factory.mktemp("word")
    project = shutil.copytree(PROJECT, folder / "project")
    done = render(project, to=["docx"], output=folder / "out", progress=lambda _: None)
    word = done.paths["docx"]
    profile = (folder / "profile").as_uri()
    command = [OFFICE, f"-env:UserInstallation={profile}", "--headless", "--convert-to", "pdf"]
    subprocess.run(
        [*command, "--outdir", str(folder), str(word)], check=True, capture_output=True, timeout=180
    )
    return [page.extract_text() for page in pypdf.PdfReader(folder / "report.pdf").pages]


def test_it_opens_with_title_contents_and_captions(printed: list[str]) -> None:
    assert "A conformance report" in printed[0]
    assert "Evidence team" in printed[0]
    assert "Table of contents" in printed[1]
    assert "3.1 Made by a cell" in printed[1]
    text = "\n".join(printed).replace("\N{NO-BREAK SPACE}", " ")
    for caption in ("Figure 1: Bars of two things", "Table 2: A typed table"):
        assert caption in text


def test_chapters_start_pages_and_pages_have_numbers(printed: list[str]) -> None:
    # The running head is the first line.
    chapters = [page for page in printed if page.splitlines()[1:2] == ["3 Tables"]]
    assert len(chapters) == 1
    heads = [page for page in printed if "A conformance report" in page]
    assert len(heads) == len(printed)
    assert f"Page 3 of {len(printed)}" in printed[2]
    assert "Page 1" not in printed[0]
