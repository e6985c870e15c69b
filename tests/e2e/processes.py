"""What runs in a folder."""

from __future__ import annotations

import time
from pathlib import Path

PATIENCE = 20


def running_in(folder: Path) -> dict[int, str]:
    """Return the processes whose working folder lies in a folder, with their command lines."""
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            place = str((process / "cwd").readlink()).removesuffix(" (deleted)")
            command = (process / "cmdline").read_bytes()
        except OSError:
            continue
        # What has ended and waits for its parent has no command line.
        if command and Path(place).is_relative_to(folder):
            found[int(process.name)] = command.replace(b"\0", b" ").decode(errors="replace")
    return found


def lingering(folder: Path) -> dict[int, str]:
    """Wait until nothing runs in a folder, and return what does not end."""
    until = time.monotonic() + PATIENCE
    while (left := running_in(folder)) and time.monotonic() < until:
        time.sleep(0.1)
    return left
