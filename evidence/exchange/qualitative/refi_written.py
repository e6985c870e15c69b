"""Coded evidence as a REFI-QDA project or codebook, the same bytes for the same evidence.

Each source becomes a text: a line that says which work it is, and a line for each passage. What the
standard has no place for goes where `refi_qda` finds it again.
"""

import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lxml import etree

from evidence.exchange.codings.coded import CodedEvidence, CodedPassage, CodedSource
from evidence.exchange.qualitative.refi_codes import BELOW, STANCES
from evidence.exchange.qualitative.refi_passages import AT, NOTHING
from evidence.exchange.qualitative.refi_qda import BETWEEN, CODER, COLUMN
from evidence.model.archive import zipped
from evidence.model.codebook import Facet

_PROJECT, _CODEBOOK = "urn:QDA-XML:project:1.0", "urn:QDA-XML:codebook:1.0"
_NUMBERS = uuid.UUID("6f0c4f9e-6d0a-4f3c-9d6b-2d9a3b5c7e11")
_LONGEST_NAME = 100
_ABOUT = (
    "Made by `evidence export`: each line after the first is a coded passage, or a note of one."
)


def refi_project(coded: CodedEvidence, name: str) -> bytes:
    """Return a project (.qdpx) of that name; measured effects have no place in it."""
    root = _root("Project", _PROJECT, {"name": name, "origin": coded.tool})
    coders = [*_coders(coded)]
    if coders:
        users = _below(root, "Users")
        for coder in coders:
            _below(users, "User", guid=_number("user", coder), name=coder)
    tree = _tree(coded)
    if tree:
        _codes(_below(_below(root, "CodeBook"), "Codes"), tree.values(), _times(tree))
    variables = dict.fromkeys(_variables(coded))
    if variables:
        listed = _below(root, "Variables")
        for variable in variables:
            attribute = coded.attributes.get(variable)
            one = _below(
                listed,
                "Variable",
                guid=_number("variable", variable),
                name=variable,
                typeOfVariable="Text",
            )
            _describe(one, attribute.question if attribute else "")
    answers = _answers(coded)
    _cases(root, answers)
    texts = _sources(root, coded, answers)
    _stances(root, tree, "targetGUID")
    return zipped({"project.qde": _written(root), **texts})


def refi_codebook(coded: CodedEvidence) -> bytes:
    """Return a codebook (.qdc): the facets with their codes and stances."""
    root = _root("CodeBook", _CODEBOOK, {"origin": coded.tool})
    tree = _tree(coded)
    _codes(_below(root, "Codes"), tree.values(), _times(tree))
    _stances(root, tree, "guid")
    return _written(root)


def _number(*names: str) -> str:
    return str(uuid.uuid5(_NUMBERS, "\0".join(names)))


def _root(kind: str, namespace: str, attributes: Mapping[str, str]) -> etree._Element:
    root = etree.fromstring(f'<{kind} xmlns="{namespace}"/>')
    for name, text in attributes.items():
        root.set(name, text)
    return root


def _below(above: etree._Element, kind: str, /, **attributes: str) -> etree._Element:
    return etree.SubElement(above, etree.QName(etree.QName(above).namespace, kind), attributes)


def _describe(element: etree._Element, text: str) -> None:
    if text:
        _below(element, "Description").text = text


def _written(root: etree._Element) -> bytes:
    content = etree.tostring(root, encoding="utf-8", xml_declaration=False, pretty_print=True)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + content


def _coders(coded: CodedEvidence) -> Iterator[str]:
    names = (*(row.coder for row in coded.codings), *(row.coder for row in coded.answers))
    yield from dict.fromkeys(filter(None, names))


@dataclass
class _Code:
    """A code of the tree, or a group of codes, or both.

    Attributes
    ----------
    is_stance
        Whether it says how a source holds the code above it.
    """

    path: tuple[str, ...]
    description: str = ""
    is_code: bool = False
    is_stance: bool = False
    below: "dict[str, _Code]" = field(default_factory=dict)

    @property
    def number(self) -> str:
        return _number("stance" if self.is_stance else "code", *self.path)


def _tree(coded: CodedEvidence) -> dict[str, _Code]:
    """Return the codes below their groups, the stances below their codes."""
    tree: dict[str, _Code] = {}
    facets = dict(coded.facets)
    for group, code, stance in dict.fromkeys((r.facet, r.code, r.stance) for r in coded.codings):
        held = facets.get(group, Facet("", {}, {}))
        # What is coded but nowhere described comes after what is.
        facets[group] = Facet(
            held.question,
            {**held.stances, stance: held.stances.get(stance, "")},
            {**held.codes, code: held.codes.get(code, "")},
        )
    for name, facet in facets.items():
        groups = tuple(name.split("/")) if name else ()
        for code, meaning in facet.codes.items():
            one = _at(tree, (*groups, code))
            one.is_code, one.description = True, meaning or one.description
            for stance, said in facet.stances.items():
                if stance:
                    one.below.setdefault(
                        f"{stance}\0", _Code((*one.path, stance), said, True, True)
                    )
        if groups and facet.question:
            above = _at(tree, groups)
            above.description = above.description or facet.question
    return tree


def _at(tree: dict[str, _Code], path: Sequence[str]) -> _Code:
    for depth, name in enumerate(path, 1):
        found = tree.setdefault(name, _Code((*path[:depth],)))
        tree = found.below
    return found


def _codes(above: etree._Element, codes: Iterable[_Code], times: Mapping[str, int]) -> None:
    """Write codes; of those that are called the same, each after the code above it.

    QualCoder and others know a code by its name alone.
    """
    group = str(above.get("name") or "")
    for code in codes:
        name = code.path[-1]
        if group and (times[name] > 1 or name.startswith(f"{group}{BELOW}")):
            name = f"{group}{BELOW}{name}"
        one = _below(
            above,
            "Code",
            guid=code.number,
            name=name,
            isCodable="true" if code.is_code else "false",
        )
        _describe(one, code.description)
        _codes(one, code.below.values(), times)


