"""What a Word file owes its readers and Word itself, as checks by XPath over the package.

Each check tells the faults it finds; none means that all is well.
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from lxml import etree

NAMES = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
    "dc": "http://purl.org/dc/elements/1.1/",
    "rel": "http://schemas.openxmlformats.org/package/2006/relationships",
    "ct": "http://schemas.openxmlformats.org/package/2006/content-types",
    "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
}
W = f"{{{NAMES['w']}}}"
Parts = Mapping[str, bytes]
DOCUMENT = "word/document.xml"
VAGUE = {"here", "click here", "link", "more", "read more", "this", "this page"}
HEADINGS = "//w:body/w:p[starts-with(w:pPr/w:pStyle/@w:val, 'Heading')]"
CAPTIONS = "//w:p[w:pPr/w:pStyle/@w:val='Caption']"

# The schema's order of children, as far as these documents use them (ECMA-376, part 1, annex A).
ORDERS = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr "
    "suppressLineNumbers pBdr shd tabs suppressAutoHyphens bidi spacing ind contextualSpacing "
    "jc textAlignment outlineLvl rPr sectPr",
    "rPr": "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike vanish color spacing w kern "
    "position sz szCs highlight u effect bdr shd vertAlign rtl cs em lang",
    "sectPr": "headerReference footerReference footnotePr endnotePr type pgSz pgMar pgBorders "
    "lnNumType pgNumType cols titlePg docGrid",
    "tblPr": "tblStyle tblW jc tblInd tblBorders shd tblLayout tblCellMar tblLook tblCaption "
    "tblDescription",
    "tcPr": "tcW gridSpan vMerge tcBorders shd noWrap tcMar vAlign",
    "style": "name aliases basedOn next link uiPriority semiHidden unhideWhenUsed qFormat pPr rPr "
    "tblPr trPr tcPr tblStylePr",
    "settings": "zoom embedTrueTypeFonts saveSubsetFonts defaultTabStop characterSpacingControl "
    "footnotePr endnotePr compat rsids mathPr themeFontLang clrSchemeMapping decimalSymbol "
    "listSeparator",
    "font": "altName panose1 charset family pitch sig embedRegular embedBold embedItalic "
    "embedBoldItalic",
    "lvl": "start numFmt pStyle suff lvlText lvlJc pPr rPr",
}


def read(path: Path) -> dict[str, bytes]:
    with ZipFile(path) as file:
        return {name: file.read(name) for name in file.namelist()}


def find(parts: Parts, path: str, part: str = DOCUMENT) -> list[Any]:
    return list(etree.fromstring(parts[part]).xpath(path, namespaces=NAMES))  # type: ignore[arg-type]


def text(element: Any) -> str:
    return "".join(element.xpath(".//w:t/text()", namespaces=NAMES))


def style(element: Any) -> str:
    return "".join(element.xpath("w:pPr/w:pStyle/@w:val", namespaces=NAMES))


def parsed(parts: Parts) -> Iterator[tuple[str, Any]]:
    for name, content in parts.items():
        if name.endswith((".xml", ".rels")):
            yield name, etree.fromstring(content)


# For readers -------------------------------------------------------------------------------------


def language(parts: Parts) -> list[str]:
    said = find(parts, "//w:docDefaults//w:lang/@w:val", "word/styles.xml")
    described = find(parts, "//dc:language/text()", "docProps/core.xml")
    return [] if said and said == described else [f"styles say {said}, properties {described}"]


def title(parts: Parts) -> list[str]:
    named = "".join(find(parts, "//dc:title/text()", "docProps/core.xml"))
    shown = [text(p) for p in find(parts, "//w:p[w:pPr/w:pStyle/@w:val='Title']")]
    return [] if named and shown == [named] else [f"properties say {named!r}, the page {shown}"]


def heading_order(parts: Parts) -> list[str]:
    faults, above = [], 0
    for heading in find(parts, HEADINGS):
        level = int(style(heading).removeprefix("Heading"))
        if level > above + 1 or not text(heading).strip():
            faults.append(f"level {level} after {above}: {text(heading)!r}")
        above = level
    return faults or ([] if above else ["no headings"])


def alt_texts(parts: Parts) -> list[str]:
    pictures = find(parts, "//wp:docPr")
    drawn = len(find(parts, "//w:drawing"))
    bad = [p for p in pictures if not re.search(r"\w+ \w+ \w+", p.get("descr", ""))]
    return [f"{p.get('name')}: {p.get('descr')!r}" for p in bad] + (
        [] if drawn == len(pictures) else ["a drawing without properties"]
    )


def header_rows(parts: Parts) -> list[str]:
    return [text(t)[:40] for t in find(parts, "//w:tbl[not(w:tr[1]/w:trPr/w:tblHeader)]")]


def layout_tables(parts: Parts) -> list[str]:
    """Tables that hold pictures or tables, have one column or row, or no caption above them."""
    bad = (
        "//w:tbl[.//w:tbl or .//w:drawing or ancestor::w:txbxContent or count(w:tr) < 2 "
        "or count(w:tblGrid/w:gridCol) < 2 or not(preceding-sibling::*[self::w:p or self::w:tbl]"
        "[1][self::w:p/w:pPr/w:pStyle/@w:val='Caption'])]"
    )
    return [text(table)[:40] for table in find(parts, bad)]


def empty_paragraphs(parts: Parts) -> list[str]:
    """Empty paragraphs, but for those that end a section behind a table."""
    bare = (
        "//w:p[not(ancestor::w:tc)][not(normalize-space(.) or .//w:drawing or .//m:oMath)]"
        "[not(w:pPr/w:sectPr and preceding-sibling::*[1][self::w:tbl])]"
    )
    return [f"after {text(p.getprevious())[-40:]!r}" for p in find(parts, bare)]


def links(parts: Parts) -> list[str]:
    places = set(find(parts, "//w:bookmarkStart/@w:name"))
    faults = []
    for link in find(parts, "//w:hyperlink"):
        said, anchor = text(link).strip(), link.get(f"{W}anchor")
        paragraph = link.xpath("ancestor::w:p[1]", namespaces=NAMES)[0]
        is_bare = re.match(r"https?://", said) and style(paragraph) != "Bibliography"
        if not said or said.lower() in VAGUE or is_bare:
            faults.append(f"a link says {said!r}")
        if anchor and anchor not in places:
            faults.append(f"{said!r} leads to {anchor}, which does not exist")
    return faults


# For Word's fields -------------------------------------------------------------------------------


def fields(part: Any) -> tuple[list[tuple[str, str]], bool]:
    """Tell each field's instruction and value, and whether all are whole."""
    found: list[tuple[str, str]] = []
    opened: list[dict[str, Any]] = []
    for node in part.xpath(".//w:fldChar | .//w:instrText | .//w:t", namespaces=NAMES):
        kind = node.get(f"{W}fldCharType")
        if kind == "begin":
            opened.append({"code": "", "value": "", "separated": False})
        elif kind and not opened:
            return found, False
        elif kind == "separate":
            opened[-1]["separated"] = True
        elif kind == "end":
            done = opened.pop()
            found.append((done["code"].strip(), done["value"]))
        elif node.tag == f"{W}instrText":
            opened[-1]["code"] += node.text or ""
        else:
            for field in opened:
                field["value"] += node.text or ""
    return found, not opened


