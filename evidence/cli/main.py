"""The command line: verbs, options, help, and the exit code."""

import argparse
import os
import signal
import sys
import traceback
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from keyword import iskeyword
from pathlib import Path
from threading import Timer
from types import FrameType
from typing import Any, NoReturn

from evidence.cli.project import CommandCode, FaultsError, NoProjectError, coded, find_project

# 70 is EX_SOFTWARE of sysexits.h.
FINE, FAULTS, CHANGED, USAGE, UNEXPECTED = 0, 1, 1, 2, 70
# A process that a signal ends has 128 and the signal's number for its exit code.
STOPPED = {
    signal.SIGINT: "interrupted",
    signal.SIGTERM: "terminated",
    signal.SIGHUP: "hung up",
}

DESCRIPTION = """\
Check coded evidence, ask what its findings rest on, and render a report from it.

Run it in the project's folder or any folder below; `new` makes one. Start with one of:
  evidence new DIR             make a new review, with invented sources to begin with
  evidence check               are the data valid, and what do they say of each claim?
  evidence render              write the report as HTML, PDF and Word
  evidence render --to html    write the quickest of the three
  evidence preview             show it in the browser while you write
  evidence why CLAIM           what one finding rests on
  evidence compare HEAD data   what your changes to the data do to the findings
  evidence redline v1 HEAD     what changed in the report, as tracked changes, and why
  evidence review FILE         where the remarks in a returned Word or PDF file belong
  evidence parity              do HTML, PDF and Word say the same?
  evidence verify              do the same inputs make the same bytes?"""

EXIT_CODES = """\
exit codes:
  0    no faults; from compare, redline, what-if, parity and verify: no difference; from due:
       nothing is due; from review: every remark has a place; from rap: no item is unmet
  1    faults in data or chapters, each printed with file and line; from compare, redline, what-if,
       parity and verify: a difference; from review: a remark has no place, or a change is refused;
       from due: something is due; from rap: an item is not met; from release: it was not made;
       from preview: the port is not available
  2    wrong usage, or not in a project; from why, compare, redline, what-if, review, parity,
       verify, due and rap: also faults that leave the question without an answer
  70   an error in this program itself
  130  interrupted (Ctrl-C; preview then exits with 0); 143 terminated; 129 hung up. Documents of an
       earlier run stay as they were

Each message has a code; docs/errors.md gives the cause and the next step."""

VERBS = {
    "new": "make a review that renders at once, to be changed into your own",
    "check": "check data and chapters and show the verdict on each claim",
    "render": "write the report as HTML, PDF and Word",
    "preview": "show the report in the browser and keep it up to date while you write",
    "why": "show the grounds of one finding: rule, numbers, confidence and sources",
    "what-if": "show which findings would change, writing nothing",
    "compare": "show what a change of the data does to the findings and their sentences",
    "redline": "show what changed in the report, as tracked changes, and what caused it",
    "review": "show where reviewers' remarks in returned files belong, and make their changes",
    "sample": "draw sources and write a blind coding sheet for a person to fill in",
    "import": "show what a file of another tool brings, and bring it in",
    "map": "propose what the columns or codes of another tool's file are in the review",
    "export": "write the review, or its sources, for other programs to read",
    "due": "list what has grown old or waits: searches, articles in press, remarks, releases",
    "rap": "answer the levels of reproducible pipelines (RAP), item by item",
    "index": "write one page over many reports, with their verdicts side by side",
    "release": "check everything, write what is said of a release, commit and tag it",
    "parity": "prove that HTML, PDF and Word say the same",
    "verify": "prove that the same inputs make the same bytes",
}
# A question answers with its exit code, as diff does: 1 means that something differs.
ASKING = ("compare", "redline", "why", "what-if", "review", "parity", "verify", "due", "rap")
# Work outside a project, and are given the folder that they are called in.
ANYWHERE = ("new", "index")

_REPORT = "report it with the command, the revision and what the same command with --verbose prints"


class Stopped(KeyboardInterrupt):
    """A signal other than Ctrl-C asks the command to end."""

    def __init__(self, number: int) -> None:
        self.number = signal.Signals(number)
        super().__init__()


class _Parser(argparse.ArgumentParser):
    """A parser whose messages have a code, as all others have."""

    def error(self, message: str) -> NoReturn:
        """Print the usage and what is wrong with the command, and end."""
        self.print_usage(sys.stderr)
        self.exit(USAGE, f"{coded(CommandCode.WRONG_USAGE, message)}; see {self.prog} --help\n")


