"""The typeface inside a Word file: font table and obscured fonts."""

from __future__ import annotations

import hashlib
import uuid
from pathlib import Path

from fontTools.ttLib import TTFont

from evidence.engine.formats.typeface import FACES, Typeface
from evidence.engine.formats.word.package import template

_FONT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/font"
_PANOSE = (
    "bFamilyType", "bSerifStyle", "bWeight", "bProportion", "bContrast", "bStrokeVariation",
    "bArmStyle", "bLetterForm", "bMidline", "bXHeight",
)  # fmt: skip


def parts(face: Typeface) -> dict[str, bytes]:
    """Make the parts that bring a typeface into a Word file."""
    files = [(name, face.files[name]) for name in FACES if name in face.files]
    if not files:
        return {}
    made, embedded, relations = {}, [], []
    for number, (name, file) in enumerate(files, 1):
        content = file.read_bytes()
        # Word draws the key by lot; a hash gives the same bytes each time.
        key = str(uuid.UUID(bytes=hashlib.sha256(content).digest()[:16], version=4)).upper()
        target, element = f"fonts/font{number}.odttf", name.title().replace(" ", "")
        made[f"word/{target}"] = obscured(content, key)
        embedded.append(f'<w:embed{element} r:id="rId{number}" w:fontKey="{{{key}}}"/>')
        relations.append(f'<Relationship Id="rId{number}" Type="{_FONT}" Target="{target}"/>')
    made["word/fontTable.xml"] = template(
        "fontTable.xml", family=face.family, embedded="".join(embedded), **_described(files[0][1])
    )
    made["word/_rels/fontTable.xml.rels"] = template("relations.xml", relations="".join(relations))
    return made


def obscured(font: bytes, key: str) -> bytes:
    """Obscure a font by a GUID as ECMA-376, part 1, 17.8.1 has it; doing it again undoes it."""
    mask = bytes(reversed(bytes.fromhex(key.replace("-", ""))))
    head = bytes(byte ^ mask[n % len(mask)] for n, byte in enumerate(font[:32]))
    return head + font[32:]


def _described(file: Path) -> dict[str, str]:
    """Describe a font so that Word can choose another where it can't use this one."""
    with TTFont(file, lazy=True) as font:
        table = font["OS/2"]
        panose = vars(table.panose)
        signature = {f"usb{n}": getattr(table, f"ulUnicodeRange{n + 1}") for n in range(4)}
        signature |= {f"csb{n}": getattr(table, f"ulCodePageRange{n + 1}") for n in range(2)}
    return {
        "panose": "".join(f"{panose[name]:02X}" for name in _PANOSE),
        "signature": " ".join(f'w:{name}="{value:08X}"' for name, value in signature.items()),
    }
