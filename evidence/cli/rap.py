"""`evidence rap`: how far the project is a reproducible analytical pipeline, item by item."""

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from evidence.cli.project import shown
from evidence.cli.terminal import plural, visible
from evidence.proof.rap import LEVELS

if TYPE_CHECKING:
    from evidence.proof.rap.items import Item

DESCRIPTION = """\
Answer each item of the levels of RAP (reproducible analytical pipelines) from what lies in the
project and its git repository: met, with the file, line, tag or command that shows it; or not met,
with what is missing. The levels Baseline, Silver and Gold are those of the RAP community of
practice of NHS England, agreed with the RAP group across government; docs/handover.md tells more.

What cannot be seen from here, such as who has read the code, is said to be so, and whom to ask.
Nothing is run, built or looked up in the network.

examples:
  evidence rap
  evidence rap --level silver                   exits with 1 if an item up to Silver is not met
  evidence rap --format md                      a table to hand over"""

FORMATS = ("text", "json", "md")
_ANSWERS = {True: "met", False: "not met", None: "not seen"}


def add_options(command: argparse.ArgumentParser) -> None:
    """Add the verb's options to its parser."""
    command.add_argument(
        "--level", choices=LEVELS, default=LEVELS[-1], help="up to which level (default: gold)"
    )
    command.add_argument(
        "--format", choices=FORMATS, default="text", help="how to print it (default: text)"
    )


def run(project: Path, options: argparse.Namespace) -> bool:
    """Print the answer to each item, and say whether any is not met."""
    from evidence.proof.rap.items import answered

    items = answered(shown(project), options.level)
    match options.format:
        case "json":
            told = json.dumps([asdict(row) for row in items], indent=2, ensure_ascii=False)
        case "md":
            told = "\n".join(_table(items))
        case _:
            told = "\n".join(_lines(items))
    print(told)
    return any(row.met is False for row in items)


def _lines(items: "Sequence[Item]") -> Iterator[str]:
    for level in dict.fromkeys(row.level for row in items):
        rows = [row for row in items if row.level == level]
        yield f"{level.capitalize()}: {_counted(rows)}"
        for row in rows:
            yield f"  {_ANSWERS[row.met]:<9} {row.name:<16} {visible(row.said)}"
        yield ""
    yield _reached(items)


def _table(items: "Sequence[Item]") -> Iterator[str]:
    yield "| Level | Item | What it asks | Answer | What shows it |"
    yield "| --- | --- | --- | --- | --- |"
    for row in items:
        said = visible(row.said).replace("\\", "\\\\").replace("|", "\\|")
        cells = (row.level.capitalize(), row.name, row.asks, _ANSWERS[row.met], said)
        yield f"| {' | '.join(cells)} |"
    yield ""
    yield _reached(items)


def _counted(rows: "Sequence[Item]") -> str:
    unseen = sum(row.met is None for row in rows)
    ask = f", {unseen:,} not seen from here" if unseen else ""
    return f"{sum(row.met is True for row in rows):,} of {len(rows):,} items met{ask}"


def _reached(items: "Sequence[Item]") -> str:
    from evidence.proof.rap.items import reached

    level, unseen = reached(items)
    told = f"Reached: {level.capitalize()}" if level else "Reached: no level yet"
    if unseen:
        told += (
            f", if {plural(unseen, 'item')} not seen from here {'hold' if unseen > 1 else 'holds'}"
        )
    lacking = [row for row in items if row.met is False]
    names = [row.name for row in lacking if row.level == lacking[0].level]
    if names:
        told += f". {lacking[0].level.capitalize()} lacks: {', '.join(names)}"
    return f"{told}."
