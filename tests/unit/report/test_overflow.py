"""What is too long for a document is whole in a file, and only there."""

import csv
from pathlib import Path

import pandas as pd
import pytest

from evidence.report.markup import escape, table
from evidence.report.tables.overflow import FOLDER, MOST, SHOWN, cite_many, long_table, plain

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
    assert long_table(frame(rows), "t") == table(frame(rows))
    assert not Path(FOLDER).exists()


def test_a_long_table_is_whole_in_its_file() -> None:
    text = long_table(frame(MOST + 1), "t").markdown
    assert "`_tables/t.csv`" in text
    assert f"first {SHOWN} of {MOST + 1} rows" in text
    assert table(frame(SHOWN)).markdown in text
    assert f"@s{SHOWN}" not in text
    with (Path(FOLDER) / "t.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    assert rows[0] == ["S", "T", "N"]
    assert rows[1:] == [[f"s{n}", HOSTILE, str(n)] for n in range(MOST + 1)]


def test_a_file_goes_when_its_table_fits_again() -> None:
    long_table(frame(MOST + 1), "t")
    long_table(frame(MOST), "t")
    assert not (Path(FOLDER) / "t.csv").exists()


def test_many_sources_are_named_in_their_file() -> None:
    ids = [f"s{n}" for n in range(MOST + 1)]
    assert cite_many(ids[:1], "c") == "[@s0]"
    text = cite_many(ids, "c")
    assert text.count("@") == SHOWN
    assert f"and {MOST + 1 - SHOWN} more, all named in the file `_tables/c.csv`" in text
    assert (Path(FOLDER) / "c.csv").read_text(encoding="utf-8").split() == ["source_id", *ids]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1"])
def test_no_cell_is_a_formula(text: str) -> None:
    assert plain(escape(text)) == f"'{text}"


def test_a_citation_is_its_source() -> None:
    assert plain("@brown2006") == "brown2006"
