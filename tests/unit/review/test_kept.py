"""Where words come from, kept from one run to the next."""

from __future__ import annotations

from pathlib import Path

import pytest

from evidence.engine.document import Document
from evidence.review import kept
from evidence.review.origins import Stretch


def test_all_is_as_it_was(report: tuple[Stretch, ...]) -> None:
    assert kept.unpacked(kept.packed(report)) == report


def test_words_are_sought_again_when_a_chapter_has_changed(
    document: Document,
    project: Path,
    report: tuple[Stretch, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sought: list[Document] = []

    def seek(document: Document, *_: object) -> tuple[Stretch, ...]:
        sought.append(document)
        return report

    monkeypatch.setattr(kept, "origins", seek)
    for _ in range(2):
        assert kept.kept_origins(document, tmp_path, lambda _: None) == report
    assert len(sought) == 1
    chapter = project / "chapters/one.qmd"
    was = chapter.read_text("utf-8")
    chapter.write_text(f"{was}\nMore.\n", "utf-8")
    kept.kept_origins(document, tmp_path, lambda _: None)
    chapter.write_text(was, "utf-8")
    assert len(sought) == 2