def marked_text(parts: Parts) -> dict[str, str]:
    """Tell the text that each bookmark encloses."""
    texts: dict[str, str] = {}
    opened: dict[str, str] = {}
    for node in find(parts, "//w:bookmarkStart | //w:bookmarkEnd | //w:t"):
        if node.tag == f"{W}bookmarkStart":
            opened[node.get(f"{W}id")] = node.get(f"{W}name")
            texts[node.get(f"{W}name")] = ""
        elif node.tag == f"{W}bookmarkEnd":
            opened.pop(node.get(f"{W}id"), None)
        else:
            for name in opened.values():
                texts[name] += node.text or ""
    return texts


def references(parts: Parts) -> list[str]:
    """References that lead nowhere, or whose value is not what stands there."""
    there = marked_text(parts)
    found, whole = fields(etree.fromstring(parts[DOCUMENT]))
    faults = [] if whole else ["a field is not closed"]
    for code, value in found:
        name, *words = code.split()
        if name == "REF" and there.get(words[0]) != value:
            faults.append(f"{code} shows {value!r}, there stands {there.get(words[0])!r}")
    return faults


def captions(parts: Parts) -> list[str]:
    """Captions without a counting field, or counted out of order."""
    counts: Counter[str] = Counter()
    faults = []
    for caption in find(parts, CAPTIONS):
        counted = [field for field in fields(caption)[0] if field[0].startswith("SEQ")]
        kind = counted[0][0].split()[1] if counted else ""
        counts[kind] += 1
        if not re.match(rf"(Figure|Table)\xa0{counts[kind]}: .", text(caption)) or not kind:
            faults.append(text(caption))
    return faults


