"""A new review: the templates of `evidence/scaffold`, filled in with what its author chose.

A line `%% if NAME ...` begins what is kept where all that it names holds, and `%% end` ends it; a
file of which nothing is kept is left out. `<<name>>` stands for a text, and `<<name:form>>` for the
same as a file of that form has it. In names of files `dot-` stands for the dot that would hide a
template.
"""

import csv
import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from evidence.engine.own import EXTENSIONS, OWN_EXTENSION
from evidence.exchange.sources.bibtex import bibtex_text
from evidence.exchange.sources.records import Record
from evidence.model.relations import ADDED, BOTH
from evidence.proof.manifest import PACKAGE, TEMPLATES
from evidence.report.markup import sentence_list

FONTS = "fonts"
# A wheel has the fonts beside the templates; else they are those of this package's own report.
_PLACES = TEMPLATES / FONTS, PACKAGE.parent / FONTS
_TYPE = next(path for path in _PLACES if path.is_dir())
# Whose word counts where several coded.
AGREED = "agreed"
_BLOCK = re.compile(r"^%% if (?P<names>.+)\n(?P<text>(?:.*\n)*?)%% end\n", re.MULTILINE)
_BLANK = re.compile(r"<<([\w:-]+)>>")
_SIGNS = re.compile(r"[\\`*_\[\]<>$@~^{}|]|&(?=#?\w+;)|(?<=^\d)[.)](?= )|^[-+#>](?= )")
# Without it a number in a question would have to come from the data.
_ASKED = "<!-- literal: a question, and no finding -->"
_HIDDEN = "dot-"


@dataclass(frozen=True, slots=True)
class Baseline:
    """An earlier review that the new one takes up; its authors as in sources.csv."""

    authors: str
    year: int
    title: str


@dataclass(frozen=True, slots=True)
class Choices:
    """What the author of a new review chose.

    Attributes
    ----------
    prisma
        Whether searches and screening are logged, for the flow and the checklist of PRISMA.
    sample
        Whether it begins with invented sources.
    """

    title: str
    questions: tuple[str, ...]
    coders: tuple[str, ...]
    baseline: Baseline | None
    prisma: bool
    sample: bool


def scaffold(choices: Choices, today: str, version: str) -> Mapping[str, bytes]:
    """Return the files of a new review by their path in the project.

    Parameters
    ----------
    today
        As the report dates itself.
    version
        Of this package, which the review's environment is to have.
    """
    kept = {
        "sample" if choices.sample else "empty",
        "several" if len(choices.coders) > 1 else "single",
        *(["partial"] if len(choices.coders) > 2 else []),
        *(["baseline"] if choices.baseline else []),
        *(["prisma"] if choices.prisma else []),
    }
    texts = _texts(choices) | {"today": today, "version": version}
    files = {}
    for path in sorted(TEMPLATES.rglob("*")):
        if path.is_file() and path.parent != _TYPE:
            text = filled(path.read_text(encoding="utf-8"), kept, texts)
            name = path.relative_to(TEMPLATES).as_posix().replace(_HIDDEN, ".")
            if text or not path.stat().st_size:
                files[name] = text.encode()
    for folder, name in ((OWN_EXTENSION, f"{EXTENSIONS}/{PACKAGE.name}"), (_TYPE, FONTS)):
        files |= {f"{name}/{path.name}": path.read_bytes() for path in sorted(folder.iterdir())}
    return files


def filled(template: str, kept: set[str], texts: Mapping[str, str]) -> str:
    """Return a template with the parts that are kept, and a text in each blank."""
    text = _BLOCK.sub(
        lambda match: match["text"] if kept.issuperset(match["names"].split()) else "", template
    )
    return _BLANK.sub(lambda match: texts[match[1]], text)


def _texts(choices: Choices) -> dict[str, str]:
    coders, several = choices.coders, len(choices.coders) > 1
    first, second = coders[0], coders[1] if several else ""
    name = re.sub("[^a-z0-9]+", "-", choices.title.lower()).strip("-") or "review"
    texts = {
        "both": BOTH if several else "",
        "added": ADDED if several else "",
        "questions": "\n".join(
            f"- {_markdown(question)} {_ASKED}" for question in choices.questions
        ),
        "coders-prose": sentence_list([*map(_markdown, coders)]),
    }
    told: dict[str, str | tuple[str, ...]] = {
        "name": name,
        "title": choices.title,
        "coders": coders,
        "partial": coders[2:],
        "whose": (BOTH, *coders, ADDED),
        "agreed": AGREED if several else first,
        "first": first,
        "second": second,
        "by-first": first if several else "",
        "by-second": second,
    }
    if row := choices.baseline:
        values = {
            "type": ("report",),
            "authors": tuple(row.authors.split("; ")),
            "year": (str(row.year),),
            "title": (row.title,),
        }
        key = f"baseline{row.year}"
        entry = bibtex_text([Record(0, "", values)], [key]).rstrip("\n")
        texts |= {"baseline-id": key, "baseline-year": str(row.year), "baseline-entry": entry}
        told |= {"baseline-authors": row.authors, "baseline-title": row.title}
    for key, value in told.items():
        # JSON is YAML, too.
        texts[f"{key}:yaml"] = json.dumps(value, ensure_ascii=False)
        marked = _markdown(value) if isinstance(value, str) else [*map(_markdown, value)]
        texts[f"{key}:head"] = json.dumps(marked, ensure_ascii=False)
        if isinstance(value, str):
            texts |= {f"{key}:csv": _cell(value), f"{key}:md": _markdown(value)}
    return texts


def _markdown(text: str) -> str:
    """Return a text as Markdown that reads back as it is, and looks like it."""
    return _SIGNS.sub(r"\\\g<0>", text)


def _cell(text: str) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow([text])
    return line.getvalue()
