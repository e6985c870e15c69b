"""A new review holds what its author chose, whatever the words, and nothing of what was not."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from evidence.cli.scaffold import Baseline, Choices, filled, scaffold
from evidence.model.evidence import Evidence
from evidence.model.load import load
from evidence.proof.manifest import TEMPLATES

PLAIN = Choices(
    title="Gardens",
    questions=("Do they help?",),
    coders=("Ada",),
    baseline=None,
    prisma=True,
    sample=True,
)
EARLIER = Baseline("Brown, Ann; White, Bob", 2012, "Gardens & health: 100% of _it_ {so} far")


def made(folder: Path, choices: Choices) -> Evidence:
    for name, content in scaffold(choices, "2026-01-31", "1.2.3").items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return load(folder / "data")


@pytest.mark.parametrize("baseline", [None, EARLIER])
@pytest.mark.parametrize("prisma", [True, False])
@pytest.mark.parametrize("coders", [("Ada",), ("Ada", "Ben"), ("Ada", "Ben", "Cy", "Dee")])
def test_any_choice_makes_sound_data(
    tmp_path: Path, coders: tuple[str, ...], prisma: bool, baseline: Baseline | None
) -> None:
    choices = replace(PLAIN, coders=coders, prisma=prisma, baseline=baseline)
    evidence = made(tmp_path, choices)
    assert len(evidence.counted()) == 12
    assert evidence.codebook.coders == coders
    assert bool(evidence.screening) is prisma is bool(evidence.checklists)
    earlier = evidence.baseline()
    assert (earlier and (earlier.authors, earlier.year, earlier.title)) == (
        baseline and (baseline.authors, baseline.year, baseline.title)
    )


def test_who_coded_makes_no_difference_to_what_counts(tmp_path: Path) -> None:
    one, two = (
        made(tmp_path / "-".join(coders), replace(PLAIN, coders=coders))
        for coders in (("Ada",), ("Ada", "Ben"))
    )
    facets = one.codebook.facets
    for name in facets:
        assert {(row.source_id, row.code, row.stance) for row in one.agreed_codings(name)} == {
            (row.source_id, row.code, row.stance) for row in two.agreed_codings(name)
        }


def test_every_source_says_that_it_is_invented(tmp_path: Path) -> None:
    evidence = made(tmp_path, PLAIN)
    for source in evidence.sources.values():
        assert source.type == "sample"
        assert source.title.startswith("Invented sample: ")
    assert all(row.gist.startswith("Invented: ") for row in evidence.codings)


HOSTILE = 'Yes: "no" #1 \\ {{< meta x >}} `{python} 1` <<title:md>> *a*_b_ é 漢'


def test_words_of_any_kind_come_out_as_they_went_in(tmp_path: Path) -> None:
    coders = ('O\'Brien, "Al"', "yes", "=1+1", "1.")
    evidence = made(tmp_path, replace(PLAIN, title=HOSTILE, coders=coders))
    assert evidence.codebook.coders == coders
    package = json.loads((tmp_path / "data/datapackage.json").read_text("utf-8"))
    assert package["title"] == HOSTILE
    _, head, _ = (tmp_path / "report.qmd").read_text("utf-8").split("---\n", 2)
    # Markdown of what a reader sees.
    assert yaml.safe_load(head)["title"].replace("\\\\", "\0").replace("\\", "") == HOSTILE.replace(
        "\\", "\0"
    )
    for path in (*tmp_path.rglob("*.yml"), *tmp_path.rglob("*.yaml")):
        assert yaml.safe_load(path.read_text("utf-8")), path


def test_no_blank_is_left(tmp_path: Path) -> None:
    for baseline in (None, EARLIER):
        for name, content in scaffold(replace(PLAIN, baseline=baseline), "", "").items():
            if not name.startswith(("_extensions/", "fonts/")):
                assert "<<" not in content.decode(), name
                assert "%%" not in content.decode(), name


def test_what_was_not_chosen_leaves_no_file() -> None:
    names = scaffold(replace(PLAIN, prisma=False), "2026-01-31", "1")
    assert {"data/searches.csv", "data/screening.csv", "data/prisma.yml"}.isdisjoint(names)
    assert "chapters/annex-prisma.qmd" not in names
    assert {".gitignore", ".github/workflows/report.yml"} <= names.keys()


def test_a_part_is_kept_where_all_that_it_names_holds() -> None:
    template = "a\n%% if x y\nb\n%% end\n%% if x\n<<c>>\n%% end\n"
    assert filled(template, {"x"}, {"c": "%% if x\n<<c>>"}) == "a\n%% if x\n<<c>>\n"
    assert filled(template, {"x", "y"}, {"c": "d"}) == "a\nb\nd\n"


def test_templates_say_nothing_that_is_not_known() -> None:
    known = {"sample", "empty", "several", "single", "partial", "baseline", "prisma"}
    for path in TEMPLATES.rglob("*"):
        if path.is_file():
            for line in path.read_text("utf-8").splitlines():
                if line.startswith("%% if "):
                    assert {*line.split()[2:]} <= known, path
