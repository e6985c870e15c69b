"""Say what can be measured: `python -m benchmarks`."""

import argparse
import sys
from collections.abc import Sequence

DESCRIPTION = """\
What the project promises of its speed, measured on copies of it and printed as tables.

Run one of these in the project's folder, on an idle machine:
  python -m benchmarks.build     how long builds take, against the least that they could
  python -m benchmarks.growth    how time and memory grow with the data

Each says more with --help; benchmarks/README.md says what is measured."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the help.

    Parameters
    ----------
    arguments
        What follows the module's name; by default what the shell passed.
    """
    options = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    options.parse_args(arguments)
    options.print_help()
    return 0


if __name__ == "__main__":
    sys.exit(main())
