"""The chapters on reviews of hardly anything read as English, or stop the build and say why."""

import importlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

import analysis.report
from evidence.engine import pandoc
from evidence.model.evidence import Evidence
from evidence.report import frames
from evidence.report.chapter import names
from evidence.report.codes import ChapterError
from tests.builders import Builder
from tests.unit.report.test_small_reviews import NONSENSE, REVIEWS

PROJECT = Path(__file__).parents[3]
FILTERS = [PROJECT / "_extensions/evidence" / name for name in ("wording.lua", "places.lua")]
CHAPTERS = sorted(PROJECT.glob("chapters/*.qmd"))
CELL = re.compile(r"^```\{python\}\n.*?^```$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`\{python\} ([^`]+)`")
SHORTCODE = re.compile(r"\{\{<.*?>\}\}")
# A number before a verb or a noun of another number.
DISAGREES = re.compile(
    r"\b(?:1|one) (?:are|were|have|do|say|name|define|give|speak|use|show|discuss|codings|cases)\b"
    r"|\b(?:1|one) (?:source|study|document|text|inquiry) (?:are|were|have|say|name|define|give)\b"
    r"|\b[Oo]nly (?:no|none|0)\b|\b[Aa]mong (?:the )?no\b|\bno (?:sources|studies) only\b"
    r"|\b[Oo]f (?:the )?no (?:sources|studies)\b",
)


@pytest.fixture(params=REVIEWS)
def evidence(request: pytest.FixtureRequest, builder: Builder) -> Evidence:
    built = REVIEWS[request.param](builder).build()
    object.__setattr__(built, "screening", ())
    return built


@pytest.fixture
def given(evidence: Evidence, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mapping[str, Any]]:
    """What chapters know of the review, by name."""
    review = frames.Review(evidence, PROJECT / "data")
    with monkeypatch.context() as patched:
        patched.setattr(frames, "open_review", lambda _: review)
        importlib.reload(analysis.report)
        yield {**names(review), **vars(analysis.report)}
    importlib.reload(analysis.report)


def filled(text: str, given: Mapping[str, Any]) -> str:
    """Return a chapter's prose with the values of its inline expressions."""

    def value(match: re.Match[str]) -> str:
        found = eval(match[1], {**given})
        return str(getattr(found, "_repr_markdown_", found.__str__)())

    return INLINE.sub(value, SHORTCODE.sub("X", CELL.sub("", text)))


def read(path: Path, given: Mapping[str, Any], folder: Path) -> str:
    """Return what a chapter says, or why it stops the build."""
    command = ["--from=markdown", "--to=plain", "--wrap=none"]
    command += [f"--lua-filter={path}" for path in FILTERS]
    try:
        text = f"{given['verdicts']._repr_markdown_()}\n\n{filled(path.read_text('utf-8'), given)}"
        return pandoc.run(command, folder=folder, text=text.encode()).decode()
    except (ChapterError, pandoc.PandocFailed) as error:
        return f"STOP: {error}"


def test_chapters_say_nothing_of_nothing(given: Mapping[str, Any], tmp_path: Path) -> None:
    said = {path.name: read(path, given, tmp_path) for path in CHAPTERS}
    stopped = [text for text in said.values() if text.startswith("STOP")]
    assert all("a share or ratio of nothing" in text for text in stopped)
    assert len(stopped) < len(said) / 2
    wrong = [
        (name, found[0], line)
        for name, text in said.items()
        for line in map(str.strip, text.splitlines())
        for pattern in (NONSENSE, DISAGREES)
        if (found := pattern.search(re.sub(r" {2,}", " ", line)))
    ]
    assert not wrong
    assert not [name for name, text in said.items() if "not defined" in text]
