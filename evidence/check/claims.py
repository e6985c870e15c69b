"""Claims that no chapter places, that do not exist, or that one section words in two ways."""

from collections.abc import Iterable, Iterator, Sequence

from evidence.check.chapters import Placement
from evidence.check.faults import ProseCode, ProseFault
from evidence.model.faults import nearest, quote


def claim_faults(
    placements: Iterable[Placement], claims: Sequence[str], claims_text: str
) -> Iterator[ProseFault]:
    """Hold the placements against the claims there are.

    Parameters
    ----------
    claims
        The ids of claims.yml.
    claims_text
        The text of claims.yml, to name the line of a claim.
    """
    placements = tuple(placements)
    yield from _not_placed({row.claim_id for row in placements}, claims, claims_text)
    first: dict[tuple[str, str, str], Placement] = {}
    for row in placements:
        if row.claim_id not in claims:
            near = nearest(row.claim_id, tuple(claims))
            yield ProseFault(
                row.file,
                row.line,
                row.column,
                ProseCode.UNKNOWN_CLAIM,
                f"claims.yml has no claim {quote(row.claim_id)}",
                f"nearest: {quote(near)}" if near else f"it has {', '.join(claims)}",
            )
            continue
        earlier = first.setdefault((row.file, row.section, row.claim_id), row)
        if earlier.wording != row.wording:
            yield ProseFault(
                row.file,
                row.line,
                row.column,
                ProseCode.CLAIM_WORDED_TWICE,
                f"the section {quote(row.section)} words {row.claim_id} in another way already, "
                f"in line {earlier.line}",
                "say it once, or in the same words",
            )


def _not_placed(placed: set[str], claims: Sequence[str], text: str) -> Iterator[ProseFault]:
    lines = text.splitlines()
    for claim_id in claims:
        if claim_id not in placed:
            starts = (at for at, line in enumerate(lines, 1) if line.strip() == f"{claim_id}:")
            yield ProseFault(
                "data/claims.yml",
                next(starts, 1),
                3,
                ProseCode.CLAIM_NOT_PLACED,
                f"no chapter places {claim_id}",
                f'write `say("{claim_id}", supported="…", …)` where it belongs',
            )
