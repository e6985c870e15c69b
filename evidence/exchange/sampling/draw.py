"""A sample of the sources, drawn so that the same seed gives the same sample anywhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from evidence.model.evidence import Evidence, Source
from evidence.model.faults import DataFaults, Fault, FaultCode, nearest, quote

ALL = "all sources"
NOT_STATED = "not stated"


@dataclass(frozen=True, slots=True)
class Stratum:
    """Sources that are alike, and those of them that were drawn."""

    name: str
    size: int
    drawn: tuple[str, ...]


def draw(evidence: Evidence, share: float, seed: int, stratify: str = "") -> tuple[Stratum, ...]:
    """Draw a share of the sources that count, from each stratum in proportion.

    Sources stand in an order that only the seed and their ids decide, and the first are taken: one
    source more in the data leaves the rest of the sample as it was.

    Parameters
    ----------
    share
        Above 0 and up to 1; at least one source is drawn, and one of each stratum where the share
        is as many sources as there are strata.
    stratify
        An attribute with one value a source, or a column of sources.csv.

    Raises
    ------
    DataFaults
        There is no such attribute or column, or it has several values a source.
    """
    strata = _strata(evidence, stratify)
    total = sum(map(len, strata.values()))
    wanted = max(1, int(share * total + 0.5)) if total else 0
    taken = _allocate({name: len(ids) for name, ids in strata.items()}, wanted)
    return tuple(
        Stratum(name, len(ids), tuple(sorted(ids, key=lambda one: _rank(seed, one))[: taken[name]]))
        for name, ids in strata.items()
    )


def _rank(seed: int, source_id: str) -> bytes:
    return sha256(f"{seed}:{source_id}".encode()).digest()


def _strata(evidence: Evidence, stratify: str) -> Mapping[str, list[str]]:
    """Return the sources of each stratum: in the order of the codebook, or sorted by its name."""
    codebook, counted = (
        evidence.codebook,
        [*filter(evidence.counted().__contains__, evidence.sources)],
    )
    attribute = codebook.attributes.get(stratify)
    single = [name for name, row in codebook.attributes.items() if not row.multiple]
    options = (*single, *Source.__dataclass_fields__)
    if stratify and stratify not in options:
        known = "has several values a source" if attribute else "is no attribute and no column"
        message, near = f"{quote(stratify)} {known}", nearest(stratify, options)
        allowed = ", ".join((*single, "a column of sources.csv"))
        raise DataFaults(
            [Fault("--stratify", 0, "", FaultCode.UNKNOWN_ATTRIBUTE, message, allowed, near)]
        )
    if not stratify:
        return {ALL: counted} if counted else {}
    found: dict[str, list[str]] = {}
    for source_id in counted:
        value = " ".join(evidence.values(source_id, stratify)) or NOT_STATED
        found.setdefault(value, []).append(source_id)
    order = [*(attribute.values if attribute else ())]
    return {
        name: found[name]
        for name in sorted(
            found, key=lambda name: (order.index(name) if name in order else 99, name)
        )
    }


def _allocate(sizes: Mapping[str, int], wanted: int) -> Mapping[str, int]:
    """Return how many to draw of each stratum: one of each if there are so many, then by size."""
    total = sum(sizes.values())
    given = dict.fromkeys(sizes, int(wanted >= len(sizes)))

    def owed(name: str) -> int:
        return wanted * sizes[name] - given[name] * total

    for _ in range(wanted - sum(given.values())):
        open_ = [name for name in sizes if given[name] < sizes[name]]
        given[max(open_, key=owed)] += 1
    return given
