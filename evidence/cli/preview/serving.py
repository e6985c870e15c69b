"""The page for the browser of this machine, which asks again and again whether it is still good."""

import errno
import hashlib
import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from importlib import resources

from evidence.cli.project import CommandCode, FaultsError

STATE = "/state"
PDF = "/report.pdf"
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
    """What the browser is to show: the last good page, if any, and what prevents a newer one.

    Beside it stands the PDF, which may be that of an earlier page.
    """

    page: bytes = b""
    fault: str = ""
    pdf: bytes = b""
    is_earlier: bool = False

    @property
    def version(self) -> str:
        """The first digits of the page's SHA-256: what a browser compares to know if it is old."""
        return hashlib.sha256(self.page).hexdigest()[:12]


def with_script(view: View) -> bytes:
    """Return the page with the script that reloads it, which the file itself is without."""
    script = resources.files("evidence.cli.preview").joinpath("preview.js").read_text("utf-8")
    data = f'data-version="{view.version}" data-state="{STATE}" data-pdf="{PDF}"'
    added = f"<script {data}>\n{script}</script>\n"
    body, end, rest = (view.page or FIRST).rpartition(b"</body>")
    return body + added.encode() + end + rest if end else rest + added.encode()


def state(view: View) -> bytes:
    """Return the JSON by which a browser knows of a newer page, or of what keeps it from being."""
    pdf = ("earlier" if view.is_earlier else "current") if view.pdf else ""
    return json.dumps({"version": view.version, "fault": view.fault, "pdf": pdf}).encode()


class Server(socketserver.ThreadingTCPServer):
    """Serves the view of now; its threads end with the process."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, host: str, port: int) -> None:
        self.view = View()
        super().__init__((host, port), Handler)
        self.port = int(self.server_address[1])
        # A page of another site can have its name point here, but not its requests say so.
        self.hosts = {f"{name}:{self.port}" for name in (host, "localhost")}


class Handler(BaseHTTPRequestHandler):
    """Answers with the page, its state, or a refusal."""

    server: Server

    def do_GET(self) -> None:
        """Answer one request."""
        path = self.path.partition("?")[0]
        if self.headers.get("Host", "").lower() not in self.server.hosts:
            self.send_error(HTTPStatus.MISDIRECTED_REQUEST)
        elif path == "/":
            self._send("text/html; charset=utf-8", with_script(self.server.view))
        elif path == STATE:
            self._send("application/json", state(self.server.view))
        elif path == PDF and self.server.view.pdf:
            self._send("application/pdf", self.server.view.pdf)
        else:
            self.send_error(HTTPStatus.NOT_FOUND)

    def _send(self, kind: str, content: bytes) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        try:
            self.wfile.write(content)
        except ConnectionError:
            # Browsers leave before they have read all.
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Keep the terminal for what the author needs."""


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
