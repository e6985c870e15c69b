"""`evidence compare`: what changes from one state of the data to another.

Every cell comes from data, chapters or a branch name: each format escapes it in its own way.
"""

import argparse
import json
import shutil
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from tabulate import tabulate

from evidence.cli.check import verdict
from evidence.cli.revisions import read
from evidence.cli.terminal import visible
from evidence.findings.changes import (
    Change,
    Comparison,
    Difference,
    FindingChange,
    MeasureChange,
    Move,
    SourceChange,
    compare,
)
from evidence.model.claims import Finding
from evidence.model.evidence import Evidence
from evidence.rule_text import counted
from evidence.words import headline, number, numbers

if TYPE_CHECKING:
    from evidence.review.sentences import SentenceChange, Sentences

DESCRIPTION = """\
Compare two states of the data: OLD with NEW.

Each is a data folder or, if there is no folder of that name, a git revision, whose data/ is taken.
Shows which findings are new, gone, stronger, weaker or changed in number only; every sentence of
the chapters that says something else, where it is written, and what made it do so; the measures
that change; the sources added, removed or recoded, with the codings and effects that came, went or
are told otherwise; and changes of rules and codebook. Both sides are told in the chapters as they
are now; `evidence redline` compares documents. Searches, screening and what single coders say are
not compared.

examples:
  evidence compare HEAD data                  the effect of changes not yet committed
  evidence compare main HEAD --format md      as a comment on a pull request
  evidence compare old/data data --format json"""

FORMATS = ("text", "md", "json")
# GitHub takes comments of 65,536 characters.
_LONGEST_MARKDOWN = 60_000
_NARROWEST, _GAP = 12, 2
_WORDS = {"number": "changed in number only", "otherwise": "changed otherwise"}


@dataclass(frozen=True, slots=True)
class Section:
    """A table of what changed; the first cell of a row names what the row is about.

    In a terminal the cells of a row stand one below the other where they are `long`.
    """

    heading: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    long: bool = False


@dataclass(frozen=True, slots=True)
class Account:
    """What a comparison shows, before any format: cells are plain text."""

    title: str
    lines: tuple[str, ...]
    sections: tuple[Section, ...]


def add_options(command: argparse.ArgumentParser) -> None:
    """Add the verb's arguments to its parser."""
    command.add_argument("old", metavar="OLD", help="a data folder or a git revision")
    command.add_argument("new", metavar="NEW", help="a data folder or a git revision")
    command.add_argument(
        "--format", choices=FORMATS, default="text", help="how to print it (default: text)"
    )


def run(project: Path, options: argparse.Namespace) -> bool:
    """Print the comparison and say whether anything changed."""
    (old, _), (new, _) = read(project, options.old), read(project, options.new)
    comparison = compare(old, new)
    sentences = told_sentences(project, old, new, comparison).changed
    if options.format == "json":
        print(as_json((options.old, options.new), comparison, sentences))
    else:
        title = f"What changes from {options.old} to {options.new}"
        shown = account(title, comparison, sentences)
        print(text(shown) if options.format == "text" else markdown(shown))
    return comparison.changed or bool(sentences)


def account(
    title: str,
    comparison: Comparison,
    sentences: Sequence["SentenceChange"],
    *,
    sources: bool = True,
) -> Account:
    """Return what a comparison shows, without its sources where the reader has named them."""
    findings = tuple(
        (
            row.claim_id,
            "; ".join((_word(row.change), *notes(row))),
            _judged(row.old),
            _judged(row.new),
        )
        for row in comparison.findings
        if row.change != "unchanged"
    )
    sections = [
        Section("Findings", ("claim", "change", "before", "after"), findings),
        Section(
            "Sentences of the report",
            ("place", "before", "after", "because"),
            tuple((row.place, row.old, row.new, "; ".join(row.causes)) for row in sentences),
            long=True,
        ),
        _section("Measures", "measure", map(_measured, comparison.measures)),
    ]
    if sources:
        counts = (
            Difference(f"{row.name}: counted", counted(row.old), counted(row.new))
            for row in comparison.counted
        )
        moves = tuple(
            (row.source_id, row.move, "; ".join(_recoding(row))) for row in comparison.sources
        )
        sections += [
            Section("Sources", ("source", "change", "codings and effects"), moves),
            _section("Bibliographic changes", "source and field", comparison.bibliography),
            _section("Rules", "rule", (*comparison.rules, *counts)),
            _section("Codebook", "entry", comparison.codebook),
        ]
    lines = tuple(_lines(comparison, sources=sources))
    return Account(title, lines, tuple(section for section in sections if section.rows))


def told_sentences(
    project: Path, old: Evidence, new: Evidence, comparison: Comparison
) -> "Sentences":
    """Return the sentences of the report that change, as the chapters are worded now.

    What can't be told is printed on standard error, and so are the faults of chapters that can't be
    read: the findings can be compared without them.
    """
    # Slow to import, as they draw the figures too.
    from evidence.engine.document import read as read_document
    from evidence.engine.faults import RenderError
    from evidence.review.sentences import Sentences, changed_sentences

    try:
        document = read_document(project)
        if document.faults:
            raise RenderError(*document.faults)
        found = changed_sentences(document, old, new, comparison)
    except RenderError as error:
        print(*error.problems, sep="\n", file=sys.stderr)
        print("the sentences of the chapters are left out", file=sys.stderr)
        return Sentences()
    if found.unknown:
        print(*found.unknown, sep="\n", file=sys.stderr)
    return found


