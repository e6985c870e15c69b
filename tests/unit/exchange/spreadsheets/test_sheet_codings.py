"""What a sheet says by its map comes out in the names of the data, and what it lacks is told."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from evidence.exchange.codings.coded import CodedEvidence
from evidence.exchange.codings.mapping_file import read_map
from evidence.exchange.spreadsheets.sheet_codings import coded_sheet, parts
from evidence.model.codebook import Attribute, Codebook, Facet
from evidence.model.faults import Fault

BOOK = Codebook(
    version=1,
    coders=("reader",),
    agreed="reader",
    people=("ben",),
    attributes={
        "method": Attribute("How?", {"trial": "By lot.", "survey": "Asked.", "essay": "No data."}),
        "place": Attribute("Where?", {"school": "School", "park": "Park"}, multiple=True),
    },
    facets={
        "effect": Facet(
            "What?", {"hoped": "…", "better": "…", "worse": "…"}, {"sleep": "…", "mood": "…"}
        )
    },
    effects={"measure": Attribute("Of what?", {"hours": "Hours slept."})},
)
MAP = """\
version: 1
sources: {title: Title, year: Year, type: {column: Kind, values: {Article: article-journal}}}
coder: reader
columns:
  Design: {attribute: method, values: {RCT: trial, Other: leave out}}
  Place: {attribute: place, split: ";", values: {School: school, Park: park}}
  Sleep: {facet: effect, code: sleep, stance: hoped, marks: [x, "1"]}
  Mood: {facet: effect, code: mood, stances: {"+": better, "-": worse, "+/-": [better, worse]}}
  All: {facet: effect, stance: hoped, split: ",", codes: {Sleep: sleep, "Mood (own, his)": mood}}
  N: {effect: sample}
  Measure: {effect: measure, values: {Hours: hours}}
  Notes: leave out
nothing: [n/a, "no"]
"""
TWO = """\
version: 1
sources: {source_id: ID, title: Title}
coder: reader
coders: {Ann: ben, Ben: ben}
columns: {Design: {attribute: method, values: {RCT: trial, Survey: survey}}, Who: coder}
"""
HEAD = "Title,Year,Kind,Design,Place,Sleep,Mood,All,N,Measure,Notes"


def coded(
    tmp_path: Path, rows: Sequence[str], text: str = MAP, head: str = HEAD
) -> tuple[CodedEvidence | None, list[Fault]]:
    sheet, path = tmp_path / "a.csv", tmp_path / "map.yml"
    sheet.write_text("\n".join([head, *rows, ""]), "utf-8")
    path.write_text(text, "utf-8")
    told, faults = read_map(path, BOOK, ("source_id", "title", "year", "type"))
    assert told, faults
    return coded_sheet(sheet, told)


def found(tmp_path: Path, *rows: str, text: str = MAP, head: str = HEAD) -> CodedEvidence:
    evidence, faults = coded(tmp_path, rows, text, head)
    assert evidence, faults
    return evidence


def answers(evidence: CodedEvidence) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(one.coder, one.attribute, one.values) for one in evidence.answers]


def codings(evidence: CodedEvidence) -> list[tuple[str, str, str]]:
    return [(one.coder, one.code, one.stance) for one in evidence.codings]


def test_a_row_is_a_study_with_answers_codings_and_effects(tmp_path: Path) -> None:
    row = 'Trees,2001,Article,rct,School; park,X,+,"Sleep, Mood (own, his)",84,Hours,long'
    evidence = found(tmp_path, row)
    (source,) = evidence.sources
    assert (source.name, source.place) == ("line 2", "line 2")
    assert source.values == {"title": "Trees", "year": "2001", "type": "article-journal"}
    assert answers(evidence) == [
        ("reader", "method", ("trial",)),
        ("reader", "place", ("school", "park")),
    ]
    assert codings(evidence) == [
        ("reader", "sleep", "hoped"),
        ("reader", "mood", "better"),
        ("reader", "mood", "hoped"),
    ]
    (effect,) = evidence.effects
    assert (effect.source, effect.cells) == ("line 2", {"sample": "84", "measure": "hours"})
    assert evidence.lost == {"Notes": ("long",)}


def test_a_text_can_stand_for_several_for_none_and_for_nothing(tmp_path: Path) -> None:
    evidence = found(tmp_path, "Trees,2001,,Other,n/a,No,+/-,,N/A,,")
    assert answers(evidence) == []
    assert codings(evidence) == [("reader", "mood", "better"), ("reader", "mood", "worse")]
    assert evidence.effects == ()


def test_texts_without_a_meaning_are_told_once_with_how_often(tmp_path: Path) -> None:
    rows = ["Trees,2001,,RTC,Schol;Park,,,,,,", "Ponds,2002,,RTC,Schol,?,,,,,"]
    evidence, faults = coded(tmp_path, [row.removesuffix(",") for row in rows])
    assert evidence is None
    assert [(one.row, one.column, one.nearest) for one in faults] == [
        (2, "Design", "RCT"),
        (2, "Place", "School"),
        (3, "Sleep", ""),
    ]
    assert "'RTC' no meaning under 'Design' (2 cells)" in faults[0].message


def test_columns_that_only_the_map_or_only_the_sheet_has_are_told(tmp_path: Path) -> None:
    head = HEAD.replace("Mood", "Mode")
    _, faults = coded(tmp_path, ["Trees,2001,,,,,,,,,"], head=head)
    assert [(one.code, one.row, one.nearest) for one in faults] == [
        ("missing-column", 8, "Mode"),
        ("extra-column", 1, ""),
    ]


def test_a_row_without_a_study_is_told_and_left_out(tmp_path: Path) -> None:
    rows = ["s1,Trees,RCT,Ben", "Total,,99,", ",,7,"]
    evidence = found(tmp_path, *rows, text=TWO, head="ID,Title,Design,Who")
    assert [source.name for source in evidence.sources] == ["s1"]
    assert evidence.lost == {"rows that name no study": ("line 3: Total, 99", "line 4: 7")}


def test_of_two_rows_of_a_study_the_first_counts_and_the_second_is_the_persons(
    tmp_path: Path,
) -> None:
    rows = ["s1,Trees,RCT,Ann", "s1,,Survey,Ben", "s2,Ponds,Survey,Ben"]
    evidence = found(tmp_path, *rows, text=TWO, head="ID,Title,Design,Who")
    assert [source.name for source in evidence.sources] == ["s1", "s2"]
    assert answers(evidence) == [
        ("reader", "method", ("trial",)),
        ("ben", "method", ("survey",)),
        ("reader", "method", ("survey",)),
    ]


def test_a_row_that_says_otherwise_of_the_same_study_is_told(tmp_path: Path) -> None:
    rows = ["s1,Trees,RCT,Ben", "s1,Trees,Survey,Ben", "s1,Trees,RCT,Ben"]
    text = TWO.replace("coder: reader\n", "")
    evidence = found(tmp_path, *rows, text=text, head="ID,Title,Design,Who")
    assert answers(evidence) == [("ben", "method", ("trial",))]
    ((_, told),) = evidence.lost.items()
    assert told == ("line 3: method survey, and trial in line 2",)


def test_several_columns_of_a_row_say_what_one_would(tmp_path: Path) -> None:
    text = """\
