"""One cell runs again, and what it gives is what it gives among all; else all run again."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from evidence.engine import results
from evidence.engine.document import Executed, read
from evidence.engine.kernels import Kernels
from evidence.engine.pieces import pieces
from evidence.engine.results import Cache
from evidence.engine.run import execute
from tests.unit.engine.conftest import CONFIG, MATTER, Make

HELPER = """\
from itertools import count
from pathlib import Path
import random
numbers, held, tally = count(), [], {}

class Kept:
    times = 0

def log(name):
    with open(Path(__file__).parents[1] / "log.txt", "a") as file:
        file.write(name + " ")
    return name

def counted():
    return next(numbers)

def hold(value):
    held.append(value)
    return len(held)

def default(value, seen=[]):
    seen.append(value)
    return len(seen)

def keep():
    Kept.times += 1
    return Kept.times

def enclosed():
    inside = []
    def add():
        inside.append(1)
        return len(inside)
    return add

add = enclosed()

def put(name, text):
    Path("_made").mkdir(exist_ok=True)
    Path("_made", name).write_text(text)
    return text

def drawn():
    import matplotlib
    before = matplotlib.rcParams["font.size"]
    matplotlib.rcParams["font.size"] = 20.0
    return before
"""
BODY = """\
# One {#sec-one}

```{python}
from helper import *
sizes = [1, 2]
other = [5]
log("first")
```

`{python} log("inline")` and `{python} sum(sizes)`

```{python}
#| label: second
log("second")
```

```{python}
import helper
(log("third"), document.titles)
```

