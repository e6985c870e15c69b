"""`evidence new`: a review that renders at once, to be changed into one's own."""

import argparse
import re
import shlex
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from evidence.cli.project import CommandCode, FaultsError

if TYPE_CHECKING:
    from evidence.cli.scaffold import Baseline, Choices

DESCRIPTION = """\
Make a folder with a review that renders at once: chapters, a small codebook, two claims with rules,
and twelve sources that are plainly invented, to be replaced by your own.

On a terminal, and without options, it asks for all that it needs, and Enter takes what stands in
brackets. Otherwise options say it, and what they leave open is chosen plainly and told. The folder
must be new or empty. All of it can be changed later, in the files.

examples:
  evidence new gardens
  evidence new gardens --title "School gardens" --question "Do they help?" --coder Ada --coder Ben
  evidence new update --baseline "Brown, Ann; White, Bob (2015). Gardens and health"
  evidence new gardens --no-prisma --empty"""

TITLE = "What does the evidence say?"
QUESTIONS = (
    "Does the approach work, and for which outcomes?",
    "What helps and what stands in the way?",
)
CODERS = ("Reader",)
NONE = "none"
FORM = '"Authors (year). Title"'
Read = TypeVar("Read")
_REFERENCE = re.compile(r"(?P<authors>.+?)\s*\((?P<year>(?:19|20)\d\d)\)[.,:]?\s*(?P<title>.+)")
# What the data say of an agreed row, and of no person.
_TAKEN = ("agreed", "both", "added")
_LONGEST = 300


def add_options(command: argparse.ArgumentParser) -> None:
    """Add the verb's arguments to its parser."""
    command.add_argument("folder", metavar="DIR", type=Path, help="a folder that is new or empty")
    command.add_argument("--title", type=_text, help=f"of the review (default: {TITLE})")
    command.add_argument(
        "--question",
        dest="questions",
        action="append",
        type=_text,
        help="what it asks; once for each question",
    )
    command.add_argument(
        "--coder",
        dest="coders",
        action="append",
        type=_coder,
        help=f"who codes; once for each person (default: {CODERS[0]})",
    )
    command.add_argument(
        "--baseline",
        type=_baseline,
        metavar="REFERENCE",
        help=f"an earlier review that it takes up, as {FORM} (default: {NONE})",
    )
    command.add_argument(
        "--prisma",
        action=argparse.BooleanOptionalAction,
        help="log searches and screening, with the flow chart and checklist of PRISMA 2020 "
        "(default: yes)",
    )
    command.add_argument("--empty", action="store_true", help="begin without the invented sources")


def run(folder: Path, options: argparse.Namespace) -> None:
    """Write the files of a new review.

    Parameters
    ----------
    folder
        Where the command was called.
    """
    from importlib.metadata import version

    from evidence.cli.scaffold import scaffold

    target = folder / options.folder
    _hold_empty(target, options.folder)
    given = (options.title, options.questions, options.coders, options.baseline, options.prisma)
    asks = sys.stdin.isatty() and not options.empty and all(one is None for one in given)
    choices = _asked() if asks else _given(options)
    files = scaffold(choices, date.today().isoformat(), version("integrated-services-evidence"))
    for name, content in files.items():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    print("\n".join(_report(options.folder, choices)))


def _hold_empty(target: Path, shown: Path) -> None:
    what = "is a file" if target.is_file() else "has files in it"
    if target.is_file() or (target.is_dir() and any(target.iterdir())):
        message = f"{shown} {what}; name a folder that is new or empty"
        raise FaultsError(message, CommandCode.FILE_EXISTS)


def _given(options: argparse.Namespace) -> "Choices":
    from evidence.cli.scaffold import Choices

    return Choices(
        title=options.title or TITLE,
        questions=tuple(options.questions or QUESTIONS),
        coders=tuple(dict.fromkeys(options.coders or CODERS)),
        baseline=options.baseline,
        prisma=options.prisma is not False,
        sample=not options.empty,
    )


def _asked() -> "Choices":
    """Ask for each choice in turn."""
    from evidence.cli.scaffold import Choices

    print(
        "A new review. Enter takes what stands in brackets; the files can change all of it later."
    )
    return Choices(
        title=_ask("Title, as readers will see it", TITLE, _text),
        questions=_ask("Questions that it asks, with ; between them", "; ".join(QUESTIONS), _texts),
        coders=_ask("Who codes the sources, with ; between the names", CODERS[0], _coders),
        baseline=_ask(f"An earlier review that it takes up, as {FORM}", NONE, _baseline),
        prisma=_ask("Log searches and screening, for flow chart and PRISMA 2020?", "yes", _truth),
        sample=True,
    )


def _ask(hint: str, default: str, read: Callable[[str], Read]) -> Read:
    """Ask until there is an answer that can be read."""
    while True:
        try:
            return read(input(f"{hint}\n  [{default}] ").strip() or default)
        except argparse.ArgumentTypeError as error:
            print(f"  {error}")
        except EOFError:
            raise KeyboardInterrupt from None


def _text(given: str) -> str:
    """Read a title, a question or a name."""
    from evidence.model.faults import unfit

    text = " ".join(given.split())
    if found := unfit(text):
        raise argparse.ArgumentTypeError(f"{found[1]}; leave it out")
    if not text or len(text) > _LONGEST:
        raise argparse.ArgumentTypeError(f"say it in 1 to {_LONGEST} characters")
    return text


def _texts(given: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_text(one) for one in given.split(";") if one.strip()))


def _coders(given: str) -> tuple[str, ...]:
    return tuple(_coder(one) for one in _texts(given))


def _coder(given: str) -> str:
    name = _text(given)
    if name in _TAKEN:
        raise argparse.ArgumentTypeError(f"{name} is what the data call rows of no one person")
    return name


def _baseline(given: str) -> "Baseline | None":
    """Read a reference, or that there is none."""
    from evidence.cli.scaffold import Baseline

    if given.strip().lower() == NONE:
        return None
    found = _REFERENCE.fullmatch(_text(given))
    if not found:
        raise argparse.ArgumentTypeError(f"write it as {FORM}, authors with ; between them")
    authors = "; ".join(name for part in found["authors"].split(";") if (name := part.strip(" .")))
    return Baseline(authors, int(found["year"]), found["title"].rstrip("."))


def _truth(given: str) -> bool:
    answers = {"yes": True, "y": True, "no": False, "n": False}
    if given.lower() not in answers:
        raise argparse.ArgumentTypeError("say yes or no")
    return answers[given.lower()]


def _report(folder: Path, choices: "Choices") -> Iterator[str]:
    """Give the lines that say what was made, of which choices, and what is next."""
    yield f"{folder}: a new review"
    yield f"  title      {choices.title}"
    for question in choices.questions:
        yield f"  question   {question}"
    yield f"  coders     {', '.join(choices.coders)}"
    base = choices.baseline
    yield f"  baseline   {f'{base.authors} ({base.year}). {base.title}' if base else NONE}"
    yield f"  PRISMA     {'searches, screening and checklist' if choices.prisma else NONE}"
    yield f"  sources    {'twelve, all of them invented' if choices.sample else NONE}"
    yield ""
    yield "Next:"
    if folder.resolve() != Path.cwd():
        yield f"  cd {shlex.quote(str(folder))}"
    yield "  evidence check"
    yield "  evidence render"
    yield "README.md in it says what is where, and how your own data come in."
