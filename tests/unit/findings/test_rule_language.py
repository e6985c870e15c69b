"""What the language of claims.yml can count, and how near a verdict is to another."""

from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest

from evidence.findings.verdicts import judge
from evidence.model.claims import Finding
from evidence.model.evidence import Evidence
from tests.builders import Builder, with_claims

TRUST, TIME = "theme:trust:barrier", "theme:time:barrier"
RATIO = "count: {ratio: {of: {facet: theme, codes: trust}, to: {facet: theme, codes: time}}}"
SHARE = "count: {share: {of: {facet: theme, codes: trust}, among: {facet: theme}}}"
NAMED = "selections: {trusting: {facet: theme, codes: trust}}\n"
LEAST = """
    groups: {trust: {facet: theme, codes: trust}, time: {facet: theme, codes: time}}
    count: {each: {smallest: sources}}"""


Few = Callable[[tuple[int, int, int, int], str], Finding]


def claim(counted: str, supported: str, minimum: int = 1, partly: str = "") -> str:
    return (
        "claims:\n  it:\n    section: s\n    statement: It is so.\n"
        f"    {counted}\n    minimum: {minimum}\n"
        f"    supported: {supported}\n    partly: {partly or supported}\n"
    )


def found(evidence: Evidence, folder: Path, text: str) -> Finding:
    return judge(with_claims(evidence, folder, text))["it"]


def held(builder: Builder, trust: int, time: int, both: int = 0, none: int = 0) -> Evidence:
    """Sources with one theme, the other, both or none."""
    builder.many(trust, TRUST).many(time, TIME, start=trust)
    builder.many(both, TRUST, TIME, start=trust + time)
    return builder.many(none, start=trust + time + both).build()


@pytest.fixture
def few(builder: Builder, tmp_path: Path) -> Few:
    return lambda groups, text: found(held(builder, *groups), tmp_path, text)


@pytest.mark.parametrize(
    ("counted", "name", "parts"),
    [
        ("count: {sources: {facet: theme}}", "sources", (5, 1)),
        ("count: {studies: {facet: theme}}", "studies", (4, 1)),
        ("unit: study\n    count: {n: {sources: {facet: theme}}}", "n", (4, 1)),
        (SHARE, "share", (3, 4)),
        (f"unit: source\n    {SHARE}", "share", (4, 5)),
        ("count: {p: {part: {of: {facet: theme}, among: everything}}}", "p", (4, 5)),
        (RATIO, "ratio", (3, 2)),
        ("count: {n: {codes: {facet: theme, held_by: 2}}}", "n", (2, 1)),
        ("count: {n: {codes: {facet: theme, held_by: 3, stances: barrier}}}", "n", (1, 1)),
        ("count: {n: {codes: {facet: theme, codes: [time, policy], held_by: 1}}}", "n", (1, 1)),
        (LEAST, "each", (2, 1)),
        (LEAST.replace("smallest: sources", "largest: [1, sources]"), "each", (4, 1)),
        (LEAST.replace("smallest: sources", "smallest: studies"), "each", (2, 1)),
        (f"among: everything\n    {LEAST.replace('sources', 'share')}", "each", (2, 5)),
        ("among: {country: Norway}\n    count: {sources: {facet: theme}}", "sources", (1, 1)),
    ],
)
def test_what_can_be_counted(
    builder: Builder, tmp_path: Path, counted: str, name: str, parts: tuple[int, int]
) -> None:
    builder.add("a", TRUST, TIME).add("b", TRUST, fields={"study": "a"})
    builder.add("c", TRUST).add("d", TRUST, fields={"country": "Norway"}).add("e", TIME).add("f")
    value = found(builder.build(), tmp_path, claim(counted, f'{{{name}: ">= 0"}}')).values[name]
    assert (value.numerator, value.denominator) == parts


def test_numbers_beside_have_no_threshold(builder: Builder, tmp_path: Path) -> None:
    numbers = "    numbers: {both: {sources: {all: [{facet: theme, codes: time}, trusting]}}}\n"
    text = "selections: {trusting: {facet: theme, codes: trust}}\n" + claim(
        SHARE, '{share: ">= 1"}'
    )
    values = found(held(builder, 3, 2, 1), tmp_path, text + numbers).values
    assert [*values] == ["sources", "studies", "among", "share", "both"]
    assert values["both"].numerator == 1


def test_who_speaks_for_and_against(builder: Builder, tmp_path: Path) -> None:
    evidence = held(builder, 2, 1, 1, 1)
    text = claim(SHARE, '{share: ">= 1"}')
    assert found(evidence, tmp_path, text).supporting == ("s0", "s1", "s3")
    sides = "    for: {facet: theme, codes: time}\n    against: {not: {facet: theme}}\n"
    finding = found(evidence, tmp_path, text + sides)
    assert (finding.supporting, finding.contrary) == (("s2", "s3"), ("s4",))


def test_where_codes_are_counted_their_holders_speak(builder: Builder, tmp_path: Path) -> None:
    text = claim("count: {n: {codes: {facet: theme, held_by: 1}}}", '{n: ">= 1"}')
    finding = found(held(builder, 1, 1, none=1), tmp_path, text)
    assert finding.supporting == ("s0", "s1")
    assert finding.main == ("n",)


