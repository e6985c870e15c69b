"""Which wordings of the chapters a document made on this machine has shown, and which none has."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from evidence.engine.staging import WORK
from evidence.model.claims import Claims

if TYPE_CHECKING:
    from evidence.check.wordings import Placement
    from evidence.engine.document import Document

_FILE = "wordings.json"


def note(document: "Document", claims: Claims, outcomes: Mapping[str, str]) -> None:
    """Note what a document showed: of each claim that it states, the wording of its outcome."""
    from evidence.check.wordings import wordings

    ids = claims.ids()
    placements = wordings(document).placements
    new = {_mark(row, outcomes[ids[row.claim]]) for row in placements if row.claim in ids}
    file = document.project.root / WORK / _FILE
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(sorted(_shown(file) | new)), encoding="utf-8")


def never_shown(document: "Document") -> Iterator[tuple["Placement", str]]:
    """Yield the wordings, with their case, that no document has shown yet."""
    from evidence.check.wordings import OUTCOMES, wordings

    shown = _shown(document.project.root / WORK / _FILE)
    for row in wordings(document).placements:
        for case in OUTCOMES:
            if case in row.cases and _mark(row, case) not in shown:
                yield row, case


def _shown(file: Path) -> set[str]:
    try:
        return {*map(str, json.loads(file.read_bytes()))}
    except (OSError, ValueError):
        return set()


def _mark(placement: "Placement", case: str) -> str:
    text = "\0".join((placement.claim, case, placement.cases.get(case, "")))
    return hashlib.sha256(text.encode()).hexdigest()[:16]
