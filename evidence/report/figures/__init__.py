"""Figures of the report: each drawn from the evidence, its words counted from the same data."""

from evidence.report.figures.agreement import agreement_of_passes
from evidence.report.figures.bars import terms_in_use
from evidence.report.figures.diverging import barriers_and_facilitators
from evidence.report.figures.editions import verdicts_by_edition
from evidence.report.figures.evidence_map import evidence_map
from evidence.report.figures.flow import screening_flow
from evidence.report.figures.style import Figure
from evidence.report.figures.timeline import sources_by_year_and_design
from evidence.report.figures.together import words_together

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
