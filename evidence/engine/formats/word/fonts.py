"""The report's typeface: its files, how wide its text runs, and its place inside a Word file."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from fontTools.ttLib import TTFont, TTLibError

from evidence.engine.faults import Problem, RenderCode, RenderError
from evidence.engine.formats.word import package

_FACES = {
    (False, False): "embedRegular",
    (True, False): "embedBold",
    (False, True): "embedItalic",
    (True, True): "embedBoldItalic",
}
_FONT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/font"
# Where no font file tells better: about the mean of a sans serif's letters.
_MEAN = 0.52


@dataclass(frozen=True)
class Typeface:
    """A family of fonts.

    Attributes
    ----------
    family
        Its name; nothing for Word's own.
    files
        Its files, by the names that Word's font table has for the faces.
    """

    family: str | None = None
    files: Mapping[str, Path] = field(default_factory=dict)

    def width(self, text: str, size: float, bold: bool = False) -> float:
        """Measure a line of text, in points.

        Parameters
        ----------
        text
            The text.
        size
            The size of the type in points.
        bold
            Whether it is set bold.
        """
        advances = self._advances["embedBold" if bold else "embedRegular"]
        return size * sum(advances.get(ord(character), _MEAN) for character in text)

    @cached_property
    def _advances(self) -> dict[str, dict[int, float]]:
        found: dict[str, dict[int, float]] = {"embedRegular": {}, "embedBold": {}}
        for face in found.keys() & self.files.keys():
            with TTFont(self.files[face], lazy=True) as font:
                units, metrics = font["head"].unitsPerEm, font["hmtx"]
                found[face] = {
                    code: metrics[glyph][0] / units for code, glyph in font.getBestCmap().items()
                }
        return found


def typeface(family: str | None, folders: Sequence[Path]) -> Typeface:
    """Find the files of a family.

    Parameters
    ----------
    family
        Its name, as documents name it.
    folders
        Where to look.

    Raises
    ------
    RenderError
        If a font there is broken.
    """
    files = {}
    for path in sorted(file for folder in folders for file in folder.glob("*.ttf")):
        try:
            # Opened here, because a font that is broken would stay open there.
            with path.open("rb") as file, TTFont(file, lazy=True) as font:
                if family and font["name"].getDebugName(1) == family:
                    style = font["head"].macStyle
                    files[_FACES[bool(style & 1), bool(style & 2)]] = path
        except (TTLibError, KeyError) as error:
            problem = Problem(
                RenderCode.NO_FONT, str(path), 0, "this is no whole font", "get the file again"
            )
            raise RenderError(problem) from error
    return Typeface(family or None, files)


def lacking(face: Typeface) -> list[str]:
    """Name the faces that a family lacks; programs would set other type in their place, unasked.

    Parameters
    ----------
    face
        The family.
    """
    names = ("regular", "bold", "italic", "bold italic")
    elements = zip(names, _FACES.values(), strict=True)
    return [name for name, element in elements if face.family and element not in face.files]


def parts(face: Typeface) -> dict[str, bytes]:
    """Make the parts that bring a typeface into a Word file: font table and obscured fonts.

    Parameters
    ----------
    face
        The typeface.
    """
    made, embedded, relations = {}, [], []
    for number, element in enumerate((e for e in _FACES.values() if e in face.files), 1):
        content = face.files[element].read_bytes()
        # Word draws the key by lot; a hash gives the same bytes each time.
        key = str(uuid.UUID(bytes=hashlib.sha256(content).digest()[:16], version=4)).upper()
        made[f"word/fonts/font{number}.odttf"] = obscured(content, key)
        embedded.append(f'<w:{element} r:id="rId{number}" w:fontKey="{{{key}}}"/>')
        relations.append(
            f'<Relationship Id="rId{number}" Type="{_FONT}" Target="fonts/font{number}.odttf"/>'
        )
    if not made:
        return {}
    values = {"family": str(face.family), "embedded": "".join(embedded)}
    values |= _described(face.files[next(e for e in _FACES.values() if e in face.files)])
    made["word/fontTable.xml"] = package.template("fontTable.xml", values)
    made["word/_rels/fontTable.xml.rels"] = package.template(
        "relations.xml", {"relations": "".join(relations)}
    )
    return made


def obscured(font: bytes, key: str) -> bytes:
    """Obscure a font as ECMA-376, part 1, section 17.8.1 has it; doing it again undoes it.

    Parameters
    ----------
    font
        The font.
    key
        A GUID.
    """
    mask = bytes(reversed(bytes.fromhex(key.replace("-", ""))))
    head = bytes(byte ^ mask[n % len(mask)] for n, byte in enumerate(font[:32]))
    return head + font[32:]


def _described(file: Path) -> dict[str, str]:
    """Describe a font so that Word can choose another where it can't use this one."""
    with TTFont(file, lazy=True) as font:
        table = font["OS/2"]
        panose = vars(table.panose)
        order = (
            "bFamilyType", "bSerifStyle", "bWeight", "bProportion", "bContrast", "bStrokeVariation",
            "bArmStyle", "bLetterForm", "bMidline", "bXHeight",
        )  # fmt: skip
        unicode = [getattr(table, f"ulUnicodeRange{n}") for n in range(1, 5)]
        pages = [getattr(table, f"ulCodePageRange{n}") for n in range(1, 3)]
    names = ("usb0", "usb1", "usb2", "usb3", "csb0", "csb1")
    signature = zip(names, [*unicode, *pages], strict=True)
    return {
        "panose": "".join(f"{panose[name]:02X}" for name in order),
        "signature": " ".join(f'w:{name}="{value:08X}"' for name, value in signature),
    }
