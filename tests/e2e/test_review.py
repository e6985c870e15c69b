"""What reviewers say in the report's documents comes home to the lines that it is about."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from evidence.engine.document import read
from evidence.review.origins import origins
from tests.conftest import REMARKS, evidence
from tests.e2e.remarks_seeded import (
    Seed,
    annotate_pdf,
    comment_docx,
    shuffle_docx,
    shuffle_pdf,
)

COUNT, SEED, LEAST = 200, 13, 0.95


def test_seeded_remarks_find_their_lines(
    built: Path, report: Mapping[str, Path], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    said = origins(read(built))
    files: list[Path] = []
    seeds: dict[str, list[Seed]] = {}
    for form, seed_with, shuffle in (
        ("docx", comment_docx, shuffle_docx),
        ("pdf", annotate_pdf, shuffle_pdf),
    ):
        for way in ("as it was made", "cut and in another order"):
            file = tmp_path / f"Rückmeldung, {way}.{form}"
            shutil.copyfile(report[form], file)
            if way != "as it was made":
                shuffle(file, SEED)
            seeds[f"{form} {way}"] = seed_with(file, said, f"{form} {way}", COUNT)
            files.append(file)
    done = evidence(built, "review", *map(str, files), "--format", "json")
    assert done.returncode == 0, done.stderr
    told = {row["says"]: row["place"] for row in json.loads(done.stdout)["remarks"]}
    home = {}
    for name, rows in seeds.items():
        assert all(row.says in told for row in rows)
        places = [told[row.says].split(":")[:2] for row in rows]
        home[name] = sum(
            place == [row.file, str(row.line)] for place, row in zip(places, rows, strict=True)
        )
        line = f"{name}: {home[name]} of {COUNT} at their line"
        request.node.user_properties.append((REMARKS, line))
    assert len(told) == COUNT * len(seeds)
    assert min(home.values()) >= LEAST * COUNT, home
