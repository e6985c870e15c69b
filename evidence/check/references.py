"""What chapters place and refer to: claims, sources, and sections, tables and figures."""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from evidence.check.chapters import Chapters
from evidence.check.literals import HOLE
from evidence.check.prose import Extract, ProseCode, citation_keys, without_code, without_comments
from evidence.engine.constructs import NUMBERED, OTHERS
from evidence.engine.faults import Problem
from evidence.model.ai_use import AI_USE
from evidence.model.evidence import Evidence
from evidence.model.faults import nearest, quote
from evidence.report.codes import ChapterError, meant

_CROSS_REFERENCE = re.compile(rf"(?:{NUMBERED}|{OTHERS})-")
_CODED = re.compile(r"\[\[(?P<cited>[^\[\]]*)\]\]\{coded=\"(?P<coding>[^\"]*)\"\}")
_LISTING = "sources"
_SHOWING = ("checklist", "ai_uses")


@dataclass(frozen=True, slots=True)
class DataFile:
    """A file of the data, by its name in the project: a fault of the chapters may lie there."""

    name: str
    text: str

    def fault(self, pattern: str, code: ProseCode, message: str, hint: str) -> Problem:
        """Return what is wrong with what a pattern first matches, or with the whole file."""
        first = next(self.faults(pattern, code, message, hint), None)
        return first or Problem(code, self.name, 1, message, hint, 1)

    def faults(self, pattern: str, code: ProseCode, message: str, hint: str) -> Iterator[Problem]:
        """Return what is wrong, at each place that a pattern matches."""
        for match in re.finditer(pattern, self.text, re.MULTILINE):
            line = self.text.count("\n", 0, match.start()) + 1
            column = match.start() - self.text.rfind("\n", 0, match.start())
            yield Problem(code, self.name, line, message, hint, column)


def citation_faults(
    chapters: Chapters, evidence: Evidence, sources_file: DataFile
) -> Iterator[Problem]:
    """Find citations without a source, and included sources neither cited nor listed."""
    known = tuple(sorted(evidence.references))
    cited = set()
    for text, at, key in _citations(chapters):
        cited.add(key)
        if key not in evidence.references:
            yield text.fault(
                at,
                ProseCode.CITATION_WITHOUT_SOURCE,
                f"the bibliography has no entry {quote(key)}",
                nearest_of(key, known, "add it, or correct the key"),
            )
    if any(isinstance(node.func, ast.Attribute) for _, node in chapters.calls([_LISTING])):
        cited |= evidence.counted()
    for key in sorted(evidence.sources.keys() - cited):
        yield sources_file.fault(
            rf"^{re.escape(key)}\b",
            ProseCode.SOURCE_NOT_CITED,
            f"no chapter cites or lists {key}",
            f"cite it (`[@{key}]`), or list all sources with `tables.sources(evidence)`",
        )


def coded_faults(chapters: Chapters, evidence: Evidence) -> Iterator[Problem]:
    """Find citations bound to a coding that their sources do not hold."""
    for piece in chapters.pieces:
        bound = {match.start("coding"): match for match in _CODED.finditer(piece.text)}
        for written in re.finditer(r"\bcoded=", without_comments(piece.text)):
            match = bound.get(written.end() + 1)
            if not match:
                hint = 'write [[@source]]{coded="facet:code as stance"}'
                message = "this binds no citation to a coding"
                yield piece.fault(written.start(), ProseCode.NOT_CODED, message, hint)
                continue
            if said := _not_coded(match, evidence):
                yield piece.fault(match.start("coding"), ProseCode.NOT_CODED, *said)


def _not_coded(match: re.Match[str], evidence: Evidence) -> tuple[str, str] | None:
    coding, _, stance = match["coding"].partition(" as ")
    facet, _, code = coding.partition(":")
    try:
        found = meant(evidence, facet, code or None, stance or None)
    except ChapterError as error:
        return str(error), "correct it"
    cited = [key for _, key in citation_keys(match["cited"])]
    holding = evidence.holding(facet, *found)
    # That there is no such source is told of every citation; an edition lacks the later ones.
    lost = sorted(key for key in cited if key in evidence.sources and key not in holding)
    if cited and not lost:
        return None
    message = f"not coded {match['coding']}: {', '.join(lost) or 'no source is cited'}"
    return message, "cite others or rewrite the sentence"


