"""The claims ledger: what stands behind each finding, in the annex and behind its marks.

An entry of the annex is complete: rule, numbers, verdicts, confidence, all sources and all places
that state the finding. The grounds that a mark opens in HTML say the same more shortly, and add
what the weightiest sources say.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from html import escape as html_escape

from evidence.findings.agreement import Code, leans_on_tentative, tentative_codes
from evidence.findings.confidence import confidence
from evidence.findings.verdicts import Editions
from evidence.model.claims import Finding
from evidence.model.evidence import Claim, Coding, Evidence
from evidence.report.markup import Text, escape
from evidence.report.statements import anchor, entry_numbers
from evidence.report.tables.overflow import annexed_sources
from evidence.words import headline, label, numbers, reason, verdict

MOST_SOURCES = 12

_BARS = {">=": "at least", ">": "more than", "<=": "at most", "<": "less than"}
# Studies over all among which they are: the counts say as much.
_DERIVED = ("part", "share")
_CONDITIONS = {
    "share": "the share is",
    "sources": "the number of sources is",
    "ratio": "the ratio is",
    "distinct_terms": "the number of distinct terms is",
    "each": "each number is",
    "at_least_two_of_three": "two of the three numbers are",
    "each_of_four": "each of the four numbers is",
    "three_of_four": "three of the four numbers are",
    "all_five": "each of the five shares is",
    "three_of_five": "three of the five shares are",
}


def ledger(evidence: Evidence, editions: Editions, places: Mapping[str, Sequence[str]]) -> Text:
    """Return the annex's entry of each claim, and for HTML the grounds that its marks open.

    Parameters
    ----------
    places
        Claim id to the sections that state it, in the order of the statements.
    """
    tentative = tentative_codes(evidence)
    parts = [
        f"{entry(evidence, editions, claim_id, places[claim_id], tentative)}\n"
        f"{grounds(evidence, editions, claim_id)}"
        for claim_id in editions.now
    ]
    return Text("\n".join(parts))


def entry(
    evidence: Evidence,
    editions: Editions,
    claim_id: str,
    places: Sequence[str],
    tentative: frozenset[Code],
) -> str:
    """Return the annex's entry of a claim; `tentative` are codes agreed on too little."""
    now = editions.now[claim_id]
    heading = f"## {_title(editions, claim_id)} {{#claim-{claim_id} .unnumbered}}"
    stated = "; ".join(
        f"[{section}](#{anchor(claim_id, number)})" for number, section in enumerate(places, 1)
    )
    shaky = leans_on_tentative(now, tentative)
    lines = {
        **_account(evidence, editions, claim_id),
        **({"Leans on tentative codes": _named(shaky)} if shaky else {}),
        _side("for", now.supporting): annexed_sources(now.supporting, f"{claim_id}-for"),
        _side("against", now.contrary): annexed_sources(now.contrary, f"{claim_id}-against"),
        "Stated in": stated or "no chapter",
    }
    return f"\n{heading}\n\n{_run_in(lines)}\n"


def grounds(evidence: Evidence, editions: Editions, claim_id: str) -> str:
    """Return the Markdown of what a claim's marks open in HTML; other formats leave it out."""
    now = editions.now[claim_id]
    opening = (
        f'<div popover="auto" id="grounds-{claim_id}" class="grounds" role="dialog" '
        f'aria-labelledby="grounds-title-{claim_id}">\n'
        f'<div class="grounds-head"><p id="grounds-title-{claim_id}" tabindex="-1" autofocus>'
        f"{html_escape(_title(editions, claim_id))}</p>\n"
        f'<button type="button" popovertarget="grounds-{claim_id}" popovertargetaction="hide">'
        "Close</button></div>"
    )
    blocks = [
        _raw(opening),
        _run_in(_account(evidence, editions, claim_id)),
        *(
            f"**{_side(side, ids)}.**\n\n{_said(evidence, now, ids)}"
            for side, ids in (("for", now.supporting), ("against", now.contrary))
        ),
        f"[The entry in the annex](#claim-{claim_id}) names all sources and every place that "
        "states the finding.",
        _raw("</div>"),
    ]
    body = "\n\n".join(blocks)
    return f'\n::: {{.content-visible when-format="html"}}\n\n{body}\n\n:::\n'


