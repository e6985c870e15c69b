"""YAML as nodes that know their place, so that a fault can name line and column.

The functions return what could be read and put each fault on the list handed in; where anything
was wrong they return an empty value of the right type, and the caller goes on looking.
"""

import re
from collections.abc import Iterable
from pathlib import Path

import yaml

from evidence.model.faults import Fault, FaultCode, nearest, quote
from evidence.model.text import control_faults, read_text

# Keys are names: they become ids, labels and words of the report, and so hold no syntax.
_NAME = re.compile(r"[^\W_]+(?:[ _-][^\W_]+)*")
_LONGEST_NAME = 80
_WHOLE_NUMBER = re.compile(r"[0-9]{1,15}")


def read_yaml(path: Path) -> tuple[yaml.Node | None, list[Fault]]:
    """Return the root node of a YAML file, or None if the file can't be parsed."""
    file = path.as_posix()
    text, faults = read_text(path)
    if text is None:
        return None, faults
    if controls := control_faults(text, file):
        return None, faults + controls
    try:
        root = _compose(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        row, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        message = " ".join(part for part in (error.context, error.problem) if part)
        return None, [*faults, Fault(file, row, column, FaultCode.MALFORMED_YAML, message)]
    except yaml.YAMLError as error:
        message = getattr(error, "reason", "not YAML")
        return None, [*faults, Fault(file, 0, "", FaultCode.MALFORMED_YAML, message)]
    if root is None:
        faults.append(Fault(file, 1, "", FaultCode.BAD_STRUCTURE, "the file says nothing"))
    return root, faults


def fault_at(
    file: str, node: yaml.Node, code: FaultCode, message: str, allowed: str = "", *, near: str = ""
) -> Fault:
    """Return a fault at the place of a node."""
    mark = node.start_mark
    return Fault(file, mark.line + 1, mark.column + 1, code, message, allowed, near)


def entries(file: str, node: yaml.Node, faults: list[Fault]) -> dict[str, yaml.Node]:
    """Return a mapping of at least one entry, each with its own key."""
    if not isinstance(node, yaml.MappingNode) or not node.value:
        faults.append(_wrong(file, node, "a mapping with at least one entry"))
        return {}
    found: dict[str, yaml.Node] = {}
    for key_node, value in node.value:
        key = text(file, key_node, faults)
        if key and not (len(key) <= _LONGEST_NAME and _NAME.fullmatch(key)):
            message = f"{quote(key)} is no name"
            allowed = f"letters and digits, parted by - or _, at most {_LONGEST_NAME} characters"
            faults.append(fault_at(file, key_node, FaultCode.BAD_FORM, message, allowed))
        elif key in found:
            message = f"key {quote(key)} stands in line {found[key].start_mark.line + 1} already"
            faults.append(fault_at(file, key_node, FaultCode.DUPLICATE_KEY, message))
        elif key:
            found[key] = value
    return found


def record(
    file: str,
    node: yaml.Node,
    keys: tuple[str, ...],
    faults: list[Fault],
    optional: tuple[str, ...] = (),
) -> dict[str, yaml.Node]:
    """Return a mapping that has `keys` and no others; an empty one if any of them is missing."""
    found = entries(file, node, faults)
    if not found:
        return {}
    known = (*keys, *optional)
    allowed = ", ".join(known)
    for key, value in found.items():
        if key not in known:
            message = f"unknown key {quote(key)}"
            near = nearest(key, known)
            faults.append(
                fault_at(file, value, FaultCode.BAD_STRUCTURE, message, allowed, near=near)
            )
    missing = [key for key in keys if key not in found]
    for key in missing:
        message = f"key {quote(key)} is missing"
        faults.append(fault_at(file, node, FaultCode.BAD_STRUCTURE, message, allowed))
    return {} if missing else found


def text(file: str, node: yaml.Node, faults: list[Fault]) -> str:
    """Return a text that isn't empty."""
    if isinstance(node, yaml.ScalarNode) and node.tag == "tag:yaml.org,2002:str" and node.value:
        return str(node.value)
    faults.append(_wrong(file, node, "a text, in quotes if YAML takes it for something else"))
    return ""


def texts(file: str, node: yaml.Node, faults: list[Fault]) -> dict[str, str]:
    """Return a mapping of texts."""
    return {key: text(file, value, faults) for key, value in entries(file, node, faults).items()}


def listed(file: str, node: yaml.Node, faults: list[Fault], example: str) -> dict[str, yaml.Node]:
    """Return the texts of a list of at least one, each once, with their nodes.

    Parameters
    ----------
    example
        Such a list, to show in a fault.
    """
    if not isinstance(node, yaml.SequenceNode) or not node.value:
        faults.append(_wrong(file, node, f"a list such as {example}"))
        return {}
    found: dict[str, yaml.Node] = {}
    for item in node.value:
        value = text(file, item, faults)
        if value in found:
            message = f"{quote(value)} stands in the list already"
            faults.append(fault_at(file, item, FaultCode.DUPLICATE_KEY, message))
        elif value:
            found[value] = item
    return found


def known(
    file: str, nodes: dict[str, yaml.Node], options: Iterable[str], what: str, faults: list[Fault]
) -> tuple[str, ...]:
    """Return the names of a list that are among the options, with a fault for each other."""
    names = tuple(options)
    for name, node in nodes.items():
        if name not in names:
            message = f"{what} has no {quote(name)}"
            allowed, near = ", ".join(names), nearest(name, names)
            faults.append(
                fault_at(file, node, FaultCode.UNKNOWN_VALUE, message, allowed, near=near)
            )
    return tuple(name for name in nodes if name in names)


def whole_number(file: str, node: yaml.Node, faults: list[Fault]) -> int:
    """Return a whole number that isn't negative."""
    if isinstance(node, yaml.ScalarNode) and _WHOLE_NUMBER.fullmatch(node.value):
        return int(node.value)
    faults.append(_wrong(file, node, "a whole number"))
    return 0


def _compose(text: str) -> yaml.Node | None:
    # libyaml is ten times as fast but not always there, and its messages differ by version.
    try:
        return yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError:
        return yaml.compose(text, Loader=yaml.SafeLoader)


def _wrong(file: str, node: yaml.Node, allowed: str) -> Fault:
    found = quote(str(node.value))
    if isinstance(node, yaml.CollectionNode):
        found = "a mapping" if isinstance(node, yaml.MappingNode) else "a list"
    return fault_at(file, node, FaultCode.BAD_STRUCTURE, f"found {found}", allowed)
