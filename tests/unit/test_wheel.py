"""The wheel holds one package with all that it needs, which works wherever it is installed."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from evidence.proof.manifest import PACKAGE, TEMPLATES, inputs

PROJECT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the wheel holds."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel"]
    subprocess.run([*command, "--directory", str(folder)], cwd=PROJECT, check=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def test_it_holds_this_package_alone_and_whole(installed: Path) -> None:
    names = {path.name for path in installed.iterdir() if path.suffix != ".dist-info"}
    assert names == {PACKAGE.name}
    files = {
        path.relative_to(installed).as_posix()
        for path in (installed / PACKAGE.name).rglob("*")
        if path.is_file()
    }
    code = {name for name in inputs(PROJECT) if name.startswith(f"{PACKAGE.name}/")}
    assert files == code | {f"{PACKAGE.name}/{TEMPLATES.name}/{name}" for name in templates()}


def templates() -> set[str]:
    """Return what a new review begins with, and that its type lies elsewhere in this project."""
    places = ((TEMPLATES, TEMPLATES), (PROJECT / "fonts", PROJECT))
    return {
        path.relative_to(above).as_posix()
        for folder, above in places
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_it_checks_a_project_that_has_no_code_of_it(installed: Path, tmp_path: Path) -> None:
    for name, path in inputs(PROJECT).items():
        if not name.startswith(f"{PACKAGE.name}/"):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, tmp_path / name)
    done = subprocess.run(
        [sys.executable, "-m", PACKAGE.name, "check"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
