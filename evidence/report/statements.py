"""Findings as chapters state them: each with a mark that leads to its grounds.

In HTML the mark is a button that opens the finding's grounds; in PDF and Word it links to the
finding's entry in the annex. Both show the entry's number. The anchor around it is what the entry
links back to.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from html import escape as html_escape
from pathlib import Path

from evidence.report.chapter import ChapterError
from evidence.words import label

ANNEX = "B"

_INCLUDE = re.compile(r"^\{\{< include (?P<name>\S+) >\}\}[ \t]*$", re.MULTILINE)
_TOKEN = re.compile(
    r"^(?P<fence>`{3,}|~{3,})"
    r"|^(?P<marks>#+) +(?P<title>.+?)[ \t]*(?:\{[^{}]*\})?[ \t]*$"
    r"|(?<![\w.])say\(\s*[\"'](?P<claim>[\w-]+)[\"']",
    re.MULTILINE,
)
# Without them a line could begin with the mark, and italics would touch it.
_WORD_JOINER = "&#8288;"
_NARROW_SPACE = "\N{NARROW NO-BREAK SPACE}"


class Statements:
    """The wordings that chapters ask for, marked, and where each was given.

    Chapters run in the order of the document, so that counting calls numbers the statements.

    Parameters
    ----------
    word
        Gives the Markdown of a claim for its verdict, such as `chapter.state` on the findings.
    claim_ids
        The claims in the order of the annex.
    """

    def __init__(self, word: Callable[..., str], claim_ids: Iterable[str]) -> None:
        self._word = word
        self._numbers = entry_numbers(claim_ids)
        self._stated: Counter[str] = Counter()

    def say(self, claim_id: str, **wording: str) -> str:
        """Return the wording of a claim for its verdict, with the mark of its grounds."""
        text = self._word(claim_id, **wording).rstrip()
        self._stated[claim_id] += 1
        return text + mark(claim_id, self._numbers[claim_id], self._stated[claim_id])

    def places(self, document: Path) -> Mapping[str, Sequence[str]]:
        """Return the sections that state each claim, in the order of the statements.

        Parameters
        ----------
        document
            The document whose chapters called `say`.

        Raises
        ------
        ChapterError
            Where the text of the chapters doesn't show the statements that were made.
        """
        found: dict[str, list[str]] = {claim_id: [] for claim_id in self._numbers}
        for claim_id, section in stated_in(document):
            found.setdefault(claim_id, []).append(section)
        for claim_id, sections in found.items():
            if len(sections) != self._stated[claim_id]:
                raise ChapterError(
                    f"claim {claim_id!r} was stated {self._stated[claim_id]} times, and {document} "
                    f'with its chapters writes say("{claim_id}", …) {len(sections)} times; '
                    "write one call for each statement, with the claim's name in it"
                )
        return found


def entry_numbers(claim_ids: Iterable[str]) -> Mapping[str, str]:
    """Return the number of each claim's entry in the annex: B1, B2, and so on."""
    return {claim_id: f"{ANNEX}{number}" for number, claim_id in enumerate(claim_ids, 1)}


def anchor(claim_id: str, number: int) -> str:
    """Return the identity of the place that states a claim for the `number`-th time."""
    return f"stated-{claim_id}-{number}"


def mark(claim_id: str, entry_number: str, number: int) -> str:
    """Return the Markdown of the mark behind a claim's `number`-th statement."""
    name = html_escape(f"{entry_number}: grounds of this finding, {label(claim_id).lower()}")
    button = (
        f'{_WORD_JOINER}<button type="button" class="grounds-mark" '
        f'popovertarget="grounds-{claim_id}" aria-label="{name}">{entry_number}</button>'
    )
    link = f"{_NARROW_SPACE}[^{entry_number}^](#claim-{claim_id})"
    return (
        f'[`{button}`{{=html}}[{link}]{{.content-visible unless-format="html"}}]'
        f"{{#{anchor(claim_id, number)} .stated}}"
    )


def stated_in(document: Path) -> Iterator[tuple[str, str]]:
    """Yield each claim that the document and its chapters state, and in which section."""
    titles: list[str] = []
    fence = ""
    for token in _TOKEN.finditer(with_includes(document)):
        if token["claim"]:
            yield token["claim"], ": ".join(titles)
        elif token["fence"]:
            fence = "" if fence == token["fence"] else fence or token["fence"]
        elif not fence:
            titles[len(token["marks"]) - 1 :] = [token["title"]]


def with_includes(document: Path) -> str:
    """Return the text of a document with that of the chapters it includes in its place."""

    def included(found: re.Match[str]) -> str:
        return with_includes(document.parent / found["name"])

    return _INCLUDE.sub(included, document.read_text(encoding="utf-8"))
