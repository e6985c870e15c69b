"""`evidence due`: what has grown old in a living review, and what waits for somebody."""

import argparse
import json
import re
from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from itertools import chain
from pathlib import Path

from evidence.cli.check import judge_project
from evidence.cli.project import DATA, CommandCode, FaultsError, shown
from evidence.cli.release_files import unreleased
from evidence.cli.release_plan import CHANGELOG
from evidence.cli.terminal import plural, visible
from evidence.findings.confidence import confidence
from evidence.findings.selections import select
from evidence.findings.verdicts import Editions
from evidence.model.bibliography import Reference, read_bibliography
from evidence.model.evidence import Evidence
from evidence.model.package import read_package

DESCRIPTION = """\
List what has grown old in a living review, and what waits for somebody.

Due are a new search, when the last is older than `search_every` of data/history.yml says (12 months
where it says nothing); articles of the bibliography that were in press or ahead of print when they
were taken up; remarks of reviewers that nobody has answered, in the lists to tick off which
`evidence review --checklist` writes; and what CHANGELOG.md lists under Unreleased. It also
tells the age of the last release, and which findings of the lowest confidence rest mostly on
sources read only in part. Nothing is looked up in the network: dead links are not found.

examples:
  evidence due
  evidence due round-1.md round-2.md    other lists of remarks than review/*.md
  evidence due --format json            for a scheduled job; it exits with 1 if anything is due"""

FORMATS = ("text", "json")
REMARKS = "review/*.md"
_SHOWN = 5
_UNANSWERED = re.compile(r"^\s*[-*+] \[ \] (.*)", re.MULTILINE)
_IN_PRESS = re.compile(
    r"\b(in press|forthcoming|ahead of (print|publication)|online first|early view|to appear)\b",
    re.IGNORECASE,
)
_STATED = ("pubstate", "note", "year", "date", "volume", "number", "howpublished", "addendum")
_PLACES = ("volume", "number", "pages", "eid")


@dataclass(frozen=True, slots=True)
class Matter:
    """Something that may be due: what it is, how it stands, and what it is about."""

    what: str
    due: bool
    said: str
    about: tuple[str, ...] = ()


def add_options(command: argparse.ArgumentParser) -> None:
    """Add the verb's arguments to its parser."""
    command.add_argument(
        "remarks",
        metavar="FILE",
        type=Path,
        nargs="*",
        help=f"lists of remarks in Markdown (default: {REMARKS} in the project)",
    )
    command.add_argument(
        "--format", choices=FORMATS, default="text", help="how to print it (default: text)"
    )


def run(project: Path, options: argparse.Namespace) -> bool:
    """Print what is due or waits, and say whether anything is due."""
    paths = options.remarks or sorted(project.glob(REMARKS))
    if missing := [str(shown(path)) for path in paths if not path.is_file()]:
        raise FaultsError(f"there is no {', '.join(missing)}", CommandCode.NO_DOCUMENT)
    evidence, editions = judge_project(project)
    package, _ = read_package(project / DATA)
    bibliography = package.others["bibliography"] if package else ""
    references, _ = read_bibliography(project / DATA / bibliography)
    log = project / CHANGELOG
    today = datetime.now().astimezone().date()
    found = (
        searching(evidence, today),
        printing(references or {}),
        answering({str(shown(path)): path.read_text("utf-8", "replace") for path in paths}),
        releasing(log.read_text("utf-8", "replace") if log.is_file() else None),
        last_release(evidence, today),
        reading(evidence, editions),
    )
    if options.format == "json":
        print(json.dumps([asdict(row) for row in found], indent=2))
    else:
        print("\n".join(chain.from_iterable(map(_lines, found))))
    return any(row.due for row in found)


