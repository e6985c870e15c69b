"""The evidence of a data folder, or of this repository's data folder at a git revision."""

import io
import subprocess
import tarfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from evidence.cli.project import CommandCode, FaultsError

if TYPE_CHECKING:
    from evidence.model.evidence import Evidence
    from evidence.model.faults import Fault

DATA = "data"


def read(project: Path, name: str) -> "Evidence":
    """Return the evidence that a data folder or a git revision holds.

    Parameters
    ----------
    name
        A path from the current folder or, where there is no such folder, a revision such as
        ``main``, ``HEAD~1`` or a hash, of the repository that the project is in.

    Raises
    ------
    FaultsError
        If `name` is neither, or names data that can't be loaded or judged; the message says
        which data, and every fault in them by its place there.
    """
    folder = Path(name)
    if name and folder.is_dir():
        return _judgeable(folder, name)
    with TemporaryDirectory(prefix="evidence-") as temporary:
        _unpack(project, name, Path(temporary))
        return _judgeable(Path(temporary) / DATA, f"{name}:{DATA}")


def _judgeable(folder: Path, shown: str) -> "Evidence":
    from evidence.findings.confidence import confidence
    from evidence.findings.verdicts import ClaimError, judge_editions
    from evidence.model.faults import DataFaults
    from evidence.model.load import load

    try:
        evidence = load(folder)
        # Asked here, where it is known whose data they are.
        for finding in judge_editions(evidence).now.values():
            confidence(evidence, finding)
    except DataFaults as error:
        raise FaultsError(_told(error.faults, folder, shown)) from error
    except ClaimError as error:
        raise FaultsError(f"{shown}: {error}", CommandCode.BAD_CLAIM) from error
    except (KeyError, StopIteration) as error:
        # Data of another time may lack a facet, or the baseline, that today's rules take as given.
        lacking = f"the facet or value {error}" if error.args else "a source with the role baseline"
        raise FaultsError(
            f"{shown}: the rules of analysis/ need {lacking}", CommandCode.UNLIKE_RULES
        ) from error
    return evidence


def _told(faults: "Iterable[Fault]", folder: Path, shown: str) -> str:
    lines = []
    for fault in faults:
        inside = Path(fault.file)
        if inside.is_relative_to(folder):
            inside = inside.relative_to(folder)
        lines.append(str(replace(fault, file=f"{shown.rstrip('/')}/{inside.as_posix()}")))
    total = f"{len(lines):,} {'fault' if len(lines) == 1 else 'faults'}"
    return "\n".join([*lines, f"the data of {shown} can't be loaded: {total}"])


def _unpack(project: Path, revision: str, folder: Path) -> None:
    if which("git") is None:
        raise FaultsError(
            f"{revision!r} is no folder; without git no revision can be looked up",
            CommandCode.NO_REVISION,
        )
    # The hash can't be taken for an option, whatever the revision is called.
    commit = _git(
        project, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"
    )
    if commit is None:
        raise FaultsError(
            f"{revision!r} is neither a folder nor a git revision{_like(project, revision)}",
            CommandCode.NO_REVISION,
        )
    archive = _git(project, "archive", "--format=tar", commit.decode().strip(), DATA)
    if archive is None:
        raise FaultsError(
            f"revision {revision!r} of this project has no folder {DATA}/", CommandCode.NO_REVISION
        )
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        try:
            tar.extractall(folder, filter="data")
        except tarfile.FilterError as error:
            raise FaultsError(f"revision {revision!r}: {error}", CommandCode.NO_REVISION) from error


def _like(project: Path, revision: str) -> str:
    from evidence.model.faults import nearest

    names = _git(project, "for-each-ref", "--format=%(refname:short)")
    if names is None:
        return " of this project, which is in no git repository"
    near = nearest(revision, tuple(names.decode("utf-8", "replace").split()))
    return f" of this project{f'; nearest: {near}' if near else ''}"


def _git(project: Path, *arguments: str) -> bytes | None:
    done = subprocess.run(  # noqa: S603 - a program of ours with arguments of ours
        ["git", *arguments],  # noqa: S607 - the user's own git, wherever it is
        cwd=project,
        capture_output=True,
        check=False,
    )
    return None if done.returncode else done.stdout
