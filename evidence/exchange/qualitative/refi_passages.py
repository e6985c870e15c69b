"""The passages of a source in a REFI-QDA project: where each stands, what it says, who coded it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from lxml import etree

from evidence.exchange.qualitative.refi_codes import child, children, guid, name_of, said
from evidence.exchange.qualitative.refi_package import Package
from evidence.exchange.sources.records import clean

# A comment on a passage that says where it stands, as a page of print does, and a passage without
# words: so `evidence export` writes them, and so anybody may.
AT, NOTHING = "at:", "∅"
_SELECTIONS = {
    "PlainTextSelection", "PDFSelection", "PictureSelection", "AudioSelection", "VideoSelection",
    "TranscriptSelection",
}  # fmt: skip
# What holds a text of a source that is no text itself.
_TEXTS = ("Representation", "TextDescription", "Transcript")
_CUT = ("...", "…")
# How ATLAS.ti and MAXQDA name a passage that nobody named.
_NUMBERED = re.compile(r"Quotation \d+:\d+|[\W\d_]*")
_POINTS = ("fromSyncPoint", "toSyncPoint")
_OF_TEXT = ("PlainTextSelection", "TranscriptSelection")
_LAST_SMALL = "\uffff"
# As many passages as show how a tool counts.
_ENOUGH = 200


@dataclass
class Passage:
    """A passage of a source, or the source as a whole where nothing says which.

    Attributes
    ----------
    codings
        Who coded it with which code, both as numbers of the file.
    is_outside
        Whether the file says that it stands where the text has ended.
    """

    locator: str = ""
    gist: str = ""
    comment: str = ""
    codings: dict[tuple[str, str], None] = field(default_factory=dict)
    is_outside: bool = False


@dataclass(frozen=True, slots=True)
class Counting:
    """How a tool counts the characters of a text.

    The standard counts them as Unicode has them. Tools also count the two signs that Windows ends a
    line with as one, or a sign beyond U+FFFF as two.
    """

    told: str
    lines_as_one: bool
    large_as_two: bool

    def cut(self, text: str, places: Iterable[tuple[int, int]]) -> list[str]:
        """Return the passages between places of a text."""
        counted = text.replace("\r\n", "\n") if self.lines_as_one else text
        if not self.large_as_two:
            return [counted[start:end] for start, end in places]
        raw = counted.encode("utf-16-le", "surrogatepass")
        return [raw[2 * a : 2 * b].decode("utf-16-le", "replace") for a, b in places]


_COUNTINGS = (
    Counting("", lines_as_one=False, large_as_two=False),
    Counting("the end of a line as one sign", lines_as_one=True, large_as_two=False),
    Counting("a sign beyond U+FFFF as two", lines_as_one=False, large_as_two=True),
    Counting("the end of a line as one, a sign beyond U+FFFF as two", True, True),
)


def read_passages(source: etree._Element, package: Package) -> tuple[list[Passage], list[str]]:
    """Return the passages of a source, and what its tool counts otherwise than the standard."""
    passages: dict[str, Passage] = {}
    notes: dict[str, None] = {}
    number = 0
    for holder in (source, *children(source, *_TEXTS)):
        selections = list(children(holder, *_SELECTIONS))
        if not selections:
            continue
        text = _text(holder, package)
        points = {guid(one): one for one in children(holder, "SyncPoint")}
        places = [_ends(one, points) for one in selections]
        within = [(max(start, 0), min(end, 2 * len(text or ""))) for start, end in places]
        package.quote(sum(max(0, end - start) for start, end in within))
        counting = _counting(text or "", selections, within)
        if counting.told:
            notes[counting.told] = None
        words = counting.cut(text or "", within)
        here: set[str] = set()
        for element, (start, end), passage in zip(selections, places, words, strict=True):
            number += 1
            # A passage of a PDF stands in it and in its text, under one number; where passages of
            # one text have the same, whoever wrote them took no care.
            key = guid(element)
            if not key or key in here:
                key = f"{number}"
            here.add(key)
            one = passages.setdefault(key, Passage())
            is_outside = name_of(element) in _OF_TEXT and not (0 <= start < end and passage)
            one.is_outside |= text is not None and is_outside
            _complete(one, element, "" if is_outside else passage, points)
    whole = Passage(codings=_codings(source, ""))
    return [*passages.values(), *([whole] if whole.codings else [])], list(notes)


def _ends(element: etree._Element, points: Mapping[str, etree._Element]) -> tuple[int, int]:
    """Return where a selection of text begins and ends; nowhere if it is none of text."""
    match name_of(element):
        case "PlainTextSelection":
            return _number(element, "startPosition"), _number(element, "endPosition")
        case "TranscriptSelection":
            ends = (points.get(guid(element, name)) for name in _POINTS)
            start, end = (-1 if one is None else _number(one, "position") for one in ends)
            return start, end
    return 0, 0


def _text(holder: etree._Element, package: Package) -> str | None:
    content = child(holder, "PlainTextContent")
    if content is not None:
        return content.text or ""
    path = holder.get("plainTextPath")
    return package.text(path) if path else None


def _counting(
    text: str, selections: Iterable[etree._Element], places: Iterable[tuple[int, int]]
) -> Counting:
    """Return how the tool counts, by the names of passages, which often begin with their words."""
    named = [
        (said(one, "name"), place)
        for one, place in zip(selections, places, strict=True)
        if one.get("name") and 0 <= place[0] < place[1]
    ][:_ENOUGH]
    if not named or ("\r\n" not in text and max(text, default="") <= _LAST_SMALL):
        return _COUNTINGS[0]

    def fitting(counting: Counting) -> int:
        passages = counting.cut(text, [place for _, place in named])
        return sum(map(_begins, passages, (name for name, _ in named)))

    return max(_COUNTINGS, key=fitting)


def _begins(passage: str, name: str) -> bool:
    for sign in _CUT:
        name = name.removesuffix(sign)
    return bool(name) and clean(passage).startswith(name.strip())


def _complete(
    passage: Passage, element: etree._Element, words: str, points: Mapping[str, etree._Element]
) -> None:
    """Add to a passage what one of its selections says."""
    locator, comment = _locator(element, points), said(element, "Description")
    if comment.startswith(AT):
        passage.locator, comment = comment.removeprefix(AT).strip(), ""
    else:
        # What stands on a page, and in the text of the whole: the page says more.
        passage.locator = passage.locator or locator
    content = child(element, "Representation", "PlainTextContent")
    gist = clean(words or ("" if content is None else content.text) or "")
    if gist != NOTHING:
        name = said(element, "name")
        passage.gist = gist or passage.gist or ("" if _NUMBERED.fullmatch(name) else name)
    passage.comment = comment or passage.comment
    passage.codings |= _codings(element, str(element.get("creatingUser") or ""))


def _locator(element: etree._Element, points: Mapping[str, etree._Element]) -> str:
    match name_of(element):
        case "PlainTextSelection":
            return "characters {}-{}".format(*_ends(element, points))
        case "TranscriptSelection":
            ends = [points.get(guid(element, name)) for name in _POINTS]
            return _time(*(0 if one is None else _number(one, "timeStamp") for one in ends))
        case "PDFSelection":
            # The standard's own example counts pages from nought, as ATLAS.ti and QualCoder do.
            return f"p. {_number(element, 'page') + 1}"
        case "PictureSelection":
            corners = ("firstX", "firstY", "secondX", "secondY")
            return "area {},{} to {},{}".format(*(_number(element, name) for name in corners))
        case _:
            return _time(_number(element, "begin"), _number(element, "end"))


def _time(begin: int, end: int) -> str:
    return f"{_clock(begin)}-{_clock(end)}"


def _clock(milliseconds: int) -> str:
    seconds, rest = divmod(max(milliseconds, 0), 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}.{rest // 100}"


def _number(element: etree._Element, name: str) -> int:
    try:
        return int(element.get(name) or 0)
    except ValueError:
        return -1


def _codings(element: etree._Element, coder: str) -> dict[tuple[str, str], None]:
    """Return who coded an element itself with what; without a coder it is its maker."""
    found: dict[tuple[str, str], None] = {}
    for coding in children(element, "Coding"):
        who = str(coding.get("creatingUser") or coder).strip().strip("{}").lower()
        for code in children(coding, "CodeRef"):
            found[who, guid(code, "targetGUID")] = None
    return found
