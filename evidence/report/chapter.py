"""What chapters call: findings, counts and figures placed in prose.

A chapter never writes a number or a verdict; it asks here, and what it gets changes with the data
or stops the build.
"""

from collections.abc import Mapping

from evidence.findings.measures import measures
from evidence.findings.verdicts import Editions
from evidence.model.claims import SILENT, STRENGTH, Finding
from evidence.model.evidence import Evidence, Quantities, Source
from evidence.model.faults import nearest
from evidence.report.codes import ChapterError, Codes, Names, meant
from evidence.report.markup import Text, cite, escape
from evidence.report.phrases import counted_list, spoken_counts
from evidence.words import (
    Number,
    change_word,
    comparison_word,
    count,
    headline,
    number,
    numbers,
    percent,
    quantity_word,
    verdict,
    within,
)

CLOSE = " *(A close call.)*"


def state(editions: Editions, claim_id: str, **wording: str) -> str:
    """Return the wording of a claim for the verdict that the data give.

    Parameters
    ----------
    claim_id
        A claim of claims.yml.
    **wording
        Markdown per verdict: ``supported``, ``partly``, ``not_supported``, ``no_data``, and
        ``silent`` for a verdict `not-supported` that no source speaks against, so that silence
        is never worded as denial. Braces hold the finding's numbers: ``{part}`` now,
        ``{part_then}`` in the baseline edition; a format spec names what is counted:
        ``{sources:source}``. Words are computed by the scale of quantities.yml:
        ``{part_word} studies`` for a share ("most studies"), ``{share_change}`` for the way
        since then ("rose"), ``{sources_than}`` for a comparison ("more than").

    Returns
    -------
    str
        The wording; a verdict that one source would change is followed by the word that it is
        a close call.

    Raises
    ------
    ChapterError
        Where the claim, the wording for the verdict or a number in it does not exist.
    """
    now, then = _judged(editions, claim_id)
    unknown = sorted(set(wording) - {SILENT, *map(_keyword, STRENGTH)})
    if unknown:
        raise ChapterError(f"claim {claim_id!r}: no verdict is called {', '.join(unknown)}")
    outcome = _keyword(now.outcome)
    text = wording.get(outcome)
    if text is None:
        raise ChapterError(
            f"claim {claim_id!r} came out as {verdict(now)!r} ({headline(now)}) and the chapter "
            f'has no wording for it; add {outcome}="…"'
        )
    numbers = _numbers(editions.quantities, then, now)
    try:
        return text.format_map(numbers) + (CLOSE if now.close else "")
    except KeyError as error:
        wrong = f"the wording asks for {{{error.args[0]}}}; it has"
    except (AttributeError, IndexError, ValueError) as error:
        wrong = f"the braces in the wording can't be filled ({error}); they hold one of"
    raise ChapterError(f"claim {claim_id!r}: {wrong} {', '.join(sorted(numbers))}")


def change(editions: Editions, claim_id: str) -> str:
    """Return a sentence where the baseline edition has another verdict, else nothing."""
    now, then = _judged(editions, claim_id)
    if then is None or verdict(now) == verdict(then):
        return ""
    return (
        f"Judged on the sources up to {then.edition} alone, the review's statement would have been "
        f"called *{within(verdict(then))}*."
    )


def claims_judged(editions: Editions, outcome: str) -> Number:
    """Return how many claims came out so now; `silent` and `not-supported` count apart."""
    return count(sum(finding.outcome == outcome for finding in editions.now.values()))


def claims_moved(editions: Editions) -> Number:
    """Return how many claims have another verdict now than in the baseline edition."""
    return count(
        sum(verdict(then) != verdict(editions.now[key]) for key, then in editions.then.items())
    )


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
        sources.csv.

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
    for name, value in appraised.items():
        attribute = evidence.codebook.attributes.get(name)
        if attribute is None and name not in Source.__dataclass_fields__:
            raise ChapterError(f"no attribute {name!r} in the codebook and no field in sources.csv")
        if attribute and value not in {**attribute.values, **attribute.roles}:
            raise ChapterError(f"{name} has no {value}; it has {', '.join(attribute.values)}")
        wanted = {*attribute.expand([value])} if attribute else {str(value)}
        found = frozenset(key for key in found if wanted & {*evidence.values(key, name)})
    return count(len(found))


