"""What `_quarto.yml`, the document's front matter and `_variables.yml` say."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from evidence.engine import dates
from evidence.engine.constructs import refusal
from evidence.engine.faults import Problem, RenderError
from evidence.engine.own import EXTENSIONS, OWN, OWN_EXTENSION
from evidence.engine.settings import FORMAT_NAMES, Settings, front_matter, lines_of, parse, read

CONFIG = "_quarto.yml"
CSS = ("format", "html", "css")
AFTER_BODY = ("format", "html", "include-after-body")
IN_HEADER = {target: ("format", name, "include-in-header") for target, name in FORMAT_NAMES.items()}
PARTIALS = ("format", "typst", "template-partials")
FONT_PATHS = ("format", "typst", "font-paths")
BIBLIOGRAPHY = ("bibliography",)
STYLE = ("csl",)
# What tells one build from another, and what stands for it until a document is written: else each
# build would have its title page read and written anew. It has no sign that a format escapes.
MARK = "fingerprint"
_STAND_IN = "MARKOFTHISBUILD"
_PLAIN = re.compile(r"[A-Za-z0-9 ]+")
# As matplotlib has it.
_FIGURE = {"fig-width": 6.4, "fig-height": 4.8}
# The filters that Quarto gets from the package, and the engine runs of itself.
_SHARED = {
    "places.lua", "references.lua", "structure.lua",
    *(f"{name}.lua" for name in FORMAT_NAMES.values()),
}  # fmt: skip
NAME_FILES = (CSS, AFTER_BODY, *IN_HEADER.values(), PARTIALS, FONT_PATHS, BIBLIOGRAPHY, STYLE)


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
    front_matter
        The lines of the document with which its front matter begins and ends, and those between.
    patterns
        Patterns of files that go beside the documents.
    unsupported
        Settings that the builtin engine does not have.
    notes
        Those that it takes and that do nothing, in words for the author.
    places
        File and line of each setting, by its own name and those above it.
    """

    root: Path
    document: Path
    metadata: Mapping[str, Any]
    variables: Mapping[str, Any]
    front_matter: tuple[str, ...]
    patterns: tuple[str, ...]
    unsupported: tuple[Problem, ...]
    notes: tuple[str, ...]
    places: Mapping[tuple[str, ...], tuple[str, int]]

    def place(self, *keys: str) -> tuple[str, int]:
        """Return file and line of a setting, or the start of the document where it has none."""
        return self.places.get(keys, (self.document.as_posix(), 1))

    def files(self, *keys: str) -> tuple[Path, ...]:
        """Return the files, or folders, that one of the settings in `NAME_FILES` names."""
        found: Any = self.metadata
        for key in keys:
            found = found.get(key) if isinstance(found, dict) else None
        return tuple(self.root / name for name in _listed(found))

    @property
    def extensions(self) -> tuple[str, ...]:
        """The Quarto extensions whose filters the document asks for; each has its own setting."""
        names = _listed(self.metadata.get("filters"))
        return tuple(name for name in names if not name.endswith(".lua"))

    @property
    def is_worded(self) -> bool:
        """Whether the document asks for this package's own filters."""
        return OWN.parent.name in self.extensions

    @cached_property
    def filters(self) -> tuple[Path, ...]:
        """The Lua filters of the document, those of its extensions among them."""
        found: list[Path] = []
        for name in _listed(self.metadata.get("filters")):
            if name in self.extensions:
                folder = self.root / EXTENSIONS / name
                shared = _SHARED if name == OWN.parent.name else ()
                found += (folder / path for path in _contributed(folder) if path not in shared)
            else:
                found.append(self.root / name)
        return tuple(found)

    @property
    def resources(self) -> tuple[Path, ...]:
        """The files that go beside the documents, under the same names as in the project."""
        found = (path for pattern in self.patterns for path in self.root.glob(pattern))
        return tuple(path for path in found if within(self.root, path) and path.is_file())

    @cached_property
    def date(self) -> dt.date:
        """The day from which every time stamp is taken: the document's or that of its last change.

        The latter where the document has no date, `today`, or one in words of its own.
        """
        return dates.read(self._written_date) or dates.last_change(self.root, self.document)

    @property
    def is_dated(self) -> bool:
        """Whether the date stands in the document and does not move."""
        return dates.read(self._written_date) is not None

    @property
    def worded_date(self) -> str:
        """The date as a reader sees it, such as 22 November 2026; what is no date, as written."""
        written = self._written_date
        if self.is_dated or written in dates.MOVING:
            return dates.worded(self.date, self.metadata.get("date-format", "long"))
        return written

    @property
    def _written_date(self) -> str:
        return str(self.metadata.get("date", "")).strip()

    @property
    def epoch(self) -> int:
        """`date` as seconds since 1970, for SOURCE_DATE_EPOCH."""
        return int(dt.datetime.combine(self.date, dt.time(), dt.UTC).timestamp())

    @property
    def mark(self) -> str:
        """What tells this build from another, if anything does."""
        return str(self.metadata.get(MARK) or "")

    @property
    def stand_in(self) -> str:
        """What is in the place of the mark until `marked`."""
        return _STAND_IN if _PLAIN.fullmatch(self.mark) else self.mark

    def marked(self, content: bytes) -> bytes:
        """Return what a format is written as, with the build's mark in its places."""
        return content.replace(_STAND_IN.encode(), self.mark.encode())

    @property
    def authors(self) -> list[dict[str, Any]]:
        """The document's authors, each with at least a `name`."""
        given = self.metadata.get("author") or []
        people = given if isinstance(given, list) else [given]
        return [person if isinstance(person, dict) else {"name": person} for person in people]

    def setting(self, target: str, name: str, default: Any = None) -> Any:
        """Return what a format has of a setting, or else the document."""
        options = self.metadata["format"].get(FORMAT_NAMES[target], {})
        return options.get(name, self.metadata.get(name, default))

    @property
    def figure_size(self) -> tuple[float, float]:
        """How wide and high cells draw pictures that have no size of their own, in inches."""
        width, height = (self.setting("html", name, usual) for name, usual in _FIGURE.items())
        return float(width), float(height)

    def image_extension(self, target: str) -> str:
        """Tell which file stands for a picture named without extension."""
        usual = "png" if target == "docx" else "svg"
        return str(self.setting(target, "default-image-extension", usual)).lstrip(".")


