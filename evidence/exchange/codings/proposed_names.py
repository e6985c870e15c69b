"""Names for what a file calls otherwise: those of the codebook where they fit, else new ones."""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from evidence.exchange.codings.map_text import Entry
from evidence.exchange.spreadsheets.columns_seen import folded
from evidence.model.codebook import LABELS, Codebook
from evidence.model.evidence import Source

REPORTED = "reported"
_LONGEST = 40
# Words that selections know besides the names of attributes.
_RESERVED = frozenset(
    {"facet", "codes", "stances", "all", "any", "not", "all-codings", "everything", "effects"}
    | {*Source.__dataclass_fields__, "coder"}
)


def slug(text: str) -> str:
    """Return a text as a name: small letters and digits, parted by hyphens."""
    words = _words(text)
    name = ""
    for word in words:
        if name and len(name) + len(word) >= _LONGEST:
            break
        name = f"{name}-{word}" if name else word[:_LONGEST]
    return name


def inner_slug(groups: Sequence[str]) -> str:
    """Return a name for the last of groups within groups: of all, or of the inner ones that fit."""
    for first in range(len(groups)):
        text = " ".join(groups[first:])
        if len("-".join(_words(text))) <= _LONGEST:
            return slug(text)
    return slug(groups[-1])


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return re.sub(r"[\W_]+", "-", letters).strip("-").split("-")


def fitting(text: str, known: Mapping[str, object]) -> str:
    """Return the name among those known that a text is, by itself or by its label."""
    wanted = folded(text)
    for name, meaning in known.items():
        spellings = {folded(name), folded(LABELS.get(name, name))}
        if isinstance(meaning, str):
            spellings.add(folded(meaning))
        if (
            wanted in spellings
            or f"{wanted}s" in spellings
            or wanted.removesuffix("s") in spellings
        ):
            return name
    return ""


