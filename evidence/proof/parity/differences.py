"""What may differ between the formats, and why: the whole list."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Declared:
    """Something that the comparison leaves out.

    Attributes
    ----------
    what
        What differs, in the words of a reader.
    why
        Why it may.
    counted
        Whether the readers count how often a document has it.
    """

    what: str
    why: str
    counted: bool = True


DECLARED = {
    "contents": Declared(
        "contents, lists of figures and tables",
        "they repeat headings and captions, with page numbers where there are pages",
    ),
    "running": Declared(
        "running heads and page numbers",
        "HTML has no pages; in PDF they are artefacts, in Word parts of their own (parts counted)",
    ),
    "interactive": Declared(
        "explorer, pop-overs and controls",
        "HTML alone can be operated; they tell more of the data behind what all three say",
    ),
    "levels": Declared(
        "levels of headings in HTML",
        "a page has one h1, its title, so that chapters begin at h2 (levels lowered by)",
    ),
    "notes-heading": Declared(
        "the heading over the notes",
        "HTML collects them at its end; in PDF and Word they stand at the foot of pages",
    ),
    "marks": Declared(
        "marks of lists and of notes",
        "in PDF they are text; browsers and Word make them",
    ),
    "formulas": Declared(
        "formulas",
        "each format has its own notation: MathML, a picture with its source, Office Math",
    ),
    "decorative": Declared(
        "pictures marked as decoration",
        "they say nothing; a figure whose text is lost is missing among the alt texts",
    ),
    "layout": Declared(
        "tables that only lay out a page",
        "Quarto puts figures and callouts of a Word file into tables without header",
    ),
    "rows": Declared(
        "cells that name their row",
        "HTML tags each, Word says it once for the table, Typst cannot yet tag them in a PDF",
    ),
    "repeated": Declared(
        "header rows repeated on each page",
        "where a table goes on, PDF and Word show its header again as an artefact",
        counted=False,
    ),
    "letters": Declared(
        "spaces, ligatures, soft hyphens and word joiners",
        "they serve the breaking of lines; a non-breaking space counts as a space",
        counted=False,
    ),
}
