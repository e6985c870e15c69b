"""Rows and a name put into files: in their place, and no other byte changed."""

import pytest
import yaml

from evidence.exchange.data_files.table_rows import (
    with_empty_columns,
    with_filled,
    with_merged,
    with_person,
    with_rows,
)
from evidence.model.package import Field, TableSchema

NAMES = ("source_id", "coder", "gist")
FIELDS = {name: Field(name, "string", False, (), "", None, None, "", " ") for name in NAMES}
SCHEMA = TableSchema("codings", "codings.csv", FIELDS, NAMES, ())
TABLE = 'source_id,coder,gist\na,A,one\na,B,"two, or ""more"""\nc,A,three\n'


def cells(source_id: str, *gists: str) -> list[dict[str, str]]:
    return [{"source_id": source_id, "coder": "Ada", "gist": gist} for gist in gists]


def test_rows_stand_after_the_last_of_their_source_and_all_else_stays() -> None:
    found = with_rows(TABLE, SCHEMA, "Ada", {"a": cells("a", "x", "y, z"), "c": cells("c", "w")})
    assert found.splitlines() == [
        *TABLE.splitlines()[:3], "a,Ada,x", 'a,Ada,"y, z"', "c,A,three", "c,Ada,w",
    ]  # fmt: skip


def test_rows_take_the_place_of_those_of_the_same_coder_and_source_alone() -> None:
    first = with_rows(TABLE, SCHEMA, "Ada", {"a": cells("a", "x"), "c": cells("c", "w")})
    assert with_rows(first, SCHEMA, "Ada", {"a": cells("a", "x")}) == first
    assert with_rows(first, SCHEMA, "Ada", {"a": cells("a", "n")}) == first.replace(",x", ",n")
    assert with_rows(first, SCHEMA, "Ada", {"a": [], "c": []}) == TABLE


@pytest.mark.parametrize(("sign", "end"), [(",", "\r\n"), (";", "\n"), ("\t", "\r\n")])
def test_the_table_keeps_its_signs_its_line_ends_and_its_mark(sign: str, end: str) -> None:
    table = f"\ufeffsource_id{sign}coder{sign}gist{end}a{sign}A{sign}ä{end}"
    found = with_rows(table, SCHEMA, "Ada", {"a": cells("a", "é")})
    assert found == f"{table}a{sign}Ada{sign}é{end}"


def test_a_last_line_without_an_end_gets_one_and_new_sources_come_last() -> None:
    found = with_rows(TABLE.rstrip(), SCHEMA, "Ada", {"e": cells("e", "x"), "d": cells("d", "y")})
    assert found == f"{TABLE}d,Ada,y\ne,Ada,x\n"


CODEBOOK = "coders: [A, B]   # each alone\nagreed: agreed\nfacets: {}\n"


@pytest.mark.parametrize("name", ["Ada", "Zoë Ångström", "no", "12", "O'Brien", "Jo"])
def test_a_person_is_named_beside_the_coders(name: str) -> None:
    once = with_person(CODEBOOK, name)
    assert yaml.safe_load(once)["people"] == [name]
    twice = with_person(once, "Grace")
    assert yaml.safe_load(twice)["people"] == [name, "Grace"]
    for text in (once, twice):
        lines = [line for line in text.splitlines(keepends=True) if "people" not in line]
        assert "".join(lines) == CODEBOOK


def test_a_list_of_another_form_is_left_to_its_author() -> None:
    with pytest.raises(ValueError, match="add Ada to the list people"):
        with_person("people:\n  - Grace\nagreed: agreed\n", "Ada")


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_only_empty_cells_are_filled_and_other_rows_stay_byte_for_byte(end: str) -> None:
    rows = ("source_id,coder,gist", '"a",,"two', 'lines"', 'b,"",""', "c,,")
    text = end.join(rows)
    cells = {"a": {"coder": "x", "gist": "y"}, "c": {"gist": "z, z"}, "none": {"coder": "x"}}
    assert with_filled(text, SCHEMA, {}) == text
    made = end.join(("source_id,coder,gist", 'a,x,"two', 'lines"', 'b,"",""', 'c,,"z, z"', ""))
    assert with_filled(text, SCHEMA, cells) == made
    assert with_filled(made, SCHEMA, cells).replace('"z, z"', "") == made.replace('"z, z"', "")


KEYED = TableSchema("codings", "codings.csv", FIELDS, ("source_id", "coder"), ())


@pytest.mark.parametrize(("sign", "end"), [(",", "\n"), (";", "\r\n"), ("\t", "\n")])
def test_rows_take_the_place_of_those_with_their_key(sign: str, end: str) -> None:
    def lines(*rows: tuple[str, ...]) -> str:
        return "".join(f"{sign.join(row)}{end}" for row in rows)

    quoted = ("a", "B", '"two, ""more"""')
    table = lines(NAMES, ("a", "A", "one"), quoted, ("c", "A", "three"))
    rows = [("a", "A", "new"), ("a", "C", "third"), ("c", "B", "four"), ("b", "A", "=x")]
    wanted = lines(NAMES, rows[0], quoted, rows[1], ("c", "A", "three"), *rows[2:])
    assert with_merged(table.removesuffix(end), KEYED, rows) == wanted
    assert with_merged(wanted, KEYED, rows) == wanted


def test_a_table_with_a_header_alone_takes_rows() -> None:
    assert with_merged("source_id,coder,gist", KEYED, [("a", "A", "x")]) == (
        "source_id,coder,gist\na,A,x\n"
    )


def test_columns_are_put_behind_each_row_however_long_it_is() -> None:
    table = 'source_id,coder,gist\r\na,A,"one\r\ntwo"\r\nb,A,x'
    assert with_empty_columns(table, SCHEMA, ["design", "place"]) == (
        'source_id,coder,gist,design,place\r\na,A,"one\r\ntwo",,\r\nb,A,x,,'
    )
