"""The tables of searches and of screening, for a review that has none yet."""

import json
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from types import MappingProxyType

from evidence.model.package import TableSchema, table_schema

_TEXTS = {
    json.loads(one)["name"]: one
    for one in re.findall(
        r"^ \{.*?^ \}", Path(__file__).with_suffix(".json").read_text("utf-8"), re.DOTALL | re.M
    )
}
SCHEMAS: Mapping[str, TableSchema] = MappingProxyType(
    {name: table_schema(json.loads(text)) for name, text in _TEXTS.items()}
)
_RESOURCES = re.compile(r'"resources"\s*:\s*\[')


def with_tables(text: str, names: Collection[str]) -> str:
    """Return the text of `datapackage.json` that describes these tables too, all else as it is."""
    start = _RESOURCES.search(text)
    if start is None or not names:
        return text
    added = "".join(f"\n{_TEXTS[name]}," for name in names)
    end = "\r\n" if "\r\n" in text else "\n"
    return text[: start.end()] + added.replace("\n", end) + text[start.end() :]


def empty_table(name: str) -> str:
    """Return a table that has only its header."""
    return ",".join(SCHEMAS[name].fields) + "\n"
