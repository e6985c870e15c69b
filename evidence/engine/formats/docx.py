"""The document as a Word file, with this package's styles, pages and tables."""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import escape

from evidence.engine.formats import typeface
from evidence.engine.formats.draft import Draft
from evidence.engine.formats.typeface import Typeface
from evidence.engine.formats.word import fonts, package
from evidence.engine.formats.word.package import (
    Element,
    find,
    make,
    put_property,
    set_property,
    style_of,
    template,
    w,
)
from evidence.engine.formats.word.tables import set_table
from evidence.engine.project import OWN_EXTENSION

_DOCUMENT = "word/document.xml"
_CORE = "http://purl.org/dc/elements/1.1/"
# In a twentieth of a point.
_EMU = 635
_MARGIN = 1418
# Pandoc makes larger pictures as wide as this, which is the text of its own page.
_PANDOC_WIDTH = 5334000
# Paper as (width, height) and the highest picture that leaves room for heading and caption.
_PAPER = {"portrait": ((11906, 16838), 10800), "landscape": ((16838, 11906), 6800)}
# Between two columns.
_GUTTER = 340
_INDENT = 397
_CALLOUT = 240
# What leads in a list, and stays with it.
_TEXT = {"BodyText", "FirstParagraph", "TextAfterTable"}


def write(draft: Draft) -> Path:
    """Write the document as a Word file."""
    face = typeface.of(draft.project)
    text = OWN_EXTENSION / "body.openxml"
    path = draft.write("docx", "report.docx", f"--template={text}")
    parts = package.read(path)
    document = package.parse(parts[_DOCUMENT])
    body = document.find(w("body"))
    _break_pages(body)
    _break_sections(body)
    for block, width, height in _places(body):
        _finish_block(block, width, height, face)
    _describe_pictures(document)
    parts[_DOCUMENT] = package.serialise(document)
    core = package.parse(parts["docProps/core.xml"])
    parts |= running_parts(str(core.findtext(f"{{{_CORE}}}title")))
    parts |= fonts.parts(face)
    family, lang = escape(face.family or "Calibri"), draft.project.metadata.get("lang", "en")
    parts["word/styles.xml"] = template("styles.xml", family=family, lang=lang)
    embed = "<w:embedTrueTypeFonts/>" if face.files else ""
    parts["word/settings.xml"] = template("settings.xml", embed=embed)
    parts["word/numbering.xml"] = _narrower(parts["word/numbering.xml"])
    parts["docProps/app.xml"] = template("app.xml")
    parts["docProps/custom.xml"] = _build_alone(parts["docProps/custom.xml"])
    register(parts)
    package.write(path, parts)
    return path


def _break_pages(body: Element) -> None:
    """Let the paragraph after a page break begin the page, not an empty one before it."""
    for broken in find(body, "w:p[w:r/w:br/@w:type='page'][not(.//w:t)]"):
        following = find(broken, "following-sibling::*[self::w:p or self::w:tbl][1]")
        if following and following[0].tag == w("p"):
            set_property(following[0], "pageBreakBefore")
            body.remove(broken)


def _break_sections(body: Element) -> None:
    """End each section in its last paragraph; headings go with what they head."""
    marks = find(body, "w:p[w:pPr/w:sectPr]")
    after_columns = False
    for mark, following in zip(marks, [*marks[1:], body], strict=False):
        ended = find(mark, "w:pPr/w:sectPr")[0]
        shape, columns = find(ended, "w:pgSz/@w:orient")[0], _in_columns(ended)
        turns = bool(find(following, "w:pPr/w:sectPr/w:pgSz[@w:orient='landscape']"))
        before = find(mark, "preceding-sibling::*[self::w:p or self::w:tbl]")
        while turns and before and style_of(before[-1]).startswith("Heading"):
            before.pop()
        if not before or find(before[-1], "self::w:p/w:pPr/w:sectPr"):
            # The landscape begins with the page itself.
            body.remove(mark)
            continue
        new = section(shape, columns=columns, goes_on=columns or after_columns)
        after_columns = columns
        if before[-1].tag == w("tbl"):
            set_property(mark, "pStyle", val="SectionBreak")
            ended.getparent().replace(ended, new)
            before[-1].addnext(mark)
        else:
            put_property(before[-1], new)
            body.remove(mark)
    last = find(body, "w:sectPr")[0]
    body.replace(last, section("portrait", goes_on=after_columns))
    if at_end := find(body, "*[self::w:p or self::w:tbl][last()]/w:pPr/w:sectPr[w:cols/@w:num]"):
        # A section of nothing would begin a page.
        body.replace(body[-1], at_end[0])
    find(body, "(.//w:sectPr)[1]")[0].append(make("titlePg"))


def _in_columns(properties: Element) -> bool:
    return bool(find(properties, "w:cols/@w:num"))


def section(shape: str, *, columns: bool = False, goes_on: bool = False) -> Element:
    """Make the properties of a section.

    Parameters
    ----------
    shape
        How its pages lie: "portrait" or "landscape".
    columns
        Whether its text stands in two columns.
    goes_on
        Whether it goes on on the page of the section before.
    """
    (width, height), _ = _PAPER[shape]
    return package.element(
        "section.xml",
        shape=shape.title(),
        width=width,
        height=height,
        margin=_MARGIN,
        kind='<w:type w:val="continuous" />' if goes_on else "",
        columns=f'<w:cols w:num="2" w:space="{_GUTTER}" />' if columns else "",
        turned='w:orient="landscape"' if shape == "landscape" else "",
    )


