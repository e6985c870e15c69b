"""The coded evidence as immutable values: what the tables, the codebook and the claims say.

Everything here is frozen; a finding, table or figure is a pure function of an `Evidence`.
"""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType

from evidence.model.claims import Selection

AGREED = "agreed"


@dataclass(frozen=True, slots=True)
class Source:
    """A document reviewed: one row of `sources.csv`, empty cells as empty strings."""

    source_id: str
    type: str
    authors: str
    year: int
    title: str
    container: str
    volume: str
    issue: str
    pages: str
    publisher: str
    place: str
    doi: str
    url: str
    country: str
    study: str
    role: str
    basis: str
    url_read: str
    read_on: str
    bibliography_checked: str


@dataclass(frozen=True, slots=True)
class Coding:
    """A source holding a code in a stance, by one coder: one row of `codings.csv`."""

    source_id: str
    coder: str
    facet: str
    code: str
    stance: str
    locator: str
    gist: str
    reconciled: str


@dataclass(frozen=True, slots=True)
class Appraisal:
    """Design, sector and weight of a source by one coder: one row of `appraisals.csv`."""

    source_id: str
    coder: str
    design: str
    sector: str
    weight: str
    groups: tuple[str, ...]
    voices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Search:
    """One query of one search: one row of `searches.csv`."""

    search: str
    seq: int
    collection: str
    query: str
    results: int


@dataclass(frozen=True, slots=True)
class Record:
    """A record that a search turned up and what was decided: one row of `screening.csv`."""

    record_id: str
    search: str
    first_seen_seq: int
    title: str
    year: int | None
    url: str
    decision: str
    reason: str
    source_id: str


