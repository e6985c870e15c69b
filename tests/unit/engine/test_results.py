"""Results of cells are kept while nothing that they rest on changes, and never longer."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from evidence.engine import render, results
from evidence.engine.document import read
from tests.unit.engine.conftest import Make
from tests.unit.engine.test_build import quiet

BODY = """
# A heading

Words.

```{python}
import helper
from pathlib import Path
Path("_made").mkdir(exist_ok=True)
Path("_made/note.txt").write_text("made")
Path("runs.txt").open("a").write("x")
print(helper.NAME, Path("data.csv").read_text())
```

Inline `{python} 1 + 1`.
"""
FILES = {"helper.py": "NAME = 'helper'\n", "data.csv": "1\n"}
DEPENDS = [Path("helper.py"), Path("data.csv"), Path("_quarto.yml")]

Build = Callable[[], int]


@pytest.fixture
def root(make: Make) -> Path:
    return make(BODY, **FILES)


@pytest.fixture
def build(root: Path) -> Build:
    """Render, and tell how often the cells have run so far."""

    def run() -> int:
        render(root, to=["html"], output=root / "out", depends=DEPENDS, progress=quiet)
        return len((root / "runs.txt").read_text(encoding="utf-8"))

    return run


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_prose_runs_no_cell_again(root: Path, build: Build) -> None:
    assert build() == 1
    change(root / "report.qmd", "Words.", "Other words, in\n\ntwo paragraphs.")
    assert build() == 1
    html = (root / "out" / "report.html").read_text(encoding="utf-8")
    assert "two paragraphs" in html
    assert "helper 1" in html
    assert "Inline 2." in html


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("report.qmd", "print(helper", "print('now', helper"),
        ("report.qmd", "1 + 1", "1 + 2"),
        ("report.qmd", "# A heading", "# Another heading"),
        ("report.qmd", "# A heading", "# A heading {#sec-a}"),
        ("report.qmd", "Inline", "# Last\n\nInline"),
        ("report.qmd", "date: 2026", "date: 2025"),
        ("report.qmd", "```{python}\nimport", "```{python}\n#| echo: true\nimport"),
        ("helper.py", "'helper'", "'other'"),
        ("data.csv", "1", "2"),
        ("_quarto.yml", "lang: en-GB", "lang: en-US"),
    ],
)
def test_whatever_cells_rest_on_runs_them_again(root: Path, file: str, old: str, new: str) -> None:
    before = results.key(read(root), DEPENDS)
    assert results.key(read(root), DEPENDS) == before
    change(root / file, old, new)
    assert results.key(read(root), DEPENDS) != before


def test_files_that_cells_wrote_come_back(root: Path, build: Build) -> None:
    build()
    note = root / "_made" / "note.txt"
    note.unlink()
    assert build() == 1
    assert note.read_text(encoding="utf-8") == "made"
    note.write_text("spoilt", encoding="utf-8")
    assert build() == 1
    assert note.read_text(encoding="utf-8") == "made"


def test_a_spoilt_or_deleted_cache_only_costs_time(root: Path, build: Build) -> None:
    build()
    folder = root / ".render" / "results"
    (entry,) = folder.iterdir()
    entry.write_bytes(entry.read_bytes()[:-1])
    assert build() == 2
    shutil.rmtree(folder)
    assert build() == 3
    assert build() == 3


def test_prose_between_two_cells_may_come_and_go(make: Make, build: Build) -> None:
    cell = "```{python}\nfrom pathlib import Path\nPath('runs.txt').open('a').write('x')\n```\n"
    root = make(cell + cell, **FILES)
    build()
    text = (root / "report.qmd").read_text(encoding="utf-8")
    (root / "report.qmd").write_text(text.replace(cell + cell, f"{cell}\nA\n\n{cell}"), "utf-8")
    assert build() == 2


def test_a_failed_run_is_not_kept(root: Path, build: Build) -> None:
    change(root / "report.qmd", "1 + 1", "1 / 0")
    with pytest.raises(Exception, match="ZeroDivisionError"):
        build()
    assert not (root / ".render" / "results").exists()


def test_what_is_saved_while_cells_run_leaves_no_results_behind(make: Make, build: Build) -> None:
    root = make(
        "```{python}\nfrom pathlib import Path\n"
        "Path('runs.txt').open('a').write('x')\nPath('data.csv').write_text('2')\n```\n",
        **FILES,
    )
    assert build() == 1
    change(root / "data.csv", "2", FILES["data.csv"])
    assert build() == 2
