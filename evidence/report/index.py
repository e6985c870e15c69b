"""One page over many reports: what each is and how it came out, and their verdicts side by side."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import PurePosixPath
from urllib.parse import quote

from evidence.model.claims import SILENT, STRENGTH
from evidence.proof.manifest import Manifest
from evidence.report.folders import WORKBOOK
from evidence.words import label, opening, outcome_word

NAME = "index.html"
TITLE = "Reports"
# The documents that readers open, by the end of their name; the rest is for programs.
DOCUMENTS = {".html": "HTML", ".pdf": "PDF", ".docx": "Word", ".xlsx": "Evidence tables"}
OUTCOMES = (*STRENGTH[::-1], SILENT)
_NONE = "–"
# A line of a log that tells progress, as `evidence.cli.terminal` writes it, and no fault.
_PROGRESS = re.compile(r" *\d+\.\d s  ")
_TOLD = 20
_STYLE = """
body { padding: 0 1.25rem 4rem; }
body > * { max-width: none; }
header, main { max-width: 90rem; margin: 0 auto; }
.scroll { overflow-x: auto; margin: 1rem 0 2rem; }
table { border-collapse: collapse; font-size: 0.9rem; overflow-wrap: normal; }
caption { text-align: left; font-weight: 600; padding: 0.3rem 0.6rem; }
th, td { border-bottom: 1px solid var(--rule); padding: 0.35rem 0.7rem; text-align: left;
  vertical-align: top; font-variant-numeric: tabular-nums; }
