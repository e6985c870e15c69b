"""Builds that tests kill: run in processes forked from one that has imported the engine."""

from __future__ import annotations

import hashlib
import json
import sys
from itertools import cycle
from pathlib import Path

from evidence.engine import render
from evidence.engine.staging import swap

SET = "set.json"

TEXT = """\
---
title: Edition {number}
date: 2026-11-22
---

# One

Edition {number}.

```{{python}}
#| output: asis
print("computed")
```
"""
CONFIG = "project:\n  render: [report.qmd]\n  execute-dir: project\nexecute: {echo: false}\n"


def write_project(root: Path, number: int) -> None:
    """Write the project as it is in one of its editions."""
    root.mkdir(exist_ok=True)
    (root / "_quarto.yml").write_text(CONFIG, "utf-8")
    (root / "report.qmd").write_text(TEXT.format(number=number), "utf-8")


def build(root: Path, output: Path, number: int, fresh: bool) -> None:
    """Render the project, with a list of what belongs together beside the documents."""
    # What it says is of no interest, and would mix with the report of the tests.
    with (root.parent / "said").open("a", encoding="utf-8") as said:
        sys.stdout = sys.stderr = said
        render(
            root,
            output=output,
            depends=None if fresh else [Path("_quarto.yml")],
            complete=lambda ready, *_: list_set(ready, number),
            progress=print,
        )


def swap_for_ever(one: Path, other: Path, output: Path) -> None:
    """Let two sets take each other's place without end."""
    for made in cycle((one, other)):
        swap(made, output)


def list_set(folder: Path, number: int) -> None:
    """List the documents of a folder and the edition they are of."""
    documents = {path.name: digest(path) for path in sorted(folder.iterdir())}
    (folder / SET).write_text(json.dumps({"number": number, "documents": documents}), "utf-8")


def edition(folder: Path) -> int:
    """Return the edition of a set, having made sure that it is complete and of one piece."""
    listed = json.loads((folder / SET).read_text("utf-8"))
    found = {path.name: digest(path) for path in folder.iterdir() if path.name != SET}
    assert found == listed["documents"]
    return int(listed["number"])


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
