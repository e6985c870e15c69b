"""The codes of a facet as chapters, tables and figures name and count them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from evidence.model.evidence import Evidence
from evidence.report.framed import framed
from evidence.report.markup import escape, sentence_list
from evidence.report.phrases import noun_of, plural, singular, source_note, spoken
from evidence.words import label, opening, within

if TYPE_CHECKING:
    import pandas as pd

Names = str | Iterable[str] | None
"""One name or several; all where left out."""


CODEBOOK = ("Of", "Entry", "Meaning")


class ChapterError(ValueError):
    """Prose that the data do not bear; the message names the claim, code or sources."""


def meant(
    evidence: Evidence, facet: str, codes: Names = None, stances: Names = None
) -> tuple[list[str], list[str]]:
    """Return the codes and the stances of a facet that are meant, each role as its stances.

    Raises
    ------
    ChapterError
        For a facet, code, stance or role that the codebook does not have.
    """
    facets = evidence.codebook.facets
    if facet not in facets:
        raise ChapterError(f"no facet {facet!r}; facets are {', '.join(facets)}")
    own = facets[facet]
    found = []
    for wanted, known in ((codes, [*own.codes]), (stances, [*own.stances, *own.roles])):
        names = [wanted] if isinstance(wanted, str) else known if wanted is None else [*wanted]
        if unknown := sorted({*names}.difference(known)):
            raise ChapterError(
                f"facet {facet!r} has no {', '.join(unknown)}; it has {', '.join(known)}"
            )
        found.append(names)
    return found[0], [*dict.fromkeys(own.expand(found[1]))]


class Codes:
    """The codes of a facet with the studies that hold them: most studies first.

    Sources that report the same research are one study, and count once.

    Attributes
    ----------
    stances
        Those in which a study may hold a code to count.
    noun, nouns
        What a code is called, and what several are.
    studies
        Code to its studies; codes of as many studies stand as in the codebook.
    totals
        Code to their number.
    total
        The number of studies that hold any code.
    """

    def __init__(
        self, evidence: Evidence, facet: str, stances: Names = None, noun: str | None = None
    ) -> None:
        self._evidence, self._facet = evidence, facet
        codes, self.stances = meant(evidence, facet, stances=stances)
        self.form = noun or noun_of(facet)
        self.noun, self.nouns = singular(self.form), plural(self.form)
        found = {code: self._holding(self.stances, code) for code in codes}
        self.studies = dict(sorted(found.items(), key=lambda row: -len(row[1])))
        self.totals = {code: len(studies) for code, studies in self.studies.items()}
        self.total = self.number(self.stances)

    def number(self, stances: Iterable[str], *codes: str) -> int:
        """Return how many studies hold one of the codes in one of the stances; any code if none."""
        return len(self._holding(stances, *codes))

    def by_code(self, stances: Iterable[str]) -> Mapping[str, int]:
        """Return the number of studies of each code in these stances."""
        wanted = tuple(stances)
        return {code: self.number(wanted, code) for code in self.studies}

    def _holding(self, stances: Iterable[str], *codes: str) -> frozenset[str]:
        evidence = self._evidence
        return evidence.studies(evidence.holding(self._facet, codes or None, stances))

    def frame(self, columns: Mapping[str, Mapping[str, int]]) -> pd.DataFrame:
        """Return a row a code, with a column for each heading and its numbers by code."""
        return framed(
            [(label(code), *(by[code] for by in columns.values())) for code in self.studies],
            columns=[opening(self.noun), *columns],
        )

    def note(self, unit: str) -> str:
        """Return what the figure counts, and in which unit."""
        counted = f"agreed codings of {self.nouns}"
        if len(self.stances) < len(self._evidence.codebook.facets[self._facet].stances):
            counted += f" (stance: {sentence_list([*map(spoken, self.stances)])})"
        return source_note(self._evidence, counted, unit)


def codebook_rows(evidence: Evidence) -> list[tuple[str, str, str]]:
    """Return the codebook entry by entry: what is asked, and what each answer means.

    First the attributes of a source, then facets with stances and codes, then what is asked of an
    effect.
    """
    book = evidence.codebook
    rows: list[tuple[str, str, str]] = []

    def add(name: str, question: str, **answers: Mapping[str, str]) -> None:
        rows.append((label(name), "Question", escape(question)))
        for kind, entries in answers.items():
            rows.extend(
                (label(name), f"{opening(kind)}: {within(label(key))}", escape(meaning))
                for key, meaning in entries.items()
            )

    for name, attribute in book.attributes.items():
        add(name, attribute.question, value=attribute.values)
    for name, facet in book.facets.items():
        add(name, facet.question, stance=facet.stances, code=facet.codes)
    for name, attribute in book.effects.items():
        add(f"effect-{name}", attribute.question, value=attribute.values)
    return rows
