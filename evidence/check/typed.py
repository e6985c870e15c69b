"""What of the wording an author typed and the data do not bear: numbers, and words for quantities.

Each place is told once: of what overlaps, or stands before a number as "nearly" does, the first.
"""

import re
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from importlib import resources
from operator import attrgetter

from evidence.check.no_counts import NO_COUNTS, YEAR
from evidence.check.nouns import Nouns
from evidence.check.prose import Piece, ProseCode, Typed, blanked, squeezed
from evidence.check.quantity_words import numbers_alone, quantities, quantity_patterns
from evidence.check.typed_numbers import numbers
from evidence.check.values import Value, copied
from evidence.engine.faults import Problem
from evidence.engine.results import Cache, digest
from evidence.model.evidence import Quantities

_ITEM = re.compile(r"^[ \t>]*(?:[-*+][ \t]+)?\(?(?:\d+|#)[.)][ \t]", re.MULTILINE)
_SENTENCE = re.compile(r"[.!?:;]\s")
_ADVICE = "let the data give it, as `{python} savings.part` does"
_LITERAL = "or mark it `<!-- literal: why -->` (in a cell `# literal: why`)"
_CHOICE = (
    "let the data choose it: `{python} savings.word.part`, `.change.share` or `.than.sources` of a "
    "claim, or `quantity(part, whole)`; or say it without"
)


def typed_faults(
    pieces: Sequence[Piece],
    nouns: Nouns,
    values: Mapping[str, Sequence[Value]],
    scale: Quantities,
    claims: Collection[str] = (),
) -> Iterator[Problem]:
    """Find numbers and words for quantities typed by hand, and name what the data hold now."""
    for piece, at, row, sentence in _found(pieces, nouns, scale, claims):
        code, message, advice = _told(row, sentence, values)
        yield piece.fault(at, code, message, advice)


def pieces_with_typed(
    pieces: Iterable[Piece],
    nouns: Nouns,
    scale: Quantities,
    claims: Collection[str],
    cache: Cache,
) -> list[Piece]:
    """Return the pieces in which `typed_faults` finds anything: of a finished text, none.

    To look takes long. The cache keeps which pieces have nothing, wherever they stand.
    """
    key = digest([repr((sys.version, *_code(), nouns, scale, tuple(claims))).encode()])
    known = {*(cache.get(key) or b"").decode().split()}
    named = [(_named(piece), piece) for piece in pieces]
    new = {name: piece for name, piece in named if name not in known}
    found = {_named(row[0]) for row in _found([*new.values()], nouns, scale, claims)}
    nothing = {name for name, _ in named} - found
    if nothing != known:
        cache.put(key, "\n".join(sorted(nothing)).encode())
    return [piece for name, piece in named if name in found]


def _named(piece: Piece) -> str:
    return digest([repr((piece.text, sorted(piece.holes.items()), piece.literal)).encode()])


def _code() -> Iterator[str]:
    for file in sorted(resources.files(__package__).iterdir(), key=attrgetter("name")):
        if file.name.endswith(".py"):
            yield file.read_text("utf-8")


def _found(
    pieces: Sequence[Piece], nouns: Nouns, scale: Quantities, claims: Collection[str]
) -> Iterator[tuple[Piece, int, Typed, str]]:
    """Yield each place by its offset in a piece, with the sentence that it stands in."""
    if not pieces:
        return
    phrases = tuple(claim_id.replace("-", " ") for claim_id in claims)
    patterns = quantity_patterns(nouns, scale)
    years = (
        # A year may be part of a span, of a decade or of an academic year, but counts nothing.
        re.compile(
            rf"(?<![\w.,])(?<!\d\s)(?:{YEAR})(?:s|[-–/]\d{{1,4}})?"
            rf"(?![\w%]|[.,]\d)(?!\s+(?:{nouns.plurals}|per\s?cent)\b)"
        ),
        re.compile(rf"(?<=\b[Tt]he\s)(?:{YEAR})\b(?=\s+(?:{nouns.plurals})\b)"),
    )
    for piece in pieces:
        text, offsets = squeezed(numbers_alone(piece, piece.wording))
        text = blanked(text, *NO_COUNTS, *years, _ITEM)
        found = (*numbers(text, nouns), *quantities(text, patterns))
        end, chosen = 0, piece.chosen
        for row in sorted(found, key=lambda row: (row.start, -row.end)):
            # "The five parts" of a claim five-parts are the claim's own and no count.
            if row.start < end or text[row.start :].lower().startswith(phrases):
                continue
            end, at = row.end, offsets[row.start]
            if not (row.worth or row.counting) and any(a < at < b for a, b in chosen):
                continue
            yield piece, at, row, _sentence(text, row.start)


def _told(
    row: Typed, sentence: str, values: Mapping[str, Sequence[Value]]
) -> tuple[ProseCode, str, str]:
    if not row.worth:
        return (
            ProseCode.UNBOUND_QUANTITY,
            f"'{row.word}' is typed by hand",
            f"{_CHOICE}, {_LITERAL}",
        )
    if value := copied(row.worth, sentence, row.counting, values):
        message = f"'{row.word}' is typed by hand and is now {value.meaning}"
        return ProseCode.RETYPED_VALUE, message, _ADVICE
    worth = "" if row.worth == row.word else f": '{row.word}' is {row.worth}"
    message = f"the number '{row.word}' is typed by hand{worth}"
    return ProseCode.TYPED_NUMBER, message, f"{_ADVICE}, {_LITERAL}"


def _sentence(text: str, at: int) -> str:
    start = max((match.end() for match in _SENTENCE.finditer(text, 0, at)), default=0)
    end = _SENTENCE.search(text, at)
    return text[start : end.start() if end else len(text)]
