"""What the report says of the people who checked the coding: how many sources, and how alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from evidence.findings.agreement import LEVEL, Agreement
from evidence.findings.measures import wilson
from evidence.findings.people import CheckedCode, checked, checked_by
from evidence.model.evidence import Evidence
from evidence.report.coefficients import COEFFICIENTS, coefficients
from evidence.report.framed import framed
from evidence.report.markup import escape
from evidence.report.values import Names
from evidence.words import UNDEFINED, count, interval, label, part, percent

if TYPE_CHECKING:
    import pandas as pd


def checked_values(evidence: Evidence) -> Names:
    """Return what prose may say of how far people have checked.

    `sources` is how many sources they coded again and `people` how many they are; `share` is the
    part of all sources, and `machine_only` the part that nobody has checked.
    """
    by, counted = checked(evidence), len(evidence.counted())
    values = {
        "sources": count(len(by)),
        "people": count(len(checked_by(evidence))),
        "share": percent(len(by), counted),
        "machine_only": percent(counted - len(by), counted),
    }
    return Names("checked", values)


def agreement_table(rows: Sequence[Agreement]) -> pd.DataFrame:
    """Return the agreement of people with the agreed coding, a row a question."""
    return framed(
        [(label(row.question), f"{row.units:,}", *coefficients(row)) for row in rows],
        columns=["Question", "Units", *COEFFICIENTS],
    )


def codes_table(rows: Sequence[CheckedCode], entries: Mapping[str, str]) -> pd.DataFrame:
    """Return each code that statements lean on, as people and the agreed coding have it.

    The code that is least alike comes first. The share of sources coded alike has an interval of
    its own: that of alpha has no width where both sides never differ.

    Parameters
    ----------
    entries
        Claim to its number in the report.
    """
    cells = []
    for row in sorted(rows, key=lambda row: row.agreement.percent or 0):
        units = row.agreement.units
        alike = round((row.agreement.percent or 0) * units)
        _, _, alpha, bounds = coefficients(row.agreement)
        cells.append(
            (
                escape(label(row.code[1])),
                escape(label(row.code[0])),
                ", ".join(entries[claim_id] for claim_id in row.claim_ids),
                f"{row.held:,}",
                str(part(alike, units)),
                interval(wilson(alike, units)) if units else UNDEFINED,
                alpha,
                bounds,
            )
        )
    columns = [
        "Code or value",
        "Question",
        "Statements",
        "Held in",
        "Alike",
        f"{LEVEL:.0%} interval",
    ]
    return framed(cells, columns=[*columns, *COEFFICIENTS[2:]])
