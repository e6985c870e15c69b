"""`evidence check` on a copy of the report into which faults were written at declared places."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from evidence.findings.verdicts import judge_editions
from evidence.model.load import load
from evidence.words import numbers
from tests.conftest import PROJECT, copy_project, evidence


@dataclass(frozen=True)
class Seed:
    """A fault to write beside a heading of the report.

    Attributes
    ----------
    heading
        Identifier of the heading.
    text
        What is written, as a block of its own; `<name>` stands for a value of the data.
    row
        The line of `text` in which the fault is, from 1.
    before
        Whether it ends the section before the heading; else it begins the heading's own.
    """

    heading: str
    code: str
    text: str
    row: int = 1
    before: bool = False


def cell(heading: str, code: str, python: str, row: int = 2, before: bool = False) -> Seed:
    return Seed(heading, code, f"```{{python}}\n{python}\n```", row, before)


def stated(heading: str, code: str, claim: str, text: str, before: bool = False) -> Seed:
    """Return a claim with one wording for every verdict."""
    cases = ".supported .partly .not-supported .silent .no-data"
    return Seed(heading, code, f'[[{text}]{{{cases}}}]{{claim="{claim}"}}', before=before)


NUMBER, COPY, QUANTITY = "typed-number", "retyped-value", "unbound-quantity"
TWICE, UNKNOWN = "claim-worded-twice", "unknown-claim"
CITATION, REFERENCE = "citation-without-source", "reference-without-target"

SEEDS = (
    Seed("sec-why", NUMBER, "They met 17 times a year."),
    Seed("sec-method", NUMBER, "It took\n9.5 months.", row=2),
    Seed("sec-searches", NUMBER, "A search took 38.5% of the time."),
    Seed("sec-screening", NUMBER, "- One\n- Seven documents were lost.", row=2),
    Seed("sec-selection", NUMBER, "| a | b |\n|---|---|\n| c | 13 |", row=3),
    Seed("sec-terms", NUMBER, "### The 3 words {.unnumbered}"),
    Seed("sec-themes", NUMBER, "It is so. A quarter of the studies\nsays it."),
    Seed("sec-scotland-follows", NUMBER, "1. Two further inquiries would do."),
    stated("sec-why", NUMBER, "five-themes", "In 18 years."),
    cell("sec-method", NUMBER, 'paragraph(\n    "It is "\n    "so in 19 places."\n)', row=4),
    cell("sec-limits", NUMBER, 'print(f"A {n()} and 21.")'),
    cell("sec-themes", NUMBER, '#| label: tbl-new\n#| tbl-cap: "The 14 new"\ntable(x)', row=3),
    Seed("sec-why", COPY, "Among <sources> sources there is no doubt."),
    Seed("sec-method", COPY, "It holds <codings> codings."),
    Seed("sec-coding", COPY, "Of the codings <agreed> were agreed."),
    Seed("sec-terms", COPY, "That words confuse is said by <part>."),
    Seed("sec-process", COPY, "Professionals speak in <share> of primary studies."),
    Seed("sec-conclusions", COPY, "The twelve statements are dealt with."),
    Seed("sec-money", COPY, "For a study of outcomes <ratio> discuss the process: a ratio."),
    stated("sec-key-issues", COPY, "terms-confusing", "Of <sources> sources."),
    cell("sec-evidence", COPY, 'paragraph(f"{n()} hold <codings> codings.")'),
    Seed("sec-why", QUANTITY, "Most sources say so."),
    Seed("sec-why", QUANTITY, "It is said by almost all newer studies."),
    Seed("sec-searches", QUANTITY, "Now few of the inquiries turned up."),
    Seed("sec-limits", QUANTITY, "The text is long.\nA majority of the texts is short.", row=2),
    Seed("sec-coding", QUANTITY, "All studies were coded with ease."),
    Seed("sec-terms", QUANTITY, "More than `{python} n('term')` sources use one."),
    Seed("sec-inquiries", QUANTITY, "Among `{python} n('failure')` inquiries most agree."),
    Seed("sec-children", QUANTITY, "The number rose from `{python} n_then()`."),
    Seed("sec-forms", QUANTITY, "So it is. No study warns of it."),
    stated("sec-what-works", QUANTITY, "five-themes", "Said by few (`{python} five_themes.part`)."),
    cell("sec-known", QUANTITY, 'paragraph("For", "some inquiries it is so.")'),
    stated("sec-matter", TWICE, "terms-confusing", "Else.", before=True),
    stated("sec-expected", TWICE, "inquiries-show-failure", "Else.", before=True),
    stated("sec-together", TWICE, "five-themes", "Else.", before=True),
    stated("sec-forms", TWICE, "outcomes-unconfirmed", "Else.", before=True),
    stated("sec-themes", TWICE, "barriers-substantial", "Else.", before=True),
    stated("sec-why", UNKNOWN, "six-themes", "Yes."),
    stated("sec-scotland-follows", UNKNOWN, "term-confusing", "No."),
    Seed("sec-why", CITATION, "Others doubt it [@nobody1999]."),
    Seed("sec-method", CITATION, "As @browne2006a said."),
    Seed("sec-matter", CITATION, "[@lloyd2001; see @nobody2000, p. 4]"),
    Seed("sec-inquiries", CITATION, '[[@nobody2003]]{coded="theme:trust"}'),
    cell("sec-together", CITATION, 'print("So [@nobody2001].")'),
    cell("sec-equity", CITATION, '#| tbl-cap: "After @nobody2002"\ntable(x)'),
    Seed("sec-why", REFERENCE, "As @fig-mapp shows."),
    Seed("sec-screening", REFERENCE, "As @tbl-exclusion shows."),
    Seed("annex-agreement", REFERENCE, "See @sec-agreements."),
    Seed("sec-limits", REFERENCE, "See [Annex Z](#annex-nothing)."),
    cell("sec-expected", REFERENCE, 'print("See @fig-years2.")'),
    Seed("sec-together", REFERENCE, "See @sec-theme-nothing."),
    Seed("sec-scotland-follows", REFERENCE, "See [the claim](#claim-six-themes)."),
)

# Claims of which every chapter is made silent.
NOT_PLACED = (
    "savings-anticipated",
    "savings-unconfirmed",
    "terms-challenge",
    "professionals-voice",
    "process-dominates",
)
# The table that lists every source gives way to citations of all but so many.
LISTING = 'long_table(tables.sources(columns), "Table of sources")'
NOT_CITED = 6

Found = Counter[tuple[str, int, str]]


@cache
def check(project: Path) -> tuple[Found, Mapping[tuple[str, int, str], str]]:
    """Return how often `evidence check` reports each file, line and code, and its messages.

    A project is checked once: none of them changes when it has been.
    """
    done = evidence(project, "check")
    assert "Traceback" not in done.stderr
    lines = [line for line in done.stderr.splitlines() if not line.endswith("in the chapters")]
    assert done.returncode == bool(lines)
    rows = [re.fullmatch(r"(.+?):(\d+):(\d+): ([a-z-]+): (.+)", line) for line in lines]
    places = {(row[1], int(row[2]), row[4]): row[5] for row in rows if row}
    assert all(rows), done.stderr
    return Counter((row[1], int(row[2]), row[4]) for row in rows if row), places


def copy(target: Path) -> Path:
    return copy_project(target, "evidence", "tests", "benchmarks", "docs")


@cache
def values() -> Mapping[str, str]:
    """Return what the data say now, so that a copy of it stays one when they change."""
    known = load(PROJECT / "data")
    now = judge_editions(known).now
    return {
        "sources": str(len(known.counted())),
        "codings": f"{len(known.codings):,}",
        "agreed": f"{sum(row.coder == known.codebook.agreed for row in known.codings):,}",
        "part": numbers(now["terms-confusing"])["part"].text,
        "share": numbers(now["professionals-voice"])["share"].text,
        "ratio": numbers(now["process-dominates"])["ratio"].text,
    }


def written(text: str) -> str:
    """Return a seed's text with the values that the data have now."""
    return re.sub("<([a-z]+)>", lambda match: values()[match[1]], text)


