"""The report's cells run once a build, and not at all while all that they read is the same."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from evidence.engine import results
from evidence.engine.document import Prose, read
from evidence.proof.manifest import inputs
from tests.e2e.test_commands import COMMAND, PROJECT

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


def add(name: str) -> Callable[[Path], object]:
    return lambda root: (root / name).write_text("new\n", "utf-8")


def grow(name: str) -> Callable[[Path], object]:
    return lambda root: (root / name).write_bytes((root / name).read_bytes() + b"\n")


CHANGES: dict[str, Callable[[Path], object]] = {
    "cell": lambda root: change(
        root / "chapters/annex-figures.qmd", r"^figures.flow", "(figures).flow"
    ),
    "heading": lambda root: change(root / "chapters/annex-prisma.qmd", r"^# ", "# The "),
    "date": lambda root: change(root / "report.qmd", r"^date: \d{4}", "date: 2001"),
    "settings": lambda root: change(root / "_quarto.yml", "^lang: en-GB", "lang: en-US"),
    "versions": grow("requirements.lock"),
    "font": grow("fonts/SourceSans3-Bold.ttf"),
    "font gone": lambda root: (root / "fonts/SourceSans3-It.ttf").unlink(),
    "new module": add("evidence/report/extra.py"),
    "new data": add("data/extra.csv"),
    **{
        name: grow(name)
        for name in inputs(PROJECT, of_cells=True)
        if name.startswith("data/") or (name.startswith("evidence/") and name.endswith(".py"))
    },
}


def test_each_kind_of_input_runs_the_cells_again(root: Path, tmp_path: Path) -> None:
    first = key(root)
    backup = shutil.copytree(root, tmp_path / "backup")
    blind = []
    for name, make in CHANGES.items():
        make(root)
        if key(root) == first:
            blind.append(name)
        shutil.copytree(backup, root, dirs_exist_ok=True)
        for path in (root / "evidence/report/extra.py", root / "data/extra.csv"):
            path.unlink(missing_ok=True)
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
    root: Path, tmp_path: Path
) -> None:
    watch = tmp_path / "watch"
    watch.mkdir()
    (watch / "sitecustomize.py").write_text(WATCH, "utf-8")
    log = tmp_path / "log"

    def build(*arguments: str) -> list[str]:
        """Render, and return what kernels did."""
        log.write_text("", "utf-8")
        done = subprocess.run(
            [*COMMAND, "render", *arguments],
            cwd=root,
            env={
                **os.environ,
                "PYTHONPATH": f"{root}{os.pathsep}{watch}",
                "PYTHONDONTWRITEBYTECODE": "1",
                "PYTHON_WATCH_LOG": str(log),
            },
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return log.read_text("utf-8").splitlines()

    seen = build()
    assert seen.count("kernel") == 1
    opened = {line.removeprefix("open ") for line in seen if line.startswith("open ")}
    assert "data/codings.csv" in opened
    known = {*inputs(root, of_cells=True)}
    # What the kernel needs for itself, and what cells write and read no more.
    own = (".render/", "_figures/")
    strange = {name for name in opened - known if not name.startswith(own)}
    assert not {name for name in strange if "__pycache__" not in name}

    assert build() == []
    path, line = longest_prose(root)
    change(path, re.escape(line), "Quite other words.")
    assert build("--to", "html") == []
