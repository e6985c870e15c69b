"""The releases of a report: what was published when and why, and what had changed.

Immutable values, like all of the evidence. A release has a version and a git tag; an edition, which
is something else, is the sources up to a year.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

# As Semantic Versioning 2.0.0 has it, without what is told of a build.
_NUMBER = r"(?:0|[1-9][0-9]*)"
_VERSION = re.compile(
    rf"(?P<numbers>{_NUMBER}(?:\.{_NUMBER}){{2}})(?:-(?P<early>[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?"
)
DATA = (
    "sources added", "sources removed", "sources recoded", "codings added", "codings removed",
    "effects changed",
)  # fmt: skip
"""What is counted of the data that changed."""

Rank = tuple[tuple[int, ...], bool, tuple[tuple[bool, int, str], ...]]


@dataclass(frozen=True, slots=True)
class VerdictChange:
    """A claim with another verdict than before; empty where there was or is no such claim."""

    claim_id: str
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed from one release to the next, computed when the later one was made.

    Attributes
    ----------
    since
        The version of the earlier release.
    data
        Numbers by the names of `DATA`.
    verdicts, numbers
        Claims with another verdict, and how many more have other numbers.
    rules
        Claims and measures that are counted otherwise, and claims with other bounds.
    settings
        How many other entries of codebook and rules are told otherwise.
    sentences
        How many sentences of the chapters are written anew, added or gone.
    come, gone
        Authors.
    """

    since: str
    data: Mapping[str, int]
    verdicts: tuple[VerdictChange, ...]
    numbers: int
    rules: tuple[str, ...]
    settings: int
    sentences: int
    come: tuple[str, ...]
    gone: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Release:
    """A state of the report that was published.

    Attributes
    ----------
    date
        As YYYY-MM-DD.
    trigger
        What set it off, in a sentence; empty where nobody said.
    data_version
        Of the data, as `datapackage.json` gave it.
    sources
        How many counted.
    changes
        None for the first, and where the data of the earlier one could not be read.
    """

    version: str
    date: str
    tag: str
    trigger: str
    authors: tuple[str, ...]
    data_version: str
    sources: int
    changes: Changes | None = None


@dataclass(frozen=True, slots=True)
class History:
    """The releases, the newest first, and after how many months a search is due again."""

    search_every: int
    releases: tuple[Release, ...] = ()


def is_version(text: str) -> bool:
    """Say whether a text is a version such as 1.2.0 or 2.0.0-rc.1."""
    return bool(_VERSION.fullmatch(text))


def rank(version: str) -> Rank:
    """Return what puts versions in order, as Semantic Versioning does."""
    found = _VERSION.fullmatch(version)
    if not found:
        raise ValueError(f"{version!r} is no version")
    early = found["early"]
    parts = tuple(
        (not part.isdecimal(), int(part) if part.isdecimal() else 0, part)
        for part in (early or "").split(".")
    )
    return tuple(map(int, found["numbers"].split("."))), not early, parts
