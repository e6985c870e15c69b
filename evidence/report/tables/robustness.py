"""What the report shows of robustness: tables and sentences on variants, sources and coders.

A verdict that moves is marked by bold type and a word, never by a sign or colour alone.
"""

from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal

import pandas as pd

from evidence.findings.agreement import MINIMUM_CASES, TENTATIVE_BELOW, Agreement, Code, tentative
from evidence.findings.variants import OTHER, Findings, movement, vary
from evidence.model.claims import Finding, holds
from evidence.model.declared import STUDIES, Criterion, Variant
from evidence.model.evidence import Evidence
from evidence.report.markup import cite, escape, sentence_list
from evidence.words import count, headline, label, opening, short_verdict

MOST_CITED = 12
_COMPARED = {">=": "{} or more", ">": "more than {}", "<=": "{} or less", "<": "below {}"}


def variants_key(
    evidence: Evidence, whole: Findings, under: Mapping[str, Findings]
) -> pd.DataFrame:
    """Return each variant with what it does, the sources it leaves and the verdicts it moves."""
    return pd.DataFrame(
        [
            (
                variant.heading,
                variant.meaning,
                len(vary(evidence, variant).counted()),
                len(_moved(whole, under[name])),
            )
            for name, variant in evidence.variants.items()
        ],
        columns=["Variant", "What it does", "Sources", "Verdicts changed"],
    )


def verdicts(
    whole: Findings, under: Mapping[str, Findings], variants: Mapping[str, Variant]
) -> pd.DataFrame:
    """Return the verdict on each claim as reported and under the variants, changes marked."""
    columns = {
        "Statement": [label(claim_id) for claim_id in whole],
        "As reported": [short_verdict(finding) for finding in whole.values()],
    }
    for name, variant in variants.items():
        columns[variant.heading] = [
            _marked(finding, under[name][claim_id]) for claim_id, finding in whole.items()
        ]
    return pd.DataFrame(columns)


def _marked(before: Finding, after: Finding) -> str:
    moved = movement(before, after)
    if moved is None:
        return short_verdict(after)
    return (
        f"**{short_verdict(after)}**" if moved == OTHER else f"**{short_verdict(after)}** ({moved})"
    )


def single_sources(whole: Findings, decisive: Mapping[str, Findings]) -> pd.DataFrame:
    """Return for each claim the single sources without which its verdict would be another."""
    rows = []
    for claim_id, finding in whole.items():
        changed = decisive[claim_id]
        more = len(changed) - MOST_CITED
        rows.append(
            (
                label(claim_id),
                short_verdict(finding),
                "Yes" if finding.close else "No",
                len(changed),
                ", ".join(sorted({short_verdict(other) for other in changed.values()})) or "–",
                (cite(list(changed)[:MOST_CITED]) or "–")
                + (f" and {more:,} more" if more > 0 else ""),
            )
        )
    columns = ["Statement", "Verdict", "Close", "Single sources", "Would be", "Which"]
    return pd.DataFrame(rows, columns=columns)


def by_study(whole: Findings, by_source: Findings) -> pd.DataFrame:
    """Return the claims whose count is another where each source counts by itself."""
    return pd.DataFrame(
        [
            (
                label(claim_id),
                escape(headline(finding)),
                short_verdict(finding),
                escape(headline(by_source[claim_id])),
                _marked(finding, by_source[claim_id]),
            )
            for claim_id, finding in whole.items()
            if headline(finding) != headline(by_source[claim_id])
        ],
        columns=["Statement", "By study", "Verdict", "By source", "Verdict by source"],
    )


def studies_sentence(evidence: Evidence, whole: Findings, by_source: Findings) -> str:
    """Say how many sources share a study, and which verdicts counting sources would change."""
    counted = evidence.counted()
    studies = evidence.studies(counted)
    moved = _moved(whole, by_source)
    changes = [
        f"{_name(claim_id)} from *{short_verdict(whole[claim_id]).lower()}* to "
        f"*{short_verdict(by_source[claim_id]).lower()}*"
        for claim_id in moved
    ]
    effect = (
        f"would change {count(len(moved)):verdict}: {sentence_list(changes)}"
        if moved
        else "would change no verdict"
    )
    return (
        f"The {count(len(counted)):source} report {count(len(studies)):study/studies}; "
        f"counting each source by itself {effect}."
    )


