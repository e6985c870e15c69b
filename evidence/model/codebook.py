"""What the codebook says, as immutable values: attributes, facets, roles, and who coded."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from evidence.model.claims import Everything, Selection

# What the codebooks read so far call codes and values, for those that are called by no rule. Words
# are made in a hundred places that know the code alone.
LABELS: dict[str, str] = {}


def _nothing() -> Mapping[str, Any]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Attribute:
    """A question asked once of each source, with its allowed values and their meanings.

    Attributes
    ----------
    multiple
        Whether a source may have several values.
    roles
        Name to the values that it stands for, such as the designs that are primary research.
    """

    question: str
    values: Mapping[str, str]
    multiple: bool = False
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=_nothing)

    def expand(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return values, the name of a role replaced by the values that it stands for."""
        return _expand(names, self.roles)


@dataclass(frozen=True, slots=True)
class Facet:
    """A group of codes, the stances in which a source can hold them, and their meanings.

    Attributes
    ----------
    roles
        Name to the stances that it stands for, such as those of a measured outcome.
    asked_of
        Only of sources that a coder takes for these is the question asked; by default of all.
    """

    question: str
    stances: Mapping[str, str]
    codes: Mapping[str, str]
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=_nothing)
    asked_of: Selection = field(default_factory=Everything)

    def expand(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return stances, the name of a role replaced by the stances that it stands for."""
        return _expand(names, self.roles)


def _expand(names: Iterable[str], roles: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(value for name in names for value in roles.get(name, (name,)))


@dataclass(frozen=True, slots=True)
class Codebook:
    """What can be coded, and who coded it.

    Attributes
    ----------
    coders
        Who coded, each alone.
    agreed
        The coder whose rows count: the reconciled judgement, or the only coder.
    people
        Who checked some of the sources, each alone and without seeing what the coders said. No
        finding counts what they say.
    effects
        What is asked of each measured effect, by attribute; none where effects are not coded.
    partial
        Coders who coded only part of the sources.
    ranking
        The attribute whose values, first to last, rank sources; empty where there is none.
    home, weak
        The sources from the country that the review is for, and those read only in part.
    """

    version: int
    coders: tuple[str, ...]
    agreed: str
    attributes: Mapping[str, Attribute]
    facets: Mapping[str, Facet]
    effects: Mapping[str, Attribute] = field(default_factory=_nothing)
    people: tuple[str, ...] = ()
    partial: tuple[str, ...] = ()
    ranking: str = ""
    home: Selection | None = None
    weak: Selection | None = None

    def selections(self) -> Mapping[str, Selection]:
        """Return the selections that the codebook gives a name."""
        named = {"home": self.home, "weak": self.weak}
        return {name: selection for name, selection in named.items() if selection}

    def words(self) -> Iterator[str]:
        """Yield what it calls attributes, facets, and all that can be said of them."""
        yield from (*self.attributes, *self.facets, *self.effects)
        for attribute in (*self.attributes.values(), *self.effects.values()):
            yield from (*attribute.values, *attribute.roles)
        for facet in self.facets.values():
            yield from (*facet.codes, *facet.stances, *facet.roles)

    def ranks(self) -> tuple[str, ...]:
        """Return the values by which sources are ranked, the weightiest first."""
        return tuple(self.attributes[self.ranking].values) if self.ranking else ()
