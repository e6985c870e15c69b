"""A map proposed for a project names each code, coder and text that is not the data's own."""

from pathlib import Path

import pytest
import yaml

from evidence.exchange.codings.coded import CodedAnswer, CodedEvidence, CodedPassage, CodedSource
from evidence.exchange.codings.coded_files import reader_of
from evidence.exchange.codings.coded_names import hold_names
from evidence.exchange.codings.coded_proposal import proposed_codes
from evidence.exchange.codings.mapped import mapped
from evidence.exchange.codings.mapping import with_additions
from evidence.exchange.codings.mapping_file import read_map
from evidence.exchange.data_files.held_tables import HeldData
from evidence.exchange.looks import look_at
from evidence.model.codebook import Attribute, Codebook, Facet
from evidence.model.package import read_package
from tests.conftest import PROJECT

FILES = PROJECT / "tests/unit/exchange/qda"
BOOK = Codebook(
    version=1,
    coders=("reader",),
    agreed="reader",
    attributes={"place": Attribute("Where?", {"school": "School"})},
    facets={
        "effect": Facet("What?", {"hoped": "…", "better": "…"}, {"sleep": "…"}),
        "topic": Facet("Of what?", {"told": "…"}, {"trees": "…"}),
    },
)
SOURCES = {"hill2006": "Trees on wards"}


def passage(facet: str, code: str, coder: str = "", stance: str = "") -> CodedPassage:
    return CodedPassage(
        source="Hill.txt", place="1", coder=coder, facet=facet, code=code, stance=stance
    )


def proposed(
    *codings: CodedPassage, names: tuple[str, ...] = (), **more: object
) -> dict[str, object]:
    sources = tuple(CodedSource(name=name, place="1") for name in names)
    found = CodedEvidence(tool="t", sources=sources, codings=codings, **more)  # type: ignore[arg-type]
    read: dict[str, object] = yaml.safe_load(proposed_codes(found, "a.qdpx", BOOK, SOURCES))
    return read


@pytest.mark.parametrize(
    "file",
    [
        "atlas-ti/Gardens and wards.qde", "maxqda/project.qde", "nvivo/project.qde",
        "qualcoder/project.qde", "atlas-ti.qdc", "taguette.qdc", "taguette-highlights.csv",
        "taguette-codebook.csv", "eppi.json",
    ],
)  # fmt: skip
def test_what_is_proposed_leaves_no_name_unknown(file: str, tmp_path: Path) -> None:
    reader = reader_of(look_at(FILES / file))
    assert reader
    found, _ = reader.read(FILES / file)
    assert found
    path = tmp_path / "map.yml"
    path.write_text(proposed_codes(found, file, BOOK, SOURCES), "utf-8")
    told, faults = read_map(path, BOOK, ("title",))
    assert told, "\n".join(map(str, faults))
    book = with_additions(BOOK, told.codebook)
    package, _ = read_package(PROJECT / "tests/second_review/data")
    assert package
    _, faults = hold_names(mapped(found, told), HeldData(package, book, {}), file)
    assert not faults, "\n".join(map(str, faults))


def test_what_the_data_call_the_same_is_not_asked_for() -> None:
    found = proposed(passage("effect", "sleep", stance="better"), passage("topic", "trees"))
    assert "codes" not in found
    assert "codebook" not in found


def test_a_stance_that_nothing_says_is_pointed_out() -> None:
    found = CodedEvidence(tool="t", codings=(passage("Effects", "Sleep"),))
    text = proposed_codes(found, "a.qdpx", BOOK, {})
    assert "is reported, which would be new, one of hoped, better?" in text.replace("\n#  ", "")
    read = yaml.safe_load(text)
    assert read["codes"] == {
        "Effects/Sleep": {"facet": "effect", "code": "sleep", "stance": "reported"}
    }
    added = read["codebook"]["facets"]["effect"]
    assert added == {"stances": {"reported": "The study reports it."}}


