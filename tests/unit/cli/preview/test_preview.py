"""The options of `evidence preview`; tests/e2e/test_preview.py has the whole in a browser."""

from argparse import ArgumentTypeError

import pytest

from evidence.cli.preview import port


@pytest.mark.parametrize("text", ["", "-1", "65536", "http", "²", "8000.0"])
def test_what_is_no_port_is_refused(text: str) -> None:
    with pytest.raises(ArgumentTypeError, match="give one from 0 to 65535"):
        port(text)


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("65535", 65535)])
def test_ports_at_the_edge(text: str, number: int) -> None:
    assert port(text) == number
