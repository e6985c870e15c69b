"""The text of one Word file turned into tracked changes of another: what a redline is made of.

The new document stays as it is; what the old one says otherwise is put into it as deleted, and what
only the new one says is marked as inserted. To reject all gives the old text, to accept all the new
document. Paragraphs and rows of tables are paired first, then compared word by word.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cache

from lxml import etree

from evidence.review.pairing import bag, paired, share

Node = etree._Element

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_EMBED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}embed"
_BLIP = "{http://schemas.openxmlformats.org/drawingml/2006/main}blip"
AUTHOR = "evidence redline"

# A paragraph of more was written to harm: it is shown as gone and come, and not compared in it.
_MOST_TOKENS = 10_000
_TOKEN = re.compile(r"\s+|\w+(?:[’'.,:/-]\w+)*|[^\w\s]")
_WRITTEN = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "\u2011", "sym": "\ufffd"}


def w(name: str) -> str:
    """Return a name of Word's own as lxml has it."""
    return f"{{{WORD}}}{name}"


@dataclass
class Marks:
    """Who changed it and when, and what the old document may bring into the new.

    Attributes
    ----------
    styles
        The styles that the new document knows.
    pictures
        For either document what tells its pictures apart, by relationship.
    redrawn
        The paragraphs whose picture is another, as found.
    """

    when: str
    styles: Collection[str] = ()
    pictures: tuple[Mapping[str, object], Mapping[str, object]] = ({}, {})
    redrawn: list[Node] = field(default_factory=list)
    number: int = 900_000

    def new(self, name: str) -> Node:
        """Return an element that marks a change."""
        self.number += 1
        return etree.Element(
            w(name),
            {w("id"): str(self.number), w("author"): AUTHOR, w("date"): self.when},
            {"w": WORD},
        )


def redline(old: Node, new: Node, marks: Marks) -> bool:
    """Turn the body of a new document into a redline against the body of an old one.

    Returns whether they differ.
    """
    before = marks.number
    _flow(old, new, marks)
    return marks.number > before or bool(marks.redrawn)


def text_of(node: Node, *, without: str = "del") -> str:
    """Return the text of a paragraph or a row as it is without deletions, or without insertions."""
    return "".join(
        said(child)
        for run in node.iter(w("r"))
        if next(run.iterancestors(w(without)), None) is None
        for child in run
    )


def said(child: Node) -> str:
    """Return what part of a run says."""
    if child.tag in (w("t"), w("delText")):
        return child.text or ""
    return _WRITTEN.get(etree.QName(child).localname, "")


def blocks(container: Node) -> Iterator[Node]:
    """Yield the paragraphs and tables of a body or a cell."""
    for child in container:
        if child.tag in (w("p"), w("tbl")):
            yield child
        elif child.tag in (w("sdt"), w("sdtContent"), w("customXml")):
            yield from blocks(child)


def _flow(old: Node, new: Node, marks: Marks) -> None:
    before, after = [*blocks(old)], [*blocks(new)]
    bags = cache(_bag)

    def like(one: Node, other: Node) -> float:
        return share(bags(one), bags(other)) if one.tag == other.tag else 0.0

    for one, other, at in paired(before, after, _key, like):
        if one is None and other is not None:
            _insert_block(other, marks)
        elif one is not None and other is None:
            _delete_block(one, new, after[at] if at < len(after) else None, marks)
        elif one is not None and other is not None:
            _change_block(one, other, marks)


def _whole(block: Node) -> str:
    """Return the text of a paragraph, cell, row or table, with spaces between its paragraphs."""
    return " ".join(" ".join(text_of(one).split()) for one in block.iter(w("p")))


def _bag(block: Node) -> Counter[str]:
    return bag(_whole(block))


def _key(block: Node) -> tuple[str, ...]:
    return (str(block.tag), *map(_whole, block.iter(w("tc") if block.tag == w("tbl") else w("p"))))


def _change_block(old: Node, new: Node, marks: Marks) -> None:
    if new.tag == w("tbl"):
        _change_table(old, new, marks)
        return
    if _pictures(old, marks.pictures[0]) != _pictures(new, marks.pictures[1]):
        marks.redrawn.append(new)
    if text_of(old) != text_of(new):
        _change_paragraph(old, new, marks)


def _pictures(paragraph: Node, known: Mapping[str, object]) -> list[object]:
    return [known.get(str(blip.get(_EMBED))) for blip in paragraph.iter(_BLIP)]


