"""What a review declares besides its claims: how confidence is computed, and which variants to try.

Immutable values, like all of the evidence.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from evidence.model.claims import Selection

DISSENT, STUDIES = BUILT_IN = ("dissent", "studies")
SOURCE_UNIT = "source"


@dataclass(frozen=True, slots=True)
class Criterion:
    """What is measured of the sources behind a finding, and when that is a concern.

    Attributes
    ----------
    what
        What is measured, to head a row: "Share read only through an account".
    bounds
        Concern to the bound that gives cause for it, such as ``>= 0.50``.
    share_of
        The selection whose share among the sources is measured, if one is.
    phrase
        What sources in that selection are: "read only through an account".
    built_in
        What else is measured: `dissent`, the share of the smaller side, for or against; or
        `studies`, the number of studies.
    """

    what: str
    bounds: Mapping[str, str]
    share_of: Selection | None = None
    phrase: str = ""
    built_in: str = ""


@dataclass(frozen=True, slots=True)
class Component:
    """A component of confidence: its question, and what is measured to answer it."""

    question: str
    criteria: Mapping[str, Criterion]


@dataclass(frozen=True, slots=True)
class ConfidenceRules:
    """How confidence is computed, after GRADE-CERQual.

    Attributes
    ----------
    levels
        From the highest, where confidence starts, to the lowest; none where the review declares
        no rules, and no confidence is computed.
    takes_off
        Concern to the number of levels it takes off, the lightest concern first.
    """

    levels: tuple[str, ...] = ()
    takes_off: Mapping[str, int] = field(default_factory=dict)
    components: Mapping[str, Component] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Variant:
    """The evidence under another choice, under which all claims are judged again.

    Attributes
    ----------
    heading, phrase
        Its name at the head of a column, and inside a sentence: "with pass A alone".
    meaning
        What is done to the evidence, for the key of the tables.
    coder
        Whose codings, effects and appraisals stand in for the agreed ones.
    reconciled
        Only agreed codings and effects of which `reconciled` says this are kept.
    leave_out_search
        The search whose sources are left out; those that it only added text to stay.
    leave_out_codings, leave_out, keep
        The codings and the sources that are left out, and the sources that alone are kept.
    unit
        `source` where each source is taken for a study of its own.
    """

    heading: str
    phrase: str
    meaning: str
    coder: str = ""
    reconciled: str = ""
    leave_out_codings: Selection | None = None
    leave_out_search: str = ""
    leave_out: Selection | None = None
    keep: Selection | None = None
    unit: str = ""
