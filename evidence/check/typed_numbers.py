"""Numbers that an author typed, and values of the data typed once more."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from evidence.check.faults import ProseCode, ProseFault
from evidence.check.markdown import BLANK, blank, wording
from evidence.check.pieces import HOLE, Piece
from evidence.check.values import Value, copied
from evidence.check.words import COUNTABLE, NOUN_PLURALS, NUMBERS

_MONTH = "(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_YEAR = r"(?:19|20)\d\d"
_EXEMPT = tuple(
    re.compile(pattern, re.MULTILINE)
    for pattern in (
        rf"\b\d{{1,2}}(?:st|nd|rd|th)?\s+{_MONTH}(?:\s+{_YEAR})?\b",
        rf"\b{_MONTH}\s+\d{{1,2}}(?:,\s+{_YEAR})?\b(?!\s*%)",
        rf"\b{_YEAR}-\d\d-\d\d\b",
        # A year may be part of a span, of a decade or of an academic year, but counts nothing.
        rf"(?<![\w.,])(?<!\d\s){_YEAR}(?:s|[-–/]\d{{1,4}})?"
        rf"(?![\w%]|[.,]\d)(?!\s+(?:{NOUN_PLURALS}|per\s?cent)\b)",
        rf"(?<=\b[Tt]he\s){_YEAR}\b(?=\s+(?:{NOUN_PLURALS})\b)",
        r"\b\d{1,2}(?:st|nd|rd|th)[ -]centur(?:y|ies)\b",
        r"(?:\b(?:[Ss]ections?|[Cc]hapters?|[Pp]arts?|[Aa]rticles?|[Pp]aragraphs?|[Aa]nnex(?:es)?)|§+)"
        r"\s*\d+(?:\.\d+)*(?:(?:\s*[,–-]\s*|\s+(?:and|to)\s+)\d+(?:\.\d+)*)*",
        r"^[ \t>]*(?:[-*+][ \t]+)?\(?(?:\d+|#)[.)][ \t]",
    )
)
_NUMBER = r"\.?\d+(?:[.,\u00a0\u202f\u2009]\d+)*(?:\s?%|\s+per\s?cent\b)?|[½⅓⅔¼¾⅕⅛]"
_TYPED = re.compile(
    rf"(?<!\w)(?<!\w[-/.’'_])(?P<number>(?:{_NUMBER})"
    rf"(?:(?:\s+of\s+(?:the\s+)?|\s?[-–]\s?)(?:{_NUMBER}))?)"
)
_FRACTION = re.compile(
    r"\b(?P<number>(?:an?|one|two|three|four|the)[ -](?:thirds?|quarters?|fifths?|sixths?|tenths?))"
    r"(?:\s+or\s+(?:more|fewer|less))?\s+of\s+",
    re.IGNORECASE,
)
_WHOLE = re.compile(rf"{COUNTABLE.pattern}|(?:the\s+)?{HOLE}", re.IGNORECASE)
_WORDED = re.compile(
    rf"(?<![\w-])(?P<number>{'|'.join(sorted(NUMBERS, key=len, reverse=True))})(?:\s+|-(?!\w+-))",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[.!?:;]\s")
_ADVICE = "let the data give it: `{field}` in a wording, `{python} …` in a sentence"


def number_faults(
    pieces: Iterable[Piece], values: Mapping[str, Sequence[Value]]
) -> Iterator[ProseFault]:
    """Find numbers typed by hand, and name those that the data hold now.

    Parameters
    ----------
    values
        What the data count, by the way it is written.
    """
    for piece in pieces:
        text = _wording(piece)
        for at, number, counting in sorted(set(_typed(text, piece.claim))):
            value = copied(
                str(NUMBERS.get(number.lower(), number)), _sentence(text, at), counting, values
            )
            yield _fault(piece, at, number, value)


def _fault(piece: Piece, at: int, number: str, value: Value | None) -> ProseFault:
    line, column = piece.places[at]
    shown = " ".join(number.split())
    if value:
        message = f"'{shown}' is typed by hand and is now {value.meaning}"
        return ProseFault(piece.file, line, column, ProseCode.RETYPED_VALUE, message, _ADVICE)
    message = f"the number '{shown}' is typed by hand"
    advice = f"{_ADVICE}, or mark it `<!-- literal: why -->` (in a cell `# literal: why`)"
    return ProseFault(piece.file, line, column, ProseCode.TYPED_NUMBER, message, advice)


def _wording(piece: Piece) -> str:
    text = blank(wording(piece.text), piece.literal)
    for pattern in _EXEMPT:
        text = pattern.sub(lambda match: BLANK * len(match[0]), text)
    return text


def _typed(text: str, claim: str) -> Iterator[tuple[int, str, bool]]:
    for match in _TYPED.finditer(text):
        counting = bool(COUNTABLE.match(text, _after(text, match.end())))
        yield match.start("number"), match["number"], counting
    # "The five themes" of the claim five-themes are the claim's own and no count.
    named = frozenset(claim.split("-"))
    for pattern, counted in ((_FRACTION, _WHOLE), (_WORDED, COUNTABLE)):
        for match in pattern.finditer(text):
            if match["number"].lower() not in named and counted.match(text, match.end()):
                yield match.start("number"), match["number"], True


def _after(text: str, at: int) -> int:
    return at + len(text[at:]) - len(text[at:].lstrip())


def _sentence(text: str, at: int) -> str:
    start = max((match.end() for match in _SENTENCE.finditer(text, 0, at)), default=0)
    end = _SENTENCE.search(text, at)
    return text[start : end.start() if end else len(text)]
