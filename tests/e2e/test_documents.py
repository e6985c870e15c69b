"""The real report as its readers get it: nothing unresolved, nothing cut off, nothing stale."""

import csv
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

import pypandoc
import pypdf
import pytest

from evidence.findings.verdicts import judge
from evidence.model.claims import Finding
from evidence.model.evidence import Evidence
from evidence.model.load import load
from evidence.words import numbers
from tests.conftest import FORMATS, PROJECT, MakeProject
from tests.conftest import evidence as run

UNRESOLVED = {
    "a NumPy or pandas repr": r"np\.\w+\(|\bnan\b|\bNaN\b|\bNone\b\.|dtype|Number\(",
    "an unresolved reference": r"\?\?|\?@|@(fig|tbl|sec)-",
    "an unresolved citation": r"@[a-z]+(19|20)\d\d|\([^()]*\?\)",
    "raw Markdown": r"\*\*|\]\(|:::|\{#|\{\.|^#+ |\|[-:]+\|",
    "a construct of Quarto": r"\{\{<|\{python\}|#\|",
    "an empty caption": r"^(Figure|Table)\s+\d+:?\s*$",
    "an unfilled number": r"\{\w+(_then)?(:\w+)?\}",
}


def html_text(path: Path) -> str:
    # Pandoc's plain writer would print the attributes of a table.
    html = re.sub(r"<table\b[^>]*>", "<table>", path.read_text(encoding="utf-8"))
    return str(pypandoc.convert_text(html, "plain", format="html", extra_args=["--wrap=none"]))


def word_text(path: Path) -> str:
    return str(pypandoc.convert_file(str(path), "plain", format="docx", extra_args=["--wrap=none"]))


@pytest.fixture(scope="session")
def evidence() -> Evidence:
    return load(PROJECT / "data")


@pytest.fixture(scope="session")
def texts(report: Mapping[str, Path], pages: list[str]) -> Mapping[str, str]:
    return {
        "html": html_text(report["html"]),
        "pdf": "\n".join(pages),
        "docx": word_text(report["docx"]),
    }


@pytest.mark.parametrize("to", FORMATS)
@pytest.mark.parametrize("what", UNRESOLVED)
def test_nothing_unresolved_is_left(texts: Mapping[str, str], to: str, what: str) -> None:
    found = [match.group() for match in re.finditer(UNRESOLVED[what], texts[to], re.MULTILINE)]

    assert not found


@pytest.mark.parametrize("to", FORMATS)
def test_the_title_page_says_how_far_to_trust_it(texts: Mapping[str, str], to: str) -> None:
    beginning = texts[to].split("Executive summary")[0]

    assert "machine-assisted" in beginning
    assert "human" in beginning


@pytest.mark.parametrize("to", FORMATS)
def test_chapters_come_in_the_order_of_the_project(texts: Mapping[str, str], to: str) -> None:
    included = re.findall(r"include (chapters/\S+)", (PROJECT / "report.qmd").read_text("utf-8"))
    prose = (PROJECT.joinpath(path).read_text("utf-8") for path in included)
    chapters = [title for text in prose for title in re.findall(r"(?m)^# (.+?) \{#", text)]
    lines = [re.sub(r"^[\d.]+\s+", "", line.strip()) for line in texts[to].splitlines()]

    # The contents, which name them all before, end where the first chapter begins.
    start = len(lines) - 1 - lines[::-1].index(chapters[0])
    for chapter in (*chapters, "References"):
        start = lines.index(chapter, start)


def test_every_source_is_in_the_references(report: Mapping[str, Path], evidence: Evidence) -> None:
    html = report["html"].read_text(encoding="utf-8")

    listed = set(re.findall(r'id="ref-([\w-]+)"', html))

    assert set(evidence.sources) <= listed


def test_every_figure_has_an_alternative_text(report: Mapping[str, Path]) -> None:
    html = report["html"].read_text(encoding="utf-8")

    images = re.findall(r"<img\b[^>]*>", html)

    assert images
    assert all(re.search(r'alt="[^"]{40,}"', image) for image in images)


def test_the_summary_takes_one_page(report: Mapping[str, Path]) -> None:
    pdf = pypdf.PdfReader(report["pdf"])
    begins = {
        str(item.title): pdf.get_destination_page_number(item)
        for item in pdf.outline
        if isinstance(item, pypdf.generic.Destination)
    }
    summary = begins["Executive summary"]
    introduction = next(page for title, page in begins.items() if title.endswith("Introduction"))

    assert summary is not None
    assert introduction is not None
    assert introduction - summary == 1


def test_no_heading_stands_at_the_foot_of_a_page(
    report: Mapping[str, Path], pages: list[str]
) -> None:
    headings = {_squeezed(title) for title in _titles(pypdf.PdfReader(report["pdf"]).outline)}
    contents = 3

    orphans = []
    for number, page in enumerate(pages):
        lines = [line for line in map(_squeezed, page.splitlines()) if line]
        body = [line for line in lines if not line.isdigit()]
        if number >= contents and body and body[-1] in headings:
            orphans.append((number + 1, body[-1]))

    assert not orphans


def test_a_recoded_source_changes_a_sentence(tiny_project: MakeProject) -> None:
    """Take measured gains back, and evidence that children do better is lacking again."""
    verdicts = ("supported", "partly", "not-supported", "silent", "no-data")
    cases = "".join(
        f"[The rule says {name}: `{{python}} better_outcomes.part`.]{{.{name}}}\n"
        for name in verdicts
    )
    project = tiny_project(
        "```{python}\nfrom evidence.names import *\n\nverdicts\n```\n\n# One\n\n"
        f'[\n{cases}]{{claim="better_outcomes"}}\n'
    )
    config = project / "_quarto.yml"
    config.write_text(f"filters: [evidence]\n{config.read_text('utf-8')}", "utf-8")
    for folder in ("_extensions", "fonts"):
        shutil.copytree(PROJECT / folder, project / folder)
    rest = project / "chapters/rest.qmd"
    rest.write_text(
        "".join(
            line
            for line in rest.read_text("utf-8").splitlines(keepends=True)
            if "outcomes-unconfirmed" not in line
        ),
        "utf-8",
    )
    table = project / "data/codings.csv"

    def rendered() -> Finding:
        done = run(project, "render", "--to", "html")
        assert done.returncode == 0, done.stderr
        finding = judge(load(project / "data"))["outcomes-unconfirmed"]
        words = f"The rule says {finding.verdict}: {numbers(finding)['part']}."
        assert words in " ".join(html_text(project / "_output/report.html").split())
        return finding

    before = rendered()
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    keys = ("source_id", "facet", "code")
    heard = {tuple(row[key] for key in keys) for row in rows if row["stance"] == "perceived"}
    for row in rows:
        improved = row["coder"] == "agreed" and row["stance"] == "measured-improved"
        if improved and tuple(row[key] for key in keys) not in heard:
            row |= {"stance": "perceived", "reconciled": "added"}
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    assert rendered().verdict != before.verdict


def _squeezed(text: str) -> str:
    return " ".join(text.split())


def _titles(outline: object) -> list[str]:
    if isinstance(outline, list):
        return [title for item in outline for title in _titles(item)]
    return [str(getattr(outline, "title", ""))]
