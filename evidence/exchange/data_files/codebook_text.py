"""What a map adds to the codebook, put into its file; every other byte stays."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import yaml

from evidence.exchange.codings.mapping import Additions
from evidence.exchange.data_files.insertions import (
    Insertion,
    applied,
    composed,
    entries_of,
    into_list,
    into_mapping,
)
from evidence.model.codebook import Attribute, Codebook


def lacking(additions: Additions, codebook: Codebook) -> Additions:
    """Return what a map adds without what the codebook has already."""
    facets = {}
    for name, one in additions.facets.items():
        if known_facet := codebook.facets.get(name):
            codes = _new(one.codes, known_facet.codes)
            stances = _new(one.stances, known_facet.stances)
            if codes or stances:
                facets[name] = replace(one, codes=codes, stances=stances)
        else:
            facets[name] = one
    return Additions(
        coders=tuple(name for name in additions.coders if name not in codebook.coders),
        people=tuple(name for name in additions.people if name not in codebook.people),
        attributes=_lacking(additions.attributes, codebook.attributes),
        effects=_lacking(additions.effects, codebook.effects),
        facets=facets,
        labels=additions.labels,
    )


def _lacking(
    given: Mapping[str, Attribute], held: Mapping[str, Attribute]
) -> Mapping[str, Attribute]:
    return {
        name: replace(one, values=_new(one.values, known.values)) if known else one
        for name, one in given.items()
        if not (known := held.get(name)) or _new(one.values, known.values)
    }


def _new(given: Mapping[str, str], known: Mapping[str, str]) -> Mapping[str, str]:
    return {name: text for name, text in given.items() if name not in known}


def with_names(text: str, added: Additions) -> str:
    """Return the text of a codebook with what it lacks, as a version of its own.

    Raises
    ------
    ValueError
        The codebook is written in a way that this does not know how to add to.
    """
    wanted = _wanted(added)
    before, version = yaml.safe_load(text), entries_of(composed(text))["version"]
    number = before["version"] + bool(added.attributes or added.effects or added.facets)
    meant = _merged(before, wanted) | {"version": number}
    start, end = version.start_mark.index, version.end_mark.index
    new = f"{text[:start]}{number}{text[end:]}"
    try:
        new = applied(new, _inserted(new, composed(new), wanted))
        is_meant = yaml.safe_load(new) == meant
    except (yaml.YAMLError, LookupError, AttributeError, TypeError, ValueError):
        is_meant = False
    if not is_meant:
        shown = yaml.safe_dump(wanted, allow_unicode=True, sort_keys=False)
        raise ValueError(f"nothing can be added to it as it is written; add it yourself:\n{shown}")
    return new


def _wanted(added: Additions) -> dict[str, Any]:
    """Return the additions as the file has them."""
    facets: dict[str, Any] = {}
    for name, facet in added.facets.items():
        asked = {"question": facet.question} if facet.question else {}
        parts = {"stances": dict(facet.stances), "codes": dict(facet.codes)}
        facets[name] = asked | {key: texts for key, texts in parts.items() if texts}
    wanted = {
        "coders": list(added.coders),
        "people": list(added.people),
        "labels": dict(added.labels),
        "attributes": {name: _asked(one) for name, one in added.attributes.items()},
        "effects": {name: _asked(one) for name, one in added.effects.items()},
        "facets": facets,
    }
    return {key: value for key, value in wanted.items() if value}


def _asked(one: Attribute) -> dict[str, Any]:
    several = {"multiple": True} if one.multiple else {}
    asked = {"question": one.question, **several} if one.question else {}
    return asked | {"values": dict(one.values)}


def _inserted(text: str, node: yaml.MappingNode, wanted: Mapping[str, Any]) -> list[Insertion]:
    """Return what puts entries into a mapping, those that it has already into these."""
    held = entries_of(node)
    found: list[Insertion] = []
    for key, value in wanted.items():
        if key in held and isinstance(value, list):
            found += into_list(text, held[key], value)
        elif key in held and isinstance(value, dict):
            found += _inserted(text, held[key], value)
    new = {key: value for key, value in wanted.items() if key not in held}
    return [*found, *into_mapping(text, node, new)]


def _merged(held: dict[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(held)
    for key, value in wanted.items():
        old = found.get(key)
        if isinstance(old, dict) and isinstance(value, dict):
            found[key] = _merged(old, value)
        elif isinstance(old, list):
            found[key] = [*old, *value]
        elif key not in found:
            found[key] = value
    return found
