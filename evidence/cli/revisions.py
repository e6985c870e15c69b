"""The evidence of a data folder or of a git revision, and the project as a revision has it."""

import tarfile
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory

from evidence.cli.check import judge_data
from evidence.cli.project import DATA, CommandCode, FaultsError
from evidence.findings.verdicts import Editions
from evidence.model.evidence import Evidence
from evidence.model.faults import nearest
from evidence.proof.repository import extract, git


def read(project: Path, name: str) -> tuple[Evidence, Editions]:
    """Return the evidence that a data folder or a git revision holds, and its findings.

    The name is a path from the current folder or, where there is no such folder, a revision such as
    ``main`` or ``HEAD~1`` of the repository that the project is in.
    """
    folder = Path(name)
    if name and folder.is_dir():
        return judge_data(folder, name)
    with TemporaryDirectory(prefix="evidence-") as temporary:
        if not unpack(project, name, Path(temporary), DATA):
            raise _no_revision(f"revision {name!r} of this project has no folder {DATA}/")
        return judge_data(Path(temporary) / DATA, f"{name}:{DATA}")


def unpack(project: Path, revision: str, folder: Path, *paths: str) -> bool:
    """Put what a revision has of the project, or of paths in it, into a folder.

    Returns whether it has that.
    """
    if which("git") is None:
        raise _no_revision(f"{revision!r} is no folder; without git no revision can be looked up")
    # The hash can't be taken for an option, whatever the revision is called.
    commit = git(
        project, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"
    )
    if commit is None:
        near = _nearest(project, revision)
        raise _no_revision(f"{revision!r} is neither a folder nor a git revision of this {near}")
    try:
        return extract(project, commit.decode().strip(), folder, *paths)
    except tarfile.FilterError as error:
        raise _no_revision(f"revision {revision!r}: {error}") from error


def _no_revision(message: str) -> FaultsError:
    return FaultsError(message, CommandCode.NO_REVISION)


def _nearest(project: Path, revision: str) -> str:
    names = git(project, "for-each-ref", "--format=%(refname:short)")
    if names is None:
        return "project, which is in no git repository"
    near = nearest(revision, tuple(names.decode("utf-8", "replace").split()))
    return f"project{f'; nearest: {near}' if near else ''}"
