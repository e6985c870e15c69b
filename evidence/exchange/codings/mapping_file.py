"""A map file read: what it says, in names that the codebook with its additions has.

`mapping` tells its form.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from evidence.exchange.codings.mapping import (
    CODER,
    EFFECT_COLUMNS,
    LEAVE_OUT,
    VERSION,
    Additions,
    CodingMap,
    FromColumn,
    Rule,
    with_additions,
)
from evidence.model.codebook import Attribute, Codebook, Facet
from evidence.model.faults import Fault, FaultCode, RecordCode, quote
from evidence.model.yaml_nodes import Node, known, read_yaml

_TOP = (
    "file", "sheet", "header", "sources", "coder", "coders", "columns", "nothing", "codes",
    "texts", "codebook",
)  # fmt: skip
_LARGEST = 10_000_000
_ATTRIBUTE = (("attribute", "values"), ("split", "coder"))
_EFFECT = (("effect",), ("values", "split", "coder"))
_MARKS = (("facet", "code", "stance", "marks"), ("coder",))
_STANCES = (("facet", "code", "stances"), ("split", "coder"))
_CODES = (("facet", "stance", "codes"), ("split", "coder"))


def read_map(
    path: Path, codebook: Codebook, source_columns: Collection[str]
) -> tuple[CodingMap | None, list[Fault]]:
    """Return what a map file says, or every fault that it has.

    Parameters
    ----------
    codebook
        The data's; what the map adds to it is known beside it.
    source_columns
        The columns of `sources.csv`.
    """
    if held_back := _held_back(path):
        return None, [held_back]
    faults: list[Fault] = []
    root = read_yaml(path, faults)
    top = root.record(("version",), _TOP) if root else {}
    if top:
        _hold_version(top["version"])
    additions = _additions(top["codebook"], codebook) if "codebook" in top else Additions()
    reader = _Reader(with_additions(codebook, additions))
    columns = _each(top.get("columns"))
    coder_columns = [name for name, node in columns.items() if node.raw.value == CODER]
    for name in coder_columns[1:]:
        columns[name].fault("a second column says who coded", code=FaultCode.DUPLICATE_KEY)
    found = CodingMap(
        path=path.as_posix(),
        sheet=top["sheet"].text() if "sheet" in top else "",
        header=_header(top["header"]) if "header" in top else (),
        sources=_sources(top.get("sources"), source_columns),
        coder=reader.coder(top["coder"]) if "coder" in top else "",
        coders={name: reader.coder(node) for name, node in _each(top.get("coders")).items()},
        coder_column="".join(coder_columns[:1]),
        columns={
            name: reader.column(node) for name, node in columns.items() if name not in coder_columns
        },
        nothing=frozenset(
            text.casefold() for text in (top["nothing"].names("[-]") if "nothing" in top else ())
        ),
        codes={name: reader.code(node) for name, node in _each(top.get("codes")).items()},
        texts={name: node.text() for name, node in _each(top.get("texts")).items()},
        codebook=additions,
    )
    return (None if faults else found), faults


def _held_back(path: Path) -> Fault | None:
    """Return why a map is not even opened, if so."""
    message = ""
    if path.exists() and not path.is_file():
        # A pipe or a device could go on for ever.
        message = "it is no file of its own, but a folder, pipe or device"
    elif path.is_file() and (size := path.stat().st_size) > _LARGEST:
        message = f"the file has {size:,} bytes; {_LARGEST:,} are the most that a map has"
    return Fault(path.as_posix(), 0, "", RecordCode.UNREADABLE_FILE, message) if message else None


def _each(node: Node | None) -> dict[str, Node]:
    return node.entries(of_names=False) if node else {}


def _hold_version(node: Node) -> None:
    if node.number() != VERSION:
        node.fault(f"this is no version of the map that this program reads: {VERSION}")


def _header(node: Node) -> tuple[int, ...]:
    rows = tuple(item.number() for item in node.items("[1, 2]"))
    if rows and (rows[0] < 1 or rows != tuple(range(rows[0], rows[0] + len(rows)))):
        node.fault("the rows of a header follow each other, from 1 on", "such as [1, 2]")
    return rows


def _sources(node: Node | None, columns: Collection[str]) -> Mapping[str, FromColumn]:
    found = {}
    for name, named in _each(node).items():
        line = named.raw.start_mark.line + 1
        if isinstance(named.raw.value, list):
            parts = named.record(("column",), ("values",))
            texts = {text: one.text() for text, one in _each(parts.get("values")).items()}
            found[name] = FromColumn(line, parts["column"].text() if parts else "", texts)
        else:
            found[name] = FromColumn(line, named.text())
        if name not in columns:
            named.unknown("column", name, columns, message="the sources have no {what} {value}")
    return found


def _additions(node: Node, codebook: Codebook) -> Additions:
    parts = node.record((), ("coders", "people", "attributes", "effects", "facets", "labels"))
    facets = {}
    for name, entry in _entries(parts.get("facets")).items():
        needed = [] if name in codebook.facets else ["question", "stances", "codes"]
        if keys := entry.record(needed, ("question", "stances", "codes")):
            facets[name] = Facet(
                question=keys["question"].text() if "question" in keys else "",
                stances=keys["stances"].texts() if "stances" in keys else {},
                codes=keys["codes"].texts() if "codes" in keys else {},
            )
    found = Additions(
        coders=tuple(parts["coders"].names("[Ada]")) if "coders" in parts else (),
        people=tuple(parts["people"].names("[Ada]")) if "people" in parts else (),
        attributes=_attributes(parts.get("attributes"), codebook.attributes),
        effects=_attributes(parts.get("effects"), codebook.effects),
        facets=facets,
        labels=parts["labels"].texts() if "labels" in parts else {},
    )
    if "labels" in parts:
        words = with_additions(codebook, found).words()
        known(parts["labels"].entries(), dict.fromkeys(words), "the codebook, with the map,")
    return found


def _attributes(node: Node | None, held: Collection[str]) -> Mapping[str, Attribute]:
    found = {}
    for name, entry in _entries(node).items():
        needed = ["values"] if name in held else ["question", "values"]
        if keys := entry.record(needed, ("question", "multiple")):
            found[name] = Attribute(
                question=keys["question"].text() if "question" in keys else "",
                values=keys["values"].texts(),
                multiple="multiple" in keys and keys["multiple"].truth(),
            )
    return found


def _entries(node: Node | None) -> dict[str, Node]:
    return node.entries() if node else {}


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads rules, and holds the names in them to a codebook."""

    codebook: Codebook

    def coder(self, node: Node) -> str:
        """Return who coded."""
        book = self.codebook
        known = dict.fromkeys((book.agreed, *book.coders, *book.people))
        return self._one(node, CODER, known, FaultCode.UNKNOWN_CODER)

    def column(self, node: Node) -> Rule:
        """Return what a column is."""
        line = node.raw.start_mark.line + 1
        if node.raw.value == LEAVE_OUT:
            return Rule(line=line)
        keys = node.entries()
        form = next(
            (
                form
                for name, form in (
                    ("attribute", _ATTRIBUTE),
                    ("effect", _EFFECT),
                    ("marks", _MARKS),
                    ("stances", _STANCES),
                    ("facet", _CODES),
                )
                if name in keys
            ),
            None,
        )
        if form is None:
            self._shapeless(node, keys, f"a column is an attribute, a facet, {LEAVE_OUT}")
            return Rule(line=line)
        parts = node.record(*form)
        rule = self._named(Rule(line=line), parts)
        facet, texts = self.codebook.facets.get(rule.facet), rule.texts
        if "values" in parts and "attribute" in parts:
            texts = self._texts(parts["values"], self._values(rule.attribute))
        elif "values" in parts:
            known = self.codebook.effects.get(rule.effect)
            texts = self._texts(parts["values"], known.values if known else ())
        elif "marks" in parts:
            texts = dict.fromkeys(parts["marks"].names("[x]"), (rule.code,))
        elif "stances" in parts and facet:
            names, code = facet.stances, FaultCode.UNKNOWN_STANCE
            texts = self._texts(parts["stances"], names, "stance", code)
        elif "codes" in parts and facet:
            texts = self._texts(parts["codes"], facet.codes, "code", FaultCode.UNKNOWN_CODE)
        return replace(
            rule,
            texts=texts,
            split=parts["split"].text() if "split" in parts else "",
            coder=self.coder(parts[CODER]) if CODER in parts else "",
        )

    def code(self, node: Node) -> Rule:
        """Return what a code is."""
        line = node.raw.start_mark.line + 1
        if node.raw.value == LEAVE_OUT:
            return Rule(line=line)
        keys = node.entries()
        if "attribute" in keys:
            parts = node.record(("attribute", "value"))
            rule = self._named(Rule(line=line), parts)
            value = (
                self._one(parts["value"], "value", self._values(rule.attribute)) if parts else ""
            )
            return replace(rule, value=value)
        if "facet" in keys:
            return self._named(Rule(line=line), node.record(("facet", "code", "stance")))
        self._shapeless(node, keys, f"a code is one of a facet, a value, {LEAVE_OUT}")
        return Rule(line=line)

    def _named(self, rule: Rule, parts: Mapping[str, Node]) -> Rule:
        """Return a rule with the names that it has once, each held to the codebook."""
        book = self.codebook
        if "attribute" in parts:
            attribute = self._one(
                parts["attribute"], "attribute", book.attributes, FaultCode.UNKNOWN_ATTRIBUTE
            )
            return replace(rule, attribute=attribute)
        if "effect" in parts:
            known = (*EFFECT_COLUMNS, *book.effects)
            return replace(rule, effect=self._one(parts["effect"], "column of effects", known))
        if "facet" not in parts:
            return rule
        name = self._one(parts["facet"], "facet", book.facets, FaultCode.UNKNOWN_FACET)
        rule, facet = replace(rule, facet=name), book.facets.get(name)
        if facet and "code" in parts:
            rule = replace(
                rule, code=self._one(parts["code"], "code", facet.codes, FaultCode.UNKNOWN_CODE)
            )
        if facet and "stance" in parts:
            one = self._one(parts["stance"], "stance", facet.stances, FaultCode.UNKNOWN_STANCE)
            rule = replace(rule, stance=one)
        return rule

    def _values(self, attribute: str) -> Collection[str]:
        known = self.codebook.attributes.get(attribute)
        return known.values if known else ()

    def _one(
        self,
        node: Node,
        what: str,
        known: Collection[str],
        code: FaultCode = FaultCode.UNKNOWN_VALUE,
    ) -> str:
        name = node.text()
        # What belongs to an unknown name can't be known either, and that name is told already.
        if name and known and name not in known:
            node.unknown(what, name, known, code)
        return name

    def _texts(
        self,
        node: Node,
        known: Collection[str],
        what: str = "value",
        code: FaultCode = FaultCode.UNKNOWN_VALUE,
    ) -> Mapping[str, tuple[str, ...]]:
        """Return what each text of a cell stands for."""
        found = {}
        for text, named in node.entries(of_names=False).items():
            several = isinstance(named.raw.value, list)
            nodes = named.items("[one, another]") if several else [named]
            allowed = (*known, LEAVE_OUT) if known else ()
            names = (self._one(one, what, allowed, code) for one in nodes)
            found[text] = tuple(name for name in names if name != LEAVE_OUT)
        return found

    def _shapeless(self, node: Node, keys: Collection[str], allowed: str) -> None:
        if keys:
            names = ", ".join(map(quote, keys))
            node.fault(f"nobody can tell what has {names} alone", allowed)
