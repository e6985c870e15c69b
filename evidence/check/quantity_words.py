"""Words for quantities that an author typed where the data should choose them."""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from evidence.check.literals import HOLE
from evidence.check.nouns import Nouns
from evidence.check.prose import Piece, Typed
from evidence.model.evidence import Quantities

# Stands for what is computed and no number: a citation, a name, a word chosen by the data.
_OTHER = "\x01"
# Before any noun or pronoun, these say how many.
_ANY = (
    "most", "many", "few", "a few", "several", "numerous", "countless", "innumerable",
    "a number of", "a handful of", "a mere handful of", "a small handful of", "a couple of",
    "plenty of", "hardly any", "scarcely any", "barely any",
    "almost all", "nearly all", "virtually all", "practically all", "almost every", "nearly every",
    "virtually every", "practically every", "almost no", "virtually no", "hardly a", "next to no",
    "not one", "not a single", "multiple", "various", "quite a few", "the bulk of", "a majority of",
    "the majority of", "a minority of", "a great many", "a good many", "almost none", "nearly none",
    "the lion's share of", "the lion’s share of", "a multitude of",
)  # fmt: skip
_SIZE = (
    "vast|great|large|overwhelming|small|tiny|growing|substantial|significant|considerable|sizeable|"
    "sizable|clear|slim|narrow|high|low|higher|lower|big|good|fair|limited|increasing|rising|similar|equal|"
    "majority|minority|significant|dwindling|greater|larger|smaller|bare|strong"
)
_AMOUNT = (
    "majority|minority|number|proportion|share|percentage|part|portion|amount|deal|body|fraction|"
    "handful|quantity"
)
# What rises and falls by counting; demand does, too, and is none of a review's.
_MEASURE = (
    "number|numbers|proportion|proportions|share|shares|percentage|rate|count|literature|evidence|"
    "publications|research|attention|interest|mentions|references|coverage"
)
_ROSE = (
    "rise|rises|rose|risen|fall|falls|fell|fallen|grew|grown|grows|growing|increase|increases|"
    "increased|decrease|decreases|decreased|dropped|drops|declined|declines|shrank|shrunk|"
    "expanded|soared|surged|climbed|dwindled|slumped|plummeted"
)
_MULTIPLIED = (
    r"doubl(?:ed|ing)|treb(?:led|ling)|tripl(?:ed|ing)|quadrupl(?:ed|ing)|quintupled|"
    r"halv(?:ed|ing)|multiplied|outnumber\w*|outweigh\w*|predominat(?:e|es|ed)|"
    r"(?:two|three|four|five|six|seven|eight|nine|ten|hundred|many)-?fold(?!\s*[:.;])"
)
_HOW_OFTEN = (
    "common|frequent|frequently|often|prevalent|numerous|popular|widespread|cited|named|mentioned|"
    "reported|discussed|studied|used|noted|raised"
)
# "Some" counts these where it counts no other: what speaks or was looked at.
_VOICES = (
    "commentators|reviewers|researchers|practitioners|professionals|scholars|critics|analysts|observers|academics|"
    "experts|contributors|informants|evaluators|inspectors|witnesses|interviewees|managers|councils|"
    "authorities|agencies|trusts|countries|areas|sites|programmes|schemes|services|schools"
)
_PRONOUN = r"of\s+(?:them|these|those|us|it|this|which|whom|the|our|its|their|all|what)\b"
# What ends a phrase: after it a word such as "many" stands alone.
_NO_NOUN = (
    "and|or|but|as|at|by|for|from|if|in|into|is|it|on|so|than|that|then|to|too|was|were|when|"
    "where|which|who|with|are|be|been|has|have|had|of|a|an|the|i|he|she|they|we|you|often|likely|"
    "recently|recent|more|less|would|will|may|might|can|could|kinds|kind|sorts|things|times|ways|"
    "reasons|parts|forms|shares|years|weeks|months|days|respects|sides|eyes|hands|words|steps"
)
# Words after which a quantity is an aside of the sentence and no finding.
_ASIDE = "".join(
    rf"(?<!\b{word}\s)" for word in ("with", "without", "the", "at", "no", "by", "among", "for")
)
_NOT_BEFORE = "".join(
    rf"(?<!\b{word}\s)"
    for word in (
        "at", "in", "for", r"for\sthe", "the", "too", "so", "after", "above", "no", "not", "how",
        "very", r"quite\sa",
    )
)  # fmt: skip
_NOT_AFTER = (
    r"(?!\s+(?:of\s+what|of\s+all|often|frequent\w*|likely|common\w*|recent\w*|but)\b)"
    r"(?!\s+(?!early\b)\w+ly\b)"
)
_START = r"(?:^|[.;:,(\[|>]\s*|\b(?:and|but|that|because|while|though|since|where)\s+)"
_WORD = r"[\s,(]+[^\W\d_][\w'’-]*"
_OFTEN = "(?:widely|frequently|commonly|often)"
_SAY = (
    "agree|agreed|had|have|is|are|were|was|do|did|say|said|report|reported|find|found|concern|come|"
    "came|measure|measured|mention|mentioned|lack|name|named|praised|use|used|rely|relied|describe|"
    "show|showed"
)
Patterns = tuple[tuple[re.Pattern[str], bool], ...]

