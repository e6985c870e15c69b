"""The command as a person runs it: real processes on small projects."""

import os
import re
import signal
import subprocess
from pathlib import Path

import pytest

from tests.conftest import COMMAND, ENVIRONMENT, MakeProject, evidence

FINE_CHAPTER = """\
# One

```{python}
#| label: sum
print(6 * 7)
```
"""
FAILING_CHAPTER = """\
# One

```{python}
#| label: broken
wrong = {}
wrong["key"]
```
"""
ENDLESS_CHAPTER = """\
# One

```{python}
import time
time.sleep(600)
```
"""


def break_data(project: Path) -> None:
    codings = project / "data/codings.csv"
    lines = codings.read_text("utf-8").splitlines(keepends=True)
    lines[1] = lines[1].replace(",", "-of-nowhere,", 1)
    codings.write_text("".join(lines), "utf-8")
    (project / "data/searches.csv").unlink()


def test_check_tells_what_fine_data_hold(tiny_project: MakeProject) -> None:
    done = evidence(tiny_project(FINE_CHAPTER), "check")
    assert done.returncode == 0, done.stderr
    assert re.match(r"The data are fine: \d+ sources, \d+ of them counted;", done.stdout)
    assert done.stderr == ""


def test_check_prints_all_faults(tiny_project: MakeProject) -> None:
    project = tiny_project(FINE_CHAPTER)
    break_data(project)
    done = evidence(project, "check")
    assert done.returncode == 1
    assert "\ndata/searches.csv: missing-file: " in f"\n{done.stderr}"
    assert "\ndata/codings.csv:2:source_id: unknown-source: " in f"\n{done.stderr}"
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_render_shows_progress_and_ends_with_the_paths(tiny_project: MakeProject) -> None:
    project = tiny_project(FINE_CHAPTER)
    done = evidence(project / "chapters", "render")
    assert done.returncode == 0, done.stderr
    formats = ("html", "pdf", "docx")
    outputs = [project / f"_output/report.{name}" for name in formats]
    assert done.stdout.splitlines() == [str(path) for path in outputs]
    assert all(path.stat().st_size for path in outputs)
    assert "42" in outputs[0].read_text("utf-8")
    assert re.search(r"^ *\d+\.\d s  .*\bsum\b", done.stderr, re.M)
    assert re.search(r"^builtin engine: .* s in all$", done.stderr, re.M)


def test_faults_in_data_leave_the_old_documents(tiny_project: MakeProject) -> None:
    project = tiny_project(FINE_CHAPTER)
    output = project / "_output"
    output.mkdir()
    (output / "report.html").write_text("old", "utf-8")
    break_data(project)
    done = evidence(project, "render")
    assert done.returncode == 1
    assert "data/searches.csv: missing-file: " in done.stderr
    assert "data/codings.csv:2:source_id: unknown-source: " in done.stderr
    assert [path.name for path in output.iterdir()] == ["report.html"]
    assert (output / "report.html").read_text("utf-8") == "old"


def test_failing_cell_is_told_with_its_line_and_leaves_the_old_documents(
    tiny_project: MakeProject,
) -> None:
    project = tiny_project(FAILING_CHAPTER)
    output = project / "_output"
    output.mkdir()
    (output / "report.html").write_text("old", "utf-8")
    done = evidence(project, "render", "--to", "html")
    assert done.returncode == 1
    assert re.search(r"^chapters/one\.qmd:3: ", done.stderr, re.M), done.stderr
    assert "broken" in done.stderr
    assert "KeyError: 'key'" in done.stderr
    assert "nbclient" not in done.stderr
    assert done.stdout == ""
    assert [path.name for path in output.iterdir()] == ["report.html"]
    assert (output / "report.html").read_text("utf-8") == "old"


def test_interrupt_leaves_no_traceback_and_no_kernel(tiny_project: MakeProject) -> None:
    project = tiny_project(ENDLESS_CHAPTER)
    process = subprocess.Popen(
        [*COMMAND, "render", "--to", "html"],
        cwd=project,
        env=ENVIRONMENT,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
    )
    with process:
        assert process.stderr
        seen = [process.stderr.readline()]
        while "chapters/one.qmd" not in seen[-1] and process.poll() is None:
            seen.append(process.stderr.readline())
        # A terminal sends the signal to the whole group, the kernel included.
        os.killpg(process.pid, signal.SIGINT)
        rest = process.communicate(timeout=30)[1]
    assert process.returncode == 130, "".join(seen) + rest
    assert rest.endswith("evidence: stopped-by-signal: interrupted\n")
    assert "Traceback" not in rest
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)


@pytest.mark.quarto
def test_quarto_engine_renders_the_same_project(tiny_project: MakeProject) -> None:
    project = tiny_project(FINE_CHAPTER)
    done = evidence(project, "render", "--engine", "quarto", "--to", "html")
    assert done.returncode == 0, done.stderr
    assert done.stdout == "_output/report.html\n"
    assert "42" in (project / "_output/report.html").read_text("utf-8")


def test_quarto_engine_without_quarto_says_so(tiny_project: MakeProject) -> None:
    done = evidence(tiny_project(FINE_CHAPTER), "render", "--engine", "quarto", PATH="/nowhere")
    assert done.returncode == 1
    assert "no `quarto` on the PATH" in done.stderr
    assert "Traceback" not in done.stderr
