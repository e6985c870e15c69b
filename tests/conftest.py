"""What tests share: the real report, rendered once a session, and small projects of their own."""

import fcntl
import os
import shutil
import signal
import textwrap
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

PROJECT = Path(__file__).parents[1]


def pytest_configure() -> None:
    # Started in the background, tests would ignore Ctrl-C, and so would the commands they start.
    signal.signal(signal.SIGINT, signal.default_int_handler)


# Names under which tests record what a run tells of at its end.
FAULT = "fault"
GATE = "access gate"


# Where tests run in processes of their own, the one that tells of them has read no other conftest.
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what each gate looked at and what each fault ended in, so that a pass can be judged."""
    faults = [("fault", "exit", "message", "outputs"), *told(terminalreporter, FAULT)]
    lines = [
        f"{fault:38}  {code!s:>4}  {outputs:10}  {textwrap.shorten(message, 70, placeholder='…')}"
        for fault, code, message, outputs in faults
    ]
    gates = sorted(told(terminalreporter, GATE))
    for title, told_of in (("access gates", gates), ("faults", lines if faults[1:] else [])):
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


@pytest.fixture(scope="session")
def report(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """The real report by the builtin engine, made once for all processes: format to path."""
    from evidence.engine import render
    from evidence.proof.manifest import fingerprint

    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    output = shared / "whole report"
    with (shared / "report.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not output.is_dir():
            metadata = {"fingerprint": fingerprint(PROJECT)}
            render(PROJECT, output=output, metadata=metadata, progress=lambda message: None)
    return {name: output / f"report.{name}" for name in ("html", "pdf", "docx")}


def _rest(claims: Iterable[str]) -> str:
    """A chapter that states every claim and lists every source, and runs nothing of it."""
    stated = "\n".join(f'say("{claim}", supported="Stated elsewhere.")' for claim in claims)
    return (
        "```{python}\n#| eval: false\n#| echo: false\n"
        f'{stated}\ntable(tables.sources(evidence))\ncite(["brown2006"])\n```\n'
    )


@pytest.fixture
def tiny_project(tmp_path: Path) -> Callable[[str], Path]:
    """Make a project with the real data and one short chapter, `chapters/one.qmd`."""

    def make(chapter: str) -> Path:
        project = tmp_path / "tiny project"
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

    return make
