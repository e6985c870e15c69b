"""A fingerprint moves with whatever reaches a document, and no document is taken on trust."""

import json
import os
import shutil
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from evidence.proof import manifest
from evidence.proof.manifest import INPUTS, Manifest, fingerprint, inputs
from tests.conftest import PROJECT

FILES = {name: name.replace("*", "review") for name in INPUTS}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with each kind of input, and a package installed elsewhere."""
    package = tmp_path / "site-packages" / "evidence"
    for room in ("cli", "model"):
        (package / room).mkdir(parents=True)
        (package / room / "code.py").write_text(room, encoding="utf-8")
    monkeypatch.setattr(manifest, "PACKAGE", package)
    folder = tmp_path / "project"
    folder.mkdir()
    for name in FILES.values():
        place = folder / name
        if "." in name.removeprefix("_"):
            place.write_text(name, encoding="utf-8")
        else:
            (place / "deep").mkdir(parents=True)
            (place / "deep" / "a.txt").write_text(name, encoding="utf-8")
    return folder


def build(project: Path, *names: str, mark: str | None = None, engine: str = "builtin") -> Path:
    """Make documents of the project as it is, and put them beside earlier ones."""
    made, output = project / "made", project / "_output"
    made.mkdir()
    for name in names:
        (made / name).write_text(f"{name} {fingerprint(project)}", encoding="utf-8")
    bears = fingerprint(project) if mark is None else mark
    Manifest.of(project, output).adding(made, bears, engine).write(made)
    output.mkdir(exist_ok=True)
    for path in made.iterdir():
        path.replace(output / path.name)
    made.rmdir()
    return output


def test_the_inputs_exist_in_this_project() -> None:
    # Quarto's variables and extensions are inputs of projects that have some.
    missing = {name for name in INPUTS if not list(PROJECT.glob(name))}
    assert missing <= {"_variables.yml", "_extensions"}
    assert {"report.qmd", "evidence/model/load.py", "data/claims.yml"} <= {*inputs(PROJECT)}


def test_the_same_files_elsewhere_have_the_same_fingerprint(
    project: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = fingerprint(project)
    copy = tmp_path_factory.mktemp("copy") / "an \N{LATIN SMALL LETTER E WITH ACUTE}"
    shutil.copytree(project, copy)
    shutil.copytree(manifest.PACKAGE, copy / "evidence")
    monkeypatch.setattr(manifest, "PACKAGE", copy / "evidence")
    os.utime(copy / "review.qmd", (0, 0))
    assert fingerprint(copy) == before


@pytest.mark.parametrize("name", [*FILES.values(), "../site-packages/evidence/cli/code.py"])
def test_each_input_moves_the_fingerprint(project: Path, name: str) -> None:
    before = fingerprint(project)
    place = project / name
    file = place if place.is_file() else place / "deep" / "a.txt"
    file.write_text("other", encoding="utf-8")
    changed = fingerprint(project)
    assert changed != before
    file.rename(file.with_name(f"renamed{file.suffix}"))
    assert fingerprint(project) not in {before, changed}


def test_cells_can_read_data_and_import_what_makes_findings(project: Path) -> None:
    assert {*inputs(project, of_cells=True)} == {
        "_quarto.yml", "analysis/deep/a.txt", "data/deep/a.txt", "evidence/model/code.py",
        "fonts/deep/a.txt", "requirements.lock",
    }  # fmt: skip


def test_leavings_of_tools_do_not_count(project: Path) -> None:
    before = inputs(project)
    for name in ("analysis/__pycache__/a.pyc", "chapters/.a.swp", "README.md", "_output/x"):
        (project / name).parent.mkdir(exist_ok=True)
        (project / name).write_text("left", encoding="utf-8")
    assert inputs(project) == before


def test_it_names_every_input_and_output(project: Path) -> None:
    written = manifest.read(build(project, "report.html", "report.pdf"))
    assert written is not None
    assert {*written.inputs} == {*inputs(project)}
    assert set(written.outputs) == {"report.html", "report.pdf"}
    assert set(written.built_from.values()) == {written.fingerprint} == {fingerprint(project)}


def test_a_build_is_current_until_something_changes(project: Path) -> None:
    output = build(project, "report.html")
    assert manifest.is_current(fingerprint(project), output, ["report.html"])
    assert not manifest.is_current(fingerprint(project), output, ["report.html", "report.pdf"])
    (project / "data/more.csv").write_text("other", encoding="utf-8")
    assert not manifest.is_current(fingerprint(project), output, ["report.html"])


def test_what_quarto_made_is_not_what_the_builtin_engine_would_make(project: Path) -> None:
    build(project, "report.html", "report.pdf")
    output = build(project, "report.html", engine="quarto")
    assert not manifest.is_current(fingerprint(project), output, ["report.html"])
    assert manifest.is_current(fingerprint(project), output, ["report.pdf"])


def test_a_document_of_files_that_were_saved_while_it_was_made_is_not_current(
    project: Path,
) -> None:
    before = fingerprint(project)
    (project / "chapters/one.qmd").write_text("saved meanwhile", encoding="utf-8")
    output = build(project, "report.html", mark=before)
    assert not manifest.is_current(fingerprint(project), output, ["report.html"])


def test_one_format_alone_leaves_the_others_old(project: Path) -> None:
    build(project, "report.html", "report.pdf")
    (project / "chapters/one.qmd").write_text("other", encoding="utf-8")
    output = build(project, "report.html")
    assert manifest.is_current(fingerprint(project), output, ["report.html"])
    assert not manifest.is_current(fingerprint(project), output, ["report.pdf"])
    written = manifest.read(output)
    assert written is not None
    assert len(set(written.built_from.values())) == 2


def test_a_document_that_somebody_changed_is_not_current(project: Path) -> None:
    output = build(project, "report.html", "report.pdf")
    (output / "report.html").write_text("touched", encoding="utf-8")
    assert not manifest.is_current(fingerprint(project), output, ["report.html"])
    assert manifest.is_current(fingerprint(project), output, ["report.pdf"])
    (output / "report.pdf").unlink()
    assert not manifest.is_current(fingerprint(project), output, ["report.pdf"])


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"fingerprint": 1}', "\0", "[" * 100_000])
def test_a_manifest_to_no_avail(project: Path, text: str) -> None:
    output = build(project, "report.html")
    (output / manifest.NAME).write_text(text, encoding="utf-8")
    assert manifest.read(output) is None
    assert not manifest.is_current(fingerprint(project), output, ["report.html"])


@pytest.mark.parametrize("value", [None, [], "x", 1, {"report.html": None}, {"report.html": {}}])
@pytest.mark.parametrize("name", [field.name for field in fields(Manifest)])
def test_a_manifest_with_a_damaged_entry_is_none(project: Path, name: str, value: Any) -> None:
    output = build(project, "report.html", "report.pdf")
    path = output / manifest.NAME
    damaged = json.loads(path.read_text("utf-8")) | {name: value}
    path.write_text(json.dumps(damaged), encoding="utf-8")
    is_text = name in ("fingerprint", "edition", "title")
    sound = is_text and value == "x"
    assert (manifest.read(output) is not None) == sound
    assert manifest.is_current(fingerprint(project), output, ["report.html"]) == sound
    written = manifest.read(build(project, "report.html"))
    assert written is not None
    assert set(written.outputs) == {"report.html", *(["report.pdf"] if sound else [])}


def test_a_manifest_of_what_is_no_text_is_none(project: Path) -> None:
    path = build(project, "report.html") / manifest.NAME
    path.write_text(path.read_text("utf-8").replace("report.html", "\\ud800"), encoding="utf-8")
    assert manifest.read(path) is None


def test_an_edition_has_a_fingerprint_of_its_own(project: Path) -> None:
    marks = {fingerprint(project, year) for year in ("", "2010", "2015")}
    assert len(marks) == 3
    output = build(project, "report.html")
    assert manifest.is_current(fingerprint(project), output, ["report.html"])
    assert not manifest.is_current(fingerprint(project, "2015"), output, ["report.html"])
    assert Manifest.of(project, output, "2015").edition == "2015"
    for year in ("", "2010", "2015"):
        assert manifest.edition_of(project, fingerprint(project, year), {2015, 2010}) == year
    assert manifest.edition_of(project, fingerprint(project, "2011"), {2015, 2010}) is None
    assert manifest.edition_of(project, "", {2015}) is None


def test_a_manifest_of_before_there_were_editions_is_one_of_none(project: Path) -> None:
    path = build(project, "report.html") / manifest.NAME
    content = json.loads(path.read_text("utf-8"))
    del content["edition"]
    path.write_text(json.dumps(content), encoding="utf-8")
    read = manifest.read(path)
    assert read
    assert read.edition == ""
