"""Columns and tables put into `datapackage.json`, every other byte as it is."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from evidence.exchange.data_files.insertions import Insertion, applied, composed, entries_of
from evidence.model.codebook import Attribute, Codebook
from evidence.model.relations import ADDED, BOTH

# Between the values of a cell: no name has it.
_SEVERAL = ";"
_TEXTS = {
    "sample": ("Sample", "How many, of whom, as the text prints it."),
    "effect": ("Effect", "Size of the effect as the text prints it."),
    "follow_up_months": ("Follow-up in months", "How long after the start it was measured."),
    "locator": ("Locator", "Where in the text it stands."),
    "gist": ("Gist", "What the text says, short."),
}


def answer_columns(asked: Mapping[str, Attribute], section: str) -> list[dict[str, Any]]:
    """Return the columns for answers, as `datapackage.json` describes them.

    Parameters
    ----------
    section
        Of the codebook, in which their values stand.
    """
    found = []
    for name, attribute in asked.items():
        words = name.replace("-", " ").replace("_", " ")
        column = {
            "name": name,
            "title": words[:1].upper() + words[1:],
            "description": attribute.question,
            "type": "list" if attribute.multiple else "string",
        }
        if attribute.multiple:
            column |= {"delimiter": _SEVERAL, "itemType": "string"}
        found.append(column | {"evidence:codebook": f"{section}/{name}/values"})
    return found


def new_table(name: str, asked: Mapping[str, Attribute], codebook: Codebook) -> dict[str, Any]:
    """Return a table of appraisals or effects, as `datapackage.json` describes it."""
    of_effects = name == "effects"
    needed = {"constraints": {"required": True}}
    fields = [
        {
            "name": "source_id",
            "title": "Source id",
            "description": "Key of a row in sources.csv.",
            "type": "string",
            **needed,
        },
        {
            "name": "coder",
            "title": "Coder",
            "description": "Who says it.",
            "type": "string",
            "evidence:codebook": "coders",
            **needed,
        },
        *answer_columns(asked, name if of_effects else "attributes"),
    ]
    key = ["source_id", "coder"]
    if of_effects:
        key += [answer for answer, attribute in asked.items() if not attribute.multiple]
        fields += [
            {
                "name": column,
                "title": title,
                "description": description,
                "type": "integer" if column == "follow_up_months" else "string",
            }
            for column, (title, description) in _TEXTS.items()
        ]
    if of_effects and codebook.agreed not in codebook.coders:
        whose = [BOTH, *codebook.coders, ADDED]
        fields.append(
            {
                "name": "reconciled",
                "title": "Reconciled",
                "description": f"Whose a row by {codebook.agreed} is.",
                "type": "string",
                "constraints": {"enum": whose},
            }
        )
    return {
        "name": name,
        "type": "table",
        "path": f"{name}.csv",
        "title": name.capitalize(),
        "description": f"One row is {_ROW[name]}",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {
            "fields": fields,
            "missingValues": [""],
            "primaryKey": key,
            "foreignKeys": [
                {
                    "fields": ["source_id"],
                    "reference": {"resource": "sources", "fields": ["source_id"]},
                }
            ],
        },
    }


_ROW = {
    "appraisals": "what one coder says of one source as a whole.",
    "effects": "one measured effect that one coder found in one source.",
}


def with_columns(text: str, table: str, columns: Iterable[Mapping[str, Any]]) -> str:
    """Return the text of `datapackage.json` with columns put at the end of a table."""
    resource = next(
        entries
        for entries in map(entries_of, entries_of(composed(text))["resources"].value)
        if entries["name"].value == table
    )
    fields = entries_of(resource["schema"])["fields"]
    return _with_items(text, fields, columns)


def with_table(text: str, table: Mapping[str, Any]) -> str:
    """Return the text of `datapackage.json` with a table put behind its last."""
    resources = entries_of(composed(text))["resources"]
    tables = [
        number
        for number, one in enumerate(resources.value, 1)
        if getattr(entries_of(one).get("type"), "value", "") == "table"
    ]
    return _with_items(text, resources, [table], tables[-1])


def _with_items(
    text: str,
    node: yaml.SequenceNode,
    items: Iterable[Mapping[str, Any]],
    behind: int | None = None,
) -> str:
    """Return a text with items put into a list, written as those that it has."""
    last = node.value[: behind or None][-1]
    start, column = last.start_mark.index, last.start_mark.column
    margin = text[start - column : start]
    # Each on a line of its own, or several in one.
    between = f",\n{margin}" if not margin.strip() and column else ", "
    inner = last.value[0][0].start_mark
    indent: str | None = None
    if inner.line != last.start_mark.line:
        indent = text[inner.index - inner.column : inner.index].removeprefix(margin) or " "
    found: list[Insertion] = []
    for item in items:
        shown = json.dumps(item, ensure_ascii=False, indent=indent)
        found.append((last.end_mark.index, between + shown.replace("\n", f"\n{margin}")))
    return applied(text, found)
