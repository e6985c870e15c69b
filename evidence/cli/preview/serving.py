"""The page for the browser of this machine, and word to it of each change."""

import errno
import hashlib
import json
import socketserver
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from importlib import resources

from evidence.cli.project import CommandCode, FaultsError

EVENTS = "/events"
# A browser that has gone is noticed when it is written to.
KEEPALIVE = 15
FIRST = b"""\
<!DOCTYPE html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Preview</title>
<style>body { font: 1.125rem/1.5 system-ui, sans-serif; margin: 15vh auto; max-width: 34em;
padding: 0 1em; }</style>
</head>
<body>
<main><h1>Preview</h1>
<p>The report appears here as soon as it is rendered.</p></main>
</body>
</html>
"""


@dataclass(frozen=True)
class View:
    """What the browser is to show.

    Attributes
    ----------
    page
        The last good version of the document; empty before there is one.
    fault
        What keeps a newer one from being made; empty where nothing does.
    """

    page: bytes = b""
    fault: str = ""

    @property
    def version(self) -> str:
        """The first digits of the page's SHA-256: what a browser compares to know if it is old."""
        return hashlib.sha256(self.page).hexdigest()[:12]


class Board:
    """The view of now, for threads that wait for the next."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._view = View()

    @property
    def view(self) -> View:
        """The view of now."""
        return self._view

    def show(self, view: View) -> None:
        """Put another view in place, and wake who waits for it."""
        with self._changed:
            self._view = view
            self._changed.notify_all()

    def other_than(self, view: View | None, seconds: float) -> View:
        """Return the view as soon as it is another, or the same after some seconds."""
        with self._changed:
            self._changed.wait_for(lambda: self._view != view, seconds)
            return self._view


def with_script(view: View) -> bytes:
    """Return the page with the script that reloads it, which the file itself is without."""
    script = resources.files("evidence.cli.preview").joinpath("preview.js").read_text("utf-8")
    added = f'<script data-version="{view.version}" data-events="{EVENTS}">\n{script}</script>\n'
    body, end, rest = (view.page or FIRST).rpartition(b"</body>")
    return body + added.encode() + end + rest if end else rest + added.encode()


def event(view: View) -> bytes:
    """Return the event that tells a browser of a view; JSON keeps it to one line of ASCII."""
    news = json.dumps({"version": view.version, "fault": view.fault})
    return f"data: {news}\n\n".encode()


class Server(socketserver.ThreadingTCPServer):
    """A server whose threads end with the process."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, board: Board, address: tuple[str, int]) -> None:
        self.board = board
        super().__init__(address, Handler)
        self.port = int(self.server_address[1])
        # A page of another site can have its name point here, but not its requests say so.
        self.hosts = {f"{name}:{self.port}" for name in (address[0], "localhost")}

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of browsers that leave before they have read all."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class Handler(BaseHTTPRequestHandler):
    """Answers with the page, its events, or a refusal."""

    server: Server

    def do_GET(self) -> None:
        """Answer one request."""
        path = self.path.partition("?")[0]
        if self.headers.get("Host", "").lower() not in self.server.hosts:
            self.send_error(HTTPStatus.MISDIRECTED_REQUEST)
        elif path == "/":
            self._page(with_script(self.server.board.view))
        elif path == EVENTS:
            self._events()
        else:
            self.send_error(HTTPStatus.NOT_FOUND)

    def _page(self, content: bytes) -> None:
        self._begin("text/html; charset=utf-8", length=len(content))
        self.wfile.write(content)

    def _events(self) -> None:
        self._begin("text/event-stream")
        view = None
        while True:
            now = self.server.board.other_than(view, KEEPALIVE)
            self.wfile.write(b":\n\n" if now == view else event(now))
            view = now

    def _begin(self, kind: str, length: int | None = None) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", kind)
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        if length is not None:
            self.send_header("Content-Length", str(length))
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Keep the terminal for what the author needs."""


@contextmanager
def serve(board: Board, host: str, port: int) -> Iterator[int]:
    """Serve while the block runs, and give the port.

    Parameters
    ----------
    board
        What is shown.
    host
        The address of this machine to listen at.
    port
        The port; 0 for any that is free.

    Raises
    ------
    FaultsError
        If the port cannot be had.
    """
    try:
        server = Server(board, (host, port))
    except OSError as error:
        if error.errno not in (errno.EADDRINUSE, errno.EACCES):
            raise
        why = "taken" if error.errno == errno.EADDRINUSE else "not open to you"
        hint = "give another with `--port`, or `--port 0` for any that is free"
        raise FaultsError(f"port {port} is {why}; {hint}", CommandCode.NO_PORT) from error
    with server:
        threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True).start()
        try:
            yield server.port
        finally:
            server.shutdown()
