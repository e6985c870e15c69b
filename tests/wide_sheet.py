"""A spreadsheet such as public evidence maps are published in, with the habits of their makers.

All studies in it are invented. A title and a date stand above a header of two rows, in which groups
are merged cells; designs are spelled in several ways; marks differ from column to column; cells
hold several values; some studies are coded by two people; and there are columns that repeat others,
hold dates, percentages, formulas and errors, or nothing at all.
"""

import csv
import datetime as dt
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

Cell = str | int | float | dt.date | None

DESIGNS = (
    *["RCT"] * 6, "rct", "R.C.T.", *["Cohort"] * 4, "cohort ", *["Survey"] * 5, *["Interviews"] * 3,
    "Not described",
)  # fmt: skip
SETTINGS = ("Primary school", "Secondary school", "Nursery", "Park")
COUNTRIES = ("Norland", "Southmark", "Westria", "Eastmoor")
OUTCOMES = (
    "Wellbeing", "Attention", "Physical activity", "Diet", "Sleep", "Friendship", "Attendance",
    "Attainment", "Noise", "Air quality", "Knowledge of plants", "Behaviour", "Confidence", "Cost",
)  # fmt: skip
# How each column says yes; the last by its own name.
MARKS = ("x", "X", "1", "yes", "✓", "")
DIRECTIONS = ("Positive", "Positive", "Positive", "No effect", "Mixed", "Negative")
MEASURED = ("Mood", "Concentration", "Steps a day", "Fruit eaten", "Marks in class", "Fights")
BARRIERS = (
    "Money", "Land", "Upkeep", "Weather", "Staff time", "Safety rules", "Water", "Summer holidays",
)  # fmt: skip
GROUPS = (
    ("Reference", ("Study ID", "Author(s)", "Year of publication", "Title of study", "Journal",
                   "DOI", "Link", "Publication type", "Country")),
    ("Study", ("Study design", "Setting", "Age group", "Sample size", "Funding", "Peer reviewed?",
               "Search date", "Response rate", "Risk of bias", "Kinds of garden", "Theory")),
    ("Outcomes", OUTCOMES),
    ("Direction of effect", MEASURED),
    ("Barriers", (*BARRIERS, "Summer holidays", "Other barriers")),
    ("Remarks", ("Notes", "Notes", "Coded by", "Words in title", "Lookup", "Checked", "", "Old ID",
                 "Colour", "Row")),
)  # fmt: skip
SHEET = "Included studies"
WORDS = (
    "beds", "seeds", "pupils", "benches", "lunch", "rain", "insects", "lessons", "soil", "shade",
    "tools", "harvest", "parents", "wards", "fences", "compost", "bulbs", "paths", "water", "cooks",
)  # fmt: skip


def studies(number: int = 480, twice: int = 20) -> list[list[Cell]]:
    """Make the rows: so many studies, of which some have a second row by a second coder."""
    pick = random.Random(14)
    rows: list[list[Cell]] = []
    for at in range(number):
        study = _study(pick, at)
        rows.append(study)
        if at < twice:
            names = [name for _, group in GROUPS for name in group]
            second = [*study]
            second[names.index("Coded by")] = "Ben Carr"
            second[names.index("Study design")] = pick.choice(DESIGNS)
            rows.append(second)
    # Slips of the keyboard, as every sheet has them.
    slips: list[tuple[int, int, Cell]] = [
        (40, 2, 20166), (41, 2, None), (50, 9, "Intervews"), (60, 9, "#N/A")
    ]  # fmt: skip
    for row, column, cell in slips:
        if row < len(rows):
            rows[row][column] = cell
    return rows


