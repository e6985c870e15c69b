from __future__ import annotations

from collections.abc import Callable

import pytest

from evidence.engine import Problem
from evidence.engine.project import Project
from evidence.engine.source import Fences, read

Load = Callable[..., Project]


def test_each_line_knows_its_origin(project: Load, problems: list[Problem]) -> None:
    body = "One\n\n{{< include chapters/a.qmd >}}\nLast"
    loaded = project(body, **{"chapters/a.qmd": "A\n{{< include b.qmd >}}", "chapters/b.qmd": "B"})
    found = [
        (line.text, line.file, line.number) for line in read(loaded, [], problems) if line.text
    ]
    assert found == [
        ("One", "report.qmd", 5),
        ("A", "chapters/a.qmd", 1),
        ("B", "chapters/b.qmd", 1),
        ("Last", "report.qmd", 8),
    ]
    assert not problems


def test_missing_includes_are_all_listed(project: Load, problems: list[Problem]) -> None:
    read(project("{{< include a.qmd >}}\n{{< include ../../etc/b.qmd >}}"), problems, [])
    assert [(p.file, p.line) for p in problems] == [
        ("report.qmd", 5),
        ("report.qmd", 6),
    ]


@pytest.mark.parametrize(
    ("name", "code", "said"),
    [
        ("gone.qmd", "include-missing", "it includes gone.qmd, which does not exist"),
        ("/gone.qmd", "include-missing", "it includes /gone.qmd, which does not exist"),
        ("chapters", "include-missing", "it includes chapters, which is a folder"),
        (".", "include-missing", "it includes ., which is a folder"),
        ("/", "include-missing", "it includes /, which is a folder"),
        ("/etc/passwd", "outside-project", "it includes /etc/passwd, which is outside the project"),
        ("..", "outside-project", "it includes .., which is outside the project"),
        ("../x.qmd", "outside-project", "it includes ../x.qmd, which is outside the project"),
        ("https://x.invalid/a.qmd", "outside-project", "which is an address"),
        ('"file:///etc/passwd"', "outside-project", "which is an address"),
    ],
)
def test_why_a_file_cannot_be_included(
    project: Load, problems: list[Problem], *, name: str, code: str, said: str
) -> None:
    loaded = project(f"{{{{< include {name} >}}}}", **{"chapters/a.qmd": "A"})
    read(loaded, problems, [])
    (problem,) = problems
    assert (problem.file, problem.line, problem.code) == ("report.qmd", 5, code)
    assert problem.message.endswith(said)


def test_an_include_may_start_at_the_folder_of_the_project(
    project: Load, problems: list[Problem]
) -> None:
    files = {"chapters/a.qmd": "{{< include /chapters/b.qmd >}}", "chapters/b.qmd": "B"}
    loaded = project("{{< include chapters/a.qmd >}}", **files)
    assert "B" in [line.text for line in read(loaded, [], problems)]


def test_every_include_in_another_encoding_is_listed(
    project: Load, problems: list[Problem]
) -> None:
    loaded = project("{{< include a.qmd >}}\n{{< include b.qmd >}}\n{{< include c.qmd >}}")
    for name in ("a.qmd", "b.qmd"):
        (loaded.root / name).write_bytes("One\ncaf\xe9\n".encode("latin-1"))
    read(loaded, problems, [])
    assert [(p.file, p.line, p.code) for p in problems] == [
        ("a.qmd", 2, "wrong-encoding"),
        ("b.qmd", 2, "wrong-encoding"),
        ("report.qmd", 7, "include-missing"),
    ]


def test_a_circle_of_includes(project: Load, problems: list[Problem]) -> None:
    files = {"a.qmd": "{{< include b.qmd >}}", "b.qmd": "{{< include a.qmd >}}"}
    read(project("{{< include a.qmd >}}", **files), problems, [])
    assert (problems[0].file, problems[0].line) == ("b.qmd", 1)
    assert "a.qmd -> b.qmd -> a.qmd" in problems[0].message


