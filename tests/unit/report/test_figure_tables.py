"""The figures' tables hold the figures' numbers, and say what is empty."""

import re
from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import pytest

from evidence.findings.editions import courses
from evidence.model.evidence import Evidence
from evidence.report import figures
from evidence.report.figures.screening import screening_counts
from evidence.report.markup import table
from evidence.report.tables import figure_tables
from evidence.words import label
from tests.builders import Builder
from tests.unit.conftest import pandoc_cells
from tests.unit.report.test_figures import flow_by_hand, marks
from tests.unit.report.test_tables import lines

TABLES: list[Callable[[Evidence], pd.DataFrame]] = [
    figure_tables.screening_flow,
    figure_tables.years_and_designs,
    figure_tables.terms_used_together,
    figure_tables.verdicts_by_edition,
]


@pytest.mark.parametrize("make", TABLES)
@pytest.mark.parametrize("year", [2006, 9999])
def test_no_cell_is_empty_or_a_bare_sign(
    real: Evidence, make: Callable[[Evidence], pd.DataFrame], year: int
) -> None:
    frame = make(real.up_to(year))
    assert len(frame)
    cells = [cell for row in pandoc_cells(table(frame).markdown) for cell in row]
    assert all(re.search(r"\w", cell.removeprefix("<Plain>")) for cell in cells)


def test_each_box_of_the_flow_has_its_sum(real: Evidence) -> None:
    frame = figure_tables.screening_flow(real)
    numbers = {row[1]: (row[2], row[3]) for row in lines(frame)}
    identified, screened, sought, assessed = flow_by_hand()
    assert numbers["Records identified by search"][0] == f"{identified:,}"
    assert numbers["Records screened"][0] == f"{screened:,}"
    assert numbers["Reports sought for retrieval"][0] == str(sought)
    assert numbers["Reports assessed for eligibility"][0] == str(assessed)
    flow = screening_counts(real)
    said = " ".join(str(row[3]) for row in lines(frame))
    for proof in flow.sums:
        assert str(proof) in said
    for number, made in numbers.values():
        for parts, whole in re.findall(r"([\d,+ ]+) = ([\d,]+)", str(made)):
            added = sum(int(part.replace(",", "")) for part in parts.split(" + "))
            assert f"{added:,}" == whole == number


def test_the_flow_is_refused_where_it_does_not_add_up(real: Evidence) -> None:
    broken = replace(real, screening=real.screening[1:])
    with pytest.raises(ValueError, match="do not add up"):
        figure_tables.screening_flow(broken)


def test_years_are_those_of_the_figure(real: Evidence) -> None:
    frame = figure_tables.years_and_designs(real)
    drawn = marks(figures.sources_by_year_and_design(real))
    *designs, every = frame.to_dict("records")
    for row in designs:
        for years, cell in list(row.items())[1:-1]:
            names = [name for name in drawn if label(name.split(":")[0]) == row["Design"]]
            there = any(name.endswith(f": {str(years).replace('–', ' to ')}") for name in names)
            assert there == (cell != "none")
    for column in frame.columns[1:]:
        whole = sum(int(row[column]) for row in designs if row[column] != "none")
        assert str(whole) == every[column]
    assert every["All"] == str(len(real.counted()))


def test_each_pair_of_terms_stands_once(real: Evidence) -> None:
    frame = figure_tables.terms_used_together(real)
    first, *others = lines(frame)
    assert first[2:] == ("no term above", "no term above")
    seen: list[str] = [str(first[0])]
    for term, _, together, never in others:
        with_some = [entry.rsplit(" ", 1) for entry in str(together).split("; ")]
        names = [name for name, *_ in with_some if name != "none"]
        names += [name for name in str(never).split("; ") if name != "none"]
        assert sorted(names) == sorted(seen)
        seen.append(str(term))
    assert sorted(seen) == sorted(label(c) for c in real.codebook.facets["term"].codes)


def test_pairs_have_the_numbers_of_a_plain_count(builder: Builder) -> None:
    builder.many(3, "term:networks:uses", "term:one-stop:uses")
    builder.add("x", "term:networks:uses", "term:wraparound:defines")
    rows = {row[0]: row[1:] for row in lines(figure_tables.terms_used_together(builder.build()))}
    assert rows["Networks"][0] == "4"
    assert rows["One-stop"] == ("3", "Networks 3", "none")
    assert rows["Wraparound"][:2] == ("none", "none")


def test_verdicts_are_those_of_the_courses(real: Evidence) -> None:
    frame = figure_tables.verdicts_by_edition(real)
    assert list(frame.columns[:3]) == ["Statement", "Supported if", "To 2006 (93 sources)"]
    for row, course in zip(lines(frame), courses(real).values(), strict=True):
        assert row[0] == label(course.claim_id)
        for cell, standing in zip(row[2:], course.standings, strict=True):
            assert f", {standing.number}" in str(cell)
            assert ("close call" in str(cell)) == standing.finding.close


def test_too_few_sources_have_no_number(builder: Builder) -> None:
    frame = figure_tables.verdicts_by_edition(builder.add("only", year=2012).build())
    assert set(frame.iloc[:, 2]) == {"Too few, no number"}