def _study(pick: random.Random, at: int) -> list[Cell]:
    author = (
        f"{pick.choice(('Arden', 'Birch', 'Cedar', 'Dale', 'Elm', 'Field'))}, {chr(65 + at % 26)}."
    )
    country = pick.choice(COUNTRIES)
    some = pick.sample(SETTINGS, k=pick.choice((1, 1, 2)))
    kinds = pick.sample(("Vegetables", "Trees", "Pond", "Meadow"), k=pick.choice((1, 2)))
    theory = pick.choice(("Attention restoration", "Play", "Attention restoration, Play", None))
    title = f"{' '.join(pick.sample(WORDS, k=4)).capitalize()}: garden {at + 1}"
    row: list[Cell] = [
        f"S{at + 1:03}", f"{author}; Moss, A.", 1995 + at % 30, title, f"Journal {at % 12}",
        f"10.5555/garden.{at + 1}", f"https://example.org/garden/{at + 1}",
        pick.choice(("Journal article", "Journal article", "Report", "Thesis")), country,
        pick.choice(DESIGNS), "; ".join(some), pick.choice(("5-7", "8-11", "12-16", "n/a")),
        pick.randrange(12, 900), f"Paid for by fund {at} of the town of {country}",
        pick.choice(("Yes", "No", "yes")), dt.date(2024, 1 + at % 12, 3),
        pick.randrange(20, 99) / 100,
        pick.choice(("Low", "Moderate", "High", "Unclear", "-")), "\n".join(kinds), theory,
    ]  # fmt: skip
    for place, name in enumerate(OUTCOMES):
        row.append((MARKS[place % 6] or name) if pick.random() < 0.25 else None)
    row += [pick.choice(DIRECTIONS) if pick.random() < 0.3 else None for _ in MEASURED]
    barriers: list[Cell] = ["x" if pick.random() < 0.15 else None for _ in BARRIERS]
    row += [*barriers, barriers[-1], None]
    row += [
        f"Read by {author} in full; see the long note number {at}", None,
        "Anna Berg" if at % 2 or at < 20 else "Ben Carr", len(title.split()), "#N/A", "Yes", None,
        f"{at + 1}", "green", at + 1,
    ]  # fmt: skip
    return row


def write_xlsx(path: Path, rows: Sequence[Sequence[Cell]]) -> None:
    """Write the workbook, with a sheet that explains it and a hidden one."""
    book = xlsxwriter.Workbook(path, {"strings_to_urls": False, "strings_to_numbers": False})
    day, share = (book.add_format({"num_format": form}) for form in ("dd/mm/yyyy", "0%"))
    about = book.add_worksheet("Read me")
    about.write_column(0, 0, ["Gardens at schools: an evidence map", "All of it is invented."])
    page: Any = book.add_worksheet(SHEET)
    width = sum(len(names) for _, names in GROUPS)
    page.merge_range(0, 0, 0, width - 1, "Gardens at schools: an evidence map")
    page.write(1, 0, "Last changed in May 2024")
    at = 0
    for group, names in GROUPS:
        page.merge_range(2, at, 2, at + len(names) - 1, group)
        for name in names:
            page.write_string(3, at, name)
            at += 1
    for number, row in enumerate(rows, 4):
        for column, cell in enumerate(row):
            _write(page, (number, column), cell, day, share)
    page.write(len(rows) + 4, 0, "Total")
    page.write_formula(len(rows) + 4, 12, f"=SUM(M5:M{len(rows) + 4})", None, 12345)
    page.autofilter(3, 0, len(rows) + 3, width - 1)
    page.set_row(9, None, None, {"hidden": True})
    hidden = book.add_worksheet("Lists")
    hidden.write_column(0, 0, DESIGNS)
    hidden.hide()
    book.close()


def _write(page: Any, place: tuple[int, int], cell: Cell, day: Any, share: Any) -> None:
    if isinstance(cell, dt.date):
        page.write_datetime(*place, dt.datetime(cell.year, cell.month, cell.day), day)
    elif isinstance(cell, float):
        page.write_number(*place, cell, share)
    elif cell == "#N/A":
        page.write_formula(*place, "=NA()", None, "#N/A")
    elif cell is not None:
        page.write(*place, cell)


def write_text(
    path: Path,
    rows: Sequence[Sequence[Cell]],
    sign: str = ",",
    encoding: str = "utf-8",
    *,
    header: bool = True,
) -> None:
    """Write rows as a text file; the name of a group stands above its first column alone."""
    groups = [name if place == 0 else "" for name, names in GROUPS for place, _ in enumerate(names)]
    head = [groups, [name for _, names in GROUPS for name in names]] if header else []
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=sign, lineterminator="\r\n")
        for row in (*head, *rows):
            writer.writerow(["" if cell is None else cell for cell in row])
