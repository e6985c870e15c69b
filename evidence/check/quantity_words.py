"""Words for quantities that an author typed where the data should choose them."""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from evidence.check.literals import HOLE
from evidence.check.nouns import Nouns
from evidence.check.prose import Piece, ProseCode, squeezed
from evidence.engine.faults import Problem
from evidence.model.evidence import Quantities

# Stands for what is computed and no number: a citation, a name, a word chosen by the data.
_OTHER = "\x01"
# What `quantities.yml` calls otherwise, or leaves out on purpose.
_SHARES = (
    "none", "nearly all", "half", "most", "a few", "a majority", "the majority", "a minority",
    "almost every", "nearly every",
)  # fmt: skip
_LOOSE = ("many", "a handful", "hardly any", "almost no")
# After a number, "some" begins another thought: "12 sources some detail is missing".
_AFTER_NUMBER = ("none", "few", "most", "almost all", "nearly all")
_CHANGES = (
    "rise", "rises", "risen", "fall", "falls", "fallen", "grew", "grown", "increased", "decreased",
    "dropped", "doubled", "halved",
)  # fmt: skip
_COMPARISONS = ("less than", "fewer", "nearly", "almost")

_WORDS_OR_YEARS = re.compile(r"[\w.]*\.(?:word|change|than|verdict|edition)\b[\w.]*|year")
_NO_NUMBERS = re.compile(r"\b(?:quantity|label|leading|sentence_list|str)\(")
_WORD = r"[\s,(]+[^\W\d_][\w'’-]*"
_NOT_BEFORE = (
    r"(?<!\bat )(?<!\bin )(?<!\bfor )(?<!\bfor the )(?<!\bthe )(?<!\btoo )(?<!\bso )(?<!\bafter )"
    r"(?<!\babove )(?<!\bno )(?<!\bnot )(?<!\bhow )(?<!\bvery )(?<!\bquite a )"
)
_START = r"(?:^|[.;:,(]\s+|\b(?:and|but)\s+)"
_NOT_AFTER = (
    r"(?!\s+(?:of\s+what|of\s+all|often|frequent\w*|likely|common\w*|recent\w*|but)\b)"
    r"(?!\s+(?!early\b)\w+ly\b)"
)


def quantity_faults(
    pieces: Iterable[Piece], nouns: Nouns, quantities: Quantities
) -> Iterator[Problem]:
    """Find words such as "most" typed beside a computed number or before what the data count."""
    patterns = _patterns(nouns, quantities)
    for piece in pieces:
        text, offsets = squeezed(_wording(piece))
        found = {
            match.start("word"): " ".join(match["word"].split())
            for pattern in patterns
            for match in pattern.finditer(text)
        }
        for at, word in sorted(found.items()):
            yield piece.fault(
                offsets[at],
                ProseCode.UNBOUND_QUANTITY,
                f"'{word}' is typed by hand",
                "let the data choose it: `{python} savings.word.part`, `.change.share` or "
                "`.than.sources` of a claim, or `quantity(part, whole)`; or say it without",
            )


def _patterns(nouns: Nouns, quantities: Quantities) -> tuple[re.Pattern[str], ...]:
    words = {word.removesuffix(" the") for word in quantities.words}
    shares = _any({*words, *_SHARES} - {"no", "all"})
    changes = _any({*quantities.changes, *_CHANGES})
    comparisons = _any({*quantities.comparisons, *_COMPARISONS})
    before_noun = _any({*words, *_SHARES, *_LOOSE} - {"no", "all"})
    return tuple(
        re.compile(pattern, re.IGNORECASE)
        for pattern in (
            rf"{_NOT_BEFORE}{shares}{_NOT_AFTER}(?:{_WORD}){{0,4}}[\s,(]*{HOLE}",
            rf"{HOLE}(?:{_WORD}){{0,2}}[\s,(]+{_NOT_BEFORE}{_any(_AFTER_NUMBER)}{_NOT_AFTER}",
            rf"{_NOT_BEFORE}(?P<word>\ball)\s+(?:of\s+)?(?:the\s+)?{HOLE}",
            rf"{changes}(?:{_WORD}){{0,4}}[\s,(]*{HOLE}",
            rf"{HOLE}\s+{changes}",
            rf"{_NOT_BEFORE}{comparisons}(?:{_WORD})?[\s(]*{HOLE}",
            rf"{_NOT_BEFORE}{before_noun}{_NOT_AFTER}\s+{nouns.counted}",
            rf"(?P<word>\b(?:almost|nearly)\s+every)\s+{nouns.counted_one}",
            # "On all sources" names a set; "all sources say" states a finding.
            rf"{_START}(?P<word>no)\s+(?:{nouns.counted}|{nouns.counted_one})",
            rf"{_START}(?P<word>all)\s+{nouns.counted}(?!\s+that\b)",
            rf"(?P<word>\b(?:more|fewer))\s+{nouns.counted}\s+than\b",
        )
    )


def _any(words: Iterable[str]) -> str:
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    spaced = (re.escape(word).replace(r"\ ", r"\s+") for word in longest_first)
    return rf"(?P<word>\b(?:{'|'.join(spaced)})\b)"


def _wording(piece: Piece) -> str:
    text = piece.wording.replace("\n", " ")
    for at, end in pairwise((*sorted(piece.holes), len(text))):
        code = piece.holes[at]
        if _WORDS_OR_YEARS.fullmatch(code.partition(":")[0]) or _NO_NUMBERS.search(code):
            text = text[:at] + text[at:end].replace(HOLE, _OTHER) + text[end:]
    return text
