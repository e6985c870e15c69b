"""What the chapters of this review use beside the names that any review has.

What takes time is worked out when a chapter asks for it.
"""

from functools import cache, partial
from pathlib import Path
from typing import cast

from analysis import effects
from analysis.themes import themes_named_one_way
from evidence.findings import agreement
from evidence.model.claims import Held
from evidence.report import explorer
from evidence.report.frames import open_review
from evidence.words import count, decimal

review = open_review(Path(__file__).parent)
evidence = review.evidence
# The codes of outcomes for children.
child = cast("Held", evidence.claims.selections["child-outcome"]).codes
# How effects were tested, the strongest way first; and what samples of people are counted in.
by_chance = {"Randomised": "randomised"}
by_groups = {"Comparison groups and natural experiments": "controlled"}
tested = {**by_chance, **by_groups, "Before and after, or with no group": "uncontrolled"}
comparisons = {**tested, "Syntheses": "syntheses"}
people = ("families",)
on_children = {"population": "children", "outcome": child}
# The forms of integration that a text may name.
forms = [name for name in evidence.codebook.effects["form"].values if name != "not-stated"]
# The columns of the table of sources.
columns = {
    "design": "Design",
    "sector": "Field",
    "weight": "Weight",
    "groups": "Groups",
    "basis": "Text read",
}
level = f"{agreement.LEVEL:.0%}"
resamples = f"{agreement.RESAMPLES:,}"
tentative_below = f"{agreement.TENTATIVE_BELOW:.3f}"
# Queries for the texts of sources that were in already are no search of their own.
searches = len({row.search for row in evidence.screening})
studies = count(len(evidence.studies(evidence.counted())))
counted = evidence.counted()
agreed = [row for row in evidence.codings if row.source_id in counted]
reconciled = {
    how: f"{sum(row.reconciled == how for row in agreed):,}" for how in ("both", "A", "B", "added")
}


@cache
def lowest_alpha() -> tuple[tuple[str, ...], str]:
    """Return the questions with the lowest alpha, and that alpha; none where none is defined."""
    names, alpha = agreement.lowest_alpha(agreements())
    return names, f"{decimal(alpha, 2)}" if names else ""


agreements = cache(partial(agreement.agreements, evidence))
best_forms = cache(partial(effects.best_forms, evidence))
under = cache(partial(effects.under, evidence))
followed = cache(partial(effects.follow_up, evidence, "children-tested"))
