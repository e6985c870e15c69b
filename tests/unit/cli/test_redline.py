"""`evidence redline` on Word files."""

from collections.abc import Callable
from pathlib import Path

import pytest

from evidence.cli.main import CHANGED, FINE, USAGE, main
from tests.unit.review.word_files import p, write


@pytest.fixture
def here(
    tiny_project: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Path:
    """Enter a project with three Word files of which no build is known."""
    project = tiny_project("# One\n")
    for name, text in (
        ("old", "Of 12 sources."),
        ("new", "Of 13 sources."),
        ("same", "Of 12 sources."),
    ):
        write(project / f"{name}.docx", p(text))
    monkeypatch.chdir(project)
    return project


def test_summary_is_printed_and_says_that_causes_are_not_known(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["redline", "old.docx", "new.docx"]) == CHANGED
    told = capsys.readouterr().out
    assert "- Of ~~12~~**13** sources." in told
    assert "the build of old.docx leads to no revision" in told
    assert main(["redline", "old.docx", "same.docx"]) == FINE


@pytest.mark.parametrize(
    ("options", "names"),
    [
        (["--output", "made"], {"redline.docx", "redline.html", "redline.md"}),
        (["--output", "made", "--to", "md,pdf"], {"redline.md", "redline.pdf"}),
        (["--output", "made/x.HTML"], {"x.HTML"}),
    ],
)
def test_what_is_asked_for_is_written(
    options: list[str], names: set[str], here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["redline", "old.docx", "new.docx", *options]) == CHANGED
    assert {path.name for path in (here / "made").iterdir()} == names
    assert {Path(line).name for line in capsys.readouterr().out.splitlines()} == names


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["old.docx", "new.docx", "--to", "md"], "wrong-usage"),
        (["old.docx", "new.docx", "--output", "a.md", "--to", "docx,md"], "wrong-usage"),
        (["old.docx", "bad.docx", "--output", "kept"], "unreadable-document"),
        (["old.docx", "nowhere.docx"], "no-revision"),
        (["old.docx", "empty"], "no-document"),
        ([".", "new.docx"], "build-failed"),
    ],
)
def test_bad_input_is_told_and_changes_nothing(
    arguments: list[str], code: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "bad.docx").write_bytes(b"%PDF-1.7")
    (here / "empty").mkdir()
    (here / "kept").mkdir()
    (here / "kept/redline.docx").write_text("earlier")
    if code == "build-failed":
        (here / "data/claims.yml").write_text("{}\n")
    before = sorted(here.glob("[!.]*"))
    assert main(["redline", *arguments]) == USAGE
    assert f"evidence: {code}: " in capsys.readouterr().err
    assert (here / "kept/redline.docx").read_text() == "earlier"
    assert sorted(here.glob("[!.]*")) == before


def test_unknown_format_is_told_with_those_there_are(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match=r"^2$"):
        main(["redline", "old.docx", "new.docx", "--to", "odt"])
    assert "no format 'odt'; there are docx, html, md, pdf" in capsys.readouterr().err
