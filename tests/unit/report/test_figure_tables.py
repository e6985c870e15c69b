"""The figures' tables hold the figures' numbers, and say what is empty."""

import re
from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import pytest

from evidence.findings.agreement import Agreement
from evidence.model.evidence import Evidence
from evidence.report import figures
from evidence.report.coefficients import coefficients
from evidence.report.figures import Figure
from evidence.report.figures.flow import screening_stages
from evidence.report.markup import counts_in_words
from evidence.words import label
from tests.builders import Builder
from tests.recount import Count
from tests.unit.conftest import DATA, pandoc_cells
from tests.unit.report.drawn import FIGURES, designs, outcomes, themes, together
from tests.unit.report.test_figures import flow_by_hand, marks
from tests.unit.report.test_tables import lines


def words(figure: Figure) -> pd.DataFrame:
    return counts_in_words(figure.frame)


@pytest.mark.parametrize("draw", FIGURES.values(), ids=FIGURES)
@pytest.mark.parametrize("year", [2006, 9999])
def test_no_cell_is_empty_or_a_bare_sign(
    real: Evidence, draw: Callable[[Evidence], Figure], year: int
) -> None:
    figure = draw(real.up_to(year))
    assert len(figure.frame)
    cells = [cell for row in pandoc_cells(figure.table().markdown) for cell in row]
    assert all(re.search(r"\w", cell.removeprefix("<Plain>")) for cell in cells)


def test_each_box_of_the_flow_has_its_sum(real: Evidence) -> None:
    frame = words(figures.flow(real))
    numbers = {row[1]: (row[2], row[3]) for row in lines(frame)}
    identified, screened, sought, assessed = flow_by_hand()
    assert numbers["Records identified by search"][0] == f"{identified:,}"
    assert numbers["Records screened"][0] == f"{screened:,}"
    assert numbers["Reports sought for retrieval"][0] == f"{sought:,}"
    assert numbers["Reports assessed for eligibility"][0] == f"{assessed:,}"
    said = " ".join(str(row[3]) for row in lines(frame))
    for stage in screening_stages(real):
        assert f"= {stage.came.number:,}" in said
    for counted, made in numbers.values():
        for parts, whole in re.findall(r"([\d,+ ]+) = ([\d,]+)", str(made)):
            added = sum(int(part.replace(",", "")) for part in parts.split(" + "))
            assert f"{added:,}" == whole == counted


def test_the_flow_is_refused_where_it_does_not_add_up(real: Evidence) -> None:
    broken = replace(real, screening=real.screening[1:])
    with pytest.raises(ValueError, match="do not add up"):
        figures.flow(broken)


def test_years_are_those_of_the_figure(real: Evidence) -> None:
    frame = words(designs(real))
    drawn = marks(designs(real))
    *lines_of, every = frame.to_dict("records")
    for row in lines_of:
        for years, cell in list(row.items())[1:-1]:
            names = [name for name in drawn if label(name.split(":")[0]) == row["Design"]]
            there = any(name.endswith(f": {str(years).replace('–', ' to ')}") for name in names)
            assert there == (cell != "none")
    for column in frame.columns[1:]:
        whole = sum(int(row[column]) for row in lines_of if row[column] != "none")
        assert str(whole) == every[column]
    assert every["All"] == str(len(real.counted()))


def test_each_pair_of_terms_stands_once(real: Evidence) -> None:
    frame = words(together(real))
    first, *others = lines(frame)
    assert first[2:] == ("no term above", "no term above")
    seen: list[str] = [str(first[0])]
    for term, _, some, never in others:
        with_some = [entry.rsplit(" ", 1) for entry in str(some).split("; ")]
        names = [name for name, *_ in with_some if name != "none"]
        names += [name for name in str(never).split("; ") if name != "none"]
        assert sorted(names) == sorted(seen)
        seen.append(str(term))
    assert sorted(seen) == sorted(label(c) for c in real.codebook.facets["term"].codes)


def test_pairs_have_the_numbers_of_a_plain_count(builder: Builder) -> None:
    builder.many(3, "term:networks:uses", "term:one-stop:uses")
    builder.add("x", "term:networks:uses", "term:wraparound:defines")
    rows = {row[0]: row[1:] for row in lines(words(together(builder.build())))}
    assert rows["Networks"][0] == "4"
    assert rows["One-stop"] == ("3", "Networks 3", "none")
    assert rows["Wraparound"][:2] == ("none", "none")


def said(number: int) -> str:
    return str(number) if number else "none"


@pytest.fixture(scope="module")
def counted() -> Count:
    return Count(DATA, 9999)


def test_the_map_has_every_outcome_and_stance(real: Evidence, counted: Count) -> None:
    facet = real.codebook.facets["outcome"]
    frame = words(outcomes(real))
    assert list(frame.columns) == [
        *("Outcome", "Anticipated", "Perceived", "Measured improved", "Measured no difference"),
        *("Measured mixed", "Measured worse", "All"),
    ]
    assert sorted(lines(frame)) == sorted(
        (
            label(code),
            *(said(counted.studies(counted.having("outcome", [code], s))) for s in facet.stances),
            said(counted.studies(counted.having("outcome", [code]))),
        )
        for code in facet.codes
    )
    totals = [int(text) for text in frame["All"]]
    assert totals == sorted(totals, reverse=True)


def test_themes(real: Evidence, counted: Count) -> None:
    frame = words(themes(real))
    found = {row[0]: row[1:] for row in lines(frame)}
    for code in real.codebook.facets["theme"].codes:
        barrier, facilitator = (
            counted.reported(counted.having("theme", [code], side))
            for side in ("barrier", "facilitator")
        )
        either = len(barrier | facilitator)
        share = f"{100 * either / counted.studies(counted.having('theme')):.0f}%"
        counts = (len(barrier), len(facilitator), len(barrier & facilitator), either)
        assert found.pop(label(code)) == (*map(said, counts), share)
    assert not found
    totals = [int(text) for text in frame["Either"]]
    assert totals == sorted(totals, reverse=True)


def test_agreement_says_what_is_undefined() -> None:
    undefined = ("not defined",) * 3
    theme = Agreement("theme", 3135, 0.875, 0.125, -0.001, (-0.4, 0.71))
    assert coefficients(theme) == ("87.5%", "0.13", "0.00", "-0.40 to 0.71")
    assert coefficients(Agreement("term", 3, 1, None, None)) == ("100.0%", *undefined)
    assert coefficients(Agreement("failure", 0, None, None, None)) == ("not defined", *undefined)
