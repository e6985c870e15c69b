"""What the report shows of robustness: tables and sentences on variants, sources and coders.

A verdict that moves is marked by bold type and a word, never by a sign or colour alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

from evidence.findings.agreement import (
    MINIMUM_CASES,
    TENTATIVE_BELOW,
    Agreement,
    Code,
    code_agreements,
    effect_agreements,
    effects_shared,
    tentative,
)
from evidence.findings.measures import measures
from evidence.findings.people import agreements_with_people, codes_checked, judged_by_people
from evidence.findings.variants import (
    OTHER,
    Findings,
    leave_one_out,
    movement,
    under_variants,
    vary,
)
from evidence.model.claims import Finding, holds
from evidence.model.declared import STUDIES, Criterion
from evidence.model.evidence import Evidence
from evidence.model.faults import quote
from evidence.report.codes import ChapterError
from evidence.report.framed import framed
from evidence.report.markup import Text, cite_most, escape, sentence_list
from evidence.report.people import agreement_table, codes_table
from evidence.report.tables import code_agreement, effect_agreement
from evidence.words import count, label, number, opening, part, percent, short_verdict, within

if TYPE_CHECKING:
    import pandas as pd

MOST_CITED = 12
_COMPARED = {">=": "{} or more", ">": "more than {}", "<=": "{} or less", "<": "below {}"}


def variants(evidence: Evidence, whole: Findings, under: Mapping[str, Findings]) -> pd.DataFrame:
    """Return each variant with what it does, the sources it leaves and the verdicts it changes."""
    entries = evidence.claims.entries()
    rows = []
    for name, row in evidence.variants.items():
        changed = [
            f"{entries[claim_id]} {_marked(whole[claim_id], under[name][claim_id])}"
            for claim_id in _moved(whole, under[name])
        ]
        left = len(vary(evidence, row).counted())
        rows.append((row.heading, row.meaning, left, "; ".join(changed) or "None"))
    return framed(rows, columns=["Variant", "What it does", "Sources", "Verdicts changed"])


def _marked(before: Finding, after: Finding) -> str:
    moved, said = movement(before, after), short_verdict(after.outcome)
    if moved is None:
        return said
    return f"**{said}**" + (f" ({moved})" if moved != OTHER else "")


def measures_under(
    evidence: Evidence, names: Sequence[str], variants: Sequence[str]
) -> pd.DataFrame:
    """Return measures of claims.yml as reported and under variants.

    Raises
    ------
    ChapterError
        Where there is no such measure or variant; it says what there is.
    """
    for what, wanted, there in (
        ("measure", names, evidence.claims.measures),
        ("variant", variants, evidence.variants),
    ):
        if unknown := [name for name in wanted if name not in there]:
            said = f"there is no {what} {quote(unknown[0])}; there are {', '.join(there)}"
            raise ChapterError(said)
    others = {
        evidence.variants[name].heading: vary(evidence, evidence.variants[name])
        for name in variants
    }
    columns = {"Measure": [escape(label(name)) for name in names]}
    for heading, varied in {"As reported": evidence, **others}.items():
        found = measures(varied)
        columns[heading] = [str(number(found[name].value)) for name in names]
    return framed(columns)


def single_sources(
    evidence: Evidence, whole: Findings, decisive: Mapping[str, Mapping[str, str]]
) -> pd.DataFrame:
    """Return the claims with single sources without which their verdict would be another."""
    entries = evidence.claims.entries()
    rows = []
    for claim_id, changed in decisive.items():
        if changed:
            would_be = ", ".join(sorted({*map(short_verdict, changed.values())}))
            which = cite_most(list(changed), MOST_CITED)
            said = short_verdict(whole[claim_id].outcome)
            rows.append((entries[claim_id], said, would_be, len(changed), which))
    columns = ["Statement", "As reported", "Would be", "Single sources", "Which"]
    return framed(rows, columns=columns)


def studies_sentence(evidence: Evidence, whole: Findings, by_source: Findings) -> str:
    """Say how many sources share a study, and which verdicts counting sources would change."""
    counted = evidence.counted()
    if not counted:
        return "There are no sources to count."
    studies = count(len(evidence.studies(counted)))
    return (
        f"The {count(len(counted)):source reports/sources report} {studies:study/studies}; "
        f"counting each source by itself would change {_changed(evidence, whole, by_source)}."
    )


def people_sentence(evidence: Evidence, whole: Findings, by_people: Findings) -> str:
    """Say which verdicts would differ had people's codings stood for those that they checked."""
    return (
        "To put what people say in the place of the agreed coding of the sources that they checked "
        f"(effects stay as they are) would change {_changed(evidence, whole, by_people)}."
    )


