"""What goes out as REFI-QDA keeps to its form, and comes back equal."""

import zipfile
from collections import Counter
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from pyrefiqda import RefiCodebook, RefiProject

from evidence.exchange.codings.coded import CodedAnswer, CodedEvidence, CodedPassage, CodedSource
from evidence.exchange.codings.coded_files import reader_of
from evidence.exchange.codings.held_codings import held_codings
from evidence.exchange.looks import look_at
from evidence.exchange.qualitative.refi_written import refi_codebook, refi_project
from evidence.exchange.sources.records import clean
from evidence.model.codebook import Facet
from evidence.model.load import load
from evidence.model.package import read_package
from tests.conftest import PROJECT
from tests.unit.exchange.qda_files import FOLDER, project

SCHEMA = etree.RelaxNG(etree.parse(Path(__file__).parents[1].joinpath("refi-qda.rng")))
REVIEWS = ("data", "tests/second_review/data")
TOOLS = ("nvivo", "atlas-ti", "maxqda", "qualcoder", "quirkos")


def held(data: str) -> CodedEvidence:
    package, faults = read_package(PROJECT / data)
    assert package, faults
    columns = [name for name in package.tables["sources"].fields if name != "source_id"]
    return held_codings(load(PROJECT / data), columns, "evidence")


def read(path: Path) -> CodedEvidence:
    reader = reader_of(look_at(path))
    assert reader
    found, faults = reader.read(path)
    assert found, faults
    return found


def written(coded: CodedEvidence, folder: Path) -> Path:
    path = folder / "written.qdpx"
    path.write_bytes(refi_project(coded, "A review"))
    return path


def said(coded: CodedEvidence) -> Mapping[str, object]:
    """Return what evidence says, whatever file and place it has it from."""
    passages = (
        (one.source, one.coder, one.facet, one.code, one.stance, one.locator, one.gist)
        for one in coded.codings
    )
    answers = ((one.source, one.coder, one.attribute, one.values) for one in coded.answers)
    return {
        "sources": [(one.name, dict(one.values)) for one in coded.sources],
        "codings": Counter(dict.fromkeys(passages)),
        "answers": Counter(answers),
        "facets": {
            name: (facet.question, dict(facet.stances), dict(facet.codes))
            for name, facet in coded.facets.items()
        },
        "questions": {
            name: attribute.question
            for name, attribute in coded.attributes.items()
            if any(one.attribute == name for one in coded.answers)
        },
    }


def xml(path: Path) -> etree._Element:
    with zipfile.ZipFile(path) as archive:
        return etree.fromstring(archive.read("project.qde"))


@pytest.mark.parametrize("data", REVIEWS)
def test_a_review_goes_out_in_form_and_comes_back_equal(data: str, tmp_path: Path) -> None:
    coded = held(data)
    path = written(coded, tmp_path)
    SCHEMA.assertValid(xml(path))
    back = read(path)
    assert said(back) == said(coded)
    assert not back.lost
    assert not back.notes


@pytest.mark.parametrize("tool", TOOLS)
def test_what_comes_from_a_tool_goes_out_and_comes_back_equal(tool: str, tmp_path: Path) -> None:
    coded = read(project(tool, tmp_path))
    path = written(coded, tmp_path)
    SCHEMA.assertValid(xml(path))
    assert said(read(path)) == said(coded)


@pytest.mark.parametrize("file", ["eppi.json", "taguette-highlights.csv"])
def test_what_comes_in_another_form_comes_back_equal_too(file: str, tmp_path: Path) -> None:
    coded = read(FOLDER / file)
    path = written(coded, tmp_path)
    SCHEMA.assertValid(xml(path))
    assert said(read(path)) == said(coded)


def test_another_program_reads_it_and_what_it_writes_is_the_same(tmp_path: Path) -> None:
    coded = held(REVIEWS[1])
    loaded = RefiProject.load(written(coded, tmp_path), extract_dir=str(tmp_path / "theirs"))
    assert len(loaded.sources.text_source) == len(coded.sources)
    theirs = tmp_path / "theirs.qdpx"
    RefiProject.save(loaded, theirs, source_media_dir=tmp_path / "theirs/sources")
    assert said(read(theirs)) == said(coded)


@pytest.mark.parametrize("data", REVIEWS)
def test_a_codebook_goes_out_in_form_and_comes_back_equal(data: str, tmp_path: Path) -> None:
    coded = held(data)
    path = tmp_path / "codebook.qdc"
    path.write_bytes(refi_codebook(coded))
    SCHEMA.assertValid(etree.parse(path))
    assert said(read(path))["facets"] == said(coded)["facets"]
    assert RefiCodebook.load(path).origin == "evidence"
    assert read(path).facets.keys() == coded.facets.keys()


def test_the_same_evidence_makes_the_same_bytes() -> None:
    coded = held(REVIEWS[1])
    assert refi_project(coded, "x") == refi_project(coded, "x")


