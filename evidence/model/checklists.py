"""`prisma.yml` against the items of PRISMA 2020."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import yaml

from evidence.model.evidence import ChecklistItem
from evidence.model.faults import Fault, FaultCode, quote
from evidence.model.yaml_nodes import entries, fault_at, read_yaml, record, text

ITEMS = (
    "1", "2", "3", "4", "5", "6", "7", "8", "9", "10a", "10b", "11", "12",
    "13a", "13b", "13c", "13d", "13e", "13f", "14", "15", "16a", "16b", "17", "18", "19",
    "20a", "20b", "20c", "20d", "21", "22", "23a", "23b", "23c", "23d", "24a", "24b", "24c",
    "25", "26", "27",
)  # fmt: skip
REPORTED, PARTLY, NOT_DONE = ANSWERS = ("reported", "partly", "not_done")


def read_checklist(path: Path) -> tuple[Mapping[str, ChecklistItem] | None, list[Fault]]:
    """Read the checklist, in the order of the standard; None if anything in it is wrong."""
    file = path.as_posix()
    root, faults = read_yaml(path)
    if root is None:
        return None, faults
    nodes = entries(file, root, faults)
    if not nodes:
        return None, faults
    faults += _unknown(file, root, tuple(nodes))
    missing = [item for item in ITEMS if item not in nodes]
    faults += [
        fault_at(file, root, FaultCode.MISSING_ITEM, f"item {quote(item)} is missing")
        for item in missing
    ]
    found = {item: _item(file, item, nodes[item], faults) for item in ITEMS if item in nodes}
    return (None if faults else MappingProxyType(found)), faults


def _unknown(file: str, root: yaml.Node, keys: tuple[str, ...]) -> list[Fault]:
    return [
        fault_at(
            file,
            key,
            FaultCode.UNKNOWN_ITEM,
            f"PRISMA 2020 has no item {quote(key.value)}",
            ", ".join(ITEMS),
        )
        for key, _ in root.value
        if key.value in keys and key.value not in ITEMS
    ]


def _item(file: str, item: str, node: yaml.Node, faults: list[Fault]) -> ChecklistItem:
    given = entries(file, node, faults)
    answers = [key for key in ANSWERS if key in given]
    if given and len(answers) != 1:
        had = f"has the answers {' and '.join(answers)}" if answers else "has no answer"
        message = f"item {quote(item)} {had}"
        allowed = f"one of {', '.join(ANSWERS)}"
        faults.append(fault_at(file, node, FaultCode.NOT_ONE_ANSWER, message, allowed))
    # What is missing has to be said of an item that is partly reported.
    noted = "note" in given or PARTLY in answers
    keys = ("section", "topic", *answers, *(("note",) if noted and NOT_DONE not in answers else ()))
    parts = record(file, node, keys, faults) if given else {}
    if not parts or len(answers) != 1:
        return ChecklistItem("", "", "", (), "")
    (status,) = answers
    done = status != NOT_DONE
    note = parts.get("note" if done else NOT_DONE)
    return ChecklistItem(
        section=text(file, parts["section"], faults),
        topic=text(file, parts["topic"], faults),
        status=status,
        places=_places(file, parts[status], faults) if done else (),
        note=text(file, note, faults) if note else "",
    )


def _places(file: str, node: yaml.Node, faults: list[Fault]) -> tuple[str, ...]:
    if not isinstance(node, yaml.SequenceNode) or not node.value:
        message, allowed = "this is no list of places", "a list such as [sec-searches]"
        faults.append(fault_at(file, node, FaultCode.BAD_STRUCTURE, message, allowed))
        return ()
    found: list[str] = []
    for place in node.value:
        name = text(file, place, faults)
        if name and name in found:
            message = f"{quote(name)} stands in the list already"
            faults.append(fault_at(file, place, FaultCode.DUPLICATE_KEY, message))
        found.append(name)
    return tuple(found)
