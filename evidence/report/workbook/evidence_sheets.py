"""What the workbook has of any review: every source, coding, effect, claim and what was asked."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, fields, replace

from evidence.findings.confidence import confidence
from evidence.findings.selections import sayings
from evidence.findings.verdicts import Editions
from evidence.model.claims import Finding
from evidence.model.evidence import Coding, Effect, Evidence, Record, Source
from evidence.report.codes import CODEBOOK, codebook_rows
from evidence.report.ledger import SIDES, side_of
from evidence.report.tables.companion import Cell, Sheet, plain
from evidence.rule_text import paragraph
from evidence.words import headline, in_words, label, opening, verdict, within

_SHORT_FORMS = re.compile(r"\b(doi|url)\b")
_YES = {True: "yes", False: "no"}


def notes(evidence: Evidence) -> Iterator[str]:
    """Yield what a reader of the sheets has to know, the reason of empty cells first."""
    yield (
        "An empty cell: the source, or the record of it, says nothing there. It never stands for "
        "a zero or for a no."
    )
    yield (
        f"Codings, appraisals and effects are the agreed ones, which the data have under the coder "
        f"{evidence.codebook.agreed}. What single coders answered is in the data alone."
    )
    if evidence.edition is not None:
        yield (
            f"This is the edition of {evidence.edition}: sources published up to that year, and "
            "what was coded of them. Searches and their records are all there are."
        )
    if baseline := evidence.baseline():
        yield (
            f"The source {baseline.source_id} is the earlier review that this one takes up. It is "
            "among the sources, and nothing counts it."
        )
    yield (
        "Effects and samples are given as the text of the source prints them. The gist is what a "
        "source says, in the words of the reviewers, and the locator is where it says it."
    )
    yield "Several answers in one cell are parted by semicolons."
    yield (
        "The worksheet Codebook says what each code, stance and answer means. The data have them "
        "by names in small letters, which the worksheets show as words; evidence import knows both."
    )
    yield (
        "A verdict follows from the rule of its statement and from the counts beside it. The "
        "confidence says how far the sources behind it can be relied on."
    )


def sheets(evidence: Evidence, editions: Editions) -> Iterator[Sheet]:
    """Yield the sheets that any review has, from its data."""
    yield _sources(evidence)
    yield _codings(evidence)
    if evidence.codebook.effects:
        yield _effects(evidence)
    yield _table(
        "Searches",
        "Each query that was put, with its results.",
        [asdict(row) for row in evidence.searches],
    )
    yield _table(
        "Screening",
        "Each record that a search turned up, and what was decided.",
        [asdict(_screened(evidence, row)) for row in evidence.screening],
    )
    yield Sheet(
        "Codebook",
        "What was asked of each source and effect, and what each answer means.",
        CODEBOOK,
        tuple(tuple(map(plain, row)) for row in codebook_rows(evidence)),
    )
    yield _statements(evidence, editions)
    yield _statements_and_sources(evidence, editions)


def _screened(evidence: Evidence, row: Record) -> Record:
    """Return a record without its source where that is not of the edition."""
    return row if row.source_id in evidence.sources else replace(row, source_id="")


def _sources(evidence: Evidence) -> Sheet:
    names = [field.name for field in fields(Source)]
    asked = evidence.codebook.attributes
    rows = []
    for key, row in evidence.sources.items():
        told = (getattr(row, name) or None for name in names)
        coder = evidence.codebook.agreed if key in evidence.agreed else None
        appraised = (_joined(evidence.values(key, name)) for name in asked)
        rows.append((*told, coder, *appraised))
    columns = tuple(map(_column, (*names, "coder", *asked)))
    about = "Each source with its bibliography, how it was read, and its agreed appraisal."
    return Sheet("Sources", about, columns, tuple(rows))


def _codings(evidence: Evidence) -> Sheet:
    rows = tuple(
        (
            row.source_id,
            evidence.sources[row.source_id].year,
            row.coder,
            label(row.facet),
            label(row.code),
            label(row.stance),
            row.gist or None,
            row.locator or None,
        )
        for facet in evidence.codebook.facets
        for row in evidence.agreed_codings(facet)
    )
    columns = ("Source id", "Year", "Coder", "Facet", "Code", "Stance", "Gist", "Locator")
    about = "What each source was coded for, as agreed: what it says, and where in the text."
    return Sheet("Codings", about, columns, rows)


def _effects(evidence: Evidence) -> Sheet:
    asked = evidence.codebook.effects
    rows = tuple(
        (
            row.source_id,
            evidence.sources[row.source_id].year,
            row.coder,
            *(_joined(row.values.get(name, ())) for name in asked),
            row.sample or None,
            row.effect or None,
            row.follow_up_months,
            row.gist or None,
            row.locator or None,
        )
        for row in evidence.agreed_effects
    )
    besides = ("Sample", "Effect", "Follow up months", "Gist", "Locator")
    columns = ("Source id", "Year", "Coder", *map(_column, asked), *besides)
    about = "Each measured effect, as agreed: how it was tested, how it came out, and where."
    return Sheet("Effects", about, columns, rows)


def _table(name: str, about: str, rows: Sequence[Mapping[str, object]]) -> Sheet:
    columns = tuple(rows[0]) if rows else ()
    cells = tuple(tuple(_cell(row[column]) for column in columns) for row in rows)
    return Sheet(name, about, tuple(map(_column, columns)), cells)


def _column(name: str) -> str:
    return opening(_SHORT_FORMS.sub(lambda found: found[0].upper(), in_words(name)))


def _cell(value: object) -> Cell:
    return value if isinstance(value, (int, float)) else str(value) if value else None


def _joined(values: Iterable[str]) -> str | None:
    return "; ".join(map(label, values)) or None


def _statements(evidence: Evidence, editions: Editions) -> Sheet:
    earlier = {finding.edition for finding in editions.then.values()}
    then = [f"{what} up to {year}" for year in earlier for what in ("Verdict", "Main number")]
    columns = (
        "Entry", "Name", "Statement", "Rule", *then, "Verdict now", "Main number now", "Close",
        "Confidence", "Sources for", "Sources against",
    )  # fmt: skip
    rows = []
    for claim_id, number in evidence.claims.entries().items():
        claim, now = evidence.claims.claims[claim_id], editions.now[claim_id]
        judged = [editions.then[claim_id]] if earlier else []
        rows.append(
            (
                number,
                label(claim_id),
                claim.statement,
                paragraph(claim, evidence.codebook),
                *(cell for finding in (*judged, now) for cell in _judged(finding)),
                _YES[now.close],
                label(level) if (level := confidence(evidence, now).level) else None,
                len(now.supporting),
                len(now.contrary),
            )
        )
    about = "Each statement with its rule, its verdict then and now, and its confidence."
    return Sheet("Statements", about, columns, tuple(rows))


def _judged(finding: Finding) -> tuple[str, str]:
    return verdict(finding), headline(finding)


def _statements_and_sources(evidence: Evidence, editions: Editions) -> Sheet:
    rows = []
    for claim_id, number in evidence.claims.entries().items():
        for side in SIDES:
            source_ids, selection = side_of(evidence, editions.now[claim_id], side)
            said = sayings(evidence, selection) if selection else {}
            for key in evidence.ranked(source_ids):
                head = (number, label(claim_id), side, key, evidence.sources[key].year)
                told = [_told(row) for row in said.get(key, ())]
                rows += [(*head, *row) for row in told or [(None, None, None)]]
    columns = (
        "Entry", "Name", "Side", "Source", "Year", "Coded as", "Gist", "Locator",
    )  # fmt: skip
    about = "For each statement all sources for and against it, the weightiest first."
    return Sheet("Statements and sources", about, columns, tuple(rows))


def _told(row: Coding | Effect) -> tuple[Cell, Cell, Cell]:
    if isinstance(row, Coding):
        named = f"{label(row.facet)}: {label(row.code)}, {within(label(row.stance))}"
    else:
        named = "; ".join(label(name) for held in row.values.values() for name in held)
    return named, row.gist or None, row.locator or None
