"""A source added by the book leaves all tests green: none of them holds a total of the data."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

from tests.conftest import ENVIRONMENT, THOROUGH, copy_project, evidence

YEAR, TITLE, PLACE = "2024", "Working together in three districts", "Wales"
KEY = f"zyxwright{YEAR}"
ENTRY = f"""
@article{{{KEY},
  author = {{Zyxwright, Una}},
  year = {{{YEAR}}},
  title = {{{TITLE}}},
  journal = {{Journal of Examples}},
}}
"""
SOURCE = {
    "source_id": KEY, "type": "article-journal", "authors": "Zyxwright, Una", "year": YEAR,
    "title": TITLE, "container": "Journal of Examples", "country": PLACE, "study": KEY,
    "role": "included", "basis": "abstract", "url_read": "https://example.org/districts",
    "read_on": "2026-11-27", "bibliography_checked": "as-shown",
}  # fmt: skip
SEARCH = {
    "collection": "web-pages", "searched_on": "2026-11-27", "query": "working together districts",
    "results": "1",
}  # fmt: skip
APPRAISAL = {
    "source_id": KEY, "design": "survey", "sector": "schools", "weight": "medium",
    "groups": "outcome-evaluation", "voices": "professionals",
}  # fmt: skip
HELD = (
    ("theme", "trust", "facilitator"), ("theme", "information-sharing", "barrier"),
    ("outcome", "attainment", "measured-improved"), ("outcome", "cost", "perceived"),
    ("term", "integration", "uses"), ("issue", "unclear-terms", "raises"),
)  # fmt: skip
# Where the report's own data are counted.
READERS = (
    "cli/test_check.py", "findings/test_verdicts.py", "model/test_load.py",
    "report/test_figures.py", "report/test_figures_words.py", "report/test_figure_tables.py",
    "report/test_tables.py",
)  # fmt: skip


def append(path: Path, *rows: dict[str, str]) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        names = csv.DictReader(file).fieldnames
    assert names
    with path.open("a", encoding="utf-8", newline="") as file:
        csv.DictWriter(file, names, restval="", lineterminator="\n").writerows(rows)


def last(path: Path) -> dict[str, str]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))[-1]


def add_source(data: Path) -> None:
    """Follow the steps of data/README.md."""
    query = last(data / "searches.csv")
    query = {**SEARCH, "search": query["search"], "seq": str(int(query["seq"]) + 1)}
    append(data / "searches.csv", query)
    append(data / "sources.csv", SOURCE)
    with (data / "references.bib").open("a", encoding="utf-8") as bibliography:
        bibliography.write(ENTRY)
    number = int(last(data / "screening.csv")["record_id"].removeprefix("r")) + 1
    record = {
        "record_id": f"r{number:04}", "search": query["search"], "first_seen_seq": query["seq"],
        "title": TITLE, "year": YEAR, "url": SOURCE["url_read"], "decision": "include",
        "source_id": KEY,
    }  # fmt: skip
    append(data / "screening.csv", record)
    for coder in ("A", "B", "agreed"):
        append(data / "appraisals.csv", {**APPRAISAL, "coder": coder})
        for facet, code, stance in HELD:
            coding = {
                "source_id": KEY, "coder": coder, "facet": facet, "code": code, "stance": stance,
                "locator": "abstract", "gist": f"It speaks of {code}",
                "reconciled": "both" if coder == "agreed" else "",
            }  # fmt: skip
            append(data / "codings.csv", coding)


def test_a_source_added_by_the_book_breaks_no_test(tmp_path: Path) -> None:
    project = copy_project(tmp_path / "project")
    add_source(project / "data")
    checked = evidence(project, "check", PYTHONPATH=str(project))
    assert checked.returncode == 0, checked.stderr
    folder = project / "tests/unit"
    chosen = [folder] if THOROUGH else [folder / name for name in READERS]
    command = [sys.executable, "-m", "pytest", "-q", "--durations=0", "--no-header"]
    done = subprocess.run(
        [*command, *map(str, chosen)],
        cwd=project,
        env={
            **{name: value for name, value in ENVIRONMENT.items() if "PYTEST" not in name},
            "PYTHONPATH": str(project),
        },
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout[-5000:]
