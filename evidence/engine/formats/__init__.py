"""The document as Pandoc read it, written as HTML, PDF or Word."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typst

from evidence.engine import citations, pandoc
from evidence.engine.faults import Problem, RenderCode, RenderError
from evidence.engine.formats import word
from evidence.engine.inputs import unlisted
from evidence.engine.lint import Findable
from evidence.engine.project import Project, read_text, within
from evidence.engine.settings import FORMAT_NAMES
from evidence.engine.source import Line


@dataclass(frozen=True)
class Build:
    """What the writers share.

    Attributes
    ----------
    project
        The project.
    document
        The document in Pandoc's JSON, its citations resolved, its cross-references not.
    text
        The text it was read from.
    folder
        The folder in which everything is made.
    listed
        The files that may go into the document; without it all of the project.
    """

    project: Project
    document: bytes
    text: Findable
    folder: Path
    listed: Collection[Path] | None = None

    def write(self, target: str) -> Path:
        """Write the document in one format.

        Parameters
        ----------
        target
            "html", "pdf" or "docx".
        """
        return _WRITERS[target](self)

    def pandoc(self, target: str, output: str, *arguments: str) -> Path:
        """Let Pandoc filter and write the document.

        Parameters
        ----------
        target
            "html", "pdf" or "docx".
        output
            The name of the file it writes.
        *arguments
            What this format needs besides.
        """
        name = FORMAT_NAMES[target]
        # Pandoc's quotation marks are the ones that its citations chose; Typst's would differ.
        writer = "typst-smart-citations" if name == "typst" else name
        filters = ("structure.lua", f"{name}.lua")
        command = [
            "--from=json", f"--to={writer}", "--standalone", f"--output={output}",
            "--syntax-highlighting=none", "--wrap=preserve", f"--log={output}.log",
            f"--metadata=image-extension:{self.project.image_extension(target)}",
            *(f"--lua-filter={pandoc.FILTERS / f}" for f in filters),
            *arguments,
        ]  # fmt: skip
        try:
            pandoc.run(command, folder=self.folder, text=self.document, epoch=self.project.epoch)
        except pandoc.PandocFailed as error:
            refused = _REFUSED.search(error.said)
            missing = _MISSING.search(error.said)
            if missing:
                raise RenderError(_missing_problem(missing["name"], self.text)) from error
            if not refused:
                raise
            line = self.text.line(refused["name"])
            raise RenderError(
                line.problem(RenderCode.UNFIT_FOR_FORMAT, refused["what"], "correct it")
            ) from error
        self._check_resources(self.folder / f"{output}.log")
        return self.folder / output

    def _check_resources(self, log: Path) -> None:
        """Refuse what Pandoc embedded from elsewhere: raw HTML may name any file."""
        known = (self.project.root, Path(str(pandoc.TEMPLATES)))
        entries = json.loads(log.read_bytes())
        read = {
            (self.folder / entry["from"]).resolve(): self.text.line(entry["for"])
            for entry in entries
            if entry["type"] == "LoadedResource"
        }
        problems = [
            line.problem(
                RenderCode.OUTSIDE_PROJECT,
                f"the document would embed {path}, which is outside the project",
                "put the file into the project",
            )
            for path, line in read.items()
            if not any(within(root, path) for root in known)
        ]
        problems += unlisted(read.items(), self.project.root, self.listed)
        if problems:
            raise RenderError(*problems)


def _missing_problem(name: str, text: Findable) -> Problem:
    line = text.line(name)
    if re.match(r"\w+:|//", name):
        message, hint = f"the document would fetch {name}", "put the file into the project"
        return line.problem(RenderCode.OUTSIDE_PROJECT, message, hint)
    message = f"the document would embed {name}, which does not exist"
    return line.problem(RenderCode.NO_PICTURE, message, "make it, or correct its name")


def _html(build: Build) -> Path:
    depth = build.project.metadata.get("toc-depth", 3)
    path = build.pandoc(
        "html",
        "report.html",
        f"--template={pandoc.TEMPLATES / 'report.html'}",
        f"--variable=style:{_style(build)}",
        f"--variable=script:{(pandoc.TEMPLATES / 'report.js').read_text(encoding='utf-8')}",
        *(f"--include-after-body={path}" for path in build.project.after_body),
        # Files that the project's own HTML names lie in the project.
        f"--resource-path={build.folder}{os.pathsep}{build.project.root}",
        "--embed-resources",
        "--mathml",
        "--section-divs",
        # Titles of sections stand one level below the document's own.
        f"--toc-depth={depth + 1}",
        *(["--toc"] if build.project.metadata.get("toc") else []),
    )
    text = path.read_text(encoding="utf-8")
    mark = 'role="doc-endnotes">\n<hr />'
    text = text.replace(mark, 'role="doc-endnotes">\n<h2>Footnotes</h2>')
    # The contents stand in the page twice, and ids must not.
    path.write_text(_CONTENTS_ID.sub(r"\g<link>", text), encoding="utf-8")
    return path


def _style(build: Build) -> str:
    own = (pandoc.TEMPLATES / "report.css").read_text(encoding="utf-8")
    return "\n".join((own, *(_with_files(sheet, build) for sheet in build.project.stylesheets)))


def _with_files(sheet: Path, build: Build) -> str:
    """Read a style sheet and bring the files it names to where Pandoc embeds them from."""

    def brought(match: re.Match[str]) -> str:
        source = sheet.parent / match["name"]
        copy = build.folder / "style" / source.name
        if not within(build.project.root, source):
            place = sheet.relative_to(build.project.root).as_posix()
            message = f"it names {match['name']}, which is outside the project"
            hint = "put it into the project"
            raise RenderError(Problem(RenderCode.OUTSIDE_PROJECT, place, 0, message, hint))
        copy.parent.mkdir(exist_ok=True)
        copy.write_bytes(source.read_bytes())
        return f'url("style/{source.name}")'

    return _URL.sub(brought, read_text(build.project.root, sheet))


def _pdf(build: Build) -> Path:
    source = build.pandoc("pdf", "report.typ", f"--template={pandoc.TEMPLATES / 'report.typ'}")
    try:
        return _set(source, build)
    except typst.TypstError as error:
        raise RenderError(*_typst_problems(str(error), build)) from error


def _set(source: Path, build: Build) -> Path:
    path = source.with_suffix(".pdf")
    typst.compile(
        str(source),
        output=str(path),
        root=str(build.folder),
        pdf_standards=["ua-1"],
        # The fonts inside the wheel: every machine sets the same pages.
        ignore_system_fonts=True,
        font_paths=[str(path) for path in build.project.font_paths],
        timestamp=build.project.epoch,
    )
    return path


def _typst_problems(said: str, build: Build) -> Iterator[Problem]:
    if not _NO_GLYPH.search(said):
        yield Problem(RenderCode.TYPST_FAILED, "", 0, f"Typst: {said}", "")
        return
    # Typst names the first character alone.
    used = {character for line in build.text.lines for character in line.text}
    unknown = sorted(c for c in used if ord(c) > _ASCII and not _can_show(c, build))
    places: dict[tuple[str, int], tuple[Line, set[str]]] = {}
    for line in build.text.lines:
        if found := set(line.text).intersection(unknown):
            places.setdefault((line.file, line.number), (line, set()))[1].update(found)
    for line, found in places.values():
        named = ", ".join(repr(character) for character in sorted(found))
        yield line.problem(
            RenderCode.NO_GLYPH,
            f"the PDF's fonts cannot show {named}",
            "write it in other characters, here or in the data that stand here",
        )


def _can_show(character: str, build: Build) -> bool:
    probe = build.folder / "probe.typ"
    probe.write_text(f'#set document(title: "x")\n#"{character}"\n', encoding="utf-8")
    try:
        _set(probe, build)
    except typst.TypstError as error:
        return not _NO_GLYPH.search(str(error))
    return True


def _docx(build: Build) -> Path:
    own = build.project.metadata
    face = word.typeface(own.get("mainfont"), build.project.font_paths)
    reference = word.reference(build.folder / "reference.docx", face.family)
    path = build.pandoc(
        "docx",
        "report.docx",
        f"--reference-doc={reference}",
        f"--template={pandoc.TEMPLATES / 'word' / 'body.openxml'}",
    )
    word.finish(path, face)
    return path


# What the filter structure.lua raises.
_REFUSED = re.compile(r"structure\.lua:\d+: (?P<what>(?P<name>[@#][\w-]+) .+)")
_MISSING = re.compile(r"Could not fetch resource (?P<name>\S+?):?(?:\s|$)")
_CONTENTS_ID = re.compile(r'(?P<link><a href="#(?P<id>[^"]+)") id="toc-(?P=id)"')
_URL = re.compile(r"""url\(["']?(?!data:|#)(?P<name>[^"')]+)["']?\)""")
_FONT_HINT = "add the file to a folder of `font-paths:`, or name another family"
_ASCII = 127
_NO_GLYPH = re.compile(r'the text `"(?P<text>.+?)"` could not be displayed')
_WRITERS: Mapping[str, Callable[[Build], Path]] = {"html": _html, "pdf": _pdf, "docx": _docx}


def files_of_styles(project: Project) -> Iterator[tuple[Path, str]]:
    """Yield style sheets with each file that they name.

    Parameters
    ----------
    project
        The project.
    """
    for sheet in project.stylesheets:
        for match in _URL.finditer(read_text(project.root, sheet)):
            yield sheet, match["name"]


def missing(project: Project) -> list[Problem]:
    """List the type and the files of style sheets that the project names and does not have.

    Parameters
    ----------
    project
        The project.
    """
    family = project.metadata.get("mainfont")
    faces = word.lacking(word.typeface(family, project.font_paths))
    problems = [
        Problem(
            RenderCode.NO_FONT,
            *project.place("mainfont"),
            f"`mainfont: {family}` has no {face} among the fonts",
            _FONT_HINT,
        )
        for face in faces
    ]
    for sheet, name in files_of_styles(project):
        if not (sheet.parent / name).is_file():
            place = sheet.relative_to(project.root).as_posix()
            message = f"it names {name}, which does not exist"
            hint = "add the file, or correct the name"
            problems.append(Problem(RenderCode.SETTING_NAMES_NO_FILE, place, 0, message, hint))
    return problems


def metadata(project: Project) -> dict[str, Any]:
    """Give the templates their values.

    Parameters
    ----------
    project
        The project.
    """
    own = project.metadata
    date = project.date
    kept = (
        "title", "subtitle", "abstract", "keywords", "description", "nocite", "link-citations",
        "mainfont", "fingerprint", "lof", "lot",
    )  # fmt: skip
    values = {key: own[key] for key in kept if own.get(key)}
    values |= {
        "lang": str(own.get("lang", "en")),
        "abstract-title": own.get("abstract-title", "Abstract"),
        "toc-title": own.get("toc-title", "Table of contents"),
        "author": [person["name"] for person in project.authors],
        "by-author": project.authors,
        "date": project.worded_date,
        "iso-date": date.isoformat(),
        **{part: str(getattr(date, part)) for part in ("year", "month", "day")},
        "number-sections": bool(own.get("number-sections")),
        "bibliography": citations.REFERENCES,
    }
    if own.get("toc"):
        values["contents"] = str(own.get("toc-depth", 3))
    return values
