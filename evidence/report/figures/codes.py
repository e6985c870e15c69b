"""The codes of a facet, counted as figures draw them."""

from collections.abc import Iterable, Mapping

import pandas as pd

from evidence.model.evidence import Evidence
from evidence.report.figures.phrases import plural, singular, source_note, spoken
from evidence.report.markup import sentence_list
from evidence.words import label, opening

Stances = str | Iterable[str] | None
"""One stance or role, or several; all where left out."""


def stances_of(evidence: Evidence, facet: str, stances: Stances = None) -> tuple[str, ...]:
    """Return the stances of a facet that are meant, each role taken for its stances.

    Raises
    ------
    ValueError
        For a stance or role that the facet does not have.
    """
    known = evidence.codebook.facets[facet]
    if stances is None:
        return tuple(known.stances)
    wanted = (stances,) if isinstance(stances, str) else tuple(stances)
    if unknown := [name for name in wanted if name not in {**known.stances, **known.roles}]:
        raise ValueError(
            f"facet {facet!r} has no {', '.join(unknown)}; it has {', '.join(known.stances)}"
        )
    return tuple(dict.fromkeys(known.expand(wanted)))


class Codes:
    """The codes of a facet with the sources that hold them: most sources first.

    Attributes
    ----------
    stances
        Those in which a source may hold a code to count.
    noun, nouns
        What a code is called, and what several are.
    sources
        Code to its sources; codes of as many sources stand as in the codebook.
    totals
        Code to their number.
    total
        Sources that hold any code.
    """

    def __init__(
        self, evidence: Evidence, facet: str, stances: Stances = None, noun: str | None = None
    ) -> None:
        self._evidence, self._facet = evidence, facet
        self.stances = stances_of(evidence, facet, stances)
        self.form = noun or spoken(facet)
        self.noun, self.nouns = singular(self.form), plural(self.form)
        found = {
            code: evidence.holding(facet, [code], self.stances)
            for code in evidence.codebook.facets[facet].codes
        }
        self.sources = dict(sorted(found.items(), key=lambda row: -len(row[1])))
        self.totals = {code: len(sources) for code, sources in self.sources.items()}
        self.total = self.number(self.stances)
        self._counted = f"agreed codings of {self.nouns}"
        if len(self.stances) < len(evidence.codebook.facets[facet].stances):
            self._counted += f" (stance: {sentence_list([spoken(s) for s in self.stances])})"

    def number(self, stances: Iterable[str], *codes: str) -> int:
        """Return how many sources hold one of the codes in one of the stances; any code if none."""
        return len(self._evidence.holding(self._facet, codes or None, stances))

    def by_code(self, stances: Iterable[str]) -> Mapping[str, int]:
        """Return the sources of each code in these stances."""
        wanted = tuple(stances)
        return {code: self.number(wanted, code) for code in self.sources}

    def frame(self, columns: Mapping[str, Mapping[str, int]]) -> pd.DataFrame:
        """Return a row a code, with a column for each heading and its numbers by code."""
        return pd.DataFrame(
            [(label(code), *(by[code] for by in columns.values())) for code in self.sources],
            columns=[opening(self.noun), *columns],
        )

    def note(self, unit: str) -> str:
        """Return what the figure counts, and in which unit."""
        return source_note(self._evidence, self._counted, unit)
