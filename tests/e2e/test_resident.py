"""The process that stays between builds of a preview: never stale, and gone with the preview."""

from __future__ import annotations

import base64
import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from threading import Event

import pytest

from evidence.cli.preview.resident import Happened, Resident
from evidence.cli.preview.staying import Asked
from evidence.cli.project import FORMATS
from evidence.cli.render import Wanted
from evidence.proof import rebuild
from tests.conftest import PROJECT, THOROUGH
from tests.e2e.processes import lingering

FOLDER = ".render/preview"
CHAPTER, PICTURE, SHEET = "chapters/results.qmd", "chapters/dot.svg", "chapters/own.css"
CELL = """

```{python}
import analysis
print(analysis.WORD, "cell", "Sound" in open("data/codebook.yml").read())
```

![A dot](chapters/dot){fig-alt="A dot"}
"""
EDITED = 200 if THOROUGH else 1
VARIABLES = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | {
    "SOURCE_DATE_EPOCH": "1700000000"
}
ENDLESS = "\n\n```{python}\nimport time\ntime.sleep(600)\n```\n"
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII="
)
DOT = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle cx="4" cy="4" r="4"/></svg>'
)


def change(old: str, new: str) -> Callable[[str], str]:
    def changed(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return changed


def appended(more: str) -> Callable[[str], str]:
    return lambda text: text + more


def kept(before: str, text: str) -> str:
    return before


# One of each kind of input: its file, and what an author does to it.
EDITS: dict[str, tuple[str, Callable[[str], str]]] = {
    "prose": (CHAPTER, appended("\n\nA new word, and one citation [@arden2001].\n")),
    "cell": (CHAPTER, change('"cell"', '"changed cell"')),
    "heading": (CHAPTER, change("What plants do", "What plants are for")),
    "data": ("data/codings.csv", change("sleep,improved", "sleep,unchanged")),
    "codebook": ("data/codebook.yml", change("sleep: Sleep", "sleep: Sound sleep")),
    "claims": ("data/claims.yml", change("do people good", "do people much good")),
    "bibliography": (
        "data/references.bib",
        change("  institution", "  type = {Draft},\n  institution"),
    ),
    "module": ("analysis/__init__.py", change("first", "second")),
    "package": ("evidence/words.py", change('("Supported", "Supported")', '("Upheld", "Upheld")')),
    "engine": (
        "evidence/engine/formats/html.py",
        change("    sheets += [", '    sheets += ["main { color: red }"]\n    sheets += ['),
    ),
    "template": ("_extensions/evidence/report.html", change("<body>", '<body data-changed="">')),
    "style sheet": (SHEET, change("red", "blue")),
    "picture": (PICTURE, change('r="4"', 'r="3"')),
    "settings": ("_quarto.yml", change("number-sections: true", "number-sections: false")),
}


@pytest.fixture(scope="module")
def review(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small review with the code of this package in it, built once."""
    made = tmp_path_factory.mktemp("resident") / "review"
    left = shutil.ignore_patterns("_output", "_figures", ".render", "__pycache__")
    shutil.copytree(PROJECT / "tests/second_review", made, ignore=left)
    for name in ("evidence", "_extensions"):
        shutil.copytree(PROJECT / name, made / name, ignore=left)
    (made / "analysis").mkdir()
    (made / "analysis/__init__.py").write_text('WORD = "first"\n', "utf-8")
    (made / PICTURE).write_text(DOT, "utf-8")
    # Word takes no SVG.
    (made / PICTURE).with_suffix(".png").write_bytes(PIXEL)
    (made / SHEET).write_text("main { outline-color: red; }\n", "utf-8")
    save(made, CHAPTER, appended(CELL))
    css = f"embed-resources: true\n    css: {SHEET}"
    save(made, "_quarto.yml", change("embed-resources: true", css))
    rebuild.build(made, ("--to", "html", "--output", FOLDER), lambda _: None, VARIABLES)
    return made


@pytest.fixture
def project(review: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The review, which may be changed."""
    for name in os.environ.keys() - VARIABLES.keys():
        monkeypatch.delenv(name)
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value)
    return shutil.copytree(review, tmp_path / "project")


def save(project: Path, file: str, become: Callable[[str], str]) -> None:
    """Save a file as editors do, by putting another in its place."""
    beside = (project / file).with_name(".beside")
    beside.write_text(become((project / file).read_text("utf-8")), "utf-8")
    beside.replace(project / file)


def asked(project: Path) -> Asked:
    return Asked(Wanted((project / FOLDER).resolve()), ("html",))


def set_by(resident: Resident, project: Path) -> dict[str, bytes]:
    """Return all that is written for readers, by the process that stays."""
    wanted = Wanted((project / "_output").resolve())
    happened = [*resident.build(Asked(wanted, FORMATS, is_checked=True))]
    assert not [row for row in happened if row[0] == "failed"]
    assert [row[0] for row in happened].count("made") == 1
    return written(project)


def written(project: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((project / "_output").iterdir())}


def page_by(resident: Resident, project: Path) -> bytes:
    happened = [*resident.build(asked(project))]
    assert not [row for row in happened if row[0] == "failed"]
    assert [row[0] for row in happened].count("made") == 1
    return (project / FOLDER / "report.html").read_bytes()


def cold(project: Path) -> dict[str, bytes]:
    """Return what a new process writes, of a copy in which nothing is kept."""
    copy = project.with_name("cold")
    left = shutil.ignore_patterns(".render", "_figures", "_output", "_tables")
    shutil.copytree(project, copy, ignore=left)
    try:
        rebuild.build(copy, (), lambda _: None)
        return written(copy)
    finally:
        shutil.rmtree(copy)


def test_each_kind_of_input_shows_at_once(project: Path) -> None:
    with Resident(project) as resident:
        last = page_by(resident, project)
        for kind, (file, become) in EDITS.items():
            save(project, file, become)
            page = page_by(resident, project)
            assert page != last, kind
            last = page
        assert set_by(resident, project) == cold(project)


def test_edits_in_any_order_write_what_a_cold_build_writes(project: Path) -> None:
    draw = random.Random(15)
    before = {file: (project / file).read_text("utf-8") for file, _ in EDITS.values()}
    with Resident(project) as resident:
        for number in range(EDITED):
            for kind in draw.sample(sorted(EDITS), draw.randint(1, 3)):
                file, become = EDITS[kind]
                changed = (project / file).read_text("utf-8") != before[file]
                save(project, file, partial(kept, before[file]) if changed else become)
            assert set_by(resident, project) == cold(project), number


def left(events: Iterator[Happened]) -> list[Happened]:
    return [row for row in events if row[0] in ("failed", "made")]


def test_builds_go_on_after_it_was_killed(project: Path) -> None:
    with Resident(project) as resident:
        page = page_by(resident, project)
        save(project, CHAPTER, appended(ENDLESS))
        events = resident.build(asked(project))
        next(row for row in events if "cell 5/7" in str(row))
        os.kill(resident.pid, signal.SIGKILL)
        [(name, fault)] = left(events)
        assert name == "failed"
        assert fault.startswith("evidence: build-failed: the rendering ended with -9; save again")
        save(project, CHAPTER, lambda text: text.removesuffix(ENDLESS))
        assert page_by(resident, project) == page
        os.kill(resident.pid, signal.SIGKILL)
        assert page_by(resident, project) == page
    assert not lingering(project)


def test_code_that_cannot_be_loaded_is_told_until_it_is_corrected(project: Path) -> None:
    with Resident(project) as resident:
        page = page_by(resident, project)
        save(project, "evidence/words.py", lambda text: f"({text}")
        [(name, fault)] = left(resident.build(asked(project)))
        assert name == "failed"
        assert "SyntaxError" in fault
        assert "evidence: build-failed: the rendering ended with 1; mend what" in fault
        save(project, "evidence/words.py", lambda text: text.removeprefix("("))
        assert page_by(resident, project) == page


def test_a_build_that_is_not_wanted_ends(project: Path) -> None:
    with Resident(project) as resident:
        page = page_by(resident, project)
        process = resident.pid
        unwanted = Event()
        for row in resident.build(asked(project), unwanted.is_set):
            unwanted.set()
            assert row[0] != "failed"
        assert page_by(resident, project) == page
        assert resident.pid == process
        save(project, CHAPTER, appended(ENDLESS))
        unwanted.clear()
        seen = []
        for row in resident.build(asked(project), unwanted.is_set):
            seen.append(row)
            if "cell 5/7" in str(row):
                unwanted.set()
        assert not left(iter(seen))
        save(project, CHAPTER, lambda text: text.removesuffix(ENDLESS))
        assert page_by(resident, project) == page
    assert not lingering(project)


def test_faults_of_prose_are_told_beside_the_page_and_those_of_data_explain_its_absence(
    project: Path,
) -> None:
    with Resident(project) as resident:
        page = page_by(resident, project)
        save(project, CHAPTER, appended("\n\nThere are 12345 plants.\n"))
        happened = [*resident.build(asked(project))]
        [(_, faults)] = [row for row in happened if row[0] == "checked"]
        assert f"{CHAPTER}:" in faults
        assert "12345" in faults
        changed = (project / FOLDER / "report.html").read_bytes()
        assert changed != page
        save(project, "data/codings.csv", change("sleep,improved", "sleep,nonsense"))
        [(_, fault)] = [row for row in resident.build(asked(project)) if row[0] == "failed"]
        assert fault.startswith("data/codings.csv:")
        assert "nonsense" in fault
        assert (project / FOLDER / "report.html").read_bytes() == changed


@pytest.mark.parametrize("at", ["at rest", "rendering"])
def test_a_killed_preview_leaves_nothing(project: Path, at: str) -> None:
    if at == "rendering":
        save(project, CHAPTER, appended(ENDLESS))
    process = subprocess.Popen(
        [sys.executable, "-m", "evidence", "preview", "--port", "0"],
        cwd=project,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    with process:
        assert process.stderr
        sign = "checked in" if at == "at rest" else "cell 5/7"
        for line in process.stderr:
            if sign in line:
                break
        process.kill()
    assert not lingering(project)
