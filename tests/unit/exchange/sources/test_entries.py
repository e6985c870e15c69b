"""Values put into entries of a bibliography, whatever hand wrote them."""

import pytest

from evidence.exchange.sources.bibtex import read_keyed
from evidence.exchange.sources.entries import with_values

BOOK = "@book{a,\n  title = {A},\n}\n"


@pytest.mark.parametrize(
    "text",
    [
        BOOK,
        "@book{a,\n  title = {A}\n}\n",
        "@book{a, title = {A}}",
        "% first\r\n@book{b,\r\n\ttitle = {B}\r\n}\r\n\r\n@book{a,\r\n\ttitle = {A},\r\n}\r\n",
        '@BOOK{a,\n  TITLE = "A, {"}B{"}",\n  year = 2001\n}',
        "@book{a}\n",
    ],
)
def test_what_an_entry_lacks_is_put_at_its_end(text: str) -> None:
    values = {"doi": ("10.1234/a",), "keywords": ("one, two", "three"), "pages": ("1-2",)}
    after = with_values(text, {"a": values})
    held = read_keyed(after)["a"].values
    assert {name: held[name] for name in values} == values
    before = read_keyed(text)
    assert all(
        read_keyed(after)[key].one("title") == one.one("title") for key, one in before.items()
    )
    assert with_values(after, {"a": values}) == after
    assert ("\r" in after.replace("\r\n", "")) is False


@pytest.mark.parametrize(
    "value", ["{one; two}", '"one; two"', "{one; {two}}", '"one; " # "two"', "{one;\n   two}", "{}"]
)
def test_a_list_is_put_in_place_of_what_it_held(value: str) -> None:
    abstract = "abstract = {It says keywords = {none}, and keywords = none.}"
    text = f"@book{{a,\n  {abstract},\n  Keywords = {value},\n  title = {{A}}\n}}\n"
    after = with_values(text, {"a": {"keywords": ("one", "two", "three")}})
    assert after == (
        f"@book{{a,\n  {abstract},\n  Keywords = {{one; two; three}},\n  title = {{A}}\n}}\n"
    )


def test_what_is_there_stays_and_other_entries_too() -> None:
    text = "@book{a,\n  Journal = {One},\n  date = {2001}\n}\n@book{b, title = {B}}\n% end"
    values = {"container": ("Two",), "year": ("2002",), "type": ("report",), "genre": ("x",)}
    assert with_values(text, {"a": values, "none": {"doi": ("10.1234/a",)}}) == text
    assert with_values(text, {}) == text


def test_signs_of_tex_come_back_as_they_went_in() -> None:
    values = {"abstract": ('100 % of {A} & B_c ~ \\ #1 "x"',)}
    held = read_keyed(with_values(BOOK, {"a": values}))["a"].values
    assert held["abstract"] == values["abstract"]
