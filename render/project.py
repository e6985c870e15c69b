"""What `_quarto.yml`, the document's front matter and `_variables.yml` say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from render.errors import Problem, RenderCode, RenderError

CONFIG = "_quarto.yml"
FORMAT_NAMES = {"html": "html", "pdf": "typst", "docx": "docx"}

_DOCUMENT = {
    "title", "subtitle", "author", "date", "abstract", "abstract-title", "keywords", "description",
    "lang", "number-sections", "toc", "toc-depth", "toc-title", "lof", "lot", "bibliography", "csl",
    "nocite", "link-citations", "html-math-method", "execute", "format", "jupyter", "engine",
    "mainfont", "fingerprint",
}  # fmt: skip
_PROJECT = {"type", "output-dir", "render", "execute-dir", "resources"}
_AUTHOR = {"name", "affiliation"}
_EXECUTE = {"echo", "eval", "include", "output", "warning"}
# Quarto's own look: the builtin engine's templates settle it, so that these do nothing here.
_LOOK = {
    "anchor-sections", "code-copy", "embed-resources", "citeproc", "fontsize", "keep-typ",
    "margin", "minimal", "monofont", "papersize", "pdf-standard", "reference-doc",
    "section-numbering", "smooth-scroll", "theme", "toc-location",
}  # fmt: skip
# What the builtin engine takes from a format.
_FORMAT = {"css", "default-image-extension", "font-paths", "include-after-body"}
_FIXED = {
    ("project", "type"): {"default"},
    ("project", "execute-dir"): {"project"},
    ("html-math-method",): {"mathml"},
    ("jupyter",): {"python3"},
    ("engine",): {"jupyter"},
}


@dataclass(frozen=True)
class Project:
    """A Quarto project of one document.

    Attributes
    ----------
    root
        The project's folder; cells run here.
    document
        The one document, relative to `root`.
    metadata
        `_quarto.yml` and the front matter as one, the front matter winning.
    variables
        `_variables.yml`.
    body_line
        The line of the document on which its front matter has ended.
    resources
        Patterns of files that go beside the documents.
    unsupported
        Settings that the builtin engine does not have.
    """

    root: Path
    document: Path
    metadata: Mapping[str, Any]
    variables: Mapping[str, Any]
    body_line: int
    resources: tuple[str, ...] = ()
    unsupported: tuple[Problem, ...] = ()

    @property
    def date(self) -> dt.date:
        """The document's date, from which every time stamp is taken."""
        return dt.date.fromisoformat(str(self.metadata["date"]))

    @property
    def authors(self) -> list[dict[str, Any]]:
        """The document's authors, each with at least a `name`."""
        given = self.metadata.get("author") or []
        people = given if isinstance(given, list) else [given]
        return [person if isinstance(person, dict) else {"name": person} for person in people]

    @property
    def worded_date(self) -> str:
        """`date` as a reader sees it: 22 November 2026."""
        return f"{self.date.day} {self.date:%B %Y}"

    @property
    def epoch(self) -> int:
        """`date` as seconds since 1970, for SOURCE_DATE_EPOCH."""
        return int(dt.datetime.combine(self.date, dt.time(), dt.UTC).timestamp())

    def image_extension(self, target: str) -> str:
        """Tell which file stands for a picture named without extension.

        Parameters
        ----------
        target
            "html", "pdf" or "docx".
        """
        fallback = "png" if target == "docx" else "svg"
        return str(self._options(target).get("default-image-extension", fallback)).lstrip(".")

    @property
    def stylesheets(self) -> tuple[Path, ...]:
        """The style sheets that the project adds to its HTML."""
        return self._paths("html", "css")

    @property
    def after_body(self) -> tuple[Path, ...]:
        """The HTML that the project puts before the end of its HTML document."""
        return self._paths("html", "include-after-body")

    @property
    def font_paths(self) -> tuple[Path, ...]:
        """The folders with the fonts that the project brings for its PDF and Word documents."""
        return self._paths("pdf", "font-paths")

    @property
    def bibliographies(self) -> tuple[Path, ...]:
        """The files with the works that the document cites."""
        return self._files(self.metadata.get("bibliography"))

    @property
    def styles(self) -> tuple[Path, ...]:
        """The style that sets citations, or none."""
        return self._files(self.metadata.get("csl"))

    def _paths(self, target: str, option: str) -> tuple[Path, ...]:
        return self._files(self._options(target).get(option))

    def _files(self, named: str | list[str] | None) -> tuple[Path, ...]:
        names = [named] if isinstance(named, str) else named or []
        return tuple(self.root / name for name in names)

    def _options(self, target: str) -> Mapping[str, Any]:
        options = (self.metadata.get("format") or {}).get(FORMAT_NAMES[target])
        return options if isinstance(options, dict) else {}