def is_own(file: Path) -> bool:
    """Tell whether a file of a project is the one that this package brings."""
    own = OWN_EXTENSION / file.name
    return own.is_file() and file.is_file() and own.read_bytes() == file.read_bytes()


def within(root: Path, path: Path) -> bool:
    """Tell whether a file, there or not, lies in the project, wherever links lead."""
    return path.resolve().is_relative_to(root.resolve())


def read_text(root: Path, path: Path) -> str:
    """Read a file of the project, whose line ends become the same for all.

    Raises
    ------
    RenderError
        If it is no UTF-8.
    """
    content = path.read_bytes()
    try:
        return content.decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        place = path.relative_to(root).as_posix(), content[: error.start].count(b"\n") + 1
        problem = Problem("wrong-encoding", *place, "this is no UTF-8", "save it as UTF-8")
        raise RenderError(problem) from error


def load(root: Path, overrides: Mapping[str, Any] | None = None) -> Project:
    """Read a project's settings; `overrides` are metadata that win over all that it says.

    Raises
    ------
    RenderError
        If there is no project or its settings are no YAML, of the wrong kind or lead nowhere.
    """
    if not (root / CONFIG).is_file():
        message, hint = "there is no such file", "name a Quarto project's folder"
        problem = Problem("setting-names-no-file", str(root / CONFIG), 0, message, hint)
        raise RenderError(problem)
    config = read(read_text(root, root / CONFIG), CONFIG)
    document = _document(root, config)
    text = read_text(root, root / document)
    matter, length = front_matter(text)
    own = read(matter, document.as_posix(), offset=1)
    settings = config.values.pop("project")
    metadata = {**config.values, **own.values, **(overrides or {})}
    problems = [*config.bad.values(), *own.bad.values()]
    if "title" not in metadata:
        message = "the front matter has no title"
        problems.append(Problem("bad-setting", document.as_posix(), 1, message, "write `title:`"))
    if problems:
        raise RenderError(*problems)
    metadata["format"] = {
        name: {**config.formats.get(name, {}), **own.formats.get(name, {})}
        for name in {**config.formats, **own.formats}
    }
    metadata["execute"] = {**config.values.get("execute", {}), **own.values.get("execute", {})}
    variables = root / "_variables.yml"
    known = read_text(root, variables) if variables.is_file() else ""
    extensions = _listed(metadata.get("filters"))
    project = Project(
        root,
        document,
        metadata,
        parse(known, variables.name)[0],
        tuple(lines_of(text)[:length]),
        _listed(settings.get("resources")),
        tuple(
            row
            for settings_file in (config, own)
            for row in settings_file.unsupported
            # An extension has a setting of its own name.
            if row.line not in {settings_file.lines.get((name,)) for name in extensions}
        ),
        (*config.notes, *own.notes),
        {
            **{keys: (CONFIG, line) for keys, line in config.lines.items()},
            **{keys: (document.as_posix(), line) for keys, line in own.lines.items()},
        },
    )
    if problems := list(_unfit(project)):
        raise RenderError(*problems)
    return project


