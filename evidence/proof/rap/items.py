"""The levels of RAP and their items, and how a project answers them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from evidence.proof.rap import LEVELS, looks
from evidence.proof.rap.looks import Answer
from evidence.proof.rap.place import Place

_ITEMS: tuple[tuple[str, str, str, Callable[[Place], Answer]], ...] = (
    ("baseline", "open source", "code in an open-source language makes the figures and documents",
     looks.open_source),
    ("baseline", "version control", "the code is under version control",
     looks.version_controlled),
    ("baseline", "README", "a README says step by step how to make the documents again",
     looks.readme),
    ("baseline", "peer review", "somebody other than its author has read the code",
     looks.peer_reviewed),
    ("baseline", "published", "the code can be read by all, and report and code lead to each other",
     looks.published),
    ("silver", "by code", "documents are made by code, with as little by hand as can be",
     looks.by_code),
    ("silver", "documented", "guidance for users, an account of the code, and docstrings",
     looks.documented),
    ("silver", "structure", "code, data and text lie in the usual folders",
     looks.structured),
    ("silver", "functions", "what is done more than once is a function or class",
     looks.reusable),
    ("silver", "standard", "the code keeps to a standard that was agreed on",
     looks.by_standard),
    ("silver", "tests", "there are tests, of single functions and of whole results",
     looks.tested),
    ("silver", "dependencies", "what the code needs is listed",
     looks.dependencies),
    ("silver", "logs", "each run records by itself what went in and what came out",
     looks.logged),
    ("silver", "tidy data", "in tables a row is one thing, and a column says one thing of it",
     looks.tidy),
    ("gold", "packaged", "the code is a package that can be installed",
     looks.packaged),
    ("gold", "CI", "a service runs the tests at each change",
     looks.continuous),
    ("gold", "triggers", "new data, a change or a schedule starts the run",
     looks.triggered),
    ("gold", "changes", "a changelog and versions say what has changed",
     looks.signposted),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a level, and how a project answers it.

    Attributes
    ----------
    asks
        What it wants.
    met
        None where that cannot be seen in the project.
    said
        What shows it, what is missing, or whom to ask.
    """

    level: str
    name: str
    asks: str
    met: bool | None
    said: str


def answered(project: Path, level: str) -> tuple[Item, ...]:
    """Return the items of a level and of those before it, each answered."""
    place = Place(project)
    wanted = LEVELS[: LEVELS.index(level) + 1]
    found = []
    for of, name, asks, look in _ITEMS:
        if of in wanted:
            answer = look(place)
            found.append(Item(of, name, asks, answer.met, answer.said))
    return tuple(found)


def reached(items: Iterable[Item]) -> tuple[str | None, int]:
    """Return the highest level of which no item is unmet, and for how many people have to speak.

    A level is not reached without those before it.
    """
    level, open_ended, rows = None, 0, list(items)
    for name in LEVELS:
        answers = [row.met for row in rows if row.level == name]
        if not answers or False in answers:
            break
        level, open_ended = name, open_ended + answers.count(None)
    return level, open_ended
