"""Numbers that an author typed, and values of the data typed once more."""

import re
from collections.abc import Iterator
from functools import cache

from evidence.check.nouns import Nouns
from evidence.check.prose import Typed

_UNITS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = (
    "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen",
    "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_WORTH = {word: value for value, word in enumerate((*_UNITS, *_TEENS), 1)}
_WORTH |= {ten: value * 10 for value, ten in enumerate(_TENS, 2)}
_WORTH |= {"a": 1, "an": 1, "dozen": 12, "hundred": 100, "thousand": 1000, "million": 1000000}
_PARTS = {
    "half": 2, "halve": 2, "third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "seventh": 7,
    "eighth": 8, "ninth": 9, "tenth": 10, "twentieth": 20, "hundredth": 100,
}  # fmt: skip

_DIGITS = (
    r"\.?\d+(?:[.,\u00a0\u202f\u2009]\d+)*(?:\s?%|\s+per\s?cent(?:age\s+points?)?\b)?"
    r"|[½⅓⅔¼¾⅕⅛]|[\u2160-\u217f]+"
)
_TYPED = re.compile(
    rf"(?<!\w)(?<!\w[-/.’'_])(?P<number>(?:{_DIGITS})"
    rf"(?:(?:\s+(?:out\s+)?of\s+(?:the\s+)?|\s+to\s+|\s?[-–]\s?)(?:{_DIGITS}))?)"
)
_ONE = "|".join((*_TENS, *_TEENS, *_UNITS))
_UNDER_100 = rf"(?:(?:{'|'.join(_TENS)})[-\s](?:{'|'.join(_UNITS)})\b|{_ONE})"
_GREAT = "hundred|thousand|million|dozen"
_WORD = (
    rf"(?:(?:(?:{_ONE}|an?|half a)[-\s])?(?:{_GREAT})(?:[-\s](?:thousand|million))?"
    rf"(?: and {_UNDER_100}\b)?|{_UNDER_100})"
)
_MANY = rf"(?!one\b){_WORD}"
# Larger than the numbers of an arrangement, such as two parents or three tiers.
_LARGE = rf"(?!(?:{'|'.join(_UNITS)}|ten|an?)\b){_WORD}"
_PART = r"(?:hal(?:f|ves)|(?:third|quarter|fifth|sixth|seventh|eighth|ninth|tenth|twentieth)s?)"
_A_PART = rf"(?:(?:{_ONE}|an?|the other)[-\s])?{_PART}"
_PARTS_OF_MANY = r"(?:thirds|quarters|fifths|sixths|sevenths|eighths|tenths)"
# After a number without a noun.
_VERB = (
    "had|have|has|were|was|are|is|did|do|does|report|reported|mention|mentioned|measure|measured|"
    "found|find|concern|concerned|name|named|agree|agreed|use|used|come|came|say|said|contain|"
    "describe|described|show|showed|cover|covered|in all|altogether"
)
_BY = "by|to|about|nearly|almost|over|under|roughly|around|than|only|just|another|at least|at most"


def numbers(text: str, nouns: Nouns) -> Iterator[Typed]:
    """Find the numbers in a text, in digits or in words."""
    counted = re.compile(rf"[\s,]*{nouns.countable}", re.IGNORECASE)
    for match in _TYPED.finditer(text):
        yield _found(match, bool(counted.match(text, match.end())))
    for pattern in _worded(nouns.countable):
        for match in pattern.finditer(text):
            yield _found(match, counting=True)


def _found(match: re.Match[str], counting: bool) -> Typed:
    word = " ".join(match["number"].split())
    return Typed(match.start("number"), match.end("number"), word, worth(word), counting)


@cache
def _worded(countable: str) -> tuple[re.Pattern[str], ...]:
    return tuple(
        re.compile(rf"(?<![\w-]){pattern}".replace(" ", r"\s+"), re.IGNORECASE)
        for pattern in (
            # Parts.
            rf"(?P<number>(?:{_ONE}|an?)(?: [a-z]+)? (?:in|out of) (?:every )?{_WORD})\b"
            r"(?![-\s](?:years?|months?|weeks?))",
            rf"(?P<number>(?:a )?{_WORD} per\s?cent(?:age points?)?)\b",
            rf"(?P<number>{_A_PART})\b(?: or (?:more|fewer|less))? "
            rf"(?:of\b|(?:the|these|those|its|their|our|all)\b|{countable})",
            rf"(?:{_BY}) (?P<number>(?:(?:{_ONE}|an?)[-\s])?{_PART})\b"
            r"(?! (?:term|party|sector|time))",
            rf"(?P<number>the other half|(?:two|three|four)[-\s]{_PARTS_OF_MANY})\b",
            rf"(?:^|(?<=[.;:]\s))(?P<number>(?:(?:{_ONE}|an?)[-\s])?{_PART}) (?:{_VERB})\b",
            # Wholes.
            rf"(?P<number>{_MANY})(?: |-(?!\w+-)){countable}",
            rf"(?P<number>{_LARGE})\b(?!-)(?= (?-i:[a-z]))",
            rf"(?:only|just|but|exactly|altogether) (?P<number>{_MANY})\b"
            r"(?!-)(?! (?:in|of many)\b)",
            rf"(?P<number>{_MANY})(?: or (?:more|fewer))? of (?:them|these|those|the)\b",
            rf"(?<!the\s)(?<!other\s)(?P<number>{_MANY}) (?:{_VERB})\b",
            rf"(?P<number>an? (?:pair|trio|dozen)) of (?:[\w-]+ )?{countable}",
            rf"\bof the (?:[\w-]+,? ){{1,4}}?(?P<number>{_MANY}) (?:{_VERB}|[a-z]+ed)\b",
            r"(?P<number>(?:dozens|scores|hundreds|thousands|tens) of)\s",
        )
    )


def worth(words: str) -> str:
    """Return what a number in words is worth in digits: "2/3" for "two thirds"."""
    low = re.sub(r"[\s-]+", " ", words.lower())
    if shares := re.fullmatch(r"(.+?) per ?cent.*", low):
        return f"{worth(shares[1])}%"
    if among := re.fullmatch(r"(\w+)(?: \w+)? (?:in|out of)(?: every)? (.+)", low):
        return f"{worth(among[1])}/{worth(among[2])}"
    parts = [part for part in low.split() if part not in ("and", "the", "other")]
    last = parts[-1].removesuffix("s") if parts else ""
    if last in _PARTS:
        return f"{sum(_WORTH.get(part, 0) for part in parts[:-1]) or 1}/{_PARTS[last]}"
    if parts[:1] == ["half"] and parts[-1] in _WORTH:
        return str(_WORTH[parts[-1]] // 2)
    total = group = 0
    for part in parts:
        if part not in _WORTH:
            return words
        if _WORTH[part] in (12, 100) and group:
            group *= _WORTH[part]
        elif _WORTH[part] >= 1000:
            total, group = total + (group or 1) * _WORTH[part], 0
        else:
            group += _WORTH[part]
    return str(total + group)