def contents(parts: Parts) -> list[str]:
    """Contents and lists, where there are lists, that are not the headings and captions."""
    # The contents leave out the parts of annexes.
    wanted: list[str] = []
    annexed = False
    for heading in find(parts, HEADINGS):
        if style(heading) == "Heading1":
            annexed = text(heading).startswith("Annex ")
        if style(heading) == "Heading1" or (style(heading) == "Heading2" and not annexed):
            wanted.append(text(heading))
    listed = [text(p) for p in find(parts, "//w:p[starts-with(w:pPr/w:pStyle/@w:val, 'TOC')]")][1:]
    named = sorted(text(c) for c in find(parts, CAPTIONS))
    lists = "//w:p[w:pPr/w:pStyle/@w:val='TableofFigures']"
    codes = [code for code, _ in fields(etree.fromstring(parts[DOCUMENT]))[0]]
    made = [code for code in codes if code.startswith("TOC")]
    faults = [] if any("\\o" in code for code in made) else ["no contents"]
    if wanted != listed:
        faults.append("the contents are not the headings")
    has_lists = any('"Figure"' in code or '"Table"' in code for code in made)
    if has_lists and named != sorted(text(p) for p in find(parts, lists)):
        faults.append("the lists are not the captions")
    return faults


def running_heads(parts: Parts) -> list[str]:
    faults = [] if find(parts, "(//w:sectPr)[1]/w:titlePg") else ["heads on the title page"]
    wanted = {"header": ["TITLE", "STYLEREF 1"], "footer": ["PAGE", "NUMPAGES"]}
    relations = {
        r.get("Id"): r.get("Target")
        for r in find(parts, "//rel:Relationship", "word/_rels/document.xml.rels")
    }
    for section in find(parts, "//w:sectPr"):
        for kind, codes in wanted.items():
            ids = section.xpath(f"w:{kind}Reference/@r:id", namespaces=NAMES)
            shown = [fields(etree.fromstring(parts[f"word/{relations[i]}"]))[0] for i in ids]
            if [[code for code, _ in each] for each in shown] != [codes]:
                faults.append(f"a section without {kind}")
    return faults


# For Word, which offers to repair what is out of order --------------------------------------------


def order(parts: Parts) -> list[str]:
    faults = []
    for name, root in parsed(parts):
        for kind, words in ORDERS.items():
            places = {word: n for n, word in enumerate(words.split())}
            for element in root.iter(f"{W}{kind}"):
                children = [etree.QName(child).localname for child in element]
                known = [places[child] for child in children if child in places]
                strange = set(children) - places.keys() if "numbering" not in name else set()
                if known != sorted(known) or strange:
                    faults.append(f"{name}: {kind} has {children}")
    return faults


