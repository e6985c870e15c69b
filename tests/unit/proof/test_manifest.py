"""A manifest tells what is current, and no document is taken on trust."""

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from evidence.proof import manifest
from evidence.proof.fingerprint import INPUTS, fingerprint


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in INPUTS:
        (tmp_path / name).write_text(name, encoding="utf-8")
    return tmp_path


def build(project: Path, *names: str, mark: str | None = None, engine: str = "builtin") -> Path:
    """Make documents of the project as it is, and put them beside earlier ones."""
    made, output = project / "made", project / "_output"
    made.mkdir()
    for name in names:
        (made / name).write_text(f"{name} {fingerprint(project)}", encoding="utf-8")
    bears = fingerprint(project) if mark is None else mark
    manifest.write(project, made, output, bears, engine)
    output.mkdir(exist_ok=True)
    for path in made.iterdir():
        path.replace(output / path.name)
    made.rmdir()
    return output


def test_it_names_every_input_and_output(project: Path) -> None:
    written = manifest.read(build(project, "report.html", "report.pdf"))
    assert written is not None
    assert set(written.inputs) == set(INPUTS)
    assert set(written.outputs) == {"report.html", "report.pdf"}
    assert set(written.built_from.values()) == {written.fingerprint} == {fingerprint(project)}


def test_a_build_is_current_until_something_changes(project: Path) -> None:
    output = build(project, "report.html")
    assert manifest.is_current(project, output, ["report.html"])
    assert not manifest.is_current(project, output, ["report.html", "report.pdf"])
    (project / "data").write_text("other", encoding="utf-8")
    assert not manifest.is_current(project, output, ["report.html"])


def test_what_quarto_made_is_not_what_the_builtin_engine_would_make(project: Path) -> None:
    build(project, "report.html", "report.pdf")
    output = build(project, "report.html", engine="quarto")
    assert not manifest.is_current(project, output, ["report.html"])
    assert manifest.is_current(project, output, ["report.pdf"])


def test_a_document_of_files_that_were_saved_while_it_was_made_is_not_current(
    project: Path,
) -> None:
    before = fingerprint(project)
    (project / "chapters").write_text("saved meanwhile", encoding="utf-8")
    output = build(project, "report.html", mark=before)
    assert not manifest.is_current(project, output, ["report.html"])


def test_one_format_alone_leaves_the_others_old(project: Path) -> None:
    build(project, "report.html", "report.pdf")
    (project / "chapters").write_text("other", encoding="utf-8")
    output = build(project, "report.html")
    assert manifest.is_current(project, output, ["report.html"])
    assert not manifest.is_current(project, output, ["report.pdf"])
    written = manifest.read(output)
    assert written is not None
    assert len(set(written.built_from.values())) == 2


def test_a_document_that_somebody_changed_is_not_current(project: Path) -> None:
    output = build(project, "report.html", "report.pdf")
    (output / "report.html").write_text("touched", encoding="utf-8")
    assert not manifest.is_current(project, output, ["report.html"])
    assert manifest.is_current(project, output, ["report.pdf"])
    (output / "report.pdf").unlink()
    assert not manifest.is_current(project, output, ["report.pdf"])


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"fingerprint": 1}', "\0", "[" * 100_000])
def test_a_manifest_to_no_avail(project: Path, text: str) -> None:
    output = build(project, "report.html")
    (output / manifest.NAME).write_text(text, encoding="utf-8")
    assert manifest.read(output) is None
    assert not manifest.is_current(project, output, ["report.html"])


@pytest.mark.parametrize("value", [None, [], "x", 1, {"report.html": None}, {"report.html": {}}])
@pytest.mark.parametrize("name", [field.name for field in fields(manifest.Manifest)])
def test_a_manifest_with_a_damaged_entry_is_none(project: Path, name: str, value: Any) -> None:
    output = build(project, "report.html", "report.pdf")
    path = output / manifest.NAME
    damaged = json.loads(path.read_text("utf-8")) | {name: value}
    path.write_text(json.dumps(damaged), encoding="utf-8")
    sound = (name, value) == ("fingerprint", "x")
    assert (manifest.read(output) is not None) == sound
    assert manifest.is_current(project, output, ["report.html"]) == sound
    written = manifest.read(build(project, "report.html"))
    assert written is not None
    assert set(written.outputs) == {"report.html", *(["report.pdf"] if sound else [])}


def test_a_manifest_of_what_is_no_text_is_none(project: Path) -> None:
    path = build(project, "report.html") / manifest.NAME
    path.write_text(path.read_text("utf-8").replace("report.html", "\\ud800"), encoding="utf-8")
    assert manifest.load(path) is None
