"""`evidence render --watch`: whoever looks into the folder finds one whole set at any moment."""

from __future__ import annotations

import hashlib
import json
import os
import re
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import COMMAND, ENVIRONMENT, MakeProject, evidence
from tests.e2e.processes import lingering

MADE = {"report.html", "report.pdf", "report.docx", "report-evidence.xlsx"}


def seen(output: Path) -> dict[str, bytes]:
    """Return the files of a folder, as of one moment: whatever takes its place is another one."""
    while True:
        try:
            folder = os.open(output, os.O_RDONLY | os.O_DIRECTORY)
        except FileNotFoundError:
            return {}
        try:
            place = Path(f"/proc/self/fd/{folder}")
            files = {path.name: path.read_bytes() for path in place.iterdir()}
            # What was replaced meanwhile is taken away file by file.
            if os.path.samestat(os.fstat(folder), output.stat()):
                return files
        except FileNotFoundError:
            # It was removed meanwhile, and another is there.
            continue
        finally:
            os.close(folder)


def is_proven(files: dict[str, bytes]) -> bool:
    """Tell whether files are those of a manifest among them, and all of one state."""
    manifest = json.loads(files["manifest.json"])
    return files.keys() >= MADE and all(
        hashlib.sha256(files[name]).hexdigest() == digest
        and manifest["built_from"][name] == manifest["fingerprint"]
        for name, digest in manifest["outputs"].items()
    )


@contextmanager
def looked_at(output: Path) -> Iterator[list[bool]]:
    """Look into a folder again and again meanwhile."""
    found: list[bool] = []
    done = threading.Event()

    def look() -> None:
        while not done.wait(0.02):
            found.append(is_proven(seen(output)))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield found
    finally:
        done.set()
        thread.join()


def test_a_folder_that_is_watched_into_holds_one_proven_set(tiny_project: MakeProject) -> None:
    project = tiny_project("# One\n\nThe text is old.\n")
    output, chapter = project / "_output", project / "chapters/one.qmd"
    process = subprocess.Popen(
        [*COMMAND, "render", "--watch"],
        cwd=project,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
    )

    def says(pattern: str) -> str:
        said = []
        assert process.stderr
        for line in process.stderr:
            said.append(line)
            if re.search(pattern, line):
                return "".join(said)
        pytest.fail("".join(said))

    with process:
        try:
            says("waiting for a change")
            first = seen(output)
            assert is_proven(first)
            with looked_at(output) as found:
                chapter.write_text("# One\n\nThe text is new.\n", "utf-8")
                says("waiting for a change")
                second = seen(output)
                assert b"The text is new." in second["report.html"]
                assert is_proven(second)
                chapter.write_text("# One\n\nThere are 12345 of them.\n", "utf-8")
                assert re.search(r"chapters/one.qmd:3:\S+ typed-number", says("waiting"))
                assert seen(output) == second
                chapter.write_text("# One\n\nThe text is old.\n", "utf-8")
                says("waiting for a change")
                assert seen(output)["report.html"] == first["report.html"]
            assert found
            assert all(found)
            # Its documents are those that a build without it makes.
            again = evidence(project, "render", "--output", "other")
            assert again.returncode == 0, again.stderr
            assert all((project / "other" / name).read_bytes() == first[name] for name in MADE)
        finally:
            process.send_signal(signal.SIGINT)
            printed, last = process.communicate(timeout=60)
    assert process.returncode == 0, last
    assert last.endswith("watching ended\n")
    assert printed.splitlines().count("_output/report.html") == 3
    assert not lingering(project)


def test_only_the_builtin_engine_can_watch(tiny_project: MakeProject) -> None:
    done = evidence(tiny_project("# One\n"), "render", "--watch", "--engine", "quarto")
    assert done.returncode == 1
    assert done.stderr.startswith("evidence: wrong-usage: only the builtin engine can watch")