def within(root: Path, path: Path) -> bool:
    """Tell whether a file lies in the project, wherever links lead.

    Parameters
    ----------
    root
        The project's folder.
    path
        The file, whether or not it exists.
    """
    return path.resolve().is_relative_to(root.resolve())


def load(root: Path, overrides: Mapping[str, str] | None = None) -> Project:
    """Read a project's settings.

    Parameters
    ----------
    root
        The folder with `_quarto.yml`.
    overrides
        Metadata that win over all that the project says.
    """
    config_path = root / CONFIG
    if not config_path.is_file():
        raise RenderError(
            Problem(
                RenderCode.SETTING_NAMES_NO_FILE,
                str(config_path),
                0,
                "there is no such file",
                "name a Quarto project's folder",
            )
        )
    config, problems = _read_yaml(config_path.read_text(encoding="utf-8"), CONFIG)
    settings = config.pop("project", None) or {}
    document = _document_name(settings)
    if not (root / document).is_file():
        raise RenderError(
            Problem(
                RenderCode.SETTING_NAMES_NO_FILE,
                CONFIG,
                1,
                f"{document} does not exist",
                "correct `project: render:`",
            )
        )
    matter, body_line = _front_matter((root / document).read_text(encoding="utf-8"))
    own, own_problems = _read_yaml(matter, str(document), offset=1)
    metadata = {**config, **own, **(overrides or {})}
    metadata["execute"] = {**(config.get("execute") or {}), **(own.get("execute") or {})}
    metadata["format"] = own.get("format", config.get("format"))
    _check_values(metadata, str(document))
    variables = root / "_variables.yml"
    values: dict[str, Any] = {}
    if variables.is_file():
        values = _parse(variables.read_text(encoding="utf-8"), variables.name, 0)[0]
    unsupported = (*problems, *own_problems)
    resources = settings.get("resources") or []
    patterns = (resources,) if isinstance(resources, str) else tuple(resources)
    project = Project(root, document, metadata, values, body_line, patterns, unsupported)
    named = {
        "project: render": (root / document,),
        "css": project.stylesheets,
        "include-after-body": project.after_body,
        "font-paths": project.font_paths,
        "bibliography": project.bibliographies,
        "csl": project.styles,
    }
    problems = []
    for name, paths in named.items():
        for path in paths:
            place = path.relative_to(root) if path.is_relative_to(root) else path
            if not within(root, path):
                message, hint = (
                    f"`{name}:` names {place}, which is outside",
                    "put it into the project",
                )
                problems.append(Problem(RenderCode.OUTSIDE_PROJECT, CONFIG, 1, message, hint))
            elif not path.exists():
                message, hint = f"there is no {place}", f"correct `{name}:`"
                problems.append(Problem(RenderCode.SETTING_NAMES_NO_FILE, CONFIG, 1, message, hint))
    if problems:
        raise RenderError(*problems)
    return project


def _document_name(settings: Mapping[str, Any]) -> Path:
    names = settings.get("render")
    if not isinstance(names, list) or len(names) != 1:
        raise RenderError(
            Problem(
                RenderCode.BAD_SETTING,
                CONFIG,
                1,
                "it does not name one document",
                "write `project: render: [x.qmd]`",
            )
        )
    return Path(str(names[0]))


def _front_matter(text: str) -> tuple[str, int]:
    lines = text.splitlines()
    if not lines or lines[0].rstrip() != "---":
        return "", 0
    ends = (n for n, line in enumerate(lines[1:], 1) if line.rstrip() in {"---", "..."})
    end = next(ends, None)
    return ("\n".join(lines[1:end]), end + 1) if end else ("", 0)


