from collections.abc import Callable
from pathlib import Path

import pytest

from evidence.check.chapters import Chapters, scan
from evidence.check.literals import BLANK, HOLE

Read = Callable[..., Chapters]
Write = Callable[..., Path]


def test_placements_have_their_section_and_their_wording(write: Write) -> None:
    project = write(
        "# One\n\n```{python}\nparagraph(\n"
        '    say("a-claim", supported="Yes, "\n        "{part}.", no_data=f"No {x + 1}, {{y}}."),\n'
        ")\n```\n\n::: {.callout-note}\n## Note\n:::\n\n## Two {#sec-two}\n\n"
        'Text `{python} say("b-claim", partly=WORDS + "x")`.\n'
    )
    first, second = scan(project).placements()
    assert (first.code.file, *first.code.place(first.at)) == ("one.qmd", 5, 5)
    assert (first.code.section, first.claim_id) == ("One", "a-claim")
    assert first.wording == {"supported": "Yes, {part}.", "no_data": "No {{x + 1}}, {y}."}
    assert (*second.code.place(second.at), second.code.section) == (16, 16, "One: Two")
    assert second.wording == {"partly": "WORDS + 'x'"}


def test_a_callout_has_no_section_of_its_own(chapters: Read) -> None:
    text = "# One\n\n::: {.callout-note}\n## Note\n\ntext\n:::\n\nafter\n"
    assert {piece.section for piece in chapters(text).pieces if piece.file == "one.qmd"} == {"One"}


def test_a_section_goes_on_after_a_div_around_a_cell(chapters: Read) -> None:
    text = "# One\n\n::: {.box}\n```{python}\n1\n```\n:::\n\n## Two\n\n```{python}\nsay('a')\n```\n"
    assert [row.code.section for row in chapters(text).placements()] == ["One: Two"]


def test_chapters_come_in_the_order_of_the_document(write: Write) -> None:
    project = write("# One\n")
    (project / "two.qmd").write_text("# Two\n", "utf-8")
    document = project / "report.qmd"
    document.write_text(document.read_text("utf-8") + "\n{{< include two.qmd >}}\n", "utf-8")
    files = [piece.file for piece in scan(project).pieces]
    assert files == ["report.qmd", "one.qmd", "two.qmd"]


def test_a_relative_project_is_read_alike(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(write("# One\n"))
    assert [piece.file for piece in scan(Path()).pieces] == ["report.qmd", "one.qmd"]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("# One\n\n```{python}\n#| label: x\na = 1\nb = (\n```\n", (6, 5)),
        ("Text `{python} n(` here\n", (1, 17)),
        ("```{python}\n\x00\n```\n", (2, 1)),
        ("```{python}\nx = " + "(" * 300 + "\n```\n", None),
    ],
)
def test_code_that_is_no_python_is_a_fault_with_its_place(
    chapters: Read, text: str, place: tuple[int, int] | None
) -> None:
    (fault,) = chapters(text).faults
    assert fault.code == "unreadable"
    assert fault.message.startswith("this is no Python: ")
    assert place is None or (fault.line, fault.column) == place


def test_the_rest_of_a_chapter_is_read_all_the_same(chapters: Read) -> None:
    read = chapters("```{python}\n(\n```\n\n```{python}\nsay('a')\n```\n\nProse.\n")
    assert len([*read.calls(["say"])]) == 1
    assert read.pieces[-1].text == "Prose."


def test_a_long_sum_of_strings_is_read(chapters: Read) -> None:
    read = chapters("```{python}\nx = " + " + ".join(["'a b'"] * 3000) + "\n```\n")
    assert len(read.pieces) == 3001 or read.faults


def test_invalid_escapes_in_a_cell_warn_nobody(chapters: Read) -> None:
    assert chapters('```{python}\nx = "a \\d"\n```\n').pieces[-1].text == f"a {BLANK}d"


def test_an_empty_chapter_holds_nothing(chapters: Read) -> None:
    read = chapters("")
    assert [piece.file for piece in read.pieces] == ["report.qmd"]
    assert read.faults == ()


def test_a_chapter_that_is_not_there_is_a_fault(write: Write) -> None:
    project = write("One")
    (project / "one.qmd").unlink()
    (fault,) = scan(project).faults
    assert (fault.file, fault.line) == ("report.qmd", 6)
    assert "one.qmd" in fault.message


def test_a_chapter_in_another_encoding_is_a_fault(write: Write) -> None:
    project = write("One")
    (project / "one.qmd").write_bytes("One\ncaf\xe9\n".encode("latin-1"))
    (fault,) = scan(project).faults
    assert (fault.file, fault.line, fault.message) == ("one.qmd", 2, "this is no UTF-8")


@pytest.mark.parametrize("file", ["_quarto.yml", "_variables.yml"])
def test_settings_in_another_encoding_are_the_only_fault(write: Write, file: str) -> None:
    project = write("One")
    with (project / file).open("ab") as stream:
        stream.write("# caf\xe9\n".encode("latin-1"))
    (fault,) = scan(project).faults
    assert (fault.file, fault.message) == (file, "this is no UTF-8")


def test_windows_line_ends_move_nothing(write: Write) -> None:
    project = write("")
    (project / "one.qmd").write_bytes(b"# One\r\n\r\n```{python}\r\nsay('a')\r\n```\r\n")
    assert [row.code.place(row.at)[0] for row in scan(project).placements()] == [4]


def texts(read: Chapters) -> list[str]:
    return [piece.text.strip() for piece in read.pieces if piece.file == "one.qmd"]


def test_text_falls_into_paragraphs_headings_items_and_rows(chapters: Read) -> None:
    text = "# One\na\nb\n\n- c\n  d\n- e\n| f |\n| g |\n::: x\nh\n:::\n~~~\ni\n~~~\n## Two ##\n"
    assert texts(chapters(text)) == [
        "# One", "a\nb", "- c\n  d", "- e", "| f |", "| g |", "::: x", "h", ":::", "## Two ##"
    ]  # fmt: skip


def test_only_captions_and_alternative_texts_of_a_cell_are_shown(chapters: Read) -> None:
    options = (
        "#| label: x\n#| fig-cap: 'One\n#|   two'\n#| echo: true\n#| fig-alt: f  # literal: why\n"
    )
    assert texts(chapters(f"```{{python}}\n{options}x = 1\n```\n")) == [
        "'One\n     two'", "f  <!-- literal: why -->"
    ]  # fmt: skip


def test_a_cell_of_options_alone_has_no_code(chapters: Read) -> None:
    (code,) = chapters("```{python}\n#| label: x\n#|\n```\n").codes
    assert (code.text, code.label) == ("", "x")


def test_a_typed_hole_is_no_computed_value(chapters: Read) -> None:
    (found,) = (piece for piece in chapters(f"a{HOLE}b").pieces if piece.file == "one.qmd")
    assert (found.text, found.holes) == ("a b", {})


def test_a_computed_part_keeps_its_place_and_its_code(chapters: Read) -> None:
    (found,) = (piece for piece in chapters("a\nof `{python} n()`.").pieces if "of" in piece.text)
    assert found.text == f"a\nof {HOLE * 14}."
    assert found.holes == {5: "n()"}
    assert found.place(19) == (2, 18)


def test_only_a_mark_with_a_reason_makes_a_line_literal(chapters: Read) -> None:
    text = (
        "```{python}\nprint(\n    'a '  # literal: by law\n    'b '  # literal:\n    'c ')\n```\n"
    )
    (found,) = (piece for piece in chapters(text).pieces if piece.file == "one.qmd")
    assert found.wording.strip(BLANK).split() == ["b", "c"]
