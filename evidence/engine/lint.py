"""What a document's sections hold, searched for faults that would reach the reader."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath

from evidence.engine import headings
from evidence.engine.facts import NAME, Sections
from evidence.engine.faults import Fault, Problem, RenderError
from evidence.engine.source import Fences, Line, line_of

_INLINE_CODE = re.compile(r"(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)")
_RULE_OF_TABLE = re.compile(r"[\s>]*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)+\|?\s*$")
_NOTE_TEXT = re.compile(r"^\s*\[\^([^\]\s]+)\]:")
_NOTE_MARK = re.compile(r"(?<![\\\]])\[\^([^\]\s^]+)\](?!:)")
_FORMULA = re.compile(r"\$\$(.+?)\$\$|(?<![\\$\w])\$(?=\S)([^$]*[^\s$\\])\$(?![\d$])")
_CUT = re.compile(r"(?<!\\)%")


def faults(
    sections: Sections,
    *,
    citations: Collection[str] | None = None,
    numbered: bool = False,
    has_outputs: bool = True,
) -> list[Problem]:
    """Find what the engine does not know, and what readers of some format would not get.

    Parameters
    ----------
    sections
        All of the document.
    citations
        The keys of the bibliography; without it, references are left for later.
    numbered
        Whether sections have numbers.
    has_outputs
        Whether what cells show is in the text: a figure may hold it.
    """
    problems = [*_given_twice(sections), *headings.unfit(sections)]
    for facts, lines in sections:
        found = [*facts.faults, *(facts.floats if has_outputs else ())]
        problems += (_placed(fault, lines) for fault in found)
    if citations is not None:
        problems += _unresolved(sections, citations, numbered=numbered)
    return problems


def _placed(fault: Fault, lines: Sequence[Line]) -> Problem:
    place = fault.place
    line = lines[place] if isinstance(place, int) else line_of(place, lines)
    return line.problem(fault.code, fault.message, fault.hint)


def _given_twice(sections: Sections) -> Iterator[Problem]:
    counts: Counter[str] = Counter()
    for facts, _ in sections:
        counts.update(dict(facts.identities))
    for facts, lines in sections:
        for name, _ in facts.identities:
            # Once is enough to tell it.
            if (count := counts.pop(name, 0)) > 1:
                message = f"#{name} is given {count} times"
                yield line_of(f"#{name}", lines).problem("identity-twice", message, "give it once")


def _unresolved(
    sections: Sections, citations: Collection[str], *, numbered: bool
) -> Iterator[Problem]:
    """Find references and citations to nothing."""
    found = [heading for facts, _ in sections for heading in facts.headings]
    bare = {row.identity for row in found if not (row.is_numbered and numbered)}
    known = {row.identity for row in found} - bare
    known |= {name for facts, _ in sections for name in facts.targets}
    cited = {key for key in citations if not NAME.match(key)}
    for facts, lines in sections:
        for name in facts.references:
            if name not in known:
                yield _placed(_no_target(name, name in bare), lines)
        for key in facts.citations:
            if key not in cited:
                message = f"the citation @{key} has no entry"
                hint = "add it to the bibliography, or correct the key"
                yield _placed(Fault(f"@{key}", "citation-without-entry", message, hint), lines)


def _no_target(name: str, is_bare: bool) -> Fault:
    if is_bare:
        message = f"@{name} refers to a section without number"
        hint = f"number the section, or link to it: `[its title](#{name})`"
        return Fault(f"@{name}", "target-without-number", message, hint)
    message = f"the cross-reference @{name} has no target"
    hint = f"give the target {{#{name}}}, or correct the reference"
    return Fault(f"@{name}", "no-target", message, hint)


def lost(lines: Iterable[Line]) -> list[Problem]:
    """Find what was typed and Pandoc drops or shows as typed: cells of tables, notes, formulas."""
    fences, columns = Fences(), 0
    shown = [
        (line, _INLINE_CODE.sub(lambda match: "x" * len(match[0]), line.text))
        for line in lines
        if not fences.hold(line.text)
    ]
    defined = {name for _, text in shown for name in _NOTE_TEXT.findall(text)}
    problems = []
    for line, text in shown:
        if _RULE_OF_TABLE.match(text):
            columns = len(_cells(text))
        elif not text.strip():
            columns = 0
        elif columns and len(_cells(text)) > columns:
            message = f"this row has more cells than the {columns} columns of its table"
            problems.append(line.problem("odd-markdown", message, "write a bar in a cell as `\\|`"))
        for name in _NOTE_MARK.findall(text):
            if name not in defined:
                message, hint = f"the note [^{name}] has no text", f"add `[^{name}]: …`"
                problems.append(line.problem("odd-markdown", message, hint))
        if any(_CUT.search("".join(found)) for found in _FORMULA.findall(text)):
            message = "a formula ends at its %, which begins a comment in TeX"
            problems.append(line.problem("odd-markdown", message, "write `\\%`"))
    return problems


def _cells(row: str) -> list[str]:
    return re.split(r"(?<!\\)\|", row.strip().removeprefix("|").removesuffix("|"))


def copy_images(
    sections: Sections,
    *,
    root: Path,
    build: Path,
    extensions: Collection[str],
) -> list[tuple[Path, Line]]:
    """Bring the project's pictures to the folder where documents are built.

    Figures of cells are there already. A name without extension stands for one file in each of the
    wanted formats. Returns the pictures of the project, and the lines that name them.
    """
    problems, copied = [], []
    for row in pictures(sections, root, extensions, build):
        if isinstance(row, Problem):
            problems.append(row)
            continue
        copy = build / row[0].relative_to(root)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(row[0].read_bytes())
        copied.append(row)
    if problems:
        raise RenderError(*problems)
    return copied


def pictures(
    sections: Sections,
    root: Path,
    extensions: Collection[str],
    build: Path | None = None,
) -> Iterator[tuple[Path, Line] | Problem]:
    """Yield each picture that is not made yet, with the line that names it, or what is wrong."""
    # Where several sections name it, the first does.
    named = {name: lines for facts, lines in reversed(sections) for name in facts.pictures}
    for target, lines in named.items():
        names = [target] if PurePosixPath(target).suffix else [f"{target}.{e}" for e in extensions]
        for name in names:
            if build and (build / name).is_file():
                continue
            line, path = line_of(target, lines), root / name
            if "://" in name or not path.resolve().is_relative_to(root):
                message, hint = f"the picture {name} is elsewhere", "put it into the project"
                yield line.problem("outside-project", message, hint)
            elif not path.is_file():
                message, hint = f"the picture {name} does not exist", "make it, or correct its name"
                yield line.problem("no-picture", message, hint)
            else:
                yield path, line
