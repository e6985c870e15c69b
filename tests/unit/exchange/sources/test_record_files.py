"""Files of sources as other tools write them, and as nobody should."""

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from evidence.exchange.sources.bibtex import bibtex_text
from evidence.exchange.sources.csl_json import csl_text
from evidence.exchange.sources.record_files import LARGEST, read_records
from evidence.exchange.sources.records import Part, Record, make_record
from evidence.exchange.sources.tagged import ris_text

FILES = Path(__file__).parents[1].joinpath("sources/files")
WRITERS: Mapping[str, Callable[[Iterable[Record]], str]] = {
    "ris": ris_text,
    "csl-json": lambda records: csl_text(held := list(records), map(str, range(len(held)))),
    "bibtex": lambda records: bibtex_text(held := list(records), map(str, range(len(held)))),
}
# The oddity of each tool, as its first record or its last has it.
ODDITIES = {
    "asreview.ris": {"annote": "ASReview_relevant; ASReview_prior", "year": "2018"},
    "embase.ris": {"authors": "De Boer, R.-J.; Adler, D.G.", "doi": "10.1234/embase.1"},
    "endnote.ris": {"authors": "Hill Jr., A.; World Garden Office", "pages": "101-110"},
    "mendeley.bib": {
        "authors": "Gröne, Oliver; García-Barbero, Mila; and others",
        "title": "Integrated care: a position paper",
        "issn": "1234-567X",
    },
    "ovid.ris": {
        "abstract": "Two samples were asked by letter.",
        "pages": "",
        "doi": "10.1234/ovid.1",
    },
    "proquest.ris": {"doi": "10.1234/proquest.1", "issn": "0894-9867; 0894-9868"},
    "pubmed.nbib": {
        "authors": "Hicks, Georgina; O'Neil, Seán; Garden Trial Group",
        "title": "Gardens in primary care: a title that PubMed breaks at eighty signs.",
        "doi": "10.1234/pubmed.1",
        "year": "2019",
        "pmid": "30000001",
    },
    "web-of-science.txt": {
        "authors": "Parks, Pamela S.; Majid, A. P.",
        "title": "Interactions of gardens with the ponds beside them",
        "keywords": "gardens; ponds; WATER; STONES",
        "pages": "7003-7016",
        "type": "article-journal",
    },
    "zotero.bib": {
        "title": "Gardens in Primary Care: A Trial at 5% of & Others",
        "authors": "Hicks, Georgina; de Boer, Anna; Department of Gardens",
        "year": "2019",
    },
    "zotero.json": {"authors": "Hicks, Georgina; van Eyk, Helen; Hill Jr., A.; Garden Trial Group"},
    "zotero.ris": {"year": "2019", "issn": "1895-5770; 1895-5789"},
}


def read(path: Path) -> tuple[Record, ...]:
    records, faults = read_records(path)
    assert records, faults
    return records.records


def test_each_file_is_of_a_tool_whose_oddity_is_known() -> None:
    assert {path.name for path in FILES.iterdir()} == ODDITIES.keys()


@pytest.mark.parametrize(("name", "expected"), ODDITIES.items())
def test_a_tool_is_read_as_it_writes(name: str, expected: Mapping[str, str]) -> None:
    first = read(FILES / name)[0]
    assert {key: first.one(key) for key in expected} == expected


@pytest.mark.parametrize("form", WRITERS)
@pytest.mark.parametrize("name", ODDITIES)
def test_what_is_read_is_written_and_read_back_equal(name: str, form: str, tmp_path: Path) -> None:
    before = read(FILES / name)
    (tmp_path / "back").write_text(WRITERS[form](before), "utf-8", newline="")
    after = read(tmp_path / "back")
    lost = {"pmid"} if form == "ris" else set()
    assert [dict(one.values) for one in after] == [
        {key: value for key, value in one.values.items() if key not in lost} for one in before
    ]
    assert not any(one.rest for one in after)


TEXT = st.text(
    st.characters(codec="utf-8", categories=("L", "N", "P", "S"), include_characters=" "),
    min_size=1,
    max_size=30,
)