def _change_table(old: Node, new: Node, marks: Marks) -> None:
    before, after = old.findall(w("tr")), new.findall(w("tr"))

    bags = cache(_bag)

    @cache
    def key(row: Node) -> tuple[str, ...]:
        return tuple(map(_whole, row.findall(w("tc"))))

    def like(one: Node, other: Node) -> float:
        cells = key(one), key(other)
        if len(cells[0]) != len(cells[1]) or not cells[0]:
            return 0.0
        # Rows that are about the same are the same row, whatever their numbers.
        same = cells[0][0] and cells[0][0] == cells[1][0]
        return 1.0 if same else share(bags(one), bags(other)) * 0.9

    for one, other, at in paired(before, after, key, like):
        if one is None and other is not None:
            _mark_row(other, "ins", marks)
            for paragraph in other.iter(w("p")):
                _insert_paragraph(paragraph, marks)
        elif one is not None and other is None:
            row = _deleted_row(one, marks)
            if at < len(after):
                after[at].addprevious(row)
            else:
                new.append(row)
        elif one is not None and other is not None:
            for cell, counterpart in zip(one.findall(w("tc")), other.findall(w("tc")), strict=True):
                held = [[*blocks(side)] for side in (cell, counterpart)]
                if [len(side) for side in held] == [1, 1] and held[0][0].tag == held[1][0].tag:
                    _change_block(held[0][0], held[1][0], marks)
                else:
                    _flow(cell, counterpart, marks)


def _mark_row(row: Node, name: str, marks: Marks) -> None:
    properties = row.find(w("trPr"))
    if properties is None:
        properties = etree.Element(w("trPr"))
        at = 1 if row.find(w("tblPrEx")) is not None else 0
        row.insert(at, properties)
    properties.append(marks.new(name))


def _deleted_row(old: Node, marks: Marks) -> Node:
    row = etree.Element(w("tr"))
    header = old.find(f"{w('trPr')}/{w('tblHeader')}")
    _mark_row(row, "del", marks)
    if header is not None:
        row[0].insert(0, deepcopy(header))
    for cell in old.findall(w("tc")):
        copy = etree.SubElement(row, w("tc"))
        if (properties := cell.find(w("tcPr"))) is not None:
            copy.append(deepcopy(properties))
        paragraphs = [_deleted_paragraph(one, marks) for one in cell.iter(w("p"))]
        copy.extend(paragraphs or [etree.Element(w("p"))])
    return row


def _insert_block(block: Node, marks: Marks) -> None:
    for row in block.iter(w("tr")):
        _mark_row(row, "ins", marks)
    for paragraph in [*block.iter(w("p"))]:
        _insert_paragraph(paragraph, marks)


def _insert_paragraph(paragraph: Node, marks: Marks) -> None:
    runs = [run for run in paragraph.iter(w("r")) if run.getparent() is not None]
    for run in runs:
        _wrap(run, marks)
    _join(paragraph)
    _mark_end(paragraph, "ins", marks)


def _delete_block(old: Node, container: Node, before: Node | None, marks: Marks) -> None:
    made: list[Node] = []
    if old.tag == w("p"):
        if text_of(old).strip():
            made.append(_deleted_paragraph(old, marks))
    else:
        table = etree.Element(w("tbl"))
        for name in ("tblPr", "tblGrid"):
            if (properties := old.find(w(name))) is not None:
                table.append(deepcopy(properties))
        for style in table.iter(w("tblStyle")):
            if style.get(w("val")) not in marks.styles:
                style.getparent().remove(style)  # type: ignore[union-attr]
        table.extend(_deleted_row(row, marks) for row in old.findall(w("tr")))
        # Between two tables there has to be a paragraph, or they are one.
        end = etree.Element(w("p"))
        _mark_end(end, "del", marks)
        made += [table, end]
    for one in made:
        if before is not None:
            before.addprevious(one)
        elif (last := container.find(w("sectPr"))) is not None:
            last.addprevious(one)
        else:
            container.append(one)


def _deleted_paragraph(old: Node, marks: Marks) -> Node:
    paragraph = etree.Element(w("p"))
    properties = etree.SubElement(paragraph, w("pPr"))
    for name in ("pStyle", "keepNext", "jc"):
        given = old.find(f"{w('pPr')}/{w(name)}")
        if given is not None and (name != "pStyle" or given.get(w("val")) in marks.styles):
            properties.append(deepcopy(given))
    _mark_end(paragraph, "del", marks)
    atoms = [atom for atom in _atoms(deepcopy(old)) if atom.text]
    if atoms:
        paragraph.append(_deletion(atoms, marks))
    return paragraph


def _mark_end(paragraph: Node, name: str, marks: Marks) -> None:
    """Mark the end of a paragraph as inserted or deleted; that of a section stays."""
    properties = paragraph.find(w("pPr"))
    if properties is None:
        properties = etree.Element(w("pPr"))
        paragraph.insert(0, properties)
    section = properties.find(w("sectPr"))
    if section is not None:
        return
    looks = properties.find(w("rPr"))
    if looks is None:
        looks = etree.SubElement(properties, w("rPr"))
        if (changed := properties.find(w("pPrChange"))) is not None:
            changed.addprevious(looks)
    looks.insert(0, marks.new(name))


@dataclass(frozen=True)
class _Atom:
    """A run that holds one token, or something else."""

    text: str
    run: Node


