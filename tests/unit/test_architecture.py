"""The house keeps its rules: rooms import from below, and the package knows no review."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from importlinter.cli import lint_imports

from evidence.model.load import load
from evidence.proof.manifest import PACKAGE

PROJECT = Path(__file__).parents[2]
DATA = PROJECT / "data"
CODE = {".py", ".lua", ".js", ".typ", ".css", ".html"}
# Words that mean something else where the package says them.
OTHERWISE = {
    "design": "what every study has",
    "groups": "a key of claims.yml",
    "high": "the upper end of an interval",
    "issue": "of a journal",
    "low": "the lower end of an interval",
    "review": "a room of the package",
    "roles": "a key of codebook.yml",
    "status": "a role of HTML",
}
# Knows nothing of evidence, as a contract has it, and a few settings by such names.
ENGINE = "engine"


def names() -> Iterator[str]:
    """Yield what the data of this review call its facets, stances, codes, values and claims."""
    codebook = yaml.safe_load((DATA / "codebook.yml").read_text("utf-8"))
    for name, facet in codebook["facets"].items():
        yield from (name, *facet["codes"], *facet["stances"])
    for name, attribute in codebook["attributes"].items():
        yield from (name, *map(str, attribute["values"]))
    yield from codebook["coders"]
    yield from yaml.safe_load((DATA / "claims.yml").read_text("utf-8"))["claims"]
    with (DATA / "sources.csv").open(encoding="utf-8", newline="") as file:
        yield from {row["country"] for row in csv.DictReader(file)}


def words() -> re.Pattern[str]:
    """Return what stands for a name of this review only where it is quoted."""
    plain = {re.escape(name) for name in names() if "-" not in name} - {"", *OTHERWISE}
    return re.compile(rf"([\"'`])({'|'.join(sorted(plain))})\1")


def phrases() -> re.Pattern[str]:
    """Return what names this review wherever it stands: long names, chapters and its year."""
    long = (re.escape(name) for name in sorted({*names()}) if "-" in name)
    chapters = (re.escape(path.name) for path in sorted(PROJECT.glob("chapters/*.qmd")))
    baseline = load(DATA).baseline()
    # The addresses of Word's schemas have years too.
    years = [rf"(?<!/){baseline.year}"] if baseline else []
    return re.compile(rf"(?<![\w-])({'|'.join([*long, *chapters, *years])})(?![\w-])")


def test_rooms_import_from_the_floors_below_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(PROJECT)
    assert lint_imports(cache_dir=None, no_cache=True) == 0


def test_the_package_names_nothing_of_this_review() -> None:
    quoted, anywhere = words(), phrases()
    said = [
        f"{path.relative_to(PROJECT)}:{number}: {line.strip()}"
        for path in sorted(PACKAGE.rglob("*"))
        if path.suffix in CODE
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if anywhere.search(line)
        or (path.relative_to(PACKAGE).parts[0] != ENGINE and quoted.search(line))
    ]
    assert not said, "\n".join(said)
