"""Selections as claims.yml and other files write them, with every fault at its place."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import yaml

from evidence.model.claims import (
    AllOf,
    AnyOf,
    Conditions,
    Everything,
    Having,
    Held,
    Named,
    Not,
    SameCoding,
    Selection,
    WithEffects,
)
from evidence.model.codebook import Codebook
from evidence.model.faults import FaultCode, nearest, quote
from evidence.model.yaml_nodes import Node

EVERYTHING = "everything"
SOURCE_ID = "source_id"
_CODING = ("facet", "codes", "stances")
_EFFECTS = ("effects", "mostly", "never")
_JOINING: Mapping[str, type[AllOf] | type[AnyOf] | type[SameCoding]] = {
    "all": AllOf,
    "any": AnyOf,
    "all-codings": SameCoding,
}


@dataclass(frozen=True, slots=True)
class SourceField:
    """A column of sources.csv: the values it may have, if they are listed, and those it has."""

    allowed: tuple[str, ...] = ()
    held: frozenset[str] = frozenset()


class SelectionReader:
    """Reads selections, and knows those that have a name.

    Parameters
    ----------
    codebook
        What codings and attributes there are; without it (it is faulty itself) they go unchecked.
    fields
        The columns of sources.csv that may be asked for.
    named
        Selections that have a name already, such as those of the codebook.
    """

    def __init__(
        self,
        codebook: Codebook | None,
        fields: Mapping[str, SourceField],
        named: Mapping[str, Selection] | None = None,
    ) -> None:
        self.codebook = codebook
        self._fields = fields
        self._read: dict[str, Selection] = dict(named or {})
        self._unread: dict[str, Node] = {}
        self._reading: list[str] = []

    def name(self, nodes: Mapping[str, Node]) -> Mapping[str, Selection]:
        """Read selections under their names, whatever the order in which they name each other."""
        for name, node in nodes.items():
            if name == EVERYTHING or name in self._read:
                node.fault(f"{quote(name)} has a meaning already", code=FaultCode.DUPLICATE_KEY)
            else:
                self._unread[name] = node
        for name, node in nodes.items():
            self._by_name(name, node)
        return {name: self._read[name] for name in nodes if name in self._read}

    def read(self, node: Node) -> Selection:
        """Return the selection that a node describes; everything where it is at fault."""
        if isinstance(node.raw, yaml.ScalarNode):
            name = node.text()
            return self._by_name(name, node) if name else Everything()
        found = node.entries()
        parts: list[Selection] = []
        if any(key in found for key in _CODING):
            parts.append(self.held(found))
        if any(key in found for key in _EFFECTS):
            parts.append(self._with_effects(node, found))
        for key, value in found.items():
            if key in (*_CODING, *_EFFECTS):
                continue
            if key == "not":
                parts.append(Not(self.read(value)))
            elif key in _JOINING:
                kind = _JOINING[key]
                parts.append(kind(tuple(self._parts(key, value))))
            else:
                parts.append(self._having(key, value))
        return parts[0] if len(parts) == 1 else AllOf(tuple(parts))

    def values(
        self,
        node: Node,
        code: FaultCode,
        what: str,
        allowed: Iterable[str],
        roles: Mapping[str, tuple[str, ...]],
        *,
        empty: bool = False,
    ) -> tuple[str, ...]:
        """Return a list of values, or the one value or role that stands in place of a list.

        Where no values are allowed by name, any text will do; `roles` are names for several values.
        """
        known = tuple(allowed)
        items = [node]
        if isinstance(node.raw, yaml.SequenceNode):
            items = node.items("") if node.raw.value else []
        if not items and not empty:
            node.fault("the list is empty", "one value or more")
        found: list[str] = []
        for item in items:
            value = item.text()
            if value and known and value not in known and value not in roles:
                item.unknown(what, value, (*known, *roles), code)
            elif value in found:
                message = f"{quote(value)} stands in the list already"
                item.fault(message, code=FaultCode.DUPLICATE_KEY)
            found += [new for new in roles.get(value, (value,)) if new not in found]
        return tuple(found)

    def _by_name(self, name: str, node: Node) -> Selection:
        if name == EVERYTHING:
            return Everything()
        if name in self._reading:
            way = " → ".join([*self._reading[self._reading.index(name) :], name])
            node.fault(f"{quote(name)} means itself: {way}", code=FaultCode.CIRCULAR_SELECTION)
            return Everything()
        if name in self._unread:
            self._reading.append(name)
            self._read[name] = self.read(self._unread.pop(name))
            self._reading.pop()
        if name not in self._read:
            # Without the codebook, names that it gives are not known.
            if self.codebook:
                known = (EVERYTHING, *self._read, *self._unread)
                node.unknown("selection", name, known, FaultCode.UNKNOWN_SELECTION)
            return Everything()
        return Named(name, self._read[name])

    def _parts(self, key: str, node: Node) -> Iterable[Selection]:
        for item in node.items("[selection, selection]"):
            part = self.read(item)
            if key == "all-codings" and not _of_codings(part):
                message = "all-codings joins codings, and this is said of the source"
                allowed = "facet, codes and stances; join the rest with all"
                item.fault(message, allowed, code=FaultCode.BAD_RULE)
            elif key != "all-codings" and isinstance(part, Held) and not part.facet:
                message = "codes and stances belong to a facet"
                item.fault(message, "facet beside them", code=FaultCode.BAD_RULE)
            yield part

    def held(self, found: Mapping[str, Node]) -> Held:
        """Return the codings that facet, codes and stances describe."""
        all_facets = self.codebook.facets if self.codebook else {}
        facets, name = tuple(all_facets.values()), ""
        if "facet" in found:
            name = found["facet"].text()
            facets = (all_facets[name],) if name in all_facets else ()
            if name and self.codebook and not facets:
                found["facet"].unknown("facet", name, all_facets, FaultCode.UNKNOWN_FACET)
        wanted: dict[str, tuple[str, ...]] = {}
        for key, code in (
            ("codes", FaultCode.UNKNOWN_CODE),
            ("stances", FaultCode.UNKNOWN_STANCE),
        ):
            if key not in found:
                wanted[key] = ()
                continue
            allowed = [value for facet in facets for value in getattr(facet, key)]
            roles: dict[str, tuple[str, ...]] = {}
            for facet in facets if key == "stances" else ():
                for role, values in facet.roles.items():
                    roles[role] = (*roles.get(role, ()), *values)
            what = f"{key[:-1]} of facet {name}" if name else key[:-1]
            wanted[key] = self.values(found[key], code, what, allowed, roles)
        return Held(name, **wanted)

    def _with_effects(self, node: Node, found: Mapping[str, Node]) -> Selection:
        if "effects" not in found:
            node.fault("mostly and never are said of effects", "effects beside them")
        return WithEffects(
            *(self._conditions(found[key]) if key in found else () for key in _EFFECTS)
        )

    def _conditions(self, node: Node) -> Conditions:
        asked = self.codebook.effects if self.codebook else {}
        conditions = []
        for name, value in node.entries().items():
            if name in asked:
                values, roles = asked[name].values, asked[name].roles
                wanted = self.values(value, FaultCode.UNKNOWN_VALUE, name, values, roles)
                conditions.append((name, wanted))
            elif self.codebook:
                value.unknown("attribute of effects", name, asked, FaultCode.UNKNOWN_ATTRIBUTE)
        return tuple(conditions)

    def _having(self, name: str, node: Node) -> Selection:
        attributes = self.codebook.attributes if self.codebook else {}
        if name in attributes:
            allowed: Iterable[str] = attributes[name].values
            roles = attributes[name].roles
        elif name in self._fields:
            allowed, roles = self._fields[name].allowed, {}
        else:
            if self.codebook:
                known = (*_CODING, *_EFFECTS, *_JOINING, "not", *attributes, *self._fields)
                node.unknown("attribute or key", name, known, FaultCode.UNKNOWN_ATTRIBUTE)
            return Everything()
        found = self.values(node, FaultCode.UNKNOWN_VALUE, name, allowed, roles, empty=True)
        if name in self._fields:
            self._hold_to_sources(name, found, node)
        return Having(name, found)

    def _hold_to_sources(self, name: str, values: Sequence[str], node: Node) -> None:
        """Tell of values that no source has, where they are likely to be slips.

        A selection may be empty because its sources are yet to come, but not of sources by name.
        """
        field = self._fields[name]
        unheld = [value for value in values if value not in field.held]
        if field.allowed or not field.held or (len(unheld) < len(values) and name != SOURCE_ID):
            return
        for value in unheld:
            near = nearest(value, tuple(field.held))
            if near or name == SOURCE_ID:
                message = f"no source has {name} {quote(value)}"
                node.fault(message, code=FaultCode.UNKNOWN_VALUE, near=near)


def _of_codings(selection: Selection) -> bool:
    match selection:
        case Held():
            return True
        case Named():
            return _of_codings(selection.selection)
        case Not():
            return _of_codings(selection.part)
        case AnyOf() | SameCoding():
            return all(map(_of_codings, selection.parts))
        case _:
            return False
