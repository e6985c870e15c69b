"""What claims.yml says, as immutable values: selections of sources, numbers, rules and claims.

A selection describes a set of sources; `evidence.findings.selections` finds them in the evidence.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Everything:
    """All counted sources."""


@dataclass(frozen=True, slots=True)
class Held:
    """The sources with an agreed coding of a facet.

    Attributes
    ----------
    facet
        Empty for any; so only among `SameCoding.parts`.
    codes, stances
        The coding has one of them; empty for any.
    """

    facet: str
    codes: tuple[str, ...] = ()
    stances: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Having:
    """The sources with one of these values of an attribute, or of a field of sources.csv.

    Attributes
    ----------
    values
        Empty for the sources of which nothing is stated.
    """

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AllOf:
    """The sources in each of the parts."""

    parts: tuple["Selection", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """The sources in one or more of the parts."""

    parts: tuple["Selection", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The counted sources that are not in a selection."""

    part: "Selection"


@dataclass(frozen=True, slots=True)
class SameCoding:
    """The sources with one agreed coding that meets every part; the parts speak of codings only."""

    parts: tuple["Selection", ...]


@dataclass(frozen=True, slots=True)
class Named:
    """A selection under the name that the file gives it."""

    name: str
    selection: "Selection"


Selection = Everything | Held | Having | AllOf | AnyOf | Not | SameCoding | Named
