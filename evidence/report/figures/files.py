"""Figures as files, and the Markdown that shows them.

The SVG is that of matplotlib, said shorter and made to follow the page into the dark: a page holds
all its figures in itself, and matplotlib spends most of a figure on placing letters.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.figure
from matplotlib.font_manager import findfont
from matplotlib.text import Text as Letters

from evidence.engine.results import Cache, digest
from evidence.engine.staging import WORK
from evidence.report.figures.style import NIGHT, Figure
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
    with mpl.rc_context({"svg.hashsalt": name}):
        drawing = StringIO()
        figure.figure.savefig(drawing, format="svg", metadata={"Date": None})
        svg = darkening(compact(drawing.getvalue()), NIGHT)
        (files / f"{name}.svg").write_text(svg, encoding="utf-8")
        (files / f"{name}.png").write_bytes(_png(figure.figure, drawing.getvalue()))
    shown = files / (f"{name}.svg" if len(files.parts) > 1 else name)
    numbers = f"@{table_label}" if table_label else f"[{WORKBOOK}]({WORKBOOK})"
    below = "" if table_label else _opened(figure)
    return Text(
        f"\n![{escape(figure.headline)}]({shown.as_posix()})"
        f"{{#{figure_label} fig-alt={attribute(figure.alt)}}}\n\n"
        f"::: {{.source-note}}\n{escape(figure.note)} The same numbers as a table: "
        f"{numbers}.\n:::\n{below}"
    )


def _png(figure: matplotlib.figure.Figure, drawing: str) -> bytes:
    """Return a figure as PNG: drawn, or as it was kept when it had this same SVG.

    The SVG says where each shape and letter stands and how it looks, and the key has what else a
    PNG goes by. A picture in it does not: its SVG may show it smaller than it is.
    """

    def drawn() -> bytes:
        stream = BytesIO()
        figure.savefig(stream, format="png", **_PNG)
        return stream.getvalue()

    if "<image" in drawing:
        return drawn()
    parts = (drawing, repr(_PNG), str(mpl.rcParams), *_unseen_in_svg(figure))
    kept = Cache(folder(WORK) / "drawings", _MOST_KEPT)
    return kept.keep(digest(map(str.encode, parts)), drawn)


def _unseen_in_svg(figure: matplotlib.figure.Figure) -> Iterator[str]:
    """Yield what a PNG of a figure goes by and its SVG does not tell."""
    yield from map(version, ("matplotlib", "pillow"))
    fonts = set()
    for artist in figure.findobj():
        looks = (artist.get_snap, artist.get_sketch_params, artist.get_rasterized)
        smooth = getattr(artist, "get_antialiased", bool)
        yield repr([look() for look in (*looks, artist.get_agg_filter, smooth)])
        if isinstance(artist, Letters):
            fonts.add(findfont(artist.get_fontproperties()))
    for font in sorted(fonts):
        yield hashlib.sha256(Path(font).read_bytes()).hexdigest()


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
