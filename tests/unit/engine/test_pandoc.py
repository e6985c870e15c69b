from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from evidence.engine import RenderError
from evidence.engine.pandoc import PandocFailed, keys, parse, program, run
from evidence.engine.source import Line

Lines = Callable[[str], tuple[Line, ...]]

BIBTEX = "@book{grove2010, author={Grove, Ann}, title={On {NHS} trees}, year={2010}}\n"


def test_what_pandoc_warns_of_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(PandocFailed, match=r"^pandoc-failed: Pandoc: Unknown output format"):
        run(["--to=none"], folder=tmp_path)


def test_warnings_name_the_authors_line(lines: Lines, tmp_path: Path) -> None:
    with pytest.raises(
        RenderError, match=r"^x\.qmd:3: odd-markdown: Note with key 'n' .* but not used"
    ):
        parse(lines("Text\n\n[^n]: Nobody's note.\n"), {}, tmp_path)


def test_metadata_is_markdown_and_needs_no_quoting(lines: Lines, tmp_path: Path) -> None:
    title = 'A *b*: "c" # d'
    meta = parse(lines("Text"), {"title": title}, tmp_path)["meta"]
    assert {"t": "Emph", "c": [{"t": "Str", "c": "b"}]} in meta["title"]["c"]


def test_identities_that_are_taken(lines: Lines, tmp_path: Path) -> None:
    text = "# A\n\n# B {#a}\n\n# C"
    blocks = parse(lines(text), {}, tmp_path, taken=("a", "a-1", "x"))["blocks"]
    assert [block["c"][1][0] for block in blocks] == ["a-2", "a", "c"]
    assert parse((), {}, tmp_path, taken=("a",))["blocks"] == []


def test_bibliographies_in_both_forms(tmp_path: Path) -> None:
    bibtex, csl = tmp_path / "a b.bib", tmp_path / "b.json"
    bibtex.write_text(BIBTEX, encoding="utf-8")
    csl.write_text('[{"id": "elm2011", "type": "book", "title": "T"}]', encoding="utf-8")
    assert keys([bibtex, csl], tmp_path) == {"grove2010", "elm2011"}


def test_no_other_pandoc_will_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    other = tmp_path / "pandoc"
    other.write_text("#!/bin/sh\necho pandoc 99.9\n", encoding="utf-8")
    other.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    assert not run(["--version"], folder=tmp_path).startswith(b"pandoc 99.9")
    monkeypatch.setattr("pypandoc.__file__", str(tmp_path / "pypandoc" / "__init__.py"))
    program.cache_clear()
    with pytest.raises(PandocFailed, match="install pypandoc-binary"):
        program()
    program.cache_clear()


def test_a_template_in_a_folder_with_an_accent_in_any_locale(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    template = tmp_path / "\N{LATIN SMALL LETTER E WITH ACUTE}" / "one.html"
    template.parent.mkdir()
    template.write_text("$body$", encoding="utf-8")
    monkeypatch.setenv("LC_ALL", "C")
    arguments = ["--to=html", f"--template={template}"]
    assert run(arguments, folder=tmp_path, text=b"One").strip() == b"<p>One</p>"
