"""`codebook.yml` and `claims.yml` against the structure that the analysis reads."""

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType

import yaml

from evidence.model.evidence import Attribute, Claim, Claims, Codebook, Facet
from evidence.model.faults import Fault, FaultCode, nearest, quote
from evidence.model.yaml_nodes import entries, fault_at, read_yaml, record, text, texts
from evidence.model.yaml_nodes import whole_number as number

_COMPARISON = re.compile(r"(?:>=|>|<=|<) -?[0-9]+(?:\.[0-9]+)?")
_OUTCOMES = "outcome"
_CLAIM_KEYS = ("section", "statement", "measure", "minimum", "supported", "partly")


def read_codebook(path: Path) -> tuple[Codebook | None, list[Fault]]:
    """Read the codebook; None if anything in it is wrong."""
    file = path.as_posix()
    root, faults = read_yaml(path)
    if root is None:
        return None, faults
    top = record(file, root, ("version", "attributes", "facets"), faults)
    if not top:
        return None, faults
    attributes = {}
    for name, node in entries(file, top["attributes"], faults).items():
        if parts := record(file, node, ("question", "values"), faults):
            attributes[name] = Attribute(
                question=text(file, parts["question"], faults),
                values=MappingProxyType(texts(file, parts["values"], faults)),
            )
    facets = {}
    for name, node in entries(file, top["facets"], faults).items():
        if parts := record(file, node, ("question", "stances", "codes"), faults):
            facets[name] = Facet(
                question=text(file, parts["question"], faults),
                stances=MappingProxyType(texts(file, parts["stances"], faults)),
                codes=MappingProxyType(texts(file, parts["codes"], faults)),
            )
    codebook = Codebook(
        version=number(file, top["version"], faults),
        attributes=MappingProxyType(attributes),
        facets=MappingProxyType(facets),
    )
    return (None if faults else codebook), faults


def read_claims(path: Path, codebook: Codebook | None) -> tuple[Claims | None, list[Fault]]:
    """Read the claims; None if anything in them is wrong.

    Parameters
    ----------
    codebook
        Holds the codes that `child_outcomes` may name; without it they go unchecked.
    """
    file = path.as_posix()
    root, faults = read_yaml(path)
    if root is None:
        return None, faults
    top = record(file, root, ("version", "fixed_on", "child_outcomes", "claims"), faults)
    if not top:
        return None, faults
    claims = {}
    for claim_id, node in entries(file, top["claims"], faults).items():
        if parts := record(file, node, _CLAIM_KEYS, faults):
            claims[claim_id] = Claim(
                claim_id=claim_id,
                section=text(file, parts["section"], faults),
                statement=text(file, parts["statement"], faults),
                measure=text(file, parts["measure"], faults),
                minimum=number(file, parts["minimum"], faults),
                supported=conditions(file, parts["supported"], faults),
                partly=conditions(file, parts["partly"], faults),
            )
    found = Claims(
        version=number(file, top["version"], faults),
        fixed_on=_date(file, top["fixed_on"], faults),
        child_outcomes=_child_outcomes(file, top["child_outcomes"], codebook, faults),
        claims=MappingProxyType(claims),
    )
    return (None if faults else found), faults


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


def _date(file: str, node: yaml.Node, faults: list[Fault]) -> str:
    # YAML takes an unquoted date for a date, so its text is read here whatever its tag.
    value = str(node.value) if isinstance(node, yaml.ScalarNode) else ""
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        message = f"{quote(value)} is not a date"
        allowed = "a date as YYYY-MM-DD"
        faults.append(fault_at(file, node, FaultCode.WRONG_TYPE, message, allowed))
        return ""


def _child_outcomes(
    file: str, node: yaml.Node, codebook: Codebook | None, faults: list[Fault]
) -> tuple[str, ...]:
    if not isinstance(node, yaml.SequenceNode) or not node.value:
        message, allowed = "child_outcomes is no list of codes", "a list such as [attainment]"
        faults.append(fault_at(file, node, FaultCode.BAD_STRUCTURE, message, allowed))
        return ()
    facet = codebook.facets.get(_OUTCOMES) if codebook else None
    found: list[str] = []
    for item in node.value:
        code = text(file, item, faults)
        if code and facet and code not in facet.codes:
            message = f"facet {_OUTCOMES} has no code {quote(code)}"
            codes = tuple(facet.codes)
            allowed, near = ", ".join(codes), nearest(code, codes)
            faults.append(fault_at(file, item, FaultCode.UNKNOWN_CODE, message, allowed, near=near))
        elif code and code in found:
            message = f"code {quote(code)} stands in the list already"
            faults.append(fault_at(file, item, FaultCode.DUPLICATE_KEY, message))
        found.append(code)
    return tuple(found)
