"""Two Word files made into one with tracked changes, with comments on what caused them."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from lxml import etree

from evidence.review.pairing import bag, share
from evidence.review.redline import AUTHOR, WORD, Marks, Node, redline, said, text_of, w
from evidence.review.remarks import UnreadableError
from evidence.review.sentences import SentenceChange, spans
from evidence.review.word_package import MOST_UNPACKED, Package, opened

_RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_MODIFIED = "{http://purl.org/dc/terms/}modified"
_COMMENTS = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
# Where a file doesn't say when it was made.
_UNDATED = "2000-01-01T00:00:00Z"
# A sentence of the chapters and one of the document share so much of their words.
_SAME = 0.6
_CITED = re.compile(r"\[[^\]]*@[^\]]*\]|@[\w-]+")
_LARGEST_PICTURE = 20_000_000
_REDRAWN = "the picture is drawn anew"


@dataclass
class Redline:
    """A Word file with tracked changes, before it is written.

    Attributes
    ----------
    new
        The file that it is made of.
    document, comments
        Its text and its comments, as XML.
    parts
        By relationship the name of the part that has a picture.
    language
        Of the new document.
    when
        The date of its changes.
    changed
        Whether the documents differ.
    """

    new: Path
    document: Node
    comments: Node
    parts: Mapping[str, str]
    language: str
    when: str
    changed: bool

    @property
    def body(self) -> Node:
        """What the document says."""
        return _body(self.document)


def compare(old: Path, new: Path, because: Sequence[SentenceChange] = ()) -> Redline:
    """Return what a Word file changes in another.

    Parameters
    ----------
    because
        The sentences that the evidence changes, in the wording of the new document.

    Raises
    ------
    UnreadableError
        If one of them is no Word file, or none that can be read safely.
    """
    before, after = map(_read, (old, new))
    marks = Marks(after.when, after.styles, (before.drawn, after.drawn))
    changed = redline(_body(before.document), _body(after.document), marks)
    comments = after.comments
    if comments is None:
        comments = etree.Element(w("comments"), nsmap={"w": WORD})
    found = Redline(new, after.document, comments, after.parts, after.language, after.when, changed)
    notes = _Notes(comments, marks.when)
    for paragraph in marks.redrawn:
        if len(paragraph):
            notes.put([*paragraph][-1:], [_REDRAWN])
    _explain(found, because, notes)
    return found


@dataclass(frozen=True)
class _File:
    """What a redline needs of a Word file."""

    document: Node
    comments: Node | None
    styles: frozenset[str]
    parts: Mapping[str, str]
    drawn: Mapping[str, int]
    when: str
    language: str


def _read(path: Path) -> _File:
    try:
        with opened(path) as package:
            document = package.xml(package.main)
            if document is None or document.find(w("body")) is None:
                raise UnreadableError("it has no text; ask the sender for it anew")
            styles = package.part("styles")
            known = () if styles is None else styles.iter(w("style"))
            parts = _pictures(package)
            return _File(
                document,
                package.part("comments"),
                frozenset(str(one.get(w("styleId"))) for one in known),
                parts,
                {key: _checksum(package, name) for key, name in parts.items()},
                _when(package),
                _language(package),
            )
    except UnreadableError as error:
        raise UnreadableError(f"{path}: {error}") from None


def write(found: Redline, target: Path, about: Sequence[str] = ()) -> None:
    """Write a redline as a Word file, with all else as the new document has it.

    What is said about it as a whole becomes a comment on its first paragraph.
    """
    document, comments = deepcopy(found.document), deepcopy(found.comments)
    said_of = _Notes(comments, found.when)
    first = next((run for run in _body(document).iterfind(f"{w('p')}/*") if _is_text(run)), None)
    if about and first is not None:
        said_of.put([first], about)
    with opened(found.new) as package:
        archive = package.archive
        if sum(info.file_size for info in archive.infolist()) > MOST_UNPACKED:
            raise UnreadableError(f"{found.new}: it unpacks to more than a report does")
        folder, name = posixpath.split(package.main)
        related = next(package.related("comments"), "")
        part = related or posixpath.join(folder, "comments.xml")
        parts = {package.main: _bytes(document), part: _bytes(comments)}
        if not related:
            relations = posixpath.join(folder, "_rels", f"{name}.rels")
            parts[relations] = _with(
                archive.read(relations),
                f"{{{_PACKAGE}}}Relationship",
                Id="rIdRedline",
                Type=f"{_RELATED}/comments",
                Target="comments.xml",
            )
            types = "[Content_Types].xml"
            parts[types] = _with(
                archive.read(types),
                f"{{{_TYPES}}}Override",
                PartName=f"/{part}",
                ContentType=_COMMENTS,
            )
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as written:
            for info in archive.infolist():
                data = parts.pop(info.filename, b"") or archive.read(info)
                written.writestr(info, data)
            for rest, data in parts.items():
                info = zipfile.ZipInfo(rest, archive.infolist()[0].date_time)
                written.writestr(info, data, zipfile.ZIP_DEFLATED)


def pictures(found: Redline) -> Mapping[str, tuple[str, bytes]]:
    """Return the pictures of the new document by relationship, each with its name."""
    with opened(found.new) as package:
        held = {info.filename: info for info in package.archive.infolist()}
        return {
            key: (name, package.archive.read(name))
            for key, name in found.parts.items()
            if name in held and held[name].file_size < _LARGEST_PICTURE
        }


def _is_text(node: Node) -> bool:
    return node.tag in (w("r"), w("ins"), w("hyperlink"))


def _body(document: Node) -> Node:
    found = document.find(w("body"))
    if found is None:
        raise UnreadableError("a Word file without a text")
    return found


def _bytes(root: Node) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _with(data: bytes, tag: str, **attributes: str) -> bytes:
    root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    etree.SubElement(root, tag, attributes)
    return _bytes(root)


def _when(package: Package) -> str:
    core = package.part("core-properties", "")
    made = None if core is None else core.findtext(_MODIFIED)
    return made if made and re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", made) else _UNDATED


def _language(package: Package) -> str:
    core = package.part("core-properties", "")
    told = None if core is None else core.findtext("{http://purl.org/dc/elements/1.1/}language")
    return told if told and re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]+)*", told) else "en"


def _pictures(package: Package) -> Mapping[str, str]:
    folder, name = posixpath.split(package.main)
    relations = package.xml(posixpath.join(folder, "_rels", f"{name}.rels"))
    return {
        str(row.get("Id")): posixpath.normpath(posixpath.join(folder, str(row.get("Target"))))
        for row in (() if relations is None else relations)
        if str(row.get("Type")).endswith("/image") and row.get("TargetMode") != "External"
    }


def _checksum(package: Package, name: str) -> int:
    try:
        return package.archive.getinfo(name).CRC
    except KeyError:
        return 0


@dataclass
class _Notes:
    """The comments of a document, to which some are added."""

    comments: Node
    when: str

    def put(self, changed: Sequence[Node], said: Iterable[str]) -> None:
        """Add a comment on what stands side by side in a paragraph."""
        taken = [
            int(row.get(w("id"), "0")) for row in self.comments if row.get(w("id"), "").isdigit()
        ]
        number = str(max(taken, default=-1) + 1)
        given = {w("id"): number, w("author"): AUTHOR, w("date"): self.when, w("initials"): "er"}
        comment = etree.SubElement(self.comments, w("comment"), given)
        for line in said:
            run = etree.SubElement(etree.SubElement(comment, w("p")), w("r"))
            etree.SubElement(run, w("t")).text = line
        changed[0].addprevious(etree.Element(w("commentRangeStart"), {w("id"): number}))
        end = etree.Element(w("commentRangeEnd"), {w("id"): number})
        changed[-1].addnext(end)
        mark = etree.Element(w("r"))
        etree.SubElement(mark, w("commentReference"), {w("id"): number})
        end.addnext(mark)


@dataclass(frozen=True)
class _Spot:
    """A sentence of the document in which something changed, and what did."""

    said: str
    changed: tuple[Node, ...]


def _explain(found: Redline, because: Sequence[SentenceChange], notes: _Notes) -> None:
    """Put what caused it beside each sentence that the evidence changed."""
    spots = [spot for p in found.body.iter(w("p")) for spot in _spots(p)]
    bags = [bag(spot.said) for spot in spots]
    best: dict[int, tuple[float, SentenceChange]] = {}
    for change in because:
        wanted = bag(_CITED.sub("", change.new or change.old))
        alike = [
            (share(wanted, one), -place) for place, one in enumerate(bags) if place not in best
        ]
        likeness, place = max(alike, default=(0.0, 0))
        if likeness >= _SAME:
            best[-place] = likeness, change
    for place, (_, change) in sorted(best.items()):
        notes.put(spots[place].changed, [f"{change.place}", *change.causes])


def _says_more(child: Node) -> bool:
    """Say whether more than a space changed in what stands in a paragraph."""
    changes = [child] if child.tag in (w("ins"), w("del")) else child.iter(w("ins"), w("del"))
    return any(said(one).strip() for change in changes for one in change.iter())


def _spots(paragraph: Node) -> Iterator[_Spot]:
    changes = {
        child
        for child in paragraph
        if child.tag in (w("ins"), w("del"))
        or (next(child.iter(w("ins"), w("del")), None) is not None and child.tag != w("pPr"))
    }  # fmt: skip
    if not changes:
        return
    children = [child for child in paragraph if child.tag != w("pPr")]
    for without in ("del", "ins"):
        texts = [text_of(child, without=without) for child in children]
        ends = [*accumulate(map(len, texts))]
        whole = "".join(texts)
        for start, stop in spans(whole):
            changed = tuple(
                child
                for child, end, text in zip(children, ends, texts, strict=True)
                if child in changes and end >= start and end - len(text) < stop
            )
            if whole[start:stop].strip() and any(map(_says_more, changed)):
                yield _Spot(whole[start:stop], changed)
