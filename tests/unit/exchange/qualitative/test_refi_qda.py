"""Projects of REFI-QDA as tools write them, and as nobody should."""

import io
import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from evidence.exchange.codings.coded import CodedEvidence
from evidence.exchange.codings.coded_files import reader_of
from evidence.exchange.looks import look_at
from evidence.exchange.qualitative import refi_package
from evidence.model.faults import Fault
from tests.unit.exchange.qda_files import FOLDER, project

TOOLS = ("nvivo", "atlas-ti", "maxqda", "qualcoder", "quirkos")
# source, coder, facet, code, locator, gist
PASSAGES: Mapping[str, list[tuple[str, ...]]] = {
    "nvivo": [
        ("Ward 3", "Ada L.", "Effects", "sleep", "characters 33-71",
         "I slept better, since the garden came."),
        ("Ward 3", "B", "Effects", "sleep", "characters 33-71",
         "I slept better, since the garden came."),
        ("Ward 3", "B", "", "Obstacles", "characters 78-110", "It cost us a lot – 40 € a month."),
    ],
    "atlas-ti": [
        ("Diary.docx", "Ada Arden", "Feelings", "calm", "characters 15-20", "happy"),
        ("Diary.docx", "Ada Arden", "Cost", "trees", "entry 4", "Nobody paid for the trees."),
        ("Report.pdf", "Ada Arden", "Feelings", "calm", "p. 2", "Trees calm the ward."),
        ("Report.pdf", "Ada Arden", "", '"odds & ends"', "p. 1", ""),
        ("walk.mp4", "Ada Arden", "Feelings", "calm", "0:00:14.7-0:00:17.7", "the gate"),
        ("walk.mp4", "Ada Arden", "Feelings", "calm", "0:00:04.5-1:01:01.9", "It is quiet."),
    ],
    "maxqda": [
        ("Street", "Francesca", "Wirkung", "Lärm", "characters 27-45", "louder than it was"),
        ("New Recording 11", "Francesca", "", "Wirkung", "0:00:14.7-0:00:17.7", ""),
    ],
    "qualcoder": [
        ("diary.txt", "default", "obstacle", "land", "characters 14-44",
         "We got the land from the town."),
        ("diary.txt", "default", "", "unsorted", "characters 900-912", "no such text"),
        ("report.pdf", "default", "obstacle/land", "rented land", "characters 3-9", "rented"),
    ],
    "quirkos": [
        ("00000040-1111-4111-8111-111111111111", "", "", "Noise", "characters 0-21",
         "It was loud in class."),
    ],
}  # fmt: skip
ANSWERS: Mapping[str, list[tuple[str, ...]]] = {
    "nvivo": [("Ward 3", "Place:Setting", "hospital")],
    "atlas-ti": [("Diary.docx", "setting", "hospital"), ("Report.pdf", "setting", "hospital")],
    "maxqda": [("Street", "Stadt", "Nordhaven"), ("Street", "Erstes Jahr", "2019")],
    "qualcoder": [("diary.txt", "Setting", "town"), ("diary.txt", "Members", "12")],
    "quirkos": [("00000040-1111-4111-8111-111111111111", "Setting", "school")],
}
LOST: Mapping[str, Mapping[str, str]] = {
    "nvivo": {
        "passages that belong to a case": "Ward 3, characters 33-71",
        "passages without a code": "Ward 3, characters 13-26: What changed?",
        "cases without a source": "Ada (Person:Age: 41)",
        "notes": "Annotation: Asked by everyone.",
        "links": "Annotation 1",
    },
    "atlas-ti": {
        "further groups of a code": "calm in Good feelings",
        "colours of codes": "calm #F00082",
        "comments on sources": "Diary.docx: Kept by hand.",
        "groups of sources": "Text files: Diary.docx",
        "notes": "Plan: Ask about the pond.",
    },
    "maxqda": {
        "colours of codes": "Wirkung #2364a2",
        "comments on passages": "Street, characters 0-20: Which street?",
        "passages without a code": "Street, characters 0-20: A street with trees.",
    },
    "qualcoder": {
        "groups without codes": "nothing yet",
        "colours of codes": "unsorted #F781F3",
        "comments on passages": "diary.txt, characters 14-44: Told with pride",
        "passages outside their text": "diary.txt, characters 900-912",
        "codings with a code that the file lacks": (
            "plan.png: 00000099-1111-4111-8111-111111111111"
        ),
        "description of the project": "Diaries of gardens",
    },
    "quirkos": {"colours of codes": "Noise #ff0000"},
}


