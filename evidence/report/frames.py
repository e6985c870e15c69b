"""A review opened in Python: its evidence and findings as data frames, figures and tables."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import astuple, fields
from functools import cached_property, partial
from html import escape
from importlib import import_module
from inspect import isfunction, signature
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evidence.findings.agreement import TENTATIVE_BELOW, agreements, code_agreements
from evidence.findings.confidence import confidence
from evidence.findings.measures import measures
from evidence.findings.verdicts import Editions, judge_editions
from evidence.model.claims import STRENGTH
from evidence.model.codebook import Attribute
from evidence.model.edition import VARIABLE, as_of
from evidence.model.evidence import Appraisal, Coding, Effect, Evidence, Source
from evidence.model.load import load
from evidence.model.package import FILE
from evidence.report.framed import framed
from evidence.words import count, headline, verdict

if TYPE_CHECKING:
    import pandas as pd

DATA = "data"

_MISSING = (None, None)

# The edition asked for, and of each file its name, time and size.
_State = tuple[str, tuple[tuple[str, int, int], ...]]
_opened: dict[Path, tuple[_State, Review]] = {}
_stand_ins: list[Review] = []


@contextmanager
def standing_in(review: Review) -> Iterator[None]:
    """Let whoever opens a review get this one: what chapters import speaks of another state."""
    _stand_ins.append(review)
    try:
        yield
    finally:
        _stand_ins.pop()


def open_review(start: Path) -> Review:
    """Return the review that a path belongs to; see `evidence.open`."""
    if _stand_ins:
        return _stand_ins[-1]
    start = start.resolve()
    folders = (data for path in (start, *start.parents) for data in (path / DATA, path))
    data = next((folder for folder in folders if (folder / FILE).is_file()), None)
    if data is None:
        raise FileNotFoundError(
            f"no {DATA}/{FILE} in {start} or any folder above it; "
            "name a folder of the project: evidence.open('path/to/project')"
        )
    files = [(path.name, path.stat()) for path in sorted(data.iterdir()) if path.is_file()]
    asked = os.environ.get(VARIABLE, "")
    state = asked, tuple((name, status.st_mtime_ns, status.st_size) for name, status in files)
    if data not in _opened or _opened[data][0] != state:
        evidence = load(data)
        _opened[data] = state, Review(as_of(evidence, asked) if asked else evidence, data)
    return _opened[data][1]


class Review:
    """A review's evidence and what it says of its claims.

    Parameters
    ----------
    evidence
        All coded evidence, as immutable Python values.
    folder
        Where its data are.
    judged
        Its findings, where they are known.
    """

    def __init__(self, evidence: Evidence, folder: Path, judged: Editions | None = None) -> None:
        self.evidence = evidence
        self.folder = folder
        self._judged = judged

    @cached_property
    def editions(self) -> Editions:
        """The findings as Python values: `then`, on the baseline's edition, and `now`."""
        return self._judged or judge_editions(self.evidence)

    @cached_property
    def findings(self) -> pd.DataFrame:
        """Each claim judged: a row a claim and edition, the earlier edition first.

        Notes
        -----
        ==================== ============================================================
        claim_id, section,   text
        statement
        edition              integer: the year up to which sources count
        verdict              ordered category, from `no-data` to `supported`
        said                 text: the verdict as the report words it
        silent, close        true or false: hardly any text speaks to it; one source more
                             or fewer would change the verdict
        counted              text: what was counted, in one phrase
        confidence           text: the level; empty without declared rules, verdict or source
        supporting, contrary tuple of source ids
        ==================== ============================================================
        """
        editions = self.editions
        then = self.evidence.up_to(self.evidence.first_year())
        both = then.sources != self.evidence.sources
        judged = [(then, row) for row in editions.then.values()] if both else []
        judged += [(self.evidence, row) for row in editions.now.values()]
        frame = framed(
            [
                {
                    "claim_id": row.claim_id,
                    "section": row.section,
                    "statement": row.statement,
                    "edition": row.edition,
                    "verdict": row.verdict,
                    "said": verdict(row),
                    "silent": row.silent,
                    "close": row.close,
                    "counted": headline(row),
                    "confidence": confidence(edition, row).level,
                    "supporting": row.supporting,
                    "contrary": row.contrary,
                }
                for edition, row in judged
            ]
        )
        ranked = frame["verdict"].astype("category").cat.set_categories(STRENGTH, ordered=True)
        return frame.assign(verdict=ranked)

    @cached_property
    def measures(self) -> pd.DataFrame:
        """Each measure counted on all sources, and for each value of the attribute it is split by.

        Notes
        -----
        ======================== ========================================================
        measure                  text: its name
        value                    text: a value of the attribute; empty for all sources
        numerator, denominator   integers; a count stands over one
        number                   number: the one over the other; missing where that is none
        lower, upper             numbers: the 95% interval of a share, else missing
        exploratory              true or false: declared after the data were seen
        ======================== ========================================================
        """
        rows = []
        for name, whole in measures(self.evidence).items():
            exploratory = self.evidence.claims.measures[name].exploratory
            for value, row in {"": whole, **whole.by}.items():
                over = row.value.denominator
                numbers = row.value.numerator, over, float(row.value) if over else None
                rows.append((name, value, *numbers, *(row.interval or _MISSING), exploratory))
        columns = "measure value numerator denominator number lower upper exploratory"
        return framed(rows, columns=columns.split())

    @cached_property
    def sources(self) -> pd.DataFrame:
        """Each source, by its id: the columns of `sources.csv` and its agreed attributes.

        Notes
        -----
        ============================ ====================================================
        the columns of sources.csv   text, empty where nothing is given; `year` an integer
        counted                      true or false: all but the baseline count
        each attribute of the        text or, where a source may have several values, a
        codebook                     tuple of texts
        ============================ ====================================================
        """
        columns = [field.name for field in fields(Source)]
        counted, agreed = self.evidence.counted(), self.evidence.agreed
        rows = [
            (*astuple(row), key in counted, *self._attributes(agreed.get(key)))
            for key, row in self.evidence.sources.items()
        ]
        frame = framed(rows, columns=[*columns, "counted", *self.evidence.codebook.attributes])
        return frame.set_index("source_id")

    @cached_property
    def codings(self) -> pd.DataFrame:
        """Each coding of each coder: the columns of `codings.csv`, all text, and `agreed`.

        `agreed` is true for those that count in findings: of the agreed coder, on a source that
        counts.
        """
        columns = [field.name for field in fields(Coding)]
        frame = framed([astuple(row) for row in self.evidence.codings], columns=columns)
        counted = frame["source_id"].isin(self.evidence.counted())
        return frame.assign(agreed=counted & (frame["coder"] == self.evidence.codebook.agreed))

    @cached_property
    def appraisals(self) -> pd.DataFrame:
        """Each appraisal of each coder: `source_id`, `coder` and the attributes as in `sources`."""
        rows = [
            (row.source_id, row.coder, *self._attributes(row)) for row in self.evidence.appraisals
        ]
        columns = ["source_id", "coder", *self.evidence.codebook.attributes]
        return framed(rows, columns=columns)

    @cached_property
    def effects(self) -> pd.DataFrame:
        """Each measured effect by each coder: the columns of `effects.csv`, and `agreed`.

        An attribute that may have several values is a tuple of texts; `follow_up_months` is an
        integer or missing. `agreed` is true for those that count, as for codings.
        """
        asked = self.evidence.codebook.effects
        after = ("sample", "effect", "follow_up_months", "locator", "gist", "reconciled")
        rows = [
            (
                row.source_id,
                row.coder,
                *_values(row, asked),
                *(getattr(row, name) for name in after),
            )
            for row in self.evidence.effects
        ]
        frame = framed(rows, columns=["source_id", "coder", *asked, *after])
        counted = frame["source_id"].isin(self.evidence.counted())
        return frame.astype({"follow_up_months": "Int64"}).assign(
            agreed=counted & (frame["coder"] == self.evidence.codebook.agreed)
        )

    @cached_property
    def agreement(self) -> pd.DataFrame:
        """How far the coders agree: a row a question, then a row a code or value with enough cases.

        Notes
        -----
        =================== =============================================================
        question            text: an attribute or a facet
        value               text: the code or value; empty for the question as a whole
        units               integer: how many things two coders or more judged
        percent, kappa,     numbers, missing where undefined
        alpha
        lower, upper        numbers: the bootstrap interval of alpha
        tentative           true or false: alpha is below the limit for any conclusion
        =================== =============================================================
        """
        rows = {(row.question, ""): row for row in agreements(self.evidence)}
        frame = framed(
            [
                (*code, row.units, row.percent, row.kappa, row.alpha, *(row.interval or _MISSING))
                for code, row in {**rows, **code_agreements(self.evidence)}.items()
            ],
            columns=["question", "value", "units", "percent", "kappa", "alpha", "lower", "upper"],
        )
        return frame.assign(tentative=frame["alpha"] < TENTATIVE_BELOW)

    @cached_property
    def figures(self) -> Calls:
        """The figures of the package, of this review: ``review.figures.timeline("design")``."""
        return Calls(self, "evidence.report.figures")

    @cached_property
    def tables(self) -> Calls:
        """The tables of the package, of this review, as data frames."""
        return Calls(self, "evidence.report.tables")

    def _attributes(self, appraisal: Appraisal | None) -> list[str | tuple[str, ...]]:
        return _values(appraisal, self.evidence.codebook.attributes)

    def __repr__(self) -> str:
        evidence = self.evidence
        counted, claims = len(evidence.counted()), len(evidence.claims.claims)
        return (
            f"<Review: {count(counted):source}, {count(claims):claim}, "
            f"data version {evidence.version}, in {self.folder}>"
        )

    def _repr_html_(self) -> str:
        by_edition = self.findings.pivot(index="claim_id", columns="edition", values="said")
        order = self.findings["claim_id"].drop_duplicates()
        return f"<p>{escape(repr(self))}</p>\n{by_edition.loc[order].to_html()}"