version: 1
sources: {title: Title, type: {column: Kind, values: {Web page: leave out}}}
columns:
  School: {attribute: place, values: {x: school}}
  Park: {attribute: place, values: {x: park}}
"""
    evidence = found(tmp_path, "Trees,Web page,x,x", text=text, head="Title,Kind,School,Park")
    assert answers(evidence) == [("", "place", ("school", "park"))]
    assert evidence.sources[0].values == {"title": "Trees"}


@pytest.mark.parametrize(
    ("text", "split", "expected"),
    [
        ("a; b;", ";", ["a", "b"]),
        ("a; b\nc;\nd (e\nf)", ";", ["a", "b", "c", "d (e; f)"]),
        ("UK (England, Wales), Norland", ",", ["UK (England, Wales)", "Norland"]),
        ("1) a; 2) b", ";", ["1) a", "2) b"]),
        ("a (b; c", ";", ["a (b", "c"]),
        ("a\n  b\n", "\n", ["a", "b"]),
        ("a\nb; c", "", ["a b; c"]),
        (";;", ";", []),
        ("(" * 50_000 + ";" * 50_000, ";", ["(" * 50_000]),
    ],
)
def test_a_cell_is_parted_outside_brackets(text: str, split: str, expected: list[str]) -> None:
    assert parts(text, split) == expected


def test_a_coder_whom_the_map_does_not_know_is_told(tmp_path: Path) -> None:
    text = TWO.replace("coder: reader\n", "")
    _, (fault,) = coded(tmp_path, ["s1,Trees,RCT,Benn"], text, "ID,Title,Design,Who")
    assert (fault.code, fault.row, fault.nearest) == ("unknown-coder", 2, "Ben")


@pytest.mark.parametrize("cell", ["=1+1", "<script>", "a: b # c", "'\"\\", "北京"])
def test_any_text_can_be_a_name_in_the_map(cell: str, tmp_path: Path) -> None:
    shown = cell.replace("\\", "\\\\").replace('"', '\\"')
    quoted = cell.replace('"', '""')
    text = (
        f'version: 1\nsources: {{title: Title}}\ncolumns:\n  "{shown}": ' + "{attribute: method, "
    )
    text += f'values: {{"{shown}": trial}}}}\n'
    evidence = found(tmp_path, f'Trees,"{quoted}"', text=text, head=f'Title,"{quoted}"')
    assert answers(evidence) == [("", "method", ("trial",))]