@dataclass(slots=True)
class Group:
    """An attribute or a facet as it comes to be.

    Attributes
    ----------
    is_known
        Whether the codebook has it already; what is new of it is in `names` and `stances`.
    known, known_stances
        What the codebook has of it.
    spelled
        Folded text to the name that it got.
    """

    is_known: bool = False
    question: str = ""
    multiple: bool = False
    known: Mapping[str, str] = field(default_factory=dict)
    known_stances: Mapping[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    stances: dict[str, str] = field(default_factory=dict)
    spelled: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Names:
    """The names given so far, beside those of the codebook.

    Attributes
    ----------
    titled
        Folded heading to the name of the facet that it got.
    unsure
        Facets of the codebook that a file knows no stance of, each with those that it could be.
    """

    codebook: Codebook
    attributes: dict[str, Group] = field(default_factory=dict)
    facets: dict[str, Group] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    titled: dict[str, str] = field(default_factory=dict)
    unsure: dict[str, str] = field(default_factory=dict)

    def attribute(self, title: str, *, multiple: bool) -> str:
        """Return the name of an attribute, and note it."""
        known = fitting(title, self.codebook.attributes)
        # One value a source cannot be made several without asking.
        if known and self.codebook.attributes[known].multiple is multiple:
            if known not in self.attributes:
                values = self.codebook.attributes[known].values
                self.attributes[known] = Group(True, multiple=multiple, known=values)
            return known
        taken = {*self.codebook.attributes, *self.attributes, *self.facets, *_RESERVED}
        taken |= {*self.codebook.facets, *self.codebook.effects}
        name = _free(slug(title), taken, "attribute")
        question = title if title.endswith("?") else f"{title}?"
        self.attributes[name] = Group(question=question, multiple=multiple)
        self._label(name, title.rstrip("?"))
        return name

    def facet(self, title: str, question: str = "", name: str = "") -> str:
        """Return the name of a facet, and note it with its question, if there is one.

        Parameters
        ----------
        name
            What a new one is to be called, if that does not follow from its title.
        """
        known = fitting(title, self.codebook.facets)
        if known:
            if known not in self.facets:
                facet = self.codebook.facets[known]
                self.facets[known] = Group(True, known=facet.codes, known_stances=facet.stances)
            return known
        found = self.titled.get(folded(title), "")
        if not found:
            taken = {*self.codebook.attributes, *self.attributes, *self.facets}
            found = self.titled[folded(title)] = _free(name or slug(title), taken, "facet")
            self.facets[found] = Group(question=question or f"{title.rstrip('?')}?")
            self._label(found, title)
        return found

    def value(self, attribute: str, text: str) -> str:
        """Return the name of a value, and note it."""
        return self._named(self.attributes[attribute], text)

    def code(self, facet: str, text: str, meaning: str = "") -> str:
        """Return the name of a code, and note it with its meaning, if there is one."""
        return self._named(self.facets[facet], text, meaning)

    def stance(self, facet: str, text: str = "", meaning: str = "") -> str:
        """Return the name of a stance; without a text, that of whatever a source reports."""
        group = self.facets[facet]
        known = {**group.known_stances, **group.stances}
        if not text:
            if len(group.known_stances) == 1:
                return next(iter(group.known_stances))
            if REPORTED not in known:
                group.stances[REPORTED] = "The study reports it."
                if group.is_known:
                    self.unsure[facet] = ", ".join(group.known_stances)
            return REPORTED
        name = fitting(text, known)
        if not name:
            name = _free(slug(text), known, "stance")
            group.stances[name] = meaning or text
            self._label(name, text)
        return name

    def _named(self, group: Group, text: str, meaning: str = "") -> str:
        spelled = group.spelled.get(folded(text)) or fitting(text, {**group.known, **group.names})
        if not spelled:
            spelled = _free(slug(text), {*group.known, *group.names}, "value")
            group.names[spelled] = meaning or text
            self._label(spelled, text)
        group.spelled[folded(text)] = spelled
        return spelled

    def _label(self, name: str, text: str) -> None:
        """Note how to print a name, where the words would not come to that by themselves."""
        shown = f"{text[:1].upper()}{text[1:]}"
        if name.replace("-", " ").capitalize() != shown and name not in LABELS:
            self.labels.setdefault(name, text)

    def doubts(self) -> list[str]:
        """Return what an author has to say of stances."""
        return [
            f"nothing says in which stance codes of {facet} are held: is {REPORTED}, which would be"
            f" new, one of {stances}?"
            for facet, stances in self.unsure.items()
        ]

    def additions(self, people: Collection[str] = ()) -> tuple[Entry, ...]:
        """Return what the codebook lacks, as a map has it."""
        found = []
        if people:
            found.append(Entry("people", [*people]))
        attributes = [
            Entry(name, (*_asked(group), Entry("values", _texts(group.names))))
            for name, group in self.attributes.items()
            if group.names
        ]
        facets = [
            Entry(
                name,
                (
                    *_asked(group),
                    *([Entry("stances", _texts(group.stances))] if group.stances else []),
                    *([Entry("codes", _texts(group.names))] if group.names else []),
                ),
            )
            for name, group in self.facets.items()
            if group.names or group.stances
        ]
        for key, entries in (("attributes", attributes), ("facets", facets)):
            if entries:
                found.append(Entry(key, tuple(entries)))
        if self.labels:
            found.append(Entry("labels", _texts(self.labels)))
        return tuple(found)


def _asked(group: Group) -> tuple[Entry, ...]:
    if group.is_known:
        return ()
    asked = Entry("question", group.question)
    return (asked, Entry("multiple", True)) if group.multiple else (asked,)


def _texts(texts: Mapping[str, str]) -> tuple[Entry, ...]:
    return tuple(Entry(name, text) for name, text in texts.items())


def _free(name: str, taken: Collection[str], otherwise: str) -> str:
    """Return a name that is not taken, by a number behind it if need be."""
    wanted = name or otherwise
    number = 2
    while wanted in taken or (not name and wanted == otherwise):
        wanted = f"{name or otherwise}-{number - (not name)}"
        number += 1
    return wanted