def chapter_of(project: Path, heading: str) -> tuple[Path, re.Match[str]]:
    for path in sorted((project / "chapters").glob("*.qmd")):
        pattern = rf"^#+ .*\{{#{heading}[ }}].*$"
        if match := re.search(pattern, path.read_text("utf-8"), re.MULTILINE):
            return path, match
    raise AssertionError(f"no chapter has a heading {heading}")


def sow(project: Path) -> Iterator[tuple[str, int, str]]:
    """Write all seeds and yield the file, line and code of each."""
    for seed in SEEDS:
        path, heading = chapter_of(project, seed.heading)
        block = written(seed.text)
        pair = (block, heading[0]) if seed.before else (heading[0], block)
        text = path.read_text("utf-8")
        assert block not in text
        path.write_text(text.replace(heading[0], "\n\n".join(pair), 1), "utf-8")
    for path in sorted((project / "chapters").glob("*.qmd")):
        text = path.read_text("utf-8")
        known = load(PROJECT / "data").claims.claims
        names = "|".join(known[claim_id].name for claim_id in NOT_PLACED)
        path.write_text(re.sub(rf'claim="({names})"', r'data-was="\1"', text), "utf-8")
    yield from unlisted(project)
    claims = (project / "data/claims.yml").read_text("utf-8").splitlines()
    for claim_id in NOT_PLACED:
        yield "data/claims.yml", claims.index(f"  {claim_id}:") + 1, "claim-not-placed"
    for seed in SEEDS:
        path, _ = chapter_of(project, seed.heading)
        before = path.read_text("utf-8").split(written(seed.text), 1)[0]
        line = before.count("\n") + seed.row
        yield path.relative_to(project).as_posix(), line, seed.code