class Calls:
    """The functions of a module, called with a review's evidence or findings.

    Parameters
    ----------
    review
        Given as the first argument to those that ask for `evidence` or `editions` first.
    module
        Its name. It is imported when a function is asked for: what draws takes long to import.
    """

    def __init__(self, review: Review, module: str) -> None:
        self._review = review
        self._module = module

    @cached_property
    def _calls(self) -> dict[str, tuple[Callable[..., Any], str]]:
        calls: dict[str, tuple[Callable[..., Any], str]] = {}
        for name, call in vars(import_module(self._module)).items():
            if isfunction(call) and call.__module__.startswith(self._module):
                first = next(iter(signature(call).parameters), "")
                if not name.startswith("_") and first in ("evidence", "editions"):
                    calls[name] = call, first
        return calls

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name not in self._calls:
            raise AttributeError(f"there is no {name}; there are {', '.join(self._calls)}")
        call, first = self._calls[name]
        return partial(call, getattr(self._review, first))

    def __dir__(self) -> list[str]:
        return list(self._calls)

    def __repr__(self) -> str:
        return f"<{', '.join(self._calls)}>"


def _values(
    row: Appraisal | Effect | None, asked: Mapping[str, Attribute]
) -> list[str | tuple[str, ...]]:
    values = row.values if row else {}
    return [
        values.get(name, ()) if attribute.multiple else "".join(values.get(name, ()))
        for name, attribute in asked.items()
    ]
