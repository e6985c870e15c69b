"""Figures: each drawn from the evidence, its words and its table counted from the same data."""

from evidence.report.figures.agreement import agreement
from evidence.report.figures.bars import bars
from evidence.report.figures.by_comparison import by_comparison
from evidence.report.figures.cooccurrence import cooccurrence
from evidence.report.figures.diverging import diverging
from evidence.report.figures.effect_directions import effect_directions
from evidence.report.figures.evidence_map import evidence_map
from evidence.report.figures.flow import flow
from evidence.report.figures.harvest import harvest
from evidence.report.figures.style import Figure
from evidence.report.figures.timeline import timeline

__all__ = [
    "Figure",
    "agreement",
    "bars",
    "by_comparison",
    "cooccurrence",
    "diverging",
    "effect_directions",
    "evidence_map",
    "flow",
    "harvest",
    "timeline",
]
