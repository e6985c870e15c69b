"""`evidence compare`: what changes from one state of the data to another."""

import argparse
from pathlib import Path

NAME = "compare"
SUMMARY = "show what a change of the data does to the findings and their sentences"
DESCRIPTION = """\
Compare two states of the data: OLD with NEW.

Each is a data folder or, where there is no folder of that name, a git revision of this repository,
whose data/ is meant. Shows which findings are new, gone, stronger or weaker, or changed in number
only; the sentences of the report that change, worded by the chapters as they are now; the sources
added, removed or recoded; and changes of rules and codebook. Searches, screening and the codings of
a single coder are not compared.

examples:
  evidence compare HEAD data                  what your changes, not yet committed, do
  evidence compare main HEAD --format md      as a comment on a pull request
  evidence compare old/data data --format json"""

FORMATS = ("text", "md", "json", "html")


def add_options(command: argparse.ArgumentParser) -> None:
    """Add the verb's arguments to its parser."""
    command.add_argument("old", metavar="OLD", help="a data folder or a git revision")
    command.add_argument("new", metavar="NEW", help="a data folder or a git revision")
    command.add_argument(
        "--format", choices=FORMATS, default="text", help="how to print it (default: text)"
    )


def run(project: Path, options: argparse.Namespace) -> bool:
    """Print the comparison and say whether anything changed.

    Raises
    ------
    FaultsError
        If OLD or NEW can't be found, loaded or judged.
    """
    from evidence.cli.comparison import account, as_json, markdown, page, text
    from evidence.cli.revisions import read
    from evidence.cli.sentences import changed_sentences
    from evidence.findings.changes import compare

    old, new = read(project, options.old), read(project, options.new)
    comparison = compare(old, new)
    sentences = changed_sentences(project, old, new)
    if options.format == "json":
        print(as_json((options.old, options.new), comparison, sentences))
    else:
        form = {"text": text, "md": markdown, "html": page}[options.format]
        title = f"What changes from {options.old} to {options.new}"
        print(form(account(title, comparison, sentences)))
    return comparison.changed or bool(sentences)
