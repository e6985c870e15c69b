"""The comparison finds what is broken, of each kind and in each format."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from evidence.engine import render
from evidence.proof.parity import KINDS, Document, Item, compare, read
from tests.unit.proof.parity.conftest import write

# Kind to the text that is broken in HTML, and what it becomes.
IN_HTML = {
    "headings": ('<span class="section-number">1.1</span>', "1.2"),
    "captions": ("A picture of <em>things</em>", "A picture of"),
    "cells": ('<th style="text-align: left;" scope="col">Value</th>', "<td>Value</td>"),
    "prose": ("33%", "34%"),
    "citations": ('href="#ref-doe2004b"', 'href="#ref-doe2004a"'),
    "notes": ("A second note.", ""),
    "alts": ('" alt="Two', '" title="Two'),
    "fingerprint": ("0123456789ab", "0123456789ac"),
}
IN_WORD = {
    "headings": ('w:val="Heading2"', 'w:val="Heading3"'),
    "captions": ("A picture of", "A painting of"),
    "cells": ("&lt;td&gt;12", "13"),
    "prose": ("1,234.5", "12,345"),
    "citations": ('w:anchor="ref-doe2004b"', 'w:anchor="ref-doe2004a"'),
    "notes": ("A second note.", "A second nota."),
    "alts": ('descr="Two', 'other="Two'),
    "fingerprint": ("0123456789ab", "0123456789ac"),
}


@pytest.fixture(scope="session")
def documents(paths: Mapping[str, Path]) -> Mapping[str, Document]:
    return {name: read(path) for name, path in paths.items()}


def of(name: str, *texts: str) -> Document:
    """A document that has headings alone."""
    items: dict[str, tuple[Item, ...]] = dict.fromkeys(KINDS, ())
    items["headings"] = tuple(Item(text, f"at {index}") for index, text in enumerate(texts))
    return Document(name, items, "0123456789ab", {})


def broken(documents: Mapping[str, Document], **by: Document) -> set[tuple[str, str]]:
    """The kinds that differ and the formats in which they do."""
    found = compare([*{**documents, **by}.values()])
    return {(difference.kind, difference.formats[1]) for difference in found}


def test_documents_of_one_text_are_equal(documents: Mapping[str, Document]) -> None:
    assert compare([*documents.values()]) == ()
    assert all(document.items[kind] for document in documents.values() for kind in KINDS)


@pytest.mark.parametrize("kind", [*KINDS, "fingerprint"])
def test_what_is_broken_in_html_is_found(
    kind: str, documents: Mapping[str, Document], paths: Mapping[str, Path], tmp_path: Path
) -> None:
    text = paths["html"].read_text("utf-8")
    old, new = IN_HTML[kind]
    body = text.index("<main")
    assert old in text[body:]
    (tmp_path / "a.html").write_text(new.join(text.rsplit(old, 1)), "utf-8")
    found = broken(documents, html=read(tmp_path / "a.html"))
    assert found == {(kind, "PDF"), (kind, "Word")}


@pytest.mark.parametrize("kind", [*KINDS, "fingerprint"])
def test_what_is_broken_in_word_is_found(
    kind: str, documents: Mapping[str, Document], paths: Mapping[str, Path], tmp_path: Path
) -> None:
    changed = rewritten(paths["docx"], tmp_path / "a.docx", *IN_WORD[kind])
    assert broken(documents, docx=read(changed)) == {(kind, "Word")}


@pytest.mark.parametrize("kind", [*KINDS, "fingerprint"])
def test_what_is_broken_in_pdf_is_found(
    kind: str, documents: Mapping[str, Document], pdf_of: Mapping[str, Path]
) -> None:
    found = broken(documents, pdf=read(pdf_of[kind]))
    assert found >= {(kind, "PDF")}
    # A citation is also words of the prose.
    allowed = {"citations": {"citations", "prose"}}.get(kind, {kind})
    assert {name for name, _ in found} <= allowed


def rewritten(source: Path, target: Path, old: str, new: str) -> Path:
    """Copy a Word file with a text changed wherever it stands, which is in one part."""
    shutil.copy(source, target)
    changes = 0
    with zipfile.ZipFile(source) as before, zipfile.ZipFile(target, "w") as after:
        for name in before.namelist():
            content = before.read(name)
            if name in ("word/document.xml", "word/footnotes.xml") and old.encode() in content:
                changes += 1
                content = content.replace(old.encode(), new.encode())
            after.writestr(name, content)
    assert changes == 1
    return target


@pytest.mark.parametrize(
    ("one", "two", "texts"),
    [
        ([], ["a"], [(None, "a")]),
        (["a"], [], [("a", None)]),
        (["a", "b", "c"], ["a", "c"], [("b", None)]),
        (["a", "a"], ["a", "a", "a"], [(None, "a")]),
        (["a", "b"], ["b", "a"], [(None, "b"), ("b", None)]),
        (["a", "b", "c"], ["a", "x", "c"], [("b", "x")]),
    ],
)
def test_differences_show_both_texts(
    one: Sequence[str], two: Sequence[str], texts: Sequence[tuple[str | None, str | None]]
) -> None:
    found = compare([of("HTML", *one), of("PDF", *two)])
    assert [difference.texts for difference in found] == texts


def saying(name: str, *texts: str) -> Document:
    """A document of paragraphs alone."""
    items: dict[str, tuple[Item, ...]] = dict.fromkeys(KINDS, ())
    items["prose"] = tuple(Item(text, "under “A”") for text in texts)
    return Document(name, items, "0123456789ab", {})


@pytest.mark.parametrize(
    ("text", "place", "texts"),
    [
        ("Most of the studies agree.", "after “Most of” under “A”", (None, "the")),
        ("Most studies do not agree.", "after “Most”", ("of studies", "studies do not")),
        ("Most of studies.", "after “Most of studies” under “A”", ("agree", None)),
        ("None of studies agree.", "under “A”", ("Most", "None")),
    ],
)
def test_each_word_of_the_prose_counts(
    text: str, place: str, texts: tuple[str | None, str | None]
) -> None:
    first = saying("HTML", "Before.", "Most of studies agree.", "After.")
    found = compare([first, saying("Word", "Before.", text, "After.")])
    assert "".join(found[0].texts[0] or "") in "".join(texts[0] or "")
    assert all(difference.kind == "prose" for difference in found)
    assert compare([first, saying("PDF", "Before. Most of", "studies agree.After.")]) == ()


def test_a_paragraph_that_one_lacks_is_told_whole() -> None:
    (found,) = compare([saying("HTML", "One.", "Two three."), saying("Word", "One.")])
    assert found.texts == ("Two three.", None)


def test_every_document_is_held_against_the_first() -> None:
    found = compare([of("HTML", "a"), of("PDF", "a"), of("Word", "b")])
    assert [difference.formats for difference in found] == [("HTML", "Word")]
    assert (found[0].place, found[0].texts) == ("at 0", ("a", "b"))


def test_documents_that_tell_no_build_prove_nothing() -> None:
    unknown = Document("HTML", dict.fromkeys(KINDS, ()), "", {})
    assert [difference.texts for difference in compare([unknown, unknown])] == [("none", "none")]


LINK = f"[{'a' * 40}](javascript:{'b' * 40})"
AT_LINE_ENDS = f"""\
---
title: Narrow
author: The team
date: 2026-11-22
---

