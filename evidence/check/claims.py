"""Claims as chapters state them, with every wording that the data may ask for."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from evidence.check.prose import ProseCode
from evidence.check.references import DataFile, nearest_of
from evidence.check.wordings import ALTERNATIVES, CASES, Placement, Wordings, needed
from evidence.engine.faults import Problem
from evidence.engine.nodes import WRITTEN
from evidence.model.claims import Claims
from evidence.model.faults import quote

_EXAMPLE = '[ [ … ]{.supported} [ … ]{.partly} … ]{claim="%s"}'


def claim_faults(found: Wordings, claims: Claims, claims_file: DataFile) -> Iterator[Problem]:
    """Find claims that no chapter states, that do not exist, or lack a wording."""
    ids = claims.ids()
    first: dict[tuple[str, str, str], Placement] = {}
    for row in found.placements:
        claim_id = ids.get(row.claim)
        if claim_id is None:
            hint = nearest_of(row.claim, tuple(ids), f"it has {', '.join(claims.claims)}")
            message = f"{Path(claims_file.name).name} has no claim {quote(row.claim)}"
            yield _fault(row, ProseCode.UNKNOWN_CLAIM, message, hint)
            continue
        yield from _case_faults(row, needed(claims.claims[claim_id]))
        earlier = first.setdefault((row.line.file, row.line.section, claim_id), row)
        if earlier.cases != row.cases:
            message = (
                f"the section {quote(row.line.section)} words {row.claim} in another way already, "
                f"in line {earlier.line.number}"
            )
            hint = "say it once, or in the same words"
            yield _fault(row, ProseCode.CLAIM_WORDED_TWICE, message, hint)
    for line, column, name in found.unread:
        message = f"this is not read as the wordings of {name}"
        hint = f"close every bracket or fence: {_EXAMPLE % name}"
        yield Problem(ProseCode.BAD_WORDING, line.file, line.number, message, hint, column)
    for line, column, cases in found.counted:
        if cases != {*ALTERNATIVES}:
            lacking = sorted({*ALTERNATIVES} - cases)
            what = f"no case {', '.join(lacking)}" if lacking else "other cases"
            message = f"this number has {what}: it has {', '.join(sorted(cases)) or 'none'}"
            hint = "write [ … ]{.none} [ … ]{.one} [ … ]{.some}"
            yield Problem(ProseCode.BAD_WORDING, line.file, line.number, message, hint, column)
    placed: dict[str, set[str]] = {}
    for row in found.placements:
        placed.setdefault(ids.get(row.claim, ""), set()).update(row.formats)
    for claim_id, claim in claims.claims.items():
        formats = placed.get(claim_id, set())
        if formats and (missing := [name for name in WRITTEN if name not in formats]):
            row = next(row for row in found.placements if ids.get(row.claim) == claim_id)
            message = f"readers of {' and '.join(missing)} are not told {row.claim}"
            hint = "state it where every format shows it"
            yield _fault(row, ProseCode.CLAIM_NOT_PLACED, message, hint)
        elif not formats:
            yield claims_file.fault(
                rf"(?<![\w-]){claim_id}(?=:\s*$)",
                ProseCode.CLAIM_NOT_PLACED,
                f"no chapter states {claim_id}",
                f"write {_EXAMPLE % claim.name} where it belongs",
            )


def name_faults(
    clashes: Mapping[str, str], claims: Claims, claims_file: DataFile
) -> Iterator[Problem]:
    """Find claims whose name is that of something else that chapters use."""
    for claim_id, other in clashes.items():
        name = claims.claims[claim_id].name
        given = rf"(?<=name: )['\"]?{name}\b(?=['\"]?\s*(?:#|$))"
        own = rf"(?<![\w-]){claim_id}(?=:\s*$)"
        pattern = given if re.search(given, claims_file.text, re.MULTILINE) else own
        message = f"{quote(name)} is the name of {other}, and of {claim_id}"
        hint = "give the claim another `name`"
        yield claims_file.fault(pattern, ProseCode.NAME_TAKEN, message, hint)


def _case_faults(row: Placement, outcomes: tuple[str, ...]) -> Iterator[Problem]:
    for name in sorted(row.cases.keys() - {*CASES}):
        hint = nearest_of(name, CASES, f"verdicts are {', '.join(CASES)}")
        message = f"{row.claim}: no verdict is called {quote(name)}"
        yield _fault(row, ProseCode.BAD_WORDING, message, hint)
    for name in outcomes:
        if name not in row.cases:
            message = f"{row.claim} may come out as {quote(name)} and has no wording for it here"
            hint = f"add [ … ]{{.{name}}}"
            yield _fault(row, ProseCode.WORDING_MISSING, message, hint)
    if row.outside:
        message = f"{row.claim}: no reader would see {quote(row.outside)}, outside its wordings"
        hint = "move it into a wording, or out of the claim"
        yield _fault(row, ProseCode.BAD_WORDING, message, hint)


def _fault(row: Placement, code: ProseCode, message: str, hint: str) -> Problem:
    return Problem(code, row.line.file, row.line.number, message, hint, row.column)
