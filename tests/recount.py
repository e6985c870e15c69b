"""The twelve claims recounted by hand: the words of claims.yml over the CSV files, row by row.

Nothing here comes from `evidence`. It is slow, literal and repetitive, so that an error in a rule
and the same error here are unlikely to meet.
"""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

CHILD = ["attainment", "attendance", "physical-health", "mental-health"]
CHILD += ["offending", "safety", "general"]
PRIMARY = ["controlled", "uncontrolled", "mixed-methods", "survey", "qualitative"]


@dataclass(frozen=True)
class Recount:
    """A claim by hand: verdict, who speaks for and against it, and the numbers prose may use."""

    verdict: str
    supporting: set[str]
    contrary: set[str]
    numbers: dict[str, float]


def rows(data: Path, name: str) -> list[dict[str, str]]:
    with (data / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class Count:
    """The agreed rows of the sources that count, up to a year and after another."""

    def __init__(self, data: Path, year: int, after: int = 0) -> None:
        self.ids = set()
        self.study_of = {}
        for row in rows(data, "sources.csv"):
            self.study_of[row["source_id"]] = row["study"]
            if row["role"] != "baseline" and after < int(row["year"]) <= year:
                self.ids.add(row["source_id"])
        self.codings = []
        for row in rows(data, "codings.csv"):
            if row["coder"] == "agreed" and row["source_id"] in self.ids:
                self.codings.append(row)
        self.appraisals = {}
        for row in rows(data, "appraisals.csv"):
            if row["coder"] == "agreed" and row["source_id"] in self.ids:
                self.appraisals[row["source_id"]] = row

    def having(
        self, facet: str, codes: Iterable[str] | None = None, stance: str | None = None
    ) -> set[str]:
        """The sources with a coding in a facet; a stance that ends in ``-`` is a beginning."""
        found = set()
        for row in self.codings:
            if row["facet"] != facet:
                continue
            if codes is not None and row["code"] not in codes:
                continue
            if stance is not None and stance.endswith("-") and not row["stance"].startswith(stance):
                continue
            if stance is not None and not stance.endswith("-") and row["stance"] != stance:
                continue
            found.add(row["source_id"])
        return found

    def studies(self, ids: Iterable[str]) -> int:
        """How many studies the sources report."""
        return len(self.reported(ids))

    def reported(self, ids: Iterable[str]) -> set[str]:
        """The studies that the sources report."""
        return {self.study_of[key] for key in ids}


def over(number: int, whole: int) -> float:
    return number / whole if whole else 0


def called(supported: bool, partly: bool, denominator: int, minimum: int) -> str:
    if denominator < minimum:
        return "no-data"
    if supported:
        return "supported"
    return "partly" if partly else "not-supported"


def recount(data: Path, year: int = 9999, after: int = 0) -> dict[str, Recount]:
    """Every claim, on the sources published up to a year and after another."""
    c = Count(data, year, after)
    return {**key_issues(c), **outcomes(c), **measurement(c), **what_works(c)}


def key_issues(c: Count) -> dict[str, Recount]:
    """The claims on terms, challenges and expected outcomes."""
    all_sources = len(c.ids)
    found = {}

    terms = 0
    for code in {row["code"] for row in c.codings if row["facet"] == "term"}:
        if len(c.having("term", [code], "uses")) >= 2:
            terms += 1
    speaking = c.having("term", stance="defines") | c.having("term", stance="problematises")
    unclear = c.having("issue", ["unclear-terms"])
    raising, whole = c.studies(unclear & speaking), c.studies(speaking)
    share = over(raising, whole)
    found["terms-confusing"] = Recount(
        called(terms >= 8 and share >= 0.5, terms >= 8 and share >= 0.25, whole, 5),
        unclear,
        set(),
        {
            "distinct_terms": terms,
            "raising": len(unclear),
            "studies": raising,
            "among": whole,
            "share": share,
        },
    )

    communicating = c.having("issue", ["communicating-agenda"])
    understanding = c.having("issue", ["no-shared-understanding"])
    measuring = c.having("issue", ["hard-to-measure"])
    enough = [len(ids) >= 3 for ids in (communicating, understanding, measuring)]
    found["terms-challenge"] = Recount(
        called(all(enough), sum(enough) >= 2, all_sources, 10),
        communicating | understanding | measuring,
        set(),
        {
            "communicating": len(communicating),
            "understanding": len(understanding),
            "measuring": len(measuring),
            "among": all_sources,
        },
    )

    attainment = c.having("outcome", ["attainment"], "anticipated")
    health = c.having("outcome", ["physical-health", "mental-health"], "anticipated")
    offending = c.having("outcome", ["offending"], "anticipated")
    families = c.having("outcome", ["family-support"], "anticipated")
    enough = [len(ids) >= 2 for ids in (attainment, health, offending, families)]
    found["outcomes-anticipated"] = Recount(
        called(all(enough), sum(enough) >= 3, all_sources, 10),
        attainment | health | offending | families,
        set(),
        {
            "attainment": len(attainment),
            "health": len(health),
            "offending": len(offending),
            "family_support": len(families),
            "among": all_sources,
        },
    )
    return found


def outcomes(c: Count) -> dict[str, Recount]:
    """The claims on savings, inquiries and measured outcomes."""
    all_sources = len(c.ids)
    found = {}

    saving = c.having("outcome", ["cost"], "anticipated")
    found["savings-anticipated"] = Recount(
        called(len(saving) >= 3, len(saving) >= 1, all_sources, 10),
        saving,
        set(),
        {"sources": len(saving), "among": all_sources},
    )

    inquiries = {key for key, row in c.appraisals.items() if row["design"] == "inquiry"}
    unshared = c.having("failure", ["information-not-shared"]) & inquiries
    uncoordinated = c.having("failure", ["no-coordination"]) & inquiries
    apart = unshared | uncoordinated
    failing = c.having("failure") & inquiries
    share = over(c.studies(apart), c.studies(inquiries))
    found["inquiries-show-failure"] = Recount(
        called(share >= 0.75, share >= 0.5, c.studies(inquiries), 3),
        apart,
        failing - apart,
        {
            "studies": c.studies(apart),
            "among": c.studies(inquiries),
            "share": share,
            "failing": c.studies(failing),
            "unshared": c.studies(unshared),
            "uncoordinated": c.studies(uncoordinated),
        },
    )

    for claim, codes, minimum in (
        ("outcomes-unconfirmed", CHILD, 10),
        ("savings-unconfirmed", ["cost"], 5),
    ):
        holding = c.having("outcome", codes)
        improved = c.having("outcome", codes, "measured-improved")
        measured = c.having("outcome", codes, "measured-")
        share = over(c.studies(improved), c.studies(holding))
        found[claim] = Recount(
            called(share < 0.333, share < 0.667, c.studies(holding), minimum),
            holding - improved,
            improved,
            {
                "sources": len(improved),
                "studies": c.studies(improved),
                "among": c.studies(holding),
                "share": share,
                "measured": c.studies(measured),
                "improved_of_measured": over(c.studies(improved), c.studies(measured)),
            },
        )
    for name in ("worse", "mixed"):
        found["savings-unconfirmed"].numbers[name] = c.studies(
            c.having("outcome", ["cost"], f"measured-{name}")
        )
    return found


def measurement(c: Count) -> dict[str, Recount]:
    """The claim on how hard outcomes are to measure."""
    found = {}
    judging = set()
    for key, row in c.appraisals.items():
        if "review" in row["groups"].split() or "outcome-evaluation" in row["groups"].split():
            judging.add(key)
    doubting = c.having("issue", ["hard-to-measure", "attribution", "weak-methods"]) & judging
    share = over(c.studies(doubting), c.studies(judging))
    found["outcomes-hard-to-measure"] = Recount(
        called(share >= 0.333, share >= 0.167, c.studies(judging), 10),
        doubting,
        set(),
        {"studies": c.studies(doubting), "among": c.studies(judging), "share": share},
    )
    return found


def what_works(c: Count) -> dict[str, Recount]:
    """The claims on the process of working together."""
    themed = c.having("theme")
    found = {}

    measured = c.having("outcome", CHILD, "measured-")
    quotient = over(c.studies(themed), c.studies(measured))
    found["process-dominates"] = Recount(
        called(quotient >= 2, quotient >= 1.25, c.studies(measured), 10),
        themed,
        measured - themed,
        {"studies": c.studies(themed), "among": c.studies(measured), "ratio": quotient},
    )

    primary = {key for key in themed if c.appraisals[key]["design"] in PRIMARY}
    professional, family, silent = set(), set(), set()
    for key in primary:
        voices = c.appraisals[key]["voices"].split()
        if "professionals" in voices:
            professional.add(key)
        if "children-families" in voices:
            family.add(key)
        if not voices:
            silent.add(key)
    share = over(c.studies(professional), c.studies(primary))
    found["professionals-voice"] = Recount(
        called(share >= 0.6, share >= 0.4, c.studies(primary), 10),
        professional,
        primary - professional - silent,
        {
            "studies": c.studies(professional),
            "among": c.studies(primary),
            "share": share,
            "families": c.studies(family),
            "unstated": c.studies(silent),
        },
    )

    five = {
        "funding": c.having("theme", ["funding"]),
        "culture": c.having("theme", ["culture"]),
        "roles_or_purpose": c.having("theme", ["roles", "purpose"]),
        "leadership": c.having("theme", ["leadership"]),
        "climate": c.having("theme", ["climate"]),
    }
    common = [over(c.studies(ids), c.studies(themed)) >= 0.2 for ids in five.values()]
    naming = set().union(*five.values())
    found["five-themes"] = Recount(
        called(all(common), sum(common) >= 3, c.studies(themed), 10),
        naming,
        themed - naming,
        {
            "studies": c.studies(naming),
            "among": c.studies(themed),
            **{name: over(c.studies(ids), c.studies(themed)) for name, ids in five.items()},
        },
    )

    share = over(c.studies(themed), c.studies(c.ids))
    found["barriers-substantial"] = Recount(
        called(
            len(themed) >= 30 and share >= 0.5,
            len(themed) >= 15 and share >= 0.33,
            c.studies(c.ids),
            10,
        ),
        themed,
        set(),
        {"sources": len(themed), "studies": c.studies(themed), "share": share},
    )
    return found
