"""YAML as nodes that know their place, so that a fault can name line and column.

What a node is asked for it returns, and puts each fault on its list; where anything is wrong it
returns an empty value of the right type, and the caller goes on looking.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from evidence.model.faults import Fault, FaultCode, nearest, quote
from evidence.model.text import read_text, unfit_faults

# Keys are names: they become ids, labels and words of the report, and so hold no syntax.
_NAME = re.compile(r"[^\W_]+(?:[ _-][^\W_]+)*")
_LONGEST_NAME = 80
_DEEPEST = 50
_TANGLED = f"this holds itself, or lies over {_DEEPEST} levels deep"
_WHOLE_NUMBER = re.compile(r"[0-9]{1,15}")
_COMPARISON = re.compile(r"(?:>=|>|<=|<) -?[0-9]+(?:\.[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Node:
    """A place in a YAML file.

    Attributes
    ----------
    faults
        Where what is wrong with it is put.
    """

    file: str
    raw: yaml.Node
    faults: list[Fault]

    def fault(
        self,
        message: str,
        allowed: str = "",
        *,
        code: FaultCode = FaultCode.BAD_STRUCTURE,
        near: str = "",
    ) -> None:
        """Note what is wrong here."""
        mark = self.raw.start_mark
        row, column = mark.line + 1, mark.column + 1
        self.faults.append(Fault(self.file, row, column, code, message, allowed, near))

    def unknown(
        self,
        what: str,
        value: str,
        options: Iterable[str],
        code: FaultCode = FaultCode.UNKNOWN_VALUE,
        message: str = "there is no {what} {value}",
    ) -> None:
        """Note that a value is none of the options."""
        names = tuple(options)
        said = message.format(what=what, value=quote(value))
        self.fault(said, ", ".join(names), code=code, near=nearest(value, names))

    def entries(self, *, of_names: bool = True) -> dict[str, "Node"]:
        """Return a mapping of at least one entry, each with its own key: a name, or any text."""
        if not isinstance(self.raw, yaml.MappingNode) or not self.raw.value:
            self._wrong("a mapping with at least one entry")
            return {}
        found: dict[str, Node] = {}
        for key_node, value in self.raw.value:
            key_at = self._at(key_node)
            key = key_at.text()
            if of_names and key and not (len(key) <= _LONGEST_NAME and _NAME.fullmatch(key)):
                allowed = (
                    f"letters and digits, parted by - or _, at most {_LONGEST_NAME} characters"
                )
                key_at.fault(f"{quote(key)} is no name", allowed, code=FaultCode.BAD_FORM)
            elif key in found:
                line = found[key].raw.start_mark.line + 1
                message = f"key {quote(key)} stands in line {line} already"
                key_at.fault(message, code=FaultCode.DUPLICATE_KEY)
            elif key:
                found[key] = self._at(value)
        return found

    def record(self, needed: Iterable[str], optional: Iterable[str] = ()) -> dict[str, "Node"]:
        """Return a mapping of these keys and no others; an empty one if a needed one is missing."""
        found = self.entries()
        known = tuple(dict.fromkeys((*needed, *optional)))
        for key, node in found.items():
            if key not in known:
                node.unknown("key", key, known, FaultCode.BAD_STRUCTURE, "unknown {what} {value}")
        missing = [key for key in needed if found and key not in found]
        for key in missing:
            self.fault(f"key {quote(key)} is missing", ", ".join(known))
        return {} if missing else found

    def items(self, example: str) -> list["Node"]:
        """Return a list of at least one item, such as the example."""
        if not isinstance(self.raw, yaml.SequenceNode) or not self.raw.value:
            self._wrong(f"a list such as {example}")
            return []
        return [self._at(item) for item in self.raw.value]

    def names(self, example: str) -> dict[str, "Node"]:
        """Return the texts of a list of at least one, each once, with their nodes."""
        found: dict[str, Node] = {}
        for item in self.items(example):
            value = item.text()
            if value in found:
                message = f"{quote(value)} stands in the list already"
                item.fault(message, code=FaultCode.DUPLICATE_KEY)
            elif value:
                found[value] = item
        return found

    def text(self) -> str:
        """Return a text that isn't empty."""
        node = self.raw
        if isinstance(node, yaml.ScalarNode) and node.tag == "tag:yaml.org,2002:str" and node.value:
            return str(node.value)
        self._wrong("a text, in quotes if YAML takes it for something else")
        return ""

    def texts(self) -> Mapping[str, str]:
        """Return a mapping of texts."""
        return MappingProxyType({key: node.text() for key, node in self.entries().items()})

    def number(self) -> int:
        """Return a whole number that isn't negative."""
        if isinstance(self.raw, yaml.ScalarNode) and _WHOLE_NUMBER.fullmatch(self.raw.value):
            return int(self.raw.value)
        self._wrong("a whole number")
        return 0

    def truth(self) -> bool:
        """Return true or false."""
        if self.raw.value not in ("true", "false"):
            self._wrong("true, false")
        return bool(self.raw.value != "false")

    def day(self) -> str:
        """Return a date."""
        # YAML takes an unquoted date for a date, so its text is read here whatever its tag.
        value = str(self.raw.value) if isinstance(self.raw, yaml.ScalarNode) else ""
        try:
            return date.fromisoformat(value).isoformat()
        except ValueError:
            message = f"{quote(value)} is not a date"
            self.fault(message, "a date as YYYY-MM-DD", code=FaultCode.WRONG_TYPE)
            return ""

    def conditions(self) -> Mapping[str, str]:
        """Return a mapping of names to comparisons such as ``>= 0.50``."""
        found = {}
        for name, node in self.entries().items():
            found[name] = node.text()
            if found[name] and not is_comparison(found[name]):
                message = f"{quote(found[name])} is no comparison"
                allowed = "one of >=, >, <=, <, a space and a number"
                node.fault(message, allowed, code=FaultCode.BAD_COMPARISON)
        return MappingProxyType(found)

    def _at(self, node: yaml.Node) -> "Node":
        return Node(self.file, node, self.faults)

    def _wrong(self, allowed: str) -> None:
        # What a list of aliases holds, written out, can be more than any memory takes.
        if isinstance(self.raw, yaml.CollectionNode):
            found = "a mapping" if isinstance(self.raw, yaml.MappingNode) else "a list"
        else:
            found = quote(str(self.raw.value))
        self.fault(f"found {found}", allowed)