def measure(evidence: Evidence, name: str, by: str = "") -> Number:
    """Return a measure of claims.yml, for all sources or for those of one value of its attribute.

    Raises
    ------
    ChapterError
        Where there is no such measure or value; it says what there is.
    """
    known, wanted = measures(evidence), f"measure {name!r}"
    row = known.get(name)
    if row and by:
        known, wanted, row = row.by, f"{wanted} by {by!r}", row.by.get(by)
    if row is None:
        raise ChapterError(f"there is no {wanted}; there are {', '.join(known) or 'none'}")
    return number(row.value)


def quantity(quantities: Quantities, numerator: Number, denominator: Number) -> str:
    """Return the word for one count as a part of another, to stand before a noun: "most"."""
    return quantity_word(quantities, int(numerator.value), int(denominator.value))


def share(numerator: Number, denominator: Number) -> Number:
    """Return one count as a percentage of another."""
    return percent(int(numerator.value), int(denominator.value))


def cited(evidence: Evidence, facet: str, code: str, stance: str, *source_ids: str) -> Text:
    """Return a citation of sources that hold a coding; fails where one no longer does.

    Raises
    ------
    ChapterError
        Naming the sources that do not exist or do not hold it.
    """
    holding = evidence.holding(facet, *meant(evidence, facet, code, stance))
    if unknown := sorted(set(source_ids) - evidence.counted()):
        near = ", ".join(filter(None, (nearest(key, tuple(evidence.sources)) for key in unknown)))
        raise ChapterError(
            f"no counted source {', '.join(unknown)}" + (f"; nearest: {near}" if near else "")
        )
    if lost := sorted(set(source_ids) - holding):
        raise ChapterError(
            f"not coded {facet}:{code} as {stance}: {', '.join(lost)}; "
            "cite others or rewrite the sentence"
        )
    return Text(cite(source_ids))


def sources_say(
    evidence: Evidence, facet: str, code: str, stance: str, most: int = 5
) -> tuple[str, ...]:
    """Return what sources say on a code, as Markdown items: the gist and its citation.

    The weightier sources come first, then the newer; at most `most` of them.

    Raises
    ------
    ChapterError
        For a facet, code or stance that the codebook does not have.
    """
    codings = evidence.agreed_codings(facet, *meant(evidence, facet, code, stance))
    gists = {row.source_id: row.gist for row in codings}
    shown = evidence.ranked(gists)[:most]
    return tuple(f"{escape(gists[key])} {cite([key])}" for key in shown)


def leading(evidence: Evidence, facet: str, most: int) -> str:
    """Return the codes of a facet that most sources hold, with their numbers, as a phrase."""
    return counted_list(spoken_counts(Codes(evidence, facet).totals)[:most])


def screened(evidence: Evidence, decision: str | None = None, reason: str | None = None) -> Number:
    """Return the number of screening records with that decision and reason."""
    return count(
        sum(
            decision in (None, row.decision) and reason in (None, row.reason)
            for row in evidence.screening
        )
    )


def paragraph(*parts: str) -> Text:
    """Return sentences as one paragraph; empty ones leave no trace."""
    return Text(" ".join(part.strip() for part in parts if part.strip()) + "\n")


def _judged(editions: Editions, claim_id: str) -> tuple[Finding, Finding | None]:
    if claim_id not in editions.now:
        raise ChapterError(f"no claim {claim_id!r}; claims are {', '.join(editions.now)}")
    return editions.now[claim_id], editions.then.get(claim_id)


def _numbers(
    quantities: Quantities, then: Finding | None, now: Finding
) -> Mapping[str, Number | str]:
    current = numbers(now)
    found: dict[str, Number | str] = {**current}
    for name, old in numbers(then).items() if then else ():
        new = current[name]
        found[f"{name}_then"] = old
        found[f"{name}_change"] = change_word(quantities, old, new)
        found[f"{name}_than"] = comparison_word(quantities, old, new)
    for name, new in current.items():
        if new.of is not None:
            found[f"{name}_word"] = quantity_word(quantities, round(new.value * new.of), new.of)
    return found


def _keyword(name: str) -> str:
    return name.replace("-", "_")