def test_codes_without_a_group_and_groups_within_groups_have_facets() -> None:
    found = proposed(passage("", "Odd"), passage("Cost/Water", "Hoses"))
    assert found["codes"] == {
        "Odd": {"facet": "codes", "code": "odd", "stance": "reported"},
        "Cost/Water/Hoses": {"facet": "cost-water", "code": "hoses", "stance": "reported"},
    }


def test_what_a_file_says_of_a_code_is_its_meaning() -> None:
    facets = {"Cost": Facet("What?", {}, {"Water": "Water and\nhoses"})}
    found = proposed(facets=facets)
    assert found["codebook"]["facets"]["cost"]["codes"] == {"water": "Water and hoses"}  # type: ignore[index]


def test_stances_of_a_file_stay_apart() -> None:
    told = {"Better": "It grew", "Worse": "It died"}
    facets = {"Growth": Facet("How did it grow?", told, {"Oak": "Oaks", "Elm": "Elms"})}
    rows = [passage("Growth", "Oak", stance=stance) for stance in ("Worse", "Better", "Worse")]
    found = proposed(*rows, facets=facets)
    assert found["codes"] == {
        "Growth/Oak/Better": {"facet": "growth", "code": "oak", "stance": "better"},
        "Growth/Oak/Worse": {"facet": "growth", "code": "oak", "stance": "worse"},
    }
    assert found["codebook"] == {
        "facets": {
            "growth": {
                "question": "How did it grow?",
                "stances": {"better": "It grew", "worse": "It died"},
                "codes": {"oak": "Oaks", "elm": "Elms"},
            }
        }
    }


def test_the_coder_with_most_counts_and_others_are_who_checks() -> None:
    rows = [passage("topic", "trees", coder) for coder in ("Ann B.", "Ben", "Ben")]
    found = proposed(*rows)
    assert found["coders"] == {"Ben": "reader", "Ann B.": "ann-b"}
    assert found["codebook"] == {"people": ["ann-b"]}
    assert proposed(rows[0])["coder"] == "reader"


def test_a_text_is_the_source_whose_id_or_title_it_has() -> None:
    found = proposed(names=("hill2006.pdf", "Trees on wards.docx", "Interview 1"))
    assert found["texts"] == {
        "hill2006.pdf": "hill2006",
        "Trees on wards.docx": "hill2006",
        "Interview 1": "leave out",
    }


def test_variables_are_attributes_unless_they_are_text() -> None:
    said = [*(("Where", one) for one in "abab"), *(("Memo", f"n {at}") for at in range(50))]
    rows = [
        CodedAnswer(source="a", place="1", attribute=name, values=(one,))
        for name, one in (*said, ("place", "school"))
    ]
    found = proposed(answers=tuple(rows))
    assert found["columns"] == {
        "Where": {"attribute": "where", "values": {"a": "a", "b": "b"}},
        "Memo": "leave out",
    }


def test_a_group_deep_in_groups_is_called_by_the_inner_ones() -> None:
    deep = "Curriculum and instruction/Other subjects/Science and technology"
    found = proposed(passage(f"{deep}/Mathematics", "Algebra"), passage(f"{deep}/Physics", "Light"))
    assert [rule["facet"] for rule in found["codes"].values()] == [  # type: ignore[attr-defined]
        "science-and-technology-mathematics",
        "science-and-technology-physics",
    ]


def test_texts_that_are_no_source_are_pointed_out() -> None:
    sources = (CodedSource(name="Ward 3", place="1"), CodedSource(name="hill2006", place="2"))
    found = CodedEvidence(tool="t", sources=sources)
    told = proposed_codes(found, "a.qdpx", BOOK, SOURCES).partition("version:")[0]
    assert "1 of 2 are left out" in told.replace("\n#  ", "")
    assert "texts" not in proposed_codes(CodedEvidence(tool="t"), "a.qdpx", BOOK, SOURCES)