def test_a_denominator_of_its_own_is_held_to_the_minimum(builder: Builder, tmp_path: Path) -> None:
    evidence = held(builder, 4, 0, none=6)
    text = claim(SHARE, '{share: ">= 0.5"}', 5)
    assert found(evidence, tmp_path, text).verdict == "no-data"
    text += "    denominator: everything\n"
    finding = found(evidence, tmp_path, text)
    assert (finding.verdict, finding.values["among"].numerator) == ("supported", 4)


def test_a_verdict_leans_on_what_is_counted(builder: Builder, tmp_path: Path) -> None:
    evidence = held(builder, 1, 1)
    assert found(evidence, tmp_path, claim(SHARE, '{share: ">= 0"}')).codes == {("theme", "trust")}
    counted = "count: {share: {of: {design: survey}, among: {facet: theme, codes: [time, trust]}}}"
    assert found(evidence, tmp_path, claim(counted, '{share: ">= 0"}')).codes == {
        ("theme", "time"),
        ("theme", "trust"),
        ("design", "survey"),
    }


@pytest.mark.parametrize(
    ("counted", "bound", "groups", "close"),
    [
        # One more below the line of a ratio, and the ratio is under two.
        (RATIO, '{ratio: ">= 2"}', (41, 20, 0, 0), True),
        (RATIO, '{ratio: ">= 2"}', (43, 20, 0, 0), False),
        (RATIO, '{ratio: ">= 2"}', (37, 20, 0, 0), False),
        (RATIO, '{ratio: ">= 2"}', (39, 20, 0, 0), True),
        # One fewer at all, and there are too few.
        (SHARE, '{share: ">= 0.5"}', (10, 0, 0, 0), True),
        (SHARE, '{share: ">= 0.5"}', (11, 0, 0, 0), False),
        # One more that names another theme; one that names this one no longer.
        (SHARE, '{share: ">= 0.5"}', (15, 15, 0, 0), True),
        (SHARE, '{share: ">= 0.5"}', (25, 24, 0, 0), True),
        (SHARE, '{share: ">= 0.5"}', (26, 24, 0, 0), False),
        (SHARE, '{share: "< 0.5"}', (24, 25, 0, 0), True),
        (SHARE, '{share: "< 0.5"}', (23, 26, 0, 0), False),
        # One that is in both groups lifts both.
        (LEAST, '{each: ">= 3"}', (2, 2, 0, 9), True),
        (LEAST, '{each: ">= 3"}', (1, 1, 0, 9), False),
        (LEAST, '{each: ">= 3"}', (3, 9, 0, 9), True),
        (LEAST, '{each: ">= 3"}', (4, 9, 0, 9), False),
        ("count: {sources: {facet: theme}}", '{sources: ">= 12"}', (12, 0, 0, 5), True),
        ("count: {sources: {facet: theme}}", '{sources: ">= 12"}', (13, 0, 0, 5), False),
        # The sources and their share rise together.
        (
            "count: {sources: {facet: theme}, share: {of: {facet: theme}, among: everything}}",
            '{sources: ">= 30", share: ">= 0.5"}',
            (29, 0, 0, 30),
            True,
        ),
    ],
)
def test_close_is_where_one_source_would_change_the_verdict(
    few: Few, counted: str, bound: str, groups: tuple[int, int, int, int], close: bool
) -> None:
    assert few(groups, claim(counted, bound, 10)).close is close


@pytest.mark.parametrize("counted", [RATIO, SHARE, LEAST])
def test_a_source_that_moves_a_verdict_was_close(
    builder: Builder, tmp_path: Path, counted: str
) -> None:
    name = {RATIO: "ratio", SHARE: "share", LEAST: "each"}[counted]
    bounds = {"ratio": ">= 1.25", "share": ">= 0.6", "each": ">= 2"}
    text = claim(counted, f'{{{name}: "{bounds[name]}"}}', 3)
    for number, sources in enumerate(product(range(3), repeat=4)):
        evidence = held(Builder(builder.build()), *sources)
        evidence = with_claims(evidence, tmp_path, text)
        before = judge(evidence)["it"]
        moved = [
            source
            for source in evidence.counted()
            if judge(evidence.without([source]))["it"].verdict != before.verdict
        ]
        if moved:
            assert before.close, number


def test_many_groups_are_tried_one_by_one(builder: Builder, tmp_path: Path) -> None:
    codes = [*builder.build().codebook.facets["theme"].codes][:14]
    groups = ", ".join(f"{code}: {{facet: theme, codes: {code}}}" for code in codes)
    counted = f"groups: {{{groups}}}\n    count: {{each: {{smallest: sources}}}}"
    evidence = builder.many(3, *(f"theme:{code}:barrier" for code in codes)).build()
    finding = found(evidence, tmp_path, claim(counted, '{each: ">= 3"}'))
    assert (finding.verdict, finding.close) == ("supported", True)
    assert not found(evidence, tmp_path, claim(counted, '{each: ">= 2"}')).close