def reference_faults(chapters: Chapters, evidence: Evidence) -> Iterator[Problem]:
    """Find cross-references and internal links without a target."""
    targets = _targets(chapters, evidence)
    for piece in chapters.pieces:
        keys = [row for row in citation_keys(piece.text) if _CROSS_REFERENCE.match(row[1])]
        links = re.finditer(r"(?<=\]\()#([^()\s]+)", without_code(piece.text))
        for at, sign, key in (
            *((at, "@", key) for at, key in keys),
            *((match.start(), "#", match[1]) for match in links),
        ):
            # What is referred to by a computed name can't be known before it runs.
            if HOLE in key or targets.include(key):
                continue
            yield piece.fault(
                at,
                ProseCode.REFERENCE_WITHOUT_TARGET,
                f"nothing is called {quote(sign + key)}",
                nearest_of(key, targets.names, f"give its target {{#{key}}}, or correct it"),
            )


def checklist_faults(
    chapters: Chapters, evidence: Evidence, file: Callable[[str], DataFile]
) -> Iterator[Problem]:
    """Find places that a shown checklist or use of AI names, and the chapters do not have.

    Parameters
    ----------
    file
        What gives the file of a checklist by its name.
    """
    if not any(chapters.calls(_SHOWING)):
        return
    targets = _targets(chapters, evidence)
    found = {
        (name, place)
        for name, items in evidence.checklists.items()
        for item in items.values()
        for place in item.places
    }
    found |= {(AI_USE, place) for use in evidence.ai_uses.values() for place in use.places}
    for name, place in sorted(found):
        if not targets.include(place):
            yield from file(name).faults(
                rf"(?<![\w-]){re.escape(place)}(?![\w-])",
                ProseCode.REFERENCE_WITHOUT_TARGET,
                f"no chapter has a place called {quote(place)}",
                nearest_of(place, targets.names, "name one that there is"),
            )


def nearest_of(key: str, options: tuple[str, ...], otherwise: str) -> str:
    """Return the way out: the name that is nearest, or something else where none is near."""
    near = nearest(key, options)
    return f"nearest: {quote(near)}" if near else otherwise


def _citations(chapters: Chapters) -> Iterator[tuple[Extract, int, str]]:
    for piece in chapters.pieces:
        for at, key in citation_keys(piece.text):
            if not _CROSS_REFERENCE.match(key) and HOLE not in key:
                yield piece, at, key


@dataclass(frozen=True, slots=True)
class _Targets:
    """What can be referred to: names, and names computed of the words of data and cells."""

    names: tuple[str, ...]
    patterns: tuple[re.Pattern[str], ...]
    words: frozenset[str]

    def include(self, key: str) -> bool:
        matches = filter(None, (pattern.fullmatch(key) for pattern in self.patterns))
        return key in self.names or any(self.words.issuperset(m.groups()) for m in matches)


def _targets(chapters: Chapters, evidence: Evidence) -> _Targets:
    found = {*chapters.headings, *(code.label for code in chapters.codes if code.label)}
    for piece in chapters.pieces:
        found.update(re.findall(r"\{[^{}#]*#([^\s}]+)[^{}]*\}", piece.text))
    book = evidence.codebook
    words = {*book.attributes, *book.facets, *evidence.claims.claims}
    for facet in book.facets.values():
        words |= {*facet.codes, *facet.stances}
    for code in chapters.codes:
        for node in ast.walk(code.tree):
            match node:
                case ast.Constant(value=str(text)):
                    words.add(text)
                    if _CROSS_REFERENCE.match(text):
                        found.add(text)
                case ast.JoinedStr(values=parts):
                    found.add(
                        "".join(
                            str(part.value) if isinstance(part, ast.Constant) else HOLE
                            for part in parts
                        )
                    )
    if any(chapters.calls(["ledger"])):
        found.update(f"claim-{claim_id}" for claim_id in evidence.claims.claims)
    # Each picture of a cell may be a part of its figure, and has its number behind the label.
    figures = [code.label for code in chapters.codes if code.label.startswith("fig-")]
    computed = [name for name in found if HOLE in name and not re.search(r"\s", name)]
    return _Targets(
        tuple(sorted(name for name in found if HOLE not in name)),
        (
            *(re.compile("(.+)".join(map(re.escape, re.split(f"{HOLE}+", n)))) for n in computed),
            *(re.compile(rf"{re.escape(label)}-\d+") for label in figures),
        ),
        frozenset(words),
    )
