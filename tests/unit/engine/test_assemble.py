from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from nbformat.v4 import new_output

from evidence.engine import UnsupportedConstruct
from evidence.engine.assemble import assemble, literal, places
from evidence.engine.document import Cell, Executed, Prose
from evidence.engine.source import Line

Lines = Callable[[str], tuple[Line, ...]]
START = Line("```{python}", "a.qmd", 3)


def shown(folder: Path, *outputs: Any, **options: Any) -> str:
    named = {key.replace("_", "-"): value for key, value in options.items()}
    done = Executed(Cell(START, "x = 1", {"echo": False, **named}), outputs=outputs)
    return "\n".join(line.text for line in assemble([done], folder)).strip()


def display(**data: str) -> Any:
    mimes = {key.replace("__", "+").replace("_", "/"): value for key, value in data.items()}
    return new_output("display_data", mimes)  # type: ignore[no-untyped-call]


def test_a_plain_value_is_literal() -> None:
    assert literal("a*b_c <d>") == r"a\*b\_c \<d\>"
    assert literal("two\n\n  words\x1b[31m\x00") == "two words"


def test_inline_values_take_their_places(lines: Lines, tmp_path: Path) -> None:
    prose = Prose(lines("`{python} a` and `{python} b`"))
    done = Executed(prose, values=({"text": "1*"}, {"markdown": "**b**"}))
    assert assemble([done], tmp_path)[0].text == r"1\* and **b**"


def test_outputs_keep_the_line_of_their_cell(tmp_path: Path) -> None:
    done = Executed(Cell(START, "", {"echo": True}), outputs=(display(text_plain="1"),))
    assert {(line.file, line.number) for line in assemble([done], tmp_path)} == {("a.qmd", 3)}


def test_figures_and_tables_are_placed_by_the_line_that_first_has_their_label() -> None:
    texts = (
        "![A](a.png){#fig-a}", ": B {.wide #tbl-b}", "#| label: tbl-c", 'place(x, "fig-d")',
        "See @fig-e and again {#fig-a}", "[link](#tbl-f)",
    )  # fmt: skip
    found = places(Line(text, "a.qmd", number) for number, text in enumerate(texts, 1))
    assert {label: line.number for label, line in found.items()} == {
        "fig-a": 1, "tbl-b": 2, "tbl-c": 3, "fig-d": 4,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({}, "``` {.cell-output}\n1\n```"),
        ({"output": "asis"}, "1"),
        ({"output": False}, ""),
        ({"include": False, "echo": True}, ""),
        ({"eval": False, "echo": True}, "``` {.python .cell-code}\nx = 1\n```"),
    ],
)
def test_what_options_show(tmp_path: Path, options: dict[str, Any], text: str) -> None:
    assert shown(tmp_path, display(text_plain="1"), **options) == text


def test_code_with_fences_gets_longer_ones(tmp_path: Path) -> None:
    assert shown(tmp_path, display(text_plain="````")).startswith("````` {")


def test_warnings_are_shown_only_if_wanted(tmp_path: Path) -> None:
    warning = new_output("stream", name="stderr", text="Beware\n")  # type: ignore[no-untyped-call]
    assert shown(tmp_path, warning, warning=False) == ""
    assert "Beware" in shown(tmp_path, warning, warning=True)


def test_what_drawing_returns_is_no_result(tmp_path: Path) -> None:
    assert shown(tmp_path, display(text_plain="[<matplotlib.lines.Line2D at 0x1>]")) == ""
    assert shown(tmp_path, display(text_plain="<Axes: >")) == ""


def test_a_figure_is_kept_in_both_forms(tmp_path: Path) -> None:
    output = display(image_svg__xml="<svg/>", image_png=base64.b64encode(b"png").decode())
    text = shown(tmp_path, output, label="fig-a", fig_cap="C *c*", fig_alt='"q" \\')
    assert text == f'![C *c*]({tmp_path.name}/fig-a){{#fig-a fig-alt="\\"q\\" \\\\"}}'
    assert (tmp_path / "fig-a.svg").read_text("utf-8") == "<svg/>"
    assert (tmp_path / "fig-a.png").read_bytes() == b"png"


@pytest.mark.parametrize(("kind", "extension"), [("image_png", "png"), ("image_jpeg", "jpg")])
def test_a_picture_in_one_form_has_no_other(tmp_path: Path, kind: str, extension: str) -> None:
    picture = display(**{kind: base64.b64encode(b"picture").decode(), "text_plain": "<Image>"})
    text = shown(tmp_path, picture, label="fig-a", fig_cap="C", fig_alt="A")
    assert f"{tmp_path.name}/fig-a.{extension})" in text
    assert (tmp_path / f"fig-a.{extension}").read_bytes() == b"picture"


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"$\displaystyle x^2$", r"$$\displaystyle x^2$$"),
        ("$$\na\n\n= b\n$$", "$$a = b$$"),
        (r"\[ a \]", "$$a$$"),
        (r"\begin{align*} a &= b \end{align*}", r"$$\begin{align*} a &= b \end{align*}$$"),
    ],
)
def test_formulas_are_set_as_such(tmp_path: Path, latex: str, text: str) -> None:
    assert shown(tmp_path, display(text_latex=latex, text_plain="<Math object>")) == text


