"""The figures of the report as functions of the evidence alone."""

from collections.abc import Callable
from functools import partial

from evidence.model.evidence import Evidence
from evidence.report import figures
from evidence.report.figures import Figure

outcomes = partial(figures.evidence_map, facet="outcome")
themes = partial(figures.diverging, facet="theme", left="barrier", right="facilitator")
terms = partial(figures.bars, facet="term", stances="uses", verb="use")
together = partial(figures.cooccurrence, facet="term", stances="uses", verb="use")
designs = partial(figures.timeline, attribute="design")

COMPARISONS = {"By chance": "randomised", "Other groups": "controlled"}
effect_directions = partial(
    figures.effect_directions, attribute="outcome", groups=COMPARISONS, population="children"
)
harvest = partial(figures.harvest, attribute="outcome", groups=COMPARISONS, population="children")
by_comparison = partial(
    figures.by_comparison, attribute="form", groups=COMPARISONS, population="children"
)

FIGURES: dict[str, Callable[[Evidence], Figure]] = {
    "evidence_map": outcomes,
    "diverging": themes,
    "bars": terms,
    "cooccurrence": together,
    "timeline": designs,
    "flow": figures.flow,
    "agreement": figures.agreement,
    "effect_directions": effect_directions,
    "harvest": harvest,
    "by_comparison": by_comparison,
}
