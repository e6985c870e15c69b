"""The report's cells run once a build, and not at all while all that they read is the same."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from evidence.engine import results
from evidence.engine.document import Prose, read
from evidence.proof.manifest import inputs
from tests.conftest import PROJECT, MakeProject, evidence

# Python runs it as it starts: each kernel, and each file of the project that a kernel opens.
WATCH = """\
import os, sys
if "ipykernel_launcher" in sys.orig_argv:
    log = os.open(os.environ["PYTHON_WATCH_LOG"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(log, b"kernel\\n")
    root = os.getcwd() + os.sep
    def hook(event, arguments):
        if event == "open" and isinstance(arguments[0], (str, bytes, os.PathLike)):
            path = os.path.abspath(os.fsdecode(arguments[0]))
            if path.startswith(root):
                os.write(log, f"open {path.removeprefix(root)}\\n".encode())
    sys.addaudithook(hook)
"""
# The engine refuses by itself what the real report's cells read beside the list.
READS = """\
# One

Words.

```{python}
#| output: asis
from evidence.model.load import load
from pathlib import Path
print(len(load(Path("data")).sources))
```
"""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the project that may be changed."""
    copy = tmp_path / "copy"
    for name, path in inputs(PROJECT).items():
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy / name)
    monkeypatch.setattr("evidence.proof.manifest.PACKAGE", copy / "evidence")
    return copy


def key(root: Path) -> str:
    return results.key(read(root), inputs(root, of_cells=True).values())


def change(path: Path, pattern: str, new: str) -> None:
    text = path.read_text("utf-8")
    changed = re.sub(pattern, new, text, count=1, flags=re.MULTILINE)
    assert changed != text
    path.write_text(changed, "utf-8")


def longest_prose(root: Path) -> tuple[Path, str]:
    """Return a chapter and the longest line of prose in it that has no code."""
    lines = [
        (line.text, line.file)
        for part in read(root).parts
        if isinstance(part, Prose)
        for line in part.lines
        if line.file.startswith("chapters/") and re.match(r"[A-Z]", line.text)
        if "`" not in line.text
    ]
    text, file = max(lines, key=lambda line: len(line[0]))
    return root / file, text


def edited(pattern: str, new: str) -> Callable[[bytes], bytes]:
    def edit(content: bytes) -> bytes:
        changed = re.sub(pattern, new, content.decode(), count=1, flags=re.MULTILINE)
        assert changed != content.decode()
        return changed.encode()

    return edit


def grown(content: bytes) -> bytes:
    return content + b"\n"


# File and what becomes of it, nothing where it goes.
CHANGES: dict[str, tuple[str, Callable[[bytes], bytes | None]]] = {
    "cell": ("chapters/annex-codebook.qmd", edited(r"^table\(", "(table)(")),
    "heading": ("chapters/annex-checklists.qmd", edited(r"^# ", "# The ")),
    "date": ("report.qmd", edited(r"^date: \d{4}", "date: 2001")),
    "settings": ("_quarto.yml", edited("^lang: en-GB", "lang: en-US")),
    "versions": ("requirements.lock", grown),
    "font": ("fonts/SourceSans3-Bold.ttf", grown),
    "font gone": ("fonts/SourceSans3-It.ttf", lambda content: None),
    "new module": ("evidence/report/extra.py", grown),
    "new data": ("data/extra.csv", grown),
    **{
        name: (name, grown)
        for name in inputs(PROJECT, of_cells=True)
        if name.startswith("data/") or (name.startswith("evidence/") and name.endswith(".py"))
    },
}


def test_each_kind_of_input_runs_the_cells_again(root: Path) -> None:
    first = key(root)
    blind = []
    for name, (file, become) in CHANGES.items():
        path = root / file
        before = path.read_bytes() if path.exists() else None
        after = become(before or b"")
        if after is None:
            path.unlink()
        else:
            path.write_bytes(after)
        if key(root) == first:
            blind.append(name)
        if before is None:
            path.unlink()
        else:
            path.write_bytes(before)
    assert key(root) == first
    assert not blind


def test_prose_runs_no_cell_again(root: Path) -> None:
    first = key(root)
    path, line = longest_prose(root)
    change(path, re.escape(line), "Quite other words.\n\nIn two paragraphs.")
    assert key(root) == first


@pytest.mark.parametrize("name", ["PYTHONWARNINGS", "OMP_NUM_THREADS"])
def test_what_python_and_its_numbers_go_by(
    root: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    first = key(root)
    monkeypatch.setenv(name, "7")
    assert key(root) != first


def test_one_kernel_a_build_that_reads_nothing_the_key_does_not_know(
    tiny_project: MakeProject, tmp_path: Path
) -> None:
    root = tiny_project(READS)
    (tmp_path / "sitecustomize.py").write_text(WATCH, "utf-8")
    log = tmp_path / "log"

    def build(*arguments: str) -> list[str]:
        """Render, and return what kernels did."""
        log.write_text("", "utf-8")
        watched = {
            "PYTHONPATH": f"{PROJECT}{os.pathsep}{tmp_path}",
            "PYTHON_WATCH_LOG": str(log),
        }
        done = evidence(root, "render", *arguments, **watched)
        assert done.returncode == 0, done.stderr
        return log.read_text("utf-8").splitlines()

    seen = build()
    assert seen.count("kernel") == 1
    opened = {line.removeprefix("open ") for line in seen if line.startswith("open ")}
    assert "data/codings.csv" in opened
    # What the kernel needs for itself is no part of the project.
    strange = {name for name in opened if not name.startswith(".render/")}
    assert strange <= inputs(root, of_cells=True).keys()

    assert build() == []
    change(root / "chapters/one.qmd", "Words", "Quite other words")
    assert build("--to", "html") == []