def test_latex_that_is_no_formula_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedConstruct, match=r"a\.qmd:3: html-output: .* no formula"):
        shown(tmp_path, display(text_latex=r"\begin{tabular}{l} a \end{tabular}", text_plain="x"))


def test_a_table_takes_its_caption(tmp_path: Path) -> None:
    options = {"label": "tbl-a", "tbl_cap": "C", "tbl_colwidths": [20, 80]}
    text = shown(tmp_path, display(text_markdown="| a |\n|---|\n"), **options)
    assert text.endswith('|---|\n\n: C {#tbl-a tbl-colwidths="[20, 80]"}')


PNG = display(image_png="")


def test_a_figure_of_parts(tmp_path: Path) -> None:
    options = {"label": "fig-a", "fig_cap": "C", "fig_subcap": ["One *1*", "Two"]}
    text = shown(tmp_path, PNG, PNG, fig_alt=["x", "y"], layout_ncol=2, **options)
    folder = tmp_path.name
    assert text.split("\n\n") == [
        '::: {#fig-a layout-ncol="2"}',
        f'![One *1*]({folder}/fig-a.png){{#fig-a-1 fig-alt="x"}}',
        f'![Two]({folder}/fig-a-2.png){{#fig-a-2 fig-alt="y"}}',
        "C",
        ":::",
    ]


def test_pictures_in_a_layout_are_parts_without_being_told(tmp_path: Path) -> None:
    text = shown(tmp_path, PNG, PNG, label="fig-a", fig_cap="C", layout=[[1], [1]])
    assert text.startswith('::: {#fig-a layout="[[1], [1]]"}\n\n![](')
    assert "#fig-a-2" in text


def test_one_alternative_text_is_of_the_first_picture(tmp_path: Path) -> None:
    text = shown(tmp_path, PNG, PNG, label="fig-a", fig_cap="C", layout_ncol=2, fig_alt="x")
    assert text.count('fig-alt="x"') == text.count('fig-alt=""') == 1


def test_figures_with_a_caption_each(tmp_path: Path) -> None:
    text = shown(tmp_path, PNG, PNG, label="fig-a", fig_cap=["A", "B"], fig_alt=["x", "y"])
    folder = tmp_path.name
    assert [line for line in text.splitlines() if line] == [
        f'![A]({folder}/fig-a.png){{#fig-a-1 fig-alt="x"}}',
        f'![B]({folder}/fig-a-2.png){{#fig-a-2 fig-alt="y"}}',
    ]


def test_a_layout_of_outputs_and_the_margin(tmp_path: Path) -> None:
    one, two = display(text_markdown="a"), display(text_markdown="b")
    text = shown(tmp_path, one, two, layout_nrow=1, column="margin")
    assert text.split() == [
        ":::",
        "{.column-margin}",
        ":::",
        '{layout-nrow="1"}',
        "a",
        "b",
        ":::",
        ":::",
    ]


@pytest.mark.parametrize(
    ("options", "look"),
    [
        ({}, "{.python .cell-code}"),
        ({"code_fold": False}, "{.python .cell-code}"),
        ({"code_fold": True}, '{.python .cell-code code-fold="true"}'),
        (
            {"code_fold": "show", "code_summary": "See"},
            '{.python .cell-code code-fold="show" code-summary="See"}',
        ),
    ],
)
def test_code_that_folds(tmp_path: Path, options: dict[str, Any], look: str) -> None:
    assert shown(tmp_path, echo=True, **options) == f"``` {look}\nx = 1\n```"


@pytest.mark.parametrize(
    ("options", "outputs", "message"),
    [
        ({}, [display(text_html="<b>x</b>")], "shows HTML"),
        ({}, [display(text_html="<table><td><img src=x>")], "shows HTML"),
        ({"label": "fig-a", "fig_cap": "C"}, [], "shows no pictures"),
        ({"label": "fig-a"}, [display(image_png="")], "no caption"),
        ({"label": "fig-a", "fig_cap": "C"}, [display(image_png="")] * 2, "shows 2 pictures"),
        ({"label": "tbl-a"}, [display(text_markdown="x")], "no caption"),
        ({"label": "fig-a", "fig_cap": "C", "fig_subcap": ["a"]}, [PNG] * 2, "shows 2 pictures"),
        ({"label": "fig-a", "fig_cap": "C", "layout_ncol": 2}, [], "shows no pictures"),
        ({"label": "fig-a", "fig_cap": ["C", "D"]}, [PNG], "shows 1 pictures"),
    ],
)
def test_what_cannot_be_shown(
    tmp_path: Path, options: dict[str, Any], outputs: list[Any], message: str
) -> None:
    with pytest.raises(UnsupportedConstruct, match=rf"^a\.qmd:3: .*{message}"):
        shown(tmp_path, *outputs, **options)
