"""Tables of the report: each a frame of counts or rows, ready for `markdown.table`.

Counts are of distinct counted sources, from the agreed coding.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from evidence.findings.agreement import LEVEL, Agreement, Code
from evidence.findings.verdicts import Editions
from evidence.model.evidence import Evidence
from evidence.report.figures.counts import count_codes
from evidence.report.markup import Text, escape, table
from evidence.words import count, decimal, headline, label, percent, verdict

NONE = "none"
UNDEFINED = "not defined"


@dataclass(frozen=True, slots=True)
class MapColumn:
    """A column of the evidence map: its heading, and the stances whose sources it counts."""

    heading: str
    stances: tuple[str, ...]


def searches(evidence: Evidence) -> pd.DataFrame:
    """Return queries, records and decisions per search, and their totals."""
    records = pd.DataFrame(
        [(row.search, row.decision) for row in evidence.screening], columns=["search", "decision"]
    )
    queries = pd.Series([row.search for row in evidence.searches], dtype=str).value_counts(
        sort=False
    )
    decisions = pd.crosstab(records["search"], records["decision"])
    frame = pd.DataFrame(
        {
            "Search": [label(name) for name in queries.index],
            "Queries": queries.to_numpy(),
            "Records": records["search"]
            .value_counts()
            .reindex(queries.index, fill_value=0)
            .to_numpy(),
        }
    )
    for decision, heading in (
        ("exclude", "Left out"),
        ("merged", "Merged"),
        ("include", "Included"),
    ):
        column = decisions.get(decision, pd.Series(dtype=int)).reindex(queries.index, fill_value=0)
        frame[heading] = column.to_numpy()
    totals = {"Search": "**All**", **frame.drop(columns="Search").sum().to_dict()}
    whole = pd.concat([frame, pd.DataFrame([totals])], ignore_index=True)
    numbers = whole.columns.drop("Search")
    return whole.assign(**{name: [count(n).text for n in whole[name]] for name in numbers})


def exclusions(evidence: Evidence) -> pd.DataFrame:
    """Return the reasons for leaving records out, most frequent first."""
    reasons = pd.Series(
        [row.reason for row in evidence.screening if row.decision == "exclude"], dtype=str
    )
    counts = reasons.value_counts()
    return pd.DataFrame(
        {"Reason": [label(name) for name in counts.index], "Records": counts.to_numpy()}
    )


def sources_by(evidence: Evidence, attribute: str) -> pd.DataFrame:
    """Return the sources per value of an attribute, up to the baseline's year and in all.

    Parameters
    ----------
    attribute
        ``groups`` or ``voices`` (a source may have several), ``design``, ``sector`` or ``weight``.
    """
    year = evidence.first_year()
    agreed = evidence.agreed()
    earlier = evidence.up_to(year).counted()
    values = sorted({value for row in agreed.values() for value in row.values[attribute]})
    rows = []
    for value in values:
        holders = {key for key, row in agreed.items() if value in row.values[attribute]}
        rows.append((label(value), len(holders & earlier), len(holders - earlier), len(holders)))
    columns = [label(attribute), f"Up to {year}", f"After {year}", "All"]
    return pd.DataFrame(rows, columns=columns).sort_values("All", ascending=False, kind="stable")


def terms(evidence: Evidence) -> pd.DataFrame:
    """Return each term with the number of sources that use, define and question it.

    Those that use it are divided at the year of the baseline review.
    """
    year = evidence.first_year()
    earlier = evidence.up_to(year).counted()
    rows = []
    for code, meaning in evidence.codebook.facets["term"].codes.items():
        used, *others = (
            evidence.holding("term", [code], [stance])
            for stance in ("uses", "defines", "problematises")
        )
        spans = (len(used & earlier), len(used - earlier), len(used))
        rows.append((escape(meaning), *spans, *map(len, others)))
    spans_named = (f"Used up to {year}", f"Used after {year}")
    columns = ["Term", *spans_named, "Used in all", "Defined", "Questioned"]
    frame = pd.DataFrame(rows, columns=columns)
    return _said(frame.sort_values("Used in all", ascending=False, kind="stable"))


def definitions(evidence: Evidence) -> pd.DataFrame:
    """Return what each source says that defines or questions a term, term by term."""
    order = list(evidence.codebook.facets["term"].codes)
    doing = {"defines": "Defines", "problematises": "Questions"}
    rows = sorted(
        evidence.agreed_codings("term", stances=doing),
        key=lambda row: (order.index(row.code), row.stance, row.source_id),
    )
    return pd.DataFrame(
        [(label(r.code), doing[r.stance], escape(r.gist), f"@{r.source_id}") for r in rows],
        columns=["Term", "Stance", "What it says", "Source"],
    )


def evidence_map_columns(evidence: Evidence) -> tuple[MapColumn, ...]:
    """Return the columns that count sources in the evidence map, from left to right.

    One a stance of the facet `outcome`, in the order of the codebook, then one for any of them.
    """
    stances = tuple(evidence.codebook.facets["outcome"].stances)
    return (
        *(MapColumn(label(stance), (stance,)) for stance in stances),
        MapColumn("All", stances),
    )


def evidence_map_rows(evidence: Evidence) -> tuple[str, ...]:
    """Return the outcomes in the order of the map's rows: those of most sources first."""
    return tuple(row.code for row in count_codes(evidence, "outcome"))


