"""The settings that a project may have: of what kind each is, and on which line it stands."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import yaml

from evidence.engine.faults import Problem, RenderCode, RenderError

FORMAT_NAMES = {"html": "html", "pdf": "typst", "docx": "docx"}


@dataclass(frozen=True)
class Kind:
    """What a setting may be.

    Attributes
    ----------
    words
        What to write, for its author.
    fits
        Whether a value is of this kind.
    """

    words: str
    fits: Callable[[Any], bool]


def _text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _one_or_more(fits: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: all(map(fits, value)) if isinstance(value, list) else fits(value)


def _inside(value: object) -> bool:
    if not _text(value):
        return False
    path = PurePosixPath(str(value))
    return not path.is_absolute() and ".." not in path.parts


def _date(value: object) -> bool:
    try:
        dt.date.fromisoformat(str(value))
    except ValueError:
        return False
    return True


def _author(value: object) -> bool:
    if isinstance(value, dict):
        return (
            "name" in value and value.keys() <= {"name", "affiliation"}
        ) and all(map(_text, value.values()))  # fmt: skip
    return _text(value)


_ANY = Kind("anything", lambda value: True)
_SWITCH = Kind("true or false", lambda value: isinstance(value, bool))
_TEXT = Kind("text, in quotes if it looks like something else", _text)
_TEXTS = Kind("text, or a list of texts", _one_or_more(_text))
_FILE = Kind("the name of a file", _text)
_FILES = Kind("the name of a file, or a list of names", _one_or_more(_text))
_FOLDERS = Kind("the name of a folder, or a list of names", _one_or_more(_text))
_BELOW = Kind("settings below it, indented", lambda value: isinstance(value, dict))
_FORMAT_BELOW = Kind(
    "`default`, or settings below it, indented",
    lambda value: value == "default" or isinstance(value, dict),
)

_DOCUMENT: Mapping[str, Kind] = {
    "title": _TEXT,
    "subtitle": _TEXT,
    "author": Kind(
        "a name, or `name:` and, if you like, `affiliation:`, or a list of these",
        _one_or_more(_author),
    ),
    "date": Kind(
        "a date such as 2026-11-22: it dates the files, so that two runs give the same bytes",
        _date,
    ),
    "abstract": _TEXT,
    "abstract-title": _TEXT,
    "keywords": _TEXTS,
    "description": _TEXT,
    "lang": Kind(
        "a language such as en-GB",
        lambda value: (
            isinstance(value, str)
            and bool(re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*", value))
        ),
    ),
    "number-sections": _SWITCH,
    "toc": _SWITCH,
    # Pandoc knows six levels, of which the title of the document takes one.
    "toc-depth": Kind(
        "a whole number from 1 to 5", lambda value: type(value) is int and 1 <= value <= 5
    ),
    "toc-title": _TEXT,
    "lof": _SWITCH,
    "lot": _SWITCH,
    "bibliography": _FILES,
    "csl": _FILE,
    "nocite": _TEXT,
    "link-citations": _SWITCH,
    "html-math-method": _ANY,
    "execute": _BELOW,
    "jupyter": _ANY,
    "engine": _ANY,
    "mainfont": _TEXT,
    "fingerprint": _TEXT,
}
_PROJECT: Mapping[str, Kind] = {
    "type": _ANY,
    "output-dir": Kind("the name of a folder in the project, such as _output", _inside),
    "render": Kind(
        "one document, as in [report.qmd]",
        lambda value: isinstance(value, list) and len(value) == 1 and _text(value[0]),
    ),
    "execute-dir": _ANY,
    "resources": Kind(
        "the name of a file in the project, or a list of names; `*` may stand in them",
        _one_or_more(_inside),
    ),
}
_EXECUTE: Mapping[str, Kind] = {
    "echo": _SWITCH,
    "eval": _SWITCH,
    "include": _SWITCH,
    "output": Kind("true, false or asis", lambda value: isinstance(value, bool) or value == "asis"),
    "warning": _SWITCH,
}
# What the builtin engine takes from a format.
_FORMAT: Mapping[str, Kind] = {
    "css": _FILES,
    "default-image-extension": _TEXT,
    "font-paths": _FOLDERS,
    "include-after-body": _FILES,
}
# Quarto's own look: the builtin engine's templates settle it, so that these do nothing here.
_LOOK: Mapping[str, Kind] = {
    "anchor-sections": _SWITCH,
    "citeproc": _SWITCH,
    "code-copy": _ANY,
    "embed-resources": _SWITCH,
    "fontsize": _ANY,
    "keep-typ": _SWITCH,
    "margin": _ANY,
    "minimal": _SWITCH,
    "monofont": _TEXT,
    "papersize": _TEXT,
    "pdf-standard": _TEXTS,
    "reference-doc": _FILE,
    "section-numbering": _TEXT,
    "smooth-scroll": _SWITCH,
    "theme": _ANY,
    "toc-location": _TEXT,
}
_TOP = {**_DOCUMENT, "project": _BELOW, "format": _BELOW}
_SECTIONS = {"project": _PROJECT, "execute": _EXECUTE}
_OPTIONS = {**_DOCUMENT, **_FORMAT, **_LOOK}
_FIXED = {
    ("project", "type"): "default",
    ("project", "execute-dir"): "project",
    ("html-math-method",): "mathml",
    ("jupyter",): "python3",
    ("engine",): "jupyter",
}


@dataclass(frozen=True)
class Settings:
    """The settings in one text.

    Attributes
    ----------
    values
        What they say.
    lines
        The line of each, by its own name and those above it.
    bad
        What is wrong with each setting of the wrong kind.
    unsupported
        Settings that the builtin engine does not have.
    """

    values: dict[str, Any]
    lines: Mapping[tuple[str, ...], int]
    bad: Mapping[tuple[str, ...], Problem]
    unsupported: tuple[Problem, ...]


def read(text: str, file: str, offset: int = 0) -> Settings:
    """Read settings and tell which of them the engine cannot use.

    Parameters
    ----------
    text
        YAML.
    file
        The file in which it stands.
    offset
        The number of lines above it.

    Raises
    ------
    RenderError
        If it is no YAML, or no mapping.
    """
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
        kind = _kind(keys)
        if kind is None:
            message = f"the builtin engine has no setting `{name}`"
            hint = "remove it, or use `--engine quarto`"
        elif value != _FIXED.get(keys, value):
            message = f"the builtin engine knows only `{name}: {_FIXED[keys]}`"
            hint = f"not `{typed}`"
        else:
            if not kind.fits(value):
                what = f"`{name}: {typed}` is of the wrong kind" if typed else f"`{name}:` is empty"
                hint = f"write {kind.words}"
                bad[keys] = Problem(RenderCode.BAD_SETTING, file, lines[keys], what, hint)
            continue
        unsupported.append(
            Problem(RenderCode.UNSUPPORTED_SETTING, file, lines[keys], message, hint)
        )
    return Settings(values, lines, bad, tuple(unsupported))


def parse(text: str, file: str, offset: int = 0) -> tuple[dict[str, Any], yaml.Node | None]:
    """Read a mapping, as values and as YAML's nodes.

    Parameters
    ----------
    text
        YAML.
    file
        The file in which it stands.
    offset
        The number of lines above it.

    Raises
    ------
    RenderError
        If it is no YAML, or no mapping.
    """
    try:
        node = yaml.compose(text, Loader=_SafeLoader)
        value = yaml.load(text, Loader=_SafeLoader) or {}  # noqa: S506 - a safe loader
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line if error.problem_mark else 0
        raise _malformed(file, line + 1 + offset, f"YAML: {error.problem}") from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position)
        raise _malformed(file, line + 1 + offset, f"YAML: {error.reason}") from error
    except (ValueError, LookupError, AttributeError, RecursionError) as error:
        # PyYAML lets these through where a value is not what its tag says, or is without end.
        raise _malformed(file, 1 + offset, f"YAML: {error}") from error
    if not isinstance(value, dict):
        raise _malformed(file, 1 + offset, "this is no mapping", "write `key: value`")
    return value, node


def front_matter(text: str) -> tuple[str, int]:
    """Return the front matter of a document and the number of lines it takes.

    Parameters
    ----------
    text
        The document.
    """
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


def _malformed(file: str, line: int, message: str, hint: str = "correct it") -> RenderError:
    return RenderError(Problem(RenderCode.MALFORMED_SETTINGS, file, line, message, hint))


def _settings(
    node: yaml.Node | None, above: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], int, yaml.Node]]:
    if not isinstance(node, yaml.MappingNode):
        return
    for key, value in node.value:
        keys = (*above, str(key.value))
        yield keys, key.start_mark.line, value
        if keys in {("project",), ("execute",), ("format",)} or above == ("format",):
            yield from _settings(value, keys)


def _kind(keys: tuple[str, ...]) -> Kind | None:
    match keys:
        case (name,):
            return _TOP.get(name)
        case ("format", name):
            return _FORMAT_BELOW if name in FORMAT_NAMES.values() else None
        case ("format", _, name):
            return _OPTIONS.get(name)
        case (section, name):
            return _SECTIONS[section].get(name)
    return None
