"""The files that a release changes, each as text before and text after."""

import json
import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import yaml

from evidence.model.history import is_version

HISTORY = "history.yml"
_UNRELEASED = re.compile(r"^## +\[?Unreleased\]?[^\n]*\n", re.MULTILINE | re.IGNORECASE)
_SECTION = re.compile(r"^## +\[?(?P<version>[^\]\s]+)", re.MULTILINE)
_ITEM = re.compile(r"^[-*+] ", re.MULTILINE)
_PROJECT = re.compile(
    r"(^\[project\][^\S\n]*\n(?:(?!\[).*\n)*?version *= *)(\"[^\"\n]*\"|'[^'\n]*')", re.MULTILINE
)
_RESOURCE = {
    "name": "history",
    "path": HISTORY,
    "title": "History",
    "description": "The releases of the report. Written by `evidence release`.",
    "format": "yaml",
    "mediatype": "application/yaml",
    "encoding": "utf-8",
}
_CELL = re.compile(r"^(`{3,}|~{3,}).*?^\1`*$", re.MULTILINE | re.DOTALL)
_BETWEEN = re.compile(r"(?:(?<=[.!?])|(?<=[.!?][])*\"”’]))\s+|\n\s*\n")


class UnfitFileError(ValueError):
    """A file cannot say of a release what it should; the message says why, and what to do."""


def unreleased(text: str) -> int | None:
    """Return how many entries of a changelog wait for a release; None where it has no such part."""
    found = _UNRELEASED.search(text)
    if not found:
        return None
    after = _SECTION.search(text, found.end())
    return len(_ITEM.findall(text[found.end() : after.start() if after else len(text)]))


def versions(text: str) -> tuple[str, ...]:
    """Return the versions that a changelog has parts for."""
    return tuple(row for row in _SECTION.findall(text) if is_version(row))


def changelog(text: str, version: str, day: str) -> str:
    """Return a changelog in which what was unreleased is the version's."""
    waiting, found = unreleased(text), _UNRELEASED.search(text)
    if not found:
        raise UnfitFileError("has no part `## [Unreleased]`; add it, with what the release brings")
    if not waiting:
        raise UnfitFileError("lists nothing under Unreleased; say there what the release brings")
    return f"{text[: found.end()]}\n## [{version}] - {day}\n{text[found.end() :]}"


def citation(text: str, version: str, day: str) -> str:
    """Return a CITATION.cff with version and date."""
    values = {"version": version, "date-released": day}
    wanted = {**_cited(text), **values}
    for key, value in values.items():
        line = f"{key}: {value}"
        text, found = re.subn(rf"^{key}:.*$", line, text, count=1, flags=re.MULTILINE)
        text = text if found else f"{text.rstrip()}\n{line}\n"
    if _plain(_cited(text)) != _plain(wanted):
        raise UnfitFileError("has no line of its own for version or date-released; give it one")
    return text


def authors(text: str) -> tuple[str, ...]:
    """Return the authors that a CITATION.cff names."""
    rows = _cited(text).get("authors")
    people = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    parts = ("name", "given-names", "name-particle", "family-names", "name-suffix")
    names = (" ".join(str(row[part]) for part in parts if row.get(part)) for row in people)
    return tuple(dict.fromkeys(filter(None, names)))


def _cited(text: str) -> dict[str, Any]:
    try:
        found = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise UnfitFileError(f"is no YAML: {' '.join(str(error).split())}") from error
    if not isinstance(found, dict):
        raise UnfitFileError("is no mapping; see citation-file-format.github.io")
    return found


def _plain(found: dict[str, Any]) -> dict[str, Any]:
    # YAML takes an unquoted date for a date, and 1.2 for a number.
    return found | {key: str(found[key]) for key in ("version", "date-released")}


def package_version(text: str, version: str) -> str | None:
    """Return a pyproject.toml with the version; None where it states none."""
    try:
        wanted = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UnfitFileError(f"is no TOML: {error}") from error
    if "version" not in wanted.get("project", {}):
        return None
    wanted["project"]["version"] = version
    text = _PROJECT.sub(rf'\g<1>"{version}"', text, count=1)
    if tomllib.loads(text) != wanted:
        raise UnfitFileError("has no line of its own for the version under [project]; give it one")
    return text


def with_history(text: str) -> str | None:
    """Return a datapackage.json that lists the history; None where it does already."""
    found = json.loads(text)
    if any(row["name"] == _RESOURCE["name"] for row in found["resources"]):
        return None
    found["resources"].append(_RESOURCE)
    # Where the list stands last, as it mostly does, the rest keeps its looks.
    head, _, tail = text.rpartition("]")
    kept = f"{head.rstrip()},\n  {json.dumps(_RESOURCE)}\n ]{tail}"
    try:
        if json.loads(kept) == found:
            return kept
    except json.JSONDecodeError:
        pass
    return f"{json.dumps(found, indent=2, ensure_ascii=False)}\n"


def sentences(project: Path) -> Counter[str]:
    """Return the sentences of a project's chapters as they are written."""
    return Counter(
        " ".join(sentence.split())
        for path in (*project.glob("*.qmd"), *project.glob("chapters/**/*.qmd"))
        for sentence in _BETWEEN.split(_CELL.sub("", path.read_text("utf-8", "replace")))
        if sentence.strip()
    )
