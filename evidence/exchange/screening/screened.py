"""What another tool's record says of its screening: who decided what, and why.

Rayyan and Covidence write it into notes, ASReview into notes or a column, EPPI-Reviewer into codes.
"""

import html
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from evidence.exchange.looks import Look
from evidence.exchange.sources.records import Record

INCLUDE, EXCLUDE, MAYBE = "include", "exclude", "maybe"
# The lists that a tool keeps: who exports one gets records that do not say which it was.
LISTS = ("included", "excluded", "irrelevant", "duplicates")
INCLUDED, EXCLUDED, IRRELEVANT, DUPLICATES = LISTS
WAITING = "waiting"
# Covidence names its files so; what waits for a decision is in "screen" and "select".
_NAMED = re.compile(r"_(included|excluded|irrelevant|select|screen)(?:_csv|_ris|_excel)?_")

_VOTES = re.compile(r"RAYYAN-INCLUSION:?\s*\{([^{}]*)\}")
_VOTE = re.compile(r'"((?:[^"\\]|\\.)*)"\s*=>\s*"?(\w+)"?')
_PARTS = re.compile(r"\||;(?=\s*(?:RAYYAN|USER)-)")
_REASONS = "RAYYAN-EXCLUSION-REASONS:"
_LABEL = re.compile(r"\bASReview_(relevant|irrelevant)\b")
_LABELS = (
    "asreview_label", "included", "label", "final_included", "label_included", "included_label",
    "included_final", "included_flag", "include", "decision",
)  # fmt: skip
_REASON = re.compile(r"Exclusion reason:\s*([^;|]+)", re.IGNORECASE)
_STATUS = ("I/E/D/S flag", "ItemStatus")
# What only a table of a screening has at its beginning.
_SIGNS = (
    b"RAYYAN-INCLUSION", b"asreview_label", b"label_included", b"Covidence #", b"I/E/D/S flag",
)  # fmt: skip
# A code of EPPI-Reviewer: in JSON what stands under the name of its set, in a report a column.
_CODE = re.compile(r"(Include|Exclude): (.*)", re.DOTALL)
_COLUMN = re.compile(r"(include|exclude) (.*)", re.IGNORECASE | re.DOTALL)
_LED = re.compile(r"(?:(?:in|ex)clude\w*)?\s*(?:based on|on|:)?\s*", re.IGNORECASE)
_EARLY = re.compile(r"\btitle|\babstract|\bt&a\b|\btiab\b", re.IGNORECASE)
_LATE = re.compile(r"full[- ]?text", re.IGNORECASE)
_WORDS: Mapping[str, Collection[str]] = {
    INCLUDE: {"included", "include", "yes", "true", "relevant", "1", "1.0", "i", "(i)"},
    EXCLUDE: {"excluded", "exclude", "no", "false", "irrelevant", "0", "0.0", "e", "(e)"},
    MAYBE: {"maybe", "undecided"},
}
_DUPLICATE = frozenset({"d", "(d)", "s", "(s)"})


@dataclass(frozen=True, slots=True)
class Screened:
    """A record and what became of it.

    Attributes
    ----------
    decision
        Empty where nobody has decided, or people decided differently; `why` says which.
    stage
        The list that it is on, if it is excluded: `EXCLUDED` after its text was read,
        `IRRELEVANT` by title and abstract, or `DUPLICATES`.
    reasons
        Why it is excluded, as the file words it; the first counts.
    """

    record: Record
    decision: str
    stage: str = ""
    reasons: tuple[str, ...] = ()
    why: str = ""


def is_screening(look: Look) -> bool:
    """Say whether a file looks like a table in which a tool of screening says what was decided."""
    return look.is_table and any(sign in look.start for sign in _SIGNS)


def named_list(name: str) -> str:
    """Return which list a file holds by its name, `WAITING` for one without decisions."""
    match = _NAMED.search(name.lower())
    return "" if not match else match[1] if match[1] in LISTS else WAITING