def _parse(text: str, file: str, offset: int) -> tuple[dict[str, Any], yaml.Node | None]:
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        value = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        line = (error.problem_mark.line if error.problem_mark else 0) + 1 + offset
        raise RenderError(
            Problem(
                RenderCode.MALFORMED_SETTINGS, file, line, f"YAML: {error.problem}", "correct it"
            )
        ) from error
    if not isinstance(value or {}, dict):
        raise RenderError(
            Problem(
                RenderCode.MALFORMED_SETTINGS,
                file,
                1 + offset,
                "this is no mapping",
                "write `key: value`",
            )
        )
    return value or {}, node


def _read_yaml(text: str, file: str, offset: int = 0) -> tuple[dict[str, Any], list[Problem]]:
    value, node = _parse(text, file, offset)
    problems = []
    for path, item in _settings(node):
        line = path[-1].start_mark.line + 1 + offset
        keys = tuple(str(key.value) for key in path)
        name = ": ".join(keys)
        if not _known(keys):
            hint = "remove it, or use `--engine quarto`"
            problems.append(
                Problem(
                    RenderCode.UNSUPPORTED_SETTING,
                    file,
                    line,
                    f"the builtin engine has no setting `{name}`",
                    hint,
                )
            )
        elif keys in _FIXED and item.value not in _FIXED[keys]:
            allowed = " or ".join(sorted(_FIXED[keys]))
            message = f"the builtin engine knows only `{name}: {allowed}`"
            problems.append(
                Problem(RenderCode.UNSUPPORTED_SETTING, file, line, message, f"not `{item.value}`")
            )
    return value, problems


def _settings(
    node: yaml.Node | None, above: tuple[yaml.Node, ...] = ()
) -> Iterator[tuple[tuple[yaml.Node, ...], yaml.Node]]:
    if not isinstance(node, yaml.MappingNode):
        return
    for key, value in node.value:
        path = (*above, key)
        yield path, value
        opened = {("project",), ("execute",), ("format",)}
        names = tuple(str(part.value) for part in path)
        if names in opened or (names[:1] == ("format",) and len(names) == 2):
            yield from _settings(value, path)


def _known(keys: tuple[str, ...]) -> bool:
    match keys:
        case ("project",):
            return True
        case ("project", key):
            return key in _PROJECT
        case ("execute", key):
            return key in _EXECUTE
        case ("format", key):
            return key in FORMAT_NAMES.values()
        case ("format", _, key):
            return key in _LOOK | _FORMAT or key in _DOCUMENT - {"format"}
        case _:
            return keys[0] in _DOCUMENT


def _check_values(metadata: Mapping[str, Any], document: str) -> None:
    problems = []
    try:
        dt.date.fromisoformat(str(metadata.get("date")))
    except ValueError:
        hint = "write `date: 2026-11-22`: it dates the files, so that two runs give the same bytes"
        problems.append(
            Problem(RenderCode.BAD_SETTING, document, 1, "the front matter has no ISO date", hint)
        )
    if not str(metadata.get("lang", "en")).startswith("en"):
        message = f"`lang: {metadata['lang']}`: the builtin engine's own words are English"
        problems.append(
            Problem(
                RenderCode.UNSUPPORTED_SETTING,
                CONFIG,
                1,
                message,
                "use `lang: en-GB`, or `--engine quarto`",
            )
        )
    if not str(metadata.get("title") or "").strip():
        problems.append(
            Problem(
                RenderCode.BAD_SETTING, document, 1, "the document has no title", "write `title:`"
            )
        )
    authors = metadata.get("author") or []
    for person in authors if isinstance(authors, list) else [authors]:
        if isinstance(person, dict) and ("name" not in person or person.keys() - _AUTHOR):
            hint = "write `name:` and, if you like, `affiliation:`"
            problems.append(
                Problem(RenderCode.BAD_SETTING, document, 1, f"an author given as {person}", hint)
            )
    if problems:
        raise RenderError(*problems)