def _places(body: Element) -> list[tuple[Element, int, int]]:
    """Tell for each block how wide its text can be, and how high a picture."""
    blocks, waiting = [], []
    for block in body:
        waiting.append(block)
        ends = find(block, "self::w:sectPr | self::w:p/w:pPr/w:sectPr")
        if ends:
            shape = "landscape" if find(ends[0], "w:pgSz/@w:orient") else "portrait"
            (paper, _), height = _PAPER[shape]
            width = paper - 2 * _MARGIN
            if _in_columns(ends[0]):
                width = (width - _GUTTER) // 2
            blocks += [(done, width, height) for done in waiting]
            waiting = []
    return blocks


def _finish_block(block: Element, width: int, height: int, face: Typeface) -> None:
    if block.tag == w("tbl"):
        set_table(block, width, face)
    for picture in find(block, ".//wp:inline"):
        _fit(picture, width, height)
    if style_of(block) in _TEXT and (
        find(block, "following-sibling::*[1]/w:pPr/w:numPr") or _leads_to_table(block)
    ):
        set_property(block, "keepNext")
    if style_of(block) == "Callout" and find(block, "w:pPr/w:numPr"):
        # The bar stands where the text begins.
        tabs = make("tabs")
        tabs.append(make("tab", val="left", pos=2 * _CALLOUT))
        put_property(block, tabs)
        set_property(block, "ind", left=_CALLOUT, right=_CALLOUT, firstLine=0)
    if style_of(block) == "Caption" and find(block, ".//w:instrText[contains(., 'SEQ Figure')]"):
        note = find(block, "following-sibling::*[self::w:p or self::w:tbl][1]")
        noted = bool(note) and style_of(note[0]) == "SourceNote"
        # The style is made for captions above tables.
        set_property(block, "keepNext", val=int(noted))
        set_property(block, "spacing", before=60, after=40 if noted else 280)


def _leads_to_table(block: Element) -> bool:
    """Tell whether a paragraph stands alone between a heading and a table's caption."""
    before = find(block, "preceding-sibling::*[self::w:p or self::w:tbl][1]")
    after = find(block, "following-sibling::*[self::w:p or self::w:tbl][position() <= 2]")
    return (
        bool(before)
        and str(style_of(before[0])).startswith("Heading")
        and len(after) == 2
        and style_of(after[0]) == "Caption"
        and after[1].tag == w("tbl")
    )


def _fit(picture: Element, width: int, height: int) -> None:
    """Make a picture as large as the page has room for, but no larger than it is by itself."""
    extents = find(picture, "wp:extent | .//a:xfrm/a:ext")
    cx, cy = int(extents[0].get("cx")), int(extents[0].get("cy"))
    # In whole points, as Pandoc has it.
    scale = min(width // 20 * 20 * _EMU / cx, height * _EMU / cy)
    if cx < _PANDOC_WIDTH:
        scale = min(scale, 1)
    for extent in extents:
        extent.set("cx", str(round(cx * scale)))
        extent.set("cy", str(round(cy * scale)))


def _describe_pictures(document: Element) -> None:
    """Say what a picture shows where Pandoc names its file; name and space pictures."""
    for number, picture in enumerate(find(document, ".//wp:inline"), 1):
        for side in ("distT", "distB", "distL", "distR"):
            picture.set(side, "0")
        outer = find(picture, "wp:docPr")[0]
        for properties in (outer, *find(picture, ".//pic:cNvPr")):
            properties.attrib.pop("title", None)
            properties.set("name", f"Picture {number}")
            properties.set("descr", outer.get("descr", ""))


def running_parts(title: str) -> dict[str, bytes]:
    """Make headers and footers for both shapes of page."""
    title = escape(title)
    return {
        f"word/{kind}-{shape}.xml": template(f"{kind}.xml", title=title, edge=width - 2 * _MARGIN)
        for shape, ((width, _), _) in _PAPER.items()
        for kind in ("header", "footer")
    }


def _narrower(numbering: bytes) -> bytes:
    """Indent lists by less than Pandoc does."""
    root = package.parse(numbering)
    for level in find(root, ".//w:lvl"):
        depth = int(level.get(w("ilvl"))) + 1
        for indent in find(level, "w:pPr/w:ind"):
            indent.set(w("left"), str(depth * _INDENT))
            indent.set(w("hanging"), str(_INDENT))
    return package.serialise(root)


def _build_alone(custom: bytes) -> bytes:
    """Keep of the metadata, all of which Pandoc hands on, what tells one build from another."""
    root = package.parse(custom)
    root[:] = [item for item in root if item.get("name") == "fingerprint"]
    for number, item in enumerate(root, 2):
        item.set("pid", str(number))
    return package.serialise(root)


def register(parts: dict[str, bytes]) -> None:
    """Enter the parts that are new in the lists of the package."""
    for name, entries in (
        ("[Content_Types].xml", "types.xml"),
        ("word/_rels/document.xml.rels", "relationships.xml"),
    ):
        start, end, rest = parts[name].rpartition(b"</")
        parts[name] = start + template(entries) + end + rest
