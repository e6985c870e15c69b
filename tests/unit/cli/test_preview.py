"""The parts of `evidence preview`; tests/e2e/test_preview.py has the whole in a browser."""

import fcntl
import http.client
import io
import json
import sys
from argparse import ArgumentTypeError
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

import pytest

from evidence.cli.preview import HOST, Stamp, busy, changes, look, named, port, render
from evidence.cli.preview.serving import PDF, STATE, Server, View, serve, state, with_script
from evidence.cli.project import FaultsError
from evidence.cli.terminal import progress
from evidence.proof.rebuild import PROGRESS, build

HOSTILE = "a.qmd:1: </script><img src=x onerror=alert(1)>\n\ndata: {}\r\u2028\udcff é"
ONE, TWO = Path("chapters/one.qmd"), Path("data/two.csv")


@pytest.fixture
def server() -> Iterator[Server]:
    with serve(HOST, 0) as running:
        yield running


def ask(server: Server, path: str, host: str | None = None) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection(HOST, server.port, timeout=30)
    connection.request("GET", path, headers={} if host is None else {"Host": host})
    return connection.getresponse()


@pytest.mark.parametrize("text", ["", "-1", "65536", "http", "²", "8000.0"])
def test_what_is_no_port_is_refused(text: str) -> None:
    with pytest.raises(ArgumentTypeError, match="give one from 0 to 65535"):
        port(text)


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("65535", 65535)])
def test_ports_at_the_edge(text: str, number: int) -> None:
    assert port(text) == number


def test_many_files_are_named_in_short() -> None:
    files = [Path(f"data/{number}.csv") for number in range(5)]
    assert named(files[:1]) == "data/0.csv"
    assert named(files[:3]) == "data/0.csv, data/1.csv, data/2.csv"
    assert named(files) == "data/0.csv, data/1.csv, data/2.csv, 2 more"


class TestWatching:
    def test_every_way_of_saving_is_seen(self, tmp_path: Path) -> None:
        one = tmp_path / ONE
        one.parent.mkdir()
        one.write_text("old", "utf-8")
        before = look(tmp_path)
        beside = one.with_name(".one.qmd.swp")
        beside.write_text("new", "utf-8")
        assert look(tmp_path) == before
        beside.replace(one)
        assert look(tmp_path) != before
        one.unlink()
        assert ONE not in look(tmp_path)

    def test_a_burst_of_saves_counts_once(self) -> None:
        def stamps(*numbers: int) -> Mapping[Path, Stamp]:
            return dict(zip((ONE, TWO), ((number, 0, 0) for number in numbers), strict=False))

        looks = iter(
            stamps(*numbers)
            for numbers in (
                *((1, 1), (1, 1)),
                *((2, 1), (3, 1), (3, 2), (3, 2)),
                *((3, 2), (3,), (3,)),
            )
        )
        found = changes(lambda: next(looks), lambda: None)
        assert next(found) == [ONE, TWO]
        assert next(found) == [ONE, TWO]
        assert next(found) == [TWO]

    def test_what_changes_while_the_taker_is_busy_comes_next(self, tmp_path: Path) -> None:
        (tmp_path / "chapters").mkdir()
        one = tmp_path / ONE
        one.write_text("1", "utf-8")
        found = changes(lambda: look(tmp_path), lambda: None)
        assert ONE in next(found)
        for text in ("22", "333", "4444"):
            one.write_text(text, "utf-8")
        assert next(found) == [ONE]

    def test_a_change_taken_back_at_once_is_none(self) -> None:
        one, other = {ONE: (1, 0, 0)}, {ONE: (2, 0, 0)}
        looks = iter([one, one, other, one, one])
        found = changes(lambda: next(looks), lambda: None)
        assert next(found) == [ONE]
        with pytest.raises(RuntimeError, match="StopIteration"):
            next(found)


