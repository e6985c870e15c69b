"""What chapters place and refer to: claims, sources, and sections, tables and figures."""

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from evidence.check.chapters import Chapters, Placement, called
from evidence.check.literals import HOLE
from evidence.check.prose import Extract, ProseCode, citation_keys, without_code
from evidence.engine.faults import Problem
from evidence.model.evidence import Evidence
from evidence.model.faults import nearest, quote

_CROSS_REFERENCE = re.compile(r"(?:fig|tbl|sec|eq|lst)-")
# Function to the number of arguments before the sources it cites.
_CITING = {"cites": 3, "cited": 4, "cite": 0}
_LISTING = "sources"
_CHECKLIST = "checklist"


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


def claim_faults(
    chapters: Chapters, claims: Sequence[str], claims_file: DataFile
) -> Iterator[Problem]:
    """Find claims that no chapter places, that do not exist, or that one section words twice."""
    first: dict[tuple[str, str, str], Placement] = {}
    for row in chapters.placements():
        code = row.code
        earlier = first.setdefault((code.file, code.section, row.claim_id), row)
        if row.claim_id not in claims:
            yield code.fault(
                row.at,
                ProseCode.UNKNOWN_CLAIM,
                f"{Path(claims_file.name).name} has no claim {quote(row.claim_id)}",
                _nearest(row.claim_id, tuple(claims), f"it has {', '.join(claims)}"),
            )
        elif earlier.wording != row.wording:
            line, _ = earlier.code.place(earlier.at)
            yield code.fault(
                row.at,
                ProseCode.CLAIM_WORDED_TWICE,
                f"the section {quote(code.section)} words {row.claim_id} in another way already, "
                f"in line {line}",
                "say it once, or in the same words",
            )
    placed = {claim_id for *_, claim_id in first}
    for claim_id in claims:
        if claim_id not in placed:
            yield claims_file.fault(
                rf"(?<![\w-]){re.escape(claim_id)}(?=:\s*$)",
                ProseCode.CLAIM_NOT_PLACED,
                f"no chapter places {claim_id}",
                f'write `say("{claim_id}", supported="…", …)` where it belongs',
            )


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
                _nearest(key, known, "add it, or correct the key"),
            )
    if any(isinstance(node.func, ast.Attribute) for _, node in chapters.calls([_LISTING])):
        cited |= evidence.counted()
    for key in sorted(evidence.sources.keys() - cited):
        yield sources_file.fault(
            rf"^{re.escape(key)},",
            ProseCode.SOURCE_NOT_CITED,
            f"no chapter cites or lists {key}",
            f"cite it (`[@{key}]`), or list all sources with `tables.sources(evidence)`",
        )


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
                _nearest(key, targets.names, f"give its target {{#{key}}}, or correct it"),
            )


def checklist_faults(
    chapters: Chapters, evidence: Evidence, checklist_file: DataFile
) -> Iterator[Problem]:
    """Find places in the checklist, where a chapter shows it, that the chapters do not have."""
    if not any(chapters.calls([_CHECKLIST])):
        return
    targets = _targets(chapters, evidence)
    for place in sorted({place for item in evidence.checklist.values() for place in item.places}):
        if not targets.include(place):
            yield from checklist_file.faults(
                rf"(?<![\w-]){re.escape(place)}(?![\w-])",
                ProseCode.REFERENCE_WITHOUT_TARGET,
                f"no chapter has a place called {quote(place)}",
                _nearest(place, targets.names, "name one that there is"),
            )


def _nearest(key: str, options: tuple[str, ...], otherwise: str) -> str:
    near = nearest(key, options)
    return f"nearest: {quote(near)}" if near else otherwise


def _citations(chapters: Chapters) -> Iterator[tuple[Extract, int, str]]:
    for piece in chapters.pieces:
        for at, key in citation_keys(piece.text):
            if not _CROSS_REFERENCE.match(key) and HOLE not in key:
                yield piece, at, key
    for code, call in chapters.calls(_CITING):
        for argument in call.args[_CITING[called(call)] :]:
            for node in ast.walk(argument):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield code, code.span(node)[0], node.value


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
    computed = [name for name in found if HOLE in name and not re.search(r"\s", name)]
    return _Targets(
        tuple(sorted(name for name in found if HOLE not in name)),
        tuple(
            re.compile("(.+)".join(map(re.escape, re.split(f"{HOLE}+", name)))) for name in computed
        ),
        frozenset(words),
    )
