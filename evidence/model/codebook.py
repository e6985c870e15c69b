"""`codebook.yml` against the structure that the analysis reads, and bounds wherever they are."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import yaml

from evidence.model.evidence import Attribute, Codebook, Facet, Source
from evidence.model.faults import Fault, FaultCode, nearest, quote
from evidence.model.selection_file import SelectionReader
from evidence.model.yaml_nodes import (
    entries,
    fault_at,
    known,
    listed,
    read_yaml,
    record,
    text,
    texts,
)
from evidence.model.yaml_nodes import whole_number as number

_COMPARISON = re.compile(r"(?:>=|>|<=|<) -?[0-9]+(?:\.[0-9]+)?")
_CODEBOOK_OPTIONAL = ("attributes", "partial", "ranking", "home", "weak", "labels")
# What the codebooks read so far call codes and values, for those that are called by no rule. Words
# are made in a hundred places that know the code alone.
LABELS: dict[str, str] = {}


def read_codebook(
    path: Path, columns: Mapping[str, bool], source_fields: Mapping[str, tuple[str, ...]]
) -> tuple[Codebook | None, list[Fault]]:
    """Read the codebook; None if anything in it is wrong.

    Parameters
    ----------
    columns
        The columns of `appraisals.csv` besides source and coder, and whether each is a list: the
        codebook has to have an attribute for each, and no others.
    """
    file = path.as_posix()
    root, faults = read_yaml(path)
    if root is None:
        return None, faults
    top = record(file, root, ("version", "coders", "agreed", "facets"), faults, _CODEBOOK_OPTIONAL)
    if not top:
        return None, faults
    attributes: dict[str, Attribute] = {}
    nodes = entries(file, top["attributes"], faults) if "attributes" in top else {}
    for name, node in nodes.items():
        if parts := record(file, node, ("question", "values"), faults, ("multiple", "roles")):
            values = texts(file, parts["values"], faults)
            attributes[name] = Attribute(
                question=text(file, parts["question"], faults),
                values=MappingProxyType(values),
                multiple=_is_true(file, parts["multiple"], faults)
                if "multiple" in parts
                else False,
                roles=_roles(file, parts.get("roles"), values, f"attribute {name}", faults),
            )
    faults += _unlike_columns(file, root, nodes, attributes, columns)
    facets: dict[str, Facet] = {}
    asked_of: dict[str, yaml.Node] = {}
    for name, node in entries(file, top["facets"], faults).items():
        keys = ("question", "stances", "codes")
        if parts := record(file, node, keys, faults, ("roles", "asked_of")):
            stances = texts(file, parts["stances"], faults)
            facets[name] = Facet(
                question=text(file, parts["question"], faults),
                stances=MappingProxyType(stances),
                codes=MappingProxyType(texts(file, parts["codes"], faults)),
                roles=_roles(file, parts.get("roles"), stances, f"facet {name}", faults),
            )
            if "asked_of" in parts:
                asked_of[name] = parts["asked_of"]
    coders = tuple(listed(file, top["coders"], faults, "[A, B]"))
    partial = listed(file, top["partial"], faults, "[B]") if "partial" in top else {}
    ranking = {text(file, top["ranking"], faults): top["ranking"]} if "ranking" in top else {}
    single = [name for name, row in attributes.items() if not row.multiple]
    codebook = Codebook(
        version=number(file, top["version"], faults),
        coders=coders,
        agreed=text(file, top["agreed"], faults),
        attributes=MappingProxyType(attributes),
        facets=MappingProxyType(facets),
        partial=known(file, partial, coders, "coders", faults),
        ranking="".join(known(file, ranking, single, "attributes with one value a source", faults)),
    )
    reader = SelectionReader(file, codebook, source_fields, faults)
    facets |= {key: replace(facets[key], asked_of=reader.read(asked_of[key])) for key in asked_of}
    codebook = replace(
        codebook,
        facets=MappingProxyType(facets),
        home=reader.read(top["home"]) if "home" in top else None,
        weak=reader.read(top["weak"]) if "weak" in top else None,
    )
    if "labels" in top:
        LABELS.update(_labels(file, top["labels"], codebook, faults))
    return (None if faults else codebook), faults


def _labels(
    file: str, node: yaml.Node, codebook: Codebook, faults: list[Fault]
) -> Mapping[str, str]:
    named = [*codebook.attributes, *codebook.facets]
    for attribute in codebook.attributes.values():
        named += attribute.values
    for facet in codebook.facets.values():
        named += (*facet.codes, *facet.stances)
    known(file, entries(file, node, []), named, "the codebook", faults)
    return texts(file, node, faults)


def _unlike_columns(
    file: str,
    root: yaml.Node,
    nodes: Mapping[str, yaml.Node],
    attributes: Mapping[str, Attribute],
    columns: Mapping[str, bool],
) -> Iterator[Fault]:
    for name, node in nodes.items():
        if name in Source.__dataclass_fields__:
            message = f"attribute {quote(name)} has the name of a column of sources"
            yield fault_at(file, node, FaultCode.DUPLICATE_KEY, message)
        elif name not in columns:
            message = f"appraisals have no column for attribute {quote(name)}"
            allowed, near = ", ".join(columns), nearest(name, tuple(columns))
            yield fault_at(file, node, FaultCode.BAD_STRUCTURE, message, allowed, near=near)
        elif name in attributes and attributes[name].multiple != columns[name]:
            which = "is a list" if columns[name] else "is no list"
            message = f"the column {quote(name)} of appraisals {which}"
            allowed = f"multiple: {str(columns[name]).lower()}"
            yield fault_at(file, node, FaultCode.BAD_STRUCTURE, message, allowed)
    for name in columns.keys() - nodes.keys():
        message = f"the column {quote(name)} of appraisals is no attribute"
        yield fault_at(file, root, FaultCode.BAD_STRUCTURE, message)


def _is_true(file: str, node: yaml.Node, faults: list[Fault]) -> bool:
    value = str(node.value)
    if value not in ("true", "false"):
        message = f"found {quote(value)}"
        faults.append(fault_at(file, node, FaultCode.BAD_STRUCTURE, message, "true, false"))
    return value != "false"


def _roles(
    file: str, node: yaml.Node | None, values: Mapping[str, str], owner: str, faults: list[Fault]
) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for role, listing in entries(file, node, faults).items() if node else ():
        found[role] = known(file, listed(file, listing, faults, "[a, b]"), values, owner, faults)
        if role in values:
            message = f"{quote(role)} is a value of {owner}, and can't stand for others too"
            faults.append(fault_at(file, listing, FaultCode.DUPLICATE_KEY, message))
    return MappingProxyType(found)


def conditions(file: str, node: yaml.Node, faults: list[Fault]) -> Mapping[str, str]:
    """Return a mapping of names to comparisons such as ``>= 0.50``."""
    found = {}
    for name, value in entries(file, node, faults).items():
        found[name] = text(file, value, faults)
        if found[name] and not _COMPARISON.fullmatch(found[name]):
            message = f"{quote(found[name])} is no comparison"
            allowed = "one of >=, >, <=, <, a space and a number"
            faults.append(fault_at(file, value, FaultCode.BAD_COMPARISON, message, allowed))
    return MappingProxyType(found)
