"""What documents leave to the workbook arrives there whole, as text and numbers."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from evidence.model.evidence import Evidence
from evidence.report.folders import WORKBOOK
from evidence.report.markup import escape, table
from evidence.report.tables.companion import (
    FOLDER,
    MOST,
    MOST_REFERENCES,
    SHOWN,
    hand_on,
    handed_on,
    long_table,
    only_cited,
    plain,
)

HOSTILE = "*a* | <script>, =HYPERLINK(1) \N{GREEK SMALL LETTER ALPHA} {{< x >}}"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def frame(rows: int) -> pd.DataFrame:
    return pd.DataFrame(
        [(f"@s{n}", escape(HOSTILE), n) for n in range(rows)], columns=["S", "T", "N"]
    )


@pytest.mark.parametrize("rows", [0, 1, MOST])
def test_a_table_that_fits_stands_alone(rows: int) -> None:
    assert long_table(frame(rows), "T") == table(frame(rows))
    assert not Path(FOLDER).exists()


def test_a_long_table_is_whole_in_the_workbook() -> None:
    text = long_table(frame(MOST + 1), "Long").markdown
    assert f"first {SHOWN} of {MOST + 1} rows" in text
    assert f"[{WORKBOOK}]({WORKBOOK}) beside this document, on the sheet Long." in text
    assert table(frame(SHOWN)).markdown in text
    assert f"@s{SHOWN}" not in text
    (sheet,) = handed_on(Path())
    assert (sheet.name, sheet.columns) == ("Long", ("S", "T", "N"))
    assert sheet.rows == tuple((f"s{n}", HOSTILE, n) for n in range(MOST + 1))


def test_a_list_of_references_that_nobody_would_read_has_only_what_is_cited(
    real: Evidence,
) -> None:
    keys = [f"s{n}" for n in range(MOST_REFERENCES + 1)]
    assert only_cited(replace(real, references=frozenset(keys[1:]))).markdown == ""
    said = only_cited(replace(real, references=frozenset(keys))).markdown
    assert said.startswith("::: {.only-cited}\n")
    assert f"has {len(keys):,} entries" in said
    assert f"[{WORKBOOK}]({WORKBOOK})" in said


def test_a_name_is_one_that_a_sheet_can_have() -> None:
    hand_on(frame(1), "Figure a/b: c" + "x" * 40, "About it.")
    (sheet,) = handed_on(Path())
    assert len(sheet.name) <= 31
    assert not set(sheet.name) & set("[]:*?/\\")


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        (np.int64(3), 3), (0.5, 0.5), (float("nan"), None), (None, None), ("**bold**", "bold"),
        ("@brown2006", "brown2006"), (escape("=1+1"), "=1+1"), ("", ""),
    ],
)  # fmt: skip
def test_a_cell_is_a_number_or_what_its_markdown_says(cell: object, shown: object) -> None:
    assert plain(cell) == shown
