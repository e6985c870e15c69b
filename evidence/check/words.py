"""The words by which prose counts, and what it counts with them."""

import re

# What the data count; only beside one of these is a number in words taken for a count of the data.
_NOUNS = (
    "sources|studies|inquiries|themes|claims|statements|evaluations|documents|records|texts|"
    "abstracts|trials|codings"
)
_MORE_NOUNS = (
    f"{_NOUNS}|reviews|codes|terms|searches|queries|facets|findings|verdicts|outcomes|designs"
)

_UNITS = "two three four five six seven eight nine"
_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"

NUMBERS = {word: value for value, word in enumerate(_UNITS.split(), 2)}
NUMBERS |= {word: value for value, word in enumerate(_TEENS.split(), 10)}
NUMBERS |= {word: 10 * value for value, word in enumerate(_TENS.split(), 2)}
NUMBERS |= {
    f"{tens}-{unit}": 10 * ten + one
    for ten, tens in enumerate(_TENS.split(), 2)
    for one, unit in enumerate(["one", *_UNITS.split()], 1)
}
NUMBERS |= {"dozen": 12, "hundred": 100}

# Words that end a noun phrase: "some say that sources", "few in the studies".
_NO_ADJECTIVE = (
    "a|an|and|are|as|ask|asked|at|be|bear|been|between|but|by|call|came|could|did|do|does|draw|"
    "expect|find|for|found|from|give|had|has|have|hold|how|if|in|into|is|it|its|may|measure|might|"
    "more|name|named|no|not|nor|on|or|over|raise|read|say|said|show|so|speak|than|that|their|them|"
    "then|they|to|too|was|were|what|when|where|which|who|whom|whose|will|with|would"
)
_ADJECTIVE = rf"(?:(?!(?:{_NO_ADJECTIVE})\b)[^\W\d_][\w'’-]*\s+)"
_OF = r"(?:of\s+)?(?:(?:the|these|those|our|all|its)\s+)?"

COUNTED = re.compile(rf"{_OF}{_ADJECTIVE}{{0,2}}(?:{_NOUNS})\b", re.I)
COUNTABLE = re.compile(rf"{_OF}{_ADJECTIVE}{{0,2}}(?:{_MORE_NOUNS})\b", re.I)
COUNTED_ONE = re.compile(
    rf"{_ADJECTIVE}?(?:source|study|inquiry|theme|claim|statement|evaluation|text)\b", re.I
)
NOUN_PLURALS = _MORE_NOUNS
