"""What tests share: documents made once a run, a browser, the commands, and projects to change."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pypdf
import pytest
import yaml
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, sync_playwright

PROJECT = Path(__file__).parents[1]
FORMATS = ("html", "pdf", "docx")
COMMAND = (sys.executable, "-m", "evidence")
# What git is told of the repository that the tests run in must not reach another.
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
    "PYTHONPATH": str(PROJECT),
}
# Asked for on demand: fifty kills where a push has a few, and all unit tests on changed data.
THOROUGH = bool(os.environ.get("EVIDENCE_THOROUGH"))
# Speed lives in benchmarks: no test fails for a machine that is busy.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")
CHROMIUM = Path("/usr/bin/chromium")
# The last ones keep the browser from looking up its maker's hosts.
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
NOT_COPIED = (
    ".git", ".uv", ".venv", ".render", "_figures", "_tables", "_output", "node_modules",
    "__pycache__",
    "*.egg-info", ".*_cache",
)  # fmt: skip

# Names under which tests record what a run tells of at its end.
FAULT = "fault"
GATE = "access gate"
REMARKS = "remarks brought home"


def pytest_configure() -> None:
    # Started in the background, tests would ignore these, and so would the commands they start.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


# Where tests run in processes of their own, the one that tells of them has read no other conftest.
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what each gate looked at and what each fault ended in, so that a pass can be judged."""
    faults = [("fault", "exit", "message", "outputs"), *told(terminalreporter, FAULT)]
    lines = [
        f"{fault:38}  {code!s:>4}  {outputs:10}  {textwrap.shorten(message, 70, placeholder='…')}"
        for fault, code, message, outputs in faults
    ]
    gates = sorted(told(terminalreporter, GATE))
    for title, told_of in (
        ("access gates", gates),
        ("faults", lines if faults[1:] else []),
        (REMARKS, sorted(told(terminalreporter, REMARKS))),
    ):
        if told_of:
            terminalreporter.section(title)
        for line in told_of:
            terminalreporter.line(line)


def told(reporter: pytest.TerminalReporter, name: str) -> list[Any]:
    """Return what tests recorded under a name, whichever process they ran in."""
    return [
        value
        for status in ("passed", "failed")
        for report in reporter.stats.get(status, [])
        for key, value in getattr(report, "user_properties", ())
        if key == name
    ]


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("quarto") and not shutil.which("quarto"):
        pytest.skip("no quarto")


def needed(*tools: Path | str) -> None:
    """Skip the test where a file or command is missing; in CI a gate may not be skipped."""
    for tool in tools:
        if not (tool.exists() if isinstance(tool, Path) else shutil.which(tool)):
            stop = pytest.fail if os.environ.get("CI") else pytest.skip
            stop(f"{tool} is missing; `bash .ci/run` installs it")


def copy_project(target: Path, *leave: str) -> Path:
    """Copy the project, without what is made of it and without some of its files and folders."""
    made = shutil.ignore_patterns(*NOT_COPIED)

    def ignored(folder: str, names: list[str]) -> set[str]:
        return {*made(folder, names), *(leave if Path(folder) == PROJECT else ())}

    return shutil.copytree(PROJECT, target, ignore=ignored, dirs_exist_ok=True)


