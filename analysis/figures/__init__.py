"""Figures of the report: each drawn from the evidence, its words counted from the same data."""

from analysis.figures.agreement import agreement_of_passes
from analysis.figures.designs import sources_by_year_and_design
from analysis.figures.editions import verdicts_by_edition
from analysis.figures.flow import screening_flow
from analysis.figures.outcomes import evidence_map
from analysis.figures.style import Figure
from analysis.figures.terms import terms_in_use
from analysis.figures.themes import barriers_and_facilitators
from analysis.figures.together import words_together

__all__ = [
    "Figure",
    "agreement_of_passes",
    "barriers_and_facilitators",
    "evidence_map",
    "screening_flow",
    "sources_by_year_and_design",
    "terms_in_use",
    "verdicts_by_edition",
    "words_together",
]
