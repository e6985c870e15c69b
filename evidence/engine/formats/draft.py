"""The document as Pandoc read it, section by section, ready to be written in each format.

Sections are written one by one. What they take from the whole, numbers above all, comes of the
document's frame: title, contents and lists, written of an outline. Both are kept by all that they
rest on.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

from evidence.engine import pandoc
from evidence.engine.faults import Problem, RenderError, every
from evidence.engine.nodes import elements
from evidence.engine.outline import Outline, pictures, stated
from evidence.engine.own import OWN_EXTENSION
from evidence.engine.project import IN_HEADER, Project
from evidence.engine.results import Cache, code, digest, unlisted
from evidence.engine.settings import FORMAT_NAMES
from evidence.engine.source import Line, line_of

# What the filter structure.lua raises.
_REFUSED = re.compile(r"structure\.lua:\d+: (?P<what>(?P<name>[@#][\w-]+) .+)")
_UNFIT_FORMULA = re.compile(r"Could not convert TeX math (.+?), rendering as TeX", re.DOTALL)
_UNFIT_PICTURE = re.compile(r"Could not convert image (?P<name>\S+?):")
_MISSING = re.compile(r"Could not fetch resource (?P<name>\S+?):?(?:\s|$)")
_PLACES = ("stated", "titles", "numbered")

Element = dict[str, Any]


@dataclass(frozen=True)
class Section:
    """A part of the document, its citations resolved, its cross-references not.

    Attributes
    ----------
    lines
        What it was read from.
    blocks
        Its blocks in Pandoc's JSON.
    outline
        What the whole needs of it.
    """

    lines: Sequence[Line]
    blocks: bytes
    outline: Outline


@dataclass(frozen=True)
class Frame:
    """What stands around the sections, and what they take from the whole.

    Attributes
    ----------
    content
        The document without its text.
    numbers
        The number of each target by its identity.
    top_level
        The level of the highest heading.
    places
        Where what is stated stands, by its id, and the titles of sections.
    """

    content: bytes
    numbers: Mapping[str, str]
    top_level: int
    places: Mapping[str, Any]


@dataclass(frozen=True)
class Draft:
    """What the writers of all formats share.

    Attributes
    ----------
    api
        The version of Pandoc's JSON.
    meta
        The metadata in Pandoc's JSON, their citations resolved.
    lines
        What the whole was read from.
    folder
        Where everything is made.
    cache
        Keeps what is written.
    listed
        The files that may go into the document; without it all of the project.
    """

    project: Project
    api: Sequence[int]
    meta: Mapping[str, Any]
    sections: Sequence[Section]
    lines: Sequence[Line]
    folder: Path
    cache: Cache
    listed: Collection[Path] | None = None

    @property
    def blocks(self) -> list[Element]:
        """The blocks of the whole document."""
        return [block for section in self.sections for block in json.loads(section.blocks)]

    def frame(self, target: str, *arguments: str, files: Sequence[Path] = ()) -> Frame:
        """Write the document without its text.

        Parameters
        ----------
        arguments
            Of Pandoc. Paths are relative to the draft's folder.
        files
            What Pandoc reads besides, in an order.
        """
        headers = self.project.files(*IN_HEADER[target])
        blocks = [block for section in self.sections for block in section.outline.blocks]
        beside = f"{target}-numbers.json"
        part = _Part(
            self._json({**self.meta, "frame": _as_meta(beside)}, json.dumps(blocks).encode()),
            self.lines,
            (
                "--standalone",
                *(f"--metadata={name}:{value}" for name, value in _lists(self.project, target)),
                *(f"--include-in-header={path}" for path in headers),
                *arguments,
            ),
            (*headers, *files),
            pictures(elements(blocks)),
            beside,
        )
        content, said = self._written(target, part)
        known = json.loads(said)
        # Lua knows no empty table from an empty list.
        numbers, places = known["numbers"] or {}, known["places"] or {}
        return Frame(content, numbers, known["top_level"], places)

    def fragments(
        self,
        target: str,
        frame: Frame,
        *arguments: str,
        embedding: Sequence[str] = (),
        files: Sequence[Path] = (),
        finish: Callable[[bytes], bytes] = lambda content: content,
    ) -> list[bytes]:
        """Write each section.

        Parameters
        ----------
        arguments
            Of Pandoc. Paths are relative to the draft's folder.
        embedding
            More of them, for sections that may name files.
        files
            What Pandoc and `finish` read besides, in an order.
        finish
            Gives a section what the format wants beyond Pandoc; that is kept.
        """
        before = Counter(stated(elements([*self.meta.values()])))
        parts = []
        for section in self.sections:
            document = self._json(self._given(section, frame, before), section.blocks)
            shown = section.outline.pictures
            more = embedding if section.outline.may_embed else ()
            command = [*arguments, *more]
            # What Typst shows it reads itself.
            by_worker = target == "pdf" or not (shown or more)
            parts.append(_Part(document, section.lines, command, files, shown, by_worker=by_worker))
            before.update(section.outline.stated)
        with ThreadPoolExecutor() as pool:
            jobs = [pool.submit(self._written, target, part, finish) for part in parts]
        return [content for content, _ in every(jobs)]

    def alone(self, target: str, raw: str, *arguments: str) -> bytes:
        """Write something that is in the language of the format already."""
        block = {"t": "RawBlock", "c": [FORMAT_NAMES[target], raw]}
        part = _Part(self._json({}, json.dumps([block]).encode()), self.lines, arguments)
        return self._written(target, part)[0]

    def _json(self, meta: Mapping[str, Any], blocks: bytes) -> bytes:
        head = json.dumps({"pandoc-api-version": self.api, "meta": meta})
        return b"".join((head[:-1].encode(), b',"blocks":', blocks, b"}"))

    def _given(
        self, section: Section, frame: Frame, before: Mapping[str, int]
    ) -> Mapping[str, Any]:
        """Return the metadata of a section that is written alone."""
        names = section.outline.names
        counts = {name: str(count) for name, count in before.items()}
        tables = {"before": counts, **{kind: frame.places.get(kind) or {} for kind in _PLACES}}
        given = {
            "numbers": _of(names, frame.numbers),
            "top_level": str(frame.top_level),
            "places": {kind: _of(names, table) for kind, table in tables.items()},
        }
        same = {"lang": self.meta["lang"]} if "lang" in self.meta else {}
        return {**same, "given": _as_meta(given)}

    def _written(
        self, target: str, part: _Part, finish: Callable[[bytes], bytes] = lambda content: content
    ) -> tuple[bytes, str]:
        """Let Pandoc filter and write a part, unless that is kept; and what filters say besides."""
        name = FORMAT_NAMES[target]
        # Pandoc's quotation marks are the ones that its citations chose; Typst's would differ.
        writer = "typst-smart-citations" if name == "typst" else name
        extension = self.project.image_extension(target)
        numbered = str(bool(self.project.setting(target, "number-sections"))).lower()
        filters = [*(["places"] if self.project.is_worded else []), "structure", name]
        command = [
            "--from=json", f"--to={writer}", "--syntax-highlighting=none", "--wrap=preserve",
            f"--metadata=image-extension:{extension}", f"--metadata=number-sections:{numbered}",
            *(f"--lua-filter={OWN_EXTENSION / path}.lua" for path in filters),
            *part.arguments,
        ]  # fmt: skip
        files = [*part.files, *self._shown(part.pictures, extension)]
        # Their folder has another name in each build.
        names = [os.path.relpath(path, self.folder) for path in files]
        told = json.dumps([command, self.project.epoch, names]).encode()
        key = digest([code(), told, part.document, *(path.read_bytes() for path in files)])
        head, _, content = (self.cache.get(key) or b"").partition(b"\n")
        known = json.loads(head or "{}")
        if not known or any(self._hash(path) != then for _, path, then in known["read"]):
            read, content = self._run(target, command, part)
            said = (self.folder / part.said).read_text("utf-8") if part.said else ""
            content = finish(content)
            known = {"read": [(name, path, self._hash(path)) for name, path in read], "said": said}
            self.cache.put(key, json.dumps(known).encode() + b"\n" + content)
        self._approve(known["read"], part.lines)
        return content, known["said"]

    def _run(
        self, target: str, command: Sequence[str], part: _Part
    ) -> tuple[list[tuple[str, str]], bytes]:
        """Run Pandoc; return the files that it read, each with the name for it, and what it wrote.

        Raises
        ------
        RenderError
            If the format cannot take something.
        """
        lines, epoch = part.lines, self.project.epoch
        with TemporaryDirectory(dir=self.folder) as place:
            log = Path(place, "log.json")
            whole = [*command, f"--log={log}", "--output=-"]
            try:
                content = pandoc.run(
                    whole, folder=self.folder, text=part.document, epoch=epoch,
                    by_worker=part.by_worker,
                )  # fmt: skip
            except pandoc.PandocFailed as error:
                if missing := _MISSING.search(error.said):
                    raise RenderError(_missing(missing["name"], lines)) from error
                if unfit := _UNFIT_PICTURE.search(error.said):
                    name = unfit["name"]
                    line = line_of(name, lines)
                    message = f"{target} cannot show the picture {name}"
                    hint = "give it a PNG of the same name beside it, and leave its extension out"
                    problem = line.problem("unfit-for-format", message, hint)
                    raise RenderError(problem) from error
                if formulas := _UNFIT_FORMULA.findall(error.said):
                    faults = (_unfit_formula(target, text, lines) for text in formulas)
                    raise RenderError(*faults) from error
                if refused := _REFUSED.search(error.said):
                    line = line_of(refused["name"], lines)
                    problem = line.problem("unfit-for-format", refused["what"], "correct it")
                    raise RenderError(problem) from error
                raise
            entries = [] if part.by_worker else json.loads(log.read_bytes())
        read = [(row["for"], row["from"]) for row in entries if row["type"] == "LoadedResource"]
        return read, content

    def _shown(self, targets: Sequence[str], extension: str) -> list[Path]:
        """Return the files of pictures."""
        names = [name if PurePosixPath(name).suffix else f"{name}.{extension}" for name in targets]
        return [path for name in names if (path := self.folder / name).is_file()]

    def _hash(self, path: str) -> str:
        file = self.folder / path
        return hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else ""

    def _approve(self, read: Sequence[tuple[str, str, str]], lines: Sequence[Line]) -> None:
        """Refuse what Pandoc embedded from elsewhere: raw HTML may name any file.

        Raises
        ------
        RenderError
            With all such files.
        """
        used = {(self.folder / path).resolve(): line_of(name, lines) for name, path, _ in read}
        places = self.project.root.resolve(), OWN_EXTENSION.resolve()
        problems = []
        for path, line in used.items():
            if not any(map(path.is_relative_to, places)):
                message = f"the document would embed {path}, which is outside the project"
                hint = "put the file into the project"
                problems.append(line.problem("outside-project", message, hint))
        problems += unlisted(used.items(), self.project.root, self.listed)
        if problems:
            raise RenderError(*problems)


@dataclass(frozen=True)
class _Part:
    """What Pandoc is given, with the files that it reads and the one that filters write.

    A worker may write what reads no files of the project.
    """

    document: bytes
    lines: Sequence[Line]
    arguments: Sequence[str]
    files: Sequence[Path] = ()
    pictures: Sequence[str] = ()
    said: str = ""
    by_worker: bool = False


def _of(names: Sequence[str], table: Mapping[str, Any]) -> dict[str, Any]:
    return {name: table[name] for name in names if name in table}


def _as_meta(value: Any) -> Element:
    """Write a value as metadata in Pandoc's JSON."""
    match value:
        case bool():
            return {"t": "MetaBool", "c": value}
        case str():
            return {"t": "MetaString", "c": value}
        case Mapping():
            return {"t": "MetaMap", "c": {name: _as_meta(part) for name, part in value.items()}}
        case _:
            return {"t": "MetaList", "c": [_as_meta(part) for part in value]}


def _unfit_formula(target: str, text: str, lines: Sequence[Line]) -> Problem:
    first = next(iter(text.strip().splitlines()), "").strip()
    line = next((row for row in lines if first in row.text), line_of("$", lines))
    message = f"{target} cannot set the formula {first}"
    return line.problem("unfit-for-format", message, "correct its TeX")


def _missing(name: str, lines: Sequence[Line]) -> Problem:
    line = line_of(name, lines)
    if re.match(r"\w+:|//", name):
        message, hint = f"the document would fetch {name}", "put the file into the project"
        return line.problem("outside-project", message, hint)
    message = f"the document would embed {name}, which does not exist"
    return line.problem("no-picture", message, "make it, or correct its name")


def _lists(project: Project, target: str) -> Iterator[tuple[str, str]]:
    """Yield the metadata by which a format lists what it holds."""
    for name in ("lof", "lot"):
        yield name, str(bool(project.setting(target, name))).lower()
    yield "toc-title", project.setting(target, "toc-title", "Table of contents")
    if project.setting(target, "toc"):
        yield "toc", "true"
        yield "toc-depth", str(project.setting(target, "toc-depth", 3))
