"""Rules in words: what a claim counts, and when it is called what, as an author would say it."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from evidence.model.claims import (
    RATIO,
    STUDY,
    AllOf,
    AnyOf,
    Claim,
    Codes,
    Conditions,
    Count,
    Having,
    Held,
    Measure,
    Named,
    Not,
    Number,
    Quotient,
    Ranked,
    SameCoding,
    Selection,
    WithEffects,
)
from evidence.model.codebook import Attribute, Codebook, Facet
from evidence.words import in_words, label

_NOUNS = {STUDY: "studies", "source": "sources"}
_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
# A selection that lists more is explained once, by its name.
_SHORT = 3
_BARS = {">=": "at least", ">": "more than", "<=": "at most", "<": "less than"}
_SENTENCES = {
    "counted": "It counts {counted}.",
    "supported": "Supported where {supported}; partly supported where {partly}; not supported "
    "otherwise.",
    "no-data": "No verdict where {no-data}.",
    "for": "For the statement speak {for}.",
    "against": "Against it speak {against}.",
    "names": "{names}.",
    "exploratory": "It is exploratory: {exploratory}.",
}


def rule(claim: Claim, codebook: Codebook | None = None) -> Mapping[str, str]:
    """Return what a claim counts and its thresholds, a phrase each, and the names explained.

    Returns
    -------
    Mapping
        ``counted``, ``supported``, ``partly``, ``no-data``; ``for`` and ``against`` where the rule
        says who speaks for or against the statement; ``names`` where selections have any;
        ``exploratory`` where the rule is.
    """
    words, own = _Words(codebook), claim.rule
    numbers = own.numbers
    counted = [n for name, n in numbers.items() if name in (*claim.supported, *claim.partly)]
    groups = [number for number in counted if isinstance(number, Ranked)][:1]
    others = [number for number in counted if not isinstance(number, Ranked)]
    phrases = [words.groups(number, numbers) for number in groups]
    found = {
        "counted": "; ".join(phrases + [words.number(number) for number in others]),
        "supported": _conditions(claim.supported, numbers),
        "partly": _conditions(claim.partly, numbers),
        "no-data": f"there are fewer than {claim.minimum:,} "
        f"{words.those(own.base.selection, own.base.unit, every='')}",
    }
    counts = (numbers.get(name) for name in ("sources", "studies"))
    if own.supporting not in [row.selection for row in counts if isinstance(row, Count)]:
        found["for"] = words.those(own.supporting)
    if own.contrary:
        found["against"] = words.those(own.contrary)
    if names := words.names():
        found["names"] = names
    if claim.exploratory:
        found["exploratory"] = "made up after the results were seen"
    return found


def paragraph(claim: Claim, codebook: Codebook | None = None) -> str:
    """Return a claim's rule as sentences."""
    parts = rule(claim, codebook)
    return " ".join(
        sentence.format(**parts) for part, sentence in _SENTENCES.items() if part in parts
    )


def counted(row: Claim | Measure | None) -> str:
    """Return in words what a claim or a measure counts; nothing of nothing."""
    if isinstance(row, Claim):
        return paragraph(row)
    return measure(row) if row else ""


def measure(row: Measure, codebook: Codebook | None = None) -> str:
    """Return what a measure counts, as a phrase."""
    words = _Words(codebook)
    phrase = words.number(row.number)
    by = f", by {in_words(row.by)}" if row.by else ""
    names = words.names()
    return f"{phrase}{by}" + (f". {names}" if names else "")


def noun(number: Number, numbers: Mapping[str, Number]) -> str:
    """Return what kind of number it is, among those of its rule: "share", "lowest count"."""
    if isinstance(number, Ranked):
        places = {1: "highest", len(number.names): "lowest"}
        place = places.get(number.rank, f"number {number.rank} in rank:")
        return f"{place} {noun(_first(number, numbers), numbers)}"
    return number.kind if isinstance(number, Quotient) else "count"


