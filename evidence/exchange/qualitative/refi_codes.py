"""The codes of a REFI-QDA project or codebook: which stand in which group.

Groups are codes above codes, names with "::" as ATLAS.ti flattens them, or else sets of codes. The
codes of a set called `stances` say how a source holds the code above them: so `evidence export`
writes stances, and so anybody may in a tool that knows none.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from lxml import etree

from evidence.exchange.sources.records import clean
from evidence.model.codebook import Facet

STANCES = "stances"
# What stands between the name of a code and that of the code above it, if it has both.
BELOW = ": "
# How tools without groups are told of them in the names of codes.
COLONS, DOTTED = "::", "."
_DOTTED_TOOL = "Taguette"


@dataclass(frozen=True, slots=True)
class Named:
    """What a code of the file is called: the groups that it stands in, itself, and its stance."""

    facet: str
    code: str
    stance: str = ""


@dataclass(frozen=True, slots=True)
class _Node:
    guid: str
    path: tuple[str, ...]
    description: str
    colour: str
    can_code: bool


@dataclass(frozen=True, slots=True)
class Codes:
    """The codes by their number in the file, the groups of those that are coded, and what is lost.

    Attributes
    ----------
    facets
        A code with codes below it is only listed in its own group where something is coded with it.
    """

    named: Mapping[str, Named]
    facets: Mapping[str, Facet]
    lost: Mapping[str, tuple[str, ...]]


def name_of(element: etree._Element) -> str:
    """Return what kind of element it is; versions of the standard have other namespaces."""
    return etree.QName(element).localname


def children(element: etree._Element | None, *names: str) -> Iterator[etree._Element]:
    """Yield the elements directly below that are of these kinds."""
    for child in () if element is None else element:
        if isinstance(child.tag, str) and name_of(child) in names:
            yield child


def child(element: etree._Element | None, *path: str) -> etree._Element | None:
    """Return the first element below, by the kinds on the way to it."""
    for name in path:
        element = next(children(element, name), None)
    return element


def said(element: etree._Element, name: str) -> str:
    """Return an attribute, or without one the text of a child, in one line."""
    held = element.get(name)
    if held is None:
        found = child(element, name)
        held = "" if found is None else found.text
    return clean(held or "")


def guid(element: etree._Element, name: str = "guid") -> str:
    """Return a number of the file in one form: tools write it in small letters, or in braces."""
    return str(element.get(name) or "").strip().strip("{}").lower()


def apart(name: str, sign: str) -> tuple[str, str]:
    """Return the groups and the code that a name stands for where a sign parts them.

    One that stands beside a space or another such sign, as in "U.S. law", parts nothing.
    """
    parts = name.split(sign)
    if any(part != part.strip() or not part for part in parts):
        return "", name
    return "/".join(parts[:-1]), parts[-1]


def read_codes(root: etree._Element, used: Collection[str]) -> Codes:
    """Read the codes of a project or codebook.

    Parameters
    ----------
    used
        The numbers of the codes that something is coded with.
    """
    codes = (
        child(root, "Codes") if name_of(root) == "CodeBook" else child(root, "CodeBook", "Codes")
    )
    nodes = list(_nodes(codes, ()))
    sign = DOTTED if said(root, "origin").startswith(_DOTTED_TOOL) else COLONS
    sets = list(children(child(root, "Sets"), "Set"))
    grouping: dict[str, dict[str, None]] = {}
    for one in sets:
        grouping.setdefault(said(one, "name"), {}).update(_members(one))
    marked = grouping.pop(STANCES, {})
    stances = {node.guid for node in nodes if node.guid in marked and len(node.path) > 1}
    parents = {node.path[:-1] for node in nodes if node.guid not in stances}
    named: dict[str, Named] = {}
    facets: dict[str, Facet] = {}
    lost: dict[str, list[str]] = {}
    for node in nodes:
        if node.colour:
            lost.setdefault("colours of codes", []).append(f"{node.path[-1]} {node.colour}")
        if node.guid in stances:
            *groups, code, stance = node.path
            named[node.guid] = Named("/".join(groups), code, stance)
            _add(facets, named[node.guid], stances={stance: node.description})
            continue
        is_group = node.path in parents
        within = [name for name, members in grouping.items() if node.guid in members]
        facet, code = "/".join(node.path[:-1]), node.path[-1]
        if not facet and not is_group:
            facet, code = apart(code, sign)
            facet = facet or "".join(within[:1])
        further = [f"{code} in {name}" for name in within if name != facet]
        lost.setdefault("further groups of a code", []).extend(further)
        named[node.guid] = Named(facet, code)
        if node.guid in used or (node.can_code and not is_group):
            _add(facets, named[node.guid], codes={code: node.description})
        elif not is_group:
            lost.setdefault("groups without codes", []).append("/".join(node.path))
    questions = {said(one, "name"): said(one, "Description") for one in sets}
    questions |= {"/".join(node.path): node.description for node in nodes if node.description}
    return Codes(
        MappingProxyType(named),
        MappingProxyType(
            {
                name: Facet(questions.get(name, ""), held.stances, held.codes)
                for name, held in facets.items()
                if held.codes
            }
        ),
        {name: tuple(texts) for name, texts in lost.items() if texts},
    )


def _nodes(above: etree._Element | None, path: tuple[str, ...]) -> Iterator[_Node]:
    group = "" if above is None else said(above, "name")
    for code in children(above, "Code"):
        name = said(code, "name") or guid(code)
        own = (*path, (name.removeprefix(f"{group}{BELOW}") if group else name) or name)
        yield _Node(
            guid=guid(code),
            path=own,
            description=said(code, "Description"),
            colour=said(code, "color"),
            can_code=code.get("isCodable") != "false",
        )
        yield from _nodes(code, own)


def _members(one: etree._Element) -> dict[str, None]:
    """Return the codes of a set, whose number a project calls otherwise than a codebook."""
    return {guid(code, "targetGUID") or guid(code): None for code in children(one, "MemberCode")}


def _add(
    facets: dict[str, Facet],
    named: Named,
    stances: Mapping[str, str] = MappingProxyType({}),
    codes: Mapping[str, str] = MappingProxyType({}),
) -> None:
    held = facets.get(named.facet, Facet("", {}, {}))
    facets[named.facet] = Facet("", {**held.stances, **stances}, {**held.codes, **codes})
