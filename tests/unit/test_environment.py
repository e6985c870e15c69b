"""The places that name a dependency agree: pyproject.toml, environment.yml and the locks."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

PROJECT = Path(__file__).parents[2]
PYPROJECT: dict[str, Any] = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))
CONDA: dict[str, Any] = yaml.safe_load((PROJECT / "environment.yml").read_text("utf-8"))
GROUPS: dict[str, list[str]] = PYPROJECT["dependency-groups"]
DEPENDENCIES: list[str] = PYPROJECT["project"]["dependencies"]
LOCKED = {
    "requirements.lock": DEPENDENCIES + GROUPS["build"],
    "requirements-test.lock": GROUPS["test"],
    "requirements-uv.lock": GROUPS["bootstrap"],
    "requirements-taguette.lock": GROUPS["taguette"],
}


def bounds(requirements: Iterable[str]) -> Mapping[str, SpecifierSet]:
    parsed = map(Requirement, requirements)
    return {canonicalize_name(item.name): item.specifier for item in parsed}


def pins(lock: str) -> Mapping[str, frozenset[str]]:
    """Package to its pinned versions: more than one where it depends on the Python."""
    found: dict[str, set[str]] = {}
    text = (PROJECT / lock).read_text("utf-8")
    for name, version in re.findall(r"^([\w.-]+)==(\S+)", text, re.M):
        found.setdefault(canonicalize_name(name), set()).add(version)
    return {name: frozenset(versions) for name, versions in found.items()}


def test_conda_bounds_are_those_of_pyproject() -> None:
    conda = bounds(item for item in CONDA["dependencies"] if isinstance(item, str))
    project = bounds([f"python{PYPROJECT['project']['requires-python']}", *DEPENDENCIES])
    shared = conda.keys() & project.keys()
    assert {name: conda[name] for name in shared} == {name: project[name] for name in shared}
    assert conda.keys() - shared == {"jupyter", "pip", "quarto"}
    assert shared >= {"matplotlib", "pandas", "python", "tabulate"}


def test_pip_adds_this_package_and_so_the_rest() -> None:
    (pip,) = (item["pip"] for item in CONDA["dependencies"] if isinstance(item, dict))
    assert pip == ["--editable ."]


def test_conda_takes_packages_from_conda_forge_alone() -> None:
    assert CONDA["channels"] == ["conda-forge"]
    assert CONDA["name"] == PYPROJECT["project"]["name"]


@pytest.mark.parametrize("lock", LOCKED)
def test_lock_has_each_dependency_within_its_bounds(lock: str) -> None:
    locked = pins(lock)
    for name, bound in bounds(LOCKED[lock]).items():
        assert name in locked, f"{name} is not in {lock}: run make lock"
        assert all(version in bound for version in locked[name]), f"{name}: run make lock"


@pytest.mark.parametrize("lock", LOCKED)
def test_lock_has_hashes_and_names_no_registry(lock: str) -> None:
    text = (PROJECT / lock).read_text("utf-8")
    entries = re.findall(r"^[\w.-]+==.*(?:\n    .*)*", text, re.M)
    assert entries
    assert all("--hash=sha256:" in entry for entry in entries)
    assert not re.search(r"://|--index-url|--find-links", text)


def test_locks_agree_where_they_name_the_same_package() -> None:
    runtime, test = pins("requirements.lock"), pins("requirements-test.lock")
    shared = runtime.keys() & test.keys()
    assert {name: runtime[name] for name in shared} == {name: test[name] for name in shared}


def test_lowest_python_is_the_same_everywhere() -> None:
    lowest = PYPROJECT["project"]["requires-python"].removeprefix(">=")
    makefile = (PROJECT / "Makefile").read_text("utf-8")
    assert f"--python-version {lowest} " in makefile
    assert f"sys.version_info < ({lowest.replace('.', ', ')})" in makefile
    assert PYPROJECT["tool"]["ruff"]["target-version"] == f"py{lowest.replace('.', '')}"
