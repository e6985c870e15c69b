"""From nothing and a spreadsheet to three documents, as docs/spreadsheet.md walks it."""

import re
import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from evidence.exchange.codings.mapping_file import read_map
from evidence.model.codebook import Codebook
from tests.conftest import PROJECT, evidence
from tests.wide_sheet import studies, write_xlsx

DOCS = (PROJECT / "docs/spreadsheet.md").read_text("utf-8")
STEP = re.compile(
    r"(?:[Ii]n `(?P<file>[^`]+)`:\n\n)?```(?P<kind>sh|diff)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


def changes(lines: Sequence[str]) -> Iterator[tuple[list[str], list[str]]]:
    """Yield the lines of a diff that go, each time with those that come in their place."""
    gone: list[str] = []
    come: list[str] = []
    for line in [*lines, "-"]:
        if (line.startswith("-") and come) or line == "-":
            yield gone, come
            gone, come = [], []
        (gone if line.startswith("-") else come).append(line[1:])


def edit(path: Path, lines: Sequence[str]) -> None:
    """Change a file as a diff says that has no numbers of lines, and none of their comments."""
    text = path.read_text("utf-8").splitlines()
    bare = [line.partition("   #")[0] for line in text]
    for gone, come in changes(lines):
        (at,) = [at for at in range(len(bare)) if bare[at : at + len(gone)] == gone]
        text[at : at + len(gone)] = bare[at : at + len(gone)] = come
    path.write_text("\n".join([*text, ""]), "utf-8")


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder, told = tmp_path_factory.mktemp("walk"), ""
    for step in STEP.finditer(DOCS):
        if step["kind"] == "diff":
            edit(folder / step["file"], step["text"].splitlines())
            continue
        for line in step["text"].splitlines():
            command, *arguments = shlex.split(line)
            if command == "cd":
                folder /= arguments[0]
                write_xlsx(folder / "studies.xlsx", studies(60, 5))
                continue
            done = evidence(folder, *arguments)
            assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
            told += f"$ {line}\n{done.stdout}"
    return folder, told


def test_the_walk_ends_with_three_documents(walked: tuple[Path, str]) -> None:
    folder, told = walked
    for kind in ("html", "pdf", "docx"):
        assert (folder / f"_output/report.{kind}").stat().st_size > 20_000
    judged = told.rpartition("$ evidence check")[2]
    assert "no-data" not in judged.partition("wordings never shown")[0]


def test_the_dry_run_says_what_is_new_and_writes_nothing(walked: tuple[Path, str]) -> None:
    _, told = walked
    dry = told.partition("$ evidence import studies.xlsx --map studies.yml\n")[2].partition("$ ")[0]
    assert "sources.csv: 58 new" in dry
    assert "codebook.yml: added:" in dry
    assert "Nothing is written yet" in dry
    assert "no year" in dry


def test_a_second_import_brings_nothing(walked: tuple[Path, str]) -> None:
    folder, _ = walked
    done = evidence(folder, "import", "studies.xlsx", "--map", "studies.yml")
    assert "there is nothing to write" in done.stdout


def test_the_map_in_the_docs_is_one(tmp_path: Path) -> None:
    (shown,) = re.findall(r"^```yaml\n(.*?)^```$", DOCS, re.MULTILINE | re.DOTALL)
    (tmp_path / "map.yml").write_text(shown, "utf-8")
    book = Codebook(1, ("Reader",), "Reader", attributes={}, facets={})
    found, faults = read_map(tmp_path / "map.yml", book, ("title", "type"))
    assert found, "\n".join(map(str, faults))
