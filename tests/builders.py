"""Hand-made evidence: a few sources with the codings a test needs, and the real codebook."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from evidence.model.claims_file import read_claims
from evidence.model.evidence import Appraisal, Coding, Effect, Evidence, Source
from evidence.model.faults import Fault
from evidence.model.selection_file import SelectionReader, SourceField


def source(source_id: str, year: int = 2010, role: str = "included", **fields: str) -> Source:
    """Make a source, a study of its own, every other field empty."""
    empty = dict.fromkeys(Source.__dataclass_fields__, "")
    cells: dict[str, Any] = {**empty, "study": source_id, **fields}
    return Source(**{**cells, "source_id": source_id, "role": role, "year": year})


def appraisal(source_id: str, coder: str = "agreed", **appraised: str | Sequence[str]) -> Appraisal:
    """Make an appraisal: a survey in schools of low weight where nothing else is said."""
    cells = {"design": "survey", "sector": "schools", "weight": "low", "groups": (), "voices": ()}
    values = {
        name: (held,) if isinstance(held, str) else tuple(held)
        for name, held in {**cells, **appraised}.items()
    }
    return Appraisal(source_id, coder, values)


def codings(source_id: str, *held: str, coder: str = "agreed", gist: str = "") -> list[Coding]:
    """Make a coding of each ``facet:code:stance``."""
    said = gist or f"What {source_id} says"
    found = []
    for text in held:
        facet, code, stance = text.split(":")
        found.append(Coding(source_id, coder, facet, code, stance, "abstract", said, ""))
    return found


def with_claims(evidence: Evidence, folder: Path, text: str) -> Evidence:
    """Return the evidence with the claims that a text in the form of claims.yml has.

    Parameters
    ----------
    folder
        Where the text is written, to be read.
    """
    path = folder / "claims.yml"
    path.write_text(f"version: 1\nfixed_on: 2020-01-01\n{text}", encoding="utf-8")
    faults: list[Fault] = []
    codebook = evidence.codebook
    reader = SelectionReader(codebook, {"country": SourceField()}, codebook.selections())
    claims = read_claims(path, faults, reader)
    assert not faults, "\n".join(map(str, faults))
    assert claims
    return replace(evidence, claims=claims)


class Builder:
    """Evidence built source by source on the real codebook and claims."""

    def __init__(self, real: Evidence) -> None:
        baseline = source("brown2006", 2006, "baseline", authors="Brown")
        self._frame = replace(real, sources={}, codings=(), effects=(), appraisals=())
        self.sources: dict[str, Source] = {baseline.source_id: baseline}
        self.codings: list[Coding] = []
        self.effects: list[Effect] = []
        self.appraisals: list[Appraisal] = [appraisal("brown2006", design="literature-review")]

    def add(
        self,
        source_id: str,
        *held: str,
        year: int = 2010,
        fields: Mapping[str, str] | None = None,
        **appraised: Any,
    ) -> "Builder":
        """Add a source with agreed codings and appraisal."""
        self.sources[source_id] = source(source_id, year, **(fields or {}))
        self.appraisals.append(appraisal(source_id, **appraised))
        return self.code(source_id, *held)

    def many(self, number: int, *held: str, start: int = 0, **appraised: Any) -> "Builder":
        """Add `number` like sources: s0, s1, and so on from `start`."""
        for position in range(start, start + number):
            self.add(f"s{position}", *held, **appraised)
        return self

    def code(self, source_id: str, *held: str, coder: str = "agreed", gist: str = "") -> "Builder":
        """Add codings to a source already there."""
        self.codings += codings(source_id, *held, coder=coder, gist=gist)
        return self

    def effect(
        self,
        source_id: str,
        outcome: str = "safety",
        direction: str = "better",
        *,
        coder: str = "agreed",
        told: Mapping[str, Any] | None = None,
        **values: str | Sequence[str],
    ) -> "Builder":
        """Add a measured effect, on children by chance where nothing else is said."""
        cells = {"population": "children", "form": "team", "comparison": "randomised", **values}
        held = {"outcome": outcome, **cells, "direction": direction}
        tuples = {name: (of,) if isinstance(of, str) else tuple(of) for name, of in held.items()}
        self.effects.append(Effect(source_id, coder, tuples, **(told or {})))
        return self

    def appraise(self, source_id: str, coder: str, **appraised: Any) -> "Builder":
        """Add a coder's own appraisal of a source already there."""
        self.appraisals.append(appraisal(source_id, coder, **appraised))
        return self

    def build(self) -> Evidence:
        """Return the evidence so far."""
        return replace(
            self._frame,
            sources=dict(self.sources),
            codings=tuple(self.codings),
            effects=tuple(self.effects),
            appraisals=tuple(self.appraisals),
        )
