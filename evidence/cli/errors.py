"""The catalogue of all that can go wrong: each reason code with its cause and what to do next.

`python -m evidence.cli.errors > docs/errors.md` writes it down.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from evidence.check.faults import ProseCode
from evidence.cli.project import CommandCode
from evidence.engine.faults import RenderCode
from evidence.model.faults import FaultCode


@dataclass(frozen=True, slots=True)
class Advice:
    """What is behind a code, both as Markdown."""

    cause: str
    next_step: str


_DATA: dict[StrEnum, Advice] = {
    FaultCode.MISSING_FILE: Advice(
        "A file named in `datapackage.json` isn't there or can't be read", "Put it back"
    ),
    FaultCode.NOT_UTF8: Advice(
        "The line has bytes that are not UTF-8",
        "Save the file as UTF-8; the rest of the file is checked after that",
    ),
    FaultCode.BYTE_ORDER_MARK: Advice(
        "The file starts with an invisible mark",
        'Save as UTF-8 without BOM. Excel can\'t: its "CSV UTF-8" adds the mark and its plain '
        "CSV is not UTF-8; LibreOffice and any text editor can",
    ),
    FaultCode.CONTROL_CHARACTER: Advice(
        "A character that is no text: a line break or tab in a cell, a change of direction, a"
        " mark left by a broken conversion",
        "Delete it, or restore the letter it stands for",
    ),
    FaultCode.MALFORMED_JSON: Advice(
        "`datapackage.json` is no JSON from here on", "Mend the syntax"
    ),
    FaultCode.MALFORMED_CSV: Advice(
        "Quotes don't match in the row that starts here; nothing after it could be read",
        "Close the quote; write a quote within quotes twice",
    ),
    FaultCode.MALFORMED_YAML: Advice(
        "The file is no YAML from here on", "Mend indentation, brackets or quotes"
    ),
    FaultCode.MALFORMED_BIBTEX: Advice(
        "The entry or field can't be read", "Look for a lost brace, comma or `@`"
    ),
    FaultCode.BAD_STRUCTURE: Advice(
        "A key is missing, unknown or of the wrong kind; or `datapackage.json` doesn't fit "
        "the analysis",
        "Follow the entries around it",
    ),
    FaultCode.MISSING_COLUMN: Advice("The header lacks a column", "Add it"),
    FaultCode.EXTRA_COLUMN: Advice(
        "The header has a column that `datapackage.json` doesn't know", "Remove or rename it"
    ),
    FaultCode.DUPLICATE_COLUMN: Advice("Two columns have one name", "Rename or remove one"),
    FaultCode.COLUMN_ORDER: Advice("All columns are there, in another order", "Restore the order"),
    FaultCode.EMPTY_TABLE: Advice(
        "A header without rows, or a bibliography without entries", "Restore the rows"
    ),
    FaultCode.RAGGED_ROW: Advice(
        "The row has more or fewer cells than the header; a blank line has none",
        "Count commas; put text with commas in quotes",
    ),
    FaultCode.DUPLICATE_KEY: Advice(
        "The key of a row, an entry or a setting is taken", "Remove one, or give it its own key"
    ),
    FaultCode.REQUIRED: Advice("A cell that must be filled is empty", "Fill it"),
    FaultCode.STRAY_SPACE: Advice("Space before or after the text of a cell", "Delete it"),
    FaultCode.WRONG_TYPE: Advice("Not a number, year or date", "Write it in the form allowed"),
    FaultCode.NOT_ALLOWED: Advice("Not among the values of this column", "Choose one of them"),
    FaultCode.BAD_FORM: Advice(
        "An id, DOI or web address of another form", "Write it like the example"
    ),
    FaultCode.OUT_OF_RANGE: Advice(
        "A number or year too low or too high",
        "Correct it, or the range in `datapackage.json` if the review has moved on",
    ),
    FaultCode.UNKNOWN_SOURCE: Advice(
        "No such `source_id` in `sources.csv`", "Correct the id, or add the source"
    ),
    FaultCode.UNKNOWN_SEARCH: Advice(
        "No such query in `searches.csv`", "Correct search and number"
    ),
    FaultCode.UNKNOWN_CODER: Advice(
        "The codebook has no such coder", "Name one it has, or add the coder to it"
    ),
    FaultCode.UNKNOWN_VALUE: Advice(
        "The attribute or column has no such value",
        "Choose one of its values or, in a selection, one of its roles",
    ),
    FaultCode.UNKNOWN_FACET: Advice("The codebook has no such facet", "Choose one it has"),
    FaultCode.UNKNOWN_CODE: Advice("The facet has no such code", "Choose one it has"),
    FaultCode.SECOND_BASELINE: Advice(
        "Several sources have the role `baseline`",
        "Give it to the review that is taken up, and to no other",
    ),
    FaultCode.UNKNOWN_STANCE: Advice("No facet has such a stance", "Choose one of this facet"),
    FaultCode.STANCE_NOT_OF_FACET: Advice(
        "The stance belongs to another facet", "Choose one of this facet, or correct the facet"
    ),
    FaultCode.CODING_WITHOUT_APPRAISAL: Advice(
        "The coder has coded the source but not appraised it", "Add the row to `appraisals.csv`"
    ),
    FaultCode.RECONCILED_MISMATCH: Advice(
        "An agreed coding doesn't say whose it is, or another one does",
        "Fill or empty `reconciled`",
    ),
    FaultCode.SOURCE_WITHOUT_APPRAISAL: Advice(
        "The coder has neither appraised nor coded the source", "Add the row to `appraisals.csv`"
    ),
    FaultCode.SOURCE_WITHOUT_CODING: Advice(
        "The source has no agreed coding, so nothing would count it", "Add one"
    ),
    FaultCode.SOURCE_WITHOUT_BIBLIOGRAPHY: Advice(
        "`references.bib` has no entry with this key", "Add one"
    ),
    FaultCode.SOURCE_WITHOUT_SCREENING: Advice(
        "No record with decision `include` names the source", "Add the record"
    ),
    FaultCode.SOURCE_INCLUDED_TWICE: Advice(
        "Two records include one source, so the flow would not add up",
        "Make the later one `merged`",
    ),
    FaultCode.SCREENING_WITHOUT_SOURCE: Advice(
        "An included or merged record names no source", "Name it"
    ),
    FaultCode.SCREENING_MISMATCH: Advice(
        "Decision, reason and source don't go together", "See the columns in `datapackage.json`"
    ),
    FaultCode.BIBLIOGRAPHY_WITHOUT_SOURCE: Advice(
        "The key of the entry is no source", "Correct the key, or add the source"
    ),
    FaultCode.BIBLIOGRAPHY_DIFFERS: Advice(
        "Year or DOI is not that of `sources.csv`", "Correct whichever is wrong"
    ),
    FaultCode.BAD_COMPARISON: Advice(
        "A bound in `claims.yml`, `quantities.yml` or `confidence.yml` is no comparison",
        'Write it like `">= 3"`',
    ),
    FaultCode.UNKNOWN_ATTRIBUTE: Advice(
        "A selection asks for what is neither an attribute of the codebook nor a column of "
        "`sources.csv`",
        "Correct the name, or add the attribute to the codebook",
    ),
    FaultCode.UNKNOWN_SELECTION: Advice(
        "No selection has this name", "Correct it, or add it to `selections` in `claims.yml`"
    ),
    FaultCode.CIRCULAR_SELECTION: Advice(
        "A selection is described by itself, maybe through others", "Describe one of them anew"
    ),
    FaultCode.BAD_RULE: Advice(
        "A rule in `claims.yml` does not fit together: it counts what cannot be counted so, or "
        "leaves out what it needs",
        "Follow the message, or a claim that counts alike",
    ),
    FaultCode.UNKNOWN_ITEM: Advice(
        "PRISMA 2020 has no such item in `prisma.yml`", "Correct its number"
    ),
    FaultCode.MISSING_ITEM: Advice(
        "`prisma.yml` leaves out an item of PRISMA 2020", "Add it with its answer"
    ),
    FaultCode.NOT_ONE_ANSWER: Advice(
        "An item has no answer, or several", "Keep one of `reported`, `partly` and `not_done`"
    ),
}
_PROSE: dict[StrEnum, Advice] = {
    ProseCode.UNREADABLE: Advice(
        "A cell or an inline expression is no Python", "Correct it; nothing in it was checked"
    ),
    ProseCode.TYPED_NUMBER: Advice(
        "A number stands in the prose that no data gave",
        "Let the data give it, as the message says; where it is right nevertheless, mark it "
        "`<!-- literal: why -->`",
    ),
    ProseCode.RETYPED_VALUE: Advice(
        "A number stands in the prose that the data give already",
        "Place the value, as the message says",
    ),
    ProseCode.UNBOUND_QUANTITY: Advice(
        'A word such as "most" or "rose" that no number bears',
        "Let the data choose the word, or say it without a quantity",
    ),
    ProseCode.CLAIM_NOT_PLACED: Advice(
        "A claim of `claims.yml` that no chapter states", "State it with `say` where it belongs"
    ),
    ProseCode.UNKNOWN_CLAIM: Advice(
        "A chapter states a claim that `claims.yml` doesn't have",
        "Correct the name, or add the claim with its rule",
    ),
    ProseCode.CLAIM_WORDED_TWICE: Advice(
        "One section words a claim in two ways", "Say it once, or in the same words"
    ),
    ProseCode.SOURCE_NOT_CITED: Advice(
        "A source that no chapter cites or lists", "Cite it, or list all sources"
    ),
    ProseCode.CITATION_WITHOUT_SOURCE: Advice(
        "A chapter cites a key that `references.bib` doesn't have",
        "Correct the key, or add the entry",
    ),
    ProseCode.REFERENCE_WITHOUT_TARGET: Advice(
        "A chapter or `prisma.yml` refers to a section, table or figure that isn't there",
        "Correct the name, or give the target that id",
    ),
}
_RENDER: dict[StrEnum, Advice] = {
    RenderCode.UNKNOWN_OPTION: Advice("No such format or engine", "Use one that the message names"),
    RenderCode.SETTING_NAMES_NO_FILE: Advice(
        "A setting or a style sheet names a file or folder that isn't there",
        "Correct the name, or put the file there",
    ),
    RenderCode.MALFORMED_SETTINGS: Advice(
        "`_quarto.yml`, `_variables.yml` or the front matter is no YAML, or no mapping",
        "Mend indentation, brackets or quotes in that line",
    ),
    RenderCode.BAD_SETTING: Advice(
        "A setting is missing (title, date, the one document) or of the wrong kind",
        "Write it as the message shows",
    ),
    RenderCode.UNSUPPORTED_SETTING: Advice(
        "A setting that the builtin engine doesn't have",
        "Remove it, or render with `--engine quarto`",
    ),
    RenderCode.WRONG_ENCODING: Advice(
        "Bytes in a chapter or in settings that are no UTF-8", "Save the file as UTF-8"
    ),
    RenderCode.OUTSIDE_PROJECT: Advice(
        "A picture, an include or a setting leads out of the project's folder, by `..`, an "
        "absolute path, a link or a web address",
        "Put the file into the project and name it there",
    ),
    RenderCode.UNLISTED_INPUT: Advice(
        "A chapter, a cell or a setting takes in a file that is not among the inputs of a build: "
        "no build would see it change",
        "Move it to one of the folders that the message names",
    ),
    RenderCode.INCLUDE_MISSING: Advice("What is included is no file", "Correct the name"),
    RenderCode.INCLUDE_CIRCLE: Advice("Files include each other", "Break the circle"),
    RenderCode.UNSUPPORTED_SHORTCODE: Advice(
        "A shortcode other than `include` on a line of its own, `var`, `meta` and `pagebreak`",
        "Write it otherwise, or render with `--engine quarto`",
    ),
    RenderCode.NO_VALUE: Advice(
        "A shortcode `var` or `meta` asks for what nobody has set", "Set it, or correct the name"
    ),
    RenderCode.UNSUPPORTED_CONSTRUCT: Advice(
        "Markdown to which Quarto gives a meaning that the builtin engine doesn't know",
        "Leave it out, or render with `--engine quarto`",
    ),
    RenderCode.UNSUPPORTED_CELL: Advice(
        "A code cell or inline code in another language or form", "Write it as the message shows"
    ),
    RenderCode.BAD_CELL_OPTION: Advice(
        "An option of a cell is no YAML, unknown, or has another value",
        "Use the options that the message names",
    ),
    RenderCode.LABEL_TAKEN: Advice("Two cells have one label", "Rename one of them"),
    RenderCode.CELL_FAILED: Advice(
        "A cell raised an exception; its last lines follow the message",
        "Correct the cell or what it calls. A `ChapterError` says which wording no longer "
        "fits the data",
    ),
    RenderCode.CELL_TIMEOUT: Advice(
        "A cell ran longer than it may",
        "Find what doesn't end in it, or give it more with `--timeout`",
    ),
    RenderCode.NO_KERNEL: Advice(
        "The process that runs the cells did not start",
        "See what `python -m ipykernel_launcher` says, or make the environment anew",
    ),
    RenderCode.KERNEL_DIED: Advice(
        "The process that runs the cells ended in this cell",
        "See what it does to memory or to the process",
    ),
    RenderCode.PRINTED_TOO_MUCH: Advice("A cell printed more than is taken", "Let it print less"),
    RenderCode.INLINE_FAILED: Advice(
        "An inline expression raised an exception", "Correct the expression"
    ),
    RenderCode.HTML_OUTPUT: Advice(
        "A cell shows HTML, which PDF and Word can't take", "Show Markdown"
    ),
    RenderCode.NOT_ONE_PICTURE: Advice(
        "A cell with a `fig-` label shows no picture, or several", "Let it show one"
    ),
    RenderCode.NO_CAPTION: Advice("A figure or table with a label has no caption", "Give it one"),
    RenderCode.NO_ALTERNATIVE_TEXT: Advice(
        "A picture has no text for those who don't see it", "Say in `fig-alt` what it shows"
    ),
    RenderCode.NO_PICTURE: Advice("A picture that isn't there", "Make it, or correct its name"),
    RenderCode.IDENTITY_TWICE: Advice("One id is given to several elements", "Give it once"),
    RenderCode.NO_TARGET: Advice(
        "A cross-reference to an id that nothing has",
        "Correct the reference, or give the target that id",
    ),
    RenderCode.TARGET_WITHOUT_NUMBER: Advice(
        "A cross-reference to a section without number", "Link to it by its title"
    ),
    RenderCode.MIXED_BRACKET: Advice(
        "Citations and cross-references share a bracket", "Give each its own"
    ),
    RenderCode.CITATION_WITHOUT_ENTRY: Advice(
        "A citation whose key the bibliography doesn't have", "Correct the key, or add the entry"
    ),
    RenderCode.ODD_MARKDOWN: Advice("Pandoc warns of this line", "Correct it as the warning says"),
    RenderCode.UNFIT_FOR_FORMAT: Advice(
        "A table or a reference that one of the formats can't show as it stands",
        "Correct what the message names",
    ),
    RenderCode.NO_FONT: Advice(
        "`mainfont` names a family of which the project's fonts lack a face, or a font is broken",
        "Add the file to a folder of `font-paths`, or name another family",
    ),
    RenderCode.NO_GLYPH: Advice(
        "The PDF's fonts have no picture of a character",
        "Write it in other characters, or add a font that has it under `font-paths`",
    ),
    RenderCode.PANDOC_FAILED: Advice(
        "Pandoc stopped, or warned without naming a line", "See its message"
    ),
    RenderCode.TYPST_FAILED: Advice("Typst can't set the PDF", "See its message"),
    RenderCode.NO_QUARTO: Advice(
        "`--engine quarto` without Quarto on the path", "Install Quarto, or use the builtin engine"
    ),
    RenderCode.QUARTO_FAILED: Advice("Quarto stopped", "See its message"),
    RenderCode.OUTPUT_HOLDS_PROJECT: Advice(
        "The folder for the documents, which is swapped whole, holds the project or its files",
        "Give `--output` a new folder, one outside, or one whose name begins with `_`",
    ),
    RenderCode.NOT_WRITABLE: Advice(
        "The output folder or the project's `.render` can't be made, written to or swapped",
        "Make it writable, or give another folder with `--output`",
    ),
    RenderCode.DISK_FULL: Advice(
        "There is no space for the new documents; the earlier ones are as they were",
        "Free some space",
    ),
    RenderCode.BUILD_RUNNING: Advice(
        "Another build of this project is running", "Wait until it has ended"
    ),
}
_COMMAND: dict[StrEnum, Advice] = {
    CommandCode.NO_PROJECT: Advice(
        "Neither this folder nor any above it has a `_quarto.yml`", "Change to the project's folder"
    ),
    CommandCode.BAD_CLAIM: Advice(
        "`claims.yml` or `confidence.yml` asks for what no rule in `analysis/` counts",
        "Correct it, or write the rule",
    ),
    CommandCode.NO_CLAIM: Advice(
        "`why` was asked for a claim that `claims.yml` doesn't have",
        "Use the name that the message gives",
    ),
    CommandCode.NO_REVISION: Advice(
        "A name that is neither a folder nor a git revision with data of this project",
        "Correct the name",
    ),
    CommandCode.UNLIKE_RULES: Advice(
        "Data of another time lack what today's rules count", "Compare with later data"
    ),
    CommandCode.NO_DOCUMENT: Advice(
        "A document that `parity` should read isn't there", "Make it with `evidence render`"
    ),
    CommandCode.UNREADABLE_DOCUMENT: Advice(
        "A document that `parity` should read is damaged or of another kind",
        "Make it anew with `evidence render`",
    ),
    CommandCode.NOT_COMPARABLE: Advice(
        "`parity` was given one file, or both a folder and files",
        "Name a folder, or two files or more",
    ),
    CommandCode.SYSTEM: Advice(
        "The operating system refused something: no permission, no such file, no space",
        "See its message",
    ),
    CommandCode.UNEXPECTED: Advice(
        "A fault of this program and not of your data",
        "Report it with the command, the revision and what the same command with `--verbose` "
        "prints",
    ),
    CommandCode.WRONG_USAGE: Advice(
        "The command has no such verb, option or value, or lacks one",
        "Write it as the usage above the message shows, or see `--help`",
    ),
    CommandCode.NO_MANIFEST: Advice(
        "What `verify` was given isn't there, or is no `manifest.json` as a build writes it",
        "Correct the name, or make it anew with `evidence render`",
    ),
    CommandCode.BUILD_FAILED: Advice(
        "A build that `verify` or `preview` started ended without documents",
        "Mend what its last lines, above the message, say; where they say nothing, see what "
        "`evidence render` does",
    ),
    CommandCode.NO_PORT: Advice(
        "The port of `preview` is taken, perhaps by another preview, or not open to you",
        "Give another with `--port`, or `--port 0` for any that is free",
    ),
    CommandCode.STOPPED_BY_SIGNAL: Advice(
        "You (Ctrl-C), a program or the end of the terminal stopped the command; documents of an "
        "earlier run are as they were",
        "Run it again",
    ),
}
CATALOGUE: Mapping[StrEnum, Advice] = {**_DATA, **_PROSE, **_RENDER, **_COMMAND}

_INTRODUCTION = """\
# What a message means

`evidence` prints a line for each fault, with file and line as far as it has them:

    file:line:column: code: what is wrong; what to do

The code says which of these tables explains it. Nothing is written over your documents while there
is a fault. `--verbose`, after any verb, prints below the message where in the program it arose;
that is for reporting a fault of the program itself.
"""
_PARTS = {
    "In the data": _DATA,
    "In the wording of the chapters": _PROSE,
    "While reading and rendering": _RENDER,
    "Of the command itself": _COMMAND,
}


def document() -> Iterator[str]:
    """Give the lines of `docs/errors.md`."""
    yield from _INTRODUCTION.splitlines()
    for title, part in _PARTS.items():
        yield from ("", f"## {title}", "", "| Code | Cause | Next step |", "| --- | --- | --- |")
        for code, advice in part.items():
            yield f"| `{code}` | {advice.cause} | {advice.next_step} |"


if __name__ == "__main__":
    print("\n".join(document()))
