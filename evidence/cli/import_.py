"""`evidence import`: what a file of another tool would bring into the data, and bringing it in."""

import argparse
from contextlib import nullcontext
from pathlib import Path

from evidence.cli.project import only_writer
from evidence.cli.terminal import plural

DESCRIPTION = """\
Show what a file would bring into the data; with --write, bring it in. What a file is shows what
stands in it; --as says it where that does not show.

sources    as reference managers and databases write them: RIS, PubMed's nbib, Web of Science's
           plain text, BibTeX, BibLaTeX, CSL-JSON, or Zotero's RDF, CSV or database. What the data
           have already is left out, each with the reason; what is added goes to the end of
           sources.csv and of the bibliography, and `evidence check` then says what is still to be
           filled in. See docs/exchange.md.
screening  what Rayyan, Covidence, ASReview or EPPI-Reviewer export: each record with what was
           decided on it goes into screening.csv, and what is included becomes a source. Of RIS,
           JSON and workbooks --as has to say it.
codings    coded evidence: a project of NVivo, ATLAS.ti, MAXQDA or QualCoder (REFI-QDA), Taguette's
           database or highlights, EPPI-Reviewer's JSON, a spreadsheet with a row for each study,
           or tables with the columns of the data. Names that are not the data's own are told by a
           map, which `evidence map` proposes: --map. What is new is added with its sources, what
           differs is changed, and nothing is taken away. See docs/codings.md.
           Or a coding sheet that `evidence sample` wrote, filled in. Only sources that the person
           finished are taken in; in these, what is left empty counts as not said. The rows go into
           appraisals.csv and codings.csv under the person's name, beside those of the coders; a
           sheet that comes back again replaces what the same person said of the same sources.
effects    of a file as above, its measured effects alone.

Every fault is told with its place, and while there is one nothing is written. A review that
`evidence new` began has invented sources: --replace-sample takes them out as yours come in.

examples:
  evidence import zotero.ris
  evidence import zotero.ris --write
  evidence import pubmed.nbib --merge
  evidence import rayyan.csv --as screening --search medline
  evidence import review_1_irrelevant_csv_1.csv --search medline
  evidence import coding-sheet-Ada.xlsx --write
  evidence import studies.xlsx --map studies.yml
  evidence import project.qdpx --map project.map.yml
  evidence import project.qdpx --map project.map.yml --write"""

SOURCES, SCREENING, CODINGS, EFFECTS = KINDS = ("sources", "screening", "codings", "effects")


def add_options(command: argparse.ArgumentParser) -> None:
    """Add the verb's arguments to its parser."""
    command.add_argument("file", metavar="FILE", type=Path, help="a file of another tool")
    command.add_argument(
        "--as",
        dest="kind",
        choices=KINDS,
        help="what it holds (default: as it looks, or as --search, --list or --merge say)",
    )
    command.add_argument(
        "--map", type=Path, metavar="MAP.yml", help="what the names in it are in the review"
    )
    command.add_argument(
        "--search", metavar="NAME", default="", help="of a screening: the search it belongs to"
    )
    command.add_argument(
        "--list",
        dest="listed",
        choices=("included", "excluded", "irrelevant", "duplicates"),
        default="",
        help="of a screening: which list of records the file is, where they do not say it",
    )
    command.add_argument(
        "--merge",
        action="store_true",
        help="of sources: put what duplicates have beyond it into what is there",
    )
    command.add_argument(
        "--replace-sample",
        action="store_true",
        help="also take out the invented sources that evidence new began with",
    )
    command.add_argument("--write", action="store_true", help="write what is shown into the data")


def run(project: Path, options: argparse.Namespace) -> None:
    """Print what would be added and changed, and write it if asked to."""
    from evidence.cli.replace_sample import replace_sample, sample_sources

    with only_writer(project) if options.write else nullcontext():
        _bring_in(project, options)
        if options.replace_sample:
            replace_sample(project, write=options.write)
    if not options.replace_sample and (invented := sample_sources(project)):
        number = plural(len(invented), "invented source")
        print(f"\nThe data still have {number}, which --replace-sample takes out.")


def _bring_in(project: Path, options: argparse.Namespace) -> None:
    from evidence.exchange.codings.coded_files import reader_of
    from evidence.exchange.looks import is_coding_sheet, look_at
    from evidence.exchange.screening.screened import is_screening
    from evidence.exchange.sources.zotero import is_table as is_zotero_table

    look = look_at(options.file)
    kind = options.kind or ("" if options.map else _asked(options))
    is_coded = bool(options.map or (look.is_table and not is_zotero_table(look)) or reader_of(look))
    if kind == SCREENING or (is_screening(look) and not (kind or options.map)):
        from evidence.cli.import_screening import import_screening

        import_screening(
            project,
            options.file,
            search=options.search,
            kind=options.listed,
            write=options.write,
        )
    elif kind == SOURCES or not (kind or is_coded):
        from evidence.cli.import_sources import import_sources

        import_sources(
            project,
            options.file,
            write=options.write,
            said=bool(options.kind),
            merging=options.merge,
        )
    elif options.kind != EFFECTS and not options.map and is_coding_sheet(options.file, look):
        from evidence.cli.import_sheet import import_sheet

        import_sheet(project, options.file, write=options.write)
    else:
        from evidence.cli.import_codings import Request, import_codings

        import_codings(
            project, Request(options.file, options.kind, options.map), write=options.write
        )


def _asked(options: argparse.Namespace) -> str:
    """Return what a file holds by what is asked of it, if that is asked of one kind alone."""
    if options.search or options.listed:
        return SCREENING
    return SOURCES if options.merge else ""
