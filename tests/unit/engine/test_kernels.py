"""A forked kernel gives what a new one gives, whatever has changed, and leaves no process."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from evidence.engine.document import read
from evidence.engine.faults import CellFailed
from evidence.engine.kernels import Kernels
from evidence.engine.run import execute
from tests.unit.engine.conftest import Make

SHOWS = """\
```{python}
import os, sys
import pandas as pd
import matplotlib.pyplot as plt
import elsewhere
pd.DataFrame({str(n): [n] for n in range(30)})
```

```{python}
plt.plot([1, 2]);
```

```{python}
print("careful", file=sys.stderr)
print(elsewhere.NAME, os.getcwd(), sorted(set(os.environ) - {"IPYTHONDIR", "MATPLOTLIBRC"}))
print(sys.argv[1:2], sys.path[:2], sys.flags, os.isatty(0))
```
"""
PARENT = "`{python} __import__('os').getppid()`\n"


@pytest.fixture
def kernels() -> Iterator[Kernels]:
    with Kernels() as kernels:
        yield kernels
    assert not psutil.Process().children(recursive=True)


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A module that is no part of the project, old enough to be trusted."""
    module = tmp_path / "lib" / "elsewhere.py"
    module.parent.mkdir()
    module.write_text("NAME = 'first'\n", "utf-8")
    monkeypatch.setenv("PYTHONPATH", str(module.parent))
    time.sleep(0.1)
    return module


def shown(root: Path, kernels: Kernels | None) -> list[object]:
    run = execute(read(root), lambda _: None, kernels=kernels)
    return [[*done.outputs, *done.values] for done in run.parts]


def parent(root: Path, kernels: Kernels) -> int:
    (prose,) = execute(read(root), lambda _: None, kernels=kernels).parts
    return int(prose.values[0]["text"])


@pytest.mark.usefixtures("elsewhere")
def test_it_shows_what_a_new_kernel_shows(make: Make, kernels: Kernels) -> None:
    root = make(SHOWS)
    new = shown(root, None)
    for _ in range(3):
        assert shown(root, kernels) == new


def test_it_is_forked_once_something_is_known_of_what_it_loads(
    make: Make, kernels: Kernels
) -> None:
    root = make(PARENT)
    found = [parent(root, kernels) for _ in range(3)]
    assert found[0] == os.getpid()
    assert found[1] == found[2] != found[0]


def test_what_changes_is_loaded_anew(make: Make, kernels: Kernels, elsewhere: Path) -> None:
    body = "`{python} __import__('elsewhere').NAME` `{python} __import__('helper').NAME`\n"
    root = make(body, **{"helper.py": "NAME = 'one'\n"})

    def names() -> list[str]:
        (prose,) = execute(read(root), lambda _: None, kernels=kernels).parts
        return [value["text"] for value in prose.values]

    assert names() == names() == ["first", "one"]
    (root / "helper.py").write_text("NAME = 'another'\n", "utf-8")
    assert names() == ["first", "another"]
    elsewhere.write_text("NAME = 'second, and longer'\n", "utf-8")
    assert names() == ["second, and longer", "another"]
    (root / "elsewhere.py").write_text("NAME = 'of the project'\n", "utf-8")
    assert names() == ["of the project", "another"]


def test_a_module_that_asks_for_the_shell_is_loaded_by_the_kernel(
    make: Make, kernels: Kernels, elsewhere: Path
) -> None:
    elsewhere.write_text("from IPython import get_ipython\nNAME = get_ipython() is None\n", "utf-8")
    time.sleep(0.1)
    root = make("`{python} __import__('elsewhere').NAME`\n" + PARENT)
    for _ in range(2):
        (prose,) = execute(read(root), lambda _: None, kernels=kernels).parts
        assert prose.values[0] == {"text": "False"}
    assert prose.values[1] != {"text": str(os.getpid())}


def test_where_the_process_that_forks_is_gone_a_kernel_is_started(
    make: Make, kernels: Kernels
) -> None:
    root = make(PARENT)
    parent(root, kernels)
    psutil.Process(parent(root, kernels)).kill()
    assert parent(root, kernels) == os.getpid()
    assert parent(root, kernels) != os.getpid()


def test_what_a_cell_forks_ends_with_its_kernel(make: Make, kernels: Kernels) -> None:
    body = """\
```{python}
import os, time
child = os.fork()
if not child:
    os.setsid()
    time.sleep(60)
    os._exit(0)
```
`{python} child`
"""
    root = make(body)
    for _ in range(2):
        values = [
            v
            for done in execute(read(root), lambda _: None, kernels=kernels).parts
            for v in done.values
        ]
        stray = int(values[0]["text"])
        for _ in range(100):
            if not psutil.pid_exists(stray) or psutil.Process(stray).status() == "zombie":
                break
            time.sleep(0.05)
        else:
            pytest.fail("it is still there")


def test_a_kernel_ends_with_the_process_that_forked_it(make: Make, kernels: Kernels) -> None:
    root = make(PARENT)
    shown(root, kernels)
    above = "__import__('os').getppid()"
    kills = f"`{{python}} {above} != {os.getpid()} and __import__('os').kill({above}, 9)`\n"
    sleeps = "\n```{python}\nimport time\ntime.sleep(60)\n```\n"
    start = time.monotonic()
    with pytest.raises(CellFailed, match="kernel-died"):
        shown(make(kills + sleeps), kernels)
    assert time.monotonic() - start < 30