td ul { margin: 0; padding: 0; list-style: none; }
td li { display: inline-block; margin: 0 0.6em 0 0; }
td a { display: inline-block; min-width: 24px; line-height: 24px; }
.failed { border-left: 0.3rem solid var(--caution); padding-left: 0.6rem; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; max-width: 60rem; font-size: 0.85em; }
"""


@dataclass(frozen=True, slots=True)
class Report:
    """A report among many.

    Attributes
    ----------
    place
        The path of its folder from the page, parted by slashes.
    made
        The manifest of its documents; none where there never were any.
    documents
        The names of those that lie there as they were written.
    failed
        What the last rendering said where it failed; empty where it did not.
    """

    place: str
    made: Manifest | None
    documents: tuple[str, ...]
    failed: str = ""

    @property
    def title(self) -> str:
        """What it is called, or where it belongs."""
        return (self.made.title if self.made else "") or self.place

    @property
    def edition(self) -> str:
        """The year up to which sources are in it."""
        return (self.made.edition if self.made else "") or "all sources"

    @property
    def name(self) -> str:
        """What tells it from the others in few words: its folders, of which `.` says nothing."""
        return self.place if self.place != "." else self.edition


def page(reports: Sequence[Report], style: str) -> str:
    """Return the page as HTML that needs no other file.

    Parameters
    ----------
    style
        The style sheet of reports.
    """
    failed = sum(bool(row.failed) for row in reports)
    lost = f"{failed:,} of them could not be rendered" if failed else "all of them rendered"
    total = f"{len(reports):,} report{'' if len(reports) == 1 else 's'}, {lost}."
    parts = [*_table(reports), *_failures(reports), *_comparisons(reports)]
    return (
        '<!DOCTYPE html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{TITLE}</title>\n<style>\n{style}{_STYLE}</style>\n</head>\n<body>\n"
        f"<header><h1>{TITLE}</h1><p>{total}</p></header>\n<main>\n"
        + "\n".join(parts)
        + "\n</main>\n</body>\n</html>\n"
    )


def _table(reports: Iterable[Report]) -> Iterator[str]:
    said = (escape(opening(outcome_word(outcome))) for outcome in OUTCOMES)
    columns = ("Report", "Edition", "Documents", *said, "Build", "State")
    rows = (
        (
            f"{escape(row.title)}<br><small>{escape(row.name)}</small>",
            escape(row.edition) if row.made else _NONE,
            _documents(row),
            *_counts(row),
            f"<code>{escape(row.made.fingerprint)}</code>" if row.made else _NONE,
            _state(row),
        )
        for row in reports
    )
    yield "<h2>All reports</h2>"
    yield from _grid("What each report is, and how many of its claims came out how", columns, rows)


def _documents(row: Report) -> str:
    links = []
    for name in sorted(row.documents, key=_order):
        kind = DOCUMENTS[PurePosixPath(name).suffix]
        about = escape(f"{kind} of {row.title}, {row.name}")
        address = escape(quote(f"{row.place}/{name}" if row.place != "." else name))
        links.append(f'<li><a href="{address}" aria-label="{about}">{kind}</a></li>')
    return f"<ul>{''.join(links)}</ul>" if links else _NONE


def _order(name: str) -> tuple[bool, int]:
    return name == WORKBOOK, [*DOCUMENTS].index(PurePosixPath(name).suffix)


def _counts(row: Report) -> Iterator[str]:
    found = [*row.made.findings.values()] if row.made else []
    yield from (str(found.count(outcome)) if found else _NONE for outcome in OUTCOMES)


def _state(row: Report) -> str:
    if not row.failed:
        return "rendered"
    why = f'<a href="#{_anchor(row)}">failed</a>'
    return f"{why}; documents of an earlier rendering" if row.documents else why


def _anchor(row: Report) -> str:
    return f"failed-{quote(row.place, safe='')}"


def _failures(reports: Iterable[Report]) -> Iterator[str]:
    failed = [row for row in reports if row.failed]
    if failed:
        yield "<h2>What failed, and why</h2>"
    for row in failed:
        lines = [line for line in row.failed.splitlines() if not _PROGRESS.match(line)]
        said = escape("\n".join(lines[-_TOLD:]))
        yield f'<section class="failed" id="{_anchor(row)}"><h3>{escape(row.place)}</h3>'
        yield f"<pre>{said}</pre></section>"


def _comparisons(reports: Sequence[Report]) -> Iterator[str]:
    """Yield a table for each set of reports that state the same claims."""
    groups = grouped([row for row in reports if row.made and row.made.findings])
    if groups:
        yield "<h2>Verdicts side by side</h2>"
    for group in groups:
        columns = ("Claim", *(escape(row.name) for row in group))
        rows = [
            (
                escape(label(claim)),
                *(_verdict(row.made.findings if row.made else {}, claim) for row in group),
            )
            for claim in shared(group)
        ]
        titles = {row.title for row in group}
        about = titles.pop() if len(titles) == 1 else f"{len(group):,} reports"
        yield from _grid(f"{about}: the verdict on each claim that several state", columns, rows)


def grouped(reports: Sequence[Report]) -> list[list[Report]]:
    """Return the reports of which each states a claim of another, together, in their order."""
    groups: list[list[Report]] = []
    for row in reports:
        claims = _claims([row])
        joined = [group for group in groups if claims & _claims(group)]
        groups = [group for group in groups if group not in joined]
        groups.append([*(one for group in joined for one in group), row])
    order = {row.place: number for number, row in enumerate(reports)}
    found = [sorted(group, key=lambda row: order[row.place]) for group in groups if len(group) > 1]
    return sorted(found, key=lambda group: order[group[0].place])


def shared(group: Sequence[Report]) -> list[str]:
    """Return the claims that several of the reports state, in the order of the first with each."""
    told = [claim for row in group if row.made for claim in row.made.findings]
    return [claim for claim in dict.fromkeys(told) if told.count(claim) > 1]


def _claims(group: Iterable[Report]) -> set[str]:
    return {claim for row in group if row.made for claim in row.made.findings}


def _verdict(findings: Mapping[str, str], claim: str) -> str:
    found = findings.get(claim)
    # A manifest may be anybody's.
    return opening(outcome_word(found)) if found in OUTCOMES else _NONE


def _grid(caption: str, columns: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """Yield a table of HTML, its first column the head of each row."""
    # What scrolls has to be reached by keyboard.
    name = escape(caption)
    yield f'<div class="scroll" role="group" aria-label="{name}" tabindex="0"><table>'
    yield f"<caption>{name}</caption>"
    heads = "".join(f'<th scope="col">{column}</th>' for column in columns)
    yield f"<thead><tr>{heads}</tr></thead><tbody>"
    for first, *rest in rows:
        cells = "".join(f"<td>{cell}</td>" for cell in rest)
        yield f'<tr><th scope="row">{first}</th>{cells}</tr>'
    yield "</tbody></table></div>"
