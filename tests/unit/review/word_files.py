"""Word files written by hand, part by part, with the XML that Word writes."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

NAMES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" '
    'xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-'
    'officedocument.wordprocessingml.document.main+xml"/></Types>'
)
WHEN = "2026-11-20T10:00:00Z"
BY = f'w:id="900" w:author="Ada" w:date="{WHEN}"'
STYLES = (
    '<w:style w:type="paragraph" w:styleId="Heading2"><w:name w:val="heading 2"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Mine"><w:name w:val="My own"/>'
    '<w:basedOn w:val="Heading2"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Caption"><w:name w:val="caption"/></w:style>'
)


def r(text: str, properties: str = "") -> str:
    """Return a run."""
    look = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{look}<w:t xml:space="preserve">{text}</w:t></w:r>'


def p(*content: str, properties: str = "", mark: str = "") -> str:
    """Return a paragraph of runs, or of text, whose end may be inserted or deleted ("ins")."""
    ended = f"<w:rPr><w:{mark} {BY}/></w:rPr>" if mark else ""
    whole = f"<w:pPr>{properties}{ended}</w:pPr>" if properties or ended else ""
    return f"<w:p>{whole}{''.join(each if '<' in each else r(each) for each in content)}</w:p>"


def ins(text: str, by: str = BY) -> str:
    """Return text as an insertion."""
    return f"<w:ins {by}>{r(text)}</w:ins>"


def gone(text: str, by: str = BY) -> str:
    """Return text as a deletion."""
    return f'<w:del {by}><w:r><w:delText xml:space="preserve">{text}</w:delText></w:r></w:del>'


def on(number: int, text: str) -> str:
    """Return text that a comment is about."""
    return (f'<w:commentRangeStart w:id="{number}"/>{r(text)}<w:commentRangeEnd w:id="{number}"/>'
            f'<w:r><w:commentReference w:id="{number}"/></w:r>')  # fmt: skip


def comment(number: int, *paragraphs: str, author: str = "Ada", when: str = WHEN) -> str:
    """Return a comment, whose last paragraph is called as Word calls it."""
    texts = "".join(
        f'<w:p w14:paraId="{number:04}{line:04}"><w:r><w:t>{text}</w:t></w:r></w:p>'
        for line, text in enumerate(paragraphs, 1)
    )
    return f'<w:comment w:id="{number}" w:author="{author}" w:date="{when}">{texts}</w:comment>'


def table(*rows: str) -> str:
    """Return a table."""
    return f"<w:tbl><w:tblPr/><w:tblGrid/>{''.join(rows)}</w:tbl>"


def row(*cells: str, properties: str = "") -> str:
    """Return a row of a table."""
    whole = "".join(f"<w:tc><w:tcPr/>{each if '<' in each else p(each)}</w:tc>" for each in cells)
    return f"<w:tr><w:trPr>{properties}</w:trPr>{whole}</w:tr>"


def part(name: str, content: str) -> str:
    """Return a part's XML."""
    return f'<?xml version="1.0" encoding="UTF-8"?><{name} {NAMES}>{content}</{name}>'


def relations(targets: dict[str, str]) -> str:
    """Return the part that says how parts are related, given target and kind."""
    each = "".join(
        f'<Relationship Id="rId{number}" Type="{RELATIONS}/{kind}" Target="{target}"/>'
        for number, (target, kind) in enumerate(targets.items())
    )
    return f'<Relationships xmlns="{PACKAGE}">{each}</Relationships>'


def write(path: Path, body: str, **others: str) -> Path:
    """Write a Word file of a body and other parts, each by the kind of its relation."""
    parts = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": relations({"word/document.xml": "officeDocument",
                                  "docProps/custom.xml": "custom-properties"}),
        "word/document.xml": part("w:document", f"<w:body>{body}</w:body>"),
        "word/styles.xml": part("w:styles", STYLES),
    }  # fmt: skip
    targets = {"styles.xml": "styles"}
    for kind, content in others.items():
        if kind == "fingerprint":
            parts["docProps/custom.xml"] = (
                f'<Properties><property name="fingerprint"><lpwstr>{content}</lpwstr></property>'
                "</Properties>"
            )
            continue
        targets[f"{kind}.xml"] = kind
        root = {"commentsExtended": "w15:commentsEx", "header": "w:hdr", "footer": "w:ftr"}
        parts[f"word/{kind}.xml"] = part(root.get(kind, f"w:{kind}"), content)
    parts["word/_rels/document.xml.rels"] = relations(targets)
    return zipped(path, parts)


def zipped(path: Path, parts: dict[str, str]) -> Path:
    """Write a zip file."""
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path
