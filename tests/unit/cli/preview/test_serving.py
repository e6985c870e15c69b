"""What the server of a preview answers, and to whom."""

import http.client
import json
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest

from evidence.cli.preview import HOST
from evidence.cli.preview.serving import MOST_PAGES, Server, View, serve, version
from evidence.cli.project import FaultsError

HOSTILE = "a.qmd:1: </script><img src=x onerror=alert(1)>\n\ndata: {}\r\u2028\udcff é"


@pytest.fixture
def server() -> Iterator[Server]:
    with serve(HOST, 0) as running:
        yield running


def ask(server: Server, path: str, host: str | None = None) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection(HOST, server.port, timeout=30)
    connection.request("GET", path, headers={} if host is None else {"Host": host})
    return connection.getresponse()


def test_the_page_is_as_it_was_made_and_never_kept(server: Server) -> None:
    assert ask(server, "/page").read() == View().page
    server.view = View("<body>é</body>".encode())
    response = ask(server, "/page")
    assert response.status == 200
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.read() == "<body>é</body>".encode()


def test_a_page_that_a_browser_was_told_of_is_there_for_a_while(server: Server) -> None:
    pages = [f"page {number}".encode() for number in range(MOST_PAGES + 1)]
    for page in pages:
        server.view = View(page)
    for page in pages[1:]:
        assert ask(server, f"/page?version={version(page)}").read() == page
    assert ask(server, f"/page?version={version(pages[0])}").status == 404


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("a\nb\nc", "a\nB\nc", {"above": 1, "below": 1, "lines": ["B"]}),
        ("a\na", "a\na\na", {"above": 2, "below": 0, "lines": ["a"]}),
        ("a\na\na", "a\na", {"above": 2, "below": 0, "lines": []}),
        ("a", "é\U0001f600\r", {"above": 0, "below": 0, "lines": ["é\U0001f600\r"]}),
    ],
)
def test_a_browser_is_told_what_differs_from_the_page_that_it_has(
    server: Server, old: str, new: str, told: dict[str, object]
) -> None:
    one, two = old.encode(), new.encode()
    server.view = View(one)
    server.view = View(two)
    answer = ask(server, f"/changes?version={version(two)}&since={version(one)}")
    assert json.load(answer) == told
    assert ask(server, f"/changes?version={version(two)}&since=unknown").status == 404


def test_what_is_told_beside_a_page_pushes_none_out(server: Server) -> None:
    server.view = View(b"one")
    server.view = View(b"two")
    for number in range(9):
        server.view = replace(server.view, faults=str(number))
    assert ask(server, f"/page?version={version(b'one')}").read() == b"one"


@pytest.mark.parametrize("host", ["127.0.0.1:{}", "localhost:{}", "LOCALHOST:{}"])
def test_this_machine_is_answered(server: Server, host: str) -> None:
    response = ask(server, "/?x=1", host.format(server.port))
    assert response.status == 200
    assert b'<script src="/preview.js">' in response.read()


@pytest.mark.parametrize("path", ["/", "/page", "/state", "/preview.js", "/report.pdf"])
@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:{}", "127.0.0.1", "localhost:1", "", "127.0.0.1:{}.x"],
)
def test_other_hosts_are_refused(server: Server, path: str, host: str) -> None:
    server.view = View(b"<body>secret</body>", "secret", pdf=b"secret")
    response = ask(server, path, host.format(server.port))
    assert response.status == 421
    assert b"secret" not in response.read()


@pytest.mark.parametrize(
    "path",
    ["/report.html", "/report.pdf", "/../_quarto.yml", "/%2e%2e/_quarto.yml", "/state/", "/<b>"],
)
def test_nothing_but_the_document_is_served(server: Server, path: str) -> None:
    response = ask(server, path)
    assert response.status == 404
    assert b"<b>" not in response.read()


def test_a_taken_port_is_told_with_its_code(server: Server) -> None:
    said = f"^evidence: no-port: port {server.port} is taken; give another"
    with pytest.raises(FaultsError, match=said), serve(HOST, server.port):
        pass


def test_whoever_asks_hears_of_now(server: Server) -> None:
    for view in (View(), View(b"one"), View(b"one", HOSTILE), View(b"two", "", HOSTILE)):
        server.view = view
        response = ask(server, "/state")
        assert response.headers["Content-Type"] == "application/json"
        told = json.loads(response.read())
        assert (told["page"], told["fault"]) == (version(view.page), view.fault)
        assert (told["faults"], told["pdf"]) == (view.faults, "")


def test_whoever_knows_all_waits_until_there_is_more(server: Server) -> None:
    known = json.loads(ask(server, "/state").read())["number"]
    heard: list[str] = []

    def wait() -> None:
        heard.append(json.loads(ask(server, f"/state?after={known}").read())["fault"])

    waiting = threading.Thread(target=wait)
    waiting.start()
    waiting.join(0.2)
    assert waiting.is_alive()
    server.view = View(fault="new")
    waiting.join(10)
    assert heard == ["new"]


def test_the_pdf_is_served_once_it_is_made(server: Server) -> None:
    for is_earlier in (False, True):
        server.view = View(b"page", pdf=b"%PDF", is_earlier=is_earlier)
        told = json.loads(ask(server, "/state").read())
        assert (told["pdf"], told["isEarlier"]) == (version(b"%PDF"), is_earlier)
        response = ask(server, "/report.pdf?version=x")
        assert response.headers["Content-Type"] == "application/pdf"
        assert response.read() == b"%PDF"