def identities(parts: Parts) -> list[str]:
    starts = find(parts, "//w:bookmarkStart/@w:id")
    ends = find(parts, "//w:bookmarkEnd/@w:id")
    names = find(parts, "//w:bookmarkStart/@w:name")
    pictures = find(parts, "//wp:docPr/@id")
    faults = [f"given twice: {v}" for ids in (starts, ends, names, pictures)
              for v, n in Counter(ids).items() if n > 1]  # fmt: skip
    faults += [f"a name too long: {name}" for name in names if len(name) > 40]
    return faults + [f"bookmark {mark} is not whole" for mark in set(starts) ^ set(ends)]


def relationships(parts: Parts) -> list[str]:
    faults = []
    for name, root in parsed(parts):
        if name.endswith(".rels"):
            base = posixpath.dirname(posixpath.dirname(name))
            ids = Counter(root.xpath("rel:Relationship/@Id", namespaces=NAMES))
            faults += [f"{name}: {i} twice" for i, n in ids.items() if n > 1]
            inner = "rel:Relationship[not(@TargetMode='External')]/@Target"
            for target in root.xpath(inner, namespaces=NAMES):
                if posixpath.normpath(posixpath.join(base, target)).lstrip("/") not in parts:
                    faults.append(f"{name}: there is no {target}")
            continue
        used = set(root.xpath("//@r:id | //@r:embed", namespaces=NAMES))
        path = posixpath.join(posixpath.dirname(name), "_rels", f"{posixpath.basename(name)}.rels")
        known = set(find(parts, "//rel:Relationship/@Id", path)) if path in parts else set()
        faults += [f"{name}: {i} leads nowhere" for i in used - known]
    return faults


def content_types(parts: Parts) -> list[str]:
    part = "[Content_Types].xml"
    defaults = [e.lower() for e in find(parts, "//ct:Default/@Extension", part)]
    # The default of .xml says nothing of what a part is.
    telling = set(defaults) - {"xml"}
    overrides = find(parts, "//ct:Override/@PartName", part)
    faults = [f"{v} twice" for v, n in Counter(defaults + overrides).items() if n > 1]
    faults += [f"no part {name}" for name in overrides if name.lstrip("/") not in parts]
    for name in parts:
        typed = f"/{name}" in overrides or name.rsplit(".", 1)[-1].lower() in telling
        if name != part and not typed:
            faults.append(f"no type for {name}")
    return faults


def names_used(parts: Parts) -> list[str]:
    """Styles and lists that are used and not defined."""
    styles = set(find(parts, "//w:style/@w:styleId", "word/styles.xml"))
    lists = {*find(parts, "//w:num/@w:numId", "word/numbering.xml"), "0"}
    used = set(find(parts, "//w:pStyle/@w:val | //w:rStyle/@w:val | //w:tblStyle/@w:val"))
    used |= set(find(parts, "//w:basedOn/@w:val | //w:next/@w:val", "word/styles.xml"))
    return sorted(used - styles) + sorted(set(find(parts, "//w:numId/@w:val")) - lists)


def settings(parts: Parts) -> list[str]:
    part = "word/settings.xml"
    mode = find(parts, "//w:compatSetting[@w:name='compatibilityMode']/@w:val", part)
    asks = find(parts, "//w:updateFields", part) + find(parts, "//@w:dirty")
    return [*([] if mode == ["15"] else [f"mode {mode}"]), *(["Word will ask"] if asks else [])]


CHECKS: Mapping[str, Callable[[Parts], list[str]]] = {
    check.__name__: check
    for check in (
        language, title, heading_order, alt_texts, header_rows, layout_tables, empty_paragraphs,
        links, references, captions, contents, running_heads, order, identities, relationships,
        content_types, names_used, settings,
    )
}  # fmt: skip