def evidence_map_table(evidence: Evidence) -> pd.DataFrame:
    """Return each outcome with the number of sources per stance, and in all."""
    columns = evidence_map_columns(evidence)
    return pd.DataFrame(
        [
            (
                label(code),
                *(
                    in_words(len(evidence.holding("outcome", [code], column.stances)))
                    for column in columns
                ),
            )
            for code in evidence_map_rows(evidence)
        ],
        columns=["Outcome", *(column.heading for column in columns)],
    )


def _said(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame with its counts as cells of a figure's table."""
    return frame.map(lambda cell: in_words(cell) if isinstance(cell, int) else cell)


def in_words(number: int) -> str:
    """Return a count as a cell of a figure's table: an empty cell is said, and not left empty."""
    return count(number).text if number else NONE


def themes(evidence: Evidence) -> pd.DataFrame:
    """Return each theme with the number of sources naming it as barrier and as facilitator."""
    among = len(evidence.holding("theme"))
    rows = []
    for code in evidence.codebook.facets["theme"].codes:
        barrier = evidence.holding("theme", [code], ["barrier"])
        facilitator = evidence.holding("theme", [code], ["facilitator"])
        either = len(barrier | facilitator)
        share = percent(either, among)
        both = len(barrier & facilitator)
        rows.append((label(code), len(barrier), len(facilitator), both, either, str(share)))
    columns = ["Theme", "Barrier", "Facilitator", "Both", "Either", "Share"]
    frame = pd.DataFrame(rows, columns=columns)
    return _said(frame.sort_values("Either", ascending=False, kind="stable"))


def inquiries(evidence: Evidence) -> pd.DataFrame:
    """Return each inquiry, oldest first, with what it found to have failed."""
    found: dict[str, list[str]] = {}
    for code in evidence.codebook.facets["failure"].codes:
        for source_id in sorted(evidence.holding("failure", [code])):
            found.setdefault(source_id, []).append(label(code))
    asked = [key for key, row in evidence.agreed().items() if "inquiry" in row.values["design"]]
    years = {key: evidence.sources[key].year for key in asked}
    return pd.DataFrame(
        [
            (
                f"@{key}",
                "; ".join(map(label, evidence.values(key, "sector"))),
                "; ".join(found.get(key, [])) or "None named in the text read",
            )
            for key in sorted(asked, key=lambda key: (years[key], key))
        ],
        columns=["Inquiry", "Field", "What failed"],
    )


def failures(evidence: Evidence) -> pd.DataFrame:
    """Return each kind of failure with the number of inquiries that found it."""
    facet = evidence.codebook.facets["failure"]
    rows = [
        (escape(m), len(evidence.holding("failure", [code]))) for code, m in facet.codes.items()
    ]
    frame = pd.DataFrame(rows, columns=["What failed", "Inquiries"])
    return frame.sort_values("Inquiries", ascending=False, kind="stable")


def agreement(rows: Iterable[Agreement]) -> pd.DataFrame:
    """Return percent agreement, kappa, and alpha with its interval, per question."""
    return pd.DataFrame(
        [(label(row.question), f"{row.units:,}", *_coefficients(row)) for row in rows],
        columns=["Question", "Units", *_COEFFICIENTS],
    )


def code_agreement(rows: Mapping[Code, Agreement]) -> pd.DataFrame:
    """Return the same per code and per value of an attribute, the lowest alpha first."""
    ordered = sorted(rows.items(), key=lambda item: -2 if item[1].alpha is None else item[1].alpha)
    return pd.DataFrame(
        [(label(code), label(facet), *_coefficients(row)) for (facet, code), row in ordered],
        columns=["Code or value", "Question", *_COEFFICIENTS],
    )


_COEFFICIENTS = ("Percent", "Kappa", "Alpha", f"{LEVEL:.0%} interval of alpha")


def _coefficients(row: Agreement) -> tuple[str, ...]:
    def written(value: float | None) -> str:
        return UNDEFINED if value is None else str(decimal(value, 2))

    return (
        UNDEFINED if row.percent is None else f"{decimal(100 * row.percent, 1)}%",
        written(row.kappa),
        written(row.alpha),
        UNDEFINED if row.interval is None else " to ".join(map(written, row.interval)),
    )


def claims(editions: Editions) -> pd.DataFrame:
    """Return each claim with its verdict in the baseline edition and now, and what was counted."""
    year = max(finding.edition for finding in editions.then.values())
    return pd.DataFrame(
        [
            (
                escape(now.statement),
                verdict(editions.then[claim_id]),
                verdict(now),
                escape(headline(now)),
            )
            for claim_id, now in editions.now.items()
        ],
        columns=["Statement of the review", f"Sources up to {year}", "All sources", "Counted now"],
    )


def sources(evidence: Evidence) -> pd.DataFrame:
    """Return every source reviewed, by author and year, with its appraisal."""
    ordered = sorted(
        evidence.counted(),
        key=lambda key: (evidence.sources[key].authors.casefold(), evidence.sources[key].year, key),
    )
    return pd.DataFrame(
        [
            (
                f"@{key}",
                *(
                    "; ".join(map(label, evidence.values(key, name)))
                    for name in ("design", "sector", "weight")
                ),
                _listed(evidence.values(key, "groups")),
                label(evidence.sources[key].basis),
            )
            for key in ordered
        ],
        columns=["Source", "Design", "Field", "Weight", "Groups", "Text read"],
    )


def _listed(values: Iterable[str]) -> str:
    return "; ".join(label(value).lower() for value in values)


def captioned(frame: pd.DataFrame, table_label: str, caption: str, widths: Sequence[int]) -> Text:
    """Return a frame as a Markdown table with caption and label, for a cell that makes several.

    Parameters
    ----------
    widths
        Column widths in per cent of the line.
    """
    columns = ",".join(str(width) for width in widths)
    body = table(frame).markdown
    return Text(f'\n{body}\n: {caption} {{#{table_label} tbl-colwidths="[{columns}]"}}\n')


def meanings(entries: Mapping[str, str], heading: str) -> pd.DataFrame:
    """Return codes, stances or values of the codebook with their meanings."""
    rows = [(label(code), escape(meaning)) for code, meaning in entries.items()]
    return pd.DataFrame(rows, columns=[heading, "Meaning"])
