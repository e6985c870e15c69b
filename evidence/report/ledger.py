"""Findings as chapters state them, and the ledger of what stands behind each.

A stated finding has a mark that leads to its grounds: in HTML a button that opens them, in PDF and
Word a link to the finding's entry in the annex. The anchor around it is what the entry links back
to. Grounds and entry say the same: statement, rule, verdicts, confidence, and what the weightiest
sources for and against say, each with its place in the source. All the others are in the workbook
of evidence tables, and in HTML in the explorer, too.
"""

from collections.abc import Iterator, Mapping, Sequence
from html import escape as html_escape
from urllib.parse import urlencode

from evidence.findings.agreement import Code, leans_on_tentative, tentative_codes
from evidence.findings.confidence import NO_CONCERN, confidence
from evidence.findings.measures import Measured, measures
from evidence.findings.selections import sayings, select
from evidence.findings.verdicts import Editions
from evidence.model.claims import RATIO, AllOf, Finding, Measure, Not, Quotient, Selection
from evidence.model.evidence import Coding, Effect, Evidence
from evidence.report.folders import WORKBOOK
from evidence.report.markup import Text, bullets, cite, escape, raw
from evidence.rule_text import paragraph
from evidence.words import (
    NOTHING,
    headline,
    interval,
    label,
    number,
    opening,
    reason,
    verdict,
    within,
)

WEIGHTIEST = 2
# Of a measure's sources on either side: there are more measures than claims.
WEIGHTIEST_OF_MEASURE = 1
# Of one source: more would bury what others say.
MOST_SAID = 1
FOR = "for"
CLAIM = "claim"
SIDES = (FOR, "against")


def ledger(evidence: Evidence, editions: Editions) -> Text:
    """Return the annex's entry of each claim, and for HTML the grounds that its marks open."""
    tentative = tentative_codes(evidence)
    parts = []
    for claim_id, entry_number in evidence.claims.entries().items():
        finding = editions.now[claim_id]
        title = f"{entry_number} {label(claim_id)}"
        shaky = leans_on_tentative(finding, tentative)
        account = _account(evidence, editions, claim_id, shaky)
        parts += [
            entry(evidence, finding, title, account),
            grounds(claim_id, title, [_run_in(account), *_sides(evidence, finding)], CLAIM),
        ]
    parts += _measure_entries(evidence)
    return Text("\n".join(parts))


def entry(evidence: Evidence, finding: Finding, title: str, account: Mapping[str, str]) -> str:
    """Return the annex's entry of a claim."""
    claim_id = finding.claim_id
    blocks = [
        f"## {title} {{#claim-{claim_id} .unnumbered .unlisted}}",
        _run_in(account),
        *_sides(evidence, finding),
        # The filter of chapters knows where.
        f'**Stated in.** []{{.stated-in claim="{claim_id}"}}',
    ]
    return "\n" + "\n\n".join(blocks) + "\n"


def grounds(key: str, title: str, said: Sequence[str], kind: str) -> str:
    """Return the Markdown of what a mark opens in HTML; other formats leave it out.

    Parameters
    ----------
    key
        The id of a claim, or the name of a measure.
    said
        What the entry in the annex says of it, too.
    kind
        `claim` or `measure`.
    """
    head = (
        f'<div popover="auto" id="grounds-{key}" class="grounds" role="dialog" '
        f'aria-labelledby="grounds-title-{key}">\n'
        f'<div class="grounds-head"><p id="grounds-title-{key}" tabindex="-1" autofocus>'
        f"{html_escape(title)}</p>\n"
        f'<button type="button" popovertarget="grounds-{key}" popovertargetaction="hide">'
        "Close</button></div>"
    )
    asked = urlencode({"claim": key})
    places = f"in the annex](#{kind}-{key}) names every place that states it."
    links = f"[The entry {places}"
    if kind == CLAIM:
        links = (
            f"[The table of sources](#sources?{asked}) can show all of them; [the entry {places}"
        )
    blocks = [
        '::: {.content-visible when-format="html"}',
        raw(head),
        *said,
        links,
        raw("</div>"),
        ":::",
    ]
    return "\n" + "\n\n".join(blocks) + "\n"


def _measure_entries(evidence: Evidence) -> Iterator[str]:
    year = evidence.first_year()
    spans = {"on all sources": measures(evidence)}
    if evidence.baseline():
        earlier, later = evidence.up_to(year), evidence.since(year)
        spans = {f"up to {year}": measures(earlier), "since then": measures(later), **spans}
    for name, entry_number in evidence.claims.measure_entries().items():
        row = evidence.claims.measures[name]
        title = f"{entry_number} {label(name)}"
        counts = "; ".join(f"{span}: {_counted(at[name])}" for span, at in spans.items())
        declared = "exploratory; " if row.exploratory else ""
        said = [f"{opening(declared + counts)}.", *_parted(evidence, row)]
        place = f'Stated in []{{.stated-in measure="{name}"}}.'
        yield f"\n[**{escape(title)}.**]{{#measure-{name}}} {' '.join((*said, place))}\n"
        yield grounds(name, title, said, "measure")


