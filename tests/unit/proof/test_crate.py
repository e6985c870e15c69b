"""The crate follows its profile, and says of each document what it was made of."""

import json
import shutil
from collections.abc import Callable, Mapping
from importlib import resources
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote
from zipfile import ZipFile

import pytest

from evidence.engine.project import load
from evidence.engine.source import Line
from evidence.proof import crate, manifest
from evidence.proof.manifest import Manifest, fingerprint, inputs
from evidence.proof.packed import crate_package
from tests.conftest import PROJECT

DOCUMENTS = ("report.docx", "report.html", "report.pdf")
CHAPTER = next(name for name in inputs(PROJECT) if name.startswith("chapters/"))
PLACES = {
    "fig-one": Line("", CHAPTER, 7),
    "tbl-two": Line("", "report.qmd", 3),
}
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
CONTEXT = "https://w3id.org/ro/crate/1.1/context"

Graph = Mapping[str, Mapping[str, Any]]


def described(project: Path, *names: str) -> Path:
    """Write the crate of a build of some documents, which lie in `_output` afterwards."""
    made, output = project / "made", project / "_output"
    made.mkdir()
    for name in names:
        (made / name).write_text(name, encoding="utf-8")
    mark = fingerprint(project)
    entry = Manifest.of(project, output).adding(made, mark, manifest.BUILTIN)
    crate.write(load(project, {"fingerprint": mark}), made, entry, PLACES)
    entry.adding(made, mark, manifest.BUILTIN).write(made)
    shutil.copytree(made, output, dirs_exist_ok=True)
    shutil.rmtree(made)
    return output / crate.NAME


def graph(path: Path) -> Graph:
    return {entity["@id"]: entity for entity in json.loads(path.read_text("utf-8"))["@graph"]}


def ids(value: Any) -> set[str]:
    return {row["@id"] for row in (value if isinstance(value, list) else [value])}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("crate")
    for name, path in inputs(PROJECT).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, folder / name)
    return folder


@pytest.fixture(scope="module")
def path(copy: Path) -> Path:
    return described(copy, *DOCUMENTS)


def test_documents_bear_hash_format_and_licence(path: Path) -> None:
    entities = graph(path)
    for name in DOCUMENTS:
        assert entities[name]["sha256"] == manifest.digest(path.parent / name)
        assert entities[name]["identifier"] == entities["./"]["identifier"]
        assert ids(entities[name]["license"]) == {LICENCE}
    assert entities["report.pdf"]["encodingFormat"] == "application/pdf"
    assert ids(entities["../evidence/model/load.py"]["license"]) == {crate.CODE}


def test_the_run_made_the_documents_of_all_inputs(path: Path, copy: Path) -> None:
    entities = graph(path)
    run = entities["#run"]
    assert ids(run["result"]) == {*DOCUMENTS}
    names = {f"../{name}" for name in inputs(copy)}
    assert ids(run["object"]) | ids(run["instrument"]) == names
    assert run["startTime"] == run["endTime"] == "2026-11-27T00:00:00+00:00"


def test_figures_and_tables_name_the_cell_that_places_them(path: Path) -> None:
    entities = graph(path)
    assert entities["#fig-one"]["@type"] == "ImageObject"
    assert ids(entities["#fig-one"]["isBasedOn"]) == {f"../{CHAPTER}"}
    assert entities["#fig-one"]["description"] == f"placed by {CHAPTER}, line 7"
    assert ids(entities["#tbl-two"]["isPartOf"]) == {*DOCUMENTS}
    assert all(name in entities for entity in entities.values() for name in _inner(entity))


def _inner(entity: Mapping[str, Any]) -> set[str]:
    """Return the entities of this build that an entity refers to."""
    values = [
        row for value in entity.values() for row in (value if isinstance(value, list) else [value])
    ]
    found = {row["@id"] for row in values if isinstance(row, dict)}
    return {name for name in found if not name.startswith("https://w3id.org/ro/crate/")}


def test_the_same_build_has_the_same_crate(path: Path, copy: Path) -> None:
    before = path.read_bytes()
    assert described(copy, *DOCUMENTS).read_bytes() == before


