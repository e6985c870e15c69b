"""What claims.yml says, and what becomes of it, as immutable values.

A selection describes a set of sources, a number counts them, a rule says which numbers a claim
turns on, and a finding is a claim judged. `evidence.findings` finds, counts and judges.
"""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar


class _HashedOnce:
    """What is looked up often and made of many parts, all of which its hash goes through."""

    __slots__ = ("_hash",)
    __dataclass_fields__: ClassVar[dict[str, Any]]
    _hash: int

    def __init_subclass__(cls) -> None:
        # Where a dataclass finds one of the class's own, it makes none.
        cls.__hash__ = _HashedOnce.__hash__  # type: ignore[method-assign]

    def __hash__(self) -> int:
        try:
            return self._hash
        except AttributeError:
            parts = (getattr(self, name) for name in self.__dataclass_fields__)
            object.__setattr__(self, "_hash", hash((type(self).__name__, *parts)))
            return self._hash


@dataclass(frozen=True, slots=True)
class Everything:
    """All counted sources."""


@dataclass(frozen=True, slots=True)
class Held(_HashedOnce):
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
class Having(_HashedOnce):
    """The sources with one of these values of an attribute, or of a field of sources.csv.

    Attributes
    ----------
    values
        Empty for the sources of which nothing is stated.
    """

    name: str
    values: tuple[str, ...]


Conditions = tuple[tuple[str, tuple[str, ...]], ...]
"""Attributes of an effect, each with the values of which it has one."""


@dataclass(frozen=True, slots=True)
class WithEffects(_HashedOnce):
    """The sources that report an agreed effect, of studies whose effects came out so.

    Attributes
    ----------
    where
        The effects meant.
    mostly, never
        What more than half of a study's effects meant have, or none has; empty for any.
    """

    where: Conditions
    mostly: Conditions = ()
    never: Conditions = ()


@dataclass(frozen=True, slots=True)
class AllOf(_HashedOnce):
    """The sources in each of the parts."""

    parts: tuple["Selection", ...]


@dataclass(frozen=True, slots=True)
class AnyOf(_HashedOnce):
    """The sources in one or more of the parts."""

    parts: tuple["Selection", ...]


@dataclass(frozen=True, slots=True)
class Not(_HashedOnce):
    """The counted sources that are not in a selection."""

    part: "Selection"


@dataclass(frozen=True, slots=True)
class SameCoding(_HashedOnce):
    """The sources with one agreed coding that meets every part; the parts speak of codings only."""

    parts: tuple["Selection", ...]


@dataclass(frozen=True, slots=True)
class Named(_HashedOnce):
    """A selection under the name that the file gives it."""

    name: str
    selection: "Selection"


Selection = Everything | Held | Having | WithEffects | AllOf | AnyOf | Not | SameCoding | Named

SOURCE, STUDY = "source", "study"
COUNT, SHARE, PART, RATIO = "count", "share", "part", "ratio"


@dataclass(frozen=True, slots=True)
class Count(_HashedOnce):
    """How many sources, or studies, are in a selection."""

    selection: Selection
    unit: str = SOURCE


@dataclass(frozen=True, slots=True)
class Codes(_HashedOnce):
    """How many codes of a facet at least so many sources of a selection hold in a stance.

    Attributes
    ----------
    codes, stances
        Those that count; empty for any.
    """

    facet: str
    codes: tuple[str, ...]
    stances: tuple[str, ...]
    held_by: int
    within: "Selection" = Everything()


@dataclass(frozen=True, slots=True)
class Quotient(_HashedOnce):
    """One count over another.

    Attributes
    ----------
    kind
        `share` or `part`, of a whole; or `ratio`, of any two.
    counted
        What is counted, as the rule says it; in a part or share, `of` is what of it is in `to`.
    decimals
        How many it is written with.
    """

    kind: str
    counted: Selection
    of: Count
    to: Count
    decimals: int = 0


@dataclass(frozen=True, slots=True)
class Ranked:
    """The number that stands at a rank among others, the largest being the first."""

    rank: int
    names: tuple[str, ...]


Number = Count | Codes | Quotient | Ranked


