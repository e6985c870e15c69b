from __future__ import annotations

import time
from pathlib import Path

import psutil
import pytest

from evidence.engine import CellFailed, Problem, RenderError
from evidence.engine.document import Executed, read
from evidence.engine.run import execute
from tests.unit.engine.conftest import Make


def run(folder: Path) -> tuple[tuple[Executed, ...], list[str]]:
    said: list[str] = []
    return execute(read(folder), said.append).parts, said


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


def test_cells_know_the_titles_of_the_document(make: Make) -> None:
    text = '# One {#sec-one}\n\n`{python} document.titles["sec-two"]`\n\n## Two {#sec-two}\n'
    done, _ = run(make(text))
    assert [value["text"] for part in done for value in part.values] == ["Two"]


def test_what_cells_leave_is_told_by_who_left_it(make: Make) -> None:
    text = """\
```{python}
from pathlib import Path
import helper, tabulate
Path("_made").mkdir()
try:
    import no_such_module.below
except ImportError:
    pass
```

`{python} Path("_made/a.txt").write_text("a")` `{python} Path("_made/b.txt").write_text("b")`

```{python}
Path("_made/a.txt").replace("_made/c.txt")
```
"""
    root = make(text, **{"helper.py": ""})
    found = execute(read(root), lambda _: None)
    names = {path.relative_to(root.resolve()).as_posix() for path in found.written}
    assert names == {"_made/a.txt", "_made/b.txt", "_made/c.txt"}
    assert {"helper", "tabulate"} <= {*found.imported}
    assert found.absent.count("no_such_module") == 1


@pytest.mark.parametrize("how", ["a", "w", "r+"])
def test_a_cell_must_not_write_what_documents_are_made_from(make: Make, how: str) -> None:
    text = f"Words\n\n```{{python}}\nopen('data.csv', {how!r}).write('2')\n```"
    root = make(text, **{"data.csv": "1"})
    listed = [Path("data.csv"), Path("report.qmd")]
    with pytest.raises(CellFailed) as caught:
        execute(read(root), lambda _: None, listed=listed)
    (problem,) = caught.value.problems
    assert str(problem).startswith("report.qmd:7: input-written: a cell writes data.csv, ")


def test_cells_see_the_variables_that_they_are_given_and_no_others(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIVEN", "by whoever builds")
    root = make("`{python} __import__('os').environ.get('GIVEN')`")
    for given, seen in (({"GIVEN": "2015"}, "2015"), ({}, "None")):
        (prose,) = execute(read(root, environment=given), lambda _: None).parts
        assert prose.values == ({"text": seen},)


def test_importing_a_module_writes_nothing(make: Make) -> None:
    root = make("```{python}\nimport helper\n```", **{"helper.py": ""})
    found = execute(read(root), lambda _: None, listed=[Path("helper.py"), Path("report.qmd")])
    assert not found.written


@pytest.mark.parametrize(
    "code", ["print('x' * 20_000_000)", "display({'text/plain': 'x' * 20_000_000}, raw=True)"]
)
def test_what_a_cell_shows_has_a_limit(make: Make, code: str) -> None:
    with pytest.raises(CellFailed, match=r"report\.qmd:5: printed-too-much: .* more than 10 MB"):
        run(make(f"```{{python}}\n{code}\n```"))


def test_no_process_outlives_the_cells(make: Make) -> None:
    # Twice parted from the kernel: by a session of its own, and by a parent that has ended.
    text = """\
```{python}
import subprocess, sys
code = (
    "import subprocess;"
    "print(subprocess.Popen(['sleep', '60'], start_new_session=True, stdout=-3).pid)"
)
stray = int(subprocess.check_output([sys.executable, "-c", code]))
```
`{python} stray`
"""
    done, _ = run(make(text))
    (value,) = (value["text"] for part in done for value in part.values)
    for _ in range(100):
        if not psutil.pid_exists(int(value)) or psutil.Process(int(value)).status() == "zombie":
            return
        time.sleep(0.05)
    pytest.fail("it is still there")


def test_pictures_are_drawn_as_large_as_the_document_says(make: Make) -> None:
    matter = "---\ntitle: T\nfig-width: 5\nfig-height: 2\n---\n"
    body = "```{python}\nimport matplotlib\nmatplotlib.rcParams['figure.figsize']\n```\n"
    (*_, cell, _) = execute(read(make(**{"report.qmd": matter + body})), lambda _: None).parts
    assert cell.outputs[0]["data"]["text/plain"] == "[5.0, 2.0]"


def test_what_is_refused_while_the_kernel_starts_runs_nothing(make: Make) -> None:
    root = make("```{python}\nopen('_ran', 'w')\n```\n")
    before = {child.pid for child in psutil.Process().children(recursive=True)}
    started: list[psutil.Process] = []

    def refuse() -> None:
        found = psutil.Process().children(recursive=True)
        started.extend(child for child in found if child.pid not in before)
        raise RenderError(Problem("unsupported-cell", "report.qmd", 5, "no", "none"))

    with pytest.raises(RenderError, match="unsupported-cell"):
        execute(read(root), lambda _: None, ready=refuse)
    assert started
    assert not any(child.is_running() for child in started)
    assert not (root / "_ran").exists()


@pytest.mark.parametrize("body", ["Words.", "`{python} 1`"])
def test_what_is_to_happen_before_cells_run_happens_once(make: Make, body: str) -> None:
    called: list[bool] = []
    execute(read(make(body)), lambda _: None, ready=lambda: called.append(True))
    assert called == [True]
