"""What reviewers say in the report's documents comes home to the lines that it is about."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from evidence.engine.document import read
from evidence.review.origins import Stretch, origins
from tests.conftest import REMARKS, evidence
from tests.e2e.remarks_seeded import (
    Seed,
    annotate_pdf,
    comment_docx,
    shuffle_docx,
    shuffle_pdf,
)

COUNT, SEED, LEAST = 200, 13, 0.95


@pytest.fixture(scope="module")
def said(built: Path) -> tuple[Stretch, ...]:
    """All that the report says."""
    return origins(read(built))


def brought_home(project: Path, file: Path, seeds: list[Seed]) -> tuple[int, int]:
    """Return how many remarks are told, and how many at their line."""
    done = evidence(project, "review", str(file), "--format", "json")
    assert done.returncode in {0, 1}, done.stderr
    told = {row["says"]: row["place"] for row in json.loads(done.stdout)["remarks"]}
    places = [told.get(seed.says, "").split(":")[:2] for seed in seeds]
    home = [place == [seed.file, str(seed.line)] for place, seed in zip(places, seeds, strict=True)]
    return len(told), sum(home)


@pytest.mark.parametrize("form", ["docx", "pdf"])
@pytest.mark.parametrize("treatment", ["as it was made", "cut and in another order"])
def test_seeded_remarks_find_their_lines(
    report: Mapping[str, Path],
    said: tuple[Stretch, ...],
    form: str,
    treatment: str,
    request: pytest.FixtureRequest,
) -> None:
    file = request.getfixturevalue("tmp_path") / f"Rückmeldung {treatment}.{form}"
    shutil.copyfile(report[form], file)
    if treatment != "as it was made":
        (shuffle_docx if form == "docx" else shuffle_pdf)(file, SEED)
    seed_with = comment_docx if form == "docx" else annotate_pdf
    seeds = seed_with(file, said, COUNT, SEED)
    told, home = brought_home(request.getfixturevalue("built"), file, seeds)
    line = f"{form}, {treatment}: {home} of {COUNT} at their line, {told} told"
    request.node.user_properties.append((REMARKS, line))
    assert told == COUNT
    assert home >= LEAST * COUNT
