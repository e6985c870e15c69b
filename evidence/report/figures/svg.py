"""SVG as matplotlib writes it, said shorter and made to follow the page into the dark.

A page holds all its figures in itself, and matplotlib spends most of a figure on placing letters.
"""

import re
from collections.abc import Mapping

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


def compact(drawing: str) -> str:
    """Return an SVG of matplotlib without what no reader sees.

    Parameters
    ----------
    drawing
        The text of the file.
    """
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

    Parameters
    ----------
    drawing
        The text of the file, in which matplotlib has given each shape its colours.
    colours
        From each colour to the one that takes its place.
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
