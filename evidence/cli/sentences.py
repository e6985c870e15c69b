"""What the executive summary says on one state of the evidence and on another."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evidence.check.chapters import Placement
    from evidence.findings.changes import Difference
    from evidence.findings.verdicts import Editions
    from evidence.model.evidence import Evidence

SUMMARY = "summary.qmd"
_BETWEEN_SENTENCES = re.compile(r"(?<=[.!?)]) +(?=[A-Z])")


def changed_sentences(project: Path, old: "Evidence", new: "Evidence") -> "tuple[Difference, ...]":
    """Return what the summary says of each claim where it differs, in the order of the summary.

    The wording is that of the project's chapters as they are now. Chapters that can't be read
    are told on the error stream: the findings can be compared without them.
    """
    from evidence.check.chapters import placed, scan

    chapters = scan(project)
    if chapters.faults:
        print(*chapters.faults, sep="\n", file=sys.stderr)
        print("the sentences of the summary are left out", file=sys.stderr)
    of_summary = [row for row in placed(chapters) if PurePath(row.file).name == SUMMARY]
    return tuple(_changed(of_summary, old, new))


def _changed(
    placements: "list[Placement]", old: "Evidence", new: "Evidence"
) -> "Iterator[Difference]":
    from evidence.findings.changes import Difference
    from evidence.findings.verdicts import judge_editions

    was, now = judge_editions(old), judge_editions(new)
    for placement in sorted(placements, key=lambda row: row.line):
        before = _said(was, placement) if placement.claim_id in was.now else ""
        after = _said(now, placement)
        if before != after:
            yield Difference(placement.claim_id, *_differing(before, after))


def _differing(old: str, new: str) -> tuple[str, str]:
    # Where as many sentences came of it as there were, those that stayed say nothing.
    were, are = _BETWEEN_SENTENCES.split(old), _BETWEEN_SENTENCES.split(new)
    if len(were) != len(are):
        return old, new
    pairs = [pair for pair in zip(were, are, strict=True) if pair[0] != pair[1]]
    return " ".join(pair[0] for pair in pairs), " ".join(pair[1] for pair in pairs)


def _said(editions: "Editions", placement: "Placement") -> str:
    # Slow to import, as it draws the figures too.
    from evidence.report.chapter import ChapterError, state

    try:
        return state(editions, placement.claim_id, **placement.wording)
    except ChapterError as error:
        return f"The build stops: {error}"