@dataclass(frozen=True, slots=True)
class Attribute:
    """A question asked once of each source, with its allowed values and their meanings."""

    question: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Facet:
    """A group of codes, the stances in which a source can hold them, and their meanings."""

    question: str
    stances: Mapping[str, str]
    codes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Codebook:
    """What can be coded: attributes of a source, and facets of codes."""

    version: int
    attributes: Mapping[str, Attribute]
    facets: Mapping[str, Facet]


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement of 2006 with the rule that the data can pass or fail.

    Attributes
    ----------
    minimum
        Lowest denominator (sources); below it the verdict is `no-data`.
    supported, partly
        Condition name to comparison, such as ``{"share": ">= 0.50"}``; all must hold.
    """

    claim_id: str
    section: str
    statement: str
    measure: str
    minimum: int
    supported: Mapping[str, str]
    partly: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Claims:
    """The claims in the order of `claims.yml`, and the codes that count as child outcomes."""

    version: int
    fixed_on: str
    child_outcomes: tuple[str, ...]
    claims: Mapping[str, Claim]


@dataclass(frozen=True, slots=True)
class Quantities:
    """The words for quantities: word to bound, the first that holds counts.

    Attributes
    ----------
    minimum
        Lowest denominator; below it only counts are given.
    words, changes, comparisons
        Bounds on a share, on a change between editions, and on later less earlier.
    """

    minimum: int
    words: Mapping[str, str]
    changes: Mapping[str, str]
    comparisons: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Component:
    """A component of confidence: its question, and per measure the bound of each concern."""

    question: str
    measures: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class ConfidenceRules:
    """How confidence is computed, after GRADE-CERQual.

    Attributes
    ----------
    levels
        From the highest, where confidence starts, to the lowest.
    takes_off
        Concern to the number of levels it takes off, the lightest concern first.
    """

    levels: tuple[str, ...]
    takes_off: Mapping[str, int]
    components: Mapping[str, Component]


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """What the report does about an item of PRISMA 2020.

    Attributes
    ----------
    status
        `reported`, `partly` or `not_done`.
    places
        What reports it: ids of sections, tables and figures; none where it is not done.
    note
        What is missing, or why it is not done; may be empty where it is reported.
    """

    section: str
    topic: str
    status: str
    places: tuple[str, ...]
    note: str


# Without slots, which leave no place to keep what is looked up often.
@dataclass(frozen=True)
class Evidence:
    """All coded evidence, valid and immutable; the only input of the analysis.

    Attributes
    ----------
    sources
        Source id to source, in the order of `sources.csv`; the baseline is among them.
    references
        Keys of `references.bib`.
    checklist
        Item of PRISMA 2020 to what the report does about it, in the order of the standard.
    version
        Of the data, as `datapackage.json` gives it.
    """

    sources: Mapping[str, Source]
    codings: tuple[Coding, ...]
    appraisals: tuple[Appraisal, ...]
    searches: tuple[Search, ...]
    screening: tuple[Record, ...]
    codebook: Codebook
    claims: Claims
    quantities: Quantities
    confidence: ConfidenceRules
    references: frozenset[str]
    checklist: Mapping[str, ChecklistItem]
    version: str

    def up_to(self, year: int) -> "Evidence":
        """Return the edition of `year`: the sources published up to it, with their codings."""
        return self._only({key for key, row in self.sources.items() if row.year <= year})

    def since(self, year: int) -> "Evidence":
        """Return the sources published after `year`, with their codings."""
        return self._only({key for key, row in self.sources.items() if row.year > year})

    def _only(self, source_ids: Set[str]) -> "Evidence":
        return replace(
            self,
            sources=MappingProxyType(
                {key: row for key, row in self.sources.items() if key in source_ids}
            ),
            codings=tuple(row for row in self.codings if row.source_id in source_ids),
            appraisals=tuple(row for row in self.appraisals if row.source_id in source_ids),
        )

    def baseline(self) -> Source:
        """Return the review that this report replicates."""
        return next(row for row in self.sources.values() if row.role == "baseline")

    def counted(self) -> frozenset[str]:
        """Return the ids of the sources that count: all but the baseline review itself."""
        return self._counted

    def agreed(self) -> Mapping[str, Appraisal]:
        """Return the reconciled appraisal of each counted source."""
        return self._agreed

    def agreed_codings(
        self,
        facet: str,
        codes: Iterable[str] | None = None,
        stances: Iterable[str] | None = None,
    ) -> tuple[Coding, ...]:
        """Return the reconciled codings of counted sources in `facet`, optionally narrowed."""
        wanted_codes = None if codes is None else frozenset(codes)
        wanted_stances = None if stances is None else frozenset(stances)
        return tuple(
            row
            for row in self._by_facet.get(facet, ())
            if (wanted_codes is None or row.code in wanted_codes)
            and (wanted_stances is None or row.stance in wanted_stances)
        )

    def holders(self) -> Mapping[tuple[str, str, str], frozenset[str]]:
        """Return the counted sources by the facet, code and stance of their agreed codings."""
        return self._holders

    def values(self, source_id: str, name: str) -> tuple[str, ...]:
        """Return the agreed values of an attribute, or of a field of `sources.csv`; none if empty.

        Several where the attribute may have several.
        """
        appraisal = self._agreed.get(source_id)
        row = self.sources[source_id] if name in Source.__dataclass_fields__ else appraisal
        value = getattr(row, name, ())
        if isinstance(value, tuple):
            return value
        return (str(value),) if value != "" else ()

    @cached_property
    def selected(self) -> dict[Selection, frozenset[str]]:
        """The selections looked up so far: a cache of `evidence.findings.selections`."""
        return {}

    @cached_property
    def _holders(self) -> Mapping[tuple[str, str, str], frozenset[str]]:
        found: dict[tuple[str, str, str], set[str]] = {}
        for rows in self._by_facet.values():
            for row in rows:
                found.setdefault((row.facet, row.code, row.stance), set()).add(row.source_id)
        return MappingProxyType({key: frozenset(ids) for key, ids in found.items()})

    @cached_property
    def _counted(self) -> frozenset[str]:
        return frozenset(key for key, row in self.sources.items() if row.role == "included")

    @cached_property
    def _agreed(self) -> Mapping[str, Appraisal]:
        return MappingProxyType(
            {
                row.source_id: row
                for row in self.appraisals
                if row.coder == AGREED and row.source_id in self._counted
            }
        )

    @cached_property
    def _by_facet(self) -> Mapping[str, list[Coding]]:
        found: dict[str, list[Coding]] = {}
        for row in self.codings:
            if row.coder == AGREED and row.source_id in self._counted:
                found.setdefault(row.facet, []).append(row)
        return found

    def studies(self, source_ids: Iterable[str]) -> frozenset[str]:
        """Return the studies that the sources report; several sources may report one."""
        return frozenset(self.sources[source_id].study for source_id in source_ids)

    def holding(
        self,
        facet: str,
        codes: Iterable[str] | None = None,
        stances: Iterable[str] | None = None,
    ) -> frozenset[str]:
        """Return the ids of the counted sources with such a coding; a source counts once."""
        return frozenset(row.source_id for row in self.agreed_codings(facet, codes, stances))
