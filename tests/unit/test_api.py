"""`import evidence` and what it opens: quick to import, found from anywhere inside, read once."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

import evidence
from evidence.check import prose_faults
from evidence.engine import UnsupportedConstruct, render
from evidence.model.claims import STRENGTH, Count, Everything, Held, Measure, Quotient
from evidence.report.frames import Review

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def review() -> Review:
    return evidence.open(ROOT)


def test_importing_is_quick() -> None:
    script = "import sys, evidence; print({'pandas', 'numpy', 'yaml'} & sys.modules.keys())"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "set()"


def test_what_is_offered_is_there() -> None:
    assert all(hasattr(evidence, name) for name in evidence.__all__)
    with pytest.raises(AttributeError, match="no attribute 'opne'"):
        _ = evidence.opne


@pytest.mark.parametrize("inside", [".", "chapters", "data", "tests/unit", "report.qmd"])
def test_a_review_is_found_from_anywhere_inside_and_read_once(review: Review, inside: str) -> None:
    assert evidence.open(ROOT / inside) is review


def test_the_current_folder_is_where_to_look(
    review: Review, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT / "chapters")
    assert evidence.open() is review


def test_outside_of_a_review_the_way_out_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"evidence\.open\('path/to/project'\)"):
        evidence.open(tmp_path)


def test_changed_data_are_read_again(tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(Path(__file__).parent / "model/data", data)
    shutil.copyfile(ROOT / "data/datapackage.json", data / "datapackage.json")
    before = evidence.open(tmp_path)
    path = data / "codings.csv"
    path.write_text(path.read_text("utf-8").replace("Pooled", "Shared"), encoding="utf-8")
    os.utime(path, ns=(0, 0))
    after = evidence.open(tmp_path)
    assert "Shared budgets help" in set(after.codings["gist"])
    assert "Pooled budgets help" in set(before.codings["gist"])


def test_findings_are_every_claim_in_both_editions(review: Review) -> None:
    frame = review.findings
    claims = list(review.evidence.claims.claims)
    assert list(frame["claim_id"]) == claims * 2
    assert tuple(frame["verdict"].cat.categories) == STRENGTH
    assert set(frame["edition"]) == {
        review.evidence.first_year(),
        max(row.year for row in review.evidence.sources.values()),
    }
    assert all(set(ids) <= set(review.sources.index) for ids in frame["supporting"])


def test_measures_are_split_by_the_values_of_an_attribute(review: Review) -> None:
    facet, declared = next(iter(review.evidence.codebook.facets)), review.evidence.claims
    everything = Count(Everything())
    share = Quotient("share", Held(facet), Count(Held(facet)), everything)
    measures = {"held": Measure(share, by="weight"), "counted": Measure(everything)}
    evidence = replace(review.evidence, claims=replace(declared, measures=measures))
    frame = Review(evidence, ROOT).measures
    held = frame.query("measure == 'held'")
    assert list(held["value"]) == ["", *evidence.codebook.attributes["weight"].values]
    assert (held["lower"] <= held["number"]).all()
    assert (held["number"] <= held["upper"]).all()
    assert frame["lower"].isna().tolist() == [False, False, False, False, True]


def test_sources_have_their_columns_and_attributes(review: Review) -> None:
    frame = review.sources
    assert frame["counted"].sum() == len(review.evidence.counted())
    assert pd.api.types.is_integer_dtype(frame["year"])
    for name, attribute in review.evidence.codebook.attributes.items():
        kind = tuple if attribute.multiple else str
        assert all(isinstance(value, kind) for value in frame[name])
    some = next(iter(review.evidence.counted()))
    assert (frame.loc[some, "weight"],) == review.evidence.values(some, "weight")


def test_codings_and_appraisals_are_those_of_all_coders(review: Review) -> None:
    assert len(review.codings) == len(review.evidence.codings)
    held = {
        row.source_id
        for facet in review.evidence.codebook.facets
        for row in review.evidence.agreed_codings(facet)
    }
    assert set(review.codings.query("agreed")["source_id"]) == held
    assert len(review.appraisals) == len(review.evidence.appraisals)


def test_effects_are_those_of_all_coders_with_what_was_asked(review: Review) -> None:
    known = review.evidence
    frame = review.effects
    assert len(frame) == len(known.effects)
    assert {*known.codebook.effects} <= {*frame.columns}
    agreed = frame.query("agreed")
    assert list(agreed["gist"]) == [row.gist for row in known.agreed_effects]
    assert list(agreed["follow_up_months"].dropna()) == [
        row.follow_up_months for row in known.agreed_effects if row.follow_up_months is not None
    ]
    several = [name for name, row in known.codebook.effects.items() if row.multiple]
    assert all(isinstance(value, tuple) for name in several for value in frame[name])


def test_agreement_is_of_questions_and_values(review: Review) -> None:
    frame = review.agreement
    codebook = review.evidence.codebook
    whole = frame.query("value == ''")
    assert list(whole["question"]) == [*codebook.attributes, *codebook.facets]
    assert (frame["tentative"] == (frame["alpha"] < 0.667)).all()
    assert (frame["lower"] <= frame["upper"]).all()


def test_figures_and_tables_are_called_by_name(review: Review) -> None:
    assert dir(review.figures)
    assert isinstance(review.tables.exclusions(), pd.DataFrame)
    flow = getattr(review.figures, dir(review.figures)[0])
    assert callable(flow)
    with pytest.raises(AttributeError, match="there is no pie"):
        review.figures.pie()


def test_a_review_shows_itself_in_short(review: Review) -> None:
    assert repr(review).startswith("<Review: ")
    for value in (review.evidence, review.editions, review.figures.timeline("design")):
        assert len(repr(value)) < 300
    html = review._repr_html_()
    assert "<table" in html
    assert "&lt;Review" in html


def examples(language: str) -> list[str]:
    """Return the examples of `docs/python.md` in a language."""
    text = (ROOT / "docs/python.md").read_text("utf-8")
    fenced = re.compile(rf"^(`{{3,}}){language}\n(.*?)^\1$", re.DOTALL | re.MULTILINE)
    return [match[2] for match in fenced.finditer(text)]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with this review's data and a document without text."""
    for folder in ("data", "fonts"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    (settings,) = examples("yaml")
    (tmp_path / "_quarto.yml").write_text(
        "project:\n  type: default\n  render: [report.qmd]\n  execute-dir: project\n"
        f"lang: en-GB\nnumber-sections: true\nexecute: {{echo: false}}\n{settings}",
        encoding="utf-8",
    )
    (tmp_path / "report.qmd").write_text(
        "---\ntitle: Examples\ndate: 2026-11-27\n---\n\n{{< include chapters/own.qmd >}}\n", "utf-8"
    )
    (tmp_path / "chapters").mkdir()
    picture = ROOT / "tests/golden/conformance/project/img/square.png"
    shutil.copy(picture, tmp_path / "chapters/drawing.png")
    return tmp_path


def test_the_examples_of_the_page_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT / "docs")
    known: dict[str, object] = {}
    for example in examples("python"):
        exec(example, known)


def test_the_chapter_of_the_page_renders_and_the_check_finds_no_fault_in_it(project: Path) -> None:
    (chapter,) = examples("markdown")
    (project / "chapters/own.qmd").write_text(chapter, "utf-8")
    review = evidence.open(project)
    faults = prose_faults(project, project / "data", review.evidence, review.editions)
    assert [row for row in faults if row.file == "chapters/own.qmd"] == []
    made = render(project, output=project / "_output", progress=lambda _: None)
    page = made.paths["html"].read_text("utf-8")
    assert "<math" in page
    assert "The commonest weight of a source is" in page
    assert all(path.stat().st_size for path in made.paths.values())


def test_what_the_page_calls_unsupported_is_refused_in_one_run(project: Path) -> None:
    (chapter,) = examples("markdown unsupported")
    (project / "chapters/own.qmd").write_text(chapter, "utf-8")
    with pytest.raises(UnsupportedConstruct) as caught:
        render(project, output=project / "_output", progress=lambda _: None)
    said = "\n".join(row.message for row in caught.value.problems)
    for name in ("panel-tabset", "video", "fig-format", "{r}"):
        assert name in said
