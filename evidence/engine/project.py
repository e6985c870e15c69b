"""What `_quarto.yml`, the document's front matter and `_variables.yml` say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evidence.engine.faults import Problem, RenderCode, RenderError
from evidence.engine.settings import FORMAT_NAMES, Settings, front_matter, parse, read

CONFIG = "_quarto.yml"


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
    places
        File and line of each setting, by its own name and those above it.
    """

    root: Path
    document: Path
    metadata: Mapping[str, Any]
    variables: Mapping[str, Any]
    body_line: int
    resources: tuple[str, ...] = ()
    unsupported: tuple[Problem, ...] = ()
    places: Mapping[tuple[str, ...], tuple[str, int]] = field(default_factory=dict)

    @property
    def date(self) -> dt.date:
        """The document's date, from which every time stamp is taken."""
        return dt.date.fromisoformat(str(self.metadata["date"]))

    def place(self, *keys: str) -> tuple[str, int]:
        """Return file and line of a setting, or the start of the document where it has none.

        Parameters
        ----------
        *keys
            The names above the setting, and its own.
        """
        return self.places.get(keys, (self.document.as_posix(), 1))

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


def read_text(root: Path, path: Path) -> str:
    """Read a file of the project.

    Parameters
    ----------
    root
        The project's folder.
    path
        The file, in this folder.

    Raises
    ------
    RenderError
        If it is no UTF-8.
    """
    content = path.read_bytes()
    try:
        # The same line ends for all, as when a file is read as text.
        return content.decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        name, line = path.relative_to(root).as_posix(), content[: error.start].count(b"\n") + 1
        problem = Problem(
            RenderCode.WRONG_ENCODING, name, line, "this is no UTF-8", "save it as UTF-8"
        )
        raise RenderError(problem) from error


def load(root: Path, overrides: Mapping[str, str] | None = None) -> Project:
    """Read a project's settings.

    Parameters
    ----------
    root
        The folder with `_quarto.yml`.
    overrides
        Metadata that win over all that the project says.
    """
    if not (root / CONFIG).is_file():
        raise RenderError(
            Problem(
                RenderCode.SETTING_NAMES_NO_FILE,
                str(root / CONFIG),
                0,
                "there is no such file",
                "name a Quarto project's folder",
            )
        )
    config = read(read_text(root, root / CONFIG), CONFIG)
    document = _document(root, config)
    matter, body_line = front_matter(read_text(root, root / document))
    own = read(matter, document.as_posix(), offset=1)
    settings = config.values.pop("project")
    metadata = {"format": {}, **config.values, **own.values, **(overrides or {})}
    if problems := [*config.bad.values(), *own.bad.values(), *_lacking(metadata, document)]:
        raise RenderError(*problems)
    metadata["execute"] = {**config.values.get("execute", {}), **own.values.get("execute", {})}
    variables = root / "_variables.yml"
    known = read_text(root, variables) if variables.is_file() else ""
    resources = settings.get("resources", [])
    project = Project(
        root,
        document,
        metadata,
        parse(known, variables.name)[0],
        body_line,
        (resources,) if isinstance(resources, str) else tuple(resources),
        (*config.unsupported, *own.unsupported),
        {
            **{keys: (CONFIG, line) for keys, line in config.lines.items()},
            **{keys: (document.as_posix(), line) for keys, line in own.lines.items()},
        },
    )
    if problems := _unfit(project):
        raise RenderError(*problems)
    return project


def _document(root: Path, config: Settings) -> Path:
    keys = ("project", "render")
    line = config.lines.get(keys, config.lines.get(keys[:1], 1))
    names = config.values.get("project")
    if not isinstance(names, dict) or "render" not in names:
        message, hint = "it does not name one document", "write `project: render: [x.qmd]`"
        missing = Problem(RenderCode.BAD_SETTING, CONFIG, line, message, hint)
        raise RenderError(missing, *config.bad.values())
    if keys in config.bad:
        raise RenderError(*config.bad.values())
    document = Path(names["render"][0])
    if problem := _no_file(root, root / document, "project: render", (CONFIG, line)):
        raise RenderError(problem, *config.bad.values())
    return document


def _lacking(metadata: Mapping[str, Any], document: Path) -> list[Problem]:
    needed = {"title": "write `title:`", "date": "write one such as `date: 2026-11-22`"}
    return [
        Problem(
            RenderCode.BAD_SETTING,
            document.as_posix(),
            1,
            f"the front matter has no {name}",
            hint,
        )
        for name, hint in needed.items()
        if name not in metadata
    ]


def _unfit(project: Project) -> list[Problem]:
    """List the settings that lead to no file, and a language that the engine has no words in."""
    problems = []
    for keys, paths in (
        (("format", "html", "css"), project.stylesheets),
        (("format", "html", "include-after-body"), project.after_body),
        (("format", "typst", "font-paths"), project.font_paths),
        (("bibliography",), project.bibliographies),
        (("csl",), project.styles),
    ):
        found = (_no_file(project.root, path, keys[-1], project.place(*keys)) for path in paths)
        problems += [problem for problem in found if problem]
    lang = project.metadata.get("lang", "en")
    if not lang.startswith("en"):
        message = f"`lang: {lang}`: the builtin engine's own words are English"
        hint = "use `lang: en-GB`, or `--engine quarto`"
        place = project.place("lang")
        problems.append(Problem(RenderCode.UNSUPPORTED_SETTING, *place, message, hint))
    return problems


def _no_file(root: Path, path: Path, name: str, place: tuple[str, int]) -> Problem | None:
    """Say what is wrong with the file, or for `font-paths` the folder, that a setting names."""
    named = path.relative_to(root) if path.is_relative_to(root) else path
    code, hint = RenderCode.SETTING_NAMES_NO_FILE, f"correct `{name}:`"
    if not within(root, path):
        code, hint = RenderCode.OUTSIDE_PROJECT, "put it into the project"
        message = f"`{name}:` names {named}, which is outside"
    elif not path.exists():
        message = f"there is no {named}"
    elif path.is_dir() != (name == "font-paths"):
        message = f"`{name}:` names {named}, which is {'a folder' if path.is_dir() else 'a file'}"
    else:
        return None
    return Problem(code, *place, message, hint)
