"""A map file as text, for an author to edit: every line may say why it is there."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# What YAML takes for a text without quotes, and for something else.
_PLAIN = re.compile(r"[A-Za-z]\w*(?:[-_ ][A-Za-z]\w*)*", re.ASCII)
_TAKEN = frozenset({"yes", "no", "on", "off", "y", "n", "true", "false", "null"})
_WIDTH = 100


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a map, or several under a key.

    Attributes
    ----------
    value
        A text, a list, a mapping that stands in the same line, or entries below.
    note
        What stands behind it.
    """

    key: str
    value: "str | int | Sequence[str | int] | Mapping[str, Any] | tuple[Entry, ...]"
    note: str = ""


def lines(entries: Sequence[Entry], indent: str = "") -> Iterator[str]:
    """Yield the lines of entries."""
    for entry in entries:
        key, note = f"{indent}{scalar(entry.key)}:", f"   # {entry.note}" if entry.note else ""
        if _has_entries(entry.value):
            yield f"{key}{note}"
            yield from lines(entry.value, f"{indent}  ")  # type: ignore[arg-type]
        else:
            yield f"{key} {_flow(entry.value)}{note}"


def comments(texts: Sequence[str]) -> Iterator[str]:
    """Yield texts as comments, each cut into lines."""
    for text in texts:
        line = "#"
        for word in text.split():
            if len(line) + len(word) >= _WIDTH and line.strip("# "):
                yield line
                line = "#  "
            line += f" {word}"
        yield line


def scalar(text: str) -> str:
    """Return a text as YAML has it."""
    is_plain = _PLAIN.fullmatch(text) and text.lower() not in _TAKEN
    return text if is_plain else json.dumps(text, ensure_ascii=False)


def _has_entries(value: Any) -> bool:
    return isinstance(value, tuple) and bool(value) and isinstance(value[0], Entry)


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{scalar(key)}: {_flow(one)}' for key, one in value.items())}}}"
    if isinstance(value, int):
        return str(value).lower()
    if isinstance(value, str):
        return scalar(value)
    return f"[{', '.join(map(_flow, value))}]"
