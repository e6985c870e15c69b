"""Tables of this review alone: its terms through time, and what its inquiries found."""

import pandas as pd

from evidence.model.evidence import Evidence
from evidence.report.markup import counts_in_words, escape
from evidence.words import label


def term_table(evidence: Evidence) -> pd.DataFrame:
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
    return counts_in_words(frame.sort_values("Used in all", ascending=False, kind="stable"))


def inquiry_table(evidence: Evidence) -> pd.DataFrame:
    """Return each inquiry, oldest first, with what it found to have failed."""
    found: dict[str, list[str]] = {}
    for code in evidence.codebook.facets["failure"].codes:
        for source_id in sorted(evidence.holding("failure", [code])):
            found.setdefault(source_id, []).append(label(code))
    asked = [key for key in evidence.counted() if "inquiry" in evidence.values(key, "design")]
    return pd.DataFrame(
        [
            (
                f"@{key}",
                "; ".join(map(label, evidence.values(key, "sector"))),
                "; ".join(found.get(key, [])) or "None named in the text read",
            )
            for key in sorted(asked, key=lambda key: (evidence.sources[key].year, key))
        ],
        columns=["Inquiry", "Field", "What failed"],
    )
