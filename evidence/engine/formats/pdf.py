"""The document as a tagged PDF (PDF/UA-1), set by Typst."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import typst

from evidence.engine.faults import Problem, RenderError
from evidence.engine.formats.draft import Draft
from evidence.engine.project import FONT_PATHS, OWN_EXTENSION, PARTIALS
from evidence.engine.source import Line

_TEMPLATE = "report.typ"
_BODY = b"// the text"
_NO_GLYPH = re.compile(r'the text `"(?P<text>.+?)"` could not be displayed')


def write(draft: Draft) -> Path:
    """Write the document as PDF."""
    # Parts of the template that the project has itself win over the package's.
    folder = draft.folder / "template"
    folder.mkdir()
    for path in (*OWN_EXTENSION.glob("*.typ"), *draft.project.files(*PARTIALS)):
        shutil.copy(path, folder)
    text = (folder / _TEMPLATE).read_text(encoding="utf-8")
    (folder / _TEMPLATE).write_text(text.replace("$body$", _BODY.decode()), encoding="utf-8")
    files = sorted(folder.iterdir())
    frame = draft.frame("pdf", f"--template={folder.name}/{_TEMPLATE}", files=files)
    sections = draft.fragments("pdf", frame)
    source = draft.folder / "report.typ"
    source.write_bytes(frame.content.replace(_BODY, b"\n".join(sections)))
    try:
        return _set(source, draft)
    except typst.TypstError as error:
        if not _NO_GLYPH.search(str(error)):
            problem = Problem("typst-failed", "", 0, f"Typst: {error}", "")
            raise RenderError(problem) from error
        raise RenderError(*_without_glyph(draft)) from error


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
