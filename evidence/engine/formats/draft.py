"""The document as Pandoc read it, ready to be written in each format."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evidence.engine import citations, dates, lint, pandoc
from evidence.engine.facts import facts
from evidence.engine.faults import Problem, RenderError
from evidence.engine.project import (
    BIBLIOGRAPHY,
    IN_HEADER,
    OWN,
    OWN_EXTENSION,
    STYLE,
    Project,
    within,
)
from evidence.engine.results import Cache, unlisted
from evidence.engine.settings import FORMAT_NAMES
from evidence.engine.source import Line, line_of

# What the filter structure.lua raises.
_REFUSED = re.compile(r"structure\.lua:\d+: (?P<what>(?P<name>[@#][\w-]+) .+)")
_UNFIT_FORMULA = re.compile(r"Could not convert TeX math (.+?), rendering as TeX", re.DOTALL)
_UNFIT_PICTURE = re.compile(r"Could not convert image (?P<name>\S+?):")
_MISSING = re.compile(r"Could not fetch resource (?P<name>\S+?):?(?:\s|$)")
# Metadata that templates use as they are.
_SAME = (
    "title", "subtitle", "abstract", "keywords", "description", "nocite", "link-citations",
    "mainfont", "fingerprint",
)  # fmt: skip


@dataclass(frozen=True)
class Draft:
    """What the writers of all formats share."""

    project: Project
    # In Pandoc's JSON, its citations resolved, its cross-references not.
    document: bytes
    # What it was read from.
    lines: Sequence[Line]
    # Where everything is made.
    folder: Path
    # The files that may go into the document; without it all of the project.
    listed: Collection[Path] | None = None

    def write(self, target: str, output: str, *arguments: str) -> Path:
        """Let Pandoc filter and write the document, with what a format needs besides."""
        name = FORMAT_NAMES[target]
        # Pandoc's quotation marks are the ones that its citations chose; Typst's would differ.
        writer = "typst-smart-citations" if name == "typst" else name
        command = [
            "--from=json", f"--to={writer}", "--standalone", f"--output={output}",
            "--syntax-highlighting=none", "--wrap=preserve", f"--log={output}.log",
            *(f"--metadata={name}:{value}" for name, value in _shape(self.project, target)),
            f"--lua-filter={OWN_EXTENSION / 'structure.lua'}",
            f"--lua-filter={OWN_EXTENSION / name}.lua",
            *(f"--include-in-header={path}" for path in self.project.files(*IN_HEADER[target])),
            *arguments,
        ]  # fmt: skip
        try:
            pandoc.run(command, folder=self.folder, text=self.document, epoch=self.project.epoch)
        except pandoc.PandocFailed as error:
            if missing := _MISSING.search(error.said):
                raise RenderError(self._missing(missing["name"])) from error
            if unfit := _UNFIT_PICTURE.search(error.said):
                name = unfit["name"]
                line = line_of(name, self.lines)
                message = f"{target} cannot show the picture {name}"
                hint = "give it a PNG of the same name beside it, and leave its extension out"
                problem = line.problem("unfit-for-format", message, hint)
                raise RenderError(problem) from error
            if formulas := _UNFIT_FORMULA.findall(error.said):
                raise RenderError(
                    *(self._unfit_formula(target, text) for text in formulas)
                ) from error
            if refused := _REFUSED.search(error.said):
                line = line_of(refused["name"], self.lines)
                problem = line.problem("unfit-for-format", refused["what"], "correct it")
                raise RenderError(problem) from error
            raise
        if problems := list(self._unfit_resources(self.folder / f"{output}.log")):
            raise RenderError(*problems)
        return self.folder / output

    def _unfit_formula(self, target: str, text: str) -> Problem:
        first = next(iter(text.strip().splitlines()), "").strip()
        line = next((row for row in self.lines if first in row.text), line_of("$", self.lines))
        message = f"{target} cannot set the formula {first}"
        return line.problem("unfit-for-format", message, "correct its TeX")

    def _missing(self, name: str) -> Problem:
        line = line_of(name, self.lines)
        if re.match(r"\w+:|//", name):
            message, hint = f"the document would fetch {name}", "put the file into the project"
            return line.problem("outside-project", message, hint)
        message = f"the document would embed {name}, which does not exist"
        return line.problem("no-picture", message, "make it, or correct its name")

    def _unfit_resources(self, log: Path) -> Iterator[Problem]:
        """Refuse what Pandoc embedded from elsewhere: raw HTML may name any file."""
        read = {
            (self.folder / entry["from"]).resolve(): line_of(entry["for"], self.lines)
            for entry in json.loads(log.read_bytes())
            if entry["type"] == "LoadedResource"
        }
        for path, line in read.items():
            if not within(self.project.root, path) and not within(OWN_EXTENSION, path):
                message = f"the document would embed {path}, which is outside the project"
                hint = "put the file into the project"
                yield line.problem("outside-project", message, hint)
        yield from unlisted(read.items(), self.project.root, self.listed)


def read(
    project: Project,
    lines: Sequence[Line],
    targets: Sequence[str],
    folder: Path,
    *,
    cache: Cache,
    listed: Collection[Path] | None,
) -> Draft:
    """Read the executed document and its bibliography, and refuse what readers should not get."""
    with ThreadPoolExecutor() as pool:
        bibliographies = project.files(*BIBLIOGRAPHY)
        reading = pool.submit(pandoc.keys, bibliographies, folder)
        filters = [OWN / "cell_tables.lua", *project.filters]
        document = pandoc.parse(lines, _metadata(project), folder, filters)
        keys = reading.result()
    sections = [(facts(document["blocks"], lines), lines)]
    numbered = any(project.setting(target, "number-sections") for target in targets)
    if problems := lint.faults(sections, citations=keys, numbered=numbered):
        raise RenderError(*problems)
    extensions = {project.image_extension(target) for target in targets}
    copied = lint.copy_images(sections, root=project.root, build=folder, extensions=extensions)
    if problems := unlisted(copied, project.root, listed):
        raise RenderError(*problems)
    style = next(iter(project.files(*STYLE)), None)
    citations.cite(document, bibliographies, style, folder, cache)
    content = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    return Draft(project, content, lines, folder, listed)


def _shape(project: Project, target: str) -> Iterator[tuple[str, str]]:
    """Yield the metadata that a format may have for itself."""
    yield "image-extension", project.image_extension(target)
    for name in ("number-sections", "lof", "lot"):
        yield name, str(bool(project.setting(target, name))).lower()
    yield "toc-title", project.setting(target, "toc-title", "Table of contents")
    if project.setting(target, "toc"):
        yield "toc", "true"
        yield "toc-depth", str(project.setting(target, "toc-depth", 3))


def _metadata(project: Project) -> dict[str, Any]:
    """Give the templates their values."""
    own, date = project.metadata, project.date
    values = {key: own[key] for key in _SAME if own.get(key)}
    values |= {
        "lang": str(own.get("lang", "en")),
        "abstract-title": own.get("abstract-title", "Abstract"),
        "author": [person["name"] for person in project.authors],
        "by-author": [_as_quarto_does(person) for person in project.authors],
        **{part: str(getattr(date, part)) for part in ("year", "month", "day")},
        **{name: own[name] for name in project.extensions if name in own},
    }
    if project.worded_date:
        values["date"] = project.worded_date
    if project.is_dated or own.get("date") in dates.MOVING:
        values["iso-date"] = date.isoformat()
    return values


def _as_quarto_does(author: dict[str, Any]) -> dict[str, Any]:
    """Give an author the form that Quarto gives them, so that templates serve both engines."""
    places = [author["affiliation"]] if "affiliation" in author else []
    return {
        "name": {"literal": author["name"]},
        "affiliations": [{"name": place} for place in places],
    }
