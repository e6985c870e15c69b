"""The names that chapters use: what the data say, to be placed in prose.

A chapter never writes a number or a verdict; it asks here, and what it gets changes with the data
or stops the build.
"""

import builtins
from collections.abc import Callable, Collection, Mapping
from datetime import date
from functools import partial
from importlib import import_module
from typing import Any

from evidence.engine.dates import worded
from evidence.findings.measures import Measured, measured
from evidence.model.claims import PART, SHARE
from evidence.model.evidence import Evidence, Quantities, Source
from evidence.report import checklists, markup
from evidence.report.codes import ChapterError, Names, meant
from evidence.report.frames import Review
from evidence.report.people import checked_values
from evidence.report.phrases import plural
from evidence.report.releases import history_values
from evidence.report.tables.robustness import Robustness
from evidence.report.values import Holders, Verdicts, claim_values
from evidence.words import (
    UNDEFINED,
    Number,
    count,
    decimal,
    interval,
    number,
    part,
    percent,
    quantity_word,
)


def names(review: Review) -> Mapping[str, object]:
    """Return every name that a chapter may use of a review, with what it stands for.

    Raises
    ------
    ChapterError
        Where a claim has the name of something else.
    """
    for claim_id, other in taken(review).items():
        name = review.evidence.claims.claims[claim_id].name
        raise ChapterError(f"{name!r} is the name of {other}, and of the claim {claim_id}")
    evidence, editions = review.evidence, review.editions
    claims = evidence.claims.claims.items()
    return {
        **_facets(evidence),
        **{claim.name: claim_values(editions, key, claim.name) for key, claim in claims},
        **_others(review),
    }


def taken(review: Review, bound: Collection[str] = ()) -> Mapping[str, str]:
    """Return by its id each claim whose name stands for something else, and for what.

    Parameters
    ----------
    bound
        Names that cells of the chapters bind.
    """
    evidence = review.evidence
    others = {
        **dict.fromkeys(bound, "what a cell binds"),
        **dict.fromkeys(dir(builtins), "something in Python itself"),
        **{name: f"the facet {row.facet}" for name, row in _facets(evidence).items()},
        **dict.fromkeys(_others(review), "something that every chapter has"),
    }
    claims = evidence.claims.claims.items()
    return {key: others[claim.name] for key, claim in claims if claim.name in others}


def _facets(evidence: Evidence) -> Mapping[str, Holders]:
    facets = evidence.codebook.facets
    return {plural(name.replace("-", "_")): Holders(evidence, name) for name in facets}


def _others(review: Review) -> Mapping[str, object]:
    evidence, editions = review.evidence, review.editions
    year = evidence.first_year()
    earlier = evidence.up_to(year) if evidence.baseline() else evidence
    spans = {"": evidence, "then": earlier, "since": evidence.since(year)}
    return {
        "review": review,
        "verdicts": Verdicts(evidence, editions),
        "year": str(year),
        "n": partial(count_sources, evidence),
        "n_then": partial(count_sources, earlier),
        "quantity": partial(quantity, evidence.quantities),
        "share": share,
        "screened": partial(screened, evidence),
        "search_days": markup.sentence_list(search_days(evidence)) or UNDEFINED,
        "last_search": (search_days(evidence) or [UNDEFINED])[-1],
        "measure": partial(measure, spans),
        "measure_interval": partial(measure_interval, spans),
        "measure_word": partial(measure_word, spans),
        "ledger": partial(_later("ledger", "ledger"), evidence, editions),
        "robustness": Robustness(evidence, editions.now),
        "history": history_values(evidence),
        "checked": checked_values(evidence),
        "figures": review.figures,
        "tables": review.tables,
        "checklist": partial(checklists.checklist, evidence),
        "checklist_summary": partial(checklists.summary, evidence),
        "ai_uses": partial(checklists.ai_uses, evidence),
        "place": _later("figures.files", "place"),
        "table": markup.table,
        "long_table": _later("tables.companion", "long_table"),
        "only_cited": partial(_later("tables.companion", "only_cited"), evidence),
        "hand_on": _later("tables.companion", "hand_on"),
        "decimal": decimal,
        "sentence_list": markup.sentence_list,
    }


def _later(module: str, name: str) -> Callable[..., Any]:
    """Return a function of a module that is imported when it is called: what draws is slow to."""

    def call(*arguments: Any, **options: Any) -> Any:
        return getattr(import_module(f"evidence.report.{module}"), name)(*arguments, **options)

    return call


