"""Files that are no Word files, or harmful ones."""

from __future__ import annotations

import random
import re
import zipfile
from contextlib import suppress
from pathlib import Path

import openpyxl
import pytest

from evidence.review import word_package
from evidence.review.remarks import UnreadableError
from evidence.review.word import read
from tests.libreoffice import converted
from tests.unit.review.word_files import NAMES, comment, ins, on, p, part, row, table, write, zipped

EMPTY = part("w:document", "<w:body/>")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)


def refused(path: Path, *said: str) -> None:
    """See that a file is refused in words of one line."""
    with pytest.raises(UnreadableError) as told:
        read(path)
    message = str(told.value)
    assert message.startswith("it ")
    assert "\n" not in message
    for each in said:
        assert each in message


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"%PDF-1.7\n", "is a PDF"),
        (b"{\\rtf1 Text}", "Rich Text"),
        (b"\xef\xbb\xbf <html><p>Text", "HTML"),
        (b'<?xml version="1.0"?><w:wordDocument/>', "XML"),
        (b"Just text", "no Word document"),
        (bytes(range(256)) * 9, "no Word document"),
        (OLE + "WordDocument".encode("utf-16-le"), "(.doc); save it as"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "is encrypted; open it with its password"),
        (OLE, "before 2007"),
        (b"PK\x03\x04 and no more", "is damaged"),
        (b"PK", "is damaged"),
    ],
)
def test_what_is_no_zip_is_told_by_name(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(content)
    refused(path, said)


@pytest.mark.parametrize("to", ["doc", "odt", "rtf", "fodt"])
def test_what_libreoffice_saves_otherwise_is_told_by_name(tmp_path: Path, to: str) -> None:
    source = write(tmp_path / "a.docx", p("Text."))
    said = {"doc": "(.doc)", "odt": "(.odt)", "rtf": "Rich Text", "fodt": "XML"}
    refused(converted(source, tmp_path / "out", to), said[to], "save it as a Word document")


def test_a_spreadsheet_is_told_by_name(tmp_path: Path) -> None:
    openpyxl.Workbook().save(tmp_path / "a.docx")
    refused(tmp_path / "a.docx", "is a spreadsheet (.xlsx)")


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"a.txt": "text"}, "no Word document"),
        ({"word/styles.xml": "<a/>"}, "word/document.xml, is missing"),
        ({"ppt/presentation.xml": "<a/>"}, "presentation"),
        ({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}, "(.ods)"),
        ({"mimetype": "application/epub+zip"}, "no Word document"),
        ({"word/document.xml": "<a>"}, "word/document.xml is no XML"),
        ({"word/document.xml": ""}, "word/document.xml is no XML"),
        ({"word/document.xml": "<a/>"}, "it has no text"),
        ({"word/document.xml": EMPTY, "word/_rels/document.xml.rels": "x"}, "rels is no XML"),
    ],
)  # fmt: skip
def test_a_zip_without_a_text(tmp_path: Path, parts: dict[str, str], said: str) -> None:
    refused(zipped(tmp_path / "a.docx", parts), said)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    refused(tmp_path / "none.docx", "can't be read: No such file")
    refused(tmp_path, "can't be read")


@pytest.mark.parametrize(
    "entities",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x SYSTEM "https://example.org/x.dtd">',
        "<!DOCTYPE x [<!ENTITY a 'a'>" + "".join(
            f"<!ENTITY a{n} '{f'&a{n - 1};' * 10 if n else '&a;' * 10}'>" for n in range(12)
        ) + "]>",
    ],
)  # fmt: skip
def test_no_entity_is_resolved(tmp_path: Path, entities: str) -> None:
    text = '<w:body><w:p w:rsid="&a;"><w:r><w:t>&a;</w:t></w:r></w:p></w:body>'
    xml = f"{entities}<w:document {NAMES}>{text}</w:document>"
    refused(zipped(tmp_path / "a.docx", {"word/document.xml": xml}), "word/document.xml")


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    swollen = part("w:document", f"<w:body>{' ' * 60_000_000}</w:body>")
    path = zipped(tmp_path / "a.docx", {"word/document.xml": swollen})
    assert path.stat().st_size < 100_000
    refused(path, "unpacks to more than any report does, at word/document.xml")


def test_the_limits_are_in_the_docs() -> None:
    told = (Path(__file__).parents[3] / "docs/returned.md").read_text("utf-8")
    megabytes = (word_package.MOST_BYTES, word_package.MOST_UNPACKED, word_package.SMALL)
    limits = [f"{word_package.MOST_ENTRIES:,}", f"{word_package.MOST_TIMES} times"]
    for limit in (*limits, *(f"{size // 10**6} MB" for size in megabytes)):
        assert limit in told


