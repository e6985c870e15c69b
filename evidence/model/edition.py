"""An edition asked for by its year: what the review has to say of the sources up to then.

The year may come in a variable of the environment, since cells know no options: that is how they
open the same edition under either engine.
"""

import re
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evidence.model.evidence import Evidence

VARIABLE = "EVIDENCE_EDITION"


class NoEditionError(ValueError):
    """There is no such edition of a review; the message says which there are."""


def year_of(text: str) -> int:
    """Return the year that names an edition.

    Raises
    ------
    NoEditionError
        If it is no year.
    """
    if not re.fullmatch(r"[0-9]{4}", text):
        raise NoEditionError(f"{text!r} is no year, which has four digits; write one such as 2015")
    return int(text)


def as_of(evidence: "Evidence", asked: str) -> "Evidence":
    """Return the edition of a year: the sources up to it, and the releases made by its end.

    Searches and screening stay as they are, for they found these sources whenever they were made.

    Raises
    ------
    NoEditionError
        If it is no year, comes before the first source or the baseline, or after all sources.
    """
    year = year_of(asked)
    years = [evidence.sources[key].year for key in evidence.counted()]
    if not years:
        raise NoEditionError(f"there is no edition of {year}, for no source counts yet")
    begins = {min(years): "the first source"}
    if baseline := evidence.baseline():
        begins[baseline.year] = "the review that this one takes up"
    first, last = max(begins), max(years)
    if not first <= year <= last:
        raise NoEditionError(
            f"there is no edition of {year}; there are those of {first}, the year of "
            f"{begins[first]}, to {last}, the year of the newest source"
        )
    releases = tuple(row for row in evidence.history.releases if int(row.date[:4]) <= year)
    return replace(evidence.up_to(year), history=replace(evidence.history, releases=releases))
