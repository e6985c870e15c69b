"""The settings that a project may have: of what kind each is, and on which line it stands."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from evidence.engine.faults import Problem, RenderError

FORMAT_NAMES = {"html": "html", "pdf": "typst", "docx": "docx"}


Fits = Callable[[Any], bool]


def _text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _switch(value: object) -> bool:
    return isinstance(value, bool)


def _mapping(value: object) -> bool:
    return isinstance(value, dict)


def _one_or_more(fits: Fits) -> Fits:
    return lambda value: all(map(fits, value if isinstance(value, list) else [value]))


def _in_project(value: object) -> bool:
    path = PurePosixPath(str(value))
    return _text(value) and not path.is_absolute() and ".." not in path.parts


def _date(value: object) -> bool:
    try:
        return bool(dt.date.fromisoformat(str(value)))
    except ValueError:
        return False


def _author(value: Any) -> bool:
    if not _mapping(value):
        return _text(value)
    known = {"name"} <= value.keys() <= {"name", "affiliation"}
    return known and all(map(_text, value.values()))


# What a setting may be: as a test of its value, and in words for its author.
_KINDS: Mapping[str, tuple[Fits, str]] = {
    "any": (lambda value: True, "anything"),
    "switch": (_switch, "true or false"),
    "text": (_text, "text, in quotes if it looks like something else"),
    "texts": (_one_or_more(_text), "text, or a list of texts"),
    "file": (_text, "the name of a file"),
    "files": (_one_or_more(_text), "the name of a file, or a list of names"),
    "folder": (_in_project, "the name of a folder in the project, such as _output"),
    "folders": (_one_or_more(_text), "the name of a folder, or a list of names"),
    "resources": (
        _one_or_more(_in_project),
        "the name of a file in the project, or a list of names; `*` may stand in them",
    ),
    "document": (
        lambda value: isinstance(value, list) and len(value) == 1 and _text(value[0]),
        "one document, as in [report.qmd]",
    ),
    "below": (_mapping, "settings below it, indented"),
    "format": (
        lambda value: value == "default" or _mapping(value),
        "`default`, or settings below it, indented",
    ),
    "author": (
        _one_or_more(_author),
        "a name, or `name:` and, if you like, `affiliation:`, or a list of these",
    ),
    "date": (
        _date,
        "a date such as 2026-11-22: it dates the files, so that two runs give the same bytes",
    ),
    "language": (
        lambda value: re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*", str(value)) is not None,
        "a language such as en-GB",
    ),
    # Pandoc knows six levels, of which the title of the document takes one.
    "depth": (
        lambda value: type(value) is int and 1 <= value <= 5,
        "a whole number from 1 to 5",
    ),
    "output": (lambda value: value == "asis" or _switch(value), "true, false or asis"),
}
_KNOWN: Mapping[str, Mapping[str, str | list[str]]] = tomllib.loads(
    Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
)


@dataclass(frozen=True)
class Settings:
    """What one text of settings says, and where; keys are a setting's name and those above it."""

    values: dict[str, Any]
    lines: Mapping[tuple[str, ...], int]
    # Those of the wrong kind.
    bad: Mapping[tuple[str, ...], Problem]
    # Those that the builtin engine does not have.
    unsupported: tuple[Problem, ...]


def read(text: str, file: str, offset: int = 0) -> Settings:
    """Read YAML that begins below `offset` lines, and tell which settings the engine cannot use."""
    values, node = parse(text, file, offset)
    lines: dict[tuple[str, ...], int] = {}
    bad: dict[tuple[str, ...], Problem] = {}
    unsupported: list[Problem] = []
    for keys, line, given in _settings(node):
        lines[keys] = line + 1 + offset
        name = ": ".join(keys)
        # As it was typed: YAML takes "no" and no for two different things.
        typed = text[given.start_mark.index : given.end_mark.index].strip().partition("\n")[0]
        value = _SafeLoader("").construct_object(given, deep=True)
        known, place = _known(keys), (file, lines[keys])
        if isinstance(known, str):
            fits, words = _KINDS[known]
            if not fits(value):
                wrong = (
                    f"`{name}: {typed}` is of the wrong kind" if typed else f"`{name}:` is empty"
                )
                bad[keys] = Problem("bad-setting", *place, wrong, f"write {words}")
            continue
        if known is None:
            message = f"the builtin engine has no setting `{name}`"
            hint = "remove it, or use `--engine quarto`"
        elif value in known:
            continue
        else:
            message, hint = f"the builtin engine knows only `{name}: {known[0]}`", f"not `{typed}`"
        unsupported.append(Problem("unsupported-setting", *place, message, hint))
    return Settings(values, lines, bad, tuple(unsupported))


def parse(text: str, file: str, offset: int = 0) -> tuple[dict[str, Any], yaml.Node | None]:
    """Read a mapping, as values and as YAML's nodes.

    Raises
    ------
    RenderError
        If it is no YAML, or no mapping.
    """

    def malformed(line: int, message: str, hint: str = "correct it") -> RenderError:
        place = file, line + 1 + offset
        return RenderError(Problem("malformed-settings", *place, message, hint))

    try:
        node = yaml.compose(text, Loader=_SafeLoader)
        value = yaml.load(text, Loader=_SafeLoader) or {}  # noqa: S506 - a safe loader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise malformed(mark.line if mark else 0, f"YAML: {error.problem}") from error
    except yaml.reader.ReaderError as error:
        raise malformed(text.count("\n", 0, error.position), f"YAML: {error.reason}") from error
    except (ValueError, LookupError, AttributeError, RecursionError) as error:
        # PyYAML lets these through where a value is not what its tag says, or is without end.
        raise malformed(0, f"YAML: {error}") from error
    if not isinstance(value, dict):
        raise malformed(0, "this is no mapping", "write `key: value`")
    return value, node


def front_matter(text: str) -> tuple[str, int]:
    """Return the front matter of a document and the number of lines it takes."""
    lines = text.splitlines()
    if not lines or lines[0].rstrip() != "---":
        return "", 0
    ends = (n for n, line in enumerate(lines[1:], 1) if line.rstrip() in {"---", "..."})
    end = next(ends, None)
    return ("\n".join(lines[1:end]), end + 1) if end else ("", 0)


class _SafeLoader(yaml.SafeLoader):
    """Reads dates as text: what is none would be an error without a line."""


_SafeLoader.yaml_implicit_resolvers = {
    first: [(tag, form) for tag, form in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _settings(
    node: yaml.Node | None, above: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], int, yaml.Node]]:
    for key, value in node.value if isinstance(node, yaml.MappingNode) else ():
        keys = (*above, str(key.value))
        yield keys, key.start_mark.line, value
        if keys in {("project",), ("execute",), ("format",)} or above == ("format",):
            yield from _settings(value, keys)


def _known(keys: tuple[str, ...]) -> str | list[str] | None:
    """Return the kind of a setting, or the only value that the engine knows of it."""
    match keys:
        case ("format", name):
            return "format" if name in FORMAT_NAMES.values() else None
        case (name,):
            sections: tuple[str, ...] = ("document", "top")
        case ("format", _, name):
            sections = ("document", "format", "look")
        case _:
            sections, name = keys[:1], keys[-1]
    return next((_KNOWN[section][name] for section in sections if name in _KNOWN[section]), None)
