"""The document as a tagged PDF (PDF/UA-1), set by Typst."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import typst

from evidence.engine import workers
from evidence.engine.faults import Problem, RenderError
from evidence.engine.formats.draft import Draft
from evidence.engine.own import OWN_EXTENSION
from evidence.engine.project import FONT_PATHS, IN_HEADER, MARK, PARTIALS, is_own
from evidence.engine.source import Line

_TEMPLATE = "report.typ"
_DEFINED = "$typst-template.typ()$"
_DEFINITIONS = b"// what follows is for all sections\n"
_BODY = b"// the text\n"
# What holds from there on, and not beyond the file of a section; in brackets it ends with them.
_RULE = re.compile(rb"(?<![\[\\])#(?:set|show|let|import)\b")
# So many for each build leave Typst what the last two or three used.
_FORGETTING = 4
# What is no longer may stand elsewhere in a PDF.
_MISTAKABLE = 8
_NO_GLYPH = re.compile(r'the text `"(?P<text>.+?)"` could not be displayed')


def write(draft: Draft) -> Path:
    """Write the document as PDF."""
    # Parts of the template that the project has itself win over the package's.
    folder = draft.folder / "template"
    folder.mkdir()
    for path in (*OWN_EXTENSION.glob("*.typ"), *draft.project.files(*PARTIALS)):
        shutil.copy(path, folder)
    text = (folder / _TEMPLATE).read_text(encoding="utf-8")
    mark, body = _DEFINITIONS.decode(), _BODY.decode()
    text = text.replace(_DEFINED, f"{mark}{_DEFINED}\n{mark}").replace("$body$", body)
    (folder / _TEMPLATE).write_text(text, encoding="utf-8")
    # It shows on no page, and would have Typst set all of them again.
    build = draft.project.mark
    hidden = "x" * len(build) if len(build) > _MISTAKABLE else build
    frame = draft.frame(
        "pdf",
        f"--template={folder.name}/{_TEMPLATE}",
        *([f"--metadata={MARK}:{hidden}"] if build else []),
        files=sorted(folder.iterdir()),
    )
    marked = draft.project.marked
    sections = [marked(section) for section in draft.fragments("pdf", frame)]
    source = _source(marked(frame.content), sections, draft)
    # Typst needs the memory that they hold.
    workers.give_way()
    try:
        path = _set(source, draft)
    except typst.TypstError as error:
        if not _NO_GLYPH.search(str(error)):
            problem = Problem("typst-failed", "", 0, f"Typst: {error}", "")
            raise RenderError(problem) from error
        raise RenderError(*_without_glyph(draft)) from error
    content = path.read_bytes()
    for there, wanted in zip(_as_written(hidden), _as_written(build), strict=True):
        content = content.replace(there, wanted) if there != wanted else content
    path.write_bytes(content)
    return path


def _as_written(text: str) -> tuple[bytes, bytes]:
    """Return a text as a PDF may have it among what is known of the document."""
    return text.encode(), text.encode("utf-16-be").hex().upper().encode()


def _source(frame: bytes, sections: Sequence[bytes], draft: Draft) -> Path:
    """Write Typst's files: each section its own, so that Typst knows again what stays the same."""
    source = draft.folder / _TEMPLATE
    # Where the project says something in Typst, it says it to all that follows.
    is_told = draft.project.files(*IN_HEADER["pdf"]) or any(map(_RULE.search, sections))
    if is_told or not all(map(is_own, draft.project.files(*PARTIALS))):
        whole = frame.replace(_DEFINITIONS, b"")
        source.write_bytes(whole.replace(_BODY, b"\n".join(sections)))
        return source
    before, definitions, after = frame.split(_DEFINITIONS)
    (draft.folder / "definitions.typ").write_bytes(definitions)
    known = b'#import "definitions.typ": *\n'
    names = [f"section-{number}.typ" for number in range(len(sections))]
    for name, section in zip(names, sections, strict=True):
        (draft.folder / name).write_bytes(known + section)
    body = "\n\n".join(f'#include "{name}"' for name in names).encode()
    source.write_bytes(b"".join((before, known, after)).replace(_BODY, body))
    return source


def _set(source: Path, draft: Draft) -> Path:
    path = source.with_suffix(".pdf")
    typst.compile(
        str(source),
        output=str(path),
        root=str(draft.folder),
        pdf_standards=["ua-1"],
        # The fonts inside the wheel: every machine sets the same pages.
        ignore_system_fonts=True,
        font_paths=[str(path) for path in draft.project.files(*FONT_PATHS)],
        timestamp=draft.project.epoch,
    )
    return path


def forget() -> None:
    """Have Typst forget what only earlier states of a document needed.

    It does so after ten other compilations, and remembers some megabytes of each until then.
    """
    for _ in range(_FORGETTING):
        typst.compile(b"x", ignore_system_fonts=True)


def _without_glyph(draft: Draft) -> Iterator[Problem]:
    """Find all characters that the fonts cannot show: Typst names the first alone."""
    used = {character for line in draft.lines for character in line.text}
    unknown = {c for c in used if not c.isascii() and not _can_show(c, draft)}
    places: dict[tuple[str, int], tuple[Line, set[str]]] = {}
    for line in draft.lines:
        if found := unknown.intersection(line.text):
            places.setdefault((line.file, line.number), (line, set()))[1].update(found)
    hint = "write it in other characters, here or in the data that stand here"
    for line, found in places.values():
        message = f"the PDF's fonts cannot show {', '.join(map(repr, sorted(found)))}"
        yield line.problem("no-glyph", message, hint)


def _can_show(character: str, draft: Draft) -> bool:
    probe = draft.folder / "probe.typ"
    probe.write_text(f'#set document(title: "x")\n#"{character}"\n', encoding="utf-8")
    try:
        _set(probe, draft)
    except typst.TypstError as error:
        return not _NO_GLYPH.search(str(error))
    return True
