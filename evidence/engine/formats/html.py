"""The document as one HTML file, which brings all that it shows."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from evidence.engine.faults import Problem
from evidence.engine.formats import typeface
from evidence.engine.formats.draft import Draft
from evidence.engine.formats.typeface import FACES, Typeface
from evidence.engine.own import OWN_EXTENSION
from evidence.engine.project import AFTER_BODY, CSS, Project, read_text, within

_CONTENTS_ID = re.compile(rb'(?P<link><a href="#(?P<id>[^"]+)") id="toc-(?P=id)"')
_EMPTY_HEAD = re.compile(rb'<th(?P<look>( (?!scope)\w+="[^"]*")*) scope="col"></th>')
_BODY = b"<!-- the text -->"
_STYLE = b".the-style {}"
_NOTES = re.compile(
    rb'<section id="footnotes"[^>]*>\n<hr />\n<ol>\n(?P<notes>.*)</ol>\n</section>\s*\Z', re.DOTALL
)
_NOTE_STARTS = re.compile(rb'(?=<li id="fn\d+">)')
_NOTE = re.compile(
    rb'(?P<before><a href="#fn|class="footnote-ref" id="fnref|role="doc-noteref"><sup>|<li id="fn'
    rb'|<a href="#fnref)(?P<number>\d+)(?=["<])'
)
_UNCAPTIONED = re.compile(rb'(?P<before>aria-label="Table without caption )(?P<number>\d+)(?=")')
_FACE = re.compile(r"@font-face\s*\{[^}]*\}")
_URL = re.compile(r"""url\(["']?(?!data:|#)(?P<name>[^"')]+)["']?\)""")


def write(draft: Draft) -> Path:
    """Write the document as HTML."""
    frame, sections = _parts(draft)
    path = draft.folder / "report.html"
    path.write_bytes(draft.project.marked(_joined(frame, sections)))
    return path


def _parts(draft: Draft) -> tuple[bytes, list[bytes]]:
    """Write the page without its text, and each section."""
    project, own = draft.project, OWN_EXTENSION
    folder, mark = draft.folder / "page", _BODY.decode()
    folder.mkdir()
    templates = {path.name: path.read_text(encoding="utf-8") for path in own.glob("report.[hj]*")}
    templates["report.html"] = templates["report.html"].replace("$body$", f"{mark}$body${mark}")
    # Without a template Pandoc would keep spaces on both sides of what filters take out.
    templates["section.html"] = "$body$\n"
    for name, text in templates.items():
        (folder / name).write_text(text, "utf-8")
    behind = project.files(*AFTER_BODY)
    # Files that the project's own HTML names lie in the project.
    embedding = (f"--resource-path=.{os.pathsep}{project.root}", "--embed-resources")
    frame = draft.frame(
        "html",
        f"--template={folder.name}/report.html",
        f"--variable=style:{_STYLE.decode()}",
        *(f"--include-after-body={path}" for path in behind),
        *embedding,
        "--mathml",
        # Titles of sections stand one level below the document's own.
        f"--toc-depth={project.setting('html', 'toc-depth', 3) + 1}",
        *(["--toc"] if project.setting("html", "toc") else []),
        files=[folder / "report.html", folder / "report.js", *behind],
    )
    # The contents stand in the page twice, and ids must not.
    page = _CONTENTS_ID.sub(rb"\g<link>", frame.content)
    alone = (f"--template={folder.name}/section.html", "--metadata=pagetitle:section", "--mathml")
    style = draft.alone("html", f"<style>{_style_sheets(project)}</style>", *alone, *embedding)
    rules = style[len("<style>") : style.rindex(b"</style>")].strip(b"\n")
    sections = draft.fragments(
        "html", frame, *alone, "--section-divs", embedding=embedding, finish=_finished
    )
    return page.replace(_STYLE, rules), sections


def _style_sheets(project: Project) -> str:
    """Return the style sheets, with the files that they name still named."""
    sheets = [(OWN_EXTENSION / "report.css").read_text(encoding="utf-8")]
    # Quarto has to be told of this package's own; the engine is not.
    sheets += [_style(project, sheet) for sheet in project.files(*CSS)]
    rules = _faces(typeface.of(project), project, sheets)
    return "\n".join([*dict.fromkeys(sheets), *rules])


def _joined(page: bytes, sections: Sequence[bytes]) -> bytes:
    """Put sections into the page, with their notes numbered throughout and behind them."""
    before, outline, after = page.split(_BODY)
    # The outline has served for contents and lists; notes in it are those of the title page.
    _, notes = _apart(outline)
    texts: list[bytes] = []
    tables = 0
    for section in sections:
        text, own = _apart(section)
        texts.append(_moved(_moved(text, _NOTE, len(notes)), _UNCAPTIONED, tables))
        notes += [_moved(note, _NOTE, len(notes)) for note in own]
        tables += len(_UNCAPTIONED.findall(text))
    body = [*filter(None, texts), *([_notes(notes)] if notes else [])]
    return b"".join((before, b"\n".join(body), after))


def _apart(content: bytes) -> tuple[bytes, list[bytes]]:
    """Take the notes off the end of a text."""
    found = _NOTES.search(content)
    if not found:
        return content.strip(b"\n"), []
    return content[: found.start()].strip(b"\n"), _NOTE_STARTS.split(found["notes"])[1:]


def _moved(text: bytes, pattern: re.Pattern[bytes], by: int) -> bytes:
    """Add to the numbers that a pattern finds."""

    def counted(match: re.Match[bytes]) -> bytes:
        return match["before"] + str(int(match["number"]) + by).encode()

    return pattern.sub(counted, text) if by else text


def _notes(notes: Sequence[bytes]) -> bytes:
    kind = b'class="footnotes footnotes-end-of-document" role="doc-endnotes"'
    head = b'<section id="footnotes" %b>\n<h2>Footnotes</h2>\n<ol>\n' % kind
    return b"".join((head, *notes, b"</ol>\n</section>"))


def _finished(content: bytes) -> bytes:
    """Make no header of an empty corner, which heads nothing; Pandoc makes one of every cell."""
    return _EMPTY_HEAD.sub(rb"<td\g<look>></td>", content)


def files_of_styles(project: Project) -> Iterator[tuple[Path, str]]:
    """Yield style sheets with each file that they name."""
    for sheet in project.files(*CSS):
        for match in _URL.finditer(read_text(project.root, sheet)):
            yield sheet, match["name"]


def unfit(project: Project) -> Iterator[Problem]:
    """Find the files that style sheets name and the project does not have."""
    for sheet, name in files_of_styles(project):
        place = sheet.relative_to(project.root).as_posix(), 0
        if not within(project.root, sheet.parent / name):
            message, hint = (
                f"it names {name}, which is outside the project",
                "put it into the project",
            )
            yield Problem("outside-project", *place, message, hint)
        elif not (sheet.parent / name).is_file():
            message, hint = (
                f"it names {name}, which does not exist",
                "add the file, or correct the name",
            )
            yield Problem("setting-names-no-file", *place, message, hint)


def _faces(face: Typeface, project: Project, sheets: Sequence[str]) -> Iterator[str]:
    """Yield the rules that bring the type of `mainfont`, where no style sheet has them."""
    if not face.family or any(face.family in rule for rule in _FACE.findall("".join(sheets))):
        return
    for name, path in face.files.items():
        bold, italic = FACES[name]
        yield (
            f'@font-face {{ font-family: "{face.family}"; font-weight: {700 if bold else 400}; '
            f"font-style: {'italic' if italic else 'normal'}; "
            f'src: url("{path.relative_to(project.root).as_posix()}"); }}'
        )


def _style(project: Project, sheet: Path) -> str:
    """Read a style sheet, which names files from its own folder on, as one of the project's."""
    folder = sheet.parent.relative_to(project.root).as_posix()
    text = read_text(project.root, sheet)
    return _URL.sub(lambda match: f'url("{folder}/{match["name"]}")', text)