_COMPARISONS = ("less than", "fewer", "nearly", "almost")

_WORDS_OR_YEARS = re.compile(r"[\w.]*\.(?:word|change|than|verdict|edition)\b[\w.]*|year")
_NO_NUMBERS = re.compile(r"\b(?:quantity|label|leading|sentence_list|str)\(")


def quantities(text: str, patterns: Patterns) -> Iterator[Typed]:
    """Find words such as "most" typed in a text."""
    for pattern, beside in patterns:
        for match in pattern.finditer(text):
            word = " ".join(match["word"].split())
            yield Typed(match.start("word"), match.end("word"), word, counting=beside)


def quantity_patterns(nouns: Nouns, scale: Quantities) -> Patterns:
    """Return what finds words for quantities, and whether that stands beside a number of the data.

    Parameters
    ----------
    nouns
        What the data count.
    scale
        The words that the data may choose.
    """
    return (
        *((pattern, True) for pattern in _beside(scale)),
        *((pattern, False) for pattern in _before(nouns, scale)),
    )


def _own(scale: Quantities) -> set[str]:
    return {word.removesuffix(" the") for word in scale.words} - {"no", "all", "some"}


def _beside(scale: Quantities) -> tuple[re.Pattern[str], ...]:
    """Return what stands beside a number that the data gave."""
    own = _own(scale)
    shares = _any({*own, *_ANY, "some", "none", "half", "a majority", "the majority", "a minority"})
    changes = _any({*scale.changes, *_ROSE.split("|"), "doubled", "halved"})
    comparisons = _any({*scale.comparisons, *_COMPARISONS})
    return _compiled(
        rf"{_NOT_BEFORE}{shares}{_NOT_AFTER}(?:{_WORD}){{0,4}}[\s,(]*{HOLE}",
        rf"{HOLE}(?:{_WORD}){{0,2}}[\s,(]+{_NOT_BEFORE}"
        rf"(?P<word>\b(?:none|few|most|almost all|nearly all)\b){_NOT_AFTER}",
        rf"{_NOT_BEFORE}(?P<word>\ball) (?:of )?(?:the )?{HOLE}",
        rf"{changes}(?:{_WORD}){{0,4}}[\s,(]*{HOLE}",
        rf"{HOLE} {changes}",
        rf"{_NOT_BEFORE}{comparisons}(?:{_WORD})?[\s(]*{HOLE}",
    )