def count_sources(
    evidence: Evidence,
    facet: str | None = None,
    codes: Names = None,
    stances: Names = None,
    **appraised: str,
) -> Number:
    """Return the number of counted sources that hold such a coding.

    Parameters
    ----------
    facet, codes, stances
        What the source holds; any where left out. A role of stances stands for them.
    **appraised
        An agreed value, or role of values, of an attribute of the codebook, or a field of
        sources.csv; with _ for - in its name.

    Raises
    ------
    ChapterError
        For a facet, code, stance or value that the codebook does not have, or an unknown field.
    """
    found = evidence.counted()
    if facet is not None:
        found = evidence.holding(facet, *meant(evidence, facet, codes, stances))
    elif codes is not None or stances is not None:
        raise ChapterError("codes and stances belong to a facet; name it first")
    known = evidence.codebook.attributes
    for asked, value in appraised.items():
        # In Python no name has a hyphen.
        name = next((one for one in known if one.replace("-", "_") == asked), asked)
        attribute = known.get(name)
        if attribute is None and name not in Source.__dataclass_fields__:
            raise ChapterError(f"no attribute {name!r} in the codebook and no field in sources.csv")
        if attribute and value not in {**attribute.values, **attribute.roles}:
            raise ChapterError(f"{name} has no {value}; it has {', '.join(attribute.values)}")
        found &= evidence.having(name, attribute.expand([value]) if attribute else [str(value)])
    return count(len(found))


def measure(spans: Mapping[str, Evidence], name: str, by: str = "", span: str = "") -> Number:
    """Return a measure of claims.yml, for all sources or for those of one value of its attribute.

    Parameters
    ----------
    spans
        The sources to count on by the name of the span, all of them under the empty name.
    span
        `then`, up to the baseline review's year, or `since`.

    Raises
    ------
    ChapterError
        Where there is no such measure, value or span; it says what there is.
    """
    return number(_measured(spans, name, by, span).value)


def measure_interval(spans: Mapping[str, Evidence], name: str, by: str = "", span: str = "") -> str:
    """Return the 95% interval of a measure that is a share: "26% to 37%"; undefined of nothing.

    Raises
    ------
    ChapterError
        As `measure`; and where it is no share.
    """
    found = _measured(spans, name, by, span)
    if found.value.kind not in (SHARE, PART):
        raise ChapterError(f"the measure {name!r} is no share, and has no interval")
    return interval(found.interval) if found.interval else UNDEFINED


def measure_word(spans: Mapping[str, Evidence], name: str, noun: str = "", span: str = "") -> str:
    """Return the word for a measure that is a share: "most", or with a noun "most trials".

    Raises
    ------
    ChapterError
        As `measure`.
    """
    found = _measured(spans, name, "", span).value
    parts = (count(found.numerator), count(found.denominator))
    return quantity(spans[span].quantities, *parts, noun)


def _measured(spans: Mapping[str, Evidence], name: str, by: str, span: str) -> Measured:
    if span not in spans:
        raise ChapterError(f"there is no span {span!r}; there are {', '.join(filter(None, spans))}")
    declared = spans[span].claims.measures
    if name not in declared:
        known = ", ".join(declared) or "none"
        raise ChapterError(f"there is no measure {name!r}; there are {known}")
    found = measured(declared[name], spans[span])
    if by and by not in found.by:
        known = ", ".join(found.by) or "none"
        raise ChapterError(f"there is no measure {name!r} by {by!r}; there are {known}")
    return found.by[by] if by else found


def quantity(quantities: Quantities, numerator: Number, denominator: Number, noun: str = "") -> str:
    """Return the word for one count as a part of another: "most".

    It stands before a noun or, where one is given ("text was/texts were"), has it behind it.
    """
    counts = int(numerator.value), int(denominator.value)
    if counts[1] < quantities.minimum:
        return format(part(*counts), noun)
    word = quantity_word(quantities, *counts)
    return f"{word} {plural(noun)}" if noun else word


def share(numerator: Number, denominator: Number) -> Number:
    """Return one count as a percentage of another."""
    return percent(int(numerator.value), int(denominator.value))


def screened(evidence: Evidence, decision: str | None = None, reason: str | None = None) -> Number:
    """Return the number of screening records with that decision and reason."""
    return count(
        sum(
            decision in (None, row.decision) and reason in (None, row.reason)
            for row in evidence.screening
        )
    )


def search_days(evidence: Evidence) -> list[str]:
    """Return the days on which queries were put, in words."""
    days = sorted({row.searched_on for row in evidence.searches if row.searched_on})
    return [worded(date.fromisoformat(day)) for day in days]
