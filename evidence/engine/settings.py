"""The settings that a project may have: of what kind each is, and on which line it stands."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from evidence.engine import dates
from evidence.engine.constructs import refusal
from evidence.engine.faults import Problem, RenderError

FORMAT_NAMES = {"html": "html", "pdf": "typst", "docx": "docx"}
_FORMATS = {*FORMAT_NAMES, *FORMAT_NAMES.values()}
# Taken, since no document differs by them, and noted, since they do not do what they say.
_KEEPS = re.compile(r"keep-(md|tex|typ|ipynb)$")

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
    is_text = isinstance(value, str | int) and not _switch(value) and bool(str(value).strip())
    # Code of other engines, which nobody runs here.
    is_text = is_text and "`" not in str(value)
    # What looks like a day of the calendar and is none was not meant as it is written.
    return is_text and not (
        re.match(r"\d{4}-\d{1,2}-\d", str(value)) and dates.read(str(value)) is None
    )


def _author(value: Any) -> bool:
    if not _mapping(value):
        return _text(value)
    known = {"name"} <= value.keys() <= {"name", "affiliation"}
    return known and all(map(_text, value.values()))


def _author_of_quarto(value: Any) -> bool:
    return _author(value) or (
        _mapping(value) and (_text(value.get("name")) or _mapping(value.get("name")))
    )


# Where Quarto takes more than the engine: what it takes.
_IN_QUARTO: Mapping[str, Fits] = {
    "author": _one_or_more(_author_of_quarto),
    "date-form": _text,
}
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
        lambda value: value is None or value == "default" or _mapping(value),
        "`default`, or settings below it, indented",
    ),
    "author": (
        _one_or_more(_author),
        "a name, or `name:` and, if you like, `affiliation:`, or a list of these",
    ),
    "date": (
        _date,
        "a date such as 2026-11-22, `today` for the day of the last change, or other words",
    ),
    "date-form": (
        lambda value: _text(value) and dates.is_form(value),
        "full, long, medium, short, iso or a form such as D MMMM YYYY",
    ),
    "code-fold": (lambda value: value == "show" or _switch(value), "true, false or show"),
    "language": (
        lambda value: re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*", str(value)) is not None,
        "a language such as en-GB",
    ),
    # Pandoc knows six levels, of which the title of the document takes one.
    "depth": (
        lambda value: type(value) is int and 1 <= value <= 5,
        "a whole number from 1 to 5",
    ),
    "length": (
        lambda value: type(value) in {int, float} and 0 < value <= 50,
        "a number of inches, such as 7",
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
    # What is taken and does nothing, in words for the author.
    notes: tuple[str, ...]

    @property
    def formats(self) -> dict[str, dict[str, Any]]:
        """What it says of each format; `format: html` says nothing of one."""
        given = self.values.get("format") or {}
        named = given if isinstance(given, dict) else {given: None}
        return {
            FORMAT_NAMES.get(name, name): options if isinstance(options, dict) else {}
            for name, options in named.items()
        }


def read(text: str, file: str, offset: int = 0) -> Settings:
    """Read YAML that begins below `offset` lines, and tell which settings the engine cannot use."""
    values, node = parse(text, file, offset)
    lines: dict[tuple[str, ...], int] = {}
    bad: dict[tuple[str, ...], Problem] = {}
    unsupported: list[Problem] = []
    notes: list[str] = []
    for typed_keys, line, given in _settings(node):
        name = ": ".join(typed_keys)
        keys = _canonical(typed_keys)
        lines[keys] = line + 1 + offset
        # As it was typed: YAML takes "no" and no for two different things.
        typed = text[given.start_mark.index : given.end_mark.index].strip().partition("\n")[0]
        value = _SafeLoader("").construct_object(given, deep=True)
        known, place = _known(keys), (file, lines[keys])
        if isinstance(known, str):
            fits, words = _KINDS[known]
            if not fits(value) and known in _IN_QUARTO and _IN_QUARTO[known](value):
                refused = refusal("setting", keys[-1], f"`{name}: {typed}`")
                unsupported.append(Problem("unsupported-setting", *place, *refused))
            elif not fits(value):
                wrong = (
                    f"`{name}: {typed}` is of the wrong kind" if typed else f"`{name}:` is empty"
                )
                bad[keys] = Problem("bad-setting", *place, wrong, f"write {words}")
            elif value and _KEEPS.match(keys[-1]):
                message = f"`{name}` keeps nothing: the builtin engine makes documents alone"
                notes.append(f"{file}:{lines[keys]}: {message}")
            continue
        if isinstance(known, list) and value in known:
            continue
        shown = f"`{name}: {typed}`" if known else f"`{name}`"
        message, hint = refusal("setting", _refused(keys, known), shown)
        message += f", `{known[0]}`" if known else ""
        unsupported.append(Problem("unsupported-setting", *place, message, hint))
    return Settings(values, lines, bad, tuple(unsupported), tuple(notes))


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
        node, known = _read(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise malformed(mark.line if mark else 0, f"YAML: {error.problem}") from error
    except yaml.reader.ReaderError as error:
        raise malformed(text.count("\n", 0, error.position), f"YAML: {error.reason}") from error
    except (ValueError, LookupError, AttributeError, RecursionError) as error:
        # PyYAML lets these through where a value is not what its tag says, or is without end.
        raise malformed(0, f"YAML: {error}") from error
    value = deepcopy(known) or {}
    if not isinstance(value, dict):
        raise malformed(0, "this is no mapping", "write `key: value`")
    return value, node


def lines_of(text: str) -> list[str]:
    """Split a text where editors and Pandoc do, which is at no other separator of Unicode."""
    lines = text.split("\n")
    return lines if lines[-1] else lines[:-1]


def front_matter(text: str) -> tuple[str, int]:
    """Return the front matter of a document and the number of lines it takes."""
    lines = lines_of(text)
    if not lines or lines[0].rstrip() != "---":
        return "", 0
    ends = (n for n, line in enumerate(lines[1:], 1) if line.rstrip() in {"---", "..."})
    end = next(ends, None)
    return ("\n".join(lines[1:end]), end + 1) if end else ("", 0)


@functools.lru_cache(maxsize=32)
def _read(text: str) -> tuple[yaml.Node | None, Any]:
    """Read YAML, as nodes and as values, once for all that ask in a build and in later ones."""
    node = yaml.compose(text, Loader=_SafeLoader)
    return node, yaml.load(text, Loader=_SafeLoader)  # noqa: S506 - a safe loader


class _SafeLoader(yaml.SafeLoader):
    """Reads dates as text: what is none would be an error without a line."""


_SafeLoader.yaml_implicit_resolvers = {
    first: [(tag, form) for tag, form in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _settings(
    node: yaml.Node | None, above: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], int, yaml.Node]]:
    for key, given in node.value if isinstance(node, yaml.MappingNode) else ():
        keys, value = (*above, str(key.value)), given
        if keys == ("format",) and isinstance(given, yaml.ScalarNode) and given.value:
            # `format: html` in one line
            keys, marks = (*keys, given.value), (given.start_mark, given.end_mark)
            value = yaml.ScalarNode("tag:yaml.org,2002:str", "default", *marks)
        yield keys, key.start_mark.line, value
        is_format = above == ("format",) and keys[-1] in _FORMATS
        if keys in {("project",), ("execute",), ("format",)} or is_format:
            yield from _settings(value, keys)


def _refused(keys: tuple[str, ...], known: list[str] | None) -> str:
    """Return the name under which `constructs.toml` has a setting that the engine does not have."""
    if known:
        return "one-value"
    if keys[:-1] == ("format",):
        return "format"
    return "for-all-formats" if keys[0] == "format" and keys[-1] in _KNOWN["document"] else keys[-1]


def _canonical(keys: tuple[str, ...]) -> tuple[str, ...]:
    """Name the format of a setting as the engine does: `pdf` is what Typst makes."""
    if keys[0] != "format" or len(keys) == 1:
        return keys
    return ("format", FORMAT_NAMES.get(keys[1], keys[1]), *keys[2:])


def _known(keys: tuple[str, ...]) -> str | list[str] | None:
    """Return the kind of a setting, or the only value that the engine knows of it."""
    match keys:
        case ("format", name):
            return "format" if name in FORMAT_NAMES.values() else None
        case (name,):
            sections: tuple[str, ...] = ("document", "shape", "top", "look")
        case ("format", _, name):
            own = ("html",) if keys[1] == "html" else ()
            sections = ("shape", "format", "look", *own)
        case _:
            sections, name = keys[:1], keys[-1]
    return next((_KNOWN[section][name] for section in sections if name in _KNOWN[section]), None)
