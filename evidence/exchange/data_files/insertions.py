"""Entries put into a YAML or JSON file as text, so that all its other bytes and comments stay."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import yaml

# What YAML takes for text without quotes; within braces and brackets not all of it.
_PLAIN = re.compile(r"[^\W_](?:[\w .,;!?'’()/+–-]*[\w.,;!?'’()/+–])?")
_NOT_WITHIN = re.compile("[,?]")
_UNIT = "  "

Insertion = tuple[int, str]
"""The place of a sign before which a text is put, and the text."""


def composed(text: str) -> yaml.MappingNode:
    """Return the nodes of a text that is a mapping; their marks are places in it."""
    # JSON may be indented by tabs, and has none within its texts.
    node = yaml.compose(text.replace("\t", " "), Loader=yaml.SafeLoader)
    assert isinstance(node, yaml.MappingNode)  # noqa: S101 - the file could be read
    return node


def applied(text: str, insertions: Iterable[Insertion]) -> str:
    """Return a text with others put in; of those at one place, in the order given."""
    parts, done = [], 0
    end = "\r\n" if "\r\n" in text else "\n"
    for place, new in sorted(insertions, key=lambda one: one[0]):
        parts += [text[done:place], new.replace("\n", end)]
        done = place
    return "".join([*parts, text[done:]])


def entries_of(node: yaml.Node) -> Mapping[str, Any]:
    """Return the values of a mapping by key."""
    return {key.value: value for key, value in node.value}


def into_mapping(text: str, node: yaml.MappingNode, entries: Mapping[str, Any]) -> list[Insertion]:
    """Return what puts entries at the end of a mapping of a YAML file."""
    if not entries:
        return []
    if node.flow_style:
        return [(_end(node.value[-1][1]), f", {_flow(entries)[1:-1]}")]
    indent = node.value[0][0].start_mark.column
    lines = [line for key, value in entries.items() for line in _block(key, value)]
    return [(_line_end(text, node), "".join(f"\n{' ' * indent}{line}" for line in lines))]


def into_list(text: str, node: yaml.SequenceNode, items: Iterable[str]) -> list[Insertion]:
    """Return what puts texts at the end of a list of a YAML file."""
    if node.flow_style:
        return [(_end(node.value[-1]), "".join(f", {_within(item)}" for item in items))]
    dash = f"\n{' ' * node.start_mark.column}- "
    return [(_line_end(text, node), "".join(f"{dash}{scalar(item)}" for item in items))]


def scalar(text: str) -> str:
    """Return a text as YAML has it, in quotes where it would be taken for something else."""
    return text if _PLAIN.fullmatch(text) and yaml.safe_load(text) == text else _quoted(text)


def _within(text: str) -> str:
    return _quoted(text) if _NOT_WITHIN.search(text) else scalar(text)


def _quoted(text: str) -> str:
    signs = {'"': '\\"', "\\": "\\\\"}
    return f'"{"".join(signs.get(sign, sign) for sign in text)}"'


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{_within(key)}: {_flow(one)}' for key, one in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_within, value))}]"
    return "true" if value is True else _within(value)


def _block(key: str, value: Any) -> list[str]:
    if isinstance(value, Mapping):
        lines = [line for name, one in value.items() for line in _block(name, one)]
        return [f"{scalar(key)}:", *(f"{_UNIT}{line}" for line in lines)]
    if isinstance(value, list):
        return [f"{scalar(key)}: {_flow(value)}"]
    return [f"{scalar(key)}: {'true' if value is True else scalar(value)}"]


def _end(node: yaml.Node) -> int:
    """Return where the last text of a node ends; the marks of blocks lie behind what follows."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style:
        last = node.value[-1]
        return _end(last[1] if isinstance(node, yaml.MappingNode) else last)
    return int(node.end_mark.index)


def _line_end(text: str, node: yaml.Node) -> int:
    """Return the end of a node's last line, which may have a comment."""
    place = _end(node)
    # A text in several lines ends with the break after it, and empty lines.
    place = len(text[:place].rstrip())
    found = re.compile(r"[^\r\n]*").match(text, place)
    return found.end() if found else place