def read(path: Path) -> tuple[CodedEvidence | None, list[Fault]]:
    reader = reader_of(look_at(path))
    assert reader
    return reader.read(path)


def evidence_of(path: Path) -> CodedEvidence:
    found, faults = read(path)
    assert found, faults
    return found


@pytest.mark.parametrize("tool", TOOLS)
def test_a_project_is_read_as_its_tool_writes_it(tool: str, tmp_path: Path) -> None:
    found = evidence_of(project(tool, tmp_path))
    passages = [(c.source, c.coder, c.facet, c.code, c.locator, c.gist) for c in found.codings]
    assert passages == PASSAGES[tool]
    answers = [(one.source, one.attribute, *one.values) for one in found.answers]
    assert answers == ANSWERS[tool]
    assert {what: texts[0] for what, texts in found.lost.items()} == LOST[tool]
    assert not any(coding.stance for coding in found.codings)


def test_groups_are_facets_with_what_the_file_says_of_them(tmp_path: Path) -> None:
    found = evidence_of(project("qualcoder", tmp_path))
    assert found.facets["obstacle"].question == "What stands in the way"
    assert found.facets["obstacle"].codes == {"land": "Land to plant on"}
    assert found.attributes["Members"].question == "How many"
    assert found.tool == "QualCoder 3.7, REFI-QDA project"
    assert found.notes == (
        "texts that are not in the file, and not looked for: 1 (internal://9f9f.txt)",
    )


def test_a_codebook_has_facets_alone() -> None:
    found = evidence_of(FOLDER / "atlas-ti.qdc")
    assert {name: dict(facet.codes) for name, facet in found.facets.items()} == {
        "Effects": {"sleep": "Sleep, at night or by day"},
        "": {"money": ""},
    }
    assert found.facets["Effects"].question == "What gardens do"
    assert not found.codings


HEAD = (
    '<Project xmlns="urn:QDA-XML:project:1.0" name="x"><CodeBook><Codes>'
    '<Code guid="c" name="c" isCodable="true"/></Codes></CodeBook>'
)


def bare(folder: Path, text: str, selections: str, raw: bytes | None = None) -> Path:
    """Write a project with one text and passages of it."""
    path = folder / "bare.qdpx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(
            "project.qde",
            f'{HEAD}<Sources><TextSource guid="s" name="S" plainTextPath="internal://s.TXT">'
            f"{selections}</TextSource></Sources></Project>",
        )
        archive.writestr("Sources\\S.txt", text.encode() if raw is None else raw)
    return path


def selection(start: object, end: object, name: str = "") -> str:
    return (
        f'<PlainTextSelection guid="p{start}" startPosition="{start}" endPosition="{end}" '
        f'name="{name}"><Coding guid="k"><CodeRef targetGUID="C"/></Coding></PlainTextSelection>'
    )


@pytest.mark.parametrize(
    ("start", "end", "told"),
    [
        (7, 10, ""),
        (6, 9, "the end of a line as one sign"),
        (8, 11, "a sign beyond U+FFFF as two"),
    ],
)
def test_names_of_passages_show_how_a_tool_counts(
    start: int, end: int, told: str, tmp_path: Path
) -> None:
    found = evidence_of(bare(tmp_path, "ab\r\n😀c end.\r\n", selection(start, end, "end")))
    assert [coding.gist for coding in found.codings] == ["end"]
    assert len(found.notes) == bool(told)
    assert told in "".join(found.notes)