def _contributed(folder: Path) -> Iterator[str]:
    """Yield the names of the filters that an extension brings."""
    file = folder / "_extension.yml"
    contents, _ = parse(file.read_text("utf-8"), file.name) if file.is_file() else ({}, None)
    for row in (contents.get("contributes") or {}).get("filters") or ():
        yield str(row["path"] if isinstance(row, dict) else row)


def _listed(given: str | list[str] | None) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given or ())


def _document(root: Path, config: Settings) -> Path:
    keys = ("project", "render")
    place = CONFIG, config.lines.get(keys, config.lines.get(keys[:1], 1))
    settings = config.values.get("project")
    problem: Problem | None = None
    if not isinstance(settings, dict) or "render" not in settings:
        message, hint = "it does not name one document", "write `project: render: [x.qmd]`"
        problem = Problem("bad-setting", *place, message, hint)
    elif keys not in config.bad:
        document = Path(settings["render"][0])
        problem = _no_file(root, root / document, "project: render", place)
        if not problem:
            return document
    raise RenderError(*filter(None, [problem]), *config.bad.values())


def _unfit(project: Project) -> Iterator[Problem]:
    """Find the settings that lead to no file, and a language that the engine has no words in."""
    for keys in NAME_FILES:
        for path in project.files(*keys):
            if problem := _no_file(project.root, path, keys[-1], project.place(*keys)):
                yield problem
    for name in project.extensions:
        file = project.root / EXTENSIONS / name / "_extension.yml"
        if problem := _no_file(project.root, file, "filters", project.place("filters")):
            yield problem
    for path in project.filters:
        if problem := _no_file(project.root, path, "filters", project.place("filters")):
            yield problem
    lang = project.metadata.get("lang", "en")
    if not lang.startswith("en"):
        refused = refusal("setting", "lang", f"`lang: {lang}`")
        yield Problem("unsupported-setting", *project.place("lang"), *refused)


def _no_file(root: Path, path: Path, name: str, place: tuple[str, int]) -> Problem | None:
    """Say what is wrong with the file, or for `font-paths` the folder, that a setting names."""
    named = path.relative_to(root) if path.is_relative_to(root) else path
    if not within(root, path):
        message, hint = f"`{name}:` names {named}, which is outside", "put it into the project"
        return Problem("outside-project", *place, message, hint)
    if path.exists() and path.is_dir() == (name == "font-paths"):
        return None
    kind = "a folder" if path.is_dir() else "a file"
    message = (
        f"`{name}:` names {named}, which is {kind}" if path.exists() else f"there is no {named}"
    )
    return Problem("setting-names-no-file", *place, message, f"correct `{name}:`")