def is_comparison(text: str) -> bool:
    """Say whether a text compares with a number, as ``>= 0.50`` does."""
    return bool(_COMPARISON.fullmatch(text))


def known(nodes: Mapping[str, Node], options: Iterable[str], what: str) -> tuple[str, ...]:
    """Return the names of a list that are among the options, with a fault for each other."""
    names = tuple(options)
    for name, node in nodes.items():
        if name not in names:
            node.unknown(what, name, names, message="{what} has no {value}")
    return tuple(name for name in nodes if name in names)


def read_record(
    path: Path, faults: list[Fault], needed: Iterable[str], optional: Iterable[str] = ()
) -> dict[str, Node]:
    """Return what a YAML file has under these keys; nothing if a needed one is missing."""
    root = read_yaml(path, faults)
    return root.record(needed, optional) if root else {}


def read_yaml(path: Path, faults: list[Fault]) -> Node | None:
    """Return the root node of a YAML file, or None if the file can't be parsed."""
    file = path.as_posix()
    text, found = read_text(path)
    controls = unfit_faults(text, file) if text is not None else []
    faults += found + controls
    if text is None or controls:
        return None
    try:
        # libyaml is ten times as fast but not always there, and its messages differ by version.
        try:
            root = _composed(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        except yaml.YAMLError:
            root = _composed(text, yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        row, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        message = " ".join(part for part in (error.context, error.problem) if part)
        faults.append(Fault(file, row, column, FaultCode.MALFORMED_YAML, message))
        return None
    except yaml.YAMLError as error:
        message = getattr(error, "reason", "not YAML")
        faults.append(Fault(file, 0, "", FaultCode.MALFORMED_YAML, message))
        return None
    if root is None:
        faults.append(Fault(file, 1, "", FaultCode.BAD_STRUCTURE, "the file says nothing"))
        return None
    if tangled := _tangled(root):
        row, column = tangled.start_mark.line + 1, tangled.start_mark.column + 1
        faults.append(Fault(file, row, column, FaultCode.MALFORMED_YAML, _TANGLED))
        return None
    return Node(file, root, faults)


def _composed(text: str, safe_loader: Any) -> yaml.Node | None:
    """Return the root of a YAML text, which is looked through for its depth first.

    Composing goes down level by level, until there is no stack left for it.
    """
    depth = 0
    event: Any
    for event in yaml.parse(text, Loader=safe_loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > _DEEPEST:
            raise yaml.MarkedYAMLError(problem=_TANGLED, problem_mark=event.start_mark)
    root: yaml.Node | None = yaml.compose(text, Loader=safe_loader)
    return root


def _tangled(root: yaml.Node) -> yaml.Node | None:
    """Return a node deeper than any that is meant, as one is that an alias puts into itself."""
    level = [root]
    for _ in range(_DEEPEST):
        inner: dict[int, yaml.Node] = {}
        for node in level:
            if isinstance(node, yaml.MappingNode):
                inner |= {id(part): part for pair in node.value for part in pair}
            elif isinstance(node, yaml.SequenceNode):
                inner |= {id(part): part for part in node.value}
        level = [*inner.values()]
    return level[0] if level else None