def steadiness(
    evidence: Evidence,
    whole: Findings,
    under: Mapping[str, Findings],
    decisive: Mapping[str, Mapping[str, str]],
) -> str:
    """Say which verdicts no check changes, and which change under the most variants."""
    changes = {
        claim_id: sum(movement(finding, other[claim_id]) is not None for other in under.values())
        for claim_id, finding in whole.items()
    }
    steady = [claim_id for claim_id, n in changes.items() if not n and not decisive[claim_id]]
    stays = "stays" if len(steady) == 1 else "stay"
    said = "No verdict stays as reported in every check."
    if steady:
        named = f"{stays} as reported: {_names(evidence, steady)}."
        said = f"In every check {count(len(steady)):verdict} {named}"
    most = max(changes.values(), default=0)
    if not most:
        return said
    moving = [claim_id for claim_id, n in changes.items() if n == most]
    subject, are, each = "verdicts that change", "are those on", " each"
    if len(moving) == 1:
        subject, are, each = "verdict that changes", "is that on", ""
    where = f"({most} of {len(under)}{each})"
    return f"{said} The {subject} under the most variants {are} {_names(evidence, moving)} {where}."


def coders_sentence(evidence: Evidence, whole: Findings, under: Mapping[str, Findings]) -> str:
    """Say which verdicts would differ had one coding pass alone been counted."""
    phrases = [
        f"{variant.phrase}, {count(len(moved)):verdict} would differ: {_names(evidence, moved)}"
        for name, variant in evidence.variants.items()
        if variant.coder and (moved := _moved(whole, under[name]))
    ]
    if not any(variant.coder for variant in evidence.variants.values()):
        return ""
    same = "Either pass alone would have given the same verdicts"
    return f"{opening('; '.join(phrases)) or same}."


def single_sources_sentence(evidence: Evidence, decisive: Mapping[str, Mapping[str, str]]) -> str:
    """Say which verdicts hang on a single source, and on how many such."""
    entries = evidence.claims.entries()
    hanging = [
        f"{entries[claim_id]} ({count(len(changed)):such source})"
        for claim_id, changed in decisive.items()
        if changed
    ]
    if not hanging:
        return "No verdict changes when any single source is taken out."
    number = count(len(hanging))
    return f"Taking out a single source changes {number:verdict}: {sentence_list(hanging)}."


def tentative_sentence(evidence: Evidence, rows: Mapping[Code, Agreement], whole: Findings) -> str:
    """Name the codes below the limit, those whose interval reaches below it, and who leans on them.

    Parameters
    ----------
    rows
        The agreement on each code with enough cases.
    """
    enough = f"held in {MINIMUM_CASES} sources or more"
    if not rows:
        return f"No code or value is {enough}, so none is called tentative."
    names = {key: f"*{within(label(key[1]))}* ({key[0]})" for key in rows}
    below = tentative(rows)
    unsure = [
        names[key]
        for key, row in rows.items()
        if key not in below and row.interval and row.interval[0] < TENTATIVE_BELOW
    ]
    limit, codes = f"{TENTATIVE_BELOW:.3f}", "code or value/codes and values"
    said = f"none has an alpha below {limit}, so none is called tentative."
    if below:
        have, are = ("has", "is") if len(below) == 1 else ("have", "are")
        listed = sentence_list([name for key, name in names.items() if key in below])
        said = f"{len(below):,} {have} an alpha below {limit} and {are} tentative: {listed}."
    if leaning := [claim_id for claim_id, finding in whole.items() if finding.codes & below]:
        said += f" On them lean the verdicts on {_names(evidence, leaning)}."
    if unsure:
        these = f"{format(count(len(unsure)), codes)}: {sentence_list(unsure)}"
        said += f" The interval reaches below it for {these}."
    judged = format(count(len(rows)), codes)
    return f"Of the {judged} {enough}, {said}"


def effects_sentence(shared: Mapping[str, tuple[int, int]]) -> str:
    """Say how many of each coder's effects the others hold too.

    Parameters
    ----------
    shared
        By coder how many the others hold, and how many it has.
    """
    said = [
        f"{part(both, own):effect} of coder {escape(coder)} ({percent(both, own)})"
        for coder, (both, own) in shared.items()
    ]
    if not said:
        return "There are no two coders whose effects could be compared."
    return f"Every coder holds {sentence_list(said)}."


def confidence_rules(evidence: Evidence) -> pd.DataFrame:
    """Return each measure of confidence with the bounds of its concerns."""
    concerns = evidence.confidence.takes_off
    rows = [
        (label(name), escape(row.what), *(_bound(row, row.bounds.get(word)) for word in concerns))
        for name, component in evidence.confidence.components.items()
        for row in component.criteria.values()
    ]
    return framed(rows, columns=["Component", "What is measured", *map(label, concerns)])


def confidence_sentence(evidence: Evidence) -> str:
    """Say where confidence starts and what each concern takes off."""
    rules = evidence.confidence
    if not rules.levels:
        return "No rules were set for how far a verdict can be relied on."
    taken = [
        f"a {concern} concern takes off {count(levels):level}"
        for concern, levels in rules.takes_off.items()
    ]
    return (
        f"Confidence starts at *{rules.levels[0]}*. For each component {sentence_list(taken)}, "
        f"down to *{rules.levels[-1]}* at the lowest."
    )


