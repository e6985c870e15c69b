"""The document as a Word file, with this package's styles, pages and tables."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from evidence.engine.formats import typeface
from evidence.engine.formats.draft import Draft
from evidence.engine.formats.typeface import Typeface
from evidence.engine.formats.word import fonts, package
from evidence.engine.formats.word.joined import join
from evidence.engine.formats.word.package import (
    BLOCKS,
    NAMES,
    Element,
    block_before,
    find,
    make,
    next_block,
    put_property,
    set_property,
    style_of,
    template,
    w,
)
from evidence.engine.formats.word.tables import set_table
from evidence.engine.own import OWN_EXTENSION
from evidence.engine.project import MARK

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
# The style of a paragraph that only ends a section.
_BREAK = "SectionBreak"
# What captions of figures count by.
_FIGURES = "SEQ Figure"
_PICTURE = f"{{{NAMES['wp']}}}inline"
# Where a picture has its name and what it shows.
_DESCRIBED = f"{{{NAMES['wp']}}}docPr", f"{{{NAMES['pic']}}}cNvPr"


def write(draft: Draft) -> Path:
    """Write the document as a Word file."""
    face = typeface.of(draft.project)
    text = OWN_EXTENSION / "body.openxml"
    (draft.folder / "plain.docx").write_bytes(package.packed(_plain()))
    plain = "--reference-doc=plain.docx"
    frame = draft.frame("docx", f"--template={text}", plain, files=[text])
    sections = draft.fragments(
        "docx",
        frame,
        plain,
        files=[*face.files.values()],
        finish=lambda content: package.packed(finish_section(package.read(content), face)),
    )
    lang = str(draft.project.metadata.get("lang", "en"))
    parts = join(finish_section(package.read(frame.content), face), [*map(package.read, sections)])
    path = draft.folder / "report.docx"
    made = finish(parts, face, lang)
    texts = {name: draft.project.marked(made[name]) for name in made if name.endswith(".xml")}
    path.write_bytes(package.packed({**made, **texts}))
    return path


def _plain() -> dict[str, bytes]:
    """Make a `reference-doc` with the names of styles alone.

    Pandoc needs no more of it, and takes longer to read its own than to write most sections.
    """
    styles = package.parse(template("styles.xml", family="", lang=""))
    for style in styles:
        style[:] = style.findall(w("name"))
    document, settings = make("document"), make("settings")
    document.append(make("body"))
    document[0].append(make("sectPr"))
    named = {"styles": styles, "document": document, "settings": settings}
    return {f"word/{name}.xml": package.serialise(root) for name, root in named.items()}


def finish_section(parts: Mapping[str, bytes], face: Typeface) -> dict[str, bytes]:
    """Set the text of a section, a document or its frame, as far as it follows from that alone.

    Parameters
    ----------
    parts
        What Pandoc wrote, as `package.read` gives it.
    face
        What measures the text of tables.
    """
    document = package.parse(parts[_DOCUMENT])
    body = document.find(w("body"))
    _break_pages(body)
    _place_ends(body, [block for block in body.iterchildren(w("p")) if _end_in(block) is not None])
    for block, width, height in _places(body):
        _finish_block(block, width, height, face)
    return {**parts, _DOCUMENT: package.serialise(document)}


def finish(parts: Mapping[str, bytes], face: Typeface, lang: str) -> dict[str, bytes]:
    """Set what goes through a document whose sections are finished, and its other parts.

    Parameters
    ----------
    parts
        The document, whether written at once or joined of sections.
    face
        The typeface that goes with it.
    lang
        The language of its text.
    """
    document = package.parse(parts[_DOCUMENT])
    body = document.find(w("body"))
    _break_pages(body)
    _end_sections(body)
    for number, picture in enumerate(document.iter(_PICTURE), 1):
        for properties in picture.iter(*_DESCRIBED):
            properties.set("name", f"Picture {number}")
    core = package.parse(parts["docProps/core.xml"])
    made = {**parts, _DOCUMENT: package.serialise(document)}
    made |= running_parts(str(core.findtext(f"{{{_CORE}}}title")))
    made |= fonts.parts(face)
    family = escape(face.family or "Calibri")
    made["word/styles.xml"] = template("styles.xml", family=family, lang=lang)
    embed = "<w:embedTrueTypeFonts/>" if face.files else ""
    made["word/settings.xml"] = template("settings.xml", embed=embed)
    made["word/numbering.xml"] = _narrower(parts["word/numbering.xml"])
    made["docProps/app.xml"] = template("app.xml")
    made["docProps/custom.xml"] = _build_alone(parts["docProps/custom.xml"])
    register(made)
    return made


def _break_pages(body: Element) -> None:
    """Let the paragraph after a page break begin the page, not an empty one before it."""
    for broken in [end.getparent().getparent() for end in body.iter(w("br")) if _is_page(end)]:
        following = next_block(broken)
        alone = broken.getparent() is body and next(broken.iter(w("t")), None) is None
        if alone and following is not None and following.tag == w("p"):
            set_property(following, "pageBreakBefore")
            body.remove(broken)


def _is_page(line_break: Element) -> bool:
    return bool(line_break.get(w("type")) == "page")


def _place_ends(body: Element, marks: Sequence[Element]) -> None:
    """End each section in its last paragraph; headings go with what they head.

    What ends before all paragraphs ends in what comes before these, and waits for it in front.
    """
    ends = list(body.iter(w("sectPr")))
    following = dict(itertools.pairwise(ends))
    for mark in marks:
        end = _end_in(mark)
        before = block_before(mark)
        while _is_landscape(following[end]) and style_of(before).startswith("Heading"):
            before = block_before(before)
        if before is None:
            set_property(mark, "pStyle", val=_BREAK)
            next(body.iterchildren(*BLOCKS)).addprevious(mark)
        elif before.tag == w("tbl"):
            set_property(mark, "pStyle", val=_BREAK)
            before.addnext(mark)
        else:
            # The landscape may begin with the page itself.
            if _end_in(before) is None:
                put_property(before, end)
            body.remove(mark)


def _end_sections(body: Element) -> None:
    """Give all sections of a document their pages."""
    _place_ends(body, [block for block in body.iterchildren(w("p")) if style_of(block) == _BREAK])
    first = next(body.iterchildren(*BLOCKS), None)
    if style_of(first) == _BREAK:
        body.remove(first)
    after_columns = False
    for end in list(body.iter(w("sectPr"))):
        columns = _in_columns(end)
        shape = "landscape" if _is_landscape(end) else "portrait"
        new = section(shape, columns=columns, goes_on=columns or after_columns)
        end.getparent().replace(end, new)
        after_columns = columns
    last = next(body.iterchildren(*BLOCKS, reversed=True), None)
    at_end = _end_in(last)
    if at_end is not None and _in_columns(at_end):
        # A section of nothing would begin a page.
        body.replace(body[-1], at_end)
    next(body.iter(w("sectPr"))).append(make("titlePg"))


def _end_in(block: Element | None) -> Element | None:
    """Find the end of a section in a paragraph."""
    return None if block is None or block.tag != w("p") else block.find(f"{w('pPr')}/{w('sectPr')}")


def _is_landscape(end: Element) -> bool:
    size = end.find(w("pgSz"))
    return size is not None and size.get(w("orient")) == "landscape"


def _in_columns(end: Element) -> bool:
    columns = end.find(w("cols"))
    return columns is not None and columns.get(w("num")) is not None


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


def _places(body: Element) -> Iterator[tuple[Element, int, int]]:
    """Tell for each block how wide its text can be, and how high a picture."""
    waiting: list[Element] = []
    for block in list(body):
        waiting.append(block)
        end = block if block.tag == w("sectPr") else _end_in(block)
        if end is not None:
            (paper, _), height = _PAPER["landscape" if _is_landscape(end) else "portrait"]
            width = paper - 2 * _MARGIN
            if _in_columns(end):
                width = (width - _GUTTER) // 2
            yield from ((done, width, height) for done in waiting)
            waiting = []


def _finish_block(block: Element, width: int, height: int, face: Typeface) -> None:
    if block.tag == w("tbl"):
        set_table(block, width, face)
    for picture in block.iter(_PICTURE):
        _fit(picture, width, height)
        _describe(picture)
    style = style_of(block)
    if style in _TEXT and (_is_listed(block.getnext()) or _leads_to_table(block)):
        set_property(block, "keepNext")
    if style == "Callout" and _is_listed(block):
        # The bar stands where the text begins.
        tabs = make("tabs")
        tabs.append(make("tab", val="left", pos=2 * _CALLOUT))
        put_property(block, tabs)
        set_property(block, "ind", left=_CALLOUT, right=_CALLOUT, firstLine=0)
    if style == "Caption" and _FIGURES in "".join(block.itertext(w("instrText"))):
        noted = style_of(next_block(block)) == "SourceNote"
        # The style is made for captions above tables.
        set_property(block, "keepNext", val=int(noted))
        set_property(block, "spacing", before=60, after=40 if noted else 280)


def _is_listed(block: Element | None) -> bool:
    return block is not None and block.find(f"{w('pPr')}/{w('numPr')}") is not None


def _leads_to_table(block: Element) -> bool:
    """Tell whether a paragraph stands alone between a heading and a table's caption."""
    caption = next_block(block)
    return (
        style_of(caption) == "Caption"
        and style_of(block_before(block)).startswith("Heading")
        and (table := next_block(caption)) is not None
        and table.tag == w("tbl")
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


def _describe(picture: Element) -> None:
    """Say what a picture shows where Pandoc names its file; give it no room of its own."""
    for side in ("distT", "distB", "distL", "distR"):
        picture.set(side, "0")
    outer, *inner = picture.iter(*_DESCRIBED)
    for properties in (outer, *inner):
        properties.attrib.pop("title", None)
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
    root[:] = [item for item in root if item.get("name") == MARK]
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
