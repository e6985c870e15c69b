"""Checklists for reports of reviews, each held against the items of its standard."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from evidence.model.evidence import ChecklistItem
from evidence.model.faults import Fault, FaultCode, quote
from evidence.model.yaml_nodes import Node, read_yaml


class Standard(NamedTuple):
    """A checklist as it was published: what it is called, and its items."""

    name: str
    items: tuple[str, ...]


_PRISMA = (
    "1", "2", "3", "4", "5", "6", "7", "8", "9", "10a", "10b", "11", "12",
    "13a", "13b", "13c", "13d", "13e", "13f", "14", "15", "16a", "16b", "17", "18", "19",
    "20a", "20b", "20c", "20d", "21", "22", "23a", "23b", "23c", "23d", "24a", "24b", "24c",
    "25", "26", "27",
)  # fmt: skip
STANDARDS: Mapping[str, Standard] = MappingProxyType(
    {
        # Page and others 2021, BMJ 372: n71
        "prisma": Standard("PRISMA 2020", _PRISMA),
        # Akl and others 2024, BMJ 387: e079183. What it asks beyond an item of PRISMA has that
        # item's number, L1 to L4 are new, and the status is recommended apart from these.
        "prisma-lsr": Standard(
            "PRISMA-LSR",
            ("1", "2", "3", "4", "L1", "9", "11", "13", "L2", "16", "L3", "23", "L4", "status"),
        ),
        # Campbell and others 2020, BMJ 368: l6890
        "swim": Standard("SWiM", tuple(map(str, range(1, 10)))),
        # Tong and others 2012, BMC Medical Research Methodology 12: 181
        "entreq": Standard("ENTREQ", tuple(map(str, range(1, 22)))),
    }
)
REPORTED, PARTLY, NOT_DONE = ANSWERS = ("reported", "partly", "not_done")


def read_checklist(
    path: Path, faults: list[Fault], standard: Standard
) -> Mapping[str, ChecklistItem] | None:
    """Read a checklist, in the order of its standard; None if anything in it is wrong."""
    before = len(faults)
    root = read_yaml(path, faults)
    found = read_items(root, standard) if root else None
    return None if len(faults) > before else found


def read_items(root: Node, standard: Standard) -> Mapping[str, ChecklistItem]:
    """Read the items of a checklist, in the order of its standard."""
    nodes = root.entries()
    if not nodes:
        return MappingProxyType({})
    for item, node in nodes.items():
        if item not in standard.items:
            message = f"{standard.name} has no item {quote(item)}"
            node.fault(message, ", ".join(standard.items), code=FaultCode.UNKNOWN_ITEM)
    for item in standard.items:
        if item not in nodes:
            root.fault(f"item {quote(item)} is missing", code=FaultCode.MISSING_ITEM)
    found = {item: _item(item, nodes[item]) for item in standard.items if item in nodes}
    return MappingProxyType(found)


def _item(item: str, node: Node) -> ChecklistItem:
    given = node.entries()
    answers = [key for key in ANSWERS if key in given]
    if given and len(answers) != 1:
        had = f"has the answers {' and '.join(answers)}" if answers else "has no answer"
        allowed = f"one of {', '.join(ANSWERS)}"
        node.fault(f"item {quote(item)} {had}", allowed, code=FaultCode.NOT_ONE_ANSWER)
    # What is missing has to be said of an item that is partly reported.
    noted = "note" in given or PARTLY in answers
    keys = ("section", "topic", *answers, *(("note",) if noted and NOT_DONE not in answers else ()))
    parts = node.record(keys) if given else {}
    if not parts or len(answers) != 1:
        return ChecklistItem("", "", "", (), "")
    (status,) = answers
    done = status != NOT_DONE
    note = parts.get("note" if done else NOT_DONE)
    return ChecklistItem(
        section=parts["section"].text(),
        topic=parts["topic"].text(),
        status=status,
        places=tuple(parts[status].names("[sec-searches]")) if done else (),
        note=note.text() if note else "",
    )
