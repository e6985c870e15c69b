"""The server of this machine's browser: a frame around the page, and word of what is newer."""

import errno
import hashlib
import json
import socketserver
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from importlib import resources
from urllib.parse import parse_qs, urlsplit

from evidence.cli.project import CommandCode, FaultsError

# Seconds that an answer waits for news; whoever waits may have gone.
NEWS = 20
# A browser may ask for the page that it was told of when there is another already.
MOST_PAGES = 3


@dataclass(frozen=True)
class View:
    """What the browser is to show.

    Attributes
    ----------
    page
        The last good page, if any.
    fault
        What prevents a newer one.
    faults
        What the check of data and chapters has found.
    pdf
        The PDF beside it; while `is_earlier`, that of an earlier page.
    """

    page: bytes = field(default_factory=lambda: _own("first.html"))
    fault: str = ""
    faults: str = ""
    pdf: bytes = b""
    is_earlier: bool = False


def version(content: bytes) -> str:
    """Return what a browser compares to know whether it has some content; nothing has none."""
    return hashlib.sha256(content).hexdigest()[:12] if content else ""


class Server(socketserver.ThreadingTCPServer):
    """Serves the view of now; its threads end with the process."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, host: str, port: int) -> None:
        self._news = threading.Condition()
        self._pages: dict[str, bytes] = {}
        # No number is one that an earlier preview has told.
        self._number = time.time_ns() // 1_000_000
        self.view = View()
        super().__init__((host, port), Handler)
        self.port = int(self.server_address[1])
        # A page of another site can have its name point here, but not its requests say so.
        self.hosts = {f"{name}:{self.port}" for name in (host, "localhost")}

    @property
    def view(self) -> View:
        """What is shown; whoever waits for news hears of another at once."""
        return self._view

    @view.setter
    def view(self, view: View) -> None:
        known = version(view.page)
        with self._news:
            self._view, self._number = view, self._number + 1
            self._told = {
                "number": self._number, "page": known, "fault": view.fault, "faults": view.faults,
                "pdf": version(view.pdf), "isEarlier": view.is_earlier,
            }  # fmt: skip
            self._pages = {**self._pages, known: view.page}
            for old in [*self._pages][:-MOST_PAGES]:
                del self._pages[old]
            self._news.notify_all()

    def news(self, known: str) -> bytes:
        """Return as JSON what to show, once it is something else than under a number."""
        with self._news:
            self._news.wait_for(lambda: str(self._number) != known, NEWS)
            return json.dumps(self._told).encode()

    def changes(self, wanted: str, known: str) -> bytes | None:
        """Return as JSON how to make a page of a known one; nothing where either is known no more.

        The page has as many lines as `above` of the known one before `lines`, and `below` after.
        """
        new, old = (self._pages.get(name) for name in (wanted, known))
        if new is None or old is None:
            return None
        now, then = new.split(b"\n"), old.split(b"\n")
        above = _common(now, then)
        below = _common(now[above:][::-1], then[above:][::-1])
        lines = [line.decode(errors="replace") for line in now[above : len(now) - below]]
        return json.dumps({"above": above, "below": below, "lines": lines}).encode()

    def page(self, wanted: str) -> bytes | None:
        """Return a page by its version, or that of now; nothing where it is known no more."""
        return self._pages.get(wanted) if wanted else self._view.page


class Handler(BaseHTTPRequestHandler):
    """Answers with the frame, the page, its state, or a refusal."""

    server: Server

    def do_GET(self) -> None:
        """Answer one request."""
        address = urlsplit(self.path)
        asked = {name: values[-1] for name, values in parse_qs(address.query).items()}
        kind, content = "text/html; charset=utf-8", None
        if self.headers.get("Host", "").lower() not in self.server.hosts:
            self.send_error(HTTPStatus.MISDIRECTED_REQUEST)
            return
        match address.path:
            case "/":
                content = _own("preview.html")
            case "/preview.js":
                kind, content = "text/javascript; charset=utf-8", _own("preview.js")
            case "/page":
                content = self.server.page(asked.get("version", ""))
            case "/changes":
                kind = "application/json"
                content = self.server.changes(asked.get("version", ""), asked.get("since", ""))
            case "/state":
                kind, content = "application/json", self.server.news(asked.get("after", ""))
            case "/report.pdf":
                kind, content = "application/pdf", self.server.view.pdf
        if content:
            self._send(kind, content)
        else:
            self.send_error(HTTPStatus.NOT_FOUND)

    def _send(self, kind: str, content: bytes) -> None:
        try:
            self.send_response(HTTPStatus.OK)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.send_header("Cache-Control", "no-store")
            self.send_header("X-Content-Type-Options", "nosniff")
            self.end_headers()
            self.wfile.write(content)
        except ConnectionError:
            # Browsers leave before they have read all.
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Keep the terminal for what the author needs."""


def _common(one: Sequence[bytes], other: Sequence[bytes]) -> int:
    """Return how many lines are the same at the beginning of both."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


def _own(name: str) -> bytes:
    return resources.files("evidence.cli.preview").joinpath(name).read_bytes()


@contextmanager
def serve(host: str, port: int) -> Iterator[Server]:
    """Serve at a port of this machine while the block runs; at 0, any that is free."""
    try:
        server = Server(host, port)
    except OSError as error:
        if error.errno not in (errno.EADDRINUSE, errno.EACCES):
            raise
        why = "taken" if error.errno == errno.EADDRINUSE else "not open to you"
        hint = "give another with `--port`, or `--port 0` for any that is free"
        raise FaultsError(f"port {port} is {why}; {hint}", CommandCode.NO_PORT) from error
    with server:
        threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()
