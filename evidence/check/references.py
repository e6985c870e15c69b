"""Sources, citations and cross-references held against each other."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from evidence.check import markdown
from evidence.check.chapters import Chapters, calls
from evidence.check.faults import ProseCode, ProseFault
from evidence.check.pieces import HOLE
from evidence.model.evidence import Evidence
from evidence.model.faults import nearest, quote

_CROSS_REFERENCE = re.compile(r"(?:fig|tbl|sec|eq|lst)-")
# Function to the number of arguments before the sources it cites.
_CITING = {"cites": 3, "cited": 4, "cite": 0}
_LISTING = "sources"
_CHECKLIST = "checklist"


@dataclass(frozen=True, slots=True)
class _Targets:
    """What can be referred to: names, and names computed of the words of data and cells."""

    names: frozenset[str]
    patterns: tuple[re.Pattern[str], ...]
    words: frozenset[str]

    def hold(self, key: str) -> bool:
        matches = filter(None, (pattern.fullmatch(key) for pattern in self.patterns))
        return key in self.names or any(self.words.issuperset(m.groups()) for m in matches)


def citation_faults(
    chapters: Chapters, evidence: Evidence, sources_text: str
) -> Iterator[ProseFault]:
    """Find citations without a source, and included sources neither cited nor listed.

    Parameters
    ----------
    sources_text
        The text of sources.csv, to name the line of a source.
    """
    cited = tuple(_citations(chapters))
    for file, line, column, key in cited:
        if key not in evidence.references:
            near = nearest(key, tuple(sorted(evidence.references)))
            yield ProseFault(
                file,
                line,
                column,
                ProseCode.CITATION_WITHOUT_SOURCE,
                f"references.bib has no entry {quote(key)}",
                f"nearest: {quote(near)}" if near else "add it, or correct the key",
            )
    listed = evidence.counted() if _lists_sources(chapters) else frozenset[str]()
    missing = evidence.sources.keys() - listed - {key for *_, key in cited}
    rows = sources_text.splitlines()
    for key in sorted(missing):
        starts = (at for at, row in enumerate(rows, 1) if row.startswith(f"{key},"))
        yield ProseFault(
            "data/sources.csv",
            next(starts, 1),
            1,
            ProseCode.SOURCE_NOT_CITED,
            f"no chapter cites or lists {key}",
            f"cite it (`[@{key}]`), or list all sources with `tables.sources(evidence)`",
        )


def reference_faults(chapters: Chapters, evidence: Evidence) -> Iterator[ProseFault]:
    """Find cross-references and internal links without a target."""
    targets = _targets(chapters, evidence)
    options = tuple(sorted(targets.names))
    for piece in chapters.pieces:
        wanted = [
            *((at, f"@{key}", key) for at, key in markdown.keys(piece.text)
              if _CROSS_REFERENCE.match(key)),
            *((at, f"#{key}", key) for at, key in markdown.links(piece.text)),
        ]  # fmt: skip
        for at, shown, key in wanted:
            # What is referred to by a computed name can't be known before it runs.
            if HOLE in key or targets.hold(key):
                continue
            line, column = piece.places[at]
            near = nearest(key, options)
            yield ProseFault(
                piece.file,
                line,
                column,
                ProseCode.REFERENCE_WITHOUT_TARGET,
                f"nothing is called {quote(shown)}",
                f"nearest: {quote(near)}" if near else f"give its target {{#{key}}}, or correct it",
            )


def checklist_faults(
    chapters: Chapters, evidence: Evidence, checklist_text: str
) -> Iterator[ProseFault]:
    """Find places in the checklist, where a chapter shows it, that the chapters do not have.

    Parameters
    ----------
    checklist_text
        The text of prisma.yml, to name the line of a place.
    """
    if not any(call.name == _CHECKLIST for call in calls(chapters)):
        return
    targets = _targets(chapters, evidence)
    options = tuple(sorted(targets.names))
    places = {place for item in evidence.checklist.values() for place in item.places}
    for place in sorted(places):
        if targets.hold(place):
            continue
        near = nearest(place, options)
        named = re.compile(rf"(?<![\w-]){re.escape(place)}(?![\w-])")
        for line, text in enumerate(checklist_text.splitlines(), 1):
            for match in named.finditer(text):
                yield ProseFault(
                    "data/prisma.yml",
                    line,
                    match.start() + 1,
                    ProseCode.REFERENCE_WITHOUT_TARGET,
                    f"no chapter has a place called {quote(place)}",
                    f"nearest: {quote(near)}" if near else "name one that there is",
                )


def _citations(chapters: Chapters) -> Iterator[tuple[str, int, int, str]]:
    for piece in chapters.pieces:
        for at, key in markdown.keys(piece.text):
            if not _CROSS_REFERENCE.match(key) and HOLE not in key:
                yield piece.file, *piece.places[at], key
    for call in calls(chapters):
        before = _CITING.get(call.name)
        for argument in call.node.args[before:] if before is not None else ():
            for node in _elements(argument):
                yield call.code.file, *call.code.place_of(node), str(node.value)


def _elements(node: ast.expr) -> Iterator[ast.Constant]:
    match node:
        case ast.Constant(value=str()):
            yield node
        case ast.List(elts=elements) | ast.Tuple(elts=elements) | ast.Set(elts=elements):
            for element in elements:
                yield from _elements(element)
        case ast.Starred(value=value):
            yield from _elements(value)


def _lists_sources(chapters: Chapters) -> bool:
    return any(
        isinstance(call.node.func, ast.Attribute) and call.name == _LISTING
        for call in calls(chapters)
    )


def _targets(chapters: Chapters, evidence: Evidence) -> _Targets:
    found = {code.label for code in chapters.codes if code.label}
    for piece in chapters.pieces:
        found.update(markdown.identifiers(piece.text))
    words = _names(evidence)
    for code in chapters.codes:
        for node in ast.walk(code.tree):
            match node:
                case ast.Constant(value=str(text)):
                    words.add(text)
                    if _CROSS_REFERENCE.match(text):
                        found.add(text)
                case ast.JoinedStr():
                    found.add(_with_holes(node))
    if any(call.name == "ledger" for call in calls(chapters)):
        found.update(f"claim-{claim_id}" for claim_id in evidence.claims.claims)
    return _Targets(
        frozenset(name for name in found if HOLE not in name),
        tuple(
            re.compile("(.+)".join(map(re.escape, name.split(HOLE))))
            for name in found
            if HOLE in name and not re.search(r"\s", name)
        ),
        frozenset(words),
    )


def _names(evidence: Evidence) -> set[str]:
    book = evidence.codebook
    facets = book.facets.values()
    return {*book.attributes, *book.facets, *evidence.claims.claims}.union(
        *(facet.codes for facet in facets), *(facet.stances for facet in facets)
    )


def _with_holes(node: ast.JoinedStr) -> str:
    return "".join(
        str(part.value) if isinstance(part, ast.Constant) else HOLE for part in node.values
    )
