"""The comments of a Word file, and which of them answer others."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from lxml import etree

from evidence.proof.parity.word_reader import W
from evidence.review.remarks import Reply

_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_W15 = "{http://schemas.microsoft.com/office/word/2012/wordml}"
_TEXTS = {f"{W}t": "", f"{W}tab": " ", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-"}
_WHEN = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d.*")
_ON = ("1", "true", "on")
# Where quotation marks end lines of what is quoted, nobody can say where that ends.
_MOST_QUOTATIONS = 20


@dataclass(frozen=True)
class Comment:
    """A comment with its answers.

    Attributes
    ----------
    number
        What it is called where it is anchored.
    paragraphs
        What its paragraphs are called; by the last of them Word calls the comment itself.
    """

    number: str
    paragraphs: tuple[str, ...]
    author: str
    when: str
    says: str
    resolved: bool = False
    replies: tuple[Reply, ...] = ()


def comments(
    root: etree._Element | None, extended: etree._Element | None
) -> tuple[Sequence[Comment], Mapping[str, str]]:
    """Return the comments that answer none, and of each that does which it answers."""
    found = {
        comment.number: comment
        for comment in map(_comment, () if root is None else root.iter(f"{W}comment"))
    }
    by_paragraph = {name: each for each in found.values() for name in each.paragraphs if name}
    above: dict[str, str] = {}
    for entry in () if extended is None else extended.iter(f"{_W15}commentEx"):
        comment = by_paragraph.get(str(entry.get(f"{_W15}paraId")))
        if comment is None:
            continue
        parent = by_paragraph.get(str(entry.get(f"{_W15}paraIdParent")))
        if parent is not None:
            above[comment.number] = parent.number
        done = entry.get(f"{_W15}done") in _ON
        found[comment.number] = replace(found[comment.number], resolved=done)
    return list(found.values()), above


def when_of(element: etree._Element) -> str:
    """Return when something was done; LibreOffice writes a year 0 where it doesn't know."""
    when = str(element.get(f"{W}date") or "")
    return when if _WHEN.fullmatch(when) and not when.startswith("0000") else ""


def threads(
    given: Sequence[Comment], above: Mapping[str, str], at: Mapping[str, object]
) -> list[Comment]:
    """Put answers to what they answer.

    Parameters
    ----------
    above
        The number of the comment that each answers, as Word says it.
    at
        Where each comment ends. LibreOffice says only in words what an answer answers ("Reply to
        Ada (27/11/2026, 20:33): "…""), and anchors it where that is.
    """
    by_text: dict[tuple[object, str], list[Comment]] = defaultdict(list)
    for comment in given:
        by_text[at.get(comment.number), comment.says or "..."].append(comment)
    found = {comment.number: comment for comment in given}
    above = dict(above)
    for comment in given:
        if comment.number in above:
            continue
        for author, quoted, says in _quotations(comment.says):
            others = by_text.get((at.get(comment.number), quoted), ())
            other = next((one for one in others if author.endswith(one.author)), None)
            if other is not None and other is not comment:
                above[comment.number] = other.number
                found[comment.number] = replace(comment, says=says)
                break
    answers: dict[str, list[Comment]] = defaultdict(list)
    for number, comment in found.items():
        answers[_first(number, above)].append(comment)
    return [
        replace(found[first], replies=tuple(_replies(first, of_it)))
        for first, of_it in answers.items()
    ]


def _replies(first: str, thread: Iterable[Comment]) -> Iterator[Reply]:
    answers = (comment for comment in thread if comment.number != first)
    for answer in sorted(answers, key=lambda answer: answer.when):
        yield Reply(answer.author, answer.when, answer.says)


def _first(number: str, above: Mapping[str, str]) -> str:
    """Return the comment that began a thread; in a ring it is the one that is asked for."""
    met = {number}
    first = number
    while first in above:
        first = above[first]
        if first in met:
            return number
        met.add(first)
    return first


def _quotations(says: str) -> Iterator[tuple[str, str, str]]:
    """Yield what an answer of LibreOffice may quote: words that end in its author, it, the rest."""
    before, _, after = says.partition('): "')
    author, is_dated, _ = before.rpartition(" (")
    if is_dated:
        for end in islice(re.finditer(r'"(?=\n|$)', after), _MOST_QUOTATIONS):
            yield author, after[: end.start()], after[end.end() :].strip()


def _comment(element: etree._Element) -> Comment:
    paragraphs = list(element.iter(f"{W}p"))
    return Comment(
        number=str(element.get(f"{W}id") or ""),
        paragraphs=tuple(str(each.get(f"{_W14}paraId") or "") for each in paragraphs),
        author=str(element.get(f"{W}author") or ""),
        when=when_of(element),
        says="\n".join(map(_text, paragraphs)).strip(),
    )


def _text(paragraph: etree._Element) -> str:
    return "".join(_TEXTS[str(node.tag)] or node.text or "" for node in paragraph.iter(*_TEXTS))
