"""`claims.yml` read: selections, claims with their rules, measures, and every fault at once."""

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from keyword import iskeyword
from pathlib import Path
from types import MappingProxyType

import yaml

from evidence.model.claims import (
    PART,
    RATIO,
    SHARE,
    SOURCE,
    STUDY,
    AllOf,
    AnyOf,
    Claim,
    Claims,
    Codes,
    Count,
    Everything,
    Held,
    Measure,
    Number,
    Quotient,
    Ranked,
    Rule,
    Selection,
)
from evidence.model.codebook import LABELS
from evidence.model.faults import Fault, FaultCode, nearest, quote
from evidence.model.selection_file import SelectionReader
from evidence.model.yaml_nodes import Node, is_comparison, read_record

_NEEDED = ("section", "statement", "count", "minimum", "supported", "partly")
_OPTIONAL = (
    "unit", "among", "groups", "numbers", "denominator", "for", "against", "exploratory", "name",
    "title",
)  # fmt: skip
_UNITS = {"sources": SOURCE, "studies": STUDY}
_QUOTIENTS = {SHARE: ("of", "among"), PART: ("of", "among"), RATIO: ("of", "to")}
_RANKS = ("smallest", "largest")
_KINDS = (*_UNITS, *_QUOTIENTS, "codes", *_RANKS)
_LONGEST_PREFIX = 8
# Each finding has numbers of these names.
_GIVEN = frozenset({*_UNITS, PART, "among"})


def read_claims(path: Path, faults: list[Fault], reader: SelectionReader) -> Claims | None:
    """Read the claims; None if anything in them is wrong.

    The reader of selections knows those of the file by name from then on.
    """
    before = len(faults)
    optional = ("selections", "measures", "prefix")
    top = read_record(path, faults, ("version", "fixed_on", "claims"), optional)
    if not top:
        return None
    nodes = {key: top[key].entries() for key in optional[:2] if key in top}
    selections = reader.name(nodes.get("selections", {}))
    claims = {
        claim_id: claim
        for claim_id, node in top["claims"].entries().items()
        if (claim := _RuleReader(reader).claim(claim_id, node))
    }
    found = Claims(
        version=top["version"].number(),
        fixed_on=top["fixed_on"].day(),
        prefix=_prefix(top["prefix"]) if "prefix" in top else "",
        selections=MappingProxyType({**selections}),
        claims=MappingProxyType(claims),
        measures=MappingProxyType(
            {
                name: measure
                for name, node in nodes.get("measures", {}).items()
                if (measure := _RuleReader(reader).measure(name, node))
            }
        ),
    )
    for claim_id, node in top["claims"].entries().items():
        if not _ID.fullmatch(claim_id):
            _fault(
                node, f"{quote(claim_id)} is no id of a claim", "letters and digits, parted by -"
            )
    if len(faults) == before:
        _tell_names_apart(found, top["claims"].entries())
    return None if len(faults) > before else found


# As addresses within documents have it.
_ID = re.compile(r"[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*")


def _tell_names_apart(found: Claims, nodes: Mapping[str, Node]) -> None:
    taken: dict[str, str] = {}
    for claim_id, claim in found.claims.items():
        other = taken.setdefault(claim.name, claim_id)
        if other != claim_id:
            _fault(nodes[claim_id], f"{quote(claim.name)} is also the name of {other}", "another")


def _prefix(node: Node) -> str:
    prefix = node.text()
    if prefix and not (prefix.isalpha() and len(prefix) <= _LONGEST_PREFIX):
        allowed = f"at most {_LONGEST_PREFIX} letters, as the B of B1"
        _fault(node, f"{quote(prefix)} can't stand before a number", allowed)
    return prefix


def _name(claim_id: str, node: Node | None) -> str:
    name = node.text() if node else claim_id.replace("-", "_")
    if node and (not name.isidentifier() or iskeyword(name)):
        _fault(node, f"{quote(name)} is no name of Python", "letters, digits and _, as in savings")
    return name


