"""A comparison of evidence as text for a terminal, Markdown, HTML or JSON.

Every cell comes from data, chapters or a branch name: each format escapes it in its own way.
"""

import html
import json
import re
import shutil
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from evidence.cli.check import verdict
from evidence.cli.terminal import visible

if TYPE_CHECKING:
    from evidence.findings.changes import Comparison, Difference, FindingChange, SourceChange
    from evidence.model.claims import Finding
    from evidence.model.evidence import Coding

# GitHub takes comments of 65,536 characters.
_LONGEST_MARKDOWN = 60_000
_NARROWEST = 12
_GAP = 2
_WORDS = {"number": "changed in number only", "otherwise": "changed otherwise"}
_STYLE = """\
body { font: 1rem/1.5 system-ui, sans-serif; color: #1a1a1a; background: #fff; max-width: 75rem;
  margin: 0 auto; padding: 1rem; }
table { border-collapse: collapse; width: 100%; margin: 1rem 0 2rem; }
caption { text-align: left; font-weight: bold; font-size: 1.25rem; padding: .25rem 0; }
th, td { border: 1px solid #767676; padding: .375rem .5rem; text-align: left;
  vertical-align: top; }
td { overflow-wrap: anywhere; }"""


@dataclass(frozen=True, slots=True)
class Section:
    """A table of what changed; the first cell of a row names what the row is about."""

    heading: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Account:
    """What there is to tell, before any format: cells are plain text."""

    title: str
    lines: tuple[str, ...]
    sections: tuple[Section, ...]


def account(
    title: str, comparison: "Comparison", sentences: "Sequence[Difference]", *, sources: bool = True
) -> Account:
    """Return what a comparison tells.

    Parameters
    ----------
    sources
        False where the reader knows what became of the sources, having said so.
    """
    sections = [
        Section("Findings", ("claim", "change", "before", "after"), tuple(_findings(comparison))),
        _section("Sentences of the report", "claim", sentences),
    ]
    if sources:
        sections += [
            Section("Sources", ("source", "change", "codings"), tuple(_sources(comparison))),
            _section("Bibliographic changes", "source and field", comparison.bibliography),
            _section("Rules", "rule", comparison.rules),
            _section("Codebook", "entry", comparison.codebook),
        ]
    lines = tuple(_lines(comparison, sources=sources))
    return Account(title, lines, tuple(section for section in sections if section.rows))


def text(told: Account) -> str:
    """Return tables as wide as the terminal."""
    from tabulate import tabulate

    blocks = [visible(told.title), "\n".join(map(visible, told.lines))]
    for section in told.sections:
        rows = [[visible(cell) for cell in row] for row in section.rows]
        widths = _widths([section.columns, *rows], shutil.get_terminal_size().columns)
        wrapped = [
            [textwrap.fill(cell, width) for cell, width in zip(row, widths, strict=True)]
            for row in rows
        ]
        table = tabulate(wrapped, headers=section.columns, disable_numparse=True)
        blocks.append(f"{section.heading}\n\n{table}")
    return "\n\n".join(blocks)


def markdown(told: Account) -> str:
    """Return Markdown fit for a comment on GitHub: short enough, and nobody is called by it."""
    lines = [f"### {_literal(told.title)}", "", *(f"- {_literal(line)}" for line in told.lines)]
    for section in told.sections:
        lines += ["", f"#### {section.heading}", ""]
        lines += [_pipe(section.columns), _pipe(["---"] * len(section.columns))]
        lines += [_pipe(map(_literal, row)) for row in section.rows]
    room = _LONGEST_MARKDOWN
    for number, line in enumerate(lines):
        room -= len(line) + 1
        if room < 0:
            lines[number:] = ["", "There is more; `evidence compare` in a terminal shows it all."]
            break
    return "\n".join(lines)


def page(told: Account) -> str:
    """Return a page of HTML that needs no other file."""
    lines = "".join(f"<li>{html.escape(visible(line))}</li>\n" for line in told.lines)
    title = html.escape(visible(told.title))
    return (
        '<!DOCTYPE html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>\n{_STYLE}\n</style>\n</head>\n<body>\n<main>\n"
        f"<h1>{title}</h1>\n<ul>\n{lines}</ul>\n{''.join(map(_html_table, told.sections))}"
        "</main>\n</body>\n</html>"
    )


def as_json(
    names: tuple[str, str], comparison: "Comparison", sentences: "Sequence[Difference]"
) -> str:
    """Return all of a comparison as JSON in ASCII, unchanged findings too."""
    document = {
        "old": names[0],
        "new": names[1],
        "changed": comparison.changed or bool(sentences),
        "findings": [
            {
                "claim": row.claim_id,
                "change": row.change,
                "old": _finding_values(row.old),
                "new": _finding_values(row.new),
                "notes": tuple(notes(row)),
            }
            for row in comparison.findings
        ],
        "sentences": _difference_values(sentences),
        "sources": [
            {
                "source": row.source_id,
                "change": row.move,
                "come": _coding_values(row.come),
                "gone": _coding_values(row.gone),
                "reworded": _coding_values(row.reworded),
                "appraisal": _difference_values(row.appraisal),
            }
            for row in comparison.sources
        ],
        "bibliography": _difference_values(comparison.bibliography),
        "rules": _difference_values(comparison.rules),
        "codebook": _difference_values(comparison.codebook),
    }
    return json.dumps(document, indent=2)