def test_without_names_characters_are_counted_as_the_standard_has_it(tmp_path: Path) -> None:
    found = evidence_of(bare(tmp_path, "ab\r\n😀c end.\r\n", selection(4, 5)))
    assert [coding.gist for coding in found.codings] == ["😀"]


def test_a_text_may_be_utf_16(tmp_path: Path) -> None:
    path = bare(tmp_path, "", selection(0, 3), "Öl\n😀".encode("utf-16"))
    assert [coding.gist for coding in evidence_of(path).codings] == ["Öl"]


@pytest.mark.parametrize("path", ["s.txt", "internal://s.txt", "INTERNAL:///S.TXT", "\\s.txt"])
def test_a_path_may_be_written_as_tools_do(path: str, tmp_path: Path) -> None:
    whole = bare(tmp_path, "some text", selection(0, 4))
    with zipfile.ZipFile(whole) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(whole, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content.replace(b"internal://s.TXT", path.encode()))
    assert [coding.gist for coding in evidence_of(whole).codings] == ["some"]


def test_a_case_may_say_by_its_name_which_source_it_is(tmp_path: Path) -> None:
    cases = "".join(
        f'<Case guid="{name}" name="{name}"><VariableValue><VariableRef targetGUID="v"/>'
        f"<TextValue>{value}</TextValue></VariableValue></Case>"
        for name, value in (("S", "yes"), ("T", "no"))
    )
    path = tmp_path / "cases.qde"
    path.write_text(
        f'{HEAD}<Variables><Variable guid="v" name="Asked" typeOfVariable="Text"/></Variables>'
        f'<Cases>{cases}</Cases><Sources><TextSource guid="s" name="S"/></Sources></Project>',
        "utf-8",
    )
    found = evidence_of(path)
    assert [(one.source, one.attribute, one.values) for one in found.answers] == [
        ("S", "Asked", ("yes",))
    ]
    assert found.lost == {"cases without a source": ("T (Asked: no)",)}


def test_passages_of_one_number_stay_apart(tmp_path: Path) -> None:
    same = [selection(start, start + 4).replace(f"p{start}", "p") for start in (0, 5)]
    found = evidence_of(bare(tmp_path, "some text", "".join(same)))
    assert [coding.gist for coding in found.codings] == ["some", "text"]


@pytest.mark.parametrize(("start", "end"), [(5, 5), (9, 4), (-3, 2), ("x", 2), (90, 99)])
def test_a_passage_that_is_nowhere_is_told(start: object, end: object, tmp_path: Path) -> None:
    found = evidence_of(bare(tmp_path, "some text", selection(start, end, "words")))
    assert [coding.gist for coding in found.codings] == ["words"]
    assert "passages outside their text" in found.lost


def changed(path: Path, name: str, content: bytes | str, **how: object) -> Path:
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(name, content, **how)  # type: ignore[arg-type]
    return path


ENTITY = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><Project xmlns="urn:QDA-XML:project:1.0">&a;</Project>'


def test_nothing_declares_types(tmp_path: Path) -> None:
    for number, raw in enumerate((ENTITY, ENTITY.decode().encode("utf-16"))):
        path = tmp_path / f"{number}.qde"
        path.write_bytes(raw)
        found, faults = read(path)
        assert found is None
        assert "declares types" in str(faults[0])


@pytest.mark.parametrize("name", ["../evil.txt", "/etc/evil.txt", "a\\..\\..\\evil", "C:/evil.txt"])
def test_a_path_that_climbs_out_stops_it(name: str, tmp_path: Path) -> None:
    found, faults = read(changed(project("nvivo", tmp_path), name, "x"))
    assert found is None
    assert "climb" in str(faults[0])