def test_one_format_after_another_is_described_as_all_at_once(path: Path, copy: Path) -> None:
    before = path.read_bytes()
    shutil.rmtree(path.parent)
    for name in DOCUMENTS:
        described(copy, name)
    assert path.read_bytes() == before


def test_documents_of_an_earlier_build_are_not_described(
    tiny_project: Callable[[str], Path],
) -> None:
    project = tiny_project("# One\n")
    described(project, "report.html", "report.pdf")
    (project / "chapters/one.qmd").write_text("# Two\n", encoding="utf-8")
    entities = graph(described(project, "report.html"))
    assert "report.html" in entities
    assert "report.pdf" not in entities


@pytest.mark.parametrize(
    ("licences", "told"),
    [
        ([{"name": "OGL-UK-3.0", "title": "Open", "path": "https://a.example/o"}], "Open"),
        ([{"name": "OGL-UK-3.0"}], "OGL-UK-3.0"),
        ([], None),
    ],
)
def test_no_licence_is_told_but_that_of_the_data(
    licences: list[Mapping[str, str]], told: str | None, tmp_path: Path
) -> None:
    project = tmp_path / "project"
    shutil.copytree(PROJECT / "tests/second_review", project)
    shutil.copytree(PROJECT / "_extensions", project / "_extensions")
    package = project / "data/datapackage.json"
    content = json.loads(package.read_text("utf-8")) | {"licenses": licences}
    package.write_text(json.dumps(content), "utf-8")
    entities = graph(described(project, "report.html"))
    root = entities["./"]["license"]
    assert LICENCE not in entities
    if told is None:
        assert root == "No licence is stated; ask the authors."
        assert "license" not in entities["report.html"]
        assert "license" not in entities["../data/sources.csv"]
    else:
        (name,) = ids(root)
        assert entities[name]["name"] == told
        assert ids(entities["../data/sources.csv"]["license"]) == {name}


# What the validator's libraries have to say of each other.
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_profile_is_kept(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert issues(path.parent, monkeypatch) == []


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_what_is_handed_over_has_all_that_it_speaks_of(
    path: Path, copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = manifest.read(path.parent)
    assert made
    content = crate_package(copy, path.parent, made)
    assert crate_package(copy, path.parent, made) == content
    with ZipFile(BytesIO(content)) as archive:
        names = archive.namelist()
        archive.extractall(tmp_path)
    assert len(names) == len({*names})
    files = {
        name: entity
        for name, entity in graph(tmp_path / crate.NAME).items()
        if "File" in entity["@type"]
    }
    for name, entity in files.items():
        assert manifest.digest(tmp_path / unquote(name)) == entity["sha256"]
    assert {*names} == {*map(unquote, files), crate.NAME, manifest.NAME}
    assert issues(tmp_path, monkeypatch) == []


def issues(folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return what the validator finds wrong with a crate."""
    from rocrate_validator import services
    from rocrate_validator.models import Severity, ValidationSettings
    from rocrate_validator.utils.http import HttpRequester

    # The validator brings its profiles and wants the context from the network. rocrate has that
    # of a later version, in which two terms stand for other addresses.
    context = resources.files("rocrate").joinpath("data/ro-crate.jsonld").read_text("utf-8")
    asked = set()

    def get(self: object, url: str, **options: object) -> SimpleNamespace:
        asked.add(url)
        text = context.replace("bioschemas.org/terms/", "bioschemas.org/")
        return SimpleNamespace(
            status_code=200 if url == CONTEXT else 504,
            url=url,
            headers={"Content-Type": "application/ld+json"},
            text=text,
            content=text.encode(),
            json=lambda: json.loads(text),
        )

    monkeypatch.setattr(HttpRequester, "get", get, raising=False)
    result = services.validate(
        ValidationSettings(
            rocrate_uri=str(folder),
            profile_identifier="workflow-run-crate-0.5",
            requirement_severity=Severity.REQUIRED,
            offline=True,
        )
    )
    assert asked == {CONTEXT}
    return [str(issue.message) for issue in result.get_issues()]
