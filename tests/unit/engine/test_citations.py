"""Citations are resolved as Pandoc resolves them in the whole document."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evidence.engine import pandoc
from evidence.engine.citations import fill, passages, resolve
from evidence.engine.results import Cache
from evidence.engine.source import Line

Lines = Callable[[str], tuple[Line, ...]]
Cited = Callable[..., dict[str, Any]]

BIBLIOGRAPHY = "references.json"
ENTRIES = [
    {
        "id": key,
        "type": "book",
        "title": title,
        "author": [{"family": family, "given": given}],
        "issued": {"date-parts": [[2010]]},
    }
    for key, title, family, given in (
        ("ash", "On trees", "Ash", "A."),
        ("ash2", "On more trees", "Ash", "A."),
        ("birch", "Leaves & <b>", "Birch", "Örn"),
        ("cedar", "Roots", "Ash", "B."),
    )
]
STYLE = """\
<?xml version="1.0" encoding="utf-8"?>
<style xmlns="http://purl.org/net/xbiblio/csl" class="note" version="1.0">
<info><title>Notes</title><id>notes</id><updated>2026-01-01T00:00:00+00:00</updated></info>
<citation><layout delimiter="; " suffix=".">
<names variable="author"/><text variable="title" prefix=", "/>
</layout></citation>
<bibliography><layout><text variable="title"/></layout></bibliography>
</style>
"""
BODIES = [
    "One [@ash; see @birch, p. 4] and @ash2 [p. 3], [-@ash] and *in @cedar*.",
    "# On @ash\n\n- [@birch].\n\n> x [@ash][^n].\n\n[^n]: A note [@ash2, p. 1] of @birch.",
    "| a | b |\n|---|---|\n| [@ash] | @birch [@ash2] |\n\n: Caption of @cedar\n\nText.",
    "A [link](x.html) to **bold [@birch]** [@ash] [@ash2]. End [@cedar]?",
    "Nothing cited but [@ash]\n\n::: {#refs}\n:::\n\nAfter.",
    "Nobody is cited here.\n\n::: {#refs}\n:::\n",
]


@pytest.fixture
def cited(lines: Lines, tmp_path: Path) -> Cited:
    """Resolve the citations of a text, and once more as Pandoc does it in the whole of it."""
    (tmp_path / BIBLIOGRAPHY).write_text(json.dumps(ENTRIES), encoding="utf-8")

    def resolved(text: str, style: Path | None = None, **settings: Any) -> dict[str, Any]:
        document = parse(lines(text), tmp_path, **settings)
        files = [*([("csl", style)] if style else []), ("bibliography", tmp_path / BIBLIOGRAPHY)]
        return cite(document, files, tmp_path)

    return resolved


def cite(document: dict[str, Any], files: list[tuple[str, Path]], folder: Path) -> dict[str, Any]:
    found, kept = passages(document["blocks"]), Cache(folder / "kept")
    fill(document["blocks"], *resolve(found, document, files, folder, kept))
    return document


def parse(lines: tuple[Line, ...], folder: Path, **settings: Any) -> dict[str, Any]:
    meta = {"bibliography": BIBLIOGRAPHY, "link-citations": True, **settings}
    return pandoc.parse(lines, meta, folder)


def by_pandoc(document: dict[str, Any], folder: Path, *arguments: str) -> str:
    """As HTML; links of authors in the text apart, which are meant to differ."""
    text = json.dumps(document).encode()
    html = pandoc.run(
        ["--from=json", "--to=html", "--wrap=none", *arguments], folder=folder, text=text
    ).decode()
    return re.sub(r'</?a[^>]*role="doc-biblioref"[^>]*>|<a href="#ref-[^>]*>|</a>', "", html)


@pytest.mark.parametrize("body", BODIES)
def test_as_pandoc_does(cited: Cited, lines: Lines, tmp_path: Path, body: str) -> None:
    whole = by_pandoc(parse(lines(body), tmp_path), tmp_path, "--citeproc")
    assert by_pandoc(cited(body), tmp_path) == whole


def test_a_style_with_notes(cited: Cited, lines: Lines, tmp_path: Path) -> None:
    style = tmp_path / "my_notes_.csl"
    style.write_text(STYLE, encoding="utf-8")
    body = "One [@ash], two [@birch; @ash2]. Three “quoted [@cedar].”"
    whole = by_pandoc(parse(lines(body), tmp_path), tmp_path, "--citeproc", f"--csl={style}")
    assert by_pandoc(cited(body, style), tmp_path) == whole


def test_what_is_not_cited_may_be_listed(cited: Cited) -> None:
    assert "Leaves" in json.dumps(cited("Text.", nocite="@birch")["blocks"])


def test_cross_references_wait(cited: Cited) -> None:
    (paragraph,) = cited("See [Figures @fig-a; -@fig-b, below].")["blocks"]
    (waiting,) = (inline for inline in paragraph["c"] if inline["t"] == "Cite")
    assert [target["citationId"] for target in waiting["c"][0]] == ["fig-a", "fig-b"]


def test_it_is_kept_while_only_the_text_around_changes(
    cited: Cited, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cited("A text with [@ash] in it.")
    asked: list[str] = []
    run = pandoc.run

    def watched(arguments: list[str], **named: Any) -> bytes:
        asked.extend(arguments)
        return run(arguments, **named)

    monkeypatch.setattr(pandoc, "run", watched)
    cited("Another text with [@ash] in it.")
    assert "--citeproc" not in asked
    cited("Another text with [@ash, p. 2] in it.")
    assert asked.count("--citeproc") == 1
    (tmp_path / BIBLIOGRAPHY).write_text(json.dumps(ENTRIES[::-1]), encoding="utf-8")
    cited("Another text with [@ash, p. 2] in it.")
    assert asked.count("--citeproc") == 2
    for entry in (tmp_path / "kept").iterdir():
        assert Cache(tmp_path / "kept").get(entry.name)
    shutil.rmtree(tmp_path / "kept")
    cited("Another text with [@ash, p. 2] in it.")
    assert asked.count("--citeproc") == 3


def test_references_keep_what_bibtex_says(lines: Lines, tmp_path: Path) -> None:
    names = tmp_path / "names.bib"
    names.write_text(
        "@book{vaneyk, author = {{van Eyk}, Jan}, title = {On {NHS} trees}, year = {in press}}\n"
        "@book{board, author = {{Board of Trees and Leaves}}, title = {Roots}, year = {2001}}\n"
        "@book{zander, author = {Zander, Z.}, title = {Last}, year = {2002}}\n",
        encoding="utf-8",
    )
    document = parse(lines("[@vaneyk], [@board], [@zander]."), tmp_path)
    text = json.dumps(cite(document, [("bibliography", names)], tmp_path))
    plain = pandoc.run(["--from=json", "--to=plain"], folder=tmp_path, text=text.encode()).decode()
    cited, *listed = plain.strip().split("\n\n")
    assert cited.startswith("(van Eyk in press), (Board of Trees and Leaves 2001), (Zander 2002).")
    assert [row.split(".")[0] for row in listed] == [
        "Board of Trees and Leaves",
        "van Eyk, Jan",
        "Zander, Z",
    ]
    assert "NHS" in listed[1]
