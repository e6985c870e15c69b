"""Files that mean no good, in each format that is read: a clear message, and nothing else.

The real command is run on each, in a process that has little memory and no network.
"""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from evidence.exchange.qualitative import databases, refi_package
from evidence.exchange.sources import record_files
from evidence.exchange.tables import grids, table_files
from tests.conftest import ENVIRONMENT, PROJECT

PLANTS = PROJECT / "tests/second_review"
EXCHANGE = PROJECT / "tests/unit/exchange"
SECRET = "what-nobody-may-read"
# Runs the command on many files, without the second that each start would take.
DRIVER = """
import contextlib, io, json, resource, socket, sys
resource.setrlimit(resource.RLIMIT_AS, (1_500_000_000, 1_500_000_000))
def refuse(*_): raise SystemExit("the network was asked")
socket.socket.connect = refuse
from evidence.cli.main import main
told = []
for arguments in json.load(sys.stdin):
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = main(arguments)
        except SystemExit as stop:
            code = stop.code
    told.append((code, out.getvalue(), err.getvalue()))
json.dump(told, sys.stdout)
"""

Make = Callable[[Path], Any]


def text(content: str | bytes) -> Make:
    raw = content.encode() if isinstance(content, str) else content
    return lambda path: path.write_bytes(raw)


def sparse(size: int, start: bytes = b"") -> Make:
    """Make a file of some size that takes no space."""

    def make(path: Path) -> None:
        with path.open("wb") as file:
            file.write(start)
            file.truncate(size)

    return make


def packed(parts: Mapping[str, str | bytes | int], mode: int = 0) -> Make:
    """Make an archive; a part given as a number is so many zeros."""

    def make(path: Path) -> None:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in parts.items():
                info = zipfile.ZipInfo(name)
                info.external_attr = mode << 16
                info.compress_type = zipfile.ZIP_DEFLATED
                with archive.open(info, "w", force_zip64=True) as part:
                    raw = content.encode() if isinstance(content, str) else content
                    if isinstance(raw, int):
                        for _ in range(raw // 1_000_000):
                            part.write(b" " * 1_000_000)
                    else:
                        part.write(raw)

    return make


def cut(make: Make, share: float = 0.5) -> Make:
    def cutting(path: Path) -> None:
        make(path)
        raw = path.read_bytes()
        path.write_bytes(raw[: int(len(raw) * share)])

    return cutting


def database(*scripts: str) -> Make:
    def make(path: Path) -> None:
        with sqlite3.connect(path) as made:
            for script in scripts:
                made.executescript(script)
        made.close()

    return make


ENTITIES = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY a{n} "{("&a%s;" % (n - 1 or "")) * 10}">' for n in range(1, 12))
    + "]>"
)
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file://{secret}">]>'
REMOTE = '<?xml version="1.0"?><!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">'
RDF = (EXCHANGE / "zotero/zotero.rdf").read_text("utf-8")
LIBRARY = (EXCHANGE / "zotero/library.sql").read_text("utf-8")
FOR_EVER = "AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x FROM n) SELECT x AS"
NAMESPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
BOOK: Mapping[str, str | bytes | int] = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/'
    'content-types"/>',
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
    'relationships"/>',
    "xl/workbook.xml": f"<workbook {NAMESPACE}><sheets/></workbook>",
}
ODS: Mapping[str, str | bytes | int] = {
    "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
    "content.xml": "<x/>",
}
QDE = '<Project xmlns="urn:QDA-XML:project:1.0" name="x"/>'
REPEATED = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body>'
    '<office:spreadsheet><table:table table:name="a"><table:table-row '
    'table:number-rows-repeated="1000000"><table:table-cell '
    'table:number-columns-repeated="16000"><text:p>x</text:p></table:table-cell>'
    "</table:table-row></table:table></office:spreadsheet></office:body>"
    "</office:document-content>"
)
RIS = "TY  - JOUR\nTI  - Gärten\nPY  - 2001\nER  - \n"