def rule_in_words(claim: Claim) -> str:
    """Return what a claim's rule counts and its thresholds, as Markdown sentences."""
    return (
        f"It counts: {escape(claim.measure)}. Supported where {_conditions(claim.supported)}; "
        f"partly supported where {_conditions(claim.partly)}; not supported otherwise. "
        f"No verdict where there are fewer than {claim.minimum:,} to count among."
    )


def _account(evidence: Evidence, editions: Editions, claim_id: str) -> Mapping[str, str]:
    claim = evidence.claims.claims[claim_id]
    now, then = editions.now[claim_id], editions.then[claim_id]
    return {
        f"Statement of {evidence.first_year()}": escape(claim.statement),
        "Rule": rule_in_words(claim),
        f"Sources up to {then.edition}": _judgement(then),
        "All sources": _judgement(now),
        "Confidence": _confidence(evidence, now),
    }


def _judgement(finding: Finding) -> str:
    close = ", a close call that one source more or fewer would change" if finding.close else ""
    counts = "; ".join(
        f"{name.replace('_', ' ')} {number}"
        for name, number in numbers(finding).items()
        if name not in _DERIVED
    )
    return f"{verdict(finding)}{close}: {escape(headline(finding))}. Counts: {escape(counts)}."


def _confidence(evidence: Evidence, finding: Finding) -> str:
    found = confidence(evidence, finding)
    reasons = "; ".join(
        f"{label(row.name).lower()}, {row.concern} "
        f"({escape('; '.join(reason(*measured, finding) for measured in row.measured))})"
        for row in found.components
    )
    return f"{label(found.level)}. Concerns: {reasons}."


def _said(evidence: Evidence, finding: Finding, source_ids: Sequence[str]) -> str:
    codings: dict[str, list[Coding]] = {source_id: [] for source_id in source_ids}
    for row in evidence.codings:
        if row.coder == evidence.codebook.agreed and (row.facet, row.code) in finding.codes:
            codings.setdefault(row.source_id, []).append(row)
    shown = evidence.ranked(source_ids)[:MOST_SOURCES]
    items = [f"- @{key}: {_gists(codings[key])}" for key in shown]
    more = len(source_ids) - len(shown)
    if more:
        annex = f"[the entry in the annex](#claim-{finding.claim_id})"
        items.append(f"- and {more:,} more: see {annex}.")
    return "\n".join(items)


def _gists(codings: Sequence[Coding]) -> str:
    if not codings:
        return "holds none of the codes counted."
    return " ".join(
        f"*{label(row.code)}, {label(row.stance).lower()}*: {escape(row.gist)} "
        f"({escape(row.locator)})."
        for row in codings
    )


def _conditions(conditions: Mapping[str, str]) -> str:
    return " and ".join(
        f"{_CONDITIONS.get(name, name.replace('_', ' ') + ' is')} {_bar(bar)}"
        for name, bar in conditions.items()
    )


def _bar(bar: str) -> str:
    comparison, _, threshold = bar.partition(" ")
    value = Decimal(threshold)
    shown = f"{(value * 100).normalize():f}%" if 0 < value < 1 else threshold
    return f"{_BARS[comparison]} {shown}"


def _side(side: str, source_ids: Sequence[str]) -> str:
    return f"Sources {side} it: {len(source_ids) or 'none'}"


def _named(codes: Sequence[Code]) -> str:
    return "; ".join(f"{label(code).lower()} ({facet})" for facet, code in codes)


def _title(editions: Editions, claim_id: str) -> str:
    return f"{entry_numbers(editions.now)[claim_id]} {label(claim_id)}"


def _run_in(lines: Mapping[str, str]) -> str:
    return "\n\n".join(f"**{name}.** {text}".rstrip() for name, text in lines.items())


def _raw(html: str) -> str:
    return f"```{{=html}}\n{html}\n```"
