"""What a release would be: the files it changes, or every reason why it can't be made."""

import tarfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from evidence.cli import release_files
from evidence.cli.check import checked_document, judge_data, judge_project
from evidence.cli.project import DATA, CommandCode, FaultsError, coded
from evidence.cli.release_files import HISTORY, UnfitFileError
from evidence.cli.replace_sample import invented
from evidence.findings.changes import compare
from evidence.findings.releases import changes_since
from evidence.model.evidence import Evidence
from evidence.model.faults import quote
from evidence.model.history import Changes, History, Release, is_version, rank
from evidence.model.history_file import written
from evidence.model.package import FILE
from evidence.proof.manifest import BUILTIN
from evidence.proof.repository import extract, git

CHANGELOG, CITATION, PACKAGE = "CHANGELOG.md", "CITATION.cff", "pyproject.toml"
UNCHANGED = "Nothing was changed."
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Plan:
    """A release that can be made: itself, the new text of each file, and what is to be told."""

    release: Release
    files: Mapping[str, str]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Found:
    """What is gathered on the way to a plan; lines of faults, and reasons against a release."""

    faults: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)


def plan(project: Path, version: str, trigger: str, day: date) -> Plan:
    """Return what a release would be.

    Raises
    ------
    FaultsError
        With every fault of data and chapters and every other reason not to make it.
    """
    found = _Found(reasons=[*_state(project)])
    evidence = _judged(project, found)
    if not is_version(version):
        hint = "give three numbers parted by points, such as 1.2.0"
        found.reasons.append(f"{quote(version)} is no version; {hint}")
    else:
        found.reasons.extend(_order(project, version, evidence))
    on = day.isoformat()
    _edit(project / CHANGELOG, partial(release_files.changelog, version=version, day=on), found)
    _edit(project / CITATION, partial(release_files.citation, version=version, day=on), found)
    _edit(project / PACKAGE, partial(release_files.package_version, version=version), found)
    release = Release(version, on, f"v{version}", trigger, _authors(project, found), "", 0)
    if evidence:
        release = replace(
            release,
            data_version=evidence.version,
            sources=len(evidence.counted()),
            changes=_changes(project, release, evidence, found),
        )
        found.reasons.extend(_same_version(release, evidence))
        if sample := invented(evidence):
            hint = "bring in your own, `evidence import FILE --replace-sample`"
            found.reasons.append(f"{len(sample):,} of the sources are invented; {hint}")
    if found.faults or found.reasons or not evidence:
        reasons = [coded(CommandCode.NOT_RELEASED, row) for row in found.reasons]
        raise FaultsError("\n".join([*found.faults, *reasons, UNCHANGED]))
    history = History(evidence.history.search_every, (release, *evidence.history.releases))
    found.files[f"{DATA}/{HISTORY}"] = written(history)
    _edit(project / DATA / FILE, release_files.with_history, found, f"{DATA}/{FILE}")
    return Plan(release, found.files, tuple(found.notes))


def _state(project: Path) -> Iterator[str]:
    """Yield what speaks against a release in the repository."""
    if git(project, "rev-parse", "--verify", "--quiet", "HEAD") is None:
        yield "the project is in no git repository, or nothing is committed; `git init`, commit"
        return
    status = git(project, "-c", "core.quotePath=false", "status", "--porcelain") or b""
    files = [row[3:] for row in status.decode("utf-8", "replace").splitlines()]
    if files:
        more = f" and {len(files) - _SHOWN:,} more" if len(files) > _SHOWN else ""
        named = ", ".join(files[:_SHOWN])
        yield f"not everything is committed ({named}{more}); commit or remove it"
    if git(project, "symbolic-ref", "--quiet", "HEAD") is None:
        yield "no branch is checked out, so that the release would be lost; check one out"


def _judged(project: Path, found: _Found) -> Evidence | None:
    """Return the evidence if it is sound, having looked at the chapters too."""
    try:
        evidence, editions = judge_project(project)
    except FaultsError as error:
        found.faults.append(str(error))
        return None
    try:
        checked_document(project, evidence, editions, BUILTIN)
    except FaultsError as error:
        found.faults.append(str(error))
    return evidence


def _order(project: Path, version: str, evidence: Evidence | None) -> Iterator[str]:
    """Yield why a version can't follow those that there were."""
    tags = (git(project, "tag", "--list", "v*") or b"").decode("utf-8", "replace").split()
    path = project / CHANGELOG
    told = path.read_bytes().decode("utf-8", "replace") if path.is_file() else ""
    known = {
        **dict.fromkeys(release_files.versions(told), CHANGELOG),
        **{tag[1:]: "a tag" for tag in tags if is_version(tag[1:])},
        **{row.version: HISTORY for row in (evidence.history.releases if evidence else ())},
    }
    last = max(known, key=rank, default=None)
    if last and rank(version) <= rank(last):
        yield f"{version} is not higher than {last} ({known[last]}); give a higher version"


def _edit(
    path: Path, write: Callable[[str], str | None], found: _Found, name: str | None = None
) -> None:
    """Note the new text of a file, or why there can be none."""
    name = name or path.name
    if not path.is_file():
        if name != PACKAGE:
            found.notes.append(f"there is no {name}, and none is made")
        return
    text = path.read_bytes().decode("utf-8", "replace")
    try:
        new = write(text)
    except UnfitFileError as error:
        found.reasons.append(f"{name} {error}")
    else:
        if new is not None:
            found.files[name] = new


def _authors(project: Path, found: _Found) -> tuple[str, ...]:
    """Return the authors whom CITATION.cff names, or else the report."""
    from evidence.engine import RenderError
    from evidence.engine.project import load

    if CITATION in found.files and (cited := release_files.authors(found.files[CITATION])):
        return cited
    try:
        named = tuple(str(row["name"]) for row in load(project).authors if row.get("name"))
    except RenderError:
        # That is among the faults of the chapters.
        return ()
    if not named:
        found.reasons.append(
            "nobody is named as author; say `author:` in the report's front matter"
        )
    return named


def _same_version(release: Release, evidence: Evidence) -> Iterator[str]:
    """Yield a reason if other data would be cited by the version of those before."""
    changed = release.changes and any(release.changes.data.values())
    if changed and evidence.history.releases[0].data_version == evidence.version:
        changed_since = f"the data changed since {evidence.history.releases[0].version}"
        hint = f"give them a new one in {DATA}/datapackage.json"
        yield f"{changed_since} and are still of version {evidence.version}; {hint}"


def _changes(project: Path, release: Release, evidence: Evidence, found: _Found) -> Changes | None:
    """Return what changed since the release before; None where there is none to compare with."""
    if not evidence.history.releases:
        return None
    earlier = evidence.history.releases[0]
    with TemporaryDirectory(prefix="evidence-") as name:
        folder = Path(name)
        try:
            there = extract(project, f"refs/tags/{earlier.tag}", folder)
            old = judge_data(folder / DATA, f"{earlier.tag}:{DATA}")[0] if there else None
        except (FaultsError, tarfile.FilterError) as error:
            first = str(error).splitlines()[0]
            found.notes.append(f"release {earlier.version} can't be compared with: {first}")
            return None
        if old is None:
            hint = "fetch it: git fetch --tags"
            found.reasons.append(f"the tag {earlier.tag} of the last release is not here; {hint}")
            return None
        were, are = release_files.sentences(folder), release_files.sentences(project)
    changed = max((are - were).total(), (were - are).total())
    return changes_since(earlier, compare(old, evidence), release.authors, changed)
