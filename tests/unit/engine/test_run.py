from __future__ import annotations

from pathlib import Path

import pytest

from evidence.engine import CellFailed
from evidence.engine.document import Executed, read
from evidence.engine.run import execute
from tests.unit.engine.conftest import Make


def run(folder: Path) -> tuple[tuple[Executed, ...], list[str]]:
    said: list[str] = []
    return execute(read(folder), said.append), said


def test_prose_alone_starts_no_kernel(make: Make) -> None:
    (done,), said = run(make("Words."))
    assert done.values == ()
    assert said == []


def test_cells_and_values_in_order_from_one_kernel(make: Make) -> None:
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
    root = make(text, **{"helper.py": "NAME = 'from the project'\n"})
    done, said = run(root)
    values = [value for part in done for value in part.values]
    assert values == [
        {"text": "1"},
        {"text": "from the project"},
        {"text": "0.5"},
        {"markdown": "**b**"},
        {"text": "2"},
        {"text": root.name},
        {"text": str(read(root).project.epoch)},
    ]
    assert said == ["execute  cell 1/2 report.qmd:5 first", "execute  cell 2/2 report.qmd:13"]


def test_cells_see_no_settings_of_their_users(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LANG", "MATPLOTLIBRC", "PYTHONSTARTUP", "SECRET_TOKEN", "USER"):
        monkeypatch.setenv(name, "mine")
    done, _ = run(make("`{python} 'mine' in __import__('os').environ.values()`"))
    assert done[0].values == ({"text": "False"},)


def test_a_failing_cell_says_where_and_why(make: Make) -> None:
    text = "Words\n\n```{python}\n#| label: bad\nx = 1\n{}['key']\n```"
    with pytest.raises(CellFailed) as caught:
        run(make(text))
    (error,) = caught.value.problems
    assert (error.file, error.line) == ("report.qmd", 7)
    assert "`bad`" in error.message
    assert "KeyError: 'key'" in error.message
    assert "{}['key']" in error.message
    assert "\x1b" not in str(error)


def test_all_failing_expressions_of_a_passage(make: Make) -> None:
    with pytest.raises(CellFailed) as caught:
        run(make("`{python} 1/0`\n\n`{python} nothing` and `{python} 1`"))
    assert [problem.line for problem in caught.value.problems] == [5, 7]
    assert "inline `1/0` failed: ZeroDivisionError: division by zero" in str(caught.value)


def test_a_kernel_that_dies(make: Make) -> None:
    with pytest.raises(CellFailed, match=r"report\.qmd:5: kernel-died: the kernel died"):
        run(make("```{python}\nimport os; os._exit(1)\n```"))


def test_cells_know_the_document_they_stand_in(make: Make) -> None:
    text = """\
# One {#sec-one}

`{python} document.section` and `{python} document.titles["sec-two"]`

## Two {#sec-two}

`{python} document.section`

# Three

```{python}
here = document.section
```

# Four

`{python} here`
"""
    done, _ = run(make(text))
    values = [value["text"] for part in done for value in part.values]
    assert values == ["One", "Two", "One: Two", "Three"]


def test_pictures_are_drawn_as_large_as_the_document_says(make: Make) -> None:
    matter = "---\ntitle: T\nfig-width: 5\nfig-height: 2\n---\n"
    body = "```{python}\nimport matplotlib\nmatplotlib.rcParams['figure.figsize']\n```\n"
    (*_, cell, _) = execute(read(make(**{"report.qmd": matter + body})), lambda _: None)
    assert cell.outputs[0]["data"]["text/plain"] == "[5.0, 2.0]"
