"""What people who checked a part of the sources say, beside the agreed coding and in its place.

No finding counts what they say. Where several people checked a source, the one whom the codebook
names first speaks for them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from evidence.findings.agreement import Agreement, Code, agreements, code_agreements
from evidence.findings.verdicts import judge
from evidence.model.claims import Finding
from evidence.model.evidence import Appraisal, Coding, Evidence

# Stands for whoever of them checked a source. No coder has this name: it is none.
_PEOPLE = ""


@dataclass(frozen=True, slots=True)
class CheckedCode:
    """A code or value that findings lean on, as people and the agreed coding have it.

    Attributes
    ----------
    held
        In how many of the checked sources either holds it.
    """

    code: Code
    claim_ids: tuple[str, ...]
    held: int
    agreement: Agreement


def checked(evidence: Evidence) -> Mapping[str, str]:
    """Return the counted sources that people checked, each with the person who speaks for them."""
    found: dict[str, str] = {}
    for person, ids in reversed(checked_by(evidence).items()):
        found |= dict.fromkeys(sorted(ids), person)
    return found


def checked_by(evidence: Evidence) -> dict[str, set[str]]:
    """Return the people who checked any counted source, each with those that they did.

    To have appraised a source is to have checked it, also where nothing is coded of it.
    """
    counted = evidence.counted()
    rows: tuple[Appraisal | Coding, ...] = (*evidence.appraisals, *evidence.codings)
    by = {
        person: {row.source_id for row in rows if row.coder == person} & counted
        for person in evidence.codebook.people
    }
    return {person: ids for person, ids in by.items() if ids}


def agreements_with_people(evidence: Evidence) -> tuple[Agreement, ...]:
    """Return the agreement of people with the agreed coding on every attribute and facet.

    It is that of two coders on the sources that people checked, as `agreements` has it.
    """
    return agreements(_side_by_side(evidence)) if checked(evidence) else ()


def codes_checked(evidence: Evidence, findings: Mapping[str, Finding]) -> tuple[CheckedCode, ...]:
    """Return the codes and values that findings lean on and either side holds, by codebook."""
    if not checked(evidence):
        return ()
    both = _side_by_side(evidence)
    held: dict[Code, set[str]] = {}
    for code, source_id in _held(both):
        held.setdefault(code, set()).add(source_id)
    return tuple(
        CheckedCode(code, claim_ids, len(held[code]), agreement)
        for code, agreement in code_agreements(both, minimum=1).items()
        if (claim_ids := tuple(key for key, row in findings.items() if code in row.codes))
    )


def judged_by_people(evidence: Evidence) -> Mapping[str, Finding]:
    """Return the findings with what people say in place of what is agreed on what they checked.

    Effects stay as agreed: people are not asked for them.
    """
    return judge(_in_place(evidence, evidence.codebook.agreed))


def _in_place(evidence: Evidence, name: str) -> Evidence:
    """Return the evidence with people's rows under a name, and none of that name beside them."""
    by = checked(evidence)
    if not by:
        return evidence
    codings = tuple(
        replace(row, coder=name) if by.get(row.source_id) == row.coder else row
        for row in evidence.codings
        if row.coder != name or row.source_id not in by
    )
    appraisals = tuple(
        replace(row, coder=name) if by.get(row.source_id) == row.coder else row
        for row in evidence.appraisals
        if row.coder != name or row.source_id not in by
    )
    return replace(evidence, codings=codings, appraisals=appraisals)


def _side_by_side(evidence: Evidence) -> Evidence:
    """Return the checked sources alone, with people and the agreed coding as the two coders."""
    found = _in_place(evidence, _PEOPLE).without(evidence.counted() - checked(evidence).keys())
    coders = (evidence.codebook.agreed, _PEOPLE)
    return replace(found, codebook=replace(found.codebook, coders=coders, partial=()))


def _held(evidence: Evidence) -> Iterator[tuple[Code, str]]:
    for coding in evidence.codings:
        if coding.coder in evidence.codebook.coders:
            yield (coding.facet, coding.code), coding.source_id
    for row in evidence.appraisals:
        if row.coder in evidence.codebook.coders:
            for name, values in row.values.items():
                yield from (((name, value), row.source_id) for value in values)
