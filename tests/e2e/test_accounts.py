"""What a run tells of at its end is told although its tests ran in other processes."""

from __future__ import annotations

import re
import subprocess
import sys

from tests.conftest import ENVIRONMENT, PROJECT


def test_faults_are_told_at_the_end() -> None:
    # As `make test` calls it: given a folder below, the process that tells would read more.
    command = [sys.executable, "-m", "pytest", "--numprocesses=1", "-k", "test_a_missing_font"]
    command += [f"--ignore=tests/{name}" for name in ("access", "golden", "unit")]
    done = subprocess.run(
        command, cwd=PROJECT, env=ENVIRONMENT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    assert re.search(r"=+ faults =+\n.*\nmissing font +1  intact ", done.stdout), done.stdout