@settings(max_examples=100)
@given(title=TEXT, container=TEXT, abstract=TEXT)
@example(title='"Whole"', container='a "b"', abstract='"')
@pytest.mark.parametrize("form", WRITERS)
def test_no_sign_is_lost(
    form: str, title: str, container: str, abstract: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    texts = {"type": "report", "title": title, "container": container, "abstract": abstract}
    one = make_record("csl", 1, "", [Part(name, name, text) for name, text in texts.items()])
    path = tmp_path_factory.mktemp("signs") / "back"
    path.write_text(WRITERS[form]([one]), "utf-8", newline="")
    assert dict(read(path)[0].values) == dict(one.values)


def test_a_field_without_a_name_is_kept_apart() -> None:
    (one,) = read(FILES / "proquest.ris")
    assert dict(one.rest)["AN"] == "2214991469; 51887"


def test_an_end_that_is_missing_is_told_and_nothing_lost(tmp_path: Path) -> None:
    path = tmp_path / "a.ris"
    path.write_text("TY  - JOUR\nTI  - One\nTI  - Two\n\nTY  - JOUR\nTI  - Three\n", "utf-8")
    records, _ = read_records(path)
    assert records
    assert [one.one("title") for one in records.records] == ["One", "Three"]
    assert records.records[0].rest == (("TI", "Two"),)
    assert [note.partition(":")[0] for note in records.notes] == [
        "line 5",
        "the file ends within the record of line 5",
    ]


RECORD = "TY  - JOUR\nTI  - Grün\nER  - \n"
HOSTILE: Mapping[str, tuple[bytes, str]] = {
    "empty": (b"", ":1: unknown-format: the file is empty"),
    "xml": (
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
        ":1: unknown-format: the file is XML or HTML",
    ),
    "prose": (b"Dear all,\nhere it is.\n", ":1: unknown-format: the file is in no known format"),
    "utf-16 cut off": (RECORD.encode("utf-16")[:-1], ": not-utf8: the file begins as UTF-16"),
    "utf-16 without mark": (RECORD.replace("ü", "u").encode("utf-16-le"), ":1: control-character:"),
    "latin-1": (RECORD.encode("latin-1"), ":2:9: not-utf8: byte 0xFC"),
    "nul": (RECORD.replace("G", "\0").encode(), ":2: control-character: control character U+0000"),
    "override": (RECORD.replace("G", "\u202e").encode(), ":2: control-character:"),
    "cut json": (b'[{"title": "a"', ":1:15: malformed-record: no JSON"),
    "deep json": (b"[" * 100_000, ": malformed-record: no JSON of records"),
    "long number": (b'[{"volume": ' + b"1" * 9_999 + b"}]", ": malformed-record: no JSON"),
    "no items": (b"[]", ": no-record: the file has no record"),
    "no list": (b'{"items": 3}', ": malformed-record: items is no list"),
    "half a sign": (rb'[{"title": "\ud800"}]', ":record 1: malformed-record: this is no item"),
    "json nul": (rb'[{"title": "a\u0000"}]', ":record 1: malformed-record: this is no item"),
    "title as list": (b'[{"title": "a"}, {"title": [[1]]}]', ":record 2: malformed-record:"),
    "item as text": (b'["a"]', ":record 1: malformed-record: this is no item"),
    "open brace": (b"@article{a, title = {One}\n@book{b, title = {Two}}", ":1: malformed-record:"),
    "braces": (b"@article{a, title = {" + b"\\emph{" * 9_999 + b"}" * 10_001, ":1: malformed"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_file_of_records_is_told_with_its_place(name: str, tmp_path: Path) -> None:
    content, expected = HOSTILE[name]
    path = tmp_path / "file.ris"
    path.write_bytes(content)
    records, faults = read_records(path)
    assert records is None
    assert str(faults[0]).startswith(f"{path}{expected}")


def test_a_gigabyte_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large.ris"
    with path.open("wb") as file:
        file.truncate(10**9)
    records, (fault,) = read_records(path)
    assert records is None
    assert f"unreadable-file: the file has 1,000,000,000 bytes; {LARGEST:,}" in str(fault)


def test_a_device_or_a_folder_is_not_read(tmp_path: Path) -> None:
    for path in (tmp_path, Path("/dev/zero")):
        _, (fault,) = read_records(path)
        assert "unreadable-file: it is no file" in str(fault)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    _, (fault,) = read_records(tmp_path / "none.ris")
    assert "missing-file: no such file" in str(fault)


def test_a_record_of_pubmed_is_an_article_unless_it_says_otherwise(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("\nPMID- 1\nTI  - One\nPT  - Editorial\n\nPMID- 2\nPT  - Book\n", "utf-8")
    assert [one.one("type") for one in read(path)] == ["article-journal", "book"]


def test_habits_of_bibtex(tmp_path: Path) -> None:
    path = tmp_path / "a.bib"
    text = """Exported today
@Article{ WOS:1,
DOI = {{10.1234/x}},
Title = {{A~trial of {\\o} \\& \\textit{others}}},
Year = "20" # "01",
}
@book{b, editor = {Hill, A.}, crossref = {c}}
"""
    path.write_text(text, "utf-8")
    records, _ = read_records(path)
    assert records
    first, second = records.records
    assert (first.row, first.one("doi"), first.one("year")) == (2, "10.1234/x", "2001")
    assert first.one("title") == "A trial of ø & others"
    assert second.rest == (("editor", "Hill, A."), ("crossref", "c"))
    assert records.notes == ("line 1: 'Exported today' stands in no record",)


def test_habits_of_csl_json(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    item = {"title": "A", "note": None, "page": 12, "issued": {"raw": "May 2010"},
            "container-title": ["B", "C"], "author": [{"given": "Ada"}]}  # fmt: skip
    path.write_text(json.dumps({"items": [item]}), "utf-8")
    (one,) = read(path)
    assert (one.one("pages"), one.one("year"), one.one("container")) == ("12", "2010", "B")
    assert one.rest == (("issued", "May 2010"), ("container-title", "C"))


def test_all_faulty_records_are_told(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps([1, {"title": "a"}, {"author": "b"}]), "utf-8")
    _, faults = read_records(path)
    assert [fault.column for fault in faults] == ["record 1", "record 3"]
