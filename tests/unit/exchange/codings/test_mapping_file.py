"""A map file says what columns and codes are, and each fault in it stands at its line."""

import os
from pathlib import Path

import pytest

from evidence.exchange.codings.mapping import CodingMap, Rule, looked_up, with_additions
from evidence.exchange.codings.mapping_file import read_map
from evidence.model.codebook import Attribute, Codebook, Facet
from evidence.model.faults import Fault, FaultCode

BOOK = Codebook(
    version=1,
    coders=("ada", "ben"),
    agreed="both",
    attributes={"method": Attribute("How?", {"trial": "By lot.", "essay": "No data."})},
    facets={"effect": Facet("What?", {"hoped": "…", "better": "…"}, {"sleep": "…", "mood": "…"})},
    effects={"measure": Attribute("Of what?", {"hours": "Hours slept."})},
)
WHOLE = """\
version: 1
file: wide.xlsx
sheet: Studies
header: [2, 3]
sources: {title: Title of study, year: "Year?"}
coders: {"Ada B.": ada, "B.C.": ben}
columns:
  "Method (all)": {attribute: method, split: ";", values: {RCT: trial, Both: [trial, essay]}}
  Asleep: {facet: effect, code: sleep, stance: hoped, marks: [x, "1"]}
  Mood: {facet: effect, code: mood, stances: {"+": better, "0": leave out}, coder: ben}
  All: {facet: effect, stance: hoped, split: ",", codes: {Sleep: sleep, "Night's rest": sleep}}
  N: {effect: sample}
  Measure: {effect: measure, values: {Hours: hours}}
  Coded by: coder
  Notes: leave out
nothing: [Not described, "-"]
codes:
  Effects/Asleep: {facet: effect, code: sleep, stance: better}
  Method/Trial: {attribute: method, value: trial}
  Odds and ends: leave out
texts: {"Interview 1.txt": hill2006}
codebook:
  coders: [cleo]
  attributes:
    method: {values: {survey: People were asked.}}
    place: {question: Where?, values: {school: At a school.}, multiple: true}
  facets:
    effect: {codes: {calm: Calm}}
    barrier: {question: What hinders?, stances: {met: Met.}, codes: {money: Money}}
  labels: {survey: Survey}
"""


def read(tmp_path: Path, text: str) -> tuple[CodingMap | None, list[Fault]]:
    path = tmp_path / "map.yml"
    path.write_text(text, "utf-8")
    return read_map(path, BOOK, ("title", "year"))


def test_a_map_says_what_each_column_and_code_is(tmp_path: Path) -> None:
    found, faults = read(tmp_path, WHOLE)
    assert found, faults
    assert (found.sheet, found.header, found.coder_column) == ("Studies", (2, 3), "Coded by")
    assert found.coders == {"Ada B.": "ada", "B.C.": "ben"}
    assert found.nothing == {"not described", "-"}
    method = found.columns["Method (all)"]
    assert (method.attribute, method.split, method.line) == ("method", ";", 8)
    assert method.texts["Both"] == ("trial", "essay")
    assert found.columns["Asleep"].texts == {"x": ("sleep",), "1": ("sleep",)}
    mood = found.columns["Mood"]
    assert (mood.code, mood.coder, mood.texts) == ("mood", "ben", {"+": ("better",), "0": ()})
    assert found.columns["All"].texts["Night's rest"] == ("sleep",)
    assert found.columns["Measure"].effect == "measure"
    assert found.columns["Notes"].is_left_out
    assert "Coded by" not in found.columns
    assert found.codes["Method/Trial"] == Rule(line=19, attribute="method", value="trial")
    assert found.codes["Odds and ends"].is_left_out
    assert found.texts == {"Interview 1.txt": "hill2006"}


def test_what_a_map_adds_stands_beside_what_the_codebook_has(tmp_path: Path) -> None:
    found, faults = read(tmp_path, WHOLE)
    assert found, faults
    book = with_additions(BOOK, found.codebook)
    assert book.coders == ("ada", "ben", "cleo")
    assert book.attributes["method"].question == "How?"
    assert {*book.attributes["method"].values} == {"trial", "essay", "survey"}
    assert book.attributes["place"].multiple
    assert {*book.facets["effect"].codes} == {"sleep", "mood", "calm"}
    assert book.facets["barrier"].codes == {"money": "Money"}


