"""`quantities.yml`, `confidence.yml` and `variants.yml` read, with every fault at once."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import yaml

from evidence.model.codebook import conditions
from evidence.model.declared import (
    BUILT_IN,
    CODING,
    SOURCE_UNIT,
    SOURCES,
    Component,
    ConfidenceRules,
    Criterion,
    Variant,
)
from evidence.model.evidence import Quantities
from evidence.model.faults import Fault, FaultCode, quote
from evidence.model.selection_file import SelectionReader
from evidence.model.yaml_nodes import entries, fault_at, known, listed, read_yaml, record, text
from evidence.model.yaml_nodes import whole_number as number

_NAMING = ("coder", "reconciled", "leave_out_search", "unit")
_SELECTING = ("leave_out_codings", "leave_out", "keep")


def read_quantities(path: Path) -> tuple[Quantities | None, list[Fault]]:
    """Read the words for quantities; None if anything in them is wrong."""
    file = path.as_posix()
    root, faults = read_yaml(path)
    keys = ("version", "minimum", "words", "changes", "comparisons")
    top = record(file, root, keys, faults) if root else {}
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


def read_confidence(reader: SelectionReader) -> ConfidenceRules | None:
    """Read the rules for confidence; None if anything in them is wrong.

    Parameters
    ----------
    reader
        Of the selections in that file; takes the faults.
    """
    file, faults = reader.file, reader.faults
    before = len(faults)
    root, found = read_yaml(Path(file))
    faults += found
    keys = ("version", "levels", "takes_off", "components")
    top = record(file, root, keys, faults) if root else {}
    if not top:
        return None
    number(file, top["version"], faults)
    takes_off = {
        concern: number(file, node, faults)
        for concern, node in entries(file, top["takes_off"], faults).items()
    }
    components = {}
    for name, node in entries(file, top["components"], faults).items():
        if parts := record(file, node, ("question", "measures"), faults):
            criteria = {
                measure: criterion
                for measure, at in entries(file, parts["measures"], faults).items()
                if (criterion := _criterion(reader, at, takes_off))
            }
            question = text(file, parts["question"], faults)
            components[name] = Component(question, MappingProxyType(criteria))
    rules = ConfidenceRules(
        levels=tuple(listed(file, top["levels"], faults, "[high, low]")),
        takes_off=MappingProxyType(takes_off),
        components=MappingProxyType(components),
    )
    return None if len(faults) > before else rules


def _criterion(
    reader: SelectionReader, node: yaml.Node, takes_off: Mapping[str, int]
) -> Criterion | None:
    file, faults = reader.file, reader.faults
    optional = ("share_of", "phrase", "built_in")
    parts = record(file, node, ("what", "bounds"), faults, optional)
    if not parts:
        return None
    if ("share_of" in parts, "phrase" in parts) != ("built_in" not in parts,) * 2:
        message = "a measure has share_of with its phrase, or built_in"
        faults.append(fault_at(file, node, FaultCode.BAD_STRUCTURE, message))
    built_in = {text(file, at, faults): at for key, at in parts.items() if key == "built_in"}
    concerns = entries(file, parts["bounds"], faults)
    known(file, concerns, takes_off, "takes_off", faults)
    return Criterion(
        what=text(file, parts["what"], faults),
        bounds=conditions(file, parts["bounds"], faults),
        share_of=reader.read(parts["share_of"]) if "share_of" in parts else None,
        phrase=text(file, parts["phrase"], faults) if "phrase" in parts else "",
        built_in="".join(known(file, built_in, BUILT_IN, "confidence", faults)),
    )


def read_variants(
    reader: SelectionReader, searches: tuple[str, ...]
) -> Mapping[str, Variant] | None:
    """Read the variants in the order of the file; None if anything in them is wrong.

    Parameters
    ----------
    reader
        Of the selections in that file; takes the faults.
    searches
        The names of the searches.
    """
    file, faults = reader.file, reader.faults
    before = len(faults)
    root, found = read_yaml(Path(file))
    faults += found
    top = record(file, root, ("version",), faults, (CODING, SOURCES)) if root else {}
    if not top:
        return None
    number(file, top["version"], faults)
    variants: dict[str, Variant] = {}
    for about in (key for key in (CODING, SOURCES) if key in top):
        for name, node in entries(file, top[about], faults).items():
            if name in variants:
                message = f"there is a variant {quote(name)} already"
                faults.append(fault_at(file, node, FaultCode.DUPLICATE_KEY, message))
            elif variant := _variant(reader, node, about, searches):
                variants[name] = variant
    return None if len(faults) > before else MappingProxyType(variants)


def _variant(
    reader: SelectionReader, node: yaml.Node, about: str, searches: tuple[str, ...]
) -> Variant | None:
    file, faults = reader.file, reader.faults
    words = ("heading", "phrase", "meaning")
    parts = record(file, node, words, faults, (*_NAMING, *_SELECTING))
    if not parts:
        return None
    if len(parts) == len(words):
        message, allowed = "the variant changes nothing", ", ".join((*_NAMING, *_SELECTING))
        faults.append(fault_at(file, node, FaultCode.BAD_STRUCTURE, message, allowed))
    named: dict[str, str] = {}
    options = {
        "coder": reader.codebook.coders if reader.codebook else (),
        "leave_out_search": searches,
        "unit": (SOURCE_UNIT,),
    }
    for key in (key for key in _NAMING if key in parts):
        named[key] = text(file, parts[key], faults)
        if options.get(key):
            known(file, {named[key]: parts[key]}, options[key], key, faults)
    selected = {key: reader.read(parts[key]) for key in _SELECTING if key in parts}
    return Variant(
        heading=text(file, parts["heading"], faults),
        phrase=text(file, parts["phrase"], faults),
        meaning=text(file, parts["meaning"], faults),
        about=about,
        coder=named.get("coder", ""),
        reconciled=named.get("reconciled", ""),
        leave_out_search=named.get("leave_out_search", ""),
        unit=named.get("unit", ""),
        leave_out_codings=selected.get("leave_out_codings"),
        leave_out=selected.get("leave_out"),
        keep=selected.get("keep"),
    )
