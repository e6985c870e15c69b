"""Figures as files, and the Markdown that shows them.

The SVG is that of matplotlib, said shorter and made to follow the page into the dark: a page holds
all its figures in itself, and matplotlib spends most of a figure on placing letters.
"""

import re
import sys
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.figure
from matplotlib.font_manager import findfont

from evidence.engine.results import Cache, digest
from evidence.engine.staging import WORK
from evidence.report.figures import style
from evidence.report.figures.style import NIGHT, Canvas, Figure
from evidence.report.folders import WORKBOOK, folder
from evidence.report.markup import Text, attribute, escape
from evidence.report.tables.companion import hand_on

FOLDER = "_figures"

# Twice as many figures as a report is likely to have: one state of them is kept, and the next.
_MOST_KEPT = 60
_PNG: dict[str, Any] = {
    "dpi": 200,
    "metadata": {"Software": None},
    # Flat colours come out as small at the first level as at the usual sixth, and sooner.
    "pil_kwargs": {"compress_level": 1},
}

# A hundredth of a point is a twentieth of a pixel on the densest screens.
_DIGITS = 2

_UNSEEN = re.compile(r"<\?xml.*?\?>|<!DOCTYPE.*?>|<!--.*?-->|<metadata>.*?</metadata>", re.DOTALL)
_BETWEEN = re.compile(r">\s+<")
_PATH = re.compile(r'(?<= d=")[^"]*')
_SHIFT = re.compile(r"(?<=translate\()[^)]*")
_FRACTION = re.compile(r"-?\d+\.\d+")
_COMMAND = re.compile(r"\s*([A-Za-z])\s*")
_GROUP = re.compile(r'(?<=<g) id="[^"]*"')
_GLYPH = re.compile(r'(?<=<path id=")[^"]+')
_USED = re.compile(r'(?<=xlink:href="#)[^"]+')
_ALONG = re.compile(r'transform="translate\((\S+) 0\)"(?=/>)')


def place(figure: Figure, figure_label: str, table_label: str = "") -> Text:
    """Save a figure as SVG and PNG and return the Markdown that shows it, with headline and note.

    The note refers to the table that holds the same numbers; without one they are in the evidence
    tables, and HTML has them below the figure, to be opened. The file is named without its
    ending: Quarto's `default-image-extension` takes the SVG for HTML and PDF and the PNG for Word.
    In a chapter opened alone it is the SVG.
    """
    hand_on(figure.frame, f"Figure {figure_label.removeprefix('fig-')}", f"{figure.headline}.")
    files = folder(FOLDER)
    files.mkdir(exist_ok=True)
    name = figure_label.removeprefix("fig-")
    svg, png = _files(figure, name)
    (files / f"{name}.svg").write_bytes(svg)
    (files / f"{name}.png").write_bytes(png)
    shown = files / (f"{name}.svg" if len(files.parts) > 1 else name)
    numbers = f"@{table_label}" if table_label else f"[{WORKBOOK}]({WORKBOOK})"
    below = "" if table_label else _opened(figure)
    return Text(
        f"\n![{escape(figure.headline)}]({shown.as_posix()})"
        f"{{#{figure_label} fig-alt={attribute(figure.alt)}}}\n\n"
        f"::: {{.source-note}}\n{escape(figure.note)} The same numbers as a table: "
        f"{numbers}.\n:::\n{below}"
    )


def _files(figure: Figure, name: str) -> tuple[bytes, bytes]:
    """Return a figure as SVG and as PNG: drawn, or as they were kept when it had these strokes.

    A figure that came from matplotlib itself has none, and is drawn.
    """
    if not isinstance(figure.drawn, Canvas):
        return _drawn(figure.drawn, name)
    canvas = figure.drawn

    def both() -> bytes:
        # An SVG has no zero byte.
        return b"\0".join(_drawn(canvas.figure, name))

    strokes = repr([(draw.__name__, places, how) for draw, places, how in canvas.strokes])
    looks = repr(sorted(dict.items(mpl.rcParams)))
    parts = (name, repr(canvas.height), strokes, looks)
    kept = Cache(folder(WORK) / "drawings", _MOST_KEPT)
    files = kept.keep(digest([*map(str.encode, parts), *_drawing_by()]), both)
    svg, _, png = files.partition(b"\0")
    return svg, png


def _drawn(figure: matplotlib.figure.Figure, name: str) -> tuple[bytes, bytes]:
    vector, pixels = StringIO(), BytesIO()
    with mpl.rc_context({"svg.hashsalt": name}):
        figure.savefig(vector, format="svg", metadata={"Date": None})
        figure.savefig(pixels, format="png", **_PNG)
    return darkening(compact(vector.getvalue()), NIGHT).encode(), pixels.getvalue()


@cache
def _drawing_by() -> tuple[bytes, ...]:
    """Return what a drawing goes by beside its strokes and matplotlib's settings."""
    tools = (sys.version, *map(version, ("matplotlib", "numpy", "pillow")))
    faces = (findfont(style.font(bold)) for bold in (False, True))
    files = map(Path, (__file__, style.__file__, *faces))
    return *map(str.encode, tools), *(path.read_bytes() for path in files)


def _opened(figure: Figure) -> str:
    return (
        '\n::::: {.content-visible when-format="html"}\n:::: {.explorer-numbers}\n'
        '::: {.callout-note collapse="true" title="The numbers of this figure"}\n'
        f"{figure.table().markdown}\n:::\n::::\n:::::\n"
    )


def compact(drawing: str) -> str:
    """Return an SVG of matplotlib without what no reader sees."""
    text = _BETWEEN.sub("><", _UNSEEN.sub("", drawing)).strip()
    text = _SHIFT.sub(lambda found: _rounded(found[0]), text)
    text = _PATH.sub(lambda found: _COMMAND.sub(r"\1", _rounded(found[0])), text)
    names = {name: f"g{number}" for number, name in enumerate(_GLYPH.findall(text))}
    for identity in (_GLYPH, _USED):
        text = identity.sub(lambda found: names.get(found[0], found[0]), text)
    return _ALONG.sub(r'x="\1"', _GROUP.sub("", text)) + "\n"


def darkening(drawing: str, colours: Mapping[str, str]) -> str:
    """Return an SVG that takes other colours where the reader has asked for a dark page.

    What knows no such wish, as paper does, shows the drawing as it was.
    """
    rules = "".join(
        f'[style*="{part}: {colour}"],[{part}="{colour}"]{{{part}:{dark}!important}}'
        for colour, dark in colours.items()
        for part in ("fill", "stroke")
        if re.search(rf'{part}(: |="){colour}', drawing)
    )
    style = f"<style>@media screen and (prefers-color-scheme:dark){{{rules}}}</style>"
    return drawing.replace("</defs>", f"{style}</defs>", 1)


def _rounded(numbers: str) -> str:
    return _FRACTION.sub(lambda found: f"{round(float(found[0]), _DIGITS) + 0:g}", numbers)
