"""Verify as a person runs it: a project that holds, and one that looks at its surroundings."""

import subprocess
from pathlib import Path

from tests.conftest import MakeProject, evidence

HOLDS = """\
# One

```{python}
#| label: sum
print(6 * 7)
```
"""
LOOKS = """\
# One

```{python}
#| label: looks
import time
from pathlib import Path
from IPython.display import Markdown
when = "the future" if time.gmtime().tm_year > 2030 else "time"
Markdown(f"Made at {Path.home().name} in {when}.")
```
"""


def verify(project: Path) -> subprocess.CompletedProcess[str]:
    return evidence(project, "verify", TZ="Europe/London")


def test_a_project_that_holds(tiny_project: MakeProject) -> None:
    project = tiny_project(HOLDS)
    done = verify(project)
    assert done.returncode == 0, done.stderr + done.stdout
    assert done.stdout.endswith("\nEqual to the byte.\n")
    for name in ("html", "pdf", "docx"):
        assert f"  report.{name}\n" in done.stdout
    assert "  ro-crate-metadata.json\n" in done.stdout
    assert not (project / "_output").exists()


def test_a_project_that_looks_at_its_surroundings(tiny_project: MakeProject) -> None:
    done = verify(tiny_project(LOOKS))
    assert done.returncode == 1, done.stderr + done.stdout
    assert " in time." in done.stdout
    assert "Made at home in the future." in done.stdout
    assert "report.html: differs\n  line " in done.stdout
    assert "report.docx: differs\n  part word/document.xml, line " in done.stdout
    assert "report.pdf: differs\n  page " in done.stdout


def test_a_build_that_fails_is_told_with_its_reason(tiny_project: MakeProject) -> None:
    done = verify(tiny_project("# One\n\n```{python}\n{}['key']\n```\n"))
    assert done.returncode == 2
    assert "KeyError: 'key'" in done.stderr
    assert "evidence: build-failed: the build in " in done.stderr
    assert "Traceback" not in done.stderr
