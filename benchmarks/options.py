"""What the benchmarks' command lines have in common."""

import argparse

EXIT_CODES = """\
exit codes:
  0  all targets reached
  1  one is missed, or a command failed
  2  wrong usage"""


def parser(module: str, description: str) -> argparse.ArgumentParser:
    """Return the parser of a benchmark that teaches how to run it.

    Parameters
    ----------
    module
        The module's name.
    description
        What it measures, with examples.
    """
    return argparse.ArgumentParser(
        prog=f"python -m {module}",
        description=description,
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def count(text: str) -> int:
    """Return a whole number, at least one."""
    number = int(text) if text.isdecimal() else 0
    if not number:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 1 on")
    return number
