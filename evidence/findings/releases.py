"""What changed from one release to the next, counted from the comparison of their evidence."""

from collections import Counter
from collections.abc import Sequence
from types import MappingProxyType

from evidence.findings.changes import Change, Comparison, Difference, FindingChange, Move
from evidence.model.history import DATA, Changes, Release, VerdictChange

_JUDGING = ("minimum", "supported", "partly")


def changes_since(
    earlier: Release, comparison: Comparison, authors: Sequence[str], sentences: int
) -> Changes:
    """Return what changed since an earlier release.

    Parameters
    ----------
    comparison
        Of the evidence then with that now.
    authors
        Those of now.
    sentences
        How many of the chapters are written otherwise.
    """
    moves = Counter(row.move for row in comparison.sources)
    data = (
        *(moves[move] for move in (Move.ADDED, Move.REMOVED, Move.RECODED)),
        sum(len(row.come) for row in comparison.sources),
        sum(len(row.gone) for row in comparison.sources),
        sum(len(row.effects) for row in comparison.sources),
    )
    moved = [change for row in comparison.findings if (change := _verdict(row))]
    judged = [name for row in comparison.rules if (name := _judged(row))]
    changed = sum(row.change is not Change.UNCHANGED for row in comparison.findings)
    return Changes(
        since=earlier.version,
        data=MappingProxyType(dict(zip(DATA, data, strict=True))),
        verdicts=tuple(moved),
        numbers=changed - len(moved),
        rules=tuple(dict.fromkeys((*(row.name for row in comparison.counted), *judged))),
        settings=len(comparison.rules) - len(judged) + len(comparison.codebook),
        sentences=sentences,
        come=tuple(name for name in authors if name not in earlier.authors),
        gone=tuple(name for name in earlier.authors if name not in authors),
    )


def _verdict(row: FindingChange) -> VerdictChange | None:
    was, now = (finding.outcome if finding else "" for finding in (row.old, row.new))
    return VerdictChange(row.claim_id, was, now) if was != now else None


def _judged(row: Difference) -> str:
    """Return the claim whose minimum or bounds are others, if that is what differs."""
    parts = row.what.split(": ")
    return parts[1] if parts[0] == "claims" and parts[2] in _JUDGING else ""