@pytest.mark.parametrize(
    ("line", "code", "near"),
    [
        ("sources: {titel: Title}", FaultCode.UNKNOWN_VALUE, "title"),
        ("coder: adda", FaultCode.UNKNOWN_CODER, "ada"),
        ("codebook: {labels: {slep: Sleep}}", FaultCode.UNKNOWN_VALUE, "sleep"),
        ("columns: {A: {attribute: methods, values: {a: trial}}}", "unknown-attribute", "method"),
        ("columns: {A: {attribute: method, values: {a: trail}}}", "unknown-value", "trial"),
        ("columns: {A: {effect: samples}}", FaultCode.UNKNOWN_VALUE, "sample"),
        (
            "columns: {A: {facet: efect, stance: hoped, codes: {a: b}}}",
            FaultCode.UNKNOWN_FACET,
            "effect",
        ),
        (
            "columns: {A: {facet: effect, stance: hopped, codes: {a: sleep}}}",
            "unknown-stance",
            "hoped",
        ),
        (
            "columns: {A: {facet: effect, code: sleep, stances: {a: beter}}}",
            "unknown-stance",
            "better",
        ),
        ("columns: {A: {facet: effect, stance: hoped, codes: {a: slep}}}", "unknown-code", "sleep"),
        ("codes: {A: {facet: effect, code: moood, stance: hoped}}", FaultCode.UNKNOWN_CODE, "mood"),
        ("codes: {A: {attribute: method, value: trail}}", FaultCode.UNKNOWN_VALUE, "trial"),
        ("columns: {A: {code: sleep}}", FaultCode.BAD_STRUCTURE, ""),
        ("columns: {A: leave it}", FaultCode.BAD_STRUCTURE, ""),
        ("columns: {A: coder, B: coder}", FaultCode.DUPLICATE_KEY, ""),
        ("header: [2, 4]", FaultCode.BAD_STRUCTURE, ""),
        ("codebook: {attributes: {x: {values: {a: b}}}}", FaultCode.BAD_STRUCTURE, ""),
        ("colums: {}", FaultCode.BAD_STRUCTURE, "columns"),
    ],
)
def test_a_fault_stands_at_its_line(line: str, code: str, near: str, tmp_path: Path) -> None:
    found, faults = read(tmp_path, f"version: 1\n{line}\n")
    assert found is None
    assert [(fault.row, fault.code, fault.nearest) for fault in faults] == [(2, code, near)]


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    text = "version: 2\ncoder: x\ncolumns:\n  A: {facet: effect, code: q, stance: r, marks: [x]}\n"
    _, faults = read(tmp_path, text)
    assert [fault.row for fault in faults] == [1, 2, 4, 4]


def test_capitals_make_no_difference_unless_the_map_has_both() -> None:
    texts = {"RCT": ("trial",), "No": ("essay",), "no": ()}
    assert looked_up(texts, "rct") == ("trial",)
    assert looked_up(texts, "no") == ()
    assert looked_up(texts, "No") == ("essay",)
    assert looked_up(texts, "survey") is None


ALIASES = ["a: &a0 [x, x]\n"]
ALIASES += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 60)]
BOMB = f"version: 1\n{''.join(ALIASES[:20])}codes: *a19\nnothing: *a19\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("version: 1\ncodes: " + "[" * 200_000 + "]" * 200_000, "over 50 levels deep"),
        ("version: 1\ncodes: " + "[" * 5_000, "over 50 levels deep"),
        (f"version: 1\n{''.join(ALIASES)}", "over 50 levels deep"),
        (BOMB, "found a list"),
        ("#" * 10_000_001, "10,000,000 are the most that a map has"),
    ],
)  # fmt: skip
def test_a_map_that_means_no_good_is_refused(text: str, told: str, tmp_path: Path) -> None:
    found, faults = read(tmp_path, text)
    assert found is None
    assert any(told in fault.message for fault in faults)


def test_a_map_that_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "map.yml"
    os.mkfifo(pipe)
    found, faults = read_map(pipe, BOOK, ())
    assert found is None
    assert [fault.code for fault in faults] == ["unreadable-file"]