@dataclass(frozen=True, slots=True)
class Rule:
    """What is counted for a claim.

    Attributes
    ----------
    numbers
        Name to number, as thresholds and prose may ask for it.
    main
        The names of the numbers that tell in short what was counted.
    base
        What is counted among; below the claim's minimum there is no verdict.
    supporting, contrary
        The sources that speak for the statement and against it; none against it where None.
    """

    numbers: Mapping[str, Number]
    main: tuple[str, ...]
    base: Count
    supporting: Selection
    contrary: Selection | None


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement with the rule that the data can pass or fail.

    Attributes
    ----------
    name
        What chapters call it, a name of Python.
    minimum
        Lowest number to count among; below it the verdict is `no-data`.
    supported, partly
        Name of a number to comparison, such as ``{"share": ">= 0.50"}``; all must hold.
    exploratory
        Whether the rule was made up after the data were seen.
    """

    claim_id: str
    name: str
    section: str
    statement: str
    minimum: int
    supported: Mapping[str, str]
    partly: Mapping[str, str]
    rule: Rule
    exploratory: bool = False

    def judged(self) -> tuple[Count | Codes | Quotient, ...]:
        """Return the numbers that have thresholds; of a rank, all that it ranks."""
        numbers = self.rule.numbers
        names: list[str] = []
        for name in {**self.supported, **self.partly}:
            number = numbers[name]
            names += number.names if isinstance(number, Ranked) else (name,)
        return tuple(row for row in map(numbers.get, names) if row and not isinstance(row, Ranked))


@dataclass(frozen=True, slots=True)
class Measure:
    """A number that is counted without a verdict.

    Attributes
    ----------
    by
        An attribute by whose values it is counted too, or an empty string.
    exploratory
        Whether it was made up after the data were seen.
    """

    number: Count | Codes | Quotient
    by: str = ""
    exploratory: bool = True


@dataclass(frozen=True, slots=True)
class Claims:
    """All of `claims.yml`, in its order.

    Attributes
    ----------
    prefix
        What stands before the numbers of claims in the report: the B of B1.
    selections
        Those that have a name.
    """

    version: int
    fixed_on: str
    prefix: str
    selections: Mapping[str, Selection]
    claims: Mapping[str, Claim]
    measures: Mapping[str, Measure]

    def ids(self) -> Mapping[str, str]:
        """Return the id of each claim by its name and by the id itself."""
        return {name: key for key, row in self.claims.items() for name in (row.name, key)}

    def entries(self) -> Mapping[str, str]:
        """Return the number of each claim in the report: B1, B2 and so on."""
        return {claim_id: f"{self.prefix}{n}" for n, claim_id in enumerate(self.claims, 1)}

    def measure_entries(self) -> Mapping[str, str]:
        """Return the number of each measure in the report, which go on from those of the claims."""
        first = len(self.claims) + 1
        return {name: f"{self.prefix}{n}" for n, name in enumerate(self.measures, first)}


# From the weakest verdict to the strongest. Too few sources to judge is the least that can be said.
NO_DATA, NOT_SUPPORTED, PARTLY, SUPPORTED = "no-data", "not-supported", "partly", "supported"
STRENGTH = (NO_DATA, NOT_SUPPORTED, PARTLY, SUPPORTED)
SILENT = "silent"

COMPARISONS = {">=": operator.ge, ">": operator.gt, "<=": operator.le, "<": operator.lt}


@dataclass(frozen=True, slots=True)
class Value:
    """A number that a rule counts: a count over one, or a quotient of two counts.

    Attributes
    ----------
    kind
        `count`; `share`, a part of a whole in per cent; `part`, the same in two counts ("3 of 8");
        or `ratio`.
    decimals
        How many it needs in writing, as where it lies close to a threshold.
    """

    numerator: int
    denominator: int = 1
    kind: str = COUNT
    decimals: int = 0

    def __float__(self) -> float:
        """Return the quotient; of nothing, 0."""
        return self.numerator / self.denominator if self.denominator else 0.0


@dataclass(frozen=True, slots=True)
class Finding:
    """A claim judged on one edition of the evidence.

    Attributes
    ----------
    edition
        The year up to which sources count.
    silent
        True where the verdict is `not-supported` and no source says the contrary: the texts read
        do not speak to it, which is no denial.
    close
        True where one source more or fewer in what is counted would give another verdict.
    values
        Name to number, as thresholds and prose may ask for it.
    main
        The names of the values that tell in short what was counted.
    supporting, contrary
        Source ids, sorted.
    codes
        The codes, with their facet, and values, with their attribute, that the finding leans on.
    """

    claim_id: str
    section: str
    statement: str
    edition: int
    verdict: str
    silent: bool
    close: bool
    values: Mapping[str, Value]
    main: tuple[str, ...]
    supporting: tuple[str, ...]
    contrary: tuple[str, ...]
    codes: frozenset[tuple[str, str]]

    @property
    def outcome(self) -> str:
        """Return the verdict, or `silent` where the texts do not speak to the claim."""
        return SILENT if self.silent else self.verdict


def holds(value: float, condition: str) -> bool:
    """Say whether a value meets a condition such as ``>= 0.50``."""
    compare, threshold = _bound(condition)
    return bool(compare(value, threshold))


@cache
def _bound(condition: str) -> tuple[Callable[[float, float], Any], float]:
    comparison, _, threshold = condition.partition(" ")
    return COMPARISONS[comparison], float(threshold)