def test_a_path_in_the_xml_leads_nowhere_else(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret words", "utf-8")
    for path in (f"absolute://{tmp_path}/secret.txt", "internal://../secret.txt", "relative:///x"):
        project = tmp_path / "p.qde"
        project.write_text(
            f'{HEAD}<Sources><TextSource guid="s" name="S" plainTextPath="{path}">'
            f"{selection(0, 6)}</TextSource></Sources></Project>",
            "utf-8",
        )
        found = evidence_of(project)
        assert [coding.gist for coding in found.codings] == [""]
        assert path in found.notes[0]


def test_a_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refi_package, "MOST_TEXT", 1_000)
    path = changed(project("nvivo", tmp_path), "sources/b.txt", b"0" * 5_000)
    found, faults = read(path)
    assert found is None
    assert "unpacks to more" in str(faults[0])
    monkeypatch.setattr(refi_package, "MOST_PARTS", 2)
    assert "parts" in str(read(path)[1][0])


def test_xml_may_have_too_many_elements(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refi_package, "MOST_NODES", 100)
    found, faults = read(project("nvivo", tmp_path))
    assert found is None
    assert "more than 100 elements" in str(faults[0])


def test_passages_may_say_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refi_package, "MOST_QUOTED", 100)
    path = bare(tmp_path, "a" * 30, "".join(selection(start, 10**9) for start in range(5)))
    found, faults = read(path)
    assert found is None
    assert "more than 100 signs" in str(faults[0])


def test_other_parts_may_be_as_large_as_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refi_package, "MOST_TEXT", 1_000)
    assert evidence_of(changed(project("nvivo", tmp_path), "sources/b.mp4", b"0" * 5_000))


def test_what_is_no_project_is_told(tmp_path: Path) -> None:
    path = tmp_path / "x.qde"
    for raw, said in (
        (b'<a xmlns="urn:QDA-XML:project:1.0">', "no XML"),
        (b'<a xmlns="urn:QDA-XML:project:1.0"/>', "no project"),
        (b'<Project xmlns="urn:QDA-XML:project:1.0"/>', "nothing is coded"),
        (b'<Project xmlns="urn:QDA-XML:project:1.0">' + b"<a>" * 300, "no XML"),
    ):
        path.write_bytes(raw)
        found, faults = read(path)
        assert found is None
        assert said in str(faults[0])


def test_a_damaged_or_locked_archive_is_told(tmp_path: Path) -> None:
    path = project("nvivo", tmp_path)
    whole = path.read_bytes()
    at = whole.index(b"project.qde") + 40
    path.write_bytes(whole[:at] + b"\0" * 200 + whole[at + 200 :])
    found, faults = read(path)
    assert found is None
    assert "damaged" in str(faults[0]) or "no XML" in str(faults[0])
    locked = bytearray(whole)
    start = locked.rindex(b"PK\x01\x02")
    locked[start + 8] |= 1
    path.write_bytes(bytes(locked))
    assert "password" in str(read(path)[1][0])


def test_a_project_has_one_file_of_xml(tmp_path: Path) -> None:
    path = changed(project("nvivo", tmp_path), "second.qde", HEAD)
    assert "2 files .qde" in str(read(path)[1][0])


def test_a_folder_or_nothing_is_told(tmp_path: Path) -> None:
    assert reader_of(look_at(tmp_path)) is None
    assert reader_of(look_at(tmp_path / "none.qdpx")) is None
    archive = io.BytesIO()
    zipfile.ZipFile(archive, "w").close()
    (tmp_path / "x.qdpx").write_bytes(archive.getvalue())
    assert reader_of(look_at(tmp_path / "x.qdpx")) is None
    shutil.copy(FOLDER / "nvivo/project.qde", tmp_path / "any.name")
    assert evidence_of(tmp_path / "any.name").codings[0].gist == ""
