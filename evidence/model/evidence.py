"""The coded evidence as immutable values: what the tables, the codebook and the claims say.

Everything here is frozen; a finding, table or figure is a pure function of an `Evidence`.
"""

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType

from evidence.model.claims import Claims, Conditions, Selection
from evidence.model.codebook import Codebook
from evidence.model.declared import ConfidenceRules, Variant
from evidence.model.history import History

# The roles of a source; the baseline is the earlier review that this one takes up.
INCLUDED, BASELINE = "included", "baseline"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A document reviewed: one row of `sources.csv`, empty cells as empty strings.

    A column with a default may be missing from the table; a source is a study of its own unless
    the table says otherwise.
    """

    source_id: str
    type: str = ""
    authors: str
    year: int
    title: str
    container: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    publisher: str = ""
    place: str = ""
    doi: str = ""
    url: str = ""
    country: str = ""
    study: str
    role: str = INCLUDED
    basis: str = ""
    url_read: str = ""
    read_on: str = ""
    bibliography_checked: str = ""


@dataclass(frozen=True, slots=True)
class Coding:
    """A source holding a code in a stance, by one coder: one row of `codings.csv`."""

    source_id: str
    coder: str
    facet: str
    code: str
    stance: str
    locator: str = ""
    gist: str = ""
    reconciled: str = ""


@dataclass(frozen=True, slots=True)
class Appraisal:
    """What one coder says of a source as a whole: one row of `appraisals.csv`.

    Attributes
    ----------
    values
        Attribute of the codebook to its values: none where the cell is empty, several only for
        an attribute that allows it.
    """

    source_id: str
    coder: str
    values: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Effect:
    """A measured outcome of a source, by one coder: one row of `effects.csv`.

    Attributes
    ----------
    values
        Each attribute that the codebook asks of an effect to its values, as in an appraisal.
    sample, effect
        As the text prints them; empty where it gives none.
    follow_up_months
        None where the text does not say.
    """

    source_id: str
    coder: str
    values: Mapping[str, tuple[str, ...]]
    sample: str = ""
    effect: str = ""
    follow_up_months: int | None = None
    locator: str = ""
    gist: str = ""
    reconciled: str = ""

    def meets(self, conditions: Conditions) -> bool:
        """Say whether it has, of each attribute, one of the values."""
        for name, wanted in conditions:
            if frozenset(wanted).isdisjoint(self.values.get(name, ())):
                return False
        return True


@dataclass(frozen=True, slots=True)
class Search:
    """One query of one search: one row of `searches.csv`, which may leave out the day."""

    search: str
    seq: int
    collection: str
    query: str
    results: int
    searched_on: str = ""


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
class Quantities:
    """The words for quantities: word to bound, the first that holds counts.

    `words` are for a share of at least `minimum` sources, below which only counts are given;
    `changes` for a change between editions, and `comparisons` for later less earlier.
    """

    minimum: int
    words: Mapping[str, str]
    changes: Mapping[str, str]
    comparisons: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """What the report does about an item of a checklist: `reported`, `partly` or `not_done`.

    It is reported in places, by the ids of sections, tables and figures; a note says what is
    missing, or why it is not done.
    """

    section: str
    topic: str
    status: str
    places: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class AiUse:
    """A use of artificial intelligence in the review, as its authors disclose it.

    It is told in places, by the ids of sections, tables and figures. What nobody wrote down is
    disclosed too: as not recorded.
    """

    task: str
    tool: str
    version: str
    dates: str
    how: str
    oversight: str
    validation: str
    limits: str
    places: tuple[str, ...]


# Without slots, which leave no place to keep what is looked up often.
@dataclass(frozen=True, repr=False)
class Evidence:
    """All coded evidence, valid and immutable; the only input of findings.

    Attributes
    ----------
    sources
        Source id to source, in the order of `sources.csv`; the baseline is among them.
    effect_key
        The attributes that tell one effect of a source from its others, as the table's key has it.
    references
        Keys of `references.bib`.
    variants
        By name, in the order of `variants.yml`.
    checklists
        Name of a checklist, such as `prisma`, to its items in the order of the standard, each with
        what the report does about it.
    ai_uses
        By name, in the order of `ai-use.yml`.
    history
        The releases so far.
    version
        Of the data, as `datapackage.json` gives it.
    edition
        The year up to which sources are among these; none where all of the review's are.
    """

    sources: Mapping[str, Source]
    codings: tuple[Coding, ...]
    effects: tuple[Effect, ...]
    effect_key: tuple[str, ...]
    appraisals: tuple[Appraisal, ...]
    searches: tuple[Search, ...]
    screening: tuple[Record, ...]
    codebook: Codebook
    claims: Claims
    quantities: Quantities
    confidence: ConfidenceRules
    variants: Mapping[str, Variant]
    references: frozenset[str]
    checklists: Mapping[str, Mapping[str, ChecklistItem]]
    ai_uses: Mapping[str, AiUse]
    history: History
    version: str
    edition: int | None = None

    def __repr__(self) -> str:
        counted, codings = len(self.counted()), len(self.codings)
        return f"<Evidence {self.version}: sources that count {counted:,}, codings {codings:,}>"

    def up_to(self, year: int) -> "Evidence":
        """Return the edition of `year`: the sources published up to it, with their codings."""
        return self._edition(year)[0]

    def since(self, year: int) -> "Evidence":
        """Return the sources published after `year`, with their codings."""
        return self._edition(year)[1]

    def as_coded_by(self, coder: str) -> "Evidence":
        """Return the evidence with the codings and appraisals of this coder for the agreed ones."""
        return replace(self, codebook=replace(self.codebook, agreed=coder))

    def without(self, source_ids: Collection[str]) -> "Evidence":
        """Return the evidence as if these sources had never been found."""
        return self._only(self.sources.keys() - source_ids)

    def _edition(self, year: int) -> "tuple[Evidence, Evidence]":
        """Return the sources up to a year and those after it, made once."""
        if year not in self._editions:
            older = {key for key, row in self.sources.items() if row.year <= year}
            then = replace(self._only(older), edition=year)
            self._editions[year] = then, self._only(self.sources.keys() - older)
        return self._editions[year]

    @cached_property
    def _editions(self) -> "dict[int, tuple[Evidence, Evidence]]":
        return {}

    def _only(self, source_ids: Set[str]) -> "Evidence":
        return replace(
            self,
            sources=MappingProxyType(
                {key: row for key, row in self.sources.items() if key in source_ids}
            ),
            codings=tuple(row for row in self.codings if row.source_id in source_ids),
            effects=tuple(row for row in self.effects if row.source_id in source_ids),
            appraisals=tuple(row for row in self.appraisals if row.source_id in source_ids),
        )

    def baseline(self) -> Source | None:
        """Return the earlier review that this one takes up, if there is one."""
        return next((row for row in self.sources.values() if row.role == BASELINE), None)

    def first_year(self) -> int:
        """Return the year of the first edition.

        That is the baseline's, or where there is none that of the newest source, so that the
        first edition is the only one.
        """
        baseline = self.baseline()
        years = (row.year for row in self.sources.values())
        return baseline.year if baseline else max(years, default=0)

    def counted(self) -> frozenset[str]:
        """Return the ids of the sources that count: all but the baseline itself."""
        return self._counted

    def values(self, source_id: str, name: str) -> tuple[str, ...]:
        """Return the agreed values of an attribute of a source, or its field of `sources.csv`."""
        if name in self.codebook.attributes:
            appraisal = self.agreed.get(source_id)
            return appraisal.values.get(name, ()) if appraisal else ()
        cell = getattr(self.sources[source_id], name)
        return (str(cell),) if cell else ()

    def having(self, name: str, values: Iterable[str] = ()) -> frozenset[str]:
        """Return the counted sources that have one of these values, or any if none are given.

        Parameters
        ----------
        name
            An attribute of the codebook, or a field of `sources.csv`.
        """
        if name not in self._by_value:
            found: dict[str, set[str]] = {}
            for key in self._counted:
                for value in self.values(key, name):
                    found.setdefault(value, set()).add(key)
            self._by_value[name] = {value: frozenset(keys) for value, keys in found.items()}
        by_value = self._by_value[name]
        wanted = tuple(values) or by_value
        return frozenset().union(*(by_value.get(value, ()) for value in wanted))

    @cached_property
    def _by_value(self) -> dict[str, Mapping[str, frozenset[str]]]:
        return {}

    def ranked(self, source_ids: Iterable[str]) -> list[str]:
        """Return sources by rank: the weightier first, of those the newer, then by their id.

        What weighs is the attribute that the codebook names for it; those without it come last.
        """
        name = self.codebook.ranking
        order = {value: place for place, value in enumerate(self.codebook.ranks())}

        def rank(source_id: str) -> tuple[int, int, str]:
            values = self.values(source_id, name) if name else ()
            weight = min((order[value] for value in values), default=len(order))
            return weight, -self.sources[source_id].year, source_id

        return sorted(source_ids, key=rank)

    def agreed_codings(
        self,
        facet: str,
        codes: Iterable[str] | None = None,
        stances: Iterable[str] | None = None,
    ) -> tuple[Coding, ...]:
        """Return the agreed codings of counted sources in `facet`, optionally narrowed.

        The name of a role stands for its stances.
        """
        wanted_codes = None if codes is None else frozenset(codes)
        known = self.codebook.facets.get(facet)
        wanted_stances = None if stances is None else frozenset(stances)
        if known and wanted_stances is not None:
            wanted_stances = frozenset(known.expand(wanted_stances))
        return tuple(
            row
            for row in self._by_facet.get(facet, ())
            if (wanted_codes is None or row.code in wanted_codes)
            and (wanted_stances is None or row.stance in wanted_stances)
        )

    @cached_property
    def agreed_effects(self) -> tuple[Effect, ...]:
        """The agreed effects of counted sources."""
        agreed, counted = self.codebook.agreed, self._counted
        return tuple(
            row for row in self.effects if row.coder == agreed and row.source_id in counted
        )

    def effects_with(self, conditions: Conditions) -> tuple[Effect, ...]:
        """Return the agreed effects of counted sources that meet all conditions, in their order."""
        found = set(range(len(self.agreed_effects)))
        for name, wanted in conditions:
            by_value = self._effects_by_value.get(name, {})
            found &= set[int]().union(*(by_value.get(value, ()) for value in wanted))
        return tuple(self.agreed_effects[place] for place in sorted(found))

    @cached_property
    def _effects_by_value(self) -> Mapping[str, Mapping[str, Sequence[int]]]:
        found: dict[str, dict[str, list[int]]] = {}
        for place, row in enumerate(self.agreed_effects):
            for name, values in row.values.items():
                by_value = found.setdefault(name, {})
                for value in values:
                    by_value.setdefault(value, []).append(place)
        return found

    @cached_property
    def selected(self) -> dict[Selection, frozenset[str]]:
        """The selections looked up so far: a cache of `evidence.findings.selections`."""
        return {}

    @cached_property
    def worked_out(self) -> dict[Hashable, object]:
        """What took time and is asked for again: a cache of `evidence.findings`."""
        return {}

    def holding(
        self,
        facet: str,
        codes: Iterable[str] | None = None,
        stances: Iterable[str] | None = None,
    ) -> frozenset[str]:
        """Return the ids of the counted sources with such a coding; a source counts once."""
        known = self.codebook.facets.get(facet)
        wanted_codes = None if codes is None else {*codes}
        wanted = None if stances is None else {*(known.expand(stances) if known else stances)}
        return frozenset().union(
            *(
                found
                for (held, code, stance), found in self.holders.items()
                if held == facet
                and (wanted_codes is None or code in wanted_codes)
                and (wanted is None or stance in wanted)
            )
        )

    def studies(self, source_ids: Iterable[str]) -> frozenset[str]:
        """Return the studies that the sources report; several sources may report one."""
        return frozenset(self.sources[source_id].study for source_id in source_ids)

    @cached_property
    def _counted(self) -> frozenset[str]:
        return frozenset(key for key, row in self.sources.items() if row.role == INCLUDED)

    @cached_property
    def agreed(self) -> Mapping[str, Appraisal]:
        """The agreed appraisal of each counted source that has one."""
        return MappingProxyType(
            {
                row.source_id: row
                for row in self.appraisals
                if row.coder == self.codebook.agreed and row.source_id in self._counted
            }
        )

    @cached_property
    def _by_facet(self) -> Mapping[str, list[Coding]]:
        found: dict[str, list[Coding]] = {}
        agreed = self.codebook.agreed
        for row in self.codings:
            if row.coder == agreed and row.source_id in self._counted:
                found.setdefault(row.facet, []).append(row)
        return found

    @cached_property
    def holders(self) -> Mapping[tuple[str, str, str], frozenset[str]]:
        """The counted sources by the facet, code and stance of their agreed codings."""
        found: dict[tuple[str, str, str], set[str]] = {}
        for rows in self._by_facet.values():
            for row in rows:
                found.setdefault((row.facet, row.code, row.stance), set()).add(row.source_id)
        return MappingProxyType({key: frozenset(ids) for key, ids in found.items()})
