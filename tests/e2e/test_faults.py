"""Whatever ends a build: a clear message, the right exit code, and nothing left or lost."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import COMMAND, ENVIRONMENT, MakeProject
from tests.e2e.conftest import KEPT, Suffered
from tests.e2e.processes import lingering
from tests.e2e.test_commands import FINE_CHAPTER

OLD = {f"report.{name}": f"old {name}" for name in ("html", "pdf", "docx")}
SLEEP = "import subprocess\nsubprocess.run(['sleep', '600'])"
FLOOD = """\
while True:
    try:
        print("x" * 10_000)
    except BaseException:
        pass"""

# What a chapter computes, the fault's name, and what is said of it.
CELLS = [
    ("[0] * 10**15", "memory error in a cell", r"one\.qmd:3: the cell failed:\n.*MemoryError"),
    ("import os; os._exit(1)", "dead kernel", r"one\.qmd:3: the kernel died in the cell"),
    (
        "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
        "kernel killed for want of memory",
        r"one\.qmd:3: the kernel died in the cell",
    ),
    (SLEEP, "cell that never ends", r"one\.qmd:3: the cell ran for more than 3 s; .*--timeout"),
    (
        "for _ in range(10_000): print('x' * 10_000)",
        "cell that prints 100 MB",
        r"one\.qmd:3: the cell shows more than 10 MB; let it show less",
    ),
    (
        "print('x' * 100_000_000)",
        "cell that prints 100 MB at once",
        r"one\.qmd:3: the cell shows more than 10 MB",
    ),
    (FLOOD, "cell that never ends printing", r"one\.qmd:3: the cell shows more than 10 MB"),
]
# Takes Pandoc and Typst long enough to be stopped at it.
LONG = "# One\n\n" + "A paragraph of a long chapter.\n\n" * 4_000
INLINE = [
    (
        "__import__('os')._exit(len('x'))",
        "inline: dead kernel",
        r"one\.qmd:1: the kernel died in an inl",
    ),
    ("__import__('signal').pause()", "inline: never ends", r"one\.qmd:1: an inline .* than 3 s"),
    ("__import__('sys').exit(len('x'))", "inline: exit", r"one\.qmd:1: .*SystemExit"),
]


@dataclass(frozen=True)
class Fate:
    """How a command ended."""

    code: int
    said: str


@dataclass(frozen=True)
class Bench:
    """A project with old documents, and a command whose leavings can be seen."""

    project: Path
    output: Path
    temporary: Path
    record: Callable[[Suffered], None]

    def command(self, *arguments: str, **variables: str) -> subprocess.Popen[str]:
        environment = {
            **ENVIRONMENT,
            "TMPDIR": str(self.temporary),
            "JUPYTER_RUNTIME_DIR": str(self.temporary / "jupyter"),
            **variables,
        }
        return subprocess.Popen(
            [*COMMAND, "render", "--output", str(self.output), *arguments],
            cwd=self.project,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,
        )

    def run(
        self, *arguments: str, stop: tuple[str, signal.Signals] | None = None, **variables: str
    ) -> Fate:
        """Run to the end, which a signal may bring when a line of progress is seen."""
        with self.command(*arguments, **variables) as process:
            assert process.stderr
            watch = threading.Timer(150, process.kill)
            watch.start()
            lines = []
            for line in process.stderr:
                lines.append(line)
                if stop and stop[0] in line:
                    time.sleep(0.3)
                    # A terminal sends its signals to the whole group.
                    os.killpg(process.pid, stop[1])
                    stop = None
            process.wait()
            watch.cancel()
        return Fate(process.returncode, "".join(lines))

    def suffers(self, fault: str, fate: Fate, code: int, said: str) -> None:
        """Hold what came of a fault against what has to, and put it into the table."""
        kept = {p.name: p.read_text("utf-8", "replace") for p in self.output.iterdir()}
        message = "\n".join(
            line for line in fate.said.splitlines() if not re.match(r" *\d+\.\d s  ", line)
        )
        told = " ".join(message.split()).replace(f"{self.output.parent}/", "")
        self.record(Suffered(fault, fate.code, told, "intact" if kept == OLD else "LOST"))
        assert fate.code == code, fate.said
        # Codes have tests of their own.
        bare = re.sub(r"(?<=: )[a-z]+(?:-[a-z]+)+: ", "", message)
        assert re.search(said, bare, re.DOTALL), fate.said
        assert "Traceback" not in fate.said
        assert kept == OLD
        self.leaves_nothing()

    def leaves_nothing(self) -> None:
        assert not lingering(self.project)
        work = self.project / ".render"
        if work.is_dir():
            assert {path.name for path in work.iterdir()} <= KEPT
        hidden = [p.name for p in self.output.parent.iterdir() if p.name.startswith(".out")]
        assert not hidden
        assert not [path for path in self.temporary.rglob("*") if path.is_file()]


MakeBench = Callable[..., Bench]


@pytest.fixture
def bench(
    tiny_project: MakeProject, tmp_path: Path, record: Callable[[Suffered], None]
) -> MakeBench:
    def make(chapter: str = FINE_CHAPTER, place: Path = tmp_path) -> Bench:
        output = place / "output"
        output.mkdir()
        for name, text in OLD.items():
            (output / name).write_text(text, "utf-8")
        temporary = tmp_path / "temporary"
        temporary.mkdir()
        return Bench(tiny_project(chapter), output, temporary, record)

    return make


@contextmanager
def mounted(place: Path, size: str) -> Iterator[None]:
    """Put a small disk in a place, where the machine lets us."""
    if os.geteuid() and not shutil.which("sudo"):
        pytest.skip("mounting a small disk needs root")
    as_root = ["sudo", "-n"] if os.geteuid() else []
    options = f"size={size},uid={os.geteuid()},mode=755"
    mount = [*as_root, "mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)]
    done = subprocess.run(mount, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"this machine lets nobody mount a small disk: {done.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run([*as_root, "umount", "--lazy", str(place)], check=True)


def cell(code: str) -> str:
    return f"# One\n\n```{{python}}\n{code}\n```\n"


@pytest.mark.parametrize(("code", "fault", "said"), CELLS, ids=[fault for _, fault, _ in CELLS])
def test_a_cell(bench: MakeBench, code: str, fault: str, said: str) -> None:
    made = bench(cell(code))
    made.suffers(fault, made.run("--timeout", "3" if code == SLEEP else "100"), 1, said)


@pytest.mark.parametrize(("code", "fault", "said"), INLINE, ids=[fault for _, fault, _ in INLINE])
def test_an_inline_expression(bench: MakeBench, code: str, fault: str, said: str) -> None:
    made = bench(f"A value `{{python}} {code}` here.\n")
    made.suffers(fault, made.run("--timeout", "3"), 1, said)


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (signal.SIGINT, "interrupted"),
        (signal.SIGTERM, "terminated"),
        (signal.SIGHUP, "hung up"),
    ],
    ids=["Ctrl-C", "SIGTERM", "SIGHUP"],
)
@pytest.mark.parametrize(
    ("line", "when"), [("one.qmd:3", "in a cell"), ("read     Mark", "while writing")]
)
def test_a_signal(bench: MakeBench, sent: signal.Signals, said: str, line: str, when: str) -> None:
    made = bench(cell(SLEEP) if when == "in a cell" else LONG)
    name = "Ctrl-C" if sent is signal.SIGINT else sent.name
    fate = made.run(stop=(line, sent))
    made.suffers(f"{name} {when}", fate, 128 + sent, f"^evidence: {said}$")


def test_a_kernel_that_cannot_start(bench: MakeBench, tmp_path: Path) -> None:
    made = bench()
    bad = tmp_path / "bad"
    bad.mkdir()
    (bad / "ipykernel_launcher.py").write_text("raise SystemExit('no kernel today')\n", "utf-8")
    fate = made.run(PYTHONPATH=f"{bad}{os.pathsep}{ENVIRONMENT['PYTHONPATH']}")
    assert "no kernel today" in fate.said
    made.suffers("kernel that cannot start", fate, 1, "the kernel .* did not start: .*died")


def test_a_missing_font(bench: MakeBench) -> None:
    made = bench()
    config = made.project / "_quarto.yml"
    config.write_text(config.read_text("utf-8") + "mainfont: Gill Sans Nova\n", "utf-8")
    fate = made.run()
    assert "execute" not in fate.said
    said = "`mainfont: Gill Sans Nova` has no regular among the fonts; add the file"
    made.suffers("missing font", fate, 1, said)


def test_two_builds_at_once(bench: MakeBench) -> None:
    made = bench(cell(SLEEP))
    with made.command() as first:
        assert first.stderr
        while "one.qmd:3" not in first.stderr.readline():
            assert first.poll() is None
        second = made.run()
        assert first.poll() is None
        os.killpg(first.pid, signal.SIGTERM)
        first.communicate(timeout=60)
    said = "another build of this project is running; wait until it has ended"
    made.suffers("two builds at once", second, 1, said)


def test_a_full_disk_under_the_work(bench: MakeBench) -> None:
    made = bench(FINE_CHAPTER + f"\n{'It goes on. ' * 200}\n" * 100)
    work = made.project / ".render"
    work.mkdir()
    with mounted(work, "200k"):
        made.suffers(
            "full disk: .render",
            made.run("--to", "html"),
            1,
            "render: the disk is full; free some sp",
        )


def test_a_full_disk_under_the_output(bench: MakeBench, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    with mounted(disk, "40k"):
        made = bench(place=disk)
        said = "disk/output: the disk is full; free some space"
        made.suffers("full disk: output", made.run(), 1, said)


def test_a_read_only_disk(bench: MakeBench, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    with mounted(disk, "9m"):
        made = bench(place=disk)
        as_root = ["sudo", "-n"] if os.geteuid() else []
        subprocess.run([*as_root, "mount", "-o", "remount,ro", str(disk)], check=True)
        fate = made.run()
        assert "execute" not in fate.said
        made.suffers("read-only disk", fate, 1, "disk/output: it cannot be written to; make it")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write to every folder")
@pytest.mark.parametrize("place", ["", "output"], ids=["around", "itself"])
def test_a_read_only_folder(bench: MakeBench, tmp_path: Path, place: str) -> None:
    closed = tmp_path / "closed"
    closed.mkdir()
    made = bench(place=closed)
    (closed / place).chmod(0o555)
    try:
        fate = made.run()
        assert "execute" not in fate.said
        made.suffers(f"read-only folder {place}", fate, 1, "output: it cannot be written to")
    finally:
        (closed / place).chmod(0o755)


def test_a_disk_mounted_on_the_output(bench: MakeBench) -> None:
    made = bench()
    with mounted(made.output, "9m"):
        for name, text in OLD.items():
            (made.output / name).write_text(text, "utf-8")
        fate = made.run()
        assert "execute" not in fate.said
        made.suffers("disk mounted on the output", fate, 1, "give a folder inside it")


def test_a_file_in_the_way(bench: MakeBench) -> None:
    made = bench()
    (made.project / ".render").write_text("mine", "utf-8")
    made.suffers("file in the way", made.run(), 1, r"\.render: a file is in the way; move it")
    assert (made.project / ".render").read_text("utf-8") == "mine"


def test_an_output_that_holds_the_project(bench: MakeBench) -> None:
    made = bench()
    fate = made.run("--output", ".")
    made.suffers("output that holds the project", fate, 1, "the project itself lies in it")


def test_an_output_among_the_inputs(bench: MakeBench) -> None:
    made = bench()
    fate = made.run("--output", "data")
    made.suffers(
        "output among the inputs", fate, 1, "data: it is a folder of the project's own; gi"
    )
    assert not (made.project / "data/report.html").exists()


def test_after_all_that_a_build_works(bench: MakeBench) -> None:
    made = bench(cell("import os; os._exit(1)"))
    assert made.run().code == 1
    (made.project / "chapters/one.qmd").write_text(FINE_CHAPTER, "utf-8")
    fate = made.run()
    assert fate.code == 0, fate.said
    assert {path.name for path in made.output.iterdir()} == {
        *OLD, "manifest.json", "report-evidence.xlsx", "ro-crate-metadata.json"
    }  # fmt: skip
    made.leaves_nothing()