class _Words:
    """Phrases on the terms of a codebook; remembers the names of selections that they use."""

    def __init__(self, codebook: Codebook | None = None) -> None:
        self._attributes = codebook.attributes if codebook else {}
        self._facets = codebook.facets if codebook else {}
        self._asked = codebook.effects if codebook else {}
        self._named: dict[str, Selection] = {}

    def number(self, number: Number) -> str:
        match number:
            case Quotient(kind):
                verb, link = ("ratio", "to") if kind == RATIO else ("share", "among")
                of, to = (
                    self.those(selection, number.to.unit)
                    for selection in (number.counted, number.to.selection)
                )
                return f"the {verb} of {of} {link} {to}"
            case Codes():
                facet = self._facets.get(number.facet)
                stances = self._stances(number.stances, facet)
                codes = _listed(label(code).lower() for code in number.codes)
                which = f" among {codes}" if codes else ""
                hold = "source holds" if number.held_by == 1 else "sources hold"
                return (
                    f"the codes of the facet {in_words(number.facet)}{which} that at least "
                    f"{number.held_by:,} {hold}{stances}"
                )
            case Count():
                return f"the number of {self.those(number.selection, number.unit)}"
            case _:
                return ""

    def groups(self, ranked: Ranked, numbers: Mapping[str, Number]) -> str:
        rows, of = [], ""
        for name in ranked.names:
            number = numbers[name]
            if isinstance(number, Quotient):
                group = number.counted
                of = f"the share among {self.those(number.to.selection, number.to.unit)}"
            elif isinstance(number, Count):
                group, of = number.selection, f"the number of {_NOUNS[number.unit]}"
            phrase, own = self._which(group), in_words(name)
            known = isinstance(group, Held) and phrase == f"with {in_words(group.facet)} {own}"
            rows.append(phrase if known else f"{phrase} ({own})")
        return f"{of}, for each of these: {'; '.join(rows)}"

    def those(self, selection: Selection, unit: str = "source", every: str = "all ") -> str:
        which = self._which(selection)
        return f"{_NOUNS[unit]} {which}" if which else f"{every}{_NOUNS[unit]}"

    def names(self) -> str:
        explained: dict[str, str] = {}
        while waiting := [name for name in self._named if name not in explained]:
            for name in waiting:
                explained[name] = self.those(self._named[name])
        return "; ".join(f"“{in_words(name)}” are {text}" for name, text in explained.items())

    def _which(self, selection: Selection) -> str:
        match selection:
            case Held():
                found = f"with {self._coded(selection)}"
            case Having(name, values):
                found = f"with no {in_words(name)} stated"
                if values:
                    entry = self._attributes.get(name)
                    found = f"with {in_words(name)} {self._values(values, entry)}"
            case Named(name, inner):
                if isinstance(inner, Having | Held) and _length(inner) <= _SHORT:
                    return self._which(inner)
                self._named[name] = inner
                found = f"in “{in_words(name)}”"
            case Not(part):
                found = self._not(part)
            case AllOf(parts):
                found = _listed(filter(None, map(self._which, parts)), "and")
            case AnyOf(parts):
                found = f"({_listed(map(self._which, parts))})"
            case WithEffects():
                found = self._with_effects(selection)
            case SameCoding(parts):
                facet = next(filter(None, map(_facet, parts)), "")
                phrases = [
                    self._stances(part.stances, self._facets.get(facet)).strip()
                    if isinstance(part, Held) and not part.facet
                    else self._which(part).replace("with ", "of ", 1)
                    for part in parts
                ]
                found = f"with one coding {_listed(phrases, 'and')}"
            case _:
                found = ""
        return found

    def _with_effects(self, selection: WithEffects) -> str:
        found = f"with an effect{self._effects(selection.where)}"
        if selection.mostly:
            found += f", most of them{self._effects(selection.mostly)}"
        if selection.never:
            found += f", none of them{self._effects(selection.never)}"
        return found

    def _effects(self, conditions: Conditions) -> str:
        phrases = [
            f"{in_words(name)} {self._values(values, self._asked.get(name))}"
            for name, values in conditions
        ]
        return f" of {_listed(phrases, 'and')}" if phrases else ""

    def _not(self, part: Selection) -> str:
        phrase = self._which(part)
        if isinstance(part, Having) and not part.values:
            return f"with {in_words(part.name)} stated"
        if phrase.startswith("with ") and not isinstance(part, SameCoding | AllOf):
            return f"without {phrase.removeprefix('with ')}"
        return f"not {phrase}" if phrase.startswith(("in ", "(")) else f"not ({phrase})"

    def _coded(self, held: Held) -> str:
        facet = self._facets.get(held.facet)
        codes = _listed(label(code).lower() for code in held.codes)
        what = f"{in_words(held.facet)} {codes}" if codes else f"any {in_words(held.facet)}"
        return what + self._stances(held.stances, facet)

    def _stances(self, stances: Iterable[str], facet: Facet | None) -> str:
        wanted = tuple(stances)
        return f" in the stance {self._values(wanted, facet)}" if wanted else ""

    def _values(self, values: Iterable[str], entry: Attribute | Facet | None) -> str:
        wanted = tuple(values)
        for role, meant in entry.roles.items() if entry else ():
            if len(meant) > 1 and set(meant) == set(wanted):
                return in_words(role)
        return _listed(label(value).lower() if entry else value for value in wanted)


def _conditions(conditions: Mapping[str, str], numbers: Mapping[str, Number]) -> str:
    return " and ".join(
        _condition(name, condition, numbers) for name, condition in conditions.items()
    )


def _condition(name: str, condition: str, numbers: Mapping[str, Number]) -> str:
    number = numbers[name]
    comparison, _, threshold = condition.partition(" ")
    bar = f"{_BARS[comparison]} {_threshold(threshold, number, numbers)}"
    if not isinstance(number, Ranked):
        what = in_words(name) if isinstance(number, Quotient) else f"number of {in_words(name)}"
        return f"the {what} is {bar}"
    every = len(number.names)
    kind = "shares" if isinstance(_first(number, numbers), Quotient) else "numbers"
    of = f"of the {_word(every)} {kind}"
    # That the third largest is large enough says that three are.
    enough = number.rank if comparison.startswith(">") else every - number.rank + 1
    if enough == every:
        return f"each {of} is {bar}"
    return f"{_word(enough)} {of} {'is' if enough == 1 else 'are'} {bar}"


def _threshold(threshold: str, number: Number, numbers: Mapping[str, Number]) -> str:
    if isinstance(number, Ranked):
        number = _first(number, numbers)
    if isinstance(number, Quotient) and number.kind != RATIO:
        return f"{(Decimal(threshold) * 100).normalize():f}%"
    return threshold


def _first(ranked: Ranked, numbers: Mapping[str, Number]) -> Number:
    return numbers[ranked.names[0]]


def _word(number: int) -> str:
    return _WORDS[number] if number < len(_WORDS) else f"{number:,}"


def _listed(words: Iterable[str], last_link: str = "or") -> str:
    *most, last = [*words] or [""]
    return f"{', '.join(most)} {last_link} {last}" if most else last


def _length(selection: Held | Having) -> int:
    return len(selection.codes if isinstance(selection, Held) else selection.values)


def _facet(selection: Selection) -> str:
    if isinstance(selection, Named):
        return _facet(selection.selection)
    return selection.facet if isinstance(selection, Held) else ""
