"""`quantities.yml` and `confidence.yml` against the structure that the analysis reads."""

from pathlib import Path
from types import MappingProxyType

import yaml

from evidence.model.codebook import conditions
from evidence.model.evidence import Component, ConfidenceRules, Quantities
from evidence.model.faults import Fault, FaultCode, nearest, quote
from evidence.model.yaml_nodes import entries, fault_at, read_yaml, record, text
from evidence.model.yaml_nodes import whole_number as number


def read_quantities(path: Path) -> tuple[Quantities | None, list[Fault]]:
    """Read the words for quantities; None if anything in them is wrong."""
    file = path.as_posix()
    root, faults = read_yaml(path)
    if root is None:
        return None, faults
    keys = ("version", "minimum", "words", "changes", "comparisons")
    top = record(file, root, keys, faults)
    if not top:
        return None, faults
    number(file, top["version"], faults)
    found = Quantities(
        minimum=number(file, top["minimum"], faults),
        words=conditions(file, top["words"], faults),
        changes=conditions(file, top["changes"], faults),
        comparisons=conditions(file, top["comparisons"], faults),
    )
    return (None if faults else found), faults


def read_confidence(path: Path) -> tuple[ConfidenceRules | None, list[Fault]]:
    """Read the rules for confidence; None if anything in them is wrong."""
    file = path.as_posix()
    root, faults = read_yaml(path)
    if root is None:
        return None, faults
    top = record(file, root, ("version", "levels", "takes_off", "components"), faults)
    if not top:
        return None, faults
    number(file, top["version"], faults)
    takes_off = {
        concern: number(file, node, faults)
        for concern, node in entries(file, top["takes_off"], faults).items()
    }
    components = {}
    for name, node in entries(file, top["components"], faults).items():
        if parts := record(file, node, ("question", "measures"), faults):
            components[name] = Component(
                question=text(file, parts["question"], faults),
                measures=MappingProxyType(
                    {
                        measure: conditions(file, bounds, faults)
                        for measure, bounds in entries(file, parts["measures"], faults).items()
                        if _concerns_known(file, bounds, takes_off, faults)
                    }
                ),
            )
    found = ConfidenceRules(
        levels=_levels(file, top["levels"], faults),
        takes_off=MappingProxyType(takes_off),
        components=MappingProxyType(components),
    )
    return (None if faults else found), faults


def _levels(file: str, node: yaml.Node, faults: list[Fault]) -> tuple[str, ...]:
    if not isinstance(node, yaml.SequenceNode) or not node.value:
        allowed = "a list such as [high, low]"
        message = "levels is no list"
        faults.append(fault_at(file, node, FaultCode.BAD_STRUCTURE, message, allowed))
        return ()
    return tuple(text(file, item, faults) for item in node.value)


def _concerns_known(
    file: str, node: yaml.Node, takes_off: dict[str, int], faults: list[Fault]
) -> bool:
    unknown = [name for name in entries(file, node, faults) if name not in takes_off]
    for name in unknown:
        message = f"unknown concern {quote(name)}"
        allowed, near = ", ".join(takes_off), nearest(name, tuple(takes_off))
        faults.append(fault_at(file, node, FaultCode.BAD_STRUCTURE, message, allowed, near=near))
    return not unknown
