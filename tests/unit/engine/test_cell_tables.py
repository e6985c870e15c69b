"""Data frames and other tables that cells show as HTML are tables in every format."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import docx
import pandas as pd
import pytest

from evidence.engine import render
from evidence.engine.assemble import assemble
from evidence.engine.document import Cell, Executed
from evidence.engine.nodes import elements
from evidence.engine.own import OWN
from evidence.engine.pandoc import parse
from evidence.engine.source import Line
from evidence.proof.parity import compare, read
from tests.unit.engine.conftest import Make
from tests.unit.engine.test_assemble import display
from tests.unit.engine.test_build import quiet, text_of

FRAME = pd.DataFrame(
    {"Name": ["Ash", "Elm *x* <b>"], "Share": [0.5, None], "Cost": ["£1,200", "–"]}
)


def blocks(html: str, folder: Path, **options: str) -> list[dict[str, Any]]:
    named = {key.replace("_", "-"): value for key, value in options.items()}
    cell = Cell(Line("```{python}", "a.qmd", 3), "", {"echo": False, **named})
    lines = assemble([Executed(cell, outputs=(display(text_html=html),))], folder)
    found: list[dict[str, Any]] = parse(lines, {}, folder, [OWN / "cell_tables.lua"])["blocks"]
    return found


def text(node: object) -> str:
    return "".join(n.get("c", " ") if n["t"] == "Str" else " " for n in elements(node)).strip()


def rows(table: dict[str, Any]) -> list[list[str]]:
    _, _, _, head, bodies, _ = table["c"]
    return [
        [" ".join(text(cell[4]).split()) for cell in cells]
        for _, cells in [*head[1], *bodies[0][3]]
    ]


def alignments(table: dict[str, Any]) -> list[str]:
    return [align["t"].removeprefix("Align") for align, _ in table["c"][2]]


def test_a_frame(tmp_path: Path) -> None:
    (table,) = blocks(FRAME.to_html(), tmp_path)
    assert rows(table) == [
        ["", "Name", "Share", "Cost"],
        ["0", "Ash", "0.5", "£1,200"],
        ["1", "Elm *x* <b>", "NaN", "–"],
    ]
    assert alignments(table) == ["Default", "Default", "Right", "Right"]
    assert table["c"][4][0][1] == 1, "one row header"


def test_a_named_index_shares_the_row_of_the_columns(tmp_path: Path) -> None:
    (table,) = blocks(FRAME.set_index("Name").to_html(), tmp_path)
    assert rows(table)[0] == ["Name", "Share", "Cost"]
    (table,) = blocks(FRAME.set_index("Name").rename_axis("of", axis=1).to_html(), tmp_path)
    assert rows(table)[:2] == [["of", "Share", "Cost"], ["Name", "", ""]]


def test_headers_that_span_rows_and_columns(tmp_path: Path) -> None:
    frame = pd.DataFrame({"a": ["x", "x", "y"], "b": ["p", "q", "p"], "v": [1, 2, 3]})
    (table,) = blocks(frame.groupby(["a", "b"]).agg({"v": ["min", "max"]}).to_html(), tmp_path)
    assert rows(table) == [
        ["", "", "v"], ["a", "b", "min", "max"],
        ["x", "p", "1", "1"], ["q", "2", "2"], ["y", "p", "3", "3"],
    ]  # fmt: skip
    assert alignments(table) == ["Default", "Default", "Right", "Right"]
    assert table["c"][4][0][1] == 2, "two row headers"


@pytest.mark.parametrize(
    ("values", "alignment"),
    [
        (["1", "-2.5", "3%"], "Right"),
        (["−1", "1e-05", "1 000"], "Right"),
        (["NaN", ""], "Default"),
        (["1", "two"], "Default"),
        (["2026-11-22"], "Default"),
    ],
)
def test_only_numbers_stand_to_the_right(tmp_path: Path, values: list[str], alignment: str) -> None:
    (table,) = blocks(pd.DataFrame({"v": values}).to_html(index=False), tmp_path)
    assert alignments(table) == [alignment]


@pytest.mark.parametrize("frame", [pd.DataFrame(), pd.DataFrame({"a": []})])
def test_frames_without_rows(tmp_path: Path, frame: pd.DataFrame) -> None:
    assert [block["t"] for block in blocks(frame.to_html(), tmp_path)] == ["Table"]


def test_a_caption_and_what_is_said_of_a_long_frame(tmp_path: Path) -> None:
    html = pd.DataFrame({"a": range(100)}).to_html(max_rows=10, show_dimensions=True)
    table, said = blocks(html, tmp_path, label="tbl-a", tbl_cap="Of *them*")
    assert table["c"][0][0] == "tbl-a"
    assert text(table["c"][1]) == "Of  them"
    assert text(said) == "100 rows × 1 columns"


def test_a_styled_frame_keeps_nothing_that_differs_from_run_to_run(tmp_path: Path) -> None:
    styled = FRAME.style.format(precision=1).set_caption("Own")
    (table,) = blocks(styled.to_html(), tmp_path)
    assert text(table["c"][1]) == "Own"
    corner, *_ = table["c"][3][1][0][1]
    assert corner[4] == [], "a space without break is no header either"
    assert "T_" not in str(table)


def test_all_formats_show_a_frame_as_a_table(make: Make, tmp_path: Path) -> None:
    body = """\
```{python}
#| label: tbl-a
#| tbl-cap: "Trees"
import pandas as pd
pd.DataFrame({"Tree": ["Ash", "Elm"], "n": [12, 3]}).set_index("Tree")
```

See @tbl-a.

|   | b |
|---|--:|
| a | 1 |

|   | b |
|---|--:|
| c | 2 |
"""
    paths = render(make(body), output=tmp_path / "out", progress=quiet).paths
    assert [
        found
        for found in compare([read(path) for path in paths.values()])
        if found.kind != "fingerprint"
    ] == []
    html = text_of(paths["html"])
    assert html.count("<td></td>") == 2, "an empty corner heads nothing"
    regions = re.findall(r'aria-label="([^"]+)"', html)
    assert len(regions) == len(set(regions)) == 3
    assert '<th scope="row">Elm</th>' in html
    assert re.search(r"<caption>Table\s1: Trees</caption>", html)
    table, *_ = docx.Document(str(paths["docx"])).tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["Tree", "n"], ["Ash", "12"], ["Elm", "3"],
    ]  # fmt: skip
    assert re.search(r"Tree\s+n\s+Ash\s+12\s+Elm\s+3", text_of(paths["pdf"]))
