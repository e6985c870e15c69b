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
from evidence.engine.project import AFTER_BODY, CSS, OWN_EXTENSION, Project, read_text, within

_CONTENTS_ID = re.compile(r'(?P<link><a href="#(?P<id>[^"]+)") id="toc-(?P=id)"')
_EMPTY_HEAD = re.compile(r'<th(?P<look>( (?!scope)\w+="[^"]*")*) scope="col"></th>')
_FACE = re.compile(r"@font-face\s*\{[^}]*\}")
_URL = re.compile(r"""url\(["']?(?!data:|#)(?P<name>[^"')]+)["']?\)""")


def write(draft: Draft) -> Path:
    """Write the document as HTML."""
    project, own = draft.project, OWN_EXTENSION
    sheets = [(own / "report.css").read_text(encoding="utf-8")]
    # Quarto has to be told of this package's own; the engine is not.
    sheets += [_style(project, sheet) for sheet in project.files(*CSS)]
    style = "\n".join([*dict.fromkeys(sheets), *_faces(typeface.of(project), project, sheets)])
    path = draft.write(
        "html",
        "report.html",
        f"--template={own / 'report.html'}",
        f"--variable=style:{style}",
        *(f"--include-after-body={path}" for path in project.files(*AFTER_BODY)),
        # Files that the project's own HTML names lie in the project.
        f"--resource-path={draft.folder}{os.pathsep}{project.root}",
        "--embed-resources",
        "--mathml",
        "--section-divs",
        # Titles of sections stand one level below the document's own.
        f"--toc-depth={project.setting('html', 'toc-depth', 3) + 1}",
        *(["--toc"] if project.setting("html", "toc") else []),
    )
    mark = 'role="doc-endnotes">\n<hr />'
    text = path.read_text(encoding="utf-8")
    text = text.replace(mark, 'role="doc-endnotes">\n<h2>Footnotes</h2>')
    # The contents stand in the page twice, and ids must not.
    text = _CONTENTS_ID.sub(r"\g<link>", text)
    # An empty corner heads nothing, and Pandoc makes headers of all cells in the head.
    path.write_text(_EMPTY_HEAD.sub(r"<td\g<look>></td>", text), encoding="utf-8")
    return path


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