def _counted(row: Measured) -> str:
    if not row.value.denominator:
        return NOTHING
    return f"{number(row.value)}" + (f" ({interval(row.interval)})" if row.interval else "")


def _parted(evidence: Evidence, row: Measure) -> Iterator[str]:
    """Yield what the weightiest sources that a share counts say, and those that it does not."""
    if not isinstance(row.number, Quotient) or row.number.kind == RATIO:
        return
    of, among = row.number.of.selection, row.number.to.selection
    for side, selection in (("So", of), ("Not so", AllOf((among, Not(of))))):
        said = sayings(evidence, among)
        ranked = evidence.ranked(select(evidence, selection))
        shown = [key for key in ranked if key in said][:WEIGHTIEST_OF_MEASURE]
        if shown:
            told = " ".join(f"{cite([key])[1:-1]}: {_told(said[key])}" for key in shown)
            yield f"*{side}, by weight:* {told}"


def _account(
    evidence: Evidence, editions: Editions, claim_id: str, shaky: Sequence[Code]
) -> Mapping[str, str]:
    claim = evidence.claims.claims[claim_id]
    now = editions.now[claim_id]
    baseline = evidence.baseline()
    named = "; ".join(f"{within(label(code))} ({facet})" for facet, code in shaky)
    verdicts = f"On all sources {_judgement(now)}."
    if baseline:
        then, since = (_judgement(row[claim_id]) for row in (editions.then, editions.since))
        verdicts = (
            f"Up to {baseline.year} {then}; since then {since}; on all sources {_judgement(now)}."
        )
    return {
        f"Statement of {baseline.year}" if baseline else "Statement": escape(claim.statement),
        "Rule": escape(paragraph(claim, evidence.codebook)),
        "Verdict": opening(verdicts),
        **({"Confidence": _confidence(evidence, now)} if evidence.confidence.levels else {}),
        **({"Leans on tentative codes": f"{named}."} if shaky else {}),
    }


def _judgement(finding: Finding) -> str:
    close = ", a close call that one source more or fewer would change" if finding.close else ""
    return f"{within(verdict(finding))}{close} ({escape(headline(finding))})"


def _confidence(evidence: Evidence, finding: Finding) -> str:
    found = confidence(evidence, finding)
    if not found.level:
        return "None: there is no verdict, or no source behind it."
    reasons = "; ".join(
        f"{within(label(row.name))}, {row.concern} ({escape('; '.join(behind))})"
        for row in found.components
        if row.concern != NO_CONCERN
        for behind in [[reason(*measured, finding) for measured in row.measured]]
    )
    return f"{label(found.level)}." + (f" Concerns: {reasons}." if reasons else "")


def _sides(evidence: Evidence, finding: Finding) -> list[str]:
    return [_side(evidence, finding, side) for side in SIDES]


def _side(evidence: Evidence, finding: Finding, side: str) -> str:
    """Return how many sources speak for a claim or against it, and what the weightiest say."""
    source_ids, selection = side_of(evidence, finding, side)
    if not source_ids or selection is None:
        return f"**Sources {side} it: none.**"
    said = sayings(evidence, selection)
    # Those first of which something can be told.
    shown = sorted(evidence.ranked(source_ids), key=lambda key: key not in said)[:WEIGHTIEST]
    items = [f"{cite([key])[1:-1]}: {_told(said.get(key, ()))}" for key in shown]
    heading = f"**Sources {side} it: {len(source_ids):,}.**"
    if len(source_ids) > len(shown):
        heading += f" All are in [{WORKBOOK}]({WORKBOOK}); the weightiest:"
    return f"{heading}\n\n{bullets(items).markdown.rstrip()}"


def side_of(
    evidence: Evidence, finding: Finding, side: str
) -> tuple[Sequence[str], Selection | None]:
    """Return the sources for a claim or against it, and the selection that they are in."""
    rule = evidence.claims.claims[finding.claim_id].rule
    if side == FOR:
        return finding.supporting, rule.supporting
    return finding.contrary, rule.contrary


def _told(rows: Sequence[Coding | Effect]) -> str:
    told = [f"*{_named(row)}*{_worded(row)}." for row in rows]
    more = f" And {len(told) - MOST_SAID:,} more." if len(told) > MOST_SAID else ""
    return " ".join(told[:MOST_SAID]) + more if told else "holds none of the codes counted."


def _worded(row: Coding | Effect) -> str:
    """Return what a source says, and where, as far as that was noted."""
    gist = f": {escape(row.gist)}" if row.gist else ""
    return f"{gist} ({escape(row.locator)})" if row.locator else gist


def _named(row: Coding | Effect) -> str:
    if isinstance(row, Coding):
        return f"{label(row.code)}, {within(label(row.stance))}"
    return opening(", ".join(within(label(name)) for held in row.values.values() for name in held))


def _run_in(lines: Mapping[str, str]) -> str:
    return "\n\n".join(f"**{name}.** {text}".rstrip() for name, text in lines.items())
