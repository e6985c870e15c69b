"""The benchmarks' command lines teach, and refuse what they can't measure."""

from collections.abc import Callable, Sequence
from types import ModuleType

import pytest

from benchmarks import build, first, growth, loop, many, soak

MODULES = [build, first, growth, loop, many, soak]


@pytest.fixture(autouse=True)
def nothing_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        pytest.fail("a benchmark has begun")

    for module in MODULES:
        monkeypatch.setattr(module, "copy", refuse)


@pytest.mark.parametrize("module", MODULES)
def test_help_teaches(module: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match=r"^0$"):
        module.main(["--help"])
    assert "\n  python -m benchmarks." in capsys.readouterr().out


@pytest.mark.parametrize("text", ["x", "0", "-1", "1.5", "²", ""])
@pytest.mark.parametrize("main", [build.main, growth.main, loop.main, many.main, soak.main])
def test_what_is_no_count_is_refused(
    main: Callable[[Sequence[str]], int], text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match=r"^2$"):
        main([text])
    assert f"{text!r} is no whole number from 1 on" in capsys.readouterr().err
