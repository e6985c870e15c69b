import re
from argparse import ArgumentTypeError
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from evidence import engine
from evidence.cli.main import FAULTS, FINE, USAGE, main
from evidence.cli.project import FORMATS, FaultsError
from evidence.cli.render import formats, timing
from evidence.proof import manifest


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Enter a project with fine data, and note how the engine is called instead of running it."""
    noted: list[dict[str, Any]] = []

    def render(project: Path, **options: Any) -> SimpleNamespace:
        options["approve"](None)
        noted.append({"project": project, **options})
        options["progress"]("cell 1 of 1")
        return SimpleNamespace(
            notes=(),
            engine=options["engine"],
            paths={name: options["output"] / f"book.{name}" for name in options["to"]},
            seconds={"cells": 1.25, "html": 0.5},
        )

    (tmp_path / "_quarto.yml").write_text("project:\n  render: [book.qmd]\n", "utf-8")
    (tmp_path / "book.qmd").write_text("---\ntitle: Tiny\ndate: 2026-11-22\n---\n", "utf-8")
    (tmp_path / "chapters").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("evidence.engine.render", render)
    nothing = SimpleNamespace(ids=lambda: {"savings": "savings"})
    judged = SimpleNamespace(claims=nothing), SimpleNamespace(now={})
    monkeypatch.setattr("evidence.cli.wordings_shown.note", lambda *_: None)
    monkeypatch.setattr("evidence.cli.check.judge_project", lambda project, edition: judged)
    monkeypatch.setattr("evidence.cli.check.check_chapters", lambda document, *_: None)
    return noted


def test_formats_come_once_and_in_order() -> None:
    assert formats("docx, HTML,html") == ("html", "docx")
    assert formats(",".join(engine.FORMATS)) == FORMATS


@pytest.mark.parametrize("text", ["", "html,", "word"])
def test_unknown_format_is_refused(text: str) -> None:
    with pytest.raises(ArgumentTypeError, match="choose from html, pdf, docx"):
        formats(text)


def test_defaults_are_all_formats_by_the_builtin_engine(
    calls: list[dict[str, Any]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["render"]) == FINE
    (call,) = calls
    assert call["project"] == tmp_path
    assert call["to"] == FORMATS
    assert call["engine"] == "builtin"
    assert call["output"] == tmp_path / "_output"
    captured = capsys.readouterr()
    assert captured.out.splitlines() == [f"_output/book.{name}" for name in FORMATS]
    assert "cell 1 of 1" in captured.err
    assert re.search(
        r"\nbuiltin engine: cells 1\.2 s, html 0\.5 s; \d\.\d s in all\n$", captured.err
    )


def test_output_is_meant_from_the_current_folder(
    calls: list[dict[str, Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path / "chapters")
    assert main(["render", "--output", "draft", "--to", "pdf"]) == FINE
    assert calls[0]["project"] == tmp_path
    assert calls[0]["output"] == tmp_path / "chapters/draft"


def test_data_faults_stop_the_engine(
    calls: list[dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def faulty(project: Path, edition: str) -> None:
        raise FaultsError("data/codings.csv:2:code: unknown-code: 'x'")

    monkeypatch.setattr("evidence.cli.check.judge_project", faulty)
    assert main(["render"]) == FAULTS
    assert capsys.readouterr().err.endswith("\ndata/codings.csv:2:code: unknown-code: 'x'\n")
    assert calls == []


def test_chapter_fault_is_printed_without_traceback(
    calls: list[dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(project: Path, **options: Any) -> None:
        raise engine.RenderError(
            engine.Problem("no-target", "chapters/one.qmd", 3, "wrong", "do this")
        )

    monkeypatch.setattr("evidence.engine.render", fail)
    assert main(["render"]) == FAULTS
    captured = capsys.readouterr()
    assert captured.err.endswith("\nchapters/one.qmd:3: no-target: wrong; do this\n")
    assert captured.out == ""


def test_documents_of_an_earlier_build_are_told(
    calls: list[dict[str, Any]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "_output"
    output.mkdir()
    for name in ("book.html", "book.pdf", "tables.csv"):
        (output / name).write_text(name, "utf-8")
    manifest.Manifest.of(tmp_path, output).adding(output, "0" * 12, "builtin").write(output)
    assert main(["render", "--to", "docx"]) == FINE
    told = [line for line in capsys.readouterr().err.splitlines() if "earlier build" in line]
    assert [line.split()[0] for line in told] == ["book.html", "book.pdf"]


def test_timing_names_engine_stages_and_total() -> None:
    rendered = engine.Rendered(engine="builtin", paths={}, seconds={"cells": 2.0, "pdf": 0.04})
    assert timing(rendered, 1.96) == "builtin engine: cells 2.0 s, pdf 0.0 s; 2.0 s in all"


def test_assumed_verdicts_need_a_folder_of_their_own(
    calls: list[dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["render", "--as", "savings=silent"]) == FAULTS
    assert "name a folder with --output" in capsys.readouterr().err
    assert main(["render", "--as", "savings=silent", "--output", "draft"]) == FINE
    assert calls[0]["metadata"]["evidence"] == {"as": {"savings": "silent"}}
    assert main(["render", "--as", "savngs=silent", "--output", "draft"]) == FAULTS
    assert "nearest: savings" in capsys.readouterr().err


def test_an_assumed_verdict_is_one_that_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["render", "--as", "savings=good"])
    assert "a verdict is supported, partly" in capsys.readouterr().err


def test_an_edition_has_a_folder_of_its_own_and_cells_learn_its_year(
    calls: list[dict[str, Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["render", "--edition", "2015"]) == FINE
    monkeypatch.setenv("EVIDENCE_EDITION", "2010")
    assert main(["render", "--to", "html"]) == FINE
    assert main(["render", "--output", "draft"]) == FINE
    assert [call["output"].relative_to(tmp_path).as_posix() for call in calls] == [
        "_output/2015", "_output/2010", "draft",
    ]  # fmt: skip
    assert [call["environment"]["EVIDENCE_EDITION"] for call in calls] == ["2015", "2010", "2010"]
    marks = {call["metadata"]["fingerprint"] for call in calls}
    assert marks == {manifest.fingerprint(tmp_path, year) for year in ("2015", "2010")}


@pytest.mark.parametrize("year", ["x", "20", "2015,2016"])
def test_what_is_no_year_is_no_edition(
    year: str, calls: list[dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["render", "--edition", year])
    assert ended.value.code == USAGE
    assert f"'{year}' is no year" in capsys.readouterr().err
    assert calls == []