def _times(tree: Mapping[str, _Code]) -> Mapping[str, int]:
    return Counter(code.path[-1] for code in _all(tree))


def _stances(root: etree._Element, tree: Mapping[str, _Code], number: str) -> None:
    """Write which codes are stances: a set of them."""
    members = [code.number for code in _all(tree) if code.is_stance]
    if members:
        one = _below(_below(root, "Sets"), "Set", guid=_number("set", STANCES), name=STANCES)
        _describe(one, "How a source holds the code above.")
        for member in members:
            _below(one, "MemberCode", **{number: member})


def _all(tree: Mapping[str, _Code]) -> Iterator[_Code]:
    for code in tree.values():
        yield code
        yield from _all(code.below)


def _variables(coded: CodedEvidence) -> Iterator[str]:
    """Yield the variables in use: columns of the sources, what was answered, and by whom."""
    for source in coded.sources:
        yield from (f"{COLUMN}{name}" for name in source.values)
    for answer in coded.answers:
        yield answer.attribute
    if any(answer.coder for answer in coded.answers):
        yield CODER


def _value(above: etree._Element, variable: str, text: str) -> None:
    one = _below(above, "VariableValue")
    _below(one, "VariableRef", targetGUID=_number("variable", variable))
    _below(one, "TextValue").text = text


def _answers(coded: CodedEvidence) -> dict[tuple[str, str], dict[str, str]]:
    """Return what each coder answered of each source: one text for each variable."""
    held: dict[tuple[str, str], dict[str, str]] = {}
    for answer in coded.answers:
        said = held.setdefault((answer.source, answer.coder), {})
        before = [said[answer.attribute]] if answer.attribute in said else []
        said[answer.attribute] = BETWEEN.join([*before, *answer.values])
    return held


def _cases(root: etree._Element, answers: Mapping[tuple[str, str], Mapping[str, str]]) -> None:
    """Write what each coder answered of each source as a case of its own."""
    named = {key: said for key, said in answers.items() if key[1]}
    if named:
        cases = _below(root, "Cases")
        for (source, coder), said in named.items():
            one = _below(
                cases, "Case", guid=_number("case", source, coder), name=f"{source} ({coder})"
            )
            for variable, text in {CODER: coder, **said}.items():
                _value(one, variable, text)
            _below(one, "SourceRef", targetGUID=_number("source", source))


def _sources(
    root: etree._Element,
    coded: CodedEvidence,
    answers: Mapping[tuple[str, str], Mapping[str, str]],
) -> dict[str, bytes]:
    """Write the sources, and return the text of each by its path in the archive."""
    texts: dict[str, bytes] = {}
    passages: dict[str, list[CodedPassage]] = {}
    for row in coded.codings:
        passages.setdefault(row.source, []).append(row)
    if coded.sources:
        listed = _below(root, "Sources")
        for source in coded.sources:
            number = _number("source", source.name)
            one = _below(
                listed,
                "TextSource",
                guid=number,
                name=source.name,
                plainTextPath=f"internal://{number}.txt",
            )
            text = _passages(one, source, passages.get(source.name, ()))
            texts[f"sources/{number}.txt"] = text.encode()
            about = {f"{COLUMN}{name}": cell for name, cell in source.values.items()}
            for name, cell in {**about, **answers.get((source.name, ""), {})}.items():
                _value(one, name, cell)
    return texts


def _passages(element: etree._Element, source: CodedSource, rows: Iterable[CodedPassage]) -> str:
    """Write the passages of a source, and return its text."""
    text = f"{_line(source)}\n\n"
    places: dict[tuple[str, str], tuple[int, int]] = {}
    passages: dict[tuple[str, str, str], list[CodedPassage]] = {}
    whole: list[CodedPassage] = []
    for row in rows:
        if not (row.locator or row.gist):
            whole.append(row)
            continue
        passages.setdefault((row.coder, row.locator, row.gist), []).append(row)
        if (row.locator, row.gist) not in places:
            text += f"[{row.locator}] " if row.locator else ""
            gist = row.gist or NOTHING
            places[row.locator, row.gist] = len(text), len(text) + len(gist)
            text += f"{gist}\n"
    for (coder, locator, gist), held in passages.items():
        start, end = places[locator, gist]
        one = _below(
            element,
            "PlainTextSelection",
            guid=_number("passage", source.name, coder, locator, gist),
            name=gist[:_LONGEST_NAME] or NOTHING,
            startPosition=str(start),
            endPosition=str(end),
            **_by("creatingUser", coder),
        )
        _describe(one, f"{AT} {locator}".strip())
        _coded(one, held)
    _coded(element, whole)
    return text


def _coded(element: etree._Element, rows: Iterable[CodedPassage]) -> None:
    of = str(element.get("guid"))
    for row in dict.fromkeys(rows):
        groups = row.facet.split("/") if row.facet else []
        kind, stance = ("stance", [row.stance]) if row.stance else ("code", [])
        number = _number("coding", of, row.coder, row.facet, row.code, row.stance)
        one = _below(element, "Coding", guid=number, **_by("creatingUser", row.coder))
        _below(one, "CodeRef", targetGUID=_number(kind, *groups, row.code, *stance))


def _by(name: str, coder: str) -> dict[str, str]:
    return {name: _number("user", coder)} if coder else {}


def _line(source: CodedSource) -> str:
    """Return which work a source is, in a line."""
    parts = [source.values.get(name, "") for name in ("authors", "year", "title")]
    return ". ".join(filter(None, parts)) or source.name