class _Verb(_Parser):
    """The parser of a verb, whose module is imported when the verb is used: help comes at once."""

    def parse_known_args(self, *arguments: Any, **named: Any) -> Any:
        """Parse what follows the verb."""
        verb = self.prog.split()[-1]
        name = f"{verb}_" if iskeyword(verb) else verb.replace("-", "_")
        module = import_module(f"evidence.cli.{name}")
        self.description, self.epilog = module.DESCRIPTION, EXIT_CODES
        self.formatter_class = argparse.RawDescriptionHelpFormatter
        module.add_options(self)
        self.add_argument(
            "--verbose", action="store_true", help="also print the traceback of an error"
        )
        self.set_defaults(
            run=module.run,
            place=Path if verb in ANYWHERE else find_project,
            faults=USAGE if verb in ASKING else FAULTS,
        )
        return super().parse_known_args(*arguments, **named)


class _Version(argparse.Action):
    """Print the version of what is installed, which takes a while to look up."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        from importlib.metadata import entry_points

        installed = [row.dist for row in entry_points(group="console_scripts", name=parser.prog)]
        print(parser.prog, installed[0].version if installed and installed[0] else "not installed")
        parser.exit()


def parser() -> argparse.ArgumentParser:
    """Return the parser of all verbs.

    `run` in its result is the verb's function, `place` gives the folder that it is for, `faults` is
    the exit code for what stops it.
    """
    top = _Parser(
        prog="evidence",
        description=DESCRIPTION,
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action=_Version, nargs=0, help="show the version and exit")
    verbs = top.add_subparsers(title="verbs", metavar="VERB", required=True, parser_class=_Verb)
    for verb, summary in VERBS.items():
        verbs.add_parser(verb, help=summary)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb and return the exit code."""
    options = parser().parse_args(arguments)
    try:
        with _stoppable():
            changed = options.run(options.place(Path.cwd()), options)
            sys.stdout.flush()
    except BrokenPipeError:
        # At exit Python flushes stdout once more, and would print the same error again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return int(options.faults)
    except (Exception, KeyboardInterrupt) as error:
        if isinstance(error, KeyboardInterrupt):
            # Interrupted libraries warn of what they had no time to close.
            warnings.simplefilter("ignore")
        message, code = ending(error, options.faults)
        print(message, file=sys.stderr)
        if options.verbose:
            ours = isinstance(error, FaultsError | NoProjectError)
            sys.stderr.writelines(_origin(error) if ours else traceback.format_exception(error))
        return code
    return CHANGED if changed else FINE


def ending(error: BaseException, faults: int) -> tuple[str, int]:
    """Return what to print of an error and the exit code."""
    match error:
        case FaultsError():
            return str(error), faults
        case NoProjectError():
            return coded(CommandCode.NO_PROJECT, str(error)), USAGE
        case OSError():
            return coded(CommandCode.SYSTEM, str(error)), faults
        case KeyboardInterrupt():
            number = error.number if isinstance(error, Stopped) else signal.SIGINT
            return coded(CommandCode.STOPPED_BY_SIGNAL, STOPPED[number]), 128 + number
    what = " ".join(f"{type(error).__name__}: {error}".split())
    message = f"this is a fault of the program, not of your data ({what}); {_REPORT}"
    return coded(CommandCode.UNEXPECTED, message), UNEXPECTED


def _origin(error: BaseException) -> Iterator[str]:
    """Yield where in the program an author's faults arose, without telling them once more."""
    if error.__cause__:
        yield from _origin(error.__cause__)
        yield "\nThat was the cause of:\n\n"
    yield "Traceback (most recent call last):\n"
    yield from traceback.format_tb(error.__traceback__)
    module = type(error).__module__
    if module.partition(".")[0] == "evidence":
        yield f"{module}.{type(error).__qualname__}\n"
    else:
        yield from traceback.format_exception_only(error)


@contextmanager
def _stoppable() -> Iterator[None]:
    """Let signals that would end the process at once end it as Ctrl-C does, tidily."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise Stopped(number)

    def stop_again(ignored: "sys.UnraisableHookArgs") -> None:
        """Send a signal once more that Python dropped, as it does within a weak reference."""
        if not isinstance(ignored.exc_value, KeyboardInterrupt):
            hook(ignored)
            return
        number = getattr(ignored.exc_value, "number", signal.SIGINT)
        Timer(0.05, os.kill, (os.getpid(), number)).start()

    hook, sys.unraisablehook = sys.unraisablehook, stop_again
    # What is ignored, as under nohup, stays so.
    before = {one: signal.getsignal(one) for one in STOPPED}
    ours = [one for one, handler in before.items() if handler is signal.SIG_DFL]
    for one in ours:
        signal.signal(one, stop)
    try:
        yield
    finally:
        sys.unraisablehook = hook
        for one in ours:
            signal.signal(one, signal.SIG_DFL)
