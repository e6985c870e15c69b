"""A REFI-QDA project or codebook, as NVivo, ATLAS.ti, MAXQDA, QualCoder and others write it.

Variables called `source: COLUMN` say what `sources.csv` has of a publication, and a case with a
variable `coder` says whose answers it holds: so `evidence export` writes both.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from evidence.exchange.codings.coded import CodedAnswer, CodedEvidence, CodedPassage, CodedSource
from evidence.exchange.looks import Look
from evidence.exchange.qualitative.refi_codes import (
    Codes,
    child,
    children,
    guid,
    name_of,
    read_codes,
    said,
)
from evidence.exchange.qualitative.refi_package import PROJECT, Package, open_package
from evidence.exchange.qualitative.refi_passages import read_passages
from evidence.exchange.sources.records import clean
from evidence.exchange.tables.grids import Unreadable
from evidence.model.codebook import Attribute
from evidence.model.faults import Fault, quote

COLUMN, CODER = "source: ", "coder"
# Between the values of a variable that has several: QualCoder and others allow it one text.
BETWEEN = " | "
_SHOWN = 3
_NAMESPACE, _BEFORE = b"urn:QDA-XML:", b"\xef\xbb\xbf\xff\xfe \r\n\t"
_KINDS = {"TextSource", "PictureSource", "PDFSource", "AudioSource", "VideoSource"}
_PATHS = ("plainTextPath", "path", "richTextPath")
_VALUES = {
    "TextValue", "BooleanValue", "IntegerValue", "FloatValue", "DateValue", "DateTimeValue",
}  # fmt: skip


def is_refi(look: Look) -> bool:
    """Say whether a file looks like a project or a codebook."""
    is_project = any(name.lower().endswith(PROJECT) for name in look.parts)
    return is_project or (_NAMESPACE in look.start and look.start.lstrip(_BEFORE).startswith(b"<"))


def read_refi(path: Path) -> tuple[CodedEvidence | None, list[Fault]]:
    """Return what a project or codebook says, in its own names."""
    package = open_package(path)
    if name_of(package.root) not in ("Project", "CodeBook"):
        raise Unreadable(f"it is no project: its root is {quote(name_of(package.root))}")
    return _Reading(package).evidence(), []


@dataclass
class _Reading:
    """A project while it is read: what is found, and what has no place."""

    package: Package
    lost: dict[str, dict[str, None]] = field(default_factory=dict)
    answers: dict[tuple[str, str, str], dict[str, None]] = field(default_factory=dict)
    cases: set[str] = field(default_factory=set)
    counted: dict[str, list[str]] = field(default_factory=dict)

    def evidence(self) -> CodedEvidence:
        root = self.package.root
        used = {guid(one, "targetGUID") for one in root.iter("{*}CodeRef")}
        codes = read_codes(root, used)
        for what, texts in codes.lost.items():
            self._lose(what, *texts)
        elements = list(children(child(root, "Sources"), *_KINDS))
        named = list(_names(elements))
        names = dict(zip(map(guid, elements), named, strict=True))
        variables = {
            guid(one): (said(one, "name"), said(one, "Description"))
            for one in children(child(root, "Variables"), "Variable")
        }
        users = {
            guid(one): said(one, "name") or said(one, "id")
            for one in children(child(root, "Users"), "User")
        }
        self.cases = {guid(one) for one in children(child(root, "Cases"), "Case")}
        sources: list[CodedSource] = []
        codings: list[CodedPassage] = []
        for number, (element, name) in enumerate(zip(elements, named, strict=True), 1):
            about: dict[str, str] = {}
            for variable, values in _values(element, variables).items():
                if variable.startswith(COLUMN):
                    about[variable.removeprefix(COLUMN)] = BETWEEN.join(values)
                else:
                    self._answer(name, "", {variable: values})
            place = f"source {number}"
            sources.append(CodedSource(name=name, place=place, values=about))
            codings += self._passages(element, name, place, codes, users)
        self._cases(names, variables)
        self._rest(names)
        answers = [
            CodedAnswer(source=source, place=source, coder=coder, attribute=name, values=(*texts,))
            for (source, coder, name), texts in self.answers.items()
        ]
        tool = said(root, "origin")
        kind = "REFI-QDA project" if name_of(root) == "Project" else "REFI-QDA codebook"
        return CodedEvidence(
            tool=f"{tool}, {kind}" if tool else kind,
            sources=tuple(sources),
            codings=tuple(codings),
            answers=tuple(answers),
            facets=codes.facets,
            attributes=_attributes(answers, dict(variables.values())),
            lost={what: tuple(texts) for what, texts in self.lost.items()},
            notes=tuple(self._notes()),
        )

    def _notes(self) -> Iterator[str]:
        for told, names in self.counted.items():
            yield f"{len(names):,} of the texts count {told}, as names show ({_few(names)})"
        if missing := list(self.package.missing):
            count = f"{len(missing):,} ({_few(missing)})"
            yield f"texts that are not in the file, and not looked for: {count}"

    def _lose(self, what: str, *texts: str) -> None:
        for text in texts:
            self.lost.setdefault(what, {})[text] = None

    def _answer(self, source: str, coder: str, held: Mapping[str, Sequence[str]]) -> None:
        for name, texts in held.items():
            self.answers.setdefault((source, coder, name), {}).update(dict.fromkeys(texts))

    def _passages(
        self,
        element: etree._Element,
        name: str,
        place: str,
        codes: Codes,
        users: Mapping[str, str],
    ) -> Iterator[CodedPassage]:
        if comment := said(element, "Description"):
            self._lose("comments on sources", f"{name}: {comment}")
        passages, counted = read_passages(element, self.package)
        for told in counted:
            self.counted.setdefault(told, []).append(name)
        for number, passage in enumerate(passages, 1):
            if passage.is_outside:
                self._lose("passages outside their text", f"{name}, {passage.locator}")
            if passage.comment:
                self._lose("comments on passages", f"{name}, {passage.locator}: {passage.comment}")
            if not passage.codings:
                self._lose("passages without a code", f"{name}, {passage.locator}: {passage.gist}")
            for user, code in passage.codings:
                if code in self.cases:
                    # As a whole it is looked at with the cases.
                    belonging = [f"{name}, {passage.locator}"] if passage.locator else []
                    self._lose("passages that belong to a case", *belonging)
                elif code not in codes.named:
                    self._lose("codings with a code that the file lacks", f"{name}: {code}")
                else:
                    named = codes.named[code]
                    yield CodedPassage(
                        source=name,
                        place=f"{place}, passage {number}",
                        coder=users.get(user, ""),
                        facet=named.facet,
                        code=named.code,
                        stance=named.stance,
                        locator=passage.locator,
                        gist=passage.gist,
                    )

    def _cases(self, names: Mapping[str, str], variables: Mapping[str, tuple[str, str]]) -> None:
        """Read what cases say of the sources that belong to them as a whole."""
        root = self.package.root
        coded: dict[str, list[str]] = {}
        for element in children(child(root, "Sources"), *_KINDS):
            for coding in children(element, "Coding"):
                for code in children(coding, "CodeRef"):
                    coded.setdefault(guid(code, "targetGUID"), []).append(names[guid(element)])
        for case in children(child(root, "Cases"), "Case"):
            held = _values(case, variables)
            coder = "; ".join(held.pop(CODER, ()))
            of = [guid(one, "targetGUID") for one in children(case, "SourceRef")]
            sources = [*(names[one] for one in of if one in names), *coded.get(guid(case), ())]
            if not sources:
                # Tools that lose which source it is leave its name: as files have cases in NVivo.
                name = said(case, "name").removesuffix(f" ({coder})")
                sources = [name] if name in names.values() else []
            for source in sources:
                self._answer(source, coder, held)
            if not sources:
                told = "; ".join(f"{name}: {', '.join(texts)}" for name, texts in held.items())
                self._lose("cases without a source", f"{said(case, 'name')} ({told})")

    def _rest(self, names: Mapping[str, str]) -> None:
        """Tell what has no place: groups of sources but those that answer something, and notes."""
        root = self.package.root
        for one in children(child(root, "Sets"), "Set"):
            members = [guid(source, "targetGUID") for source in children(one, "MemberSource")]
            name, colon, value = said(one, "name").partition(": ")
            for source in (names[member] for member in members if member in names):
                # ATLAS.ti has no variables, and writes "age: 67" as a group of sources.
                if colon and value:
                    self._answer(source, "", {name: [value]})
                else:
                    self._lose("groups of sources", f"{name}: {source}")
        for note in children(child(root, "Notes"), "Note"):
            content = child(note, "PlainTextContent")
            path = note.get("plainTextPath")
            text = content.text if content is not None else self.package.text(path) if path else ""
            self._lose("notes", f"{said(note, 'name')}: {clean(text or '')}")
        for what, kind in (("Links", "Link"), ("Graphs", "Graph")):
            for element in children(child(root, what), kind):
                self._lose(what.lower(), said(element, "name") or guid(element))
        if name_of(root) == "Project" and (told := said(root, "Description")):
            self._lose("description of the project", told)


def _few(texts: Sequence[str]) -> str:
    return f"{', '.join(texts[:_SHOWN])}{', …' if len(texts) > _SHOWN else ''}"


def _names(elements: Sequence[etree._Element]) -> Iterator[str]:
    """Yield what to call each source: by its name, its file or its number, each another."""
    known: dict[str, int] = {}
    for element in elements:
        path = next((str(element.get(one)) for one in _PATHS if element.get(one)), "")
        name = said(element, "name") or path.rpartition("/")[2] or guid(element)
        known[name] = known.get(name, 0) + 1
        yield name if known[name] == 1 else f"{name} ({known[name]})"


def _values(
    element: etree._Element, variables: Mapping[str, tuple[str, str]]
) -> dict[str, list[str]]:
    """Return what a source or a case says, by variable."""
    held: dict[str, list[str]] = {}
    for one in children(element, "VariableValue"):
        known = [guid(each, "targetGUID") for each in children(one, "VariableRef")]
        names = [variables[each][0] for each in known if each in variables]
        texts = [clean(value.text or "") for value in children(one, *_VALUES)]
        several = [part for text in texts for part in text.split(BETWEEN) if part]
        for name in filter(None, names):
            held.setdefault(name, []).extend(several)
    return {name: texts for name, texts in held.items() if texts}


def _attributes(
    answers: Sequence[CodedAnswer], questions: Mapping[str, str]
) -> Mapping[str, Attribute]:
    """Return the variables that something is said of, each with the values that it has."""
    values: dict[str, dict[str, str]] = {}
    several: set[str] = set()
    for answer in answers:
        values.setdefault(answer.attribute, {}).update(dict.fromkeys(answer.values, ""))
        several |= {answer.attribute} if len(answer.values) > 1 else set()
    return {
        name: Attribute(questions.get(name, ""), held, name in several)
        for name, held in values.items()
    }
