"""The blind coding sheet: what is asked of each source, of a person who sees no earlier answer.

Here is what is asked, and the sheet as CSV, with a row for each question and source;
`coding_workbook` writes it with tabs and lists to choose from, and `returned_sheet` reads both.
"""

import csv
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from evidence.model.codebook import Codebook
from evidence.model.evidence import Source

# What the sheet says of itself, and is held to when it comes back.
CODER, VERSION = "Coder", "Codebook version"
SOURCE, QUESTION, CODE, WHERE, SAYS = "Source", "Question", "Code", "Where", "What the text says"
ANSWERS = ("Answer", "Second answer", "Third answer")
FINISHED, YES, NOT_SAID = "finished", "yes", "not said"
# Columns that only show what is known, and that nobody is asked to change.
OF_SOURCE = ("Title", "Authors", "Year", "Link", "Read at", "Text read")
MEANING, ALLOWED = "Meaning", "Allowed"
CSV_COLUMNS = (
    CODER, VERSION, SOURCE, *OF_SOURCE, QUESTION, CODE, MEANING, ALLOWED, *ANSWERS, WHERE, SAYS,
)  # fmt: skip


# What a person may be called, in any script: it goes into the data and into a file's name.
NAMED_BY = "letters, digits, spaces and . - _ ' alone, a letter or digit first"
_SIGNS = frozenset(" .-_'’")


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that is asked of a source.

    Attributes
    ----------
    name
        The attribute or facet; `finished` for the last of all, which asks whether the coder is done
        with the source.
    item
        The code of a facet, or the value of an attribute that may have several.
    wording, meaning
        Of the question, and of its code or value.
    allowed
        The answers that there are.
    several
        How many of them may be given.
    """

    name: str
    item: str
    wording: str
    meaning: str
    allowed: tuple[str, ...]
    several: int = 1
    is_code: bool = False

    @property
    def heading(self) -> str:
        """What heads its column, where it has one: "voices: professionals"."""
        return f"{self.name}: {self.item}" if self.item else self.name


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet for one coder: what is asked, of which sources.

    Attributes
    ----------
    about
        What is said of it at its head, by name.
    """

    coder: str
    codebook: Codebook
    sources: tuple[Source, ...]
    about: Mapping[str, str]


def is_name(text: str) -> bool:
    """Say whether a person can be called so: a letter or digit first, no space last."""
    plain = all(one in _SIGNS or unicodedata.category(one)[0] in "LMN" for one in text)
    return plain and text[:1].isalnum() and text == text.rstrip()


def questions(codebook: Codebook) -> tuple[Question, ...]:
    """Return what is asked of each source, in the order of the codebook."""
    found = []
    for name, attribute in codebook.attributes.items():
        if attribute.multiple:
            for value, meaning in attribute.values.items():
                found.append(Question(name, value, attribute.question, meaning, (YES,)))
        else:
            found.append(Question(name, "", attribute.question, "", (*attribute.values,)))
    for name, facet in codebook.facets.items():
        stances = (*facet.stances,)
        several = min(len(stances), len(ANSWERS))
        for code, meaning in facet.codes.items():
            allowed = (*stances, NOT_SAID)
            found.append(Question(name, code, facet.question, meaning, allowed, several, True))
    done = "Are you done with this source? What you left empty then counts as not said."
    return (*found, Question(FINISHED, "", done, "", (YES,)))


def shown(source: Source, question: Question | None = None) -> Mapping[str, str]:
    """Return what the sheet shows of a source and question in the columns that stay as they are."""
    link = f"https://doi.org/{source.doi}" if source.doi else source.url
    values = (source.title, source.authors, str(source.year), link, source.url_read, source.basis)
    found = dict(zip(OF_SOURCE, values, strict=True))
    if question:
        meaning = question.meaning or question.wording
        found |= {MEANING: meaning, ALLOWED: "; ".join(question.allowed)}
    return found


def write_csv(path: Path, sheet: Sheet) -> None:
    """Write the sheet as a table with a row for each question and source."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(CSV_COLUMNS)
        for source in sheet.sources:
            for question in questions(sheet.codebook):
                known = {
                    CODER: sheet.coder,
                    VERSION: str(sheet.codebook.version),
                    SOURCE: source.source_id,
                    QUESTION: question.name,
                    CODE: question.item,
                    **shown(source, question),
                }
                writer.writerow([known.get(column, "") for column in CSV_COLUMNS])