def screened(records: Collection[Record], listed: str) -> list[Screened]:
    """Return what each record says of its screening.

    Parameters
    ----------
    listed
        Which of `LISTS` the file is, if it is known. It decides where a record says nothing, and
        where those fell that are excluded; on a list of what is not included, nothing is.
    """
    # A report on titles and abstracts says so in some of its columns only.
    early = any(_COLUMN.fullmatch(tag) and _EARLY.search(tag) for tag in _tags(records))
    coded = [[*_codes(record, early=early)] for record in records]
    read = any(not _EARLY.search(where) for codes in coded for where, _, _ in codes)
    told = []
    for record, codes in zip(records, coded, strict=True):
        one = _by_codes(record, codes, read=read) if codes else _by_notes(record, listed)
        if one.decision == INCLUDE and listed in LISTS[1:]:
            one = Screened(record, "", why=f"is not {listed}, but included")
        told.append(one)
    return told


def _by_notes(record: Record, listed: str) -> Screened:
    if any(tag in _STATUS and text.lower() in _DUPLICATE for tag, text in record.rest):
        return Screened(record, EXCLUDE, DUPLICATES)
    texts = [html.unescape(record.one("annote")), *(f"{tag}: {text}" for tag, text in record.rest)]
    reasons = tuple(_reasons(texts))
    votes = dict(_votes(texts))
    said = {vote for vote in votes.values() if vote}
    if not said and reasons:
        said = {EXCLUDE}
    if not said and listed in LISTS:
        said = {INCLUDE if listed == INCLUDED else EXCLUDE}
    if said == {EXCLUDE}:
        known = EXCLUDED if reasons else IRRELEVANT
        return Screened(record, EXCLUDE, listed if listed in LISTS[1:] else known, reasons)
    if said == {INCLUDE}:
        return Screened(record, INCLUDE)
    if listed == WAITING:
        return Screened(record, "", why="on the list of those that wait for a decision")
    if len(said) > 1:
        told = ", ".join(f"{name} {vote}" for name, vote in votes.items() if vote)
        return Screened(record, "", why=f"not agreed: {told}")
    return Screened(record, "", why="nobody is sure" if said else "nobody has decided")


def _votes(texts: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield each person's decision; ASReview knows no persons."""
    for text in texts:
        for braces in _VOTES.findall(text):
            yield from ((name, _word(vote)) for name, vote in _VOTE.findall(braces))
        yield from (("ASReview", _word(label)) for label in _LABEL.findall(text))
        tag, sign, value = text.partition(": ")
        if sign and tag.lower() in (*_LABELS, *map(str.lower, _STATUS)):
            yield tag, _word(value)


def _word(text: str) -> str:
    plain = text.strip().lower()
    return next((vote for vote, words in _WORDS.items() if plain in words), "")


def _reasons(texts: Collection[str]) -> Iterator[str]:
    for text in texts:
        for part in map(str.strip, _PARTS.split(text)):
            if part.startswith(_REASONS):
                told = part.removeprefix(_REASONS).split(",")
                yield from filter(None, map(str.strip, told))
        yield from filter(None, map(str.strip, _REASON.findall(text)))


def _tags(records: Collection[Record]) -> set[str]:
    return {tag for record in records for tag, _ in record.rest}


def _codes(record: Record, *, early: bool) -> Iterator[tuple[str, str, str]]:
    """Yield what codes for screening say: on what part of the record, what, and why."""
    for tag, text in record.rest:
        if code := _CODE.fullmatch(text):
            yield tag, code[1].lower(), _LED.sub("", code[2], count=1).strip()
        elif (code := _COLUMN.fullmatch(tag)) and _word(text) != EXCLUDE:
            why = _LED.sub("", code[2], count=1).strip()
            where = "title" if early and not _LATE.search(why) else why
            yield where, code[1].lower(), why


def _by_codes(record: Record, codes: Collection[tuple[str, str, str]], *, read: bool) -> Screened:
    """Return what codes decide: those on the text before those on title and abstract.

    Parameters
    ----------
    read
        Whether the text of any record was decided on.
    """
    late = [one for one in codes if not _EARLY.search(one[0])]
    counted = late or codes
    said = {vote for _, vote, _ in counted}
    if len(said) > 1:
        return Screened(record, "", why="not agreed: codes that include and that exclude it")
    if said == {INCLUDE}:
        if read and not late:
            return Screened(record, "", why="its text is still to be decided on")
        return Screened(record, INCLUDE)
    reasons = tuple(why for _, _, why in counted if why and not _EARLY.search(why))
    return Screened(record, EXCLUDE, EXCLUDED if late else IRRELEVANT, reasons)
