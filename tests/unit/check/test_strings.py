import ast
import warnings

import pytest

from evidence.check.pieces import HOLE, Mark
from evidence.check.strings import Code, literal_lines, nested, read


def code(text: str, line: int = 1, column: int = 1) -> Code:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return Code("a.qmd", "s", text, line, ast.parse(text), column)


def string(source: Code) -> tuple[Mark, ...]:
    return read(source, next(node for node in ast.walk(source.tree) if isinstance(node, ast.expr)))


def shown(marks: tuple[Mark, ...]) -> str:
    return "".join(mark.character for mark in marks)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ('"plain"', "plain"),
        ("'a' \"b\"\n", "ab"),
        ('("a"  # why\n "b" \\\n "c")', "abc"),
        ('"""two\nlines"""', "two\nlines"),
        (r'"a\"b\\c\n"', 'a"b\\c\n'),
        (r'"\x41\u00e9\N{BULLET}\101\U0001F600"', "Aé•A😀"),
        ('"a\\\nb"', "ab"),
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
    assert shown(string(code(source))) == text


def test_each_character_has_the_place_where_it_was_typed() -> None:
    source = code('say(\n    "é\\n12"\n    " studies"\n)', line=10)
    node = next(node for node in ast.walk(source.tree) if isinstance(node, ast.Constant))
    places = {mark.character: (mark.line, mark.column) for mark in read(source, node)}
    assert places["1"] == (11, 9)
    assert places["t"] == (12, 8)


def test_inline_code_begins_in_its_line() -> None:
    marks = string(code('"ab"', line=4, column=30))
    assert [(mark.line, mark.column) for mark in marks] == [(4, 31), (4, 32)]


def test_fields_keep_their_code() -> None:
    codes = [mark.code for mark in string(code("f\"{n('a', 'b'):source} x\"")) if mark.code]
    assert codes == ["n('a', 'b'):source"]


def test_strings_inside_an_f_string_are_found() -> None:
    source = code("f\"{'few 12' if x else 'no'} b\"")
    node = next(node for node in ast.walk(source.tree) if isinstance(node, ast.JoinedStr))
    found = list(nested(source, node))
    assert [shown(marks) for marks in found] == ["few 12", "no"]
    assert (found[0][4].line, found[0][4].column) == (1, 9)


def test_only_a_mark_with_a_reason_makes_a_line_literal() -> None:
    source = code("a = 1  # literal: by law\nb = 2  # literal:\nc = 3  # literally\n", line=5)
    assert literal_lines(source) == {5}
