"""`codebook.yml` read, with every fault at once."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from evidence.model.codebook import LABELS, Attribute, Codebook, Facet
from evidence.model.evidence import Source
from evidence.model.faults import Fault, FaultCode, nearest, quote
from evidence.model.selection_file import SelectionReader, SourceField
from evidence.model.yaml_nodes import Node, known, read_yaml

_NEEDED = ("version", "coders", "agreed", "facets")
_OPTIONAL = ("attributes", "effects", "people", "partial", "ranking", "home", "weak", "labels")

# Roles of stances by which a figure of outcomes tells what was found.
MEASURED = "measured"
DIRECTIONS = frozenset({"better", "same", "mixed", "worse"})


def read_codebook(
    path: Path,
    faults: list[Fault],
    columns: Mapping[str, bool],
    source_fields: Mapping[str, SourceField],
    effect_columns: Mapping[str, bool],
) -> Codebook | None:
    """Read the codebook; None if anything in it is wrong.

    Parameters
    ----------
    columns
        The columns of `appraisals.csv` besides source and coder, and whether each is a list: the
        codebook has to have an attribute for each, and no others.
    source_fields
        The columns of `sources.csv`, each with its values or, where it holds any text, with none.
    effect_columns
        As `columns`, those of `effects.csv` that the codebook says the values of.
    """
    before = len(faults)
    root = read_yaml(path, faults)
    top = root.record(_NEEDED, _OPTIONAL) if root else {}
    if not root or not top:
        return None
    facets: dict[str, Facet] = {}
    asked_of: dict[str, Node] = {}
    for name, node in top["facets"].entries().items():
        if parts := node.record(("question", "stances", "codes"), ("roles", "asked_of")):
            stances = parts["stances"].texts()
            facets[name] = Facet(
                question=parts["question"].text(),
                stances=stances,
                codes=parts["codes"].texts(),
                roles=_roles(parts.get("roles"), stances, f"facet {name}"),
            )
            if "asked_of" in parts:
                asked_of[name] = parts["asked_of"]
    attributes, effects = (
        _attributes(root, top.get(key), facets, table, given)
        for key, table, given in (
            ("attributes", "appraisals", columns),
            ("effects", "effects", effect_columns),
        )
    )
    coders = tuple(top["coders"].names("[A, B]"))
    agreed = top["agreed"].text()
    people = top["people"].names("[Ada]") if "people" in top else {}
    for name in {*people} & {*coders, agreed}:
        message = f"{quote(name)} is a coder already, and nobody checks their own codings"
        people[name].fault(message, code=FaultCode.DUPLICATE_KEY)
    partial = top["partial"].names("[B]") if "partial" in top else {}
    ranking = {top["ranking"].text(): top["ranking"]} if "ranking" in top else {}
    single = [name for name, row in attributes.items() if not row.multiple]
    codebook = Codebook(
        version=top["version"].number(),
        coders=coders,
        agreed=agreed,
        attributes=MappingProxyType(attributes),
        facets=MappingProxyType(facets),
        effects=MappingProxyType(effects),
        people=tuple(people),
        partial=known(partial, coders, "coders"),
        ranking="".join(known(ranking, single, "attributes with one value a source")),
    )
    reader = SelectionReader(codebook, source_fields)
    facets |= {key: replace(facets[key], asked_of=reader.read(asked_of[key])) for key in asked_of}
    codebook = replace(
        codebook,
        facets=MappingProxyType(facets),
        home=reader.read(top["home"]) if "home" in top else None,
        weak=reader.read(top["weak"]) if "weak" in top else None,
    )
    if "labels" in top:
        LABELS.update(_labels(top["labels"], codebook))
    return None if len(faults) > before else codebook


def _labels(node: Node, codebook: Codebook) -> Mapping[str, str]:
    known(node.entries(), dict.fromkeys(codebook.words()), "the codebook")
    return node.texts()


def _attributes(
    root: Node,
    node: Node | None,
    facets: Mapping[str, Facet],
    table: str,
    columns: Mapping[str, bool],
) -> dict[str, Attribute]:
    """Read what is asked of each row of a table; the codes of a facet may be an answer's values."""
    found: dict[str, Attribute] = {}
    nodes = node.entries() if node else {}
    for name, entry in nodes.items():
        keys = entry.entries()
        if "facet" in keys:
            parts = entry.record(("facet",), ("multiple", "roles"))
            facet = facets.get(keys["facet"].text())
            if not facet:
                keys["facet"].unknown(
                    "facet", keys["facet"].text(), facets, FaultCode.UNKNOWN_FACET
                )
                continue
            question, values = facet.question, facet.codes
        else:
            parts = entry.record(("question", "values"), ("multiple", "roles"))
            if not parts:
                continue
            question, values = parts["question"].text(), parts["values"].texts()
        found[name] = Attribute(
            question=question,
            values=values,
            multiple="multiple" in parts and parts["multiple"].truth(),
            roles=_roles(parts.get("roles"), values, f"attribute {name}"),
        )
        _hold_to_column(name, entry, found[name], table, columns)
    for name in columns.keys() - nodes.keys():
        root.fault(f"the column {quote(name)} of {table} is no attribute")
    return found


def _hold_to_column(
    name: str, node: Node, attribute: Attribute, table: str, columns: Mapping[str, bool]
) -> None:
    if name in Source.__dataclass_fields__:
        message = f"attribute {quote(name)} has the name of a column of sources"
        node.fault(message, code=FaultCode.DUPLICATE_KEY)
    elif name not in columns:
        message = f"{table} have no column for attribute {quote(name)}"
        node.fault(message, ", ".join(columns), near=nearest(name, tuple(columns)))
    elif attribute.multiple != columns[name]:
        which = "is a list" if columns[name] else "is no list"
        allowed = f"multiple: {str(columns[name]).lower()}"
        node.fault(f"the column {quote(name)} of {table} {which}", allowed)


def _roles(
    node: Node | None, values: Mapping[str, str], owner: str
) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    listings = node.entries() if node else {}
    for role, listing in listings.items():
        found[role] = known(listing.names("[a, b]"), values, owner)
        if role in values and found[role] != (role,):
            message = f"{quote(role)} is a value of {owner}, and can't stand for others too"
            listing.fault(message, code=FaultCode.DUPLICATE_KEY)
    for direction in DIRECTIONS & found.keys() if MEASURED in found else ():
        if beyond := set(found[direction]) - set(found[MEASURED]):
            names = ", ".join(map(quote, sorted(beyond)))
            message = f"the role {direction} has {names}, which the role {MEASURED} has not"
            listings[direction].fault(message, ", ".join(found[MEASURED]))
    return MappingProxyType(found)
