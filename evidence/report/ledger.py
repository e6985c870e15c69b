"""Findings as chapters state them, and the ledger of what stands behind each.

A stated finding has a mark that leads to its grounds: in HTML a button that opens them, in PDF and
Word a link to the finding's entry in the annex. The anchor around it is what the entry links back
to. An entry is complete: rule, numbers, verdicts, confidence, all sources and all places that
state the finding. The grounds that a mark opens say the same more shortly, and add what the
weightiest sources say.
"""

from collections.abc import Mapping, Sequence
from html import escape as html_escape

from evidence.findings.agreement import Code, leans_on_tentative, tentative_codes
from evidence.findings.confidence import confidence
from evidence.findings.verdicts import Editions
from evidence.model.claims import Claim, Finding, Ranked
from evidence.model.evidence import Evidence
from evidence.report.markup import Text, escape, raw
from evidence.report.tables.overflow import cite_many
from evidence.rule_text import paragraph
from evidence.words import headline, in_words, label, numbers, reason, verdict

MOST_SOURCES = 12

# Studies over all among which they are: the counts say as much.
_DERIVED = ("part", "share")


def ledger(evidence: Evidence, editions: Editions) -> Text:
    """Return the annex's entry of each claim, and for HTML the grounds that its marks open."""
    tentative = tentative_codes(evidence)
    parts = []
    for claim_id, entry_number in evidence.claims.entries().items():
        title = f"{entry_number} {label(claim_id)}"
        account = _account(evidence, editions, claim_id)
        shaky = leans_on_tentative(editions.now[claim_id], tentative)
        parts += [
            entry(editions.now[claim_id], title, account, shaky),
            grounds(evidence, editions.now[claim_id], title, account),
        ]
    return Text("\n".join(parts))


def entry(
    finding: Finding,
    title: str,
    account: Mapping[str, str],
    shaky: Sequence[Code],
) -> str:
    """Return the annex's entry of a claim; `shaky` are codes agreed on too little."""
    claim_id = finding.claim_id
    named = "; ".join(f"{label(code).lower()} ({facet})" for facet, code in shaky)
    lines = {
        **account,
        **({"Leans on tentative codes": named} if shaky else {}),
        _side("for", finding.supporting): cite_many(finding.supporting, f"{claim_id}-for"),
        _side("against", finding.contrary): cite_many(finding.contrary, f"{claim_id}-against"),
        # The filter of chapters knows where.
        "Stated in": f'[]{{.stated-in claim="{claim_id}"}}',
    }
    return f"\n## {title} {{#claim-{claim_id} .unnumbered}}\n\n{_run_in(lines)}\n"


def grounds(evidence: Evidence, finding: Finding, title: str, account: Mapping[str, str]) -> str:
    """Return the Markdown of what a claim's marks open in HTML; other formats leave it out."""
    claim_id = finding.claim_id
    opening = (
        f'<div popover="auto" id="grounds-{claim_id}" class="grounds" role="dialog" '
        f'aria-labelledby="grounds-title-{claim_id}">\n'
        f'<div class="grounds-head"><p id="grounds-title-{claim_id}" tabindex="-1" autofocus>'
        f"{html_escape(title)}</p>\n"
        f'<button type="button" popovertarget="grounds-{claim_id}" popovertargetaction="hide">'
        "Close</button></div>"
    )
    sides = (("for", finding.supporting), ("against", finding.contrary))
    blocks = [
        '::: {.content-visible when-format="html"}',
        raw(opening),
        _run_in(account),
        *(f"**{_side(side, ids)}.**\n\n{_said(evidence, finding, ids)}" for side, ids in sides),
        f"[The entry in the annex](#claim-{claim_id}) names all sources and every place that "
        "states the finding.",
        raw("</div>"),
        ":::",
    ]
    return "\n" + "\n\n".join(blocks) + "\n"


def _account(evidence: Evidence, editions: Editions, claim_id: str) -> Mapping[str, str]:
    claim = evidence.claims.claims[claim_id]
    now, then = editions.now[claim_id], editions.then.get(claim_id)
    baseline = evidence.baseline()
    return {
        f"Statement of {baseline.year}" if baseline else "Statement": escape(claim.statement),
        "Rule": escape(paragraph(claim, evidence.codebook)),
        **({f"Sources up to {then.edition}": _judgement(claim, then)} if then else {}),
        "All sources": _judgement(claim, now),
        **({"Confidence": _confidence(evidence, now)} if evidence.confidence.levels else {}),
    }


def _judgement(claim: Claim, finding: Finding) -> str:
    close = ", a close call that one source more or fewer would change" if finding.close else ""
    counts = "; ".join(
        f"{in_words(name)} {number}"
        for name, number in numbers(finding).items()
        if name not in _DERIVED and not isinstance(claim.rule.numbers.get(name), Ranked)
    )
    return f"{verdict(finding)}{close}: {escape(headline(finding))}. Counts: {escape(counts)}."


def _confidence(evidence: Evidence, finding: Finding) -> str:
    found = confidence(evidence, finding)
    if not found.level:
        return "None: there is no verdict, or no source behind it."
    reasons = "; ".join(
        f"{label(row.name).lower()}, {row.concern} "
        f"({escape('; '.join(reason(*measured, finding) for measured in row.measured))})"
        for row in found.components
    )
    return f"{label(found.level)}. Concerns: {reasons}."


def _said(evidence: Evidence, finding: Finding, source_ids: Sequence[str]) -> str:
    gists: dict[str, list[str]] = {}
    for row in evidence.codings:
        if row.coder == evidence.codebook.agreed and (row.facet, row.code) in finding.codes:
            gists.setdefault(row.source_id, []).append(
                f"*{label(row.code)}, {label(row.stance).lower()}*: {escape(row.gist)} "
                f"({escape(row.locator)})."
            )
    none = ["holds none of the codes counted."]
    shown = evidence.ranked(source_ids)[:MOST_SOURCES]
    items = [f"- @{key}: {' '.join(gists.get(key, none))}" for key in shown]
    if more := len(source_ids) - len(shown):
        annex = f"[the entry in the annex](#claim-{finding.claim_id})"
        items.append(f"- and {more:,} more: see {annex}.")
    return "\n".join(items)


def _side(side: str, source_ids: Sequence[str]) -> str:
    return f"Sources {side} it: {len(source_ids) or 'none'}"


def _run_in(lines: Mapping[str, str]) -> str:
    return "\n\n".join(f"**{name}.** {text}".rstrip() for name, text in lines.items())