def searching(evidence: Evidence, today: date) -> Matter:
    """Return how old the last search is; without dates of queries, the last reading."""
    put = max((row.searched_on for row in evidence.searches), default="")
    last = put or max((row.read_on for row in evidence.sources.values()), default="")
    if not last:
        said = "not known: neither queries nor sources have dates (searched_on, read_on)"
        return Matter("search", False, said)
    next_on = _later(date.fromisoformat(last), evidence.history.search_every)
    what = "the last query was put" if put else "no query has a date; the last source was read"
    said = f"{what} on {last}; search again from {next_on}"
    return Matter("search", today >= next_on, said)


def printing(references: Mapping[str, Reference]) -> Matter:
    """Return the articles that have no place in a volume yet, or are said to be in press."""
    keys = [
        key
        for key, row in references.items()
        if _IN_PRESS.search(" ".join(row.fields.get(name, "") for name in _STATED))
        or ("journal" in row.fields and not any(row.fields.get(name) for name in _PLACES))
    ]
    said = f"{plural(len(keys), 'article')} in press, or without volume, issue and pages"
    return Matter("bibliography", bool(keys), said, tuple(sorted(keys)))


def answering(texts: Mapping[str, str]) -> Matter:
    """Return the remarks that are not ticked off, with the lists that they stand in."""
    found = {name: len(_UNANSWERED.findall(text)) for name, text in texts.items()}
    number = sum(found.values())
    said = f"{plural(number, 'remark')} unanswered" if texts else "there is no list of remarks"
    about = tuple(f"{name} ({count:,})" for name, count in found.items() if count)
    return Matter("remarks", bool(number), said, about)


def releasing(log: str | None) -> Matter:
    """Return how many entries of the changelog wait for a release."""
    waiting = unreleased(log) if log is not None else None
    if waiting is None:
        return Matter("changelog", False, f"{CHANGELOG} has no part Unreleased")
    verb = "waits" if waiting == 1 else "wait"
    what = f"{waiting:,} {'entry' if waiting == 1 else 'entries'}"
    return Matter("changelog", bool(waiting), f"{what} under Unreleased {verb} for a release")


def last_release(evidence: Evidence, today: date) -> Matter:
    """Return how old the last release is."""
    if not evidence.history.releases:
        return Matter("release", False, "none has been made yet")
    last = evidence.history.releases[0]
    days = (today - date.fromisoformat(last.date)).days
    return Matter("release", False, f"{last.version} of {last.date}, {plural(days, 'day')} ago")


def reading(evidence: Evidence, editions: Editions) -> Matter:
    """Return the findings of the lowest confidence that whole texts might make firmer."""
    weak, levels = evidence.codebook.weak, evidence.confidence.levels
    if not weak or not levels:
        return Matter("texts", False, "the review does not say which sources were read in part")
    partly = select(evidence, weak)
    ids = tuple(_in_doubt(evidence, editions, partly))
    what = f"{plural(len(ids), 'finding')} of {levels[-1]} confidence"
    said = f"{what} with at least half of the sources read only in part"
    return Matter("texts", False, said, ids)


def _in_doubt(evidence: Evidence, editions: Editions, partly: frozenset[str]) -> Iterator[str]:
    for claim_id, finding in editions.now.items():
        behind = {*finding.supporting, *finding.contrary}
        lowest = confidence(evidence, finding).level == evidence.confidence.levels[-1]
        if lowest and 2 * len(behind & partly) >= len(behind):
            yield claim_id


def _later(day: date, months: int) -> date:
    """Return the day so many months later, or the last of a shorter month."""
    years, month = divmod(day.month - 1 + months, 12)
    last = monthrange(day.year + years, month + 1)[1]
    return date(day.year + years, month + 1, min(day.day, last))


def _lines(row: Matter) -> Sequence[str]:
    lines = [f"{'due' if row.due else '':<5}{row.what:<14}{row.said}"]
    if row.about:
        more = len(row.about) - _SHOWN
        named = ", ".join(map(visible, row.about[:_SHOWN]))
        lines.append(f"{'':<19}{named}{f' and {more:,} more' if more > 0 else ''}")
    return lines
