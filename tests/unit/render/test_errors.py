from __future__ import annotations

from render import CellFailed, Problem, RenderError, UnsupportedConstruct


def test_it_says_where_what_and_the_way_out() -> None:
    error = RenderError(Problem("chapters/x.qmd", 7, "a fault", "mend it"))
    assert str(error) == "chapters/x.qmd:7: a fault; mend it"
    assert (error.file, error.line, error.message, error.hint) == (
        "chapters/x.qmd", 7, "a fault", "mend it",
    )  # fmt: skip


def test_faults_without_place_or_hint() -> None:
    assert str(RenderError(Problem("", 0, "a fault", ""))) == "a fault"
    assert str(RenderError(Problem("x", 0, "a fault", ""))) == "x: a fault"


def test_all_faults_sorted_and_once() -> None:
    first, second = Problem("a", 2, "m", "h"), Problem("a", 10, "m", "h")
    error = UnsupportedConstruct(second, first, second)
    assert error.problems == (first, second)
    assert str(error) == f"{first}\n{second}"


def test_every_error_is_a_render_error() -> None:
    assert issubclass(CellFailed, RenderError)
    assert issubclass(UnsupportedConstruct, RenderError)