def steadiness(
    whole: Findings, under: Mapping[str, Findings], decisive: Mapping[str, Findings]
) -> str:
    """Say which verdicts no check changes, and which change under the most variants."""
    changes = {
        claim_id: sum(movement(finding, other[claim_id]) is not None for other in under.values())
        for claim_id, finding in whole.items()
    }
    steady = [claim_id for claim_id, n in changes.items() if not n and not decisive[claim_id]]
    most = max(changes.values(), default=0)
    kept = (
        f"In every check {count(len(steady)):verdict} {'stays' if len(steady) == 1 else 'stay'} "
        f"as reported: {_names(steady)}."
        if steady
        else "No verdict stays as reported in every check."
    )
    if not most:
        return kept
    least = [claim_id for claim_id, n in changes.items() if n == most]
    subject, each = (
        ("The verdict that changes under the most variants is", "")
        if len(least) == 1
        else ("The verdicts that change under the most variants are", " each")
    )
    return f"{kept} {subject} {_names(least)} ({most} of {len(under)}{each})."


def coders_sentence(evidence: Evidence, whole: Findings, under: Mapping[str, Findings]) -> str:
    """Say which verdicts would differ had one coding pass alone been counted."""
    phrases = [
        f"{variant.phrase}, {count(len(moved)):verdict} would differ: {_names(moved)}"
        for name, variant in evidence.variants.items()
        if variant.coder and (moved := _moved(whole, under[name]))
    ]
    if not phrases:
        return "Either pass alone would have given the same verdicts."
    return f"{opening('; '.join(phrases))}."


def single_sources_sentence(decisive: Mapping[str, Findings]) -> str:
    """Say which verdicts hang on a single source, and on how many such."""
    hanging = [
        f"{_name(claim_id)} ({count(len(changed)):such source})"
        for claim_id, changed in decisive.items()
        if changed
    ]
    if not hanging:
        return "No verdict changes when any single source is taken out."
    return (
        f"Taking out a single source changes {count(len(hanging)):verdict}: "
        f"{sentence_list(hanging)}."
    )


def tentative_sentence(rows: Mapping[Code, Agreement], whole: Findings) -> str:
    """Name the codes below the limit, those whose interval reaches below it, and who leans on them.

    Parameters
    ----------
    rows
        The agreement on each code with enough cases.
    """
    below = tentative(rows)
    unsure = [
        key
        for key, row in rows.items()
        if key not in below and row.interval and row.interval[0] < TENTATIVE_BELOW
    ]
    limit = f"{TENTATIVE_BELOW:.3f}"
    judged = (
        f"Of the {count(len(rows)):code or value/codes and values} held in {MINIMUM_CASES} "
        "sources or more,"
    )
    first = (
        f"{judged} {len(below):,} {'has' if len(below) == 1 else 'have'} an alpha below {limit} "
        f"and {'is' if len(below) == 1 else 'are'} tentative: {_codes(rows, below)}."
        if below
        else f"{judged} none has an alpha below {limit}, so none is called tentative."
    )
    leaning = [claim_id for claim_id, finding in whole.items() if finding.codes & below]
    second = f" On them lean the verdicts on {_names(leaning)}." if leaning else ""
    third = (
        f" The interval reaches below it for {count(len(unsure)):code or value/codes and values}: "
        f"{_codes(rows, unsure)}."
        if unsure
        else ""
    )
    return f"{first}{second}{third}"


def _codes(rows: Iterable[Code], wanted: Collection[Code]) -> str:
    return sentence_list(
        [f"*{label(code).lower()}* ({facet})" for facet, code in rows if (facet, code) in wanted]
    )


def confidence_rules(evidence: Evidence) -> pd.DataFrame:
    """Return each measure of confidence with the bounds of its concerns."""
    concerns = evidence.confidence.takes_off
    return pd.DataFrame(
        [
            (
                label(name),
                escape(row.what),
                *(_bound(row, row.bounds.get(concern)) for concern in concerns),
            )
            for name, component in evidence.confidence.components.items()
            for row in component.criteria.values()
        ],
        columns=["Component", "What is measured", *map(label, concerns)],
    )


def confidence_sentence(evidence: Evidence) -> str:
    """Say where confidence starts and what each concern takes off."""
    rules = evidence.confidence
    taken = [
        f"a {concern} concern takes off {count(levels):level}"
        for concern, levels in rules.takes_off.items()
    ]
    return (
        f"Confidence starts at *{rules.levels[0]}*. For each component {sentence_list(taken)}, "
        f"down to *{rules.levels[-1]}* at the lowest."
    )


def _bound(criterion: Criterion, condition: str | None) -> str:
    share = criterion.built_in != STUDIES
    if condition is None or (share and not holds(0, condition) and not holds(1, condition)):
        return "–"
    comparison, _, threshold = condition.partition(" ")
    value = f"{(Decimal(threshold) * 100).normalize():f}%" if share else threshold
    return _COMPARED[comparison].format(value)


def _moved(whole: Findings, other: Findings) -> list[str]:
    return [key for key, finding in whole.items() if movement(finding, other[key]) is not None]


def _name(claim_id: str) -> str:
    return f"*{label(claim_id).lower()}*"


def _names(claim_ids: Iterable[str]) -> str:
    return sentence_list([_name(claim_id) for claim_id in claim_ids])