Build 0123456789ab, told before the first heading.

# First

One.^[Does it work?\\
Nobody knows (now)\\
(nor says).]

| Wide | Narrow |
|:-----|:-------|
| One | \\{LINK} |
"""


def test_the_end_of_a_line_in_a_pdf_hides_whether_there_is_a_space(tmp_path: Path) -> None:
    project = write(tmp_path / "project", AT_LINE_ENDS)
    made = render(project, to=["html", "pdf"], output=tmp_path / "out", progress=lambda _: None)
    html, pdf = (read(made.paths[name]) for name in ("html", "pdf"))
    assert html.items["cells"][-1].text == LINK
    assert html.items["notes"][0].text == "Does it work? Nobody knows (now) (nor says)."
    assert pdf.items["cells"][-1].line_ends
    assert len(pdf.items["notes"][0].line_ends) == 2
    assert compare([html, pdf]) == compare([pdf, html]) == ()


@pytest.mark.parametrize(
    ("text", "ends", "other", "same"),
    [
        ("a?b", (2,), "a? b", True),
        ("a?b", (2,), "a?b", True),
        ("a?b", (), "a? b", False),
        ("a?b c", (2,), "a?bc", False),
        ("a?b", (2,), "a ?b", False),
        ("a?b", (2,), "a? c", False),
        ("a?b-c", (2, 4), "a?b- c", True),
        ("", (), " ", False),
    ],
)
def test_a_space_is_forgiven_at_the_end_of_a_line_alone(
    *, text: str, ends: tuple[int, ...], other: str, same: bool
) -> None:
    pdf, html = of("PDF"), of("HTML", other)
    pdf = replace(pdf, items={**pdf.items, "headings": (Item(text, "here", ends),)})
    assert (compare([html, pdf]) == ()) == (compare([pdf, html]) == ()) == same
