"""`ai-use.yml`: what artificial intelligence did in the review, and what has to be said of it."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from evidence.model.checklists import Standard, read_items
from evidence.model.evidence import AiUse, ChecklistItem
from evidence.model.faults import Fault
from evidence.model.yaml_nodes import Node, read_record

AI_USE = "ai-use"
# Flemyng and others 2025, Environmental Evidence 14: 20, which builds on RAISE. It numbers nothing:
# the names are ours.
STATEMENT = Standard(
    "the joint statement on AI in evidence synthesis",
    (
        "responsibility", "tools", "tasks", "manner", "reasons", "oversight", "validation",
        "limits", "materials", "law", "interests",
    ),
)  # fmt: skip
_SAID = ("task", "tool", "version", "dates", "how", "oversight", "validation", "limits")


def read_ai_use(
    path: Path, faults: list[Fault]
) -> tuple[Mapping[str, AiUse], Mapping[str, ChecklistItem]]:
    """Read each use by its name, and the answers to what the joint statement asks."""
    top = read_record(path, faults, ("tasks", "answers"))
    if not top:
        return MappingProxyType({}), MappingProxyType({})
    uses = {name: use for name, node in top["tasks"].entries().items() if (use := _use(node))}
    return MappingProxyType(uses), read_items(top["answers"], STATEMENT)


def _use(node: Node) -> AiUse | None:
    parts = node.record((*_SAID, "reported"))
    if not parts:
        return None
    said = {name: parts[name].text() for name in _SAID}
    return AiUse(**said, places=tuple(parts["reported"].names("[sec-searches]")))
