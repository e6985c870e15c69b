"""The git repository of a project, and the revision that a build was made of."""

from __future__ import annotations

import hashlib
import io
import json
import re
import subprocess
import tarfile
from collections.abc import Collection, Iterable, Iterator, Mapping
from fnmatch import fnmatch
from pathlib import Path

from evidence.engine.own import OWN_EXTENSION
from evidence.engine.results import Cache
from evidence.engine.staging import WORK
from evidence.proof import manifest

# The line in the message of a commit or a tag that names the build made of it.
TRAILER = "Evidence-Fingerprint"
# So many of the last revisions are tried, the newest first.
_REVISIONS = 1000


def git(project: Path, *arguments: str, text: bytes = b"") -> bytes | None:
    """Return what git says, run in the project's folder; nothing where it refuses or is absent."""
    try:
        done = subprocess.run(  # noqa: S603 - a program of ours with arguments of ours
            ["git", *arguments],  # noqa: S607 - the user's own git, wherever it is
            cwd=project,
            input=text,
            capture_output=True,
            check=False,
        )
    except OSError:
        return None
    return None if done.returncode else done.stdout


def extract(project: Path, commit: str, folder: Path, *paths: str) -> bool:
    """Put what a commit has of the project, or of paths in it, into a folder.

    Returns whether it has that.

    Raises
    ------
    tarfile.FilterError
        If a link in it leads out of the folder.
    """
    archive = git(project, "archive", "--format=tar", commit, *paths)
    if archive is None:
        return False
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        tar.extractall(folder, filter="data")
    return True


def built_at(project: Path, fingerprint: str) -> str | None:
    """Return the commit from which a build with a fingerprint was made, or nothing.

    A trailer in the message of a commit or tag leads to it; else the fingerprint of each of the
    last revisions is made anew, which finds builds made by tools of the same versions.
    """
    if not re.fullmatch(r"[0-9a-f]+", fingerprint):
        return None
    line = f"{TRAILER}: {fingerprint}"
    by_commit = git(project, "log", "--all", "-1", "--format=%H", f"--grep=^{line}$")
    if by_commit and by_commit.strip():
        return by_commit.decode().strip()
    tags = git(project, "for-each-ref", "--format=%(refname)%00%(contents)%01", "refs/tags") or b""
    for tag in tags.decode("utf-8", "replace").split("\x01"):
        name, _, message = tag.strip().partition("\0")
        if line in message.splitlines():
            commit = git(project, "rev-parse", "--verify", f"{name}^{{commit}}")
            return commit.decode().strip() if commit else None
    package = _package(project)
    cache = Cache(project / WORK / "commits")
    name = hashlib.sha256(f"{manifest.tools()}{package}".encode()).hexdigest()
    known: dict[str, str] = json.loads(cache.get(name) or b"{}")
    if fingerprint not in known.values():
        known |= _fingerprints(project, known, package)
        cache.put(name, json.dumps(known).encode())
    return next((commit for commit, mark in known.items() if mark == fingerprint), None)


def _fingerprints(
    project: Path, apart: Collection[str], package: Mapping[str, str] | None
) -> Iterator[tuple[str, str]]:
    """Yield the last revisions, but for some, with the fingerprints of builds made of them now."""
    listed = git(project, "log", f"-{_REVISIONS}", "--format=%H", "--", ".") or b""
    digests: dict[str, str] = {}
    for commit in listed.decode().split():
        if commit in apart:
            continue
        tree = git(project, "ls-tree", "-r", "-z", commit, "--", ".") or b""
        blobs = dict(_inputs(tree.decode("utf-8", "replace"), own=package is None))
        _hash(project, {blob for blob in blobs.values() if blob not in digests}, digests)
        files = {name: digests[blob] for name, blob in blobs.items()} | {**(package or {})}
        yield commit, manifest.fingerprint_of(dict(sorted(files.items())))


def _package(project: Path) -> Mapping[str, str] | None:
    """Return the files of the package where it is no part of the project.

    What it was when a revision was made nobody knows: the one that is installed is taken.
    """
    if manifest.PACKAGE.is_relative_to(project.resolve()):
        return None
    start = f"{manifest.PACKAGE.name}/"
    files = manifest.digests(project).items()
    return {name: digest for name, digest in files if name.startswith(start)}


def _inputs(tree: str, *, own: bool) -> Iterator[tuple[str, str]]:
    """Yield the names of what goes into a build, as in `manifest.inputs`, with their blobs."""
    extension = OWN_EXTENSION.name
    templates = f"{manifest.PACKAGE.name}/{manifest.TEMPLATES.name}/"
    for entry in filter(None, tree.split("\0")):
        about, name = entry.split("\t", 1)
        _, kind, blob = about.split()
        first = name.split("/")[0]
        # A submodule is no file of this repository.
        if kind != "blob" or any(part.startswith(".") for part in name.split("/")):
            continue
        wanted = any(
            fnmatch(first, pattern) and ("*" not in pattern or "/" not in name)
            for pattern in manifest.INPUTS
        )
        if wanted or (own and first == manifest.PACKAGE.name and not name.startswith(templates)):
            yield name, blob
        if own and name.startswith(f"_extensions/{extension}/"):
            within = name.removeprefix(f"_extensions/{extension}/")
            yield f"{manifest.PACKAGE.name}/{manifest.IN_WHEEL.as_posix()}/{within}", blob


def _hash(project: Path, blobs: Iterable[str], known: dict[str, str]) -> None:
    """Note the SHA-256 of files in the repository."""
    wanted = sorted(blobs)
    if not wanted:
        return
    answer = git(project, "cat-file", "--batch", text="\n".join(wanted).encode() + b"\n") or b""
    at = 0
    for blob in wanted:
        end = answer.index(b"\n", at)
        size = int(answer[at:end].split()[2])
        known[blob] = hashlib.sha256(answer[end + 1 : end + 1 + size]).hexdigest()
        at = end + size + 2


def changed(project: Path) -> Mapping[str, str]:
    """Return the files that differ from the last commit, with the letters that git has for how."""
    status = git(project, "status", "--porcelain", "-z", "--untracked-files=no") or b""
    return {row[3:]: row[:2] for row in status.decode("utf-8", "replace").split("\0") if row}