def test_many_parts_together_may_not_be_too_much(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "a.docx", p("Text."), comments=comment(0, "c" * 1000))
    unpacked = sum(info.file_size for info in zipfile.ZipFile(path).infolist())
    monkeypatch.setattr(word_package, "MOST_UNPACKED", unpacked)
    assert read(path).remarks
    monkeypatch.setattr(word_package, "MOST_UNPACKED", 1500)
    refused(path, "unpacks to more")
    monkeypatch.setattr(word_package, "MOST_ENTRIES", 2)
    refused(path, "has more than 2 parts")
    monkeypatch.setattr(word_package, "MOST_BYTES", 0)
    refused(path, "is larger than")


def test_pictures_are_not_unpacked(tmp_path: Path) -> None:
    path = write(tmp_path / "a.docx", p("Text."))
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/media/image1.png", bytes(60_000_000))
    assert [passage.text for passage in read(path).passages] == ["Text."]


def test_a_part_may_be_locked(tmp_path: Path) -> None:
    path = write(tmp_path / "a.docx", p("Text."))
    # The flag of encryption, in each entry and in the list of them
    data = re.sub(rb"(PK\x03\x04..)\0", b"\\1\1", path.read_bytes(), flags=re.DOTALL)
    path.write_bytes(re.sub(rb"(PK\x01\x02....)\0", b"\\1\1", data, flags=re.DOTALL))
    refused(path, "with a password")


def test_deep_nesting_ends_in_words(tmp_path: Path) -> None:
    deep = p("Bottom", ins("!"))
    for _ in range(90):
        deep = table(row(deep + p()))
    refused(write(tmp_path / "a.docx", deep), "is no XML")
    shallow = p("Bottom", ins("!"))
    for _ in range(80):
        shallow = table(row(shallow + p()))
    assert [remark.says for remark in read(write(tmp_path / "b.docx", shallow)).remarks] == ["!"]


def test_ten_thousand_comments(tmp_path: Path) -> None:
    many = range(10_000)
    comments = "".join(
        comment(number, f'Reply to Ada (20/11/2026, 10:00): "c{number}"') for number in many
    )
    together = "".join(f'<w:commentReference w:id="{number}"/>' for number in many)
    path = write(tmp_path / "a.docx", p(f"<w:r>{together}</w:r>"), comments=comments)
    assert len(read(path).remarks) == len(many)
    body = "".join(p("Before ", on(number, f"word {number}"), ins("new")) for number in many)
    returned = read(write(tmp_path / "b.docx", body, comments=comments))
    assert len(returned.remarks) == 2 * len(many)


@pytest.mark.parametrize("seed", range(40))
def test_damage_anywhere_is_told_or_read(tmp_path: Path, seed: int) -> None:
    source = write(
        tmp_path / "a.docx",
        p("A ", on(0, "word"), ins("new")) + table(row("a", "b")),
        comments=comment(0, "Why?"),
        footnotes=f'<w:footnote w:id="2">{p("Note")}</w:footnote>',
        fingerprint="0123456789ab",
    )
    chance = random.Random(seed)
    data = bytearray(source.read_bytes())
    for _ in range(chance.choice((1, 5, 50))):
        data[chance.randrange(len(data))] = chance.randrange(256)
    cut = chance.choice((len(data), chance.randrange(len(data))))
    source.write_bytes(bytes(data[:cut]))
    with suppress(UnreadableError):
        read(source)


@pytest.mark.parametrize("seed", range(40))
def test_xml_in_any_disorder_is_read(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    tags = (
        "p r t ins del moveFrom moveTo tbl tr tc sdt sdtContent hyperlink commentRangeStart "
        "commentRangeEnd commentReference bookmarkStart fldChar footnoteReference drawing pPr rPr "
        "rPrChange pPrChange trPr tcPr cellIns tcPrChange moveFromRangeStart moveToRangeStart "
        "txbxContent delText tab sectPr"
    )

    def grown(depth: int) -> str:
        tag = chance.choice(tags.split())
        inner = "".join(grown(depth - 1) for _ in range(chance.randrange(5))) if depth else "x"
        names = f'w:id="{chance.randrange(4)}" w:name="n" w:author="Ada" w:fldCharType="begin"'
        return f"<w:{tag} {names}>{inner}</w:{tag}>"

    body = "".join(grown(6) for _ in range(20))
    comments = "".join(comment(number, f"c{number}") for number in range(4))
    notes = f'<w:footnote w:id="2">{grown(4)}</w:footnote>'
    returned = read(write(tmp_path / "a.docx", body, comments=comments, footnotes=notes))
    says = [remark.says for remark in returned.remarks if remark.kind == "comment"]
    assert sorted(says) == ["c0", "c1", "c2", "c3"]
    for remark in returned.remarks:
        last = returned.passages[max(remark.passage, remark.last)]
        assert 0 <= remark.start <= len(returned.passages[remark.passage].text)
        assert 0 <= remark.end <= len(last.text)
        assert remark.last >= 0 or remark.start <= remark.end
