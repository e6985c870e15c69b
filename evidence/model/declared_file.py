"""`quantities.yml`, `confidence.yml` and `variants.yml` read, with every fault at once."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from evidence.model.declared import (
    BUILT_IN,
    SOURCE_UNIT,
    Component,
    ConfidenceRules,
    Criterion,
    Variant,
)
from evidence.model.evidence import Quantities
from evidence.model.faults import Fault
from evidence.model.selection_file import SelectionReader
from evidence.model.yaml_nodes import Node, known, read_record

_WORDS = ("heading", "phrase", "meaning")
_NAMING = ("coder", "reconciled", "leave_out_search", "unit")
_SELECTING = ("leave_out_codings", "leave_out", "keep")


def read_quantities(path: Path, faults: list[Fault]) -> Quantities | None:
    """Read the words for quantities; None if anything in them is wrong."""
    before = len(faults)
    keys = ("version", "minimum", "words", "changes", "comparisons")
    top = read_record(path, faults, keys)
    if not top:
        return None
    top["version"].number()
    found = Quantities(
        minimum=top["minimum"].number(),
        words=top["words"].conditions(),
        changes=top["changes"].conditions(),
        comparisons=top["comparisons"].conditions(),
    )
    return None if len(faults) > before else found


def read_confidence(
    path: Path, faults: list[Fault], reader: SelectionReader
) -> ConfidenceRules | None:
    """Read the rules for confidence; None if anything in them is wrong."""
    before = len(faults)
    top = read_record(path, faults, ("version", "levels", "takes_off", "components"))
    if not top:
        return None
    top["version"].number()
    takes_off = {concern: node.number() for concern, node in top["takes_off"].entries().items()}
    components = {}
    for name, node in top["components"].entries().items():
        if parts := node.record(("question", "measures")):
            criteria = {
                measure: criterion
                for measure, at in parts["measures"].entries().items()
                if (criterion := _criterion(reader, at, takes_off))
            }
            components[name] = Component(parts["question"].text(), MappingProxyType(criteria))
    rules = ConfidenceRules(
        levels=tuple(top["levels"].names("[high, low]")),
        takes_off=MappingProxyType(takes_off),
        components=MappingProxyType(components),
    )
    return None if len(faults) > before else rules


def _criterion(
    reader: SelectionReader, node: Node, takes_off: Mapping[str, int]
) -> Criterion | None:
    parts = node.record(("what", "bounds"), ("share_of", "phrase", "built_in"))
    if not parts:
        return None
    if ("share_of" in parts, "phrase" in parts) != ("built_in" not in parts,) * 2:
        node.fault("a measure has share_of with its phrase, or built_in")
    built_in = {at.text(): at for key, at in parts.items() if key == "built_in"}
    known(parts["bounds"].entries(), takes_off, "takes_off")
    return Criterion(
        what=parts["what"].text(),
        bounds=parts["bounds"].conditions(),
        share_of=reader.read(parts["share_of"]) if "share_of" in parts else None,
        phrase=parts["phrase"].text() if "phrase" in parts else "",
        built_in="".join(known(built_in, BUILT_IN, "confidence")),
    )


def read_variants(
    path: Path, faults: list[Fault], reader: SelectionReader, searches: tuple[str, ...]
) -> Mapping[str, Variant] | None:
    """Read the variants in the order of the file; None if anything in them is wrong."""
    before = len(faults)
    top = read_record(path, faults, ("version", "variants"))
    if not top:
        return None
    top["version"].number()
    variants = {
        name: variant
        for name, node in top["variants"].entries().items()
        if (variant := _variant(reader, node, searches))
    }
    return None if len(faults) > before else MappingProxyType(variants)


def _variant(reader: SelectionReader, node: Node, searches: tuple[str, ...]) -> Variant | None:
    parts = node.record(_WORDS, (*_NAMING, *_SELECTING))
    if not parts:
        return None
    if len(parts) == len(_WORDS):
        node.fault("the variant changes nothing", ", ".join((*_NAMING, *_SELECTING)))
    options = {
        "coder": reader.codebook.coders if reader.codebook else (),
        "leave_out_search": searches,
        "unit": (SOURCE_UNIT,),
    }
    named: dict[str, Any] = {key: parts[key].text() for key in (*_WORDS, *_NAMING) if key in parts}
    for key in options.keys() & parts.keys():
        if options[key]:
            known({named[key]: parts[key]}, options[key], key)
    named |= {key: reader.read(parts[key]) for key in _SELECTING if key in parts}
    return Variant(**named)
