"""The report's typeface: its files, and how wide its text runs."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from io import BytesIO
from pathlib import Path

from fontTools.ttLib import TTFont, TTLibError

from evidence.engine.faults import Problem, RenderError
from evidence.engine.project import FONT_PATHS, Project

# The faces of a family; whether each is bold, and italic.
FACES = {
    "regular": (False, False),
    "bold": (True, False),
    "italic": (False, True),
    "bold italic": (True, True),
}
# Where no font file tells better: about the mean of a sans serif's letters.
_MEAN = 0.52


@dataclass(frozen=True)
class Typeface:
    """A family of fonts.

    Attributes
    ----------
    family
        Its name; nothing for the program's own.
    files
        Its files by face.
    """

    family: str | None = None
    files: Mapping[str, Path] = field(default_factory=dict)

    def width(self, text: str, size: float, bold: bool = False) -> float:
        """Measure a line of text set in a size, both in points."""
        advances = self._advances["bold" if bold else "regular"]
        return size * sum(map(advances.__getitem__, text))

    @cached_property
    def _advances(self) -> dict[str, defaultdict[str, float]]:
        found: dict[str, defaultdict[str, float]] = {
            face: defaultdict(lambda: _MEAN) for face in ("regular", "bold")
        }
        for face in found.keys() & self.files.keys():
            with TTFont(self.files[face], lazy=True) as font:
                units, metrics = font["head"].unitsPerEm, font["hmtx"]
                for code, glyph in font.getBestCmap().items():
                    found[face][chr(code)] = metrics[glyph][0] / units
        return found


def of(project: Project) -> Typeface:
    """Find the files of the project's `mainfont`."""
    return typeface(project.metadata.get("mainfont"), project.files(*FONT_PATHS))


def typeface(family: str | None, folders: Sequence[Path]) -> Typeface:
    """Find the files of a family.

    Raises
    ------
    RenderError
        If a font in one of the folders is broken.
    """
    files = {}
    for path in sorted(file for folder in folders for file in folder.glob("*.ttf")):
        try:
            if face := _face(path.read_bytes(), family or ""):
                files[face] = path
        except (TTLibError, KeyError) as error:
            message, hint = "this is no whole font", "get the file again"
            raise RenderError(Problem("no-font", str(path), 0, message, hint)) from error
    return Typeface(family or None, files)


@functools.lru_cache(maxsize=16)
def _face(content: bytes, family: str) -> str:
    """Return which face of a family a font is, if it is one."""
    with TTFont(BytesIO(content), lazy=True) as font:
        if not family or font["name"].getDebugName(1) != family:
            return ""
        style = font["head"].macStyle
        look = bool(style & 1), bool(style & 2)
        return next(face for face, kind in FACES.items() if kind == look)


def missing(project: Project) -> Iterator[Problem]:
    """Find the faces that are lacking; programs would set other type in their place, unasked."""
    found = of(project)
    for face in FACES.keys() - found.files.keys() if found.family else ():
        message = f"`mainfont: {found.family}` has no {face} among the fonts"
        hint = "add the file to a folder of `font-paths:`, or name another family"
        yield Problem("no-font", *project.place("mainfont"), message, hint)
