import ast
import warnings

import pytest

from evidence.check.literals import BLANK, HOLE, String, strings


def string(source: str) -> String:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        (node,) = ast.parse(source).body
    assert isinstance(node, ast.Expr)
    *_, whole = strings(ast.get_source_segment(source, node.value) or "")
    return whole


def shown(text: str) -> str:
    """Return a text with what only fills its length left out, and each run of holes as one."""
    for sign in (BLANK, HOLE * 2):
        while sign in text:
            text = text.replace(sign, sign[1:])
    return " ".join(text.split())


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ('"plain"', "plain"),
        ("'a' \"b\"\n", "a b"),
        ('("a"  # why\n "b" \\\n "c")', "a b c"),
        ('"""two\nlines"""', "two lines"),
        (r'"a\"b\\c\nd"', 'a"b\\c d'),
        (r'"\x41\u00e9\N{BULLET}\101\U0001F600"', "Aé•A😀"),
        ('"a\\\nb"', "a b"),
        (r'r"a\"b\d"', 'a\\"b\\d'),
        (r'"\d"', "d"),
        ('f"{{#id}} {n():source} of {m}"', f"{{#id}} {HOLE} of {HOLE}"),
        ("f\"{x['a}']} b\"", f"{HOLE} b"),
        ('"{part} of {among:study/studies} {#id} {.class} {a=b}"', f"{HOLE} of {HOLE} "
         "{#id} {.class} {a=b}"),
        ('"{part} " f"{n()}"', f"{HOLE} {HOLE}"),
    ],
)  # fmt: skip
def test_a_string_is_read_as_python_reads_it(source: str, text: str) -> None:
    assert shown(string(source).text) == text


def test_each_character_stands_where_it_was_typed() -> None:
    source = '"é\\n12" " studies"'
    found = string(source)
    assert found.text.endswith(" studies")
    for sign in ("é", "1", "studies"):
        assert found.start + found.text.index(sign) == source.index(sign)


def test_fields_keep_their_code() -> None:
    assert [*string("f\"{n('a', 'b'):source} x\"").holes.values()] == ["n('a', 'b'):source"]
    assert string('"of {part}"').holes == {3: "part"}


def test_strings_inside_an_f_string_are_found() -> None:
    source = "f\"{'few 12' if x else f'no {n}'} b\""
    found = [row for row in strings(source) if HOLE * 9 not in row.text]
    assert [shown(row.text) for row in found] == ["few 12", f"no {HOLE}"]
    assert [row.start for row in found] == [source.index("few"), source.index("no")]