```{python}
log("fourth" + str(sizes))
```
"""
EVERY = ["first", "inline", "second", "third", "fourth[1,", "2]"]


class Runs:
    """A project that runs again and again, with what the run before has left."""

    def __init__(self, root: Path, kernels: Kernels) -> None:
        self.root, self.log = root, root.parent / "log.txt"
        self.kernels, self.cache = kernels, Cache(root / ".render" / "results")

    def begin(self, body: str, helper: str = HELPER) -> None:
        """Let it be a new project."""
        shutil.rmtree(self.root, ignore_errors=True)
        self.root.mkdir()
        texts = {"_quarto.yml": CONFIG, "report.qmd": MATTER + body, "helper.py": helper}
        for name, text in texts.items():
            (self.root / name).write_text(text, "utf-8")

    def again(self) -> list[str]:
        """Run, hold the results against those of a run of all, and return what ran."""
        depends = [Path("helper.py"), Path("_quarto.yml")]
        document = read(self.root)
        key = results.key(document, depends)
        self.log.write_text("", "utf-8")
        kept = results.kept(self.cache, key)
        part = execute(document, lambda _: None, kernels=self.kernels, kept=kept)
        ran = self.log.read_text("utf-8").split()
        whole = execute(document, lambda _: None, kernels=self.kernels)
        assert shown(part.parts) == shown(whole.parts)
        assert names(part.written, self.root) == names(whole.written, self.root)
        results.save(self.cache, key, self.root, part)
        return ran

    def edit(self, old: str, new: str, file: str = "report.qmd") -> None:
        text = (self.root / file).read_text("utf-8")
        assert old in text
        (self.root / file).write_text(text.replace(old, new), "utf-8")


def shown(parts: tuple[Executed, ...]) -> list[object]:
    return [[*done.outputs, *done.values] for done in parts]


def names(paths: frozenset[Path], root: Path) -> set[str]:
    return {path.relative_to(root).as_posix() for path in paths} - {"log.txt"}


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runs]:
    with Kernels() as kernels:
        yield Runs(tmp_path_factory.mktemp("pieces").resolve() / "project", kernels)


@pytest.fixture
def runs(places: Runs) -> Runs:
    places.begin(BODY)
    return places


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("# One", "Words.\n\n# One", []),
        ('log("second")', 'log("other")', ["other"]),
        ('log("inline")', 'log("within")', ["within"]),
        ("#| label: second", "#| label: another", []),
        # It is given the titles, and nothing else is.
        ("# One", "# Two", ["third"]),
        ("sizes = [1, 2]", "sizes = [3]", ["first", "fourth[3]"]),
        ("other = [5]", "other = [6]", ["first"]),
        ('log("second")', 'sizes = [3]\nlog("second")', ["second", "fourth[3]"]),
        ("import helper\n", "import helper, csv\n", ["third", *EVERY[-2:]]),
        ("from helper import *", "import re\nfrom helper import *", EVERY),
    ],
)
def test_what_runs_again(runs: Runs, old: str, new: str, expected: list[str]) -> None:
    assert runs.again() == EVERY
    runs.edit(old, new)
    assert runs.again() == expected
    assert runs.again() == []


def test_a_module_runs_all_again(runs: Runs) -> None:
    runs.again()
    runs.edit("return name", "return name.upper()", "helper.py")
    assert runs.again() == EVERY


@pytest.mark.parametrize(
    "call",
    [
        "counted()",
        "hold(1)",
        "default(1)",
        "keep()",
        "add()",
        "random.seed(1)",
        "sizes.append(3)",
        "drawn()",
        "put('same.txt', 'fourth')",
        "Path('_made/third.txt').read_text()",
        "eval('sizes')",
        "helper.numbers.__next__()",
        "__import__('os').environ.update(A='b')",
        "told()",
        "[x := 1]",
    ],
)
def test_what_one_leaves_to_another_runs_all_again(runs: Runs, call: str) -> None:
    told = "\ndef told():\n    import sys\n    print('said', file=sys.stderr)\n"
    body = (
        "# One\n\n```{python}\nfrom helper import *\nimport helper\nput('third.txt', '3')\n```\n\n"
        "```{python}\nsizes = [1, 2]\n(log('second'), put('same.txt', '2'))\n```\n\n"
        f"```{{python}}\n(log('third'), {call}, sizes)\n```\n\n"
        "```{python}\nlog('fourth')\n```\n"
    )
    runs.begin(body, HELPER + told)
    assert runs.again() == ["second", "third", "fourth"]
    runs.edit("log('fourth')", "log('fifth')")
    assert runs.again() == ["second", "third", "fifth"]


@pytest.mark.parametrize("call", ["counted()", "add()"])
def test_what_is_new_and_goes_by_the_past_runs_all_again(runs: Runs, call: str) -> None:
    runs.edit('log("second")', f'log("second" + str({call}))')
    runs.again()
    # One more before: on its own it would be the first.
    runs.edit('log("first")', f'log("first" + str({call}))')
    assert len(runs.again()) == len(EVERY)


def test_files_come_back_with_what_wrote_them(runs: Runs) -> None:
    body = "```{python}\nfrom helper import *\n```\n" + "".join(
        f"\n```{{python}}\nput('{name}.txt', log('{name}'))\n```\n" for name in ("one", "two")
    )
    runs.begin(body)
    assert runs.again() == ["one", "two"]
    runs.edit("log('two')", "log('new')")
    (runs.root / "_made/one.txt").unlink()
    assert runs.again() == ["new"]
    assert (runs.root / "_made/one.txt").read_text("utf-8") == "one"
    assert (runs.root / "_made/two.txt").read_text("utf-8") == "new"


@pytest.mark.parametrize(
    "code",
    [
        "%matplotlib inline",
        "x = f()",
        "x, y = 1, 2",
        "for n in x:\n    n",
        "del x",
        "await x",
        "def f():\n    pass",
        "x.y = 1",
        "f(1)\ng(2)",
        "globals()['x']",
        "_",
        "Out[1]",
        "x._hidden",
        "import a\nif a:\n    b = 1",
        "(",
        "y: int = 1",
    ],
)
def test_other_forms_are_not_taken_apart(make: Make, code: str) -> None:
    assert pieces(read(make(f"```{{python}}\n{code}\n```\n"))) is None


@pytest.mark.parametrize("code", ["", "import a", "x = {'a': [1, -2.5]}", "from a import *\nf(x)"])
def test_forms_that_are(make: Make, code: str) -> None:
    assert pieces(read(make(f"```{{python}}\n{code}\n```\n"))) is not None
