"""What a tracked change of formatting did, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from lxml import etree

from evidence.proof.parity.word_reader import W

_OFF = ("0", "false", "off", "none")
_SWITCHES = {
    "b": "bold", "i": "italic", "strike": "struck through", "dstrike": "struck through twice",
    "caps": "in capitals", "smallCaps": "in small capitals", "vanish": "hidden", "u": "underlined",
}  # fmt: skip
_SIDES = {"start": "left", "end": "right", "both": "to both sides", "center": "in the middle"}


def words_of_run(before: etree._Element, now: etree._Element, styles: Mapping[str, str]) -> str:
    """Say how a run looks now and did not before, such as "bold, not italic"."""
    return _said(_run(before, now, styles)) or "formatting"


def words_of_paragraph(
    before: etree._Element, now: etree._Element, styles: Mapping[str, str]
) -> str:
    """Say how a paragraph looks now and did not before, such as "style Heading 2"."""
    return _said(_paragraph(before, now, styles)) or "formatting of the paragraph"


def _said(words: Iterator[str]) -> str:
    return ", ".join(dict.fromkeys(words))


def _run(before: etree._Element, now: etree._Element, styles: Mapping[str, str]) -> Iterator[str]:
    yield from _changed(before, now, "rStyle", lambda name: f"style {styles.get(name, name)}")
    for name, word in _SWITCHES.items():
        was, is_now = _is_on(before, name), _is_on(now, name)
        if was != is_now:
            yield word if is_now else f"not {word}"
    yield from _changed(before, now, "vertAlign", str)
    yield from _changed(before, now, "highlight", lambda name: f"highlighted in {name}")
    yield from _changed(before, now, "color", lambda name: f"colour {name}")
    yield from _changed(before, now, "sz", lambda size: f"size {float(size) / 2:g}")
    yield from _changed(before, now, "rFonts", lambda name: f"font {name}", "ascii")


def _paragraph(
    before: etree._Element, now: etree._Element, styles: Mapping[str, str]
) -> Iterator[str]:
    yield from _changed(before, now, "pStyle", lambda name: f"style {styles.get(name, name)}")
    yield from _changed(before, now, "jc", lambda side: f"aligned {_SIDES.get(side, side)}")
    if _shape(before, "numPr") != _shape(now, "numPr"):
        yield "no list item" if now.find(f"{W}numPr") is None else "list item"
    for name, word in (("ind", "indent"), ("spacing", "spacing"), ("outlineLvl", "level"),
                       ("shd", "shading"), ("pBdr", "border"), ("tabs", "tabs")):  # fmt: skip
        if _shape(before, name) != _shape(now, name):
            yield word


def _changed(
    before: etree._Element,
    now: etree._Element,
    name: str,
    said: Callable[[str], str],
    key: str = "val",
) -> Iterator[str]:
    """Say the new value of a property; that there is none any more says "no" of the old one."""
    was, is_now = (_value(properties, name, key) for properties in (before, now))
    if was != is_now:
        try:
            yield said(is_now) if is_now else f"no {said(was)}"
        except ValueError:
            yield "formatting"


def _value(properties: etree._Element, name: str, key: str) -> str:
    found = properties.find(f"{W}{name}")
    value = "" if found is None else str(found.get(f"{W}{key}") or "")
    return "" if value in ("none", "baseline", "auto") else value


def _is_on(properties: etree._Element, name: str) -> bool:
    found = properties.find(f"{W}{name}")
    return found is not None and found.get(f"{W}val") not in _OFF


def _shape(properties: etree._Element, name: str) -> bytes:
    found = properties.find(f"{W}{name}")
    if found is None:
        return b""
    return etree.tostring(found, method="c14n", exclusive=True, with_tail=False)