def notes(row: "FindingChange") -> Iterator[str]:
    """Yield what changed in a finding beside its verdict and headline, in a phrase each."""
    from evidence.words import headline, numbers

    old, new = row.old, row.new
    if not (old and new):
        return
    for words, before, after in (
        ("silent", old.silent, new.silent),
        ("a close call", old.close, new.close),
    ):
        if before != after:
            yield f"now {words}" if after else f"no longer {words}"
    for words, were, are in (
        ("for it", old.supporting, new.supporting),
        ("against it", old.contrary, new.contrary),
    ):
        come, gone = len(set(are) - set(were)), len(set(were) - set(are))
        if come or gone:
            yield f"sources {words}: {come} more, {gone} gone"
    if headline(old) == headline(new):
        earlier = numbers(old)
        for name, number in numbers(new).items():
            if name in earlier and number.text != earlier[name].text:
                yield f"{name} {number}, was {earlier[name]}"
    was, now = row.confidence
    if was != now:
        yield f"confidence {now}, was {was}"
    then, again = row.baseline
    if then and again and then.verdict != again.verdict:
        yield f"in the baseline edition {again.verdict}, was {then.verdict}"
    elif then and again and headline(then) != headline(again):
        yield f"in the baseline edition {headline(again)}, was {headline(then)}"


def _finding_values(finding: "Finding | None") -> dict[str, Any] | None:
    from evidence.words import headline, numbers

    if finding is None:
        return None
    return {
        "verdict": finding.verdict,
        "silent": finding.silent,
        "close": finding.close,
        "headline": headline(finding),
        "numbers": {name: number.text for name, number in numbers(finding).items()},
        "supporting": finding.supporting,
        "contrary": finding.contrary,
    }


def _coding_values(rows: "Iterable[Coding]") -> list[dict[str, str]]:
    names = ("facet", "code", "stance", "locator", "gist")
    return [{name: getattr(row, name) for name in names} for row in rows]


def _difference_values(rows: "Iterable[Difference]") -> list[dict[str, str]]:
    return [{"what": row.what, "old": row.old, "new": row.new} for row in rows]


def _lines(comparison: "Comparison", *, sources: bool) -> Iterator[str]:
    from evidence.findings.changes import Change

    found = Counter(row.change for row in comparison.findings)
    changes = {str(change): found[change] for change in Change if found[change]}
    yield f"Findings: {_counted(changes)}."
    before = Counter(verdict(row.old) for row in comparison.findings if row.old)
    after = Counter(verdict(row.new) for row in comparison.findings if row.new)
    moved = [
        f"{name} {after[name]}, was {before[name]}"
        for name in dict.fromkeys((*after, *before))
        if before[name] != after[name]
    ]
    if moved:
        yield f"Verdicts: {'; '.join(moved)}."
    if sources:
        moves = Counter(str(row.move) for row in comparison.sources)
        yield f"Sources: {_counted(moves) or 'none added, removed or recoded'}."


def _counted(numbers: Mapping[str, int]) -> str:
    return ", ".join(f"{number:,} {_WORDS.get(name, name)}" for name, number in numbers.items())


def _findings(comparison: "Comparison") -> Iterator[tuple[str, ...]]:
    for row in comparison.findings:
        if row.change != "unchanged":
            change = "; ".join((_WORDS.get(row.change, str(row.change)), *notes(row)))
            yield row.claim_id, change, _judged(row.old), _judged(row.new)


def _judged(finding: "Finding | None") -> str:
    from evidence.words import headline

    return f"{verdict(finding)}: {headline(finding)}" if finding else ""


def _sources(comparison: "Comparison") -> Iterator[tuple[str, ...]]:
    for row in comparison.sources:
        yield row.source_id, str(row.move), "; ".join(_recoding(row))


def _recoding(change: "SourceChange") -> Iterator[str]:
    for word, rows in (("come", change.come), ("gone", change.gone), ("reworded", change.reworded)):
        if rows:
            held = ", ".join(f"{row.facet}:{row.code} {row.stance}" for row in rows)
            yield f"{word}: {held}"
    for row in change.appraisal:
        yield f"{row.what}: {row.old or 'none'} → {row.new or 'none'}"


def _section(heading: str, first: str, rows: "Iterable[Difference]") -> Section:
    cells = tuple((row.what, row.old, row.new) for row in rows)
    return Section(heading, (first, "before", "after"), cells)


def _literal(cell: str) -> str:
    from evidence.report.markup import escape

    # A backslash keeps no "@name" and no "#1" from calling a person or an issue; a comment does.
    return re.sub(r"\\([@#])", r"\1<!-- -->", escape(visible(cell))) or "—"


def _pipe(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _html_table(section: Section) -> str:
    head = "".join(f'<th scope="col">{html.escape(name)}</th>' for name in section.columns)
    body = ""
    for name, *rest in section.rows:
        cells = "".join(f"<td>{html.escape(visible(cell)) or '—'}</td>" for cell in rest)
        body += f'<tr><th scope="row">{html.escape(visible(name))}</th>{cells}</tr>\n'
    return (
        f"<table>\n<caption>{html.escape(section.heading)}</caption>\n"
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>\n</table>\n"
    )


def _widths(rows: Sequence[Sequence[str]], room: int) -> list[int]:
    # Names, in the first column, are best not broken; then narrow columns keep their width and the
    # others share what is left.
    natural = [max(map(len, column)) for column in zip(*rows, strict=True)]
    if sum(natural) + _GAP * (len(natural) - 1) <= room:
        return natural
    widths = [min(natural[0], room // 3), *natural[1:]]
    left, columns = room - widths[0] - _GAP * (len(natural) - 1), len(natural) - 1
    for position in sorted(range(1, len(natural)), key=natural.__getitem__):
        widths[position] = max(min(natural[position], left // columns), _NARROWEST)
        left, columns = left - widths[position], columns - 1
    return widths