def notes(row: FindingChange) -> Iterator[str]:
    """Yield what changed in a finding beside its verdict and headline, in a phrase each."""
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
        for name, now_is in numbers(new).items():
            if name in earlier and now_is.text != earlier[name].text:
                yield f"{name} {now_is}, was {earlier[name]}"
    was, now = row.confidence
    if was != now:
        yield f"confidence {now}, was {was}"
    then, again = row.baseline
    if then and again and then.verdict != again.verdict:
        yield f"in the baseline edition {again.verdict}, was {then.verdict}"
    elif then and again and headline(then) != headline(again):
        yield f"in the baseline edition {headline(again)}, was {headline(then)}"


def text(shown: Account) -> str:
    """Return tables as wide as the terminal."""
    blocks = [visible(shown.title), "\n".join(map(visible, shown.lines))]
    for section in shown.sections:
        rows = [[visible(cell) for cell in row] for row in section.rows]
        room = shutil.get_terminal_size().columns
        if section.long:
            told = "\n\n".join("\n".join(_stacked(section.columns, row, room)) for row in rows)
        else:
            widths = _widths([section.columns, *rows], room)
            told = tabulate(rows, section.columns, disable_numparse=True, maxcolwidths=widths)
        blocks.append(f"{section.heading}\n\n{told}")
    return "\n\n".join(blocks)


def _stacked(columns: Sequence[str], row: Sequence[str], room: int) -> Iterator[str]:
    yield row[0]
    margin = max(map(len, columns[1:])) + 4
    for name, cell in zip(columns[1:], row[1:], strict=True):
        start, rest = f"  {name}".ljust(margin), " " * margin
        yield from wrap(cell or "—", room, initial_indent=start, subsequent_indent=rest)


def markdown(shown: Account) -> str:
    """Return Markdown fit for a comment on GitHub: short enough, and without notifying anyone."""
    lines = [f"### {_literal(shown.title)}", "", *(f"- {_literal(line)}" for line in shown.lines)]
    for section in shown.sections:
        rows = (
            section.columns,
            ["---"] * len(section.columns),
            *(map(_literal, row) for row in section.rows),
        )
        lines += ["", f"#### {section.heading}", "", *(f"| {' | '.join(row)} |" for row in rows)]
    room = _LONGEST_MARKDOWN
    for place, line in enumerate(lines):
        room -= len(line) + 1
        if room < 0:
            lines[place:] = ["", "There is more; the command shows it all without `--format md`."]
            break
    return "\n".join(lines)


def as_json(
    names: tuple[str, str], comparison: Comparison, sentences: Sequence["SentenceChange"]
) -> str:
    """Return all of a comparison as JSON in ASCII, unchanged findings too.

    It has the fields of `Comparison` and what is in it, and beside them what was compared, whether
    anything changed, and the sentences.
    """
    document = {
        "old": names[0],
        "new": names[1],
        "changed": comparison.changed or bool(sentences),
        "sentences": sentences,
        **_plain(comparison),
    }
    return json.dumps(document, indent=2, default=_plain)


def _plain(value: object) -> Any:
    """Return what JSON cannot hold as what it can."""
    if is_dataclass(value):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    return dict(value) if isinstance(value, Mapping) else sorted(value)  # type: ignore[call-overload]


def _lines(comparison: Comparison, *, sources: bool) -> Iterator[str]:
    found = Counter(row.change for row in comparison.findings)
    yield f"Findings: {_numbered({name: found[name] for name in Change if found[name]})}."
    before = Counter(verdict(row.old) for row in comparison.findings if row.old)
    after = Counter(verdict(row.new) for row in comparison.findings if row.new)
    moved = [
        f"{name} {after[name]}, was {before[name]}"
        for name in dict.fromkeys((*after, *before))
        if before[name] != after[name]
    ]
    if moved:
        yield f"Verdicts: {'; '.join(moved)}."
    if names := {row.name for row in comparison.measures}:
        yield f"Measures: {len(names):,} changed."
    if sources:
        moves = _numbered(Counter(row.move for row in comparison.sources))
        yield f"Sources: {moves or 'none added, removed or recoded'}."


def _numbered(counts: Mapping[Any, int]) -> str:
    return ", ".join(f"{number:,} {_word(name)}" for name, number in counts.items())


def _word(change: str) -> str:
    return _WORDS.get(change, str(change))


def _judged(finding: Finding | None) -> str:
    return f"{verdict(finding)}: {headline(finding)}" if finding else ""


def _recoding(change: SourceChange) -> Iterator[str]:
    for word, rows in (
        ("added", change.come),
        ("removed", change.gone),
        ("reworded", change.reworded),
    ):
        if rows:
            held = ", ".join(f"{row.facet}:{row.code} {row.stance}" for row in rows)
            yield f"{word}: {held}"
    for move in Move:
        moved = [row for row in change.effects if row.move is move]
        if moved and move is not Move.RECODED:
            yield f"effects {move}: {', '.join(row.what for row in moved)}"
        for one in moved:
            for row in one.differences:
                yield f"effect {one.what}: {row.what}: {row.old or 'none'} → {row.new or 'none'}"
    for row in change.appraisal:
        yield f"{row.what}: {row.old or 'none'} → {row.new or 'none'}"


def _measured(row: MeasureChange) -> Difference:
    name = f"{row.name}: {row.by}" if row.by else row.name
    return Difference(name, str(number(row.old)), str(number(row.new)))


def _section(heading: str, first: str, rows: Iterable[Difference]) -> Section:
    cells = tuple((row.what, row.old, row.new) for row in rows)
    return Section(heading, (first, "before", "after"), cells)


def _literal(cell: str) -> str:
    from evidence.report import markup

    # A backslash keeps no "@name" and no "#1" from calling a person or an issue; a comment does.
    literal = markup.escape(visible(cell))
    return literal.replace("\\@", "@<!-- -->").replace("\\#", "#<!-- -->") or "—"


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
