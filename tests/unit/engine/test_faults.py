from __future__ import annotations

from typing import Final

from evidence.engine import CellFailed, Problem, RenderError, UnsupportedConstruct

CODE: Final = "no-target"


def test_it_says_where_what_and_the_way_out() -> None:
    error = RenderError(Problem(CODE, "chapters/x.qmd", 7, "a fault", "mend it"))
    assert str(error) == "chapters/x.qmd:7: no-target: a fault; mend it"


def test_faults_without_place_or_hint() -> None:
    assert str(RenderError(Problem(CODE, "", 0, "a fault", ""))) == "no-target: a fault"
    assert str(RenderError(Problem(CODE, "x", 0, "a fault", ""))) == "x: no-target: a fault"


def test_all_faults_sorted_and_once() -> None:
    first, second = Problem(CODE, "a", 2, "m", "h"), Problem(CODE, "a", 10, "m", "h")
    error = UnsupportedConstruct(second, first, second)
    assert error.problems == (first, second)
    assert str(error) == f"{first}\n{second}"


def test_every_error_is_a_render_error() -> None:
    assert issubclass(CellFailed, RenderError)
    assert issubclass(UnsupportedConstruct, RenderError)
