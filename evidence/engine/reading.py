"""The executed text as Pandoc reads it, section by section, and what readers should not get of it.

What Pandoc and citeproc give is kept by all that it rests on.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from evidence.engine import citations, dates, lint, pandoc
from evidence.engine.document import Executed, Prose
from evidence.engine.facts import Facts, facts
from evidence.engine.faults import RenderError, every
from evidence.engine.formats.draft import Draft, Section
from evidence.engine.outline import Outline, outline
from evidence.engine.own import OWN
from evidence.engine.project import BIBLIOGRAPHY, MARK, STYLE, Project, is_own
from evidence.engine.results import Cache, code, digest, unlisted
from evidence.engine.sections import apart, for_each, split, starts_chapter
from evidence.engine.source import Line

# Metadata that templates use as they are.
_SAME = (
    "title", "subtitle", "abstract", "keywords", "description", "nocite", "link-citations",
    "mainfont",
)  # fmt: skip
_LATER = "later-section"
# Sections of some states of a document, each read, cited and written in some formats.
MOST_KEPT = 800

Element = dict[str, Any]


@dataclass(frozen=True)
class _Read:
    """A section as Pandoc read it.

    Attributes
    ----------
    key
        Under which it is kept.
    api
        The version of Pandoc's JSON.
    meta
        The metadata, which filters may have changed.
    passages
        What cites in it.
    facts
        What it holds.
    blocks
        In Pandoc's JSON.
    """

    key: str
    api: Sequence[int]
    meta: Element
    passages: Sequence[list[Element]]
    facts: Facts
    blocks: bytes


def read(
    project: Project,
    lines: Sequence[Line],
    targets: Sequence[str],
    folder: Path,
    *,
    cache: Cache,
    listed: Collection[Path] | None,
) -> Draft:
    """Read the executed document and its bibliography.

    Parameters
    ----------
    targets
        The formats that it will be written in.
    folder
        Where everything is made; figures of cells are there.
    cache
        Keeps what Pandoc gives.
    listed
        The files that may go into the document; without it all of the project.

    Raises
    ------
    RenderError
        With all that readers should not get.
    """
    reader = _Reader(project, folder, cache, for_each(lines))
    parts = _parts(project, lines)
    with ThreadPoolExecutor() as pool:
        keys = pool.submit(_keys, project, folder, cache)
        jobs = [pool.submit(reader.read, part, is_later=at > 0) for at, part in enumerate(parts)]
        again = partial(reader.read, is_later=True)
        found = apart(every(jobs), lambda at, taken: again(parts[at], taken=taken))
    held = [(section.facts, lines) for section, lines in zip(found, parts, strict=True)]
    numbered = any(project.setting(target, "number-sections") for target in targets)
    if problems := lint.faults(held, citations=keys.result(), numbered=numbered):
        raise RenderError(*problems)
    extensions = {project.image_extension(target) for target in targets}
    copied = lint.copy_images(held, root=project.root, build=folder, extensions=extensions)
    if problems := unlisted(copied, project.root, listed):
        raise RenderError(*problems)
    meta, sections = _cited(project, found, parts, folder, cache)
    return Draft(project, found[0].api, meta, sections, lines, folder, cache, listed)


@contextmanager
def ahead(
    project: Project,
    folder: Path,
    cache: Cache,
    assembled: Callable[[Sequence[Executed]], Sequence[Line]],
) -> Iterator[Callable[[Executed], None]]:
    """Read sections while cells of later ones run, so that `read` finds them.

    Gives what is to be called with each part of the document that has run.

    Parameters
    ----------
    project, folder, cache
        As for `read`.
    assembled
        Makes text of the parts that have run.
    """
    parts: list[Executed] = []
    asked = 0

    def take(part: Executed) -> None:
        nonlocal asked
        parts.append(part)
        if isinstance(part.part, Prose) and starts_chapter(part.part.lines):
            # What ends here may still be a part of something larger; then it is read in vain.
            with suppress(RenderError):
                lines = assembled(parts)
                ended = _parts(project, lines)[:-1]
                reader = _Reader(project, folder, cache, for_each(lines))
                for at in range(asked, len(ended)):
                    pool.submit(reader.read, ended[at], is_later=at > 0)
                asked = max(asked, len(ended))

    with ThreadPoolExecutor(max_workers=1) as pool:
        try:
            yield take
        finally:
            pool.shutdown(cancel_futures=True)


def _parts(project: Project, lines: Sequence[Line]) -> tuple[Sequence[Line], ...]:
    # What a filter of the project's own does to the whole, it may not do to its parts.
    return split(lines) if all(map(is_own, project.filters)) else (tuple(lines),)


def _cited(
    project: Project,
    found: Sequence[_Read],
    parts: Sequence[Sequence[Line]],
    folder: Path,
    cache: Cache,
) -> tuple[Element, list[Section]]:
    """Return the metadata and the sections with their citations resolved."""
    # A filter that takes something out of the metadata does so wherever it finds the reason.
    meta = {
        name: value
        for name, value in found[0].meta.items()
        if name != _LATER and all(name in section.meta for section in found)
    }
    in_meta = [meta[name] for name in meta if name != "nocite"]
    passages = [citations.passages(in_meta), *(section.passages for section in found)]
    document = {"pandoc-api-version": found[0].api, "meta": meta}
    together = [passage for part in passages for passage in part]
    files = [("csl", path) for path in project.files(*STYLE)[:1]]
    files += [("bibliography", path) for path in project.files(*BIBLIOGRAPHY)]
    resolved, references = citations.resolve(together, document, files, folder, cache)
    rest = iter(resolved)
    given = [[next(rest) for _ in part] for part in passages]
    citations.fill(in_meta, given[0])
    if project.mark:
        meta[MARK] = {"t": "MetaInlines", "c": [{"t": "Str", "c": project.stand_in}]}
    # References stand where the text says so, or at its end.
    places = [at for at, section in enumerate(found) if "refs" in dict(section.facts.identities)]
    place = next(iter(places), len(found) - 1)
    sections = [
        _filled(section, lines, given[at + 1], references if at == place else None, cache)
        for at, (section, lines) in enumerate(zip(found, parts, strict=True))
    ]
    return meta, sections


def _keys(project: Project, folder: Path, cache: Cache) -> frozenset[str]:
    """Return the keys of the bibliographies."""
    files = project.files(*BIBLIOGRAPHY)
    parts = (part for path in files for part in (path.suffix.encode(), path.read_bytes()))
    name = digest([code(), b"keys", *parts])
    kept = cache.keep(name, lambda: json.dumps(sorted(pandoc.keys(files, folder))).encode())
    return frozenset(json.loads(kept))


@dataclass(frozen=True)
class _Reader:
    """Reads sections; `given` stands before each."""

    project: Project
    folder: Path
    cache: Cache
    given: Sequence[Line]

    def read(self, lines: Sequence[Line], *, is_later: bool, taken: Sequence[str] = ()) -> _Read:
        """Read a section; identities that earlier ones have are taken."""
        filters = [OWN / "cell_tables.lua", *self.project.filters]
        metadata = {**_metadata(self.project), **({_LATER: True} if is_later else {})}
        whole = [*self.given, *lines]

        def make() -> bytes:
            document = pandoc.parse(whole, metadata, self.folder, filters, taken=taken)
            blocks = document["blocks"]
            head = {
                "api": document["pandoc-api-version"],
                "meta": document["meta"],
                "passages": citations.passages(blocks),
                "facts": facts(blocks, lines).to_json(),
            }
            return json.dumps(head).encode() + b"\n" + _compact(blocks)

        told = json.dumps([metadata, taken, "\n".join(line.text for line in whole)], default=str)
        key = digest([code(), told.encode(), *(path.read_bytes() for path in filters)])
        head, _, content = self.cache.keep(key, make).partition(b"\n")
        known = json.loads(head)
        known["facts"] = Facts.from_json(known["facts"])
        return _Read(key, **known, blocks=content)


def _filled(
    section: _Read,
    lines: Sequence[Line],
    given: Sequence[list[Element]],
    references: Element | None,
    cache: Cache,
) -> Section:
    """Put citations and references into a section."""

    def make() -> bytes:
        blocks = json.loads(section.blocks)
        citations.fill(blocks, given, references)
        return json.dumps(asdict(outline(blocks))).encode() + b"\n" + _compact(blocks)

    resolved = json.dumps([given, references]).encode()
    name = digest([code(), b"cited", section.key.encode(), resolved])
    head, _, content = cache.keep(name, make).partition(b"\n")
    return Section(lines, content, Outline(**json.loads(head)))


def _compact(blocks: Sequence[Element]) -> bytes:
    return json.dumps(blocks, ensure_ascii=False, separators=(",", ":")).encode()


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
