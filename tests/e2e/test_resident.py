"""The process that stays between builds of a preview: never stale, and gone with the preview."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import pytest

from evidence.cli.preview.resident import Resident
from evidence.proof import rebuild
from evidence.proof.rebuild import BuildFailed
from tests.conftest import PROJECT, THOROUGH
from tests.e2e.processes import lingering, running_in

HTML = ("--to", "html", "--output", ".render/preview")
CHAPTER, PICTURE, SHEET = "chapters/results.qmd", "chapters/dot.svg", "chapters/own.css"
CELL = """

```{python}
import analysis
print(analysis.WORD, "cell")
```

![A dot](chapters/dot.svg){fig-alt="A dot"}
"""
EDITED = 200 if THOROUGH else 2
ENDLESS = "\n\n```{python}\nimport time\ntime.sleep(600)\n```\n"
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
        change("sheets = [(own", 'sheets = ["main { color: red }", (own'),
    ),
    "template": ("_extensions/evidence/report.html", change("<body>", '<body data-changed="">')),
    "style sheet": (SHEET, change("red", "blue")),
    "picture": (PICTURE, change('r="4"', 'r="3"')),
    "settings": ("_quarto.yml", change("number-sections: true", "number-sections: false")),
}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small review with the code of this package in it, which may be changed."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    monkeypatch.delenv("PYTHONPATH", raising=False)
    made = tmp_path / "project"
    left = shutil.ignore_patterns("_output", "_figures", ".render", "__pycache__")
    shutil.copytree(PROJECT / "tests/second_review", made, ignore=left)
    for name in ("evidence", "_extensions"):
        shutil.copytree(PROJECT / name, made / name, ignore=left)
    (made / "analysis").mkdir()
    (made / "analysis/__init__.py").write_text('WORD = "first"\n', "utf-8")
    (made / PICTURE).write_text(DOT, "utf-8")
    (made / SHEET).write_text("main { outline-color: red; }\n", "utf-8")
    save(made, CHAPTER, appended(CELL))
    css = f"embed-resources: true\n    css: {SHEET}"
    save(made, "_quarto.yml", change("embed-resources: true", css))
    return made


def save(project: Path, file: str, become: Callable[[str], str]) -> None:
    """Save a file as editors do, by putting another in its place."""
    beside = (project / file).with_name(".beside")
    beside.write_text(become((project / file).read_text("utf-8")), "utf-8")
    beside.replace(project / file)


Build = Callable[[Sequence[str], Callable[[str], None]], str]


def page_by(build: Build, project: Path) -> bytes:
    build(HTML, lambda _: None)
    return (project / ".render/preview/report.html").read_bytes()


def cold(project: Path) -> bytes:
    """Return the page by a new process, of a copy in which nothing is kept."""
    copy = project.with_name("cold")
    shutil.copytree(project, copy, ignore=shutil.ignore_patterns(".render", "_figures"))
    try:
        return page_by(lambda *given: rebuild.build(copy, *given), copy)
    finally:
        shutil.rmtree(copy)


def test_each_kind_of_input_shows_at_once(project: Path) -> None:
    with Resident(project) as resident:
        last = page_by(resident.build, project)
        for kind, (file, become) in EDITS.items():
            save(project, file, become)
            page = page_by(resident.build, project)
            assert page != last, kind
            assert page == cold(project), kind
            last = page


def test_edits_in_any_order_show_what_a_cold_build_shows(project: Path) -> None:
    draw = random.Random(15)
    before = {file: (project / file).read_text("utf-8") for file, _ in EDITS.values()}
    with Resident(project) as resident:
        for _ in range(EDITED):
            for kind in draw.sample(sorted(EDITS), draw.randint(1, 3)):
                file, become = EDITS[kind]
                changed = (project / file).read_text("utf-8") != before[file]
                save(project, file, partial(kept, before[file]) if changed else become)
            assert page_by(resident.build, project) == cold(project)


def running(project: Path, words: str) -> list[int]:
    """Wait for processes in a project with some words in their command line."""
    until = time.monotonic() + 120
    while time.monotonic() < until:
        found = [number for number, line in running_in(project).items() if words in line]
        if found:
            return found
        time.sleep(0.05)
    pytest.fail(f"nothing runs {words}")


def test_builds_go_on_after_one_was_killed_and_after_it_was_killed_itself(project: Path) -> None:
    with Resident(project) as resident:
        page = page_by(resident.build, project)
        save(project, CHAPTER, appended(ENDLESS))

        def kill(message: str) -> None:
            # The build leads a group of its own, the kernel another.
            if "results.qmd" in message and len(running(project, "evidence.cli.preview")) == 2:
                _, child = sorted(running(project, "evidence.cli.preview"))
                os.kill(child, signal.SIGKILL)

        with pytest.raises(BuildFailed) as failed:
            resident.build(HTML, kill)
        assert failed.value.code == -signal.SIGKILL
        save(project, CHAPTER, lambda text: text.removesuffix(ENDLESS))
        assert page_by(resident.build, project) == page
        for number in running(project, "evidence.cli.preview"):
            os.kill(number, signal.SIGKILL)
        assert page_by(resident.build, project) == page
    assert not lingering(project)


def test_a_build_that_is_not_wanted_ends(project: Path) -> None:
    with Resident(project) as resident:
        page = page_by(resident.build, project)
        save(project, CHAPTER, appended(ENDLESS))
        seen: list[str] = []
        with pytest.raises(BuildFailed, match="interrupted"):
            resident.build(HTML, seen.append, unless=lambda: any("cell 5/7" in row for row in seen))
        process = resident.pid
        save(project, CHAPTER, lambda text: text.removesuffix(ENDLESS))
        assert page_by(resident.build, project) == page
        assert resident.pid == process
    assert not lingering(project)


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
        sign = "rendered in" if at == "at rest" else "cell 5/7"
        for line in process.stderr:
            if sign in line:
                break
        process.kill()
    assert not lingering(project)
