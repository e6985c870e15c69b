"""`evidence new` asks or is told, never writes over anything, and says what it chose."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import pytest
import yaml

from evidence.cli.main import FAULTS, FINE, USAGE, main

Answer = Callable[..., None]


@pytest.fixture(autouse=True)
def _outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work where no project is."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> Answer:
    """Sit at a terminal and give answers in turn."""

    def give(*answers: str) -> None:
        left: Iterator[str] = iter(answers)
        monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
        monkeypatch.setattr("builtins.input", lambda _: next(left))

    return give


def codebook(folder: str) -> dict[str, object]:
    found: dict[str, object] = yaml.safe_load(Path(folder, "data/codebook.yml").read_text("utf-8"))
    return found


def test_nothing_told_and_nobody_there_takes_defaults_and_says_so(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["new", "review"]) == FINE
    said = capsys.readouterr().out
    assert "coders     Reader" in said
    assert "baseline   none" in said
    assert "twelve, all of them invented" in said
    assert codebook("review")["coders"] == ["Reader"]


def test_options_say_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    options = [
        "--title",
        "12 gardens: what most do",
        "--question",
        "Do they help?",
        "--question",
        "For 3 in 4?",
    ]
    options += ["--coder", "Ada", "--coder", "Ben", "--no-prisma"]
    options += ["--baseline", "Brown, Ann; White, Bob (2012). Gardens and health."]
    assert main(["new", "a review/of gardens", *options]) == FINE
    assert "cd 'a review/of gardens'" in capsys.readouterr().out
    folder = Path("a review/of gardens")
    background = (folder / "chapters/background.qmd").read_text("utf-8")
    assert "- For 3 in 4?" in background
    assert "*Gardens and health*" in background
    assert not (folder / "data/screening.csv").exists()
    assert codebook(str(folder))["agreed"] == "agreed"
    monkeypatch.chdir(folder)
    assert main(["check"]) == FINE


def test_at_a_terminal_it_asks_and_enter_takes_the_default(answer: Answer) -> None:
    answer("", "One?; Two?", "Ada; Ben; Ada", "", "no")
    assert main(["new", "review"]) == FINE
    background = Path("review/chapters/background.qmd").read_text("utf-8")
    assert [line for line in background.splitlines() if line.startswith("- ")][1][:6] == "- Two?"
    assert codebook("review")["coders"] == ["Ada", "Ben"]
    assert not Path("review/data/prisma.yml").exists()


def test_it_asks_again_where_an_answer_cannot_be_read(
    answer: Answer, capsys: pytest.CaptureFixture[str]
) -> None:
    answer("Gardens", "", "agreed", "Ada", "Brown 2012", "Brown (2012). Gardens", "perhaps", "y")
    assert main(["new", "review"]) == FINE
    said = capsys.readouterr().out
    assert "agreed is what the data call rows of no one person" in said
    assert 'write it as "Authors (year). Title"' in said
    assert "say yes or no" in said
    assert "baseline   Brown (2012). Gardens" in said


def test_the_end_of_input_is_the_end(answer: Answer, monkeypatch: pytest.MonkeyPatch) -> None:
    answer()

    def end(_: str) -> NoReturn:
        raise EOFError

    monkeypatch.setattr("builtins.input", end)
    assert main(["new", "review"]) == 130
    assert not Path("review").exists()


@pytest.mark.parametrize(
    "options",
    [
        ["--title", " "],
        ["--title", "a\u202eb"],
        ["--question", "x" * 301],
        ["--coder", "both"],
        ["--baseline", "Gardens and health"],
        ["--baseline", "Brown (20122). Gardens"],
    ],
)
def test_what_cannot_be_read_is_wrong_usage(options: list[str]) -> None:
    with pytest.raises(SystemExit, match=rf"^{USAGE}$"):
        main(["new", "review", *options])
    assert not Path("review").exists()


def test_a_folder_with_files_is_left_alone(capsys: pytest.CaptureFixture[str]) -> None:
    Path("full").mkdir()
    Path("full/.hidden").touch()
    Path("file").touch()
    for name, what in (("full", "has files in it"), ("file", "is a file")):
        assert main(["new", name]) == FAULTS
        assert f"file-exists: {name} {what}; name a folder" in capsys.readouterr().err
    assert [*Path("full").iterdir()] == [Path("full/.hidden")]


def test_an_empty_folder_is_filled_even_the_current_one(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["new", "."]) == FINE
    assert "  cd " not in capsys.readouterr().out
    assert Path("report.qmd").exists()
    assert main(["new", "."]) == FAULTS


def test_it_is_not_released_before_its_sources_are_real(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", "."]) == FINE
    assert main(["check"]) == FINE
    assert "note: 12 sources of type sample in sources.csv: invented" in capsys.readouterr().out
    assert main(["release", "1.0.0", "--trigger", "All of it."]) == FAULTS
    assert "not-released: 12 of the sources are invented; bring in your own" in (
        capsys.readouterr().err
    )
