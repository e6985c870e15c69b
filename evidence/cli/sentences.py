"""What the chapters say of each claim on one state of the evidence and on another."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evidence.check import Placement
    from evidence.findings.changes import Difference
    from evidence.findings.verdicts import Editions

_BETWEEN_SENTENCES = re.compile(r"(?<=[.!?)]) +(?=[A-Z])")


def changed_sentences(project: Path, old: "Editions", new: "Editions") -> "tuple[Difference, ...]":
    """Return the sentences on claims that change, each once, in the order of the document.

    The wording is that of the project's chapters as they are now. If these can't be read, their
    faults are printed on standard error: the findings can be compared without them.
    """
    from evidence.check import scan

    chapters = scan(project)
    if chapters.faults:
        print(*chapters.faults, sep="\n", file=sys.stderr)
        print("the sentences of the chapters are left out", file=sys.stderr)
        return ()
    return tuple(dict.fromkeys(_changed(chapters.placements(), old, new)))


def _changed(
    placements: "Iterator[Placement]", old: "Editions", new: "Editions"
) -> "Iterator[Difference]":
    from evidence.findings.changes import Difference

    for row in placements:
        before = _sentences(old, row) if row.claim_id in old.now else []
        after = _sentences(new, row)
        if before == after:
            continue
        # Where as many sentences came of it as there were, those that stayed say nothing.
        if len(before) == len(after):
            pairs = [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]]
            before, after = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
        yield Difference(row.claim_id, " ".join(before), " ".join(after))


def _sentences(editions: "Editions", placement: "Placement") -> list[str]:
    # Slow to import, as it draws the figures too.
    from evidence.report.chapter import state
    from evidence.report.codes import ChapterError

    try:
        text = state(editions, placement.claim_id, **placement.wording)
    except ChapterError as error:
        return [f"The build stops: {error}"]
    return _BETWEEN_SENTENCES.split(text)
