import io
import re
from typing import NoReturn

import pytest

from evidence.cli.terminal import CLEAR_LINE, progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_pipe_gets_plain_lines_with_the_time() -> None:
    stream = io.StringIO()
    with progress(stream) as show:
        show("cell 1 of 2")
        show("cell 2 of 2")
    assert re.fullmatch(r" +\d+\.\d s  cell 1 of 2\n +\d+\.\d s  cell 2 of 2\n", stream.getvalue())


def test_a_name_of_several_lines_stays_in_one() -> None:
    stream = io.StringIO()
    with progress(stream) as show:
        show("read a\nb\x1b[31m.ris")
    assert stream.getvalue().endswith("read a b<U+001B>[31m.ris\n")


def test_terminal_line_changes_and_is_gone_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    stream = Terminal()
    with progress(stream) as show:
        show("x" * 100)
    first, last = stream.getvalue().split(CLEAR_LINE)[1:]
    assert len(first) == 39
    assert last == ""
    assert "\n" not in stream.getvalue()


def test_terminal_line_is_gone_after_an_error_too() -> None:
    stream = Terminal()

    def fail() -> NoReturn:
        with progress(stream) as show:
            show("working")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert stream.getvalue().endswith(CLEAR_LINE)
