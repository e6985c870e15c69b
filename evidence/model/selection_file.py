"""Selections as claims.yml and other files write them, with every fault at its place."""

from collections.abc import Iterable, Mapping

import yaml

from evidence.model.claims import (
    AllOf,
    AnyOf,
    Everything,
    Having,
    Held,
    Named,
    Not,
    SameCoding,
    Selection,
)
from evidence.model.evidence import Codebook, Facet
from evidence.model.faults import Fault, FaultCode, nearest, quote
from evidence.model.yaml_nodes import entries, fault_at, text

EVERYTHING = "everything"
_CODING = ("facet", "codes", "stances")
_JOINING: Mapping[str, type[AllOf] | type[AnyOf] | type[SameCoding]] = {
    "all": AllOf,
    "any": AnyOf,
    "all-codings": SameCoding,
}


class SelectionReader:
    """Reads selections, and knows those that have a name.

    Parameters
    ----------
    file
        Named by faults.
    codebook
        What codings and attributes there are; without it (it is faulty itself) they go unchecked.
    fields
        The fields of sources.csv that may be asked for, each with its values, or with none where
        it may hold any text.
    faults
        Where faults are put.
    named
        Selections that have a name already, such as those of the codebook.
    """

    def __init__(
        self,
        file: str,
        codebook: Codebook | None,
        fields: Mapping[str, tuple[str, ...]],
        faults: list[Fault],
        named: Mapping[str, Selection] | None = None,
    ) -> None:
        self.file = file
        self.codebook = codebook
        self.faults = faults
        self._fields = fields
        self._read: dict[str, Selection] = dict(named or {})
        self._unread: dict[str, yaml.Node] = {}
        self._reading: list[str] = []

    def name(self, nodes: Mapping[str, yaml.Node]) -> Mapping[str, Selection]:
        """Read selections under their names, whatever the order in which they name each other."""
        for name, node in nodes.items():
            if name == EVERYTHING or name in self._read:
                self._fault(node, FaultCode.DUPLICATE_KEY, f"{quote(name)} has a meaning already")
            else:
                self._unread[name] = node
        for name, node in nodes.items():
            self._by_name(name, node)
        return {name: self._read[name] for name in nodes if name in self._read}

    def read(self, node: yaml.Node) -> Selection:
        """Return the selection that a node describes; everything where it is at fault."""
        if isinstance(node, yaml.ScalarNode):
            name = text(self.file, node, self.faults)
            return self._by_name(name, node) if name else Everything()
        found = entries(self.file, node, self.faults)
        parts: list[Selection] = []
        if any(key in found for key in _CODING):
            parts.append(self.held(found))
        for key, value in found.items():
            if key in _CODING:
                continue
            if key == "not":
                parts.append(Not(self.read(value)))
            elif key in _JOINING:
                kind = _JOINING[key]
                parts.append(kind(tuple(self._parts(key, value))))
            else:
                parts.append(self._having(key, value))
        return parts[0] if len(parts) == 1 else AllOf(tuple(parts))

    def facet(self, node: yaml.Node) -> Facet | None:
        """Return the facet that a node names, if the codebook has it."""
        name = text(self.file, node, self.faults)
        if not (name and self.codebook):
            return None
        found = self.codebook.facets.get(name)
        if found is None:
            self.unknown(node, FaultCode.UNKNOWN_FACET, "facet", name, self.codebook.facets)
        return found

    def values(
        self,
        node: yaml.Node,
        code: FaultCode,
        what: str,
        allowed: Iterable[str],
        roles: Mapping[str, tuple[str, ...]],
        *,
        empty: bool = False,
    ) -> tuple[str, ...]:
        """Return a list of values, or the one value or role that stands in place of a list.

        Parameters
        ----------
        allowed
            The values there are; none where any text will do.
        roles
            Names that mean several values.
        empty
            Whether the list may have no value.
        """
        known = tuple(allowed)
        items = node.value if isinstance(node, yaml.SequenceNode) else [node]
        if not items and not empty:
            self._fault(node, FaultCode.BAD_STRUCTURE, "the list is empty", "one value or more")
        found: list[str] = []
        for item in items:
            value = text(self.file, item, self.faults)
            if value and known and value not in known and value not in roles:
                self.unknown(item, code, what, value, (*known, *roles))
            elif value in found:
                message = f"{quote(value)} stands in the list already"
                self._fault(item, FaultCode.DUPLICATE_KEY, message)
            found += [new for new in roles.get(value, (value,)) if new not in found]
        return tuple(found)

    def _by_name(self, name: str, node: yaml.Node) -> Selection:
        if name == EVERYTHING:
            return Everything()
        if name in self._reading:
            way = " → ".join([*self._reading[self._reading.index(name) :], name])
            self._fault(node, FaultCode.CIRCULAR_SELECTION, f"{quote(name)} means itself: {way}")
            return Everything()
        if name in self._unread:
            self._reading.append(name)
            self._read[name] = self.read(self._unread.pop(name))
            self._reading.pop()
        if name not in self._read:
            # Without the codebook, names that it gives are not known.
            if self.codebook:
                known = (EVERYTHING, *self._read, *self._unread)
                self.unknown(node, FaultCode.UNKNOWN_SELECTION, "selection", name, known)
            return Everything()
        return Named(name, self._read[name])

    def _parts(self, key: str, node: yaml.Node) -> Iterable[Selection]:
        if not isinstance(node, yaml.SequenceNode) or not node.value:
            message, allowed = f"{key} is no list", "a list of selections"
            self._fault(node, FaultCode.BAD_STRUCTURE, message, allowed)
            return
        for item in node.value:
            part = self.read(item)
            if key == "all-codings" and not _of_codings(part):
                message = "all-codings joins codings, and this is said of the source"
                allowed = "facet, codes and stances; join the rest with all"
                self._fault(item, FaultCode.BAD_RULE, message, allowed)
            elif key != "all-codings" and isinstance(part, Held) and not part.facet:
                message = "codes and stances belong to a facet"
                self._fault(item, FaultCode.BAD_RULE, message, "facet beside them")
            yield part

    def held(self, found: Mapping[str, yaml.Node]) -> Held:
        """Return the codings that facet, codes and stances describe."""
        facets = tuple(self.codebook.facets.values()) if self.codebook else ()
        name = ""
        if "facet" in found:
            name = text(self.file, found["facet"], self.faults)
            facet = self.facet(found["facet"])
            facets = (facet,) if facet else ()
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

    def _having(self, name: str, node: yaml.Node) -> Selection:
        attributes = self.codebook.attributes if self.codebook else {}
        if name in attributes:
            allowed: Iterable[str] = attributes[name].values
            roles = attributes[name].roles
        elif name in self._fields:
            allowed, roles = self._fields[name], {}
        else:
            if self.codebook:
                known = (*_CODING, *_JOINING, "not", *attributes, *self._fields)
                self.unknown(node, FaultCode.UNKNOWN_ATTRIBUTE, "attribute or key", name, known)
            return Everything()
        found = self.values(node, FaultCode.UNKNOWN_VALUE, name, allowed, roles, empty=True)
        return Having(name, found)

    def unknown(
        self, node: yaml.Node, code: FaultCode, what: str, value: str, known: Iterable[str]
    ) -> None:
        """Note that a node names what is not there."""
        names = tuple(known)
        allowed, near = ", ".join(names), nearest(value, names)
        message = f"there is no {what} {quote(value)}"
        self.faults.append(fault_at(self.file, node, code, message, allowed, near=near))

    def _fault(self, node: yaml.Node, code: FaultCode, message: str, allowed: str = "") -> None:
        self.faults.append(fault_at(self.file, node, code, message, allowed))


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