# By name of the file; what it holds, what is asked for it, and a word of the message.
FILES: Mapping[str, tuple[Make, Sequence[str], str]] = {
    # Text.
    "gigabyte.ris": (sparse(1_000_000_000, b"TY  - JOUR\n"), (), "are the most that is read"),
    "gigabyte.csv": (sparse(1_000_000_000, b"title,year\n"), (), "are the most that is read"),
    "zeros.ris": (sparse(20_000_000, b"TY  - JOUR\n"), (), "control character"),
    "latin.ris": (text(RIS.encode("latin-1")), (), "is not UTF-8"),
    "windows.ris": (text(RIS.replace("r", "–").encode("cp1252")), (), "is not UTF-8"),
    "utf16.ris": (text(RIS.encode("utf-16-le")), (), "iconv -f UTF-16LE"),
    "utf16-cut.ris": (text(RIS.encode("utf-16")[:-1]), (), "begins as UTF-16"),
    "binary.ris": (text(bytes(range(256)) * 40), (), "not-utf8"),
    "override.ris": (text(RIS.replace("G", "\u202e")), (), "control character"),
    "empty.ris": (text(""), (), "the file is empty"),
    "page.ris": (text("<html><script>x</script></html>"), (), "XML or HTML"),
    "broken.bib": (text("@article{a, title = {" + "{" * 100_000), (), "malformed-record"),
    "deep.json": (text("[" * 1_000_000), (), "malformed-record"),
    "deep-eppi.json": (text('{"References": ' + "[" * 1_000_000), (), "malformed-record"),
    "codes.json": (text('{"References": [{"Codes": 1e999}]}'), (), "malformed-record"),
    "quote.csv": (text('title,year\n"' + "a\n" * 500_000), ("--as", "sources"), "malformed-csv"),
    "wide.csv": (
        text("title,year," + "x," * 50_000 + "\n"),
        ("--as", "screening"),
        "columns",
    ),
    "formula.csv": (
        text("title,year,notes\n=cmd|'/c calc'!A0,2001,RAYYAN-INCLUSION: {\n"),
        ("--as", "screening"),
        "no-decision",
    ),
    # XML.
    "laughs.rdf": (text(ENTITIES + RDF.replace("Roofs", "&a11;")), (), "types of its own"),
    "outside.rdf": (text(OUTSIDE + RDF.replace("Roofs", "&a;")), (), "types of its own"),
    "remote.rdf": (text(REMOTE + RDF), (), "types of its own"),
    "deep.rdf": (text(RDF.replace("<dc:title>", "<dc:title>" + "<b>" * 100_000)), (), "no XML"),
    # Archives.
    "bomb.xlsx": (
        packed({**BOOK, "xl/worksheets/sheet1.xml": 400_000_000}),
        (),
        "times its size",
    ),
    "entities.xlsx": (
        packed({**BOOK, "xl/sharedStrings.xml": f"{ENTITIES}<x>&a11;</x>"}),
        (),
        "types of its own",
    ),
    "macros.xlsx": (packed({**BOOK, "xl/vbaProject.bin": b"x"}), (), "macros"),
    "password.xlsx": (text(b"\xd0\xcf\x11\xe0" + b"\0" * 600), (), "password"),
    "cut.xlsx": (cut(packed(BOOK)), (), "fault"),
    "many.xlsx": (packed({**BOOK, **{f"xl/{n}.xml": "" for n in range(3_000)}}), (), "the most"),
    "climbs.xlsx": (packed({**BOOK, "../../climbed": "x", "/tmp/climbed": "x"}), (), "fault"),
    "not.xlsx": (text("title,year\n"), (), "no workbook"),
    "repeated.ods": (packed({**ODS, "content.xml": REPEATED}), (), "the most"),
    "entities.ods": (packed({**ODS, "content.xml": f"{ENTITIES}<x>&a11;</x>"}), (), "its own"),
    "scripts.ods": (packed({**ODS, "Basic/Standard/a.xml": "<x/>"}), (), "macros"),
    "rayyan.zip": (packed({"articles.csv": "title,year\n"}), (), "articles.csv"),
    "zip.ris": (packed({"../../climbed.ris": 900_000_000}), (), "it is an archive"),
    "bomb.qdpx": (packed({"project.qde": QDE, "sources/a.txt": 900_000_000}), (), "fault"),
    "climbs.qdpx": (packed({"project.qde": QDE, "../climbed": "x"}), (), "fault"),
    "links.qdpx": (packed({"project.qde": "/etc/passwd"}, mode=0o120777), (), "fault"),
    "entities.qdpx": (packed({"project.qde": f"{ENTITIES}<Project>&a11;</Project>"}), (), "fault"),
    "outside.qdpx": (packed({"project.qde": f"{OUTSIDE}<Project>&a;</Project>"}), (), "fault"),
    # Databases.
    "zotero-view.sqlite": (
        database(LIBRARY, f"DROP TABLE tags; CREATE VIEW tags {FOR_EVER} tagID, x AS name FROM n"),
        (),
        "no database of Zotero",
    ),
    "zotero-cut.sqlite": (cut(database(LIBRARY)), (), "unreadable-file"),
    "zotero-large.sqlite": (
        database(LIBRARY, "UPDATE itemNotes SET note = CAST(zeroblob(30000000) AS TEXT)"),
        (),
        "unreadable-file",
    ),
    "taguette.sqlite3": (text(b"SQLite format 3\0" + b"x" * 5_000), (), "unreadable-file"),
}


