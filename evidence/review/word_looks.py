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


# What has these says how it was laid out before.
_LAYOUTS = {
    f"{W}sectPrChange": "layout of the page", f"{W}tblPrChange": "layout of the table",
    f"{W}tblGridChange": "width of columns", f"{W}tblPrExChange": "layout of the row",
    f"{W}trPrChange": "layout of the row", f"{W}tcPrChange": "layout of the cell",
    f"{W}cellMerge": "cells merged or split", f"{W}numberingChange": "numbering",
}  # fmt: skip

Look = tuple[etree._Element, str]


def of_run(run: etree._Element, styles: Mapping[str, str]) -> Look | None:
    """Return the change of a run's look, and how it looks now and did not before: "not bold"."""
    now = run.find(f"{W}rPr")
    change = now.find(f"{W}rPrChange") if now is not None else None
    if now is None or change is None:
        return None
    return change, _said(_run(_before(change), now, styles)) or "formatting"


def of_paragraph(now: etree._Element, styles: Mapping[str, str]) -> Look | None:
    """Return the change of a paragraph's look, and how it looks now, such as "style Heading 2"."""
    change = now.find(f"{W}pPrChange")
    if change is None:
        return None
    return change, _said(_paragraph(_before(change), now, styles)) or "formatting of the paragraph"


def of_layout(properties: etree._Element) -> Iterator[Look]:
    """Yield the changes of layout in properties, and what of it was changed."""
    for change in properties.iter(*_LAYOUTS):
        yield change, _LAYOUTS[str(change.tag)]


def _before(change: etree._Element) -> etree._Element:
    """Return the earlier properties; LibreOffice writes none where there were none."""
    return next(iter(change), change)


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
