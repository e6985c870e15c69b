"""What the data count now, to say whether a number in prose was copied from them."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from evidence.findings.verdicts import Editions
from evidence.model.evidence import Evidence
from evidence.words import numbers

_WORD = re.compile(r"[^\W\d_]{4,}")
# Words of most sentences of a report: they don't say what a number counts.
_COMMON = frozenset(
    _WORD.findall(
        "source study number share part that claim among which with from statement finding edition "
        "there their them they than have what when hold"
    )
)
# Below the one, a number equals too many values to be called a copy; from the other on, few.
_FEW, _TELLING = 10, 100


@dataclass(frozen=True, slots=True)
class Value:
    """A number of the data, what it counts, and the words of a sentence that is about it.

    One of these words is enough for a `central` number, a total or one of a finding; a count of a
    code or an attribute needs all of them.
    """

    meaning: str
    about: frozenset[str]
    central: bool


def data_values(evidence: Evidence, editions: Editions) -> Mapping[str, Sequence[Value]]:
    """Return the numbers of the data by the way they are written, without separators."""
    common = _COMMON | _stems(" ".join(evidence.codebook.facets))
    values: dict[str, list[Value]] = defaultdict(list)
    for number, meaning, about in (*_totals(evidence), *_found(editions)):
        values[plain(number)].append(Value(meaning, _stems(about) - common, central=True))
    for count, meaning, about in _counts(evidence):
        values[str(count)].append(Value(meaning, _stems(about) - common, central=False))
    return values


def plain(text: str) -> str:
    """Return a number as a key: no separators or spaces, "%" for "per cent"."""
    text = re.sub(r"\s*per\s?cent", "%", text.lower())
    parts = (re.sub(r"(?<=\d)[,\s](?=\d{3})", "", part) for part in re.split(r"\s+of\s+", text))
    return " of ".join(part.replace("the ", "").replace(" ", "") for part in parts)


def copied(
    text: str, sentence: str, counting: bool, values: Mapping[str, Sequence[Value]]
) -> Value | None:
    """Return the value of the data that a number in a sentence looks copied from.

    A number that fits by chance is told apart by the words around it, unless it stands before what
    the data count (`counting`), or is a share, a part of a whole, a decimal or large.
    """
    whole = plain(text)
    candidates = values.get(whole, ())
    if not candidates or (whole.isdecimal() and int(whole) < _FEW):
        return None
    around = _stems(sentence)
    telling = counting or not whole.isdecimal() or int(whole) >= _TELLING
    fitting = [
        value
        for value in candidates
        if (telling or value.about & around if value.central else set() < value.about <= around)
    ]
    return max(fitting, key=lambda value: len(value.about & around), default=None)


def _totals(evidence: Evidence) -> Iterator[tuple[str, str, str]]:
    agreed = sum(row.coder == evidence.codebook.agreed for row in evidence.codings)
    for number, meaning in (
        (len(evidence.counted()), "the number of sources counted"),
        (len(evidence.sources), "the number of sources with the baseline"),
        (len(evidence.claims.claims), "the number of statements"),
        (len(evidence.codings), "the number of codings"),
        (agreed, "the number of agreed codings"),
        (len(evidence.searches), "the number of queries"),
        (len({row.search for row in evidence.searches}), "the number of searches"),
        (len(evidence.screening), "the number of records logged"),
    ):
        yield str(number), meaning, meaning
    for decision, number in Counter(row.decision for row in evidence.screening).items():
        yield str(number), f"the number of records with the decision {decision}", decision


def _found(editions: Editions) -> Iterator[tuple[str, str, str]]:
    for finding in (*editions.now.values(), *editions.then.values()):
        for name, number in numbers(finding).items():
            meaning = f"{name} of {finding.claim_id} in the edition of {finding.edition}"
            yield number.text, meaning, f"{finding.statement} {finding.claim_id} {name}"


def _counts(evidence: Evidence) -> Iterator[tuple[int, str, str]]:
    """Yield how many sources hold each code, in any stance and in each, and each attribute."""
    holders: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for facet in evidence.codebook.facets:
        for row in evidence.agreed_codings(facet):
            holders[facet, row.code].add(row.source_id)
            holders[facet, row.code, row.stance].add(row.source_id)
    for (facet, *code), sources in holders.items():
        meaning = f"the sources that hold {facet}:{' as '.join(code)}"
        yield len(sources), meaning, " ".join(code)
    held = Counter(
        (name, value)
        for row in evidence.agreed.values()
        for name, values in row.values.items()
        for value in values
    )
    held.update(("basis", evidence.sources[key].basis) for key in evidence.counted())
    for (name, value), number in held.items():
        yield number, f"the sources of {name} {value}", f"{name} {value}"


def _stems(text: str) -> frozenset[str]:
    return frozenset(
        re.sub(r"(?:ies|y)$", "y", word) if word.endswith(("ies", "y")) else word.removesuffix("s")
        for word in _WORD.findall(text.lower().replace("_", " "))
    )