def evidence(project: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a project."""
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=project,
        env={**ENVIRONMENT, **variables},
        capture_output=True,
        encoding="utf-8",
        timeout=600,
        check=False,
    )


Once = Callable[[str, Callable[[Path], object]], Path]


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """Make a folder of a name once for all processes in which tests run."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent

    def make(name: str, fill: Callable[[Path], object]) -> Path:
        folder = shared / name
        with (shared / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not folder.exists():
                filling = shared / f"{name} (being made)"
                shutil.rmtree(filling, ignore_errors=True)
                filling.mkdir()
                fill(filling)
                filling.rename(folder)
        return folder

    return make


@pytest.fixture(scope="session")
def built(once: Once) -> Path:
    """A copy of the project with the real report in `_output`; one that was made before serves."""

    def fill(folder: Path) -> None:
        project = copy_project(folder / "project", "tests", "benchmarks", "docs")
        for made in ("_output", ".render/results"):
            if (PROJECT / made).is_dir():
                shutil.copytree(PROJECT / made, project / made)
        # As an author calls it: results of cells are kept by Python's variables, too.
        environment = {key: value for key, value in ENVIRONMENT.items() if key != "PYTHONPATH"}
        done = subprocess.run(
            [*COMMAND, "render"],
            cwd=project, env=environment, capture_output=True, encoding="utf-8", check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr

    return once("whole report", fill) / "project"


@pytest.fixture(scope="session")
def report(built: Path) -> Mapping[str, Path]:
    """The real report by the builtin engine: format to path."""
    return {name: built / f"_output/report.{name}" for name in FORMATS}


@pytest.fixture(scope="session")
def conformance(once: Once) -> Mapping[str, Path]:
    """The conformance project's documents: format to path."""
    from evidence.engine import render

    def fill(folder: Path) -> None:
        project = shutil.copytree(PROJECT / "tests/golden/conformance/project", folder / "project")
        render(project, output=folder / "out", progress=lambda _: None)

    folder = once("conformance", fill)
    return {name: folder / f"out/report.{name}" for name in FORMATS}


@pytest.fixture(scope="session")
def printed(
    once: Once, report: Mapping[str, Path], conformance: Mapping[str, Path]
) -> Mapping[str, list[str]]:
    """The pages of the two Word documents as LibreOffice prints them."""
    needed("soffice")
    words = {"report": report["docx"], "conformance": conformance["docx"]}

    def fill(folder: Path) -> None:
        for name, path in words.items():
            shutil.copy(path, folder / f"{name}.docx")
        profile = (folder / "profile").as_uri()
        command = ["soffice", f"-env:UserInstallation={profile}", "--headless"]
        subprocess.run(
            [*command, "--convert-to", "pdf", "--outdir", ".", *(f"{name}.docx" for name in words)],
            cwd=folder, check=True, capture_output=True, timeout=600,
        )  # fmt: skip
        for name in words:
            save_pages(folder / f"{name}.pdf", folder / f"{name}.json")

    folder = once("printed", fill)
    return {name: json.loads((folder / f"{name}.json").read_text("utf-8")) for name in words}


@pytest.fixture(scope="session")
def pages(once: Once, report: Mapping[str, Path]) -> list[str]:
    """The text of each page of the report's PDF."""
    folder = once("pages", lambda folder: save_pages(report["pdf"], folder / "pages.json"))
    found: list[str] = json.loads((folder / "pages.json").read_text("utf-8"))
    return found


def save_pages(pdf: Path, target: Path) -> None:
    """Save the text of each page of a PDF, which takes seconds to extract."""
    texts = [page.extract_text() for page in pypdf.PdfReader(pdf).pages]
    target.write_text(json.dumps(texts), "utf-8")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    needed(CHROMIUM)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield started
        started.close()


def _rest(claims: Iterable[str]) -> str:
    """A chapter that states every claim and lists every source, and runs nothing of it."""
    verdicts = ".supported .partly .not-supported .silent .no-data"
    stated = "\n\n".join(
        f'[[Stated elsewhere.]{{{verdicts}}}]{{claim="{claim}"}}' for claim in claims
    )
    listed = 'table(tables.sources(evidence))\nprint("[@brown2006]")'
    cell = f"```{{python}}\n#| eval: false\n#| echo: false\n{listed}\n```\n"
    return f"{stated}\n\n{cell}"


MakeProject = Callable[[str], Path]


def write_tiny(project: Path, chapter: str) -> Path:
    """Write a project with the real data and one short chapter, `chapters/one.qmd`."""
    (project / "chapters").mkdir(parents=True)
    shutil.copytree(PROJECT / "data", project / "data")
    (project / "_quarto.yml").write_text(
        "project:\n"
        "  type: default\n"
        "  render: [report.qmd]\n"
        "  execute-dir: project\n"
        "format:\n"
        "  html:\n"
        "    embed-resources: true\n",
        encoding="utf-8",
    )
    (project / "report.qmd").write_text(
        "---\n"
        "title: Tiny\n"
        "author: The project\n"
        "date: 2026-11-22\n"
        "lang: en-GB\n"
        "---\n\n"
        "{{< include chapters/one.qmd >}}\n\n"
        "{{< include chapters/rest.qmd >}}\n",
        encoding="utf-8",
    )
    claims = yaml.safe_load((PROJECT / "data/claims.yml").read_text("utf-8"))["claims"]
    (project / "chapters/rest.qmd").write_text(_rest(claims), encoding="utf-8")
    (project / "chapters/one.qmd").write_text(chapter, encoding="utf-8")
    return project


@pytest.fixture
def tiny_project(tmp_path: Path) -> MakeProject:
    """Make a project with the real data and one short chapter, `chapters/one.qmd`."""
    return lambda chapter: write_tiny(tmp_path / "tiny project", chapter)