def unlisted(project: Path) -> Iterator[tuple[str, int, str]]:
    """Cite all sources in place of the table that lists them, except for some."""
    chapters = {path: path.read_text("utf-8") for path in (project / "chapters").glob("*.qmd")}
    rows = (project / "data/sources.csv").read_text("utf-8").splitlines()
    keys = [row.split(",")[0] for row in rows[1:]]
    uncited = [key for key in keys if not re.search(rf"\b{key}\b", "\n".join(chapters.values()))]
    (path,) = (path for path, text in chapters.items() if LISTING in text)
    citation = "; ".join(f"@{key}" for key in keys if key not in uncited[:NOT_CITED])
    path.write_text(chapters[path].replace(LISTING, f'print("[{citation}]")'), "utf-8")
    report = project / "report.qmd"
    report.write_text(report.read_text("utf-8").replace('nocite: "@*"\n', ""), "utf-8")
    for key in uncited[:NOT_CITED]:
        line = next(at for at, row in enumerate(rows, 1) if row.startswith(f"{key},"))
        yield "data/sources.csv", line, "source-not-cited"


def test_every_kind_is_sown_often_enough() -> None:
    kinds = Counter(seed.code for seed in SEEDS)
    # A claim that does not exist goes with those worded twice: both misplace a claim.
    del kinds[UNKNOWN]
    assert min(kinds.values()) >= 5
    assert len(SEEDS) + len(NOT_PLACED) + NOT_CITED >= 60


def test_all_seeded_faults_are_found_and_nothing_else(tmp_path: Path) -> None:
    unseeded, messages = check(PROJECT)
    project = copy(tmp_path / "seeded")
    sown = Counter(sow(project))
    found, _ = check(project)
    assert sown.total() == len(SEEDS) + len(NOT_PLACED) + NOT_CITED
    missed = sown - found
    assert not missed, f"{missed.total()} of {sown.total()} are missed: {sorted(missed)}"
    # What the report itself may have stands in other lines of the copy.
    surplus = found - sown
    kinds = Counter((file, code) for file, _, code in surplus.elements())
    assert kinds == Counter((file, code) for file, _, code in unseeded.elements()), (
        f"also reported: {sorted(surplus)}; the report's own: {messages}"
    )


def test_the_report_has_no_fault() -> None:
    found, messages = check(PROJECT)
    assert not found, messages


def test_chapters_are_checked_without_running_them(tmp_path: Path) -> None:
    project = copy(tmp_path / "copy")
    path, heading = chapter_of(project, "sec-why")
    text = path.read_text("utf-8")
    text = text.replace(heading[0], f"{heading[0]}\n\n```{{python}}\nraise SystemExit(9)\n```\n")
    path.write_text(text, "utf-8")
    assert check(project)[0].total() == check(PROJECT)[0].total()


def test_a_cell_that_is_no_python_is_a_fault_and_no_traceback(tmp_path: Path) -> None:
    project = copy(tmp_path / "copy")
    broken = {
        "sec-why": "(",
        "sec-scotland-follows": "x = f'{'",
        "sec-terms": "\x00",
        "sec-equity": "if:\n",
    }
    places = []
    for section, code in broken.items():
        path, heading = chapter_of(project, section)
        text = path.read_text("utf-8")
        text = text.replace(heading[0], f"{heading[0]}\n\n```{{python}}\n{code}\n```\n")
        path.write_text(text, "utf-8")
        line = text.splitlines().index(heading[0]) + 4
        places.append((path.relative_to(project).as_posix(), line, "unreadable"))
    assert len({path for path, *_ in places}) == len(places)
    found, _ = check(project)
    assert [found[place] for place in places] == [1] * len(places)
