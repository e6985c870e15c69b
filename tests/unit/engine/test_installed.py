import importlib.metadata
from pathlib import Path

import pytest

from evidence.engine.installed import version


def test_all_that_is_installed_has_the_version_that_python_tells() -> None:
    names = {row.name for row in importlib.metadata.distributions()}
    assert {name: version(name) for name in names} == {
        name: importlib.metadata.version(name) for name in names
    }


def test_what_is_said_below_the_head_is_no_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "fern-1.dist-info"
    folder.mkdir()
    text = "Metadata-Version: 2.1\nName: fern\nVersion: 1.2\n\nVersion: 3\n"
    (folder / "METADATA").write_text(text, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    assert version("fern") == "1.2"


def test_what_is_not_installed_is_told() -> None:
    with pytest.raises(importlib.metadata.PackageNotFoundError):
        version("no-such-fern")
