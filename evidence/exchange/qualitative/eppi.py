"""EPPI-Reviewer's JSON: the tree of codes, and which references have which, with passages.

`ExtType` of a code, which EPPI-Reviewer leaves empty, is `stance` where a code says how the one
above it is held, and `value` where it answers the question above it. `Coder`, beside the sets of
codes, says who coded, of which EPPI-Reviewer says nothing. So `evidence export` writes them, and so
anybody may.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evidence.exchange.codings.coded import (
    CodedAnswer,
    CodedEffect,
    CodedEvidence,
    CodedPassage,
    CodedSource,
)
from evidence.exchange.looks import Look
from evidence.exchange.qualitative.eppi_effects import other_numbers, read_effects
from evidence.exchange.qualitative.eppi_records import read_eppi
from evidence.exchange.sources.records import KEPT, Record, clean
from evidence.exchange.tables.grids import Unreadable
from evidence.model.codebook import Attribute, Facet
from evidence.model.faults import Fault, RecordCode
from evidence.model.text import read_text

STANCE, VALUE, CODER = "stance", "value", "Coder"
_SIGN = b'"CodeSets"'
_LARGEST = 200_000_000
_TOOL = "EPPI-Reviewer, JSON"
_NO_CODE = "Not selectable"
_NAMING = ("ShortTitle", "ItemId")
# Codes that say what was decided on a record, which is no evidence.
_DECIDING = ("Include", "Exclude")
_PAGE, _MARKS, _BREAK = re.compile(r"Page (\d+):"), re.compile(r"\[¬[se]\]"), '"\n"'


def is_eppi(look: Look) -> bool:
    """Say whether a file looks like EPPI-Reviewer's JSON with codes."""
    return _SIGN in look.start and look.start.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{")


def read_coded(path: Path) -> tuple[CodedEvidence | None, list[Fault]]:
    """Return what a file says of its references."""
    size = path.stat().st_size
    if size > _LARGEST:
        raise Unreadable(f"it has {size:,} bytes; {_LARGEST:,} are the most that is read")
    file = path.as_posix()
    text, faults = read_text(path)
    if text is None:
        return None, faults
    records = read_eppi(text, file)
    if records.faults:
        return None, list(records.faults)
    try:
        return _Reading(json.loads(text), records.records).evidence(), []
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
        code, message = RecordCode.MALFORMED_RECORD, "it is no export of EPPI-Reviewer's codes"
        return None, [Fault(file, 0, "", code, message)]


@dataclass(frozen=True, slots=True)
class _Code:
    """A code of the tree: the groups above it, and whether it is a code, or what else."""

    groups: tuple[str, ...]
    name: str
    description: str
    question: str
    kind: str
    is_group: bool


@dataclass
class _Reading:
    """A file while it is read: what has no place."""

    held: Mapping[str, Any]
    records: Sequence[Record]
    lost: dict[str, dict[str, None]] = field(default_factory=dict)

    def evidence(self) -> CodedEvidence:
        codes = dict(_codes(self.held.get("CodeSets") or []))
        coder = clean(str(self.held.get(CODER) or ""))
        references = self.held["References"]
        names = list(_names(references))
        sources: list[CodedSource] = []
        codings: list[CodedPassage] = []
        effects: list[CodedEffect] = []
        values: dict[tuple[str, str], dict[str, None]] = {}
        used: set[int] = set()
        for number, (name, item, record) in enumerate(
            zip(names, references, self.records, strict=True), 1
        ):
            place = f"reference {number}"
            about = {column: record.one(column) for column in record.values if column not in KEPT}
            sources.append(CodedSource(name=name, place=place, values=about))
            rest = (tag for tag, _ in record.rest if tag not in _NAMING)
            self._lose("parts of references", *rest)
            effects += read_effects(item, name, place, coder)
            numbers = (f"{name}, {told}" for told in other_numbers(item))
            self._lose("numbers of measured outcomes", *numbers)
            for one in item.get("Codes") or []:
                code = codes.get(one["AttributeId"])
                if code is None:
                    self._lose("codings with a code that the file lacks", str(one["AttributeId"]))
                elif code.kind in _DECIDING:
                    self._lose("decisions of screening", f"{code.kind}: {code.name}")
                elif code.kind == VALUE:
                    used.add(one["AttributeId"])
                    values.setdefault((name, "/".join(code.groups)), {})[code.name] = None
                else:
                    used.add(one["AttributeId"])
                    codings += self._passages(one, code, name, place, coder)
        answers = tuple(
            CodedAnswer(
                source=source, place=source, coder=coder, attribute=attribute, values=(*texts,)
            )
            for (source, attribute), texts in values.items()
        )
        return CodedEvidence(
            tool=_TOOL,
            sources=tuple(sources),
            codings=tuple(codings),
            answers=answers,
            effects=tuple(effects),
            facets=_facets(codes, used),
            attributes=_attributes(codes, answers),
            lost={what: tuple(texts) for what, texts in self.lost.items()},
        )

    def _lose(self, what: str, *texts: str) -> None:
        for text in texts:
            self.lost.setdefault(what, {})[text] = None

    def _passages(
        self, one: Mapping[str, Any], code: _Code, source: str, place: str, coder: str
    ) -> Iterator[CodedPassage]:
        groups, stance = code.groups, ""
        name = code.name
        if code.kind == STANCE:
            *above, name = code.groups
            groups, stance = tuple(above), code.name
        facet = "/".join(groups)
        if arm := clean(str(one.get("ArmTitle") or "")):
            self._lose("arms", f"{source}, {code.name}: {arm}")
        note = clean(str(one.get("AdditionalText") or ""))
        details = [_detail(detail) for detail in one.get("ItemAttributeFullTextDetails") or []]
        if details and note and note not in {gist for _, gist in details}:
            self._lose("notes beside a passage", f"{source}, {code.name}: {note}")
        for locator, gist in details or [("", note)]:
            yield CodedPassage(
                source=source,
                place=place,
                coder=coder,
                facet=facet,
                code=name,
                stance=stance,
                locator=locator,
                gist=gist,
            )


def _codes(sets: Sequence[Mapping[str, Any]]) -> Iterator[tuple[int, _Code]]:
    for one in sets:
        name, question = clean(str(one.get("SetName") or "")), one.get("SetDescription")
        yield from _below(one, (name,), clean(str(question or "")))


def _below(
    above: Mapping[str, Any], groups: tuple[str, ...], question: str
) -> Iterator[tuple[int, _Code]]:
    for one in (above.get("Attributes") or {}).get("AttributesList") or []:
        name = clean(str(one["AttributeName"]))
        said = clean(
            str(one.get("AttributeSetDescription") or one.get("AttributeDescription") or "")
        )
        kind = str(one.get("AttributeType") or "")
        deciding = kind.partition(" ")[0]
        marked = str(one.get("ExtType") or "")
        yield (
            one["AttributeId"],
            _Code(
                groups=groups,
                name=name,
                description=said,
                question=question,
                kind=deciding if deciding in _DECIDING else marked,
                is_group=kind.startswith(_NO_CODE),
            ),
        )
        yield from _below(one, (*groups, name), said)


def _names(references: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield what to call each reference: as EPPI-Reviewer does in short, if no other is so."""
    short = [clean(str(one.get("ShortTitle") or "")) for one in references]
    times = Counter(short)
    for name, one in zip(short, references, strict=True):
        is_own = name and times[name] == 1
        yield name if is_own else f"{name} [{one.get('ItemId')}]".strip()


def _detail(detail: Mapping[str, Any]) -> tuple[str, str]:
    """Return where a coded passage of a full text stands, and what it says."""
    text, where = str(detail.get("Text") or ""), [clean(str(detail.get("DocTitle") or ""))]
    if detail.get("IsFromPDF"):
        page = _PAGE.match(text)
        where += [f"p. {page[1]}"] if page else []
        text = (
            _MARKS.sub("", _PAGE.sub("", text, count=1)).strip().strip('"').replace(_BREAK, " … ")
        )
    elif detail.get("TextTo"):
        where.append(f"characters {detail.get('TextFrom')}-{detail['TextTo']}")
    return ", ".join(filter(None, where)), clean(text)


def _facets(codes: Mapping[int, _Code], used: set[int]) -> Mapping[str, Facet]:
    facets: dict[str, Facet] = {}
    for number, code in codes.items():
        if code.kind == STANCE:
            name = "/".join(code.groups[:-1])
            held = facets.get(name, Facet("", {}, {}))
            stances = {**held.stances, code.name: code.description}
            facets[name] = Facet(held.question, stances, held.codes)
        elif code.kind not in (*_DECIDING, VALUE) and (number in used or not code.is_group):
            name = "/".join(code.groups)
            held = facets.get(name, Facet("", {}, {}))
            meanings = {**held.codes, code.name: code.description}
            facets[name] = Facet(code.question, held.stances, meanings)
    return facets


def _attributes(
    codes: Mapping[int, _Code], answers: Sequence[CodedAnswer]
) -> Mapping[str, Attribute]:
    several = {answer.attribute for answer in answers if len(answer.values) > 1}
    found: dict[str, Attribute] = {}
    for code in codes.values():
        if code.kind == VALUE:
            name = "/".join(code.groups)
            values = dict(found[name].values) if name in found else {}
            values[code.name] = code.description
            found[name] = Attribute(code.question, values, name in several)
    return found
