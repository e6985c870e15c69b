"""Sources of other tools come into this review, and its own go out and come back the same."""

import json
import re
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

import pypandoc
import pytest

from evidence.cli.import_sources import held_sources
from evidence.exchange.sources.held import held_records
from evidence.exchange.sources.record_files import read_records
from evidence.model.works import bare_words
from tests.conftest import PROJECT, copy_project, evidence

FILES = PROJECT / "tests/unit/exchange/sources/files"
OTHERS = (PROJECT / "tests/unit/exchange/screening/files", PROJECT / "tests/unit/exchange/zotero")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_project(tmp_path_factory.mktemp("sources") / "project", "tests", "benchmarks")


@pytest.mark.parametrize("form", ["ris", "csl-json", "bibtex"])
def test_all_sources_go_out_and_come_back_the_same(form: str, project: Path) -> None:
    done = evidence(project, "export", "--to", form, "--output", f"{form}.out")
    assert done.returncode == 0, done.stderr
    records, faults = read_records(project / f"{form}.out")
    assert records, faults
    package, rows = held_sources(project)
    entries = (project / "data" / package.others["bibliography"]).read_text("utf-8")
    held = [dict(one.values) for one in held_records(rows, entries)]
    assert [dict(one.values) for one in records.records] == held
    for row, record in zip(rows, records.records, strict=True):
        for name in ("title", "year", "volume", "issue", "publisher", "place", "url"):
            assert record.one(name) == row.cells[name]


PANDOC = {"ris": "ris", "csl-json": "csljson", "bibtex": "bibtex"}


def works(records: Iterable[Mapping[str, str]]) -> list[tuple[str, str]]:
    return [(bare_words(one["title"]), one.get("doi", "").lower()) for one in records]


@pytest.mark.parametrize("form", PANDOC)
def test_another_program_reads_what_goes_out(form: str, project: Path) -> None:
    done = evidence(project, "export", "--to", form, "--output", f"{form}.pandoc")
    assert done.returncode == 0, done.stderr
    told = pypandoc.convert_file(str(project / f"{form}.pandoc"), "csljson", format=PANDOC[form])
    _, rows = held_sources(project)
    read = [{"title": one["title"], "doi": one.get("DOI", "")} for one in json.loads(told)]
    assert works(read) == works(row.cells for row in rows)


@pytest.mark.parametrize("form", ["bibtex", "biblatex", "csljson"])
def test_what_another_program_writes_comes_in(form: str, project: Path) -> None:
    done = evidence(project, "export", "--to", "csl-json")
    told = pypandoc.convert_text(done.stdout, form, format="csljson")
    (project / "written").write_text(told, "utf-8")
    records, faults = read_records(project / "written")
    assert records, faults
    _, rows = held_sources(project)
    read = [{name: one.one(name) for name in one.values} for one in records.records]
    # Pandoc writes no DOI as BibTeX.
    kept = ("title",) if form == "bibtex" else ("title", "doi")
    held = ({name: row.cells[name] for name in kept} for row in rows)
    assert works({name: one.get(name, "") for name in kept} for one in read) == works(held)


def test_the_walk_in_the_docs(project: Path) -> None:
    for path in (path for folder in (FILES, *OTHERS) for path in folder.iterdir()):
        shutil.copy(path, project)
    walk = (PROJECT / "docs/exchange.md").read_text("utf-8")
    blocks = re.findall(r"^```sh\n(.*?)^```$", walk, re.MULTILINE | re.DOTALL)
    commands = "".join(blocks).splitlines()
    assert len(commands) > 8
    told = []
    for command in commands:
        done = evidence(project, *command.split()[1:])
        assert done.returncode == 0, done.stderr
        told.append(done.stdout)
    assert "new: 2 sources" in told[0]
    assert "Written: data/sources.csv, data/references.bib" in told[1]
    assert "There is nothing to add." in told[2]
    asked = evidence(project, "check")
    assert asked.returncode == 1
    assert "country: required: the cell is empty" in asked.stderr
    assert re.search("source-without-appraisal: .*'rudnik2019'", asked.stderr)
