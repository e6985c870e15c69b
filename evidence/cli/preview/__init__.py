"""`evidence preview`: the report in a browser, made again whenever a file changes."""

import argparse
import os
from dataclasses import replace
from pathlib import Path
from threading import Event
from time import perf_counter
from typing import Any

from evidence.cli.preview.following import built, say, until_stopped
from evidence.cli.preview.resident import Resident
from evidence.cli.preview.serving import Server, serve
from evidence.cli.preview.staying import Asked
from evidence.cli.preview.watching import look, named, saves
from evidence.cli.project import CommandCode, FaultsError
from evidence.cli.render import Wanted, add_assumed, edition
from evidence.engine.staging import WORK
from evidence.model.edition import VARIABLE

DESCRIPTION = """\
Serve the report as HTML to browsers on this machine only, and watch chapters, data, code and
settings. When a file is saved, the page is made again, and what has changed is put into the open
page: your place in it, open parts, the filter of sources and what you have typed stay. The PDF is
made after the page, and shown beside it if you like.

Data and chapters are checked beside. What `evidence check` finds is shown here and above the page,
with file and line, and so is what keeps a page from being made; then the last good one stays until
you have corrected it. Results of cells are kept until data or code change. Page and PDF are in
.render/preview/; the documents in _output/ do not change.

Open the address that is printed. Press Ctrl-C to end.

examples:
  evidence preview               at the same address each time
  evidence preview --port 8000   at another port
  evidence preview --port 0      at any port that is free
  evidence preview --as savings=supported
                                 with the wording that this verdict would call for"""

HOST = "127.0.0.1"
PORT = 4170
MOST_PORT = 65535
# Seconds after which what says nothing may go on for ever, as a cell does that never ends.
STALLED = 3


def add_options(command: argparse.ArgumentParser) -> None:
    """Add the verb's options to its parser."""
    command.add_argument(
        "--port",
        type=port,
        default=PORT,
        metavar="PORT",
        help=f"port to serve at; 0 for any that is free (default: {PORT})",
    )
    add_assumed(command)


def port(text: str) -> int:
    """Return the number of a port."""
    number = int(text) if text.isdecimal() else MOST_PORT + 1
    if number > MOST_PORT:
        raise argparse.ArgumentTypeError(f"{text!r} is no port; give one from 0 to {MOST_PORT}")
    return number


def run(project: Path, options: argparse.Namespace) -> None:
    """Serve the report and make it anew after each save, until a signal asks it to end."""
    try:
        year = edition(os.environ.get(VARIABLE, ""))
    except argparse.ArgumentTypeError as error:
        raise FaultsError(str(error), CommandCode.WRONG_USAGE) from error
    output = (project / WORK / "preview").resolve()
    wanted = Wanted(output, edition=year, assumed=tuple(options.assumed))
    # The page is what an author waits for.
    asked = Asked(wanted, ("html", "pdf"))
    with (
        until_stopped("preview ended"),
        serve(HOST, options.port) as server,
        saves(project) as (changes, woken),
        Resident(project) as resident,
    ):
        say(f"preview at http://{HOST}:{server.port}/ (Ctrl-C ends it)")
        for number, changed in enumerate(changes):
            if number:
                say(f"{named(changed)} changed")
            _show(project, server, resident, asked, woken)


def _show(project: Path, server: Server, resident: Resident, asked: Asked, woken: Event) -> None:
    """Show the page, then the PDF if nothing changes meanwhile, and what is wrong with either."""
    start = heard = perf_counter()
    seen = look(project)
    has_page, told = False, ""

    def is_past() -> bool:
        # A page is shown for every state, unless it may never come.
        stalled = perf_counter() - heard > STALLED
        return (has_page or stalled) and look(project) != seen

    def show(**changed: Any) -> None:
        server.view = replace(server.view, **changed)

    for happened in built(project, resident, asked, is_past, woken):
        heard = perf_counter()
        taken = f"{heard - start:.1f} s"
        match happened:
            case "made", [path], _ if path.suffix == ".html":
                show(page=path.read_bytes(), fault="", is_earlier=True)
                has_page = True
                say(f"rendered in {taken}; the PDF follows")
            case "made", [path], _:
                show(pdf=path.read_bytes(), is_earlier=False)
                say(f"PDF in {taken}")
            case "checked", faults:
                show(faults=faults)
                say(faults or f"checked in {taken}")
                told = faults
            case "failed", fault if not is_past():
                show(fault=fault)
                # What the check has found may be what prevents the page.
                if fault != told:
                    say(fault)
    if look(project) == seen:
        say("waiting for a change")
