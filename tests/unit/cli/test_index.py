"""Reports are found by their manifests, and failures by their logs."""

from pathlib import Path

import pytest

from evidence.cli.index import found
from evidence.cli.main import FAULTS, FINE, main
from evidence.proof.manifest import Manifest


def make(folder: Path, *names: str, title: str = "T") -> None:
    folder.mkdir(parents=True)
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name, encoding="utf-8")
    empty = Manifest("0a", {}, {}, {}, {}, {}).saying(title, {"a": "supported"})
    empty.adding(folder, "0a", "builtin").write(folder)


def test_reports_come_by_path_with_the_documents_that_readers_open(tmp_path: Path) -> None:
    make(tmp_path / "b/now", "report.html", "ro-crate-metadata.json", "_tables/a.html")
    make(tmp_path / "a/2015", "report.pdf", "report.docx")
    # Changed by hand, so that nothing vouches for it.
    (tmp_path / "a/2015/report.docx").write_text("other", encoding="utf-8")
    one, two = found(tmp_path)
    assert (one.place, one.documents) == ("a/2015", ("report.pdf",))
    assert (two.place, two.documents) == ("b/now", ("report.html",))


def test_a_report_and_its_editions_are_found_in_one_folder(tmp_path: Path) -> None:
    make(tmp_path / "_output", "report.html")
    make(tmp_path / "_output/2015", "report.html")
    assert [row.place for row in found(tmp_path / "_output")] == [".", "2015"]


def test_a_log_tells_a_failure_and_an_empty_one_none(tmp_path: Path) -> None:
    make(tmp_path / "good", "report.html")
    make(tmp_path / "v1.2", "report.html")
    (tmp_path / "good.log").touch()
    (tmp_path / "v1.2.log").write_text("why", encoding="utf-8")
    (tmp_path / "never.log").write_bytes(b"\xff no UTF-8 " + b"x" * 200_000)
    told = {row.place: (row.made is not None, row.failed[:3]) for row in found(tmp_path)}
    assert told == {"good": (True, ""), "never": (False, "xxx"), "v1.2": (True, "why")}


def test_a_damaged_manifest_is_no_report(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a/manifest.json").write_text("[", encoding="utf-8")
    assert list(found(tmp_path)) == []


def test_the_page_is_written_outside_of_any_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    make(tmp_path / "many/a", "report.html", title="Größe & Maß")
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        assert main(["index", "many"]) == FINE
        assert capsys.readouterr().out == "many/index.html: 1 report\n"
    assert "Größe &amp; Maß" in (tmp_path / "many/index.html").read_text("utf-8")
    assert sorted(path.name for path in (tmp_path / "many").iterdir()) == ["a", "index.html"]


@pytest.mark.parametrize("name", ["empty", "nowhere"])
def test_where_there_is_no_report_nothing_is_written(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path)
    assert main(["index", name]) == FAULTS
    assert f"no-document: there is no report in {name}; " in capsys.readouterr().err
    assert not list((tmp_path / "empty").iterdir())
