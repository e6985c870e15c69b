"""Numbers that an author typed, and values of the data typed once more."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from evidence.check.literals import HOLE
from evidence.check.nouns import Nouns
from evidence.check.prose import Piece, ProseCode, blanked, squeezed
from evidence.check.values import Value, copied
from evidence.engine.faults import Problem

_UNITS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = (
    "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen",
    "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
# "One" is seldom a count: "one of them says".
_NUMBERS = {word: value for value, word in enumerate((*_UNITS[1:], *_TEENS), 2)}
_NUMBERS |= {ten: value * 10 for value, ten in enumerate(_TENS, 2)}
_NUMBERS |= {
    f"{ten}-{unit}": _NUMBERS[ten] + value for ten in _TENS for value, unit in enumerate(_UNITS, 1)
}
_NUMBERS |= {"dozen": 12, "hundred": 100}

_MONTH = "(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_YEAR = r"(?:19|20)\d\d"
_EXEMPT = tuple(
    re.compile(pattern, re.MULTILINE)
    for pattern in (
        rf"\b\d{{1,2}}(?:st|nd|rd|th)?\s+{_MONTH}(?:\s+{_YEAR})?\b",
        rf"\b{_MONTH}\s+\d{{1,2}}(?:,\s+{_YEAR})?\b(?!\s*%)",
        rf"\b{_YEAR}-\d\d-\d\d\b",
        r"\b\d{1,2}(?:st|nd|rd|th)[ -]centur(?:y|ies)\b",
        r"(?:\b(?:[Ss]ections?|[Cc]hapters?|[Pp]arts?|[Aa]rticles?|[Pp]aragraphs?|[Aa]nnex(?:es)?)|§+)"
        r"\s*\d+(?:\.\d+)*(?:(?:\s*[,–-]\s*|\s+(?:and|to)\s+)\d+(?:\.\d+)*)*",
        r"^[ \t>]*(?:[-*+][ \t]+)?\(?(?:\d+|#)[.)][ \t]",
    )
)
_NUMBER = r"\.?\d+(?:[.,\u00a0\u202f\u2009]\d+)*(?:\s?%|\s+per\s?cent\b)?|[½⅓⅔¼¾⅕⅛]"
_TYPED = re.compile(
    rf"(?<!\w)(?<!\w[-/.’'_])(?P<number>(?:{_NUMBER})"
    rf"(?:(?:\s+of\s+(?:the\s+)?|\s?[-–]\s?)(?:{_NUMBER}))?)\s*"
)
_FRACTION = re.compile(
    r"\b(?P<number>(?:an?|one|two|three|four|the)[ -](?:thirds?|quarters?|fifths?|sixths?|tenths?))"
    r"(?:\s+or\s+(?:more|fewer|less))?\s+of\s+",
    re.IGNORECASE,
)
_WORDED = re.compile(
    rf"(?<![\w-])(?P<number>{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})(?:\s+|-(?!\w+-))",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[.!?:;]\s")
_ADVICE = "let the data give it, as `{python} savings.part` does"


def number_faults(
    pieces: Iterable[Piece],
    nouns: Nouns,
    values: Mapping[str, Sequence[Value]],
    claims: Iterable[str] = (),
) -> Iterator[Problem]:
    """Find numbers typed by hand, and name those that the data hold now."""
    phrases = tuple(claim_id.replace("-", " ") for claim_id in claims)
    countable = re.compile(nouns.countable, re.IGNORECASE)
    whole = re.compile(rf"{nouns.countable}|(?:the\s+)?{HOLE}", re.IGNORECASE)
    years = (
        # A year may be part of a span, of a decade or of an academic year, but counts nothing.
        re.compile(
            rf"(?<![\w.,])(?<!\d\s){_YEAR}(?:s|[-–/]\d{{1,4}})?"
            rf"(?![\w%]|[.,]\d)(?!\s+(?:{nouns.plurals}|per\s?cent)\b)"
        ),
        re.compile(rf"(?<=\b[Tt]he\s){_YEAR}\b(?=\s+(?:{nouns.plurals})\b)"),
    )
    for piece in pieces:
        text, offsets = squeezed(piece.wording)
        text = blanked(text, *_EXEMPT[:3], *years, *_EXEMPT[3:])
        found = {
            (match.start("number"), match["number"], bool(countable.match(text, match.end())))
            for match in _TYPED.finditer(text)
        }
        for pattern, counted in ((_FRACTION, whole), (_WORDED, countable)):
            for match in pattern.finditer(text):
                # "The five parts" of a claim five-parts are the claim's own and no count.
                own = text[match.start("number") :].lower().startswith(phrases)
                if not own and counted.match(text, match.end()):
                    found.add((match.start("number"), match["number"], True))
        for at, number, counting in sorted(found):
            digits, shown = str(_NUMBERS.get(number.lower(), number)), " ".join(number.split())
            code, message = ProseCode.TYPED_NUMBER, f"the number '{shown}' is typed by hand"
            advice = f"{_ADVICE}, or mark it `<!-- literal: why -->` (in a cell `# literal: why`)"
            if value := copied(digits, _sentence(text, at), counting, values):
                code, advice = ProseCode.RETYPED_VALUE, _ADVICE
                message = f"'{shown}' is typed by hand and is now {value.meaning}"
            yield piece.fault(offsets[at], code, message, advice)


def _sentence(text: str, at: int) -> str:
    start = max((match.end() for match in _SENTENCE.finditer(text, 0, at)), default=0)
    end = _SENTENCE.search(text, at)
    return text[start : end.start() if end else len(text)]