def _before(nouns: Nouns, scale: Quantities) -> tuple[re.Pattern[str], ...]:
    """Return what says how many by itself."""
    words = _any({*_own(scale), *_ANY})
    of_what = _any(word for word in _ANY if word.endswith(" of"))
    lone = rf"(?![^.;!?]*{HOLE})"
    one = rf"(?:{nouns.counted}|{nouns.counted_one})"
    return _compiled(
        # Before whatever is counted.
        rf"{_ASIDE}{of_what} [^\W\d_]",
        rf"{_ASIDE}{words}(?! (?:{_NO_NOUN})\b) (?!\w+ly [.,;:])[^\W\d_]",
        rf"(?<!the\s)(?<!no\s)(?<!at\s){words} {nouns.counted}",
        rf"{_START}(?P<word>nothing) in the (?:{nouns.plurals}|literature|evidence)\b",
        rf"{words} (?:{_PRONOUN}|(?:{_SAY})\b)",
        rf"(?P<word>\b(?:(?:an?|the) )?(?:{_SIZE})(?: (?:{_SIZE}))? (?:{_AMOUNT})\b)"
        rf"(?= (?:of|{_SAY})\b)",
        rf"(?P<word>\b(?:the|a|an) (?:(?:{_SIZE}) )?(?:majority|minority)) (?!in|on|was)[a-z]",
        rf"(?P<word>\b(?:much|most|some|all|none|every one|any|neither|both|either|certain|half|"
        rf"little)) of (?:them|us|these\b(?! \w+s\b)|{nouns.counted})",
        rf"{_START}(?P<word>none|nobody|no one) (?:of\b|{_SAY}|in the)",
        rf"{_START}(?P<word>each) of (?:the )?{nouns.counted}",
        rf"{_START}(?P<word>no|all|every|both|little|some|any|neither|scant) (?:of the )?{one}"
        r"(?! that\b)",
        rf"{_START}(?P<word>some) (?:\w+ )?(?:{_VOICES})\b",
        rf"(?:^|[.;:] )(?P<word>(?:a|one) single) {nouns.counted_one}",
        rf"(?P<word>\bnot (?:all|every|many)\b) (?:of the )?{one}",
        r"(?P<word>\b(?:almost|nearly|virtually|practically) "
        r"(?:everyone|everybody|nobody|no one|every|each|all|no|none|any))\b(?! always)",
        r"(?P<word>\b(?:hardly|scarcely|barely) any(?:one|body)?)\b",
        r"(?P<word>\b(?:a|several) scores? of) [a-z]+s\b",
        r"(?P<word>\b(?:little|scant|no|much) (?:\w+ )?(?:evidence|research|literature))\b",
        r"(?P<word>\bwithout exception|\ball but (?:a few|a handful))\b",
        r"(?P<word>\ball but "
        r"(?:one|two|three|four|five|six|seven|eight|nine|ten|\w+teen|\w+ty|\d+))\b",
        rf"(?P<word>\b(?:only|just) (?:a )?(?:one|single|few|handful|minority|some)) {one}",
        # Of change, and of one beside another.
        rf"\b(?:{_MEASURE})\b(?: (?!of what)[\w'’-]+){{0,7}}? (?P<word>{_ROSE})\b{lone}",
        rf"\b(?:{nouns.plurals}) (?:(?:have|has|had) )?(?P<word>(?!growing\b)(?:{_ROSE}))\b",
        rf"(?P<word>\b(?:{_ROSE}) in (?:the )?(?:number|share|proportion|percentage))\b",
        rf"(?P<word>\b(?:{_MULTIPLIED}))(?!\w)",
        r"(?P<word>\b(?:twice|half|(?:two|three|four|five|six|ten|\d+|many|several) times) "
        r"(?:as (?:many|much|often|common|likely|frequent\w*)|more|the number|the share))\b",
        rf"(?P<word>\b(?:more|fewer|less)) {nouns.counted} (?:[\w-]+ ){{0,5}}than\b",
        r"(?P<word>\b(?:more|less|better) than (?:anything|any other|all (?:the )?others?))\b",
        r"(?P<word>\b(?:scarcer|rarer|commoner|likelier))(?: [\w-]+){0,4} than\b",
        r"(?P<word>\bas (?:numerous|common|frequent|rare|scarce)) as\b",
        r"(?P<word>\bexceed(?:s|ed)?)\b[^.;:]* in number\b",
        rf"(?:{_HOW_OFTEN}) (?P<word>(?:most|least) often)\b{lone}",
        rf"{_START}(?P<word>fewer|more) {nouns.counted} (?:have|has|had|are|were|was|is)\b",
        rf"{_START}(?P<word>every (?:single )?one) of (?:the|them|these|those|our)\b",
        r"(?P<word>\b(?:more|less) (?:often|frequent\w*|common\w*|numerous|prevalent|widespread|"
        rf"widely))(?: [\w-]+){{0,4}} than\b{lone}",
        r"(?P<word>\b(?:the|their|its) (?:single )?(?:(?:second|third) )?(?:most|least) "
        rf"(?:{_OFTEN} )?(?:{_HOW_OFTEN})|\b(?:most|least) {_OFTEN} (?:{_HOW_OFTEN}))\b{lone}",
        r"(?P<word>\b(?:the )?(?:commonest|(?:largest|biggest|smallest|greatest|highest|lowest) "
        rf"(?:single )?(?:group|share|number|proportion|category|part)))\b{lone}",
        rf"(?P<word>\bthe (?:most|fewest)) {nouns.counted}",
    )


def _compiled(*patterns: str) -> tuple[re.Pattern[str], ...]:
    """Return patterns in which a space is any run of spaces."""
    return tuple(re.compile(pattern.replace(" ", r"\s+"), re.IGNORECASE) for pattern in patterns)


def _any(words: Iterable[str]) -> str:
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    spaced = (re.escape(word).replace(r"\ ", " ") for word in longest_first)
    return rf"(?P<word>\b(?:{'|'.join(spaced)})\b)"


def numbers_alone(piece: Piece, text: str) -> str:
    """Return a text in which no hole stands for a word or a name."""
    for at, end in pairwise((*sorted(piece.holes), len(text))):
        code = piece.holes[at]
        if _WORDS_OR_YEARS.fullmatch(code.partition(":")[0]) or _NO_NUMBERS.search(code):
            text = text[:at] + text[at:end].replace(HOLE, _OTHER) + text[end:]
    return text