def test_a_text_shows_which_work_it_is_and_where_each_passage_stands(tmp_path: Path) -> None:
    passage = {"source": "a", "place": "", "coder": "Ann", "facet": "f", "code": "c"}
    coded = CodedEvidence(
        tool="evidence",
        sources=(
            CodedSource(name="a", place="", values={"authors": "Roe, Ann", "year": "2001"}),
            CodedSource(name="b", place=""),
        ),
        codings=(
            CodedPassage(**passage, locator="p. 1", gist="Öl 😀 runs"),
            CodedPassage(**passage, stance="new", locator="p. 1", gist="Öl 😀 runs"),
            CodedPassage(**{**passage, "coder": ""}, locator="p. 1", gist="Öl 😀 runs"),
            CodedPassage(**passage, locator="p. 2"),
            CodedPassage(**passage, gist="alone"),
            CodedPassage(**passage, stance="other"),
        ),
        answers=(
            CodedAnswer(source="b", place="", attribute="design", values=("x", "y")),
            CodedAnswer(source="a", place="", coder="Bo", attribute="design", values=("x",)),
        ),
        facets={"f": Facet("What?", {"new": "Newly."}, {"c": "A code", "d": "Never used"})},
    )
    path = written(coded, tmp_path)
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        texts = [archive.read(name).decode() for name in names[1:]]
    assert texts == ["Roe, Ann. 2001\n\n[p. 1] Öl 😀 runs\n[p. 2] ∅\nalone\n", "b\n\n"]
    SCHEMA.assertValid(xml(path))
    back = said(read(path))
    facets = {
        "f": (
            "What?",
            {
                "new": "Newly.",
                "other": "",
            },
            {"c": "A code", "d": "Never used"},
        )
    }
    assert back == {**said(coded), "facets": facets, "questions": {"design": ""}}


@pytest.mark.parametrize("coded", [CodedEvidence(tool="x")])
def test_nothing_makes_an_empty_project(coded: CodedEvidence) -> None:
    with zipfile.ZipFile(BytesIO(refi_project(coded, ""))) as archive:
        SCHEMA.assertValid(etree.fromstring(archive.read("project.qde")))


def texts(least: int) -> st.SearchStrategy[str]:
    return st.text(max_size=20).map(clean).filter(lambda text: len(text) >= least)


@settings(max_examples=60)
@given(st.lists(st.tuples(texts(1), texts(0), texts(0), texts(0)), min_size=1, max_size=6))
def test_any_text_comes_back_equal(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, str, str]]
) -> None:
    coded = CodedEvidence(
        tool="evidence",
        sources=tuple(
            CodedSource(name=name, place="") for name in dict.fromkeys(row[0] for row in rows)
        ),
        codings=tuple(
            CodedPassage(
                source=name, place="", coder=coder, facet="f", code="c", locator=locator, gist=gist
            )
            for name, coder, locator, gist in rows
        ),
    )
    back = read(written(coded, tmp_path_factory.mktemp("any")))
    assert said(back)["codings"] == said(coded)["codings"]
    assert said(back)["sources"] == said(coded)["sources"]


def code_names(path: Path) -> list[str]:
    return [str(one.get("name")) for one in xml(path).iter("{*}Code")]


@pytest.mark.parametrize("data", REVIEWS)
def test_no_two_codes_are_called_the_same(data: str, tmp_path: Path) -> None:
    names = code_names(written(held(data), tmp_path))
    assert len(names) == len({*names})


def test_codes_of_the_same_name_are_called_after_their_groups(tmp_path: Path) -> None:
    codes = {"money": "Money", "f: odd": ""}
    facets = {name: Facet("", {"met": "Met."}, codes) for name in ("f", "g")}
    coded = CodedEvidence(tool="evidence", facets=facets)
    path = written(coded, tmp_path)
    assert code_names(path)[:5] == ["f", "f: money", "f: money: met", "f: f: odd", "f: f: odd: met"]
    assert said(read(path))["facets"] == said(coded)["facets"]


PLAIN = texts(1).filter(lambda text: "/" not in text and "::" not in text)


@settings(max_examples=60)
@given(
    st.dictionaries(
        PLAIN,
        st.tuples(
            texts(0),
            st.dictionaries(PLAIN, texts(0), max_size=3),
            st.dictionaries(PLAIN, texts(0), min_size=1, max_size=3),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_any_codebook_comes_back_equal(
    tmp_path_factory: pytest.TempPathFactory,
    held: dict[str, tuple[str, dict[str, str], dict[str, str]]],
) -> None:
    coded = CodedEvidence(tool="x", facets={name: Facet(*one) for name, one in held.items()})
    path = tmp_path_factory.mktemp("any") / "codebook.qdc"
    path.write_bytes(refi_codebook(coded))
    SCHEMA.assertValid(etree.parse(path))
    assert said(read(path))["facets"] == said(coded)["facets"]