@dataclass(slots=True)
class _RuleReader:
    """Reads one claim or measure; what its parts have in common is kept while it is read."""

    reader: SelectionReader
    unit: str = ""
    among: Selection | None = None
    groups: dict[str, Selection] = field(default_factory=dict)
    numbers: dict[str, Number] = field(default_factory=dict)

    def claim(self, claim_id: str, node: Node) -> Claim | None:
        parts = node.record(_NEEDED, _OPTIONAL)
        if not parts:
            return None
        self._read_common(parts)
        counted = self._read_numbers(parts["count"], {"among"})
        others = self._read_numbers(parts["numbers"], _GIVEN) if "numbers" in parts else {}
        supported = self._thresholds(parts["supported"], counted)
        partly = self._thresholds(parts["partly"], counted)
        for name, at in parts["count"].entries().items():
            if name in counted and name not in supported and name not in partly:
                message = f"{quote(name)} is counted, and no threshold is set on it"
                _fault(at, message, "a threshold, or its place under numbers")
        if self.groups and not any(isinstance(row, Ranked) for row in counted.values()):
            _fault(parts["groups"], "the groups are not counted", "smallest or largest under count")
        rule = self._rule(parts, counted, others)
        self._call(claim_id, parts.get("title"))
        return Claim(
            claim_id=claim_id,
            name=_name(claim_id, parts.get("name")),
            section=parts["section"].text(),
            statement=parts["statement"].text(),
            minimum=parts["minimum"].number(),
            supported=supported,
            partly=partly,
            rule=rule,
            exploratory="exploratory" in parts and parts["exploratory"].truth(),
        )

    def measure(self, name: str, node: Node) -> Measure | None:
        found = node.entries()
        by, at, title = (found.pop(key, None) for key in ("by", "exploratory", "title"))
        self._call(name, title)
        exploratory = at.truth() if at else True
        if len(found) != 1:
            _fault(node, "a measure counts one thing", ", ".join((*_UNITS, *_QUOTIENTS)))
            return None
        ((kind, content),) = found.items()
        number = self._number(kind, content)
        if number is None or isinstance(number, Ranked):
            return None
        return Measure(number, self._attribute(by) if by else "", exploratory)

    def _call(self, name: str, title: Node | None) -> None:
        """Let the report call it by its title, unless a code would then be called so, too."""
        if title and self.reader.codebook and name in self.reader.codebook.words():
            message = f"{quote(name)} is also a word of the codebook, which would have its title"
            _fault(title, message, "another id")
        elif title:
            LABELS[name] = title.text()

    def _read_common(self, parts: Mapping[str, Node]) -> None:
        if "unit" in parts:
            self.unit = parts["unit"].text()
            if self.unit not in _UNITS.values():
                _fault(parts["unit"], f"there is no unit {quote(self.unit)}", "source, study")
        if "among" in parts:
            self.among = self.reader.read(parts["among"])
        if "groups" in parts:
            nodes = parts["groups"].entries()
            self.groups = {name: self.reader.read(node) for name, node in nodes.items()}
            for name in _GIVEN & nodes.keys():
                _fault(nodes[name], f"the name {quote(name)} is taken", "another name")

    def _read_numbers(self, node: Node, given: Set[str]) -> dict[str, Number]:
        found: dict[str, Number] = {}
        for name, content in node.entries().items():
            if name in (*self.groups, *self.numbers, *given):
                _fault(content, f"the name {quote(name)} is taken", "another name")
            kind, what = name, content
            if isinstance(content.raw, yaml.MappingNode) and len(content.raw.value) == 1:
                for key, only in content.entries().items():
                    if key in _KINDS or name not in _KINDS:
                        kind, what = key, only
            if number := self._number(kind, what):
                found[name] = number
        self.numbers |= found
        return found

    def _number(self, kind: str, node: Node) -> Number | None:
        if kind in _UNITS:
            return Count(self._within(self.reader.read(node)), self.unit or _UNITS[kind])
        if kind in _QUOTIENTS:
            return self._quotient(kind, node)
        if kind == "codes":
            return self._codes(node)
        if kind in _RANKS:
            return self._ranked(kind, node)
        message = f"{quote(kind)} is nothing that can be counted"
        _fault(node, message, ", ".join(_KINDS), nearest(kind, _KINDS))
        return None

    def _quotient(self, kind: str, node: Node) -> Quotient | None:
        first, second = _QUOTIENTS[kind]
        found = node.entries()
        for key in found.keys() - {first, second}:
            _fault(found[key], f"unknown key {quote(key)}", f"{first}, {second}")
        whole_of = self.reader.read(found[second]) if second in found else None
        if kind != RATIO:
            whole_of = whole_of or self.among
        if first not in found or whole_of is None:
            missing = second if first in found else first
            _fault(node, f"the {kind} has no {quote(missing)}", f"{first}, {second}")
            return None
        return self._over(kind, self.reader.read(found[first]), whole_of)

    def _over(self, kind: str, of: Selection, whole_of: Selection, decimals: int = 0) -> Quotient:
        unit = self.unit or STUDY
        if kind == RATIO:
            return Quotient(kind, of, Count(of, unit), Count(whole_of, unit), decimals=1)
        part = Count(AllOf((of, whole_of)), unit)
        return Quotient(kind, of, part, Count(whole_of, unit), decimals)

    def _codes(self, node: Node) -> Codes | None:
        reader = self.reader
        keys = ("facet", "held_by")
        found = node.record(keys, ("codes", "stances"))
        if not found:
            return None
        coding = {key: value for key, value in found.items() if key != "held_by"}
        held = reader.held(coding)
        held_by = found["held_by"].number()
        if held_by < 1:
            _fault(found["held_by"], "a code is held by one source at least", "1 or more")
        return Codes(held.facet, held.codes, held.stances, held_by, self.among or Everything())

    def _ranked(self, kind: str, node: Node) -> Ranked | None:
        if not self.groups:
            _fault(node, f"there are no groups to take the {kind} of", "groups in the claim")
            return None
        counted, rank = node, len(self.groups)
        if kind == "largest":
            items = node.items("[2, sources]") if isinstance(node.raw, yaml.SequenceNode) else []
            if len(items) != 2:
                _fault(node, "largest needs a rank and what is counted", "[2, sources]")
                return None
            rank, counted = items[0].number(), items[1]
            if not 1 <= rank <= len(self.groups):
                message = f"there is no largest number {rank} of {len(self.groups)} groups"
                _fault(items[0], message, f"1 to {len(self.groups)}")
                return None
        what = counted.text()
        if what == SHARE and self.among is None:
            _fault(counted, "a share of each group has no 'among'", "among in the claim")
        elif what not in (*_UNITS, SHARE):
            _fault(counted, f"{quote(what)} can't be counted", ", ".join((*_UNITS, SHARE)))
        else:
            self._count_groups(what, counted)
        return Ranked(rank, tuple(self.groups))

    def _count_groups(self, what: str, node: Node) -> None:
        found: dict[str, Number] = {}
        for name, group in self.groups.items():
            if what == SHARE and self.among:
                found[name] = self._over(SHARE, group, self.among, decimals=1)
            else:
                found[name] = Count(self._within(group), self.unit or _UNITS[what])
        if self.numbers.keys() & found.keys() and found.items() - self.numbers.items():
            _fault(node, "the groups are counted in two ways", "one of them")
        self.numbers |= found

    def _rule(
        self,
        parts: Mapping[str, Node],
        counted: Mapping[str, Number],
        others: Mapping[str, Number],
    ) -> Rule:
        groups = {name: row for name, row in self.numbers.items() if name in self.groups}
        plain = {name: row for name, row in counted.items() if not isinstance(row, Ranked)}
        ranked = {name: row for name, row in counted.items() if isinstance(row, Ranked)}
        quotients = {name: row for name, row in plain.items() if isinstance(row, Quotient)}
        if not quotients and self.among and any(isinstance(g, Quotient) for g in groups.values()):
            anyone = AnyOf(tuple(self.groups.values()))
            quotients = {SHARE: self._over(SHARE, anyone, self.among)}
        name, quotient = next(iter(quotients.items()), ("", None))
        of, base = (quotient.of, quotient.to) if quotient else self._counted(plain, groups)
        numbers: dict[str, Number] = {}
        if not (quotient and quotient.kind == RATIO):
            numbers["sources"] = Count(of.selection, SOURCE)
        if of.unit == STUDY:
            numbers["studies"] = of
        numbers["among"] = base
        if quotient:
            numbers[name] = quotient
        beside = [n for n in plain if n not in (*_UNITS, name)]
        main = tuple(groups) or ((name, *beside) if quotient else tuple(plain)[:1])
        return Rule(
            numbers=MappingProxyType({**numbers, **groups, **plain, **others, **ranked}),
            main=main,
            base=Count(self.reader.read(parts["denominator"]), base.unit)
            if "denominator" in parts
            else base,
            supporting=self.reader.read(parts["for"]) if "for" in parts else of.selection,
            contrary=self.reader.read(parts["against"]) if "against" in parts else None,
        )

    def _counted(
        self, plain: Mapping[str, Number], groups: Mapping[str, Number]
    ) -> tuple[Count, Count]:
        """Return what is counted, and among what, where it is no quotient."""
        counts = [row for row in (*plain.values(), *groups.values()) if isinstance(row, Count)]
        unit = self.unit or (counts[0].unit if counts else SOURCE)
        if groups:
            of = Count(self._within(AnyOf(tuple(self.groups.values()))), unit)
        else:
            # Where nothing but codes is counted, their holders speak for the statement.
            codes = [row for row in plain.values() if isinstance(row, Codes)]
            held = [Held(row.facet, row.codes, row.stances) for row in codes]
            of = counts[0] if counts else Count(self._within(AnyOf(tuple(held))), unit)
        return of, Count(self.among or Everything(), unit)

    def _within(self, selection: Selection) -> Selection:
        return AllOf((selection, self.among)) if self.among else selection

    def _thresholds(self, node: Node, counted: Mapping[str, Number]) -> Mapping[str, str]:
        found = node.conditions()
        places = node.entries()
        for name, condition in found.items():
            number = counted.get(name)
            if number is None:
                message = f"a threshold is set on {quote(name)}, which is not counted"
                near = nearest(name, tuple(counted))
                _fault(places[name], message, ", ".join(counted), near)
                continue
            if isinstance(number, Ranked):
                number = self.numbers.get(number.names[0])
            share = isinstance(number, Quotient) and number.kind != RATIO
            if share and is_comparison(condition) and not 0 <= float(condition.split()[1]) <= 1:
                message = f"{quote(name)} is a share, and {quote(condition)} is beyond any"
                _fault(places[name], message, "0 to 1")
        return found

    def _attribute(self, node: Node) -> str:
        name = node.text()
        known = tuple(self.reader.codebook.attributes) if self.reader.codebook else (name,)
        if name and name not in known:
            node.unknown("attribute", name, known, FaultCode.UNKNOWN_ATTRIBUTE)
        return name


def _fault(node: Node, message: str, allowed: str = "", near: str = "") -> None:
    node.fault(message, allowed, code=FaultCode.BAD_RULE, near=near)
