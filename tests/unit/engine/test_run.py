from __future__ import annotations

from collections.abc import Callable

import pytest

from evidence.engine import CellFailed
from evidence.engine.cells import Executed, split
from evidence.engine.project import Project
from evidence.engine.run import execute
from evidence.engine.source import Line

Lines = Callable[[str], tuple[Line, ...]]
Load = Callable[..., Project]


def run(project: Project, lines: tuple[Line, ...]) -> tuple[tuple[Executed, ...], list[str]]:
    said: list[str] = []
    return execute(project, split(lines, {}, []), said.append), said


def test_prose_alone_starts_no_kernel(project: Load, lines: Lines) -> None:
    (done,), said = run(project(), lines("Words."))
    assert done.values == ()
    assert said == []


def test_cells_and_values_in_order_from_one_kernel(project: Load, lines: Lines) -> None:
    loaded = project(**{"helper.py": "NAME = 'from the project'\n"})
    text = """\
```{python}
#| label: first
import os, helper, numpy as np
from pathlib import Path
from IPython.display import Markdown
n = 1
```
`{python} n` `{python} helper.NAME` `{python} np.float64(0.5)` `{python} Markdown("**b**")`
```{python}
n += 1
```
`{python} n` `{python} Path.cwd().name` `{python} os.environ["SOURCE_DATE_EPOCH"]`
"""
    done, said = run(loaded, lines(text))
    values = [value for part in done for value in part.values]
    assert values == [
        {"text": "1"},
        {"text": "from the project"},
        {"text": "0.5"},
        {"markdown": "**b**"},
        {"text": "2"},
        {"text": loaded.root.name},
        {"text": str(loaded.epoch)},
    ]
    assert said == ["execute  cell 1/2 x.qmd:1 first", "execute  cell 2/2 x.qmd:9"]


def test_cells_see_no_settings_of_their_users(
    project: Load, lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LANG", "MATPLOTLIBRC", "PYTHONSTARTUP", "SECRET_TOKEN", "USER"):
        monkeypatch.setenv(name, "mine")
    done, _ = run(project(), lines("`{python} 'mine' in __import__('os').environ.values()`"))
    assert done[0].values == ({"text": "False"},)


def test_a_failing_cell_says_where_and_why(project: Load, lines: Lines) -> None:
    text = "Words\n\n```{python}\n#| label: bad\nx = 1\n{}['key']\n```"
    with pytest.raises(CellFailed) as caught:
        run(project(), lines(text))
    error = caught.value
    assert (error.file, error.line) == ("x.qmd", 3)
    assert "`bad`" in error.message
    assert "KeyError: 'key'" in error.message
    assert "{}['key']" in error.message
    assert "\x1b" not in str(error)


def test_all_failing_expressions_of_a_passage(project: Load, lines: Lines) -> None:
    with pytest.raises(CellFailed) as caught:
        run(project(), lines("`{python} 1/0`\n\n`{python} nothing` and `{python} 1`"))
    assert [problem.line for problem in caught.value.problems] == [1, 3]
    assert "inline `1/0` failed: ZeroDivisionError: division by zero" in caught.value.message


def test_a_kernel_that_dies(project: Load, lines: Lines) -> None:
    with pytest.raises(CellFailed, match=r"x\.qmd:1: kernel-died: the kernel died"):
        run(project(), lines("```{python}\nimport os; os._exit(1)\n```"))
