"""The measures of claims.yml recounted by hand: their titles over the CSV files, row by row.

Like `tests.recount`, this takes nothing from `evidence`.
"""

from collections import defaultdict
from pathlib import Path

from tests.recount import CHILD, Count, rows

TESTED = ["randomised", "comparison-group", "natural-experiment"]
# What each measure's name ends in: with what results were compared.
GROUPS = {
    "randomised": ["randomised"],
    "controlled": ["comparison-group", "natural-experiment"],
    "uncontrolled": ["before-after", "cross-sectional", "none"],
    "syntheses": ["synthesis-controlled", "synthesis-mixed"],
    "tested": TESTED,
}
FORMS = ["strategy", "structure", "co-location", "team"]
FORMS += ["key-worker", "referral", "collaborative-care", "wraparound"]

Part = tuple[int, int]


class Effects:
    """The agreed effects of the sources that count, published in a span of years."""

    def __init__(self, data: Path, count: Count) -> None:
        self.count = count
        self.rows = []
        for row in rows(data, "effects.csv"):
            if row["coder"] == "agreed" and row["source_id"] in count.ids:
                self.rows.append(row)

    def by_study(
        self,
        outcomes: list[str],
        comparisons: list[str],
        population: str | None = None,
        form: str | None = None,
        among: set[str] | None = None,
    ) -> dict[str, list[str]]:
        """The direction of each effect of each study; what two of its texts report alike is one."""
        found: dict[str, set[tuple[str, ...]]] = defaultdict(set)
        for row in self.rows:
            if row["outcome"] not in outcomes or row["comparison"] not in comparisons:
                continue
            if population is not None and row["population"] != population:
                continue
            if form is not None and form not in row["form"].split():
                continue
            if among is not None and row["source_id"] not in among:
                continue
            effect = (row["outcome"], row["population"], row["form"], row["comparison"])
            found[self.count.study_of[row["source_id"]]].add((row["direction"], *effect))
        return {study: [effect[0] for effect in effects] for study, effects in found.items()}


def most_better(studies: dict[str, list[str]]) -> Part:
    """In how many studies more than half of the effects are better, and of how many."""
    number = 0
    for directions in studies.values():
        if directions.count("better") > len(directions) - directions.count("better"):
            number += 1
    return number, len(studies)


def none_better(studies: dict[str, list[str]]) -> Part:
    """In how many studies no effect is better, and of how many."""
    return len([1 for directions in studies.values() if "better" not in directions]), len(studies)


def recount_measures(data: Path, until: int = 9999, after: int = 0) -> dict[str, Part]:
    """Every measure, on the sources published in a span of years."""
    c = Count(data, until, after)
    return {**_effects(data, c), **_inquiries(data, c)}


def _effects(data: Path, c: Count) -> dict[str, Part]:
    e = Effects(data, c)
    found = {}
    for group, comparisons in GROUPS.items():
        studies = e.by_study(CHILD, comparisons, "children")
        found[f"better-{group}"] = most_better(studies)
        found[f"better-{group}-none"] = none_better(studies)
        if group == "tested":
            found["tested"] = len(studies), 1
    home = set()
    for row in rows(data, "sources.csv"):
        if row["country"] in ("UK", "England", "England and Wales", "Scotland", "Wales"):
            home.add(row["source_id"])
    british = e.by_study(CHILD, GROUPS["randomised"], "children", among=home)
    found["better-randomised-home"] = most_better(british)
    for form in FORMS:
        found[f"form-{form}"] = most_better(e.by_study(CHILD, TESTED, "children", form))
    plans = e.by_study(CHILD, TESTED, "children", "strategy")
    merged = e.by_study(CHILD, TESTED, "children", "structure")
    found["form-plan"] = most_better({**plans, **merged})
    told_not = e.by_study(CHILD, TESTED, "children", "not-stated")
    found["form-unstated"] = len(told_not), found["tested"][0]
    found["money-tested"] = most_better(e.by_study(["cost"], TESTED))
    found["money-syntheses"] = most_better(e.by_study(["cost"], GROUPS["syntheses"]))
    scottish = set()
    for row in rows(data, "sources.csv"):
        if row["country"] == "Scotland":
            scottish.add(row["source_id"])
    found["scotland-tested"] = most_better(e.by_study(CHILD, TESTED, "children", among=scottish))
    return found


def _inquiries(data: Path, c: Count) -> dict[str, Part]:
    telling = set()
    for key, row in c.appraisals.items():
        if row["design"] == "inquiry" and key in c.having("failure"):
            telling.add(key)
    apart = c.having("failure", ["information-not-shared"]) | c.having(
        "failure", ["no-coordination"]
    )
    unheard = c.having("failure", ["child-not-heard"])
    retold = set()
    for row in rows(data, "sources.csv"):
        if row["basis"] == "account":
            retold.add(row["source_id"])
    whole = c.studies(telling)
    return {
        "failure-between": (c.studies(telling & apart), whole),
        "failure-unheard": (c.studies(telling & unheard), whole),
        "failure-by-account": (c.studies(telling & retold), whole),
    }
