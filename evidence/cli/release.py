"""`evidence release`: a state of the report made final, with all that is said of it."""

import argparse
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from evidence.cli.parity import compared
from evidence.cli.project import OUTPUT, CommandCode, FaultsError, coded, document_paths, shown
from evidence.cli.release_plan import UNCHANGED, Plan, plan
from evidence.cli.terminal import plural, progress, visible
from evidence.cli.verify import rebuilt
from evidence.proof import manifest
from evidence.proof.rebuild import BuildFailed, build
from evidence.proof.repository import TRAILER, git

DESCRIPTION = """\
Make a release: check everything, write what is said of it, commit and tag it.

It looks at repository, version, data and chapters, and tells every reason against a release at
once. Then it writes version and date into CHANGELOG.md (what was Unreleased), CITATION.cff and
pyproject.toml where there are such files, and into data/history.yml, with what changed since the
release before in data, results, methods, wording and authors. Of that it builds all documents in a
folder aside, holds them against each other (parity) and against a second build (verify). Only then
it commits, tags the commit as vVERSION, and puts the documents into _output/. Commit and tag bear
the fingerprint of the documents. Whatever stops it on the way, the project stays as it was.

examples:
  evidence release 1.0.0
  evidence release 1.1.0 --trigger "A search in May found four trials."
  evidence release 1.1.0 --dry-run        all but the last step, and what it would change"""

_SHOWN = 5
STOPPED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def add_options(command: argparse.ArgumentParser) -> None:
    """Add the verb's arguments to its parser."""
    command.add_argument("version", metavar="VERSION", help="higher than the last, such as 1.2.0")
    command.add_argument(
        "--trigger", default="", metavar="TEXT", help="what set the release off, in a sentence"
    )
    command.add_argument(
        "--dry-run", action="store_true", help="print what would be changed, and change nothing"
    )


def run(project: Path, options: argparse.Namespace) -> None:
    """Make the release and print what to upload, or print what it would change."""
    today = datetime.now().astimezone().date()
    with progress(sys.stderr) as show:
        show("looking at repository, data and chapters")
        planned = plan(project, options.version, visible(options.trigger), today)
        with _aside(project) as copy:
            mark = _written(copy, planned)
            commit = _commit(copy, planned, mark)
            made = _built(copy, mark, show)
            if not options.dry_run:
                show("taking it over")
                _take_over(project, copy, planned, commit)
            change = _git(copy, "show", "--no-color", "--format=%B", commit)
    for note in planned.notes:
        print(f"note: {note}")
    if options.dry_run:
        print(f"{change.strip()}\n\nAll checks passed. Nothing was changed.")
        return
    release = planned.release
    print(f"Released {release.version} as commit {commit[:12]}, tag {release.tag}, build {mark}.")
    print(f"Push it (git push --follow-tags) and upload these of {shown(project / OUTPUT)}/:")
    for name, digest in made.items():
        print(f"{digest}  {name}")


@contextmanager
def _aside(project: Path) -> Iterator[Path]:
    """Give the project as it is committed, in a work tree that is gone afterwards."""
    inside = _git(project, "rev-parse", "--show-prefix").strip()
    with TemporaryDirectory(prefix="evidence-") as name:
        tree = Path(name).resolve() / "release"
        try:
            _git(project, "worktree", "add", "--quiet", "--detach", str(tree), "HEAD")
            yield tree / inside
        finally:
            # What was left by a process that was killed goes, too.
            git(project, "worktree", "remove", "--force", str(tree))
            git(project, "worktree", "prune")


def _written(copy: Path, planned: Plan) -> str:
    """Write what a release changes, and return the fingerprint of what is built of that."""
    for name, text in planned.files.items():
        (copy / name).write_bytes(text.encode("utf-8"))
    return manifest.fingerprint(copy)


def _commit(copy: Path, planned: Plan, mark: str) -> str:
    _git(copy, "add", "--", *planned.files)
    _git(copy, "commit", "--quiet", "--message", _message(planned, mark))
    return _git(copy, "rev-parse", "HEAD").strip()


def _message(planned: Plan, mark: str) -> str:
    release = planned.release
    parts = (f"Release {release.version}", release.trigger, f"{TRAILER}: {mark}")
    return "\n\n".join(filter(None, parts))


def _built(copy: Path, mark: str, show: Callable[[str], None]) -> Mapping[str, str]:
    """Build the documents, and return the SHA-256 of each file if nothing speaks against them."""
    try:
        build(copy, (), show)
    except BuildFailed as error:
        raise FaultsError(f"{error}\n{_refusal('the documents can not be made')}") from error
    folder = copy / OUTPUT
    made, reasons = manifest.read(folder), []
    if made is None or made.fingerprint != mark:
        hint = "call the program that lies in the project: python -m evidence release"
        reasons.append(f"the documents do not bear the fingerprint {mark}; {hint}")
    show("holding the documents against each other")
    _, differ = compared(document_paths(copy, folder), show)
    if differ:
        reasons.append(f"the documents differ in {plural(len(differ), 'place')}; evidence parity")
    digests, unlike = rebuilt(copy, show)
    if unlike:
        reasons.append("a second build has other bytes; evidence verify")
    if reasons:
        lines = [*(row.place for row in differ[:_SHOWN]), *unlike, *map(_refusal, reasons)]
        raise FaultsError("\n".join((*map(visible, lines), UNCHANGED)))
    return digests


def _take_over(project: Path, copy: Path, planned: Plan, commit: str) -> None:
    """Move the project's branch to the release, tag it, and put its documents in place."""
    from evidence.engine import RenderError
    from evidence.engine.staging import swap

    tag = planned.release.tag
    message = _git(copy, "show", "--no-patch", "--format=%B", commit).strip()
    with _undisturbed():
        _git(project, "tag", "--annotate", "--message", message, tag, commit)
        try:
            _git(project, "merge", "--quiet", "--ff-only", commit)
        except BaseException:
            git(project, "tag", "--delete", tag)
            raise
        try:
            swap(copy / OUTPUT, project / OUTPUT)
        except RenderError as error:
            message = f"{tag} is released, and {OUTPUT}/ is of an earlier build; evidence render"
            raise FaultsError(f"{error}\n{coded(CommandCode.SYSTEM, message)}") from error


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Let signals pass by: where one stops git, it leaves files behind that are half changed."""
    before = {one: signal.signal(one, signal.SIG_IGN) for one in STOPPED}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _git(folder: Path, *arguments: str) -> str:
    """Return what git says; its own words are the reason where it refuses."""
    done = subprocess.run(  # noqa: S603 - a program of ours with arguments of ours
        ["git", *arguments],  # noqa: S607 - the user's own git, wherever it is
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
        # Ctrl-C reaches all that belongs to the terminal. What may ask for a passphrase has to.
        start_new_session=arguments[0] == "merge",
    )
    if done.returncode:
        reason = visible(done.stderr) or f"it ended with {done.returncode}"
        raise FaultsError(f"{_refusal(f'git {arguments[0]}: {reason}')}\n{UNCHANGED}")
    return done.stdout


def _refusal(reason: str) -> str:
    return coded(CommandCode.NOT_RELEASED, reason)
