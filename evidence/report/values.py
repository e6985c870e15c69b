"""What the names that chapters use stand for: claims, facets and counts, each with its wording.

A wrong name raises an error that says what there is, and the names complete themselves in an
editor that runs the chapter.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from evidence.findings.measures import wilson
from evidence.findings.verdicts import Editions
from evidence.model.claims import PART, SHARE, STRENGTH, Finding
from evidence.model.evidence import Evidence, Quantities
from evidence.model.faults import nearest
from evidence.report.codes import ChapterError, Codes, meant
from evidence.report.markup import attribute
from evidence.report.phrases import leading, spoken_counts
from evidence.words import (
    UNDEFINED,
    Number,
    change_word,
    comparison_word,
    count,
    headline,
    interval,
    label,
    numbers,
    quantity_word,
    verdict,
    within,
)

# The engine gives it to each section of a document, and `wording.lua` reads it there.
_CLASSES = ".verdicts .for-each-section"


class Names:
    """Something whose attributes are known by name: a wrong one is told with what there is."""

    def __init__(self, owner: str, values: Mapping[str, object]) -> None:
        self._owner, self._values = owner, values

    def __getattr__(self, name: str) -> object:
        if name in ("_owner", "_values"):
            # A copy has neither yet.
            raise AttributeError(name)
        if name not in self._values:
            near = nearest(name, tuple(self._values))
            raise ChapterAttributeError(
                f"{self._owner} has no {name!r}; it has {', '.join(self._values) or 'nothing'}"
                + (f"; nearest: {near}" if near else "")
            )
        return self._values[name]

    def __dir__(self) -> list[str]:
        return [*self._values]

    def __repr__(self) -> str:
        return f"<{self._owner}: {', '.join(self._values)}>"


class ChapterAttributeError(ChapterError, AttributeError):
    """A name that prose asks for and that the data do not have."""


def claim_values(editions: Editions, claim_id: str, name: str) -> Names:
    """Return what prose may say of a claim.

    Its numbers, `headline`, `verdict` and `edition`, and `interval.share`; the same on the sources
    up to the baseline review's year under `then`, and on those after it under `since`; and words:
    `word.part` for a share ("most"), `change.share` for the way from then to since ("rose"),
    `than.sources` for a comparison ("more than").
    """
    then, since = editions.then.get(claim_id), editions.since.get(claim_id)
    values = _finding_values(name, editions.now[claim_id], editions.quantities)
    if then and since:
        pairs = {key: (old, numbers(since)[key]) for key, old in numbers(then).items()}
        values |= {
            **{
                key: Names(
                    f"{name}.{key}", _finding_values(f"{name}.{key}", row, editions.quantities)
                )
                for key, row in (("then", then), ("since", since))
            },
            "change": _words(f"{name}.change", editions.quantities, change_word, pairs),
            "than": _words(f"{name}.than", editions.quantities, comparison_word, pairs),
        }
    return Names(name, values)


def _words(
    owner: str,
    quantities: Quantities,
    word: Callable[[Quantities, Number, Number], str],
    pairs: Mapping[str, tuple[Number, Number]],
) -> Names:
    return Names(owner, {key: word(quantities, old, new) for key, (old, new) in pairs.items()})


def _finding_values(owner: str, finding: Finding, quantities: Quantities) -> dict[str, object]:
    found = numbers(finding)
    words = {
        key: quantity_word(quantities, round(row.value * row.of), row.of)
        for key, row in found.items()
        if row.of is not None
    }
    intervals = {
        key: interval(wilson(row.numerator, row.denominator)) if row.denominator else UNDEFINED
        for key, row in finding.values.items()
        if row.kind in (SHARE, PART)
    }
    return {
        **found,
        "headline": headline(finding),
        "verdict": within(verdict(finding)),
        "edition": str(finding.edition),
        "word": Names(f"{owner}.word", words),
        "interval": Names(f"{owner}.interval", intervals),
    }


@dataclass(frozen=True)
class Holders:
    """The studies that hold codes of a facet, in prose their number; by stance or role too.

    Attributes
    ----------
    codes
        Those that a study may hold; all of the facet where there are none.
    """

    evidence: Evidence
    facet: str
    codes: tuple[str, ...] = ()

    def __getitem__(self, code: str) -> "Holders":
        meant(self.evidence, self.facet, code)
        return Holders(self.evidence, self.facet, (code,))

    def __getattr__(self, name: str) -> Number:
        if name.startswith("_"):
            raise AttributeError(name)
        facet = self.evidence.codebook.facets[self.facet]
        stances = {key.replace("-", "_"): key for key in (*facet.stances, *facet.roles)}
        names = Names(self.facet, dict.fromkeys(stances))
        getattr(names, name)
        return self._number(stances[name])

    def __dir__(self) -> Iterable[str]:
        facet = self.evidence.codebook.facets[self.facet]
        stances = (key.replace("-", "_") for key in (*facet.stances, *facet.roles))
        return [*super().__dir__(), *stances]

    def __str__(self) -> str:
        return str(self._number())

    def _repr_markdown_(self) -> str:
        return str(self)

    @property
    def studies(self) -> str:
        """Their number with its noun: "12 studies"."""
        return self._number().studies

    @property
    def then(self) -> "Holders":
        """The same among the sources up to the year of the baseline review."""
        return Holders(self.evidence.up_to(self.evidence.first_year()), self.facet, self.codes)

    @property
    def since(self) -> "Holders":
        """The same among the sources after that year."""
        return Holders(self.evidence.since(self.evidence.first_year()), self.facet, self.codes)

    def leading(self, most: int) -> str:
        """Return the codes that most studies hold, with their numbers, as a phrase.

        Codes that are level stay together: see `phrases.leading`.
        """
        return leading(spoken_counts(Codes(self.evidence, self.facet).totals), most) or UNDEFINED

    def _number(self, stance: str | None = None) -> Number:
        found = meant(self.evidence, self.facet, self.codes or None, stance)
        return count(len(self.evidence.studies(self.evidence.holding(self.facet, *found))))


class Verdicts(Names):
    """How many claims came out as what; shown by a cell, what the filter of chapters goes by."""

    def __init__(self, evidence: Evidence, editions: Editions) -> None:
        self._evidence, self._editions = evidence, editions
        outcomes = [finding.outcome for finding in editions.now.values()]
        moved = sum(row.outcome != editions.now[key].outcome for key, row in editions.then.items())
        super().__init__(
            "verdicts",
            {
                **{
                    name.replace("-", "_"): count(outcomes.count(name))
                    for name in (*STRENGTH[::-1], "silent")
                },
                "moved": count(moved),
                "total": count(len(outcomes)),
            },
        )

    def _repr_markdown_(self) -> str:
        claims = self._evidence.claims
        entries = claims.entries()
        rows: list[Mapping[str, str]] = []
        for claim_id, claim in claims.claims.items():
            now, then = self._editions.now[claim_id], self._editions.then.get(claim_id)
            values = {
                "claim": claim_id,
                "name": claim.name,
                "verdict": now.outcome,
                "entry": entries[claim_id],
                "title": label(claim_id),
                **({"then": then.outcome} if then else {}),
            }
            rows.append(values)
        for name, entry in claims.measure_entries().items():
            rows.append({"measure": name, "entry": entry, "title": label(name)})
        shown = (
            " ".join(f"{key}={attribute(value)}" for key, value in row.items()) for row in rows
        )
        divs = (f"::: {{{row}}}\n:::" for row in shown)
        return "\n".join((_edition(self._evidence), *divs, "::::"))


def _edition(evidence: Evidence) -> str:
    """Return how the verdicts begin; of an edition with its year, its sources and the later ones.

    By these the filter says at the head which edition it is, and marks what came after it.
    """
    if evidence.edition is None:
        return f":::: {{{_CLASSES}}}"
    later = sorted(evidence.references - evidence.sources.keys())
    sources, after = attribute(" ".join(evidence.sources)), attribute(" ".join(later))
    told = f'edition="{evidence.edition}" sources={sources} later={after}'
    return f":::: {{{_CLASSES} {told}}}"
