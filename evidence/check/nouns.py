"""What prose counts: nouns before which a number, or a word such as "most", counts the data."""

import re
from dataclasses import dataclass

from evidence.model.codebook import Codebook

# Nouns of any review. To these come the codebook's facets, and what a source can only be one of, as
# far as that is one word, such as a design.
_COUNTED = (
    "source", "study", "claim", "statement", "evaluation", "document", "record", "text",
    "abstract", "trial", "coding", "review", "paper", "article", "report", "publication", "author",
    "experiment", "interviewee", "respondent", "participant", "citation", "reference", "dataset",
    "manuscript", "thesis", "interview", "intervention", "questionnaire", "project", "pilot",
)  # fmt: skip
# Also counted, though a word such as "most" before them may count something else.
_COUNTABLE = (
    "code", "search", "query", "facet", "finding", "verdict", "hit", "database", "country",
    "reviewer", "practitioner", "site", "area", "authority", "council",
)  # fmt: skip
_MASS = "evidence|literature|research"

# Words that end a noun phrase: "some say that sources", "few in the studies".
_NO_ADJECTIVE = (
    "a|an|and|are|as|ask|asked|at|be|bear|been|between|but|by|call|came|could|did|do|does|draw|"
    "expect|find|for|found|from|give|had|has|have|hold|how|if|in|into|is|it|its|may|measure|might|"
    "more|name|named|no|not|nor|on|or|over|raise|read|say|said|show|so|speak|than|that|their|them|"
    "then|they|to|too|was|were|what|when|where|which|who|whom|whose|will|with|would"
)
_ADJECTIVE = rf"(?:(?!(?:{_NO_ADJECTIVE})\b)[^\W\d_][\w'’-]*\s+)"
_OF = r"(?:of\s+)?(?:(?:the|these|those|our|all|its)\s+)?"


@dataclass(frozen=True, slots=True)
class Nouns:
    """Patterns of nouns, with the adjectives before them.

    A word for a quantity counts what is `counted`, or in the singular `counted_one`; a number what
    is `countable`, of which `plurals` are the nouns alone.
    """

    counted: str
    counted_one: str
    countable: str
    plurals: str


def nouns(codebook: Codebook) -> Nouns:
    """Return what a review with this codebook counts."""
    single = {name: row for name, row in codebook.attributes.items() if not row.multiple}
    values = {value for row in single.values() for value in row.values}
    ones = {*_COUNTED, *codebook.facets, *filter(str.isalpha, values)}
    stances = {name for row in codebook.facets.values() for name in row.stances if name.isalpha()}
    counted = "|".join((*sorted(map(_plural, ones)), _MASS))
    countable = "|".join(sorted(map(_plural, {*ones, *_COUNTABLE, *single, *stances})))
    return Nouns(
        counted=rf"{_OF}{_ADJECTIVE}{{0,3}}(?:{counted})\b",
        counted_one=rf"{_ADJECTIVE}{{0,2}}(?:{'|'.join(sorted(ones))}|{_MASS})\b",
        countable=rf"{_OF}{_ADJECTIVE}{{0,3}}(?:{countable})\b",
        plurals=countable,
    )


def _plural(noun: str) -> str:
    if noun.endswith("s"):
        return noun
    ending = re.sub(r"(?<=[^aeiou])y$", "ie", noun)
    return f"{ending}es" if ending.endswith(("x", "ch", "sh")) else f"{ending}s"
