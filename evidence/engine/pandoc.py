"""Pandoc, called in a folder; what it warns of is an error."""

from __future__ import annotations

import functools
import json
import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import NamedTemporaryFile
from threading import BoundedSemaphore
from typing import Any

import pypandoc

from evidence.engine import workers
from evidence.engine.faults import Problem, RenderError
from evidence.engine.own import OWN
from evidence.engine.project import is_own
from evidence.engine.source import Line
from evidence.engine.spans import unnested

# Pandoc fetches whatever a document names. Sent to a port where nobody listens, it can't.
_OFFLINE = {
    name: "http://127.0.0.1:9"
    for proxy in ("http_proxy", "https_proxy", "all_proxy")
    for name in (proxy, proxy.upper())
} | {"no_proxy": "", "NO_PROXY": ""}
# With so much room it hardly ever stops to collect garbage, which takes up to a third of its time.
_ROOM = ("+RTS", "-A128m", "-RTS")
# More at a time than there are processors would only take more room.
_AT_ONCE = BoundedSemaphore(os.cpu_count() or 1)
_TWICE = re.compile(r"\[WARNING\] Duplicate identifier .*\n?")
# As Pandoc's own command line has it.
_TAB = 4
_AT_LINE = re.compile(r"\[WARNING\] (?P<what>.*? at line (?P<line>\d+) column \d+.*)")


class PandocFailed(RenderError):  # noqa: N818 - it says who failed
    """Something that Pandoc complains of."""

    def __init__(self, said: str) -> None:
        self.said = said
        super().__init__(Problem("pandoc-failed", "", 0, f"Pandoc: {said}", ""))


@functools.cache
def program() -> str:
    """Find the Pandoc that the wheel pypandoc-binary brings, whatever other is on the PATH.

    Raises
    ------
    PandocFailed
        If it brings none: another version would make other documents, and nobody told.
    """
    own = Path(pypandoc.__file__).parent / "files" / "pandoc"
    if not own.is_file():
        raise PandocFailed(f"there is no {own}; install pypandoc-binary, and not pypandoc")
    return str(own)


def run(
    arguments: Sequence[str],
    *,
    folder: Path,
    text: bytes = b"",
    epoch: int | None = None,
    by_worker: bool = False,
) -> bytes:
    """Run Pandoc in a folder on a text, and return what it writes to standard output.

    Its files bear the time `epoch`, in seconds since 1970. `by_worker` says that a process which
    stays may do it: it has no filters of the project's, and shows and embeds no files.
    """
    stamp = {} if epoch is None else {"SOURCE_DATE_EPOCH": str(epoch)}
    # In the locale C Pandoc can't open a template whose path has an accent.
    environment = {**os.environ, "LC_ALL": "C.UTF-8", **_OFFLINE}
    command = [program(), *_ROOM]
    with _AT_ONCE:
        if by_worker and workers.may_stay():
            done = workers.run(
                command, arguments, folder=folder, text=text, environment=environment, added=stamp
            )
        else:
            done = subprocess.run(  # noqa: S603 - a program of ours with arguments of ours
                [*command, *arguments],
                cwd=folder,
                input=text,
                capture_output=True,
                env={**environment, **stamp},
                check=False,
            )
    # The check tells of identities given twice, and on which line.
    said = _TWICE.sub("", done.stderr.decode(errors="replace")).strip()
    if done.returncode or said:
        raise PandocFailed(said or f"exit code {done.returncode}")
    return done.stdout


def parse(
    lines: Sequence[Line],
    metadata: Mapping[str, Any],
    folder: Path,
    filters: Sequence[Path] = (),
    *,
    reader: str = "markdown",
    taken: Sequence[str] = (),
) -> dict[str, Any]:
    """Read Markdown, with metadata whose strings are Markdown, into Pandoc's JSON.

    Lua filters then change it, one after another. `reader` is the Markdown that Pandoc knows, and
    `taken` are the identities of headings before it: Pandoc names none of its headings so.

    Raises
    ------
    RenderError
        If Pandoc finds something odd, with the line on which its author wrote it.
    """
    with NamedTemporaryFile("w", dir=folder, suffix=".yml", encoding="utf-8") as file:
        # JSON is YAML; the document needs no quoting of ours.
        json.dump(metadata, file)
        file.flush()
        arguments = ["--sandbox", f"--from={reader}", "--to=json", f"--metadata-file={file.name}"]
        arguments += [f"--lua-filter={path}" for path in (OWN / "callouts.lua", *filters)]
        start = lines[0] if lines else Line("", "", 0)
        above = [replace(start, text=f"# - {{#{name}}}\n") for name in taken]
        # Those of a project may do anything, also to what comes after.
        own = all(path.parent == OWN or is_own(path) for path in filters)
        document = dict(json.loads(_parsed(arguments, [*above, *lines], folder, by_worker=own)))
    return {**document, "blocks": document["blocks"][len(above) :]}


def _parsed(
    arguments: Sequence[str], lines: Sequence[Line], folder: Path, *, by_worker: bool
) -> bytes:
    """Run Pandoc on lines, and place what it complains of."""
    text = unnested("\n".join(line.text for line in lines)).replace("\r", "").expandtabs(_TAB)
    try:
        return run(arguments, folder=folder, text=text.encode(), by_worker=by_worker)
    except PandocFailed as error:
        physical = [line for line in lines for _ in line.text.split("\n")]
        found = [
            # Pandoc's lines are those of the whole text, and no author's.
            (physical[int(m["line"]) - 1], re.sub(r" at line \d+ column \d+", "", m["what"]))
            for m in _AT_LINE.finditer(error.said)
        ]
        if not found:
            raise
        faults = (line.problem("odd-markdown", what, "correct it") for line, what in found)
        raise RenderError(*faults) from error


def keys(bibliographies: Sequence[Path], folder: Path) -> frozenset[str]:
    """Return the keys of bibliographies, BibTeX or CSL JSON."""
    found: set[str] = set()
    for file in bibliographies:
        kind = "csljson" if file.suffix == ".json" else "biblatex"
        done = run(["--sandbox", f"--from={kind}", "--to=csljson", str(file)], folder=folder)
        found |= {entry["id"] for entry in json.loads(done)}
    return frozenset(found)
