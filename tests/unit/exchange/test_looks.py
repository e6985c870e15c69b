"""What a file is shows what stands in it, whatever its name; a broken one looks like nothing."""

import os
import zipfile
from pathlib import Path

import pytest

from evidence.exchange import looks
from evidence.exchange.looks import is_coding_sheet, look_at


def archive(path: Path, **parts: str) -> Path:
    with zipfile.ZipFile(path, "w") as made:
        for name, text in parts.items():
            made.writestr(name.replace("_", "/", 1) + (".xml" if "_" in name else ""), text)
    return path


@pytest.mark.parametrize(
    ("tabs", "is_sheet"),
    [
        (["Instructions", "Sources", "Codings"], True),
        (["Instructions", "Sources"], True),
        (["Codings"], True),
        (["Sources"], False),
        (["Studies"], False),
        ([], False),
    ],
)
def test_a_workbook_is_a_coding_sheet_by_its_tabs(
    tabs: list[str], is_sheet: bool, tmp_path: Path
) -> None:
    book = "".join(f'<sheet name="{tab}"/>' for tab in tabs)
    path = archive(tmp_path / "renamed.bin", xl_workbook=book)
    look = look_at(path)
    assert look.is_table
    assert is_coding_sheet(path, look) == is_sheet


def test_a_text_table_is_a_coding_sheet_by_its_header(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    for text in (
        "Coder;Codebook version;Source;Question\n",
        "\ufeffCoder,Codebook version,Question",
    ):
        path.write_text(text, "utf-8")
        assert is_coding_sheet(path, look_at(path))
    path.write_text("Title,Question\nCoder,Codebook version\n", "utf-8")
    assert not is_coding_sheet(path, look_at(path))


def test_a_list_of_very_many_parts_is_not_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = archive(tmp_path / "a.xlsx", xl_workbook="")
    assert look_at(path).parts
    monkeypatch.setattr(looks, "_LONGEST_LIST", 10)
    assert not look_at(path).parts
    monkeypatch.undo()
    whole = path.read_bytes()
    end = whole.rindex(b"PK\x05\x06")
    path.write_bytes(whole[:end] + b"PK\x06\x07" + bytes(16) + whole[end:])
    assert not look_at(path).parts


def test_an_archive_may_be_as_large_as_it_is(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.qdpx", project="")
    whole = path.read_bytes()
    with path.open("wb") as file:
        # As with a recording before the rest: the file takes no room on the disk.
        file.truncate(3_000_000_000)
        file.seek(0, os.SEEK_END)
        file.write(whole)
    assert look_at(path).parts == {"project"}


@pytest.mark.parametrize("raw", [b"", b"PK\x03\x04", b"PK\x05\x06" + bytes(18), b"\xff\xfe\x00"])
def test_what_is_broken_looks_like_no_table(raw: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.ris"
    path.write_bytes(raw)
    look = look_at(path)
    assert not look.is_table
    assert not is_coding_sheet(path, look)


def test_what_is_no_file_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name in ("pipe", "none.ris", "."):
        assert look_at(tmp_path / name).start == b""


def test_a_workbook_of_libreoffice_and_an_old_one_are_tables(tmp_path: Path) -> None:
    assert look_at(archive(tmp_path / "a", mimetype="x", **{"content.xml": ""})).is_table
    old = tmp_path / "b"
    old.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    assert look_at(old).is_table
