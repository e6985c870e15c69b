"""The names in a file's coded evidence, held to the codebook and to who coded."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from evidence.exchange.codings.coded import CodedEvidence
from evidence.exchange.data_files.held_tables import HeldData
from evidence.model.codebook import Codebook
from evidence.model.faults import Fault, FaultCode, nearest, quote

# For more unknown names it would take long to find what is like them.
_MOST_NEAREST = 200


@dataclass(frozen=True, slots=True)
class Names:
    """What the data call what a file calls otherwise or not at all.

    Attributes
    ----------
    coders
        Coder by the file's name for them, which is empty where it names none.
    stances
        Facet to its stance, if it has one alone: a coding without a stance has that.
    """

    coders: Mapping[str, str]
    stances: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Unknown:
    """A name that the data do not have, and what they have instead."""

    code: FaultCode
    message: str
    allowed: tuple[str, ...]
    name: str


@dataclass(frozen=True, slots=True)
class _Tally:
    """Unknown names: how often each is used, and where first."""

    found: dict[_Unknown, tuple[int, str]] = field(default_factory=dict)

    def add(self, unknown: _Unknown, place: str, times: int = 1) -> None:
        before, first = self.found.get(unknown, (0, place))
        self.found[unknown] = (before + times, first)

    def faults(self, file: str) -> list[Fault]:
        faults = []
        for number, (one, (times, place)) in enumerate(self.found.items()):
            message = one.message if times == 1 else f"{one.message} ({times:,} times)"
            near = nearest(one.name, one.allowed) if number < _MOST_NEAREST else ""
            allowed = ", ".join(one.allowed)
            faults.append(Fault(file, 0, place, one.code, message, allowed, near))
        return faults


def hold_names(found: CodedEvidence, held: HeldData, file: str) -> tuple[Names, list[Fault]]:
    """Return the data's names for coders and stances, and a fault for each name they lack."""
    tally, codebook = _Tally(), held.codebook
    facets = codebook.facets.items()
    lone = {name: next(iter(one.stances)) for name, one in facets if len(one.stances) == 1}
    coders = _coders(found, codebook, tally)
    _hold_codings(found, codebook, lone, tally)
    _hold_answers(found, held, tally)
    return Names(coders, lone), tally.faults(file)


def _coders(found: CodedEvidence, codebook: Codebook, tally: _Tally) -> Mapping[str, str]:
    """Return the coder that each is whom the file names."""
    known = {one.casefold(): one for one in (*codebook.people, *codebook.coders, codebook.agreed)}
    places: dict[str, str] = {}
    for rows in (found.answers, found.codings, found.effects):
        for row in rows:
            places.setdefault(row.coder, row.place)
    named = {name: known[name.casefold()] for name in places if name.casefold() in known}
    others = sorted(places.keys() - named.keys())
    # Where one person codes alone, nobody asks who it was.
    if codebook.coders == (codebook.agreed,) and (others == [""] or len(places) == 1):
        return named | dict.fromkeys(others, codebook.agreed)
    for name in others:
        message = f"the codebook has no coder {quote(name)}" if name else "nothing says who coded"
        names = tuple(known.values())
        tally.add(_Unknown(FaultCode.UNKNOWN_CODER, message, names, name), places[name])
    return named


def _hold_codings(
    found: CodedEvidence, codebook: Codebook, lone: Mapping[str, str], tally: _Tally
) -> None:
    used: dict[tuple[str, str, str], tuple[int, str]] = {}
    for row in found.codings:
        key = (row.facet, row.code, row.stance)
        times, place = used.get(key, (0, row.place))
        used[key] = (times + 1, place)
    facets = codebook.facets
    for (name, code, stance), (times, place) in used.items():
        facet = facets.get(name)
        if facet is None:
            lonely = f"the code {quote(code)} stands in no group that could be a facet"
            message = f"the codebook has no facet {quote(name)}" if name else lonely
            one = _Unknown(FaultCode.UNKNOWN_FACET, message, (*facets,), name)
            tally.add(one, place, times)
            continue
        if code not in facet.codes:
            message = f"{name} has no code {quote(code)}"
            one = _Unknown(FaultCode.UNKNOWN_CODE, message, (*facet.codes,), code)
            tally.add(one, place, times)
        if stance not in facet.stances and (stance or name not in lone):
            of_others = any(stance in other.stances for other in facets.values())
            why = FaultCode.STANCE_NOT_OF_FACET if of_others else FaultCode.UNKNOWN_STANCE
            message = f"{name} has no stance {quote(stance)}"
            message = message if stance else f"nothing says in which stance {name} is held"
            tally.add(_Unknown(why, message, (*facet.stances,), stance), place, times)


def _hold_answers(found: CodedEvidence, held: HeldData, tally: _Tally) -> None:
    """Hold what is said of sources and of effects to what the codebook asks."""
    codebook = held.codebook
    for row in found.answers:
        asked = codebook.attributes.get(row.attribute)
        if asked is None:
            message = f"the codebook asks nothing called {quote(row.attribute)}"
            names = (*codebook.attributes,)
            one = _Unknown(FaultCode.UNKNOWN_ATTRIBUTE, message, names, row.attribute)
            tally.add(one, row.place)
        else:
            _hold_values(row.values, row.attribute, asked.values, row.place, tally)
    for effect in found.effects:
        for name, of_effect in codebook.effects.items():
            if text := effect.cells.get(name):
                column = held.package.tables["effects"].fields[name]
                values = text.split(column.delimiter) if of_effect.multiple else [text]
                _hold_values(values, f"{name} of effects", of_effect.values, effect.place, tally)


def _hold_values(
    values: Collection[str], name: str, known: Collection[str], place: str, tally: _Tally
) -> None:
    for value in values:
        if value not in known:
            message = f"{name} has no value {quote(value)}"
            tally.add(_Unknown(FaultCode.UNKNOWN_VALUE, message, (*known,), value), place)
