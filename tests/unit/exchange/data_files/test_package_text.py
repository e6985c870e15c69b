"""Columns and tables put into datapackage.json as text, however it is written."""

import json
from pathlib import Path
from typing import Any

import pytest

from evidence.exchange.data_files.package_text import (
    answer_columns,
    new_table,
    with_columns,
    with_table,
)
from evidence.model.codebook import Attribute, Codebook
from evidence.model.package import package_of

PLANTS = Path(__file__).parents[3] / "second_review/data/datapackage.json"
TEXT = PLANTS.read_text("utf-8")
ASKED = {
    "site": Attribute("Where, “Ü”?", {"a": "A"}),
    "who": Attribute("Who?", {"a": "A"}, multiple=True),
}
BOOK = Codebook(1, ("A", "B"), "agreed", {}, {})


def written(form: str) -> str:
    held = json.loads(TEXT)
    return {
        "as it is": TEXT,
        "windows": TEXT.replace("\n", "\r\n"),
        "tabs": json.dumps(held, indent="\t"),
        "one line": json.dumps(held),
        "no spaces": json.dumps(held, separators=(",", ":")),
    }[form]


def without(text: str, names: tuple[str, ...]) -> Any:
    """Return the descriptor without the columns and tables of these names."""
    held = json.loads(text)
    held["resources"] = [row for row in held["resources"] if row["name"] not in names]
    for row in held["resources"]:
        if "schema" in row:
            fields = row["schema"]["fields"]
            row["schema"]["fields"] = [one for one in fields if one["name"] not in names]
    return held


@pytest.mark.parametrize("form", ["as it is", "windows", "tabs", "one line", "no spaces"])
def test_columns_and_tables_are_added_and_all_else_stays(form: str) -> None:
    before = written(form)
    columns = with_columns(before, "appraisals", answer_columns(ASKED, "attributes"))
    after = with_table(columns, new_table("effects", ASKED, BOOK))
    assert without(after, ("site", "who", "effects")) == json.loads(before)
    package = package_of(json.loads(after))
    fields = package.tables["appraisals"].fields
    assert [*fields][-2:] == ["site", "who"]
    assert (fields["site"].type, fields["who"].type) == ("string", "list")
    effects = package.tables["effects"]
    assert effects.primary_key == ("source_id", "coder", "site")
    assert [*effects.fields][:4] == ["source_id", "coder", "site", "who"]
    assert effects.fields["reconciled"].enum == ("both", "A", "B", "added")
    lines = iter(after.splitlines(keepends=True))
    if form in ("as it is", "windows", "tabs"):
        changed = [one for one in before.splitlines(keepends=True) if one not in lines]
        assert not changed
