"""`prisma.yml` against the items of PRISMA 2020."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from evidence.model.evidence import ChecklistItem
from evidence.model.faults import Fault, FaultCode, quote
from evidence.model.yaml_nodes import Node, read_yaml

ITEMS = (
    "1", "2", "3", "4", "5", "6", "7", "8", "9", "10a", "10b", "11", "12",
    "13a", "13b", "13c", "13d", "13e", "13f", "14", "15", "16a", "16b", "17", "18", "19",
    "20a", "20b", "20c", "20d", "21", "22", "23a", "23b", "23c", "23d", "24a", "24b", "24c",
    "25", "26", "27",
)  # fmt: skip
REPORTED, PARTLY, NOT_DONE = ANSWERS = ("reported", "partly", "not_done")


def read_checklist(path: Path, faults: list[Fault]) -> Mapping[str, ChecklistItem] | None:
    """Read the checklist, in the order of the standard; None if anything in it is wrong."""
    before = len(faults)
    root = read_yaml(path, faults)
    nodes = root.entries() if root else {}
    if not root or not nodes:
        return None
    for item, node in nodes.items():
        if item not in ITEMS:
            message = f"PRISMA 2020 has no item {quote(item)}"
            node.fault(message, ", ".join(ITEMS), code=FaultCode.UNKNOWN_ITEM)
    for item in ITEMS:
        if item not in nodes:
            root.fault(f"item {quote(item)} is missing", code=FaultCode.MISSING_ITEM)
    found = {item: _item(item, nodes[item]) for item in ITEMS if item in nodes}
    return None if len(faults) > before else MappingProxyType(found)


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