def _change_paragraph(old: Node, new: Node, marks: Marks) -> None:
    before = [atom for atom in _atoms(deepcopy(old)) if atom.text]
    after = [atom for atom in _atoms(new) if atom.text]
    for tag, start, end, first, last in _steps([a.text for a in before], [a.text for a in after]):
        if tag == "equal":
            continue
        if end > start:
            gone = _deletion(before[start:end], marks)
            if first < len(after):
                _outermost(after[first].run, first=True).addprevious(gone)
            elif after:
                _outermost(after[-1].run, first=False).addnext(gone)
            else:
                new.append(gone)
        for atom in after[first:last]:
            _wrap(atom.run, marks)
    _join(new)


def _steps(old: Sequence[str], new: Sequence[str]) -> list[tuple[str, int, int, int, int]]:
    """Return how to come from one to the other; a space between changes is changed, too."""
    if max(len(old), len(new)) > _MOST_TOKENS:
        return [("replace", 0, len(old), 0, len(new))]
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    steps: list[tuple[str, int, int, int, int]] = []
    opcodes = matcher.get_opcodes()
    for place, step in enumerate(opcodes):
        tag, start, end, first, last = step
        same = "".join(old[start:end])
        inside = 0 < place < len(opcodes) - 1
        if tag == "equal" and inside and not same.strip():
            tag = "replace"
        if steps and tag != "equal" and steps[-1][0] != "equal":
            _, before, _, above, _ = steps.pop()
            start, first = before, above
        steps.append((tag if tag == "equal" else "replace", start, end, first, last))
    return steps


def _atoms(paragraph: Node) -> list[_Atom]:
    """Break the runs of a paragraph into one for each token, and return them in their order."""
    found = []
    for run in [*paragraph.iter(w("r"))]:
        if run.getparent() is None or any(True for _ in run.iterancestors(w("del"))):
            continue
        looks = run.find(w("rPr"))
        for child in [one for one in run if one is not looks]:
            words = said(child)
            for text in _TOKEN.findall(words) if child.tag == w("t") else [words]:
                part = etree.Element(w("r"))
                if looks is not None:
                    part.append(deepcopy(looks))
                part.append(_text(text) if child.tag == w("t") else child)
                run.addprevious(part)
                found.append(_Atom(text, part))
        run.getparent().remove(run)  # type: ignore[union-attr]
    return found


def _text(text: str, name: str = "t") -> Node:
    node = etree.Element(w(name))
    node.text = text
    node.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return node


def _deletion(atoms: Iterable[_Atom], marks: Marks) -> Node:
    gone = marks.new("del")
    for atom in atoms:
        run = etree.SubElement(gone, w("r"))
        if (looks := atom.run.find(w("rPr"))) is not None:
            run.append(deepcopy(looks))
            for style in run.iter(w("rStyle")):
                if style.get(w("val")) not in marks.styles:
                    style.getparent().remove(style)  # type: ignore[union-attr]
        content = atom.run[-1]
        run.append(deepcopy(content) if content.tag != w("t") else _text(atom.text, "delText"))
    _join_runs(gone)
    return gone


def _wrap(run: Node, marks: Marks) -> None:
    parent = run.getparent()
    if parent is None or parent.tag in (w("ins"), w("del")):
        return
    inserted = marks.new("ins")
    run.addprevious(inserted)
    inserted.append(run)


def _outermost(run: Node, *, first: bool) -> Node:
    """Return what stands in the paragraph itself, where a run is the first or last in a link."""
    node, parent = run, run.getparent()
    while parent is not None and parent.tag in (w("hyperlink"), w("ins")):
        runs = [*parent.iter(w("r"))]
        if runs[0 if first else -1] is not run:
            break
        node, parent = parent, parent.getparent()
    return node


def _join(paragraph: Node) -> None:
    """Join what stands side by side and was changed alike."""
    for name in ("ins", "del"):
        for change in [*paragraph.iter(w(name))]:
            above = change.getprevious()
            ours = above is not None and above.get(w("author")) == AUTHOR == change.get(w("author"))
            if above is not None and ours and above.tag == change.tag:
                above.extend(list(change))
                change.getparent().remove(change)  # type: ignore[union-attr]
    for container in [paragraph, *paragraph.iter(w("ins"), w("del"), w("hyperlink"))]:
        _join_runs(container)


def _join_runs(container: Node) -> None:
    above: Node | None = None
    for run in [*container]:
        if above is not None and _alike(above, run):
            content = above[-1]
            content.text = (content.text or "") + (run[-1].text or "")
            container.remove(run)
        else:
            above = run


def _alike(one: Node, other: Node) -> bool:
    if one.tag != w("r") or other.tag != w("r") or not (len(one) and len(other)):
        return False
    if one[-1].tag != other[-1].tag or one[-1].tag not in (w("t"), w("delText")):
        return False
    looks = [run.find(w("rPr")) for run in (one, other)]
    if any(
        len(run) != 1 + (look is not None) for run, look in zip((one, other), looks, strict=True)
    ):
        return False
    written = [b"" if look is None else etree.tostring(look, method="c14n") for look in looks]
    return written[0] == written[1]