def state(folder: Path) -> Mapping[str, bytes | None]:
    """Return what every file in a folder holds, large ones apart."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.stat().st_size < 10**6 else None
        for path in folder.rglob("*")
        if path.is_file()
    }


# A table in which a formula is text is proposed as any other.
MAPPED = [
    name
    for name in FILES
    if name.endswith((".csv", ".xlsx", ".ods", ".qdpx", ".sqlite3")) and name != "formula.csv"
]
Runs = Mapping[tuple[str, str], tuple[int, str, str]]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Runs:
    """Import and map every file, in one process; nothing but the messages may come of it."""
    home = tmp_path_factory.mktemp("hostile")
    project, files = home / "project", home / "files"
    shutil.copytree(PLANTS, project)
    files.mkdir()
    secret = home / "secret.txt"
    secret.write_text(SECRET, "utf-8")
    for name, (make, _, _) in FILES.items():
        make(files / name)
        if name.startswith("outside") and name.endswith(".rdf"):
            told = (files / name).read_text("utf-8").replace("{secret}", str(secret))
            (files / name).write_text(told, "utf-8")
    before = state(home)
    asked = [
        ["import", f"../files/{name}", *options, "--write"]
        for name, (_, options, _) in FILES.items()
    ]
    asked += [["map", f"../files/{name}"] for name in MAPPED]
    names = [("import", name) for name in FILES] + [("map", name) for name in MAPPED]
    done = subprocess.run(
        [sys.executable, "-c", DRIVER],
        cwd=project,
        env={**ENVIRONMENT, "TMPDIR": str(tmp_path_factory.mktemp("temporary"))},
        input=json.dumps(asked),
        capture_output=True,
        encoding="utf-8",
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert state(home) == before
    return dict(zip(names, json.loads(done.stdout), strict=True))


@pytest.mark.parametrize("name", FILES)
def test_it_is_refused_with_a_clear_message_and_nothing_is_written(name: str, runs: Runs) -> None:
    hold(name, *runs["import", name])
    assert FILES[name][2] in runs["import", name][2]


@pytest.mark.parametrize("name", MAPPED)
def test_no_map_is_proposed_of_it(name: str, runs: Runs) -> None:
    hold(name, *runs["map", name])
    assert not runs["map", name][1]


def hold(name: str, code: int, out: str, err: str) -> None:
    assert code in (1, 2), out + err
    assert name in err
    assert "Traceback" not in err
    assert "fault of the program" not in err
    assert SECRET not in out + err
    assert len(err) < 5_000


def test_a_pipe_a_device_and_a_folder_are_no_files(tmp_path: Path) -> None:
    project = tmp_path / "project"
    shutil.copytree(PLANTS, project)
    os.mkfifo(tmp_path / "pipe.ris")
    (tmp_path / "folder.ris").mkdir()
    for place in ("../pipe.ris", "../folder.ris", "/dev/zero", "../none.ris"):
        done = subprocess.run(
            [sys.executable, "-m", "evidence", "import", place],
            cwd=project,
            env=ENVIRONMENT,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
        assert done.returncode == 1
        assert place in done.stderr


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "utf-16-le"])
def test_the_way_out_of_another_encoding_works(encoding: str, tmp_path: Path) -> None:
    project = tmp_path / "project"
    shutil.copytree(PLANTS, project)
    (project / "a.ris").write_bytes(RIS.encode(encoding))

    def run(*command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, cwd=project, env=ENVIRONMENT, capture_output=True, text=True, check=False
        )

    importing = (sys.executable, "-m", "evidence", "import", "a.ris")
    refused = run(*importing)
    assert refused.returncode == 1
    way = next(part for part in refused.stderr.split("`") if part.startswith("iconv"))
    assert run("sh", "-c", way).returncode == 0
    done = run(*importing[:-1], "a.ris.utf8")
    assert "'Gärten'" in done.stdout, done.stderr


def test_the_limits_in_the_docs_are_those_of_the_program() -> None:
    told = (PROJECT / "docs/exchange.md").read_text("utf-8").partition("## Limits")[2]
    megabytes = (
        record_files.LARGEST,
        table_files.LARGEST,
        grids.UNPACKED,
        refi_package.MOST_TEXTS,
        refi_package.MOST_XML,
        refi_package.MOST_TEXT,
    )
    for number in megabytes:
        assert f"{number // 1_000_000} MB" in told
    assert f"{databases.LARGEST // 1_000_000_000} GB" in told
    for number in (grids.MOST_ROWS, grids.MOST_COLUMNS, grids.MOST_CELLS):
        assert f"{number:,} " in told