def test_the_document_included_in_itself(project: Load, problems: list[Problem]) -> None:
    read(project("{{< include report.qmd >}}"), problems, [])
    assert "include each other" in problems[0].message


def test_values(project: Load, problems: list[Problem]) -> None:
    loaded = project("{{< var a.b >}} {{< meta title >}}", **{"_variables.yml": "a: {b: deep}\n"})
    (line,) = read(loaded, [], problems)
    assert line.text == "deep A test"
    assert line.typed == "{{< var a.b >}} {{< meta title >}}"


def test_date_and_authors_are_as_readers_see_them(project: Load, problems: list[Problem]) -> None:
    body = "{{< meta author.1 >}}, {{< meta author.2 >}}, {{< meta date >}}"
    matter = "---\ntitle: T\ndate: 2026-02-03\nauthor:\n  - name: Ødegård\n  - B\n---\n"
    (line,) = read(project(**{"report.qmd": matter + body}), [], problems)
    assert line.text == "Ødegård, B, 3 February 2026"
    assert not problems


@pytest.mark.parametrize("path", ["author.0", "author.2", "author.x", "author.1.name", "author"])
def test_no_author_is_no_value(project: Load, problems: list[Problem], path: str) -> None:
    matter = "---\ntitle: T\ndate: 2026-02-03\nauthor: A\n---\n"
    read(project(**{"report.qmd": f"{matter}{{{{< meta {path} >}}}}"}), [], problems)
    assert ["has no value" in problem.message for problem in problems] == [True]


def test_everything_unknown_is_listed(project: Load, problems: list[Problem]) -> None:
    body = "{{< var no >}}\n{{< video x >}}\nx {{< pagebreak >}}\nx {{< include a.qmd >}}"
    read(project(body), [], problems)
    assert [problem.line for problem in problems] == [5, 6, 7, 8]


def test_code_is_left_alone(project: Load, problems: list[Problem]) -> None:
    body = "```\n{{< video x >}}\n{{< include no.qmd >}}\n```"
    assert "{{< video x >}}" in [line.text for line in read(project(body), [], problems)]
    assert not problems


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ("```", [True]),
        ("````\n```\n````\nx", [True, True, True, False]),
        ("~~~\n```\n~~~\nx", [True, True, True, False]),
        ("``` a ` b\nx", [False, False]),
        ("```py\n``` x\n```\nx", [True, True, True, False]),
    ],
)
def test_fences(text: str, inside: list[bool]) -> None:
    fences = Fences()
    assert [fences.hold(line) for line in text.splitlines()] == inside


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ("- a\n\n    ```\n    x\n    ```\n\nb", [0, 0, 1, 1, 1, 0, 0]),
        ("- ```\n  x\n  ```\nb", [1, 1, 1, 0]),
        ("> ```\n> x\n> ```\n> b", [1, 1, 1, 0]),
        ("> ```\n> x\n\nb", [1, 1, 0, 0]),
        ("a\n\n    x\n\nb", [0, 0, 1, 0, 0]),
        ("a\n    goes on", [0, 0]),
        ("- a\n\n    goes on", [0, 0, 0]),
        ("[^n]: a\n\n    goes on", [0, 0, 0]),
        ("1. a\nlazy\n\n    goes on", [0, 0, 0, 0]),
    ],
)
def test_code_in_lists_and_quotes_and_by_indent(text: str, inside: list[int]) -> None:
    fences = Fences()
    assert [fences.hold(line) for line in text.split("\n")] == [bool(row) for row in inside]


@pytest.mark.parametrize("mark", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c"])
def test_lines_end_where_an_editor_ends_them(
    project: Load, problems: list[Problem], mark: str
) -> None:
    lines = read(project(f"One{mark}two\r\nThree"), [], problems)
    assert [(line.text, line.number) for line in lines] == [(f"One{mark}two", 5), ("Three", 6)]
