"""Each sentence of the report that rests on the evidence, on one state of it and on another.

The chapters are read as Pandoc reads them, and their cells don't run: of a claim the wording of its
verdict is said, of a number the case that it calls for, and each inline expression gives its value.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import accumulate, chain
from typing import Any

from evidence.check.chapters import scan
from evidence.check.expressions import case
from evidence.check.shown import outcomes
from evidence.check.wordings import EXPRESSION, MOVED, claims_placed
from evidence.engine.document import Document, Prose
from evidence.engine.nodes import elements
from evidence.engine.source import Line
from evidence.findings.changes import Comparison
from evidence.model.evidence import Evidence
from evidence.report.frames import DATA, Review
from evidence.review.bound import names_on
from evidence.review.causes import Ground, GroundKind, causes, grounds_of
from evidence.words import UNDEFINED

_STOPS = "The build stops: "
_END = r"(?:(?<=[.!?])|(?<=[.!?][)”\"’*]))"
# The mark of a finding, behind a narrow space, belongs to the sentence before it.
_MARK = r"(?:\u202f\S+)?"
_BETWEEN = re.compile(rf"{_END}{_MARK}(?P<gap>\s+)(?=[\"“‘(\[]?(?:[@A-Z]|\d[\d,]* [a-z]))")


@dataclass(frozen=True, slots=True)
class Sentence:
    """What a chapter says, where, and what that rests on; no line where nothing is computed."""

    text: str
    line: Line | None
    grounds: frozenset[Ground]


@dataclass(frozen=True, slots=True)
class SentenceChange:
    """Sentences of a chapter that differ, what they rest on, and what made them differ."""

    file: str
    line: int
    old: str
    new: str
    rests_on: tuple[str, ...]
    causes: tuple[str, ...]

    @property
    def place(self) -> str:
        """Where they are written, as ``chapters/one.qmd:12``."""
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Sentences:
    """The sentences that differ, in the order of the document, and what can't be told of others.

    Attributes
    ----------
    changed
        Those that say something else, or are no longer said, or were not.
    unknown
        A line for each sentence with an expression that only a build can give a value.
    """

    changed: tuple[SentenceChange, ...] = ()
    unknown: tuple[str, ...] = ()


def changed_sentences(
    document: Document, old: Evidence, new: Evidence, comparison: Comparison
) -> Sentences:
    """Return which sentences say something else on the new evidence than on the old.

    Raises
    ------
    RenderError
        If Pandoc finds something odd in the chapters.
    """
    told = [_State(document, evidence) for evidence in (old, new)]
    changed = []
    for before, after in zip(*(state.blocks() for state in told), strict=True):
        for were, are in _different(before, after):
            lines = (row.line for row in (*are, *were) if row.line)
            line = next(lines, Line("", "", 0))
            grounds = frozenset(chain.from_iterable(row.grounds for row in (*were, *are)))
            values = {row.name: _values(row, told) for row in grounds}
            moved = [
                row
                for row in grounds
                if row.kind is not GroundKind.EXPRESSION or len({*values[row.name]}) > 1
            ]
            change = SentenceChange(
                line.file,
                line.number,
                " ".join(row.text for row in were),
                " ".join(row.text for row in are),
                tuple(sorted(str(ground) for ground in grounds)),
                causes(moved, values, old, new, comparison),
            )
            changed.append(change)
    unknown = chain.from_iterable(state.unknown for state in told)
    return Sentences(tuple(changed), tuple(dict.fromkeys(unknown)))


def spans(text: str) -> list[tuple[int, int]]:
    """Return where each sentence of a text begins and ends."""
    breaks = [match.span("gap") for match in _BETWEEN.finditer(text)]
    starts = [0, *(end for _, end in breaks)]
    return list(zip(starts, [*(at for at, _ in breaks), len(text)], strict=True))


def _values(ground: Ground, told: Sequence["_State"]) -> tuple[str, str]:
    """Return what an expression gives in both states; nothing where nobody asked for it."""
    return told[0].values.get(ground.name, ""), told[1].values.get(ground.name, "")


def _different(
    old: Sequence[Sentence], new: Sequence[Sentence]
) -> Iterator[tuple[Sequence[Sentence], Sequence[Sentence]]]:
    were, are = ([row.text for row in side] for side in (old, new))
    matcher = SequenceMatcher(None, were, are, autojunk=False)
    for tag, start, end, first, last in matcher.get_opcodes():
        if tag == "equal":
            continue
        if end - start == last - first:
            pairs = zip(old[start:end], new[first:last], strict=True)
            yield from (([one], [other]) for one, other in pairs)
        else:
            yield old[start:end], new[first:last]


@dataclass(frozen=True, slots=True)
class _Run:
    """Words that rest on the same."""

    text: str
    line: Line | None = None
    grounds: frozenset[Ground] = frozenset()


class _State:
    """What the chapters say on one state of the evidence."""

    def __init__(self, document: Document, evidence: Evidence) -> None:
        review = Review(evidence, document.project.root / DATA)
        self.unknown: list[str] = []
        self.values: dict[str, str] = {}
        self._blocks = document.blocks
        self._lines = _lines(document)
        self._evidence = evidence
        self._names = names_on(scan(document), document.project.root, review)
        self._cases = outcomes(evidence.claims, review.editions)

    def blocks(self) -> Iterator[list[Sentence]]:
        """Yield the sentences of each block of the document: as many lists in any state."""
        for block in self._blocks:
            yield [row for runs in self._paragraphs(block) for row in _sentences([*runs])]

    def _paragraphs(self, block: Any) -> Iterator[Iterable[_Run]]:
        content: Any = block.get("c")
        match block.get("t"):
            case "Para" | "Plain":
                yield self._runs(content)
            case "Header":
                yield self._runs(content[2])
            case "Div":
                parts, line, grounds = self._chosen(block)
                for runs in chain.from_iterable(map(self._paragraphs, parts)):
                    yield _resting(runs, line, grounds)
            case "DefinitionList":
                for term, definitions in content:
                    said = [part.get("c") for definition in definitions for part in definition]
                    yield (*self._runs(term), _Run(": "), *self._runs(said))
            case _:
                yield from self._within(content)

    def _within(self, node: Any) -> Iterator[Iterable[_Run]]:
        """Yield the paragraphs of lists, tables and whatever else holds blocks."""
        if isinstance(node, dict) and "t" in node:
            yield from self._paragraphs(node)
        elif isinstance(node, list | dict):
            for part in node if isinstance(node, list) else node.values():
                yield from self._within(part)

    def _runs(self, node: Any) -> Iterator[_Run]:
        if isinstance(node, list):
            for part in node:
                yield from self._runs(part)
            return
        if not isinstance(node, dict):
            return
        content: Any = node.get("c")
        match node.get("t"):
            case "Str":
                yield _Run(content)
            case "Code" | "Math":
                yield self._code(node)
            case "Span":
                parts, line, grounds = self._chosen(node)
                yield from _resting(self._runs(parts), line, grounds)
            case "Quoted":
                sign = "'" if content[0]["t"] == "SingleQuote" else '"'
                yield from (_Run(sign), *self._runs(content[1]), _Run(sign))
            case "Cite" | "Link" | "Image":
                yield from self._runs(content[1])
            case "Note":
                for runs in self._within(content):
                    yield from (_Run(" "), *runs)
            case "Space" | "SoftBreak" | "LineBreak":
                yield _Run(" ")
            case _:
                yield from self._runs(content)

    def _code(self, node: Any) -> _Run:
        text = node["c"][1]
        if not text.startswith(EXPRESSION):
            return _Run(text)
        code = text.removeprefix(EXPRESSION).strip()
        line = self._lines.get(id(node))
        return _Run(self._value(code, line), line, grounds_of(code, self._evidence))

    def _chosen(self, element: Any) -> tuple[list[Any], Line | None, frozenset[Ground]]:
        """Return what the filter of chapters keeps of a div or span, as `wording.lua` does."""
        (_, classes, pairs), parts = element["c"]
        given = dict(pairs)
        if "stated-in" in classes:
            return parts, None, frozenset()
        if name := given.get("claim"):
            return self._wording(element, name)
        lead = parts[0] if parts else {}
        if lead.get("t") in ("Para", "Plain") and lead["c"]:
            lead = lead["c"][0]
        if "number" in classes and lead.get("t") == "Code":
            number = self._code(lead)
            if number.text.startswith(_STOPS):
                return [_str(number.text)], number.line, number.grounds
            return _case(parts, case(number.text)) or [], number.line, number.grounds
        measure = given.get("measure")
        grounds = {Ground(GroundKind.MEASURE, measure)} if measure else ()
        return parts, None, frozenset(grounds)

    def _wording(self, element: Any, name: str) -> tuple[list[Any], Line | None, frozenset[Ground]]:
        parts = element["c"][1]
        claim_id = self._evidence.claims.ids().get(name)
        if claim_id is None:
            return [], None, frozenset()
        grounds = frozenset({Ground(GroundKind.CLAIM, claim_id)})
        shown = self._cases[name]
        (outcome,) = shown - {MOVED}
        kept = _case(parts, outcome)
        line = self._lines.get(id(kept)) or self._lines.get(id(element))
        if kept is None:
            return [_str(f"{_STOPS}no wording for {outcome!r}.")], line, grounds
        moved = (_case(parts, MOVED) if MOVED in shown else None) or []
        if element["t"] == "Div":
            return [*kept, *moved], line, grounds
        return [*kept, {"t": "Space"}, *moved], line, grounds

    def _value(self, code: str, line: Line | None) -> str:
        if code not in self.values:
            self.values[code] = self._evaluated(code)
        value = self.values[code]
        if value == f"{{{code}}}":
            place = f"{line.file}:{line.number}: " if line else ""
            self.unknown.append(
                f"{place}only a build can evaluate `{code}`, so that it stays open whether its "
                "sentence differs"
            )
        return value

    def _evaluated(self, code: str) -> str:
        try:
            value = eval(code, {**self._names})  # noqa: S307 - the author's own code, as in a build
            to_markdown = getattr(value, "_repr_markdown_", None)
            said = str(to_markdown() if to_markdown else value)
            return said.replace(UNDEFINED._repr_markdown_(), UNDEFINED)
        except NameError:
            return f"{{{code}}}"
        except Exception as error:
            return f"{_STOPS}{error}"


def _str(text: str) -> Any:
    return {"t": "Str", "c": text}


def _case(parts: Iterable[Any], name: str) -> list[Any] | None:
    """Return what the case of this name says, if it is there."""
    for part in parts:
        if part.get("t") in ("Div", "Span") and name in part["c"][0][1]:
            said: list[Any] = part["c"][1]
            return said
    return None


def _resting(runs: Iterable[_Run], line: Line | None, grounds: frozenset[Ground]) -> Iterator[_Run]:
    for run in runs:
        yield replace(run, line=run.line or line, grounds=run.grounds | grounds)


def _sentences(runs: Sequence[_Run]) -> Iterator[Sentence]:
    text = "".join(run.text for run in runs)
    ends = [*accumulate(len(run.text) for run in runs)]
    for start, stop in spans(text):
        meant = [
            run
            for run, end in zip(runs, ends, strict=True)
            if run.text and end > start and end - len(run.text) < stop
        ]
        said = " ".join(text[start:stop].split())
        if said:
            line = next((run.line for run in meant if run.line), None)
            grounds = frozenset(chain.from_iterable(run.grounds for run in meant))
            yield Sentence(said, line, grounds)


def _lines(document: Document) -> Mapping[int, Line]:
    """Return by the identity of what Pandoc read where expressions, claims and their cases are."""
    found: dict[int, Line] = {}
    prose = (part for part in document.parts if isinstance(part, Prose))
    written = (row for part in prose for row in part.expressions())
    nodes = [*elements(document.blocks)]
    for node in nodes:
        if node.get("t") == "Code" and node["c"][1].startswith(EXPRESSION):
            code = node["c"][1].removeprefix(EXPRESSION).strip()
            # What stands in a comment was read as typed, and by Pandoc not at all.
            found |= next(({id(node): line} for text, line in written if text == code), {})
    lines = document.prose
    at = {line: place for place, line in enumerate(lines)}
    for element, (line, *_) in claims_placed(document, nodes)[0]:
        found[id(element)] = line
        for part in element["c"][1]:
            if part.get("t") in ("Div", "Span"):
                case_is = re.compile(rf"\{{[^{{}}]*\.{re.escape('.'.join(part['c'][0][1][:1]))}\b")
                above = reversed(lines[: at[line] + 1])
                if typed := next((row for row in above if case_is.search(row.text)), None):
                    found[id(part["c"][1])] = typed
    return found
