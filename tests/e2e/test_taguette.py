"""Taguette, started for real: what a person marks in it is read from each of its exports.

It has an environment of its own, since it needs an older version of a package that the tests need.
"""

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

import pytest

from evidence.exchange.codings.coded import CodedEvidence
from evidence.exchange.codings.coded_files import reader_of
from evidence.exchange.looks import look_at
from tests.conftest import PROJECT

UV = PROJECT / ".uv/bin/uv"
LOCK = PROJECT / "requirements-taguette.lock"
# Taguette as its command starts it, but for the messages that it would ask its makers for.
START = """
from taguette.main import main
from taguette.web.base import Application
Application.check_messages = lambda self: None
main()
"""
PAGE = """<html><head><meta charset="utf-8"><title>x</title></head><body>
<p>I slept <b>better</b> – since the garden came.</p><p>It cost &lt;us&gt; a lot &amp; more.</p>
</body></html>"""


def missing(why: str) -> None:
    """Skip, where what is asked for cannot be had; a run that has it all may not."""
    if os.environ.get("CI"):
        pytest.fail(why)
    pytest.skip(why)


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not UV.is_file():
        missing("`make test` makes the environment that Taguette is installed from")
    folder = tmp_path_factory.mktemp("taguette") / "env"
    made = folder / "bin/python"
    for command in (
        ["venv", "--quiet", "--python", sys.executable, str(folder)],
        ["pip", "install", "--quiet", "--python", str(made), "--require-hashes", "-r", str(LOCK)],
    ):
        done = subprocess.run([UV, *command], capture_output=True, text=True, check=False)
        if done.returncode:
            missing(f"Taguette cannot be installed: {done.stderr[-300:]}")
    return made


class Taguette:
    """A person's browser, as far as it is needed: pages, forms and what the page's script asks."""

    def __init__(self, address: str, token: str) -> None:
        self.address, self.cookies = address, CookieJar()
        self.opener: OpenerDirector = build_opener(HTTPCookieProcessor(self.cookies))
        self.get(f"/?token={token}")
        self.get("/project/new")
        form = {"name": "Gardens & wards", "description": "", "_xsrf": self.xsrf}
        self.project = self.post("/project/new", urlencode(form).encode()).url.rpartition("/")[2]

    @property
    def xsrf(self) -> str:
        return next(one.value or "" for one in self.cookies if one.name == "_xsrf")

    def get(self, path: str) -> bytes:
        raw: bytes = self.opener.open(f"{self.address}{path}", timeout=30).read()
        return raw

    def post(self, path: str, content: bytes, kind: str = "") -> Any:
        headers = {"X-XSRFToken": self.xsrf}
        if kind:
            headers["Content-Type"] = kind
        return self.opener.open(Request(f"{self.address}{path}", content, headers), timeout=30)

    def ask(self, what: str, **values: object) -> int:
        """Ask for something to be made, and return its number."""
        path = f"/api/project/{self.project}/{what}/new"
        made = json.load(self.post(path, json.dumps(values).encode(), "application/json"))
        return int(made["id"])

    def add(self, name: str, page: str) -> int:
        fields = {"name": name, "description": "", "_xsrf": self.xsrf}
        parts = [f'name="{field}"\r\n\r\n{text}' for field, text in fields.items()]
        parts.append(f'name="file"; filename="a.html"\r\nContent-Type: text/html\r\n\r\n{page}')
        body = "".join(f"--x\r\nContent-Disposition: form-data; {part}\r\n" for part in parts)
        kind = "multipart/form-data; boundary=x"
        path = f"/api/project/{self.project}/document/new"
        return int(json.load(self.post(path, f"{body}--x--\r\n".encode(), kind))["created"])


@pytest.fixture(scope="module")
def project(python: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Taguette]:
    folder = tmp_path_factory.mktemp("project")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [str(python), "-c", START, "--no-browser", "--port", str(port)]
    command += ["--database", str(folder / "taguette.sqlite3")]
    log = folder / "log"
    with log.open("w") as told, subprocess.Popen(command, stdout=told, stderr=told) as running:
        try:
            yield opened(f"http://127.0.0.1:{port}", log, running)
        finally:
            running.terminate()


def opened(address: str, log: Path, running: "subprocess.Popen[bytes]") -> Taguette:
    """Wait until it answers, and open a project."""
    for _ in range(120):
        token = re.search(r"token=(\w+)", log.read_text("utf-8"))
        if running.poll() is not None:
            break
        try:
            if token:
                return Taguette(address, token[1])
        except URLError:
            pass
        time.sleep(0.25)
    pytest.fail(f"Taguette does not answer: {log.read_text('utf-8')[-1000:]}")


@pytest.fixture(scope="module")
def exports(project: Taguette, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Mark three passages as a person would, and export in every form."""
    text = project.add("Ward 3", PAGE)
    sleep = project.ask("tag", path="effect.sleep", description="Sleep, by night")
    money = project.ask("tag", path="money", description="")
    mark = f"document/{text}/highlight"
    # Of the words alone, and each sign as many as it has bytes.
    words = "I slept better – since the garden came.It cost <us> a lot & more."
    for passage, tags in (
        ("I slept better –", [sleep]), ("came.It cost <us>", [sleep, money]), ("a lot", [])
    ):  # fmt: skip
        start = len(words[: words.index(passage)].encode())
        end = start + len(passage.encode())
        project.ask(mark, start_offset=start, end_offset=end, tags=tags)
    folder = tmp_path_factory.mktemp("exports")
    for name in ("project.sqlite3", "codebook.qdc", "codebook.csv", "highlights/.csv"):
        content = project.get(f"/project/{project.project}/export/{name}")
        (folder / name.replace("/", "")).write_bytes(content)
    return folder


def evidence_of(path: Path) -> CodedEvidence:
    reader = reader_of(look_at(path))
    assert reader
    found, faults = reader.read(path)
    assert found, faults
    return found


@pytest.mark.parametrize("name", ["project.sqlite3", "highlights.csv"])
def test_what_is_marked_is_read(name: str, exports: Path) -> None:
    found = evidence_of(exports / name)
    assert [(one.source, one.facet, one.code, one.gist) for one in found.codings] == [
        ("Ward 3", "effect", "sleep", "I slept better –"),
        ("Ward 3", "effect", "sleep", "came. It cost <us>"),
        ("Ward 3", "", "money", "came. It cost <us>"),
    ]


def test_what_is_marked_without_a_tag_is_told(exports: Path) -> None:
    lost = evidence_of(exports / "project.sqlite3").lost
    assert lost == {"passages without a code": ("Ward 3: a lot",)}


@pytest.mark.parametrize("name", ["project.sqlite3", "codebook.csv", "codebook.qdc"])
def test_the_tags_are_read_in_their_groups(name: str, exports: Path) -> None:
    facets = evidence_of(exports / name).facets
    assert {group: {*facet.codes} for group, facet in facets.items()} == {
        "": {"interesting", "money"},
        "effect": {"sleep"},
    }
