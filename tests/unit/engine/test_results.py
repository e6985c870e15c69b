"""Results of cells are kept while nothing that they rest on changes, and never longer."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from evidence.engine import RenderError, render, results
from evidence.engine.document import read
from evidence.engine.results import Cache
from tests.unit.engine.conftest import CONFIG, Make
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
Refused = Callable[..., list[str]]
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'


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


def test_variables_that_cells_are_given_run_them_again(root: Path) -> None:
    asked = [{}, {"YEAR": "2010"}, {"YEAR": "2015"}]
    keys = {results.key(read(root, environment=given), DEPENDS) for given in asked}
    assert len(keys) == 3


SAVING = """\
```{python}
from pathlib import Path
Path('runs.txt').open('a').write('x')
text = Path('report.qmd').read_text()
Path('report.qmd').write_text(text.replace('# One', '# Two'))
Path('report.qmd').write_text(text)
```

# One
"""


def test_what_is_saved_and_undone_while_cells_run_leaves_no_results(
    make: Make, build: Build
) -> None:
    root = make(SAVING, **FILES)
    assert build() == 1
    assert "# One" in (root / "report.qmd").read_text("utf-8")
    assert build() == 2


def test_what_modules_were_imported_or_missing_counts_and_no_other(
    make: Make, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = make(
        "```{python}\nfrom pathlib import Path\nimport tabulate\n"
        "try:\n    import surely_absent\nexcept ImportError:\n    pass\n"
        "Path('runs.txt').open('a').write('x')\n```\n",
        **FILES,
    )
    assert build() == 1
    assert build() == 1
    (entry,) = (root / ".render" / "results").iterdir()
    kept = json.loads(entry.read_bytes()[32:])
    assert "tabulate" in kept["versions"]
    assert "pytest" not in kept["versions"]
    assert "surely_absent" in kept["absent"]
    place = root / "elsewhere"
    place.mkdir()
    (place / "surely_absent.py").touch()
    monkeypatch.syspath_prepend(str(place))
    assert build() == 2


def test_what_an_earlier_build_left_is_no_resource(make: Make, build: Build) -> None:
    cell = (
        "```{python}\nfrom pathlib import Path\nPath('_made').mkdir(exist_ok=True)\n"
        "Path('_made/NAME.csv').write_text('1')\nPath('runs.txt').touch()\n```\n"
    )
    config = CONFIG.replace("project:\n", "project:\n  resources: [_made/*.csv]\n")
    root = make(cell.replace("NAME", "old"), **FILES, **{"_quarto.yml": config})
    build()
    change(root / "report.qmd", "old", "new")
    shutil.rmtree(root / "out")
    build()
    build()
    assert (root / "_made/old.csv").is_file()
    assert [path.name for path in (root / "out/_made").iterdir()] == ["new.csv"]


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


def test_it_gives_back_what_it_got(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "new")
    assert cache.get("a") is None
    cache.put("a", b"")
    cache.put("a", b"1\0\n")
    assert cache.get("a") == b"1\0\n"


def test_what_is_spoilt_is_not_there(tmp_path: Path) -> None:
    Cache(tmp_path).put("a", b"one")
    for content in (b"", b"one", (tmp_path / "a").read_bytes()[:-1]):
        (tmp_path / "a").write_bytes(content)
        assert Cache(tmp_path).get("a") is None


def test_the_least_used_gives_way(tmp_path: Path) -> None:
    (tmp_path / ".new-left").touch()
    for number in range(Cache(tmp_path).most):
        Cache(tmp_path).put(str(number), b"")
        os.utime(tmp_path / str(number), (number, number))
    Cache(tmp_path).get("1")
    Cache(tmp_path).put("last", b"")
    names = {path.name for path in tmp_path.iterdir()}
    assert len(names) == Cache(tmp_path).most
    assert {"1", "last"} <= names
    assert not names & {"0", ".new-left"}


@pytest.fixture
def refused(make: Make, tmp_path: Path) -> Refused:
    """Render a project of which only some files are listed, and return why it is refused."""

    def told(body: str, config: str = "", **files: str) -> list[str]:
        listed = {"_quarto.yml", "report.qmd", "data/a.csv", "chapters/a.qmd"}
        texts = {"data/a.csv": "1", "chapters/a.qmd": "A\n", **files}
        root = make(body, **{"_quarto.yml": CONFIG + config, **texts})
        inputs = [Path(name) for name in sorted(listed)]
        try:
            render(root, to=["html"], output=tmp_path / "out", inputs=inputs, progress=quiet)
        except RenderError as error:
            assert not (tmp_path / "out").exists()
            return [str(problem) for problem in error.problems]
        return []

    return told


@pytest.mark.parametrize(
    ("body", "config", "name", "place"),
    [
        ("{{< include notes/a.qmd >}}\n", "", "notes/a.qmd", "notes/a.qmd:1"),
        ("![](img/a.svg){fig-alt=A}\n", "", "img/a.svg", "report.qmd:5"),
        ('```{=html}\n<img src="img/a.svg" alt="">\n```\n', "", "img/a.svg", "report.qmd:6"),
        ("x\n", "bibliography: more/a.bib\n", "more/a.bib", "_quarto.yml:7"),
        ("x\n", "format: {html: {css: a.css}}\n", "a.css", "_quarto.yml:7"),
        ("```{python}\nopen('notes/a.txt').read()\n```\n", "", "notes/a.txt", "report.qmd:5"),
        ("```{python}\nimport helper\n```\n", "", "helper.py", "report.qmd:5"),
        ("`{python} open('notes/a.txt').read()`\n", "", "notes/a.txt", "report.qmd:5"),
    ],
)
def test_what_is_not_listed(
    refused: Refused, body: str, config: str, name: str, place: str
) -> None:
    (problem,) = refused(body, config, **{name: SVG if name.endswith("svg") else "# A\n"})
    assert problem.startswith(f"{place}: unlisted-input: {name} goes")
    assert problem.endswith("; move it to one of chapters/, data/")


def test_a_compiled_module_is_its_source(refused: Refused) -> None:
    body = "```{python}\nimport py_compile\npy_compile.compile('helper.py')\nimport helper\n```\n"
    (problem,) = refused(body, **{"helper.py": ""})
    assert "helper.py goes into" in problem


def test_what_is_listed_or_made_by_cells(refused: Refused) -> None:
    body = (
        "{{< include chapters/a.qmd >}}\n\n```{python}\nfrom pathlib import Path\n"
        "Path('data/a.csv').read_text()\nPath('_made').mkdir()\n"
        f"Path('_made/b.svg').write_text({SVG!r})\nPath('_made/b.svg').read_text()\n"
        "Path('log.txt').write_text('written, not read')\n```\n\n![](_made/b.svg){fig-alt=B}\n"
    )
    assert refused(body) == []


def test_where_nothing_can_be_written_nothing_is_kept(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    cache = Cache(tmp_path / "file" / "cache")
    cache.put("a", b"one")
    assert cache.get("a") is None