class Robustness:
    """The tables and sentences on the robustness of a review; what takes time is done once."""

    def __init__(self, evidence: Evidence, whole: Findings) -> None:
        self._evidence, self._whole = evidence, whole

    @cached_property
    def _under(self) -> Mapping[str, Findings]:
        return under_variants(self._evidence)

    @cached_property
    def _decisive(self) -> Mapping[str, Mapping[str, str]]:
        return leave_one_out(self._evidence)

    @cached_property
    def _agreed(self) -> Mapping[Code, Agreement]:
        return code_agreements(self._evidence)

    @property
    def variants(self) -> pd.DataFrame:
        """Each variant with what it does, the sources it leaves and the verdicts it changes."""
        return variants(self._evidence, self._whole, self._under)

    @property
    def single_sources(self) -> pd.DataFrame:
        """The claims with single sources without which their verdict would be another."""
        return single_sources(self._evidence, self._whole, self._decisive)

    @property
    def codes(self) -> pd.DataFrame:
        """The agreement on each code and value, the lowest first."""
        return code_agreement(self._agreed)

    @property
    def confidence_rules(self) -> pd.DataFrame:
        """Each measure of confidence with the bounds of its concerns."""
        return confidence_rules(self._evidence)

    @property
    def on_variants(self) -> Text:
        """Which verdicts no check changes, and which change under the most variants."""
        return Text(steadiness(self._evidence, self._whole, self._under, self._decisive))

    @property
    def on_coders(self) -> Text:
        """Which verdicts would differ had one coding pass alone been counted."""
        return Text(coders_sentence(self._evidence, self._whole, self._under))

    @property
    def on_single_sources(self) -> Text:
        """Which verdicts hang on a single source."""
        return Text(single_sources_sentence(self._evidence, self._decisive))

    def measures(self, names: Sequence[str], variants: Sequence[str]) -> pd.DataFrame:
        """Return measures of claims.yml as reported and under variants."""
        return measures_under(self._evidence, names, variants)

    def on_studies(self, variant: str) -> Text:
        """Say which verdicts the variant that counts sources would change."""
        return Text(studies_sentence(self._evidence, self._whole, self._under[variant]))

    @property
    def on_tentative(self) -> Text:
        """Which codes are agreed on too little, and which verdicts lean on them."""
        return Text(tentative_sentence(self._evidence, self._agreed, self._whole))

    @property
    def effects(self) -> pd.DataFrame:
        """The agreement on each field of effects."""
        return effect_agreement(effect_agreements(self._evidence))

    @property
    def on_effects(self) -> Text:
        """How many effects of each coder the others hold too."""
        return Text(effects_sentence(effects_shared(self._evidence)))

    @property
    def people(self) -> pd.DataFrame:
        """The agreement of people with the agreed coding, on the sources that they checked."""
        return agreement_table(agreements_with_people(self._evidence))

    @property
    def people_codes(self) -> pd.DataFrame:
        """The same on each code that statements lean on."""
        rows = codes_checked(self._evidence, self._whole)
        return codes_table(rows, self._evidence.claims.entries())

    @property
    def on_people(self) -> Text:
        """Which verdicts would differ had people's codings stood for those that they checked."""
        return Text(people_sentence(self._evidence, self._whole, judged_by_people(self._evidence)))

    @property
    def on_confidence(self) -> Text:
        """Where confidence starts and what each concern takes off."""
        return Text(confidence_sentence(self._evidence))


def _bound(criterion: Criterion, condition: str | None) -> str:
    share = criterion.built_in != STUDIES
    if condition is None or (share and not holds(0, condition) and not holds(1, condition)):
        return "–"
    comparison, _, threshold = condition.partition(" ")
    value = f"{(Decimal(threshold) * 100).normalize():f}%" if share else threshold
    return _COMPARED[comparison].format(value)


def _moved(whole: Findings, other: Findings) -> list[str]:
    return [key for key, finding in whole.items() if movement(finding, other[key]) is not None]


def _changed(evidence: Evidence, whole: Findings, other: Findings) -> str:
    """Return how many verdicts are others, and which: "one verdict: B1 from *partly* to *not*"."""
    entries = evidence.claims.entries()
    changes = [
        f"{entries[claim_id]} from *{short_verdict(whole[claim_id].outcome).lower()}* to "
        f"*{short_verdict(other[claim_id].outcome).lower()}*"
        for claim_id in _moved(whole, other)
    ]
    return f"{count(len(changes)):verdict}: {sentence_list(changes)}" if changes else "no verdict"


def _names(evidence: Evidence, claim_ids: Iterable[str]) -> str:
    entries = evidence.claims.entries()
    return sentence_list([entries[claim_id] for claim_id in claim_ids])