class TestRendering:
    def command(self, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
        monkeypatch.setattr("evidence.proof.rebuild.COMMAND", (sys.executable, "-c", code))

    def test_a_page_and_its_progress(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "report.html").write_bytes(b"made")
        monkeypatch.chdir(tmp_path)
        self.command(
            monkeypatch,
            "import sys; print('  1.0 s  execute  cell', file=sys.stderr); print('report.html')",
        )
        stream = io.StringIO()
        assert render(tmp_path, stream, partial(build, tmp_path), "html") == (b"made", "")
        assert stream.getvalue().endswith(" s  execute  cell\n")

    def test_a_fault_is_the_message_without_progress(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.command(
            monkeypatch,
            "import sys; sys.stderr.buffer.write(b'  1.0 s  read\\na.qmd:1: \\xff\\n  2\\n');"
            "sys.exit(1)",
        )
        made = render(tmp_path, io.StringIO(), partial(build, tmp_path), "html")
        assert made == (b"", "a.qmd:1: \N{REPLACEMENT CHARACTER}\n  2")

    def test_an_end_without_a_word_is_a_fault(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.command(monkeypatch, "import os; os.kill(os.getpid(), 9)")
        _, fault = render(tmp_path, io.StringIO(), partial(build, tmp_path), "html")
        assert fault == "evidence: build-failed: the rendering ended with -9"

    def test_progress_is_known_from_faults(self) -> None:
        stream = io.StringIO()
        with progress(stream) as show:
            show("read     é")
        found = PROGRESS.match(stream.getvalue())
        assert found
        assert found["message"] == "read     é"
        assert not PROGRESS.match("chapters/one.qmd:3: took 2.0 s  or so")

    def test_a_lock_is_busy_while_a_build_holds_it(self, tmp_path: Path) -> None:
        lock = tmp_path / "lock"
        assert not busy(lock)
        with lock.open("a+") as file:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX)
            assert busy(lock)
        assert not busy(lock)


class TestPage:
    def test_the_script_goes_before_the_last_end_of_the_body(self) -> None:
        page = b"<body><script>'</body>'</script>\xc3\xa9</body></html>"
        shown = with_script(View(page))
        before, _, after = shown.partition(b"<script data-version=")
        assert before == b"<body><script>'</body>'</script>\xc3\xa9"
        assert after.endswith(b"</script>\n</body></html>")

    def test_a_page_without_an_end_gets_the_script_too(self) -> None:
        assert with_script(View(b"<p>short")).startswith(b"<p>short<script data-version=")

    def test_no_fault_is_ever_in_the_markup(self) -> None:
        assert b"onerror" not in with_script(View(b"<body></body>", HOSTILE))
        assert b"onerror" not in with_script(View(b"", HOSTILE))

    def test_the_state_is_json_whatever_the_fault(self) -> None:
        assert json.loads(state(View(b"page", HOSTILE)))["fault"] == HOSTILE

    def test_the_version_is_the_page_alone(self) -> None:
        assert View(b"one").version == View(b"one", "fault").version != View(b"two").version


class TestServer:
    def test_the_page_is_never_kept(self, server: Server) -> None:
        server.view = View("<body>é</body>".encode())
        response = ask(server, "/?x=1")
        assert response.status == 200
        assert response.headers["Content-Type"] == "text/html; charset=utf-8"
        assert response.headers["Cache-Control"] == "no-store"
        assert response.read().startswith("<body>é<script".encode())

    @pytest.mark.parametrize("host", ["127.0.0.1:{}", "localhost:{}", "LOCALHOST:{}"])
    def test_this_machine_is_answered(self, server: Server, host: str) -> None:
        assert ask(server, "/", host.format(server.port)).status == 200

    @pytest.mark.parametrize("path", ["/", STATE])
    @pytest.mark.parametrize(
        "host",
        ["evil.example", "evil.example:{}", "127.0.0.1", "localhost:1", "", "127.0.0.1:{}.x"],
    )
    def test_other_hosts_are_refused(self, server: Server, path: str, host: str) -> None:
        server.view = View(b"<body>secret</body>", "secret")
        response = ask(server, path, host.format(server.port))
        assert response.status == 421
        assert b"secret" not in response.read()

    @pytest.mark.parametrize(
        "path", ["/report.html", PDF, "/../_quarto.yml", "/%2e%2e/_quarto.yml", "/state/", "/<b>"]
    )
    def test_nothing_but_the_document_is_served(self, server: Server, path: str) -> None:
        response = ask(server, path)
        assert response.status == 404
        assert b"<b>" not in response.read()

    def test_a_taken_port_is_told_with_its_code(self, server: Server) -> None:
        said = f"^evidence: no-port: port {server.port} is taken; give another"
        with pytest.raises(FaultsError, match=said), serve(HOST, server.port):
            pass

    def test_whoever_asks_hears_of_now(self, server: Server) -> None:
        for view in (View(), View(b"one"), View(b"one", HOSTILE), View(b"two")):
            server.view = view
            response = ask(server, STATE)
            assert response.headers["Content-Type"] == "application/json"
            told = {"version": view.version, "fault": view.fault, "pdf": ""}
            assert json.loads(response.read()) == told

    def test_the_pdf_is_served_once_it_is_made(self, server: Server) -> None:
        assert ask(server, PDF).status == 404
        for is_earlier, told in ((False, "current"), (True, "earlier")):
            server.view = View(b"page", pdf=b"%PDF", is_earlier=is_earlier)
            assert json.loads(ask(server, STATE).read())["pdf"] == told
            response = ask(server, PDF)
            assert response.headers["Content-Type"] == "application/pdf"
            assert response.read() == b"%PDF"
        assert ask(server, PDF, "evil.example").status == 421


def test_assumed_verdicts_reach_each_build(tmp_path: Path) -> None:
    asked: list[Sequence[str]] = []

    def page(options: Sequence[str], show: object) -> str:
        asked.append(options)
        (tmp_path / "page.html").write_text("<p>", "utf-8")
        return "page.html\n"

    render(tmp_path, io.StringIO(), page, "html", ["--as=all=silent"])
    assert asked[0][-1] == "--as=all=silent"
