"""The ledger shows each finding's grounds completely, and what sources say literally."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from evidence.findings.selections import sayings
from evidence.findings.verdicts import judge_editions
from evidence.model.claims import Held
from evidence.model.evidence import Evidence
from evidence.report.folders import WORKBOOK
from evidence.report.ledger import MOST_SAID, WEIGHTIEST, ledger
from evidence.report.markup import escape
from tests.builders import Builder, with_claims
from tests.unit.conftest import pandoc_blocks, shown

SAVINGS = "savings-anticipated"


def ledger_of(evidence: Evidence, claim_id: str = SAVINGS) -> str:
    """Return the entry and the grounds of one claim."""
    text = ledger(evidence, judge_editions(evidence)).markdown
    after = text[text.index(f"{{#claim-{claim_id} ") :]
    start = text.rindex("\n", 0, text.index(f"{{#claim-{claim_id} ")) + 1
    end = after.find("\n## ")
    return text[start:] if end < 0 else text[start : len(text) - len(after) + end]


def entry_of(evidence: Evidence) -> str:
    return ledger_of(evidence).partition("\n::: {.content-visible")[0]


def grounds_of(evidence: Evidence, claim_id: str = SAVINGS) -> str:
    _, mark, text = ledger_of(evidence, claim_id=claim_id).partition("\n::: {.content-visible")
    return mark + text


def test_an_entry_has_rule_verdicts_confidence_and_sources(builder: Builder) -> None:
    builder.many(2, "outcome:cost:anticipated").many(9, start=2)
    text = entry_of(builder.build())
    heading, *paragraphs = pandoc_blocks(text)
    assert heading["c"][1] == ["claim-savings-anticipated", ["unnumbered", "unlisted"], []]
    assert shown(heading["c"][2]) == "B4 Are savings expected?"
    lines = [shown(paragraph["c"]) for paragraph in paragraphs]
    assert lines[0].endswith("Savings are expected from agencies working together better.")
    assert "Supported where the number of sources is at least 3; partly" in lines[1]
    assert "fewer than 10 sources." in lines[1]
    assert "Up to 2006 too few sources to judge (no sources); since then" in lines[2]
    assert lines[2].endswith(
        "on all sources partly supported, a close call that one source more or fewer would "
        "change (2 sources)."
    )
    # Of the components of confidence those that give no cause for concern are not named.
    assert "adequacy, serious (2 studies behind it" in lines[3]
    assert "coherence" not in lines[3]
    said = "*Cost, anticipated*: What s{n} says (abstract)."
    items = "\n".join(f"- @s{n}: {said.format(n=n)}" for n in range(2))
    assert f"**Sources for it: 2.**\n\n{items}\n" in text
    assert "**Sources against it: none.**\n" in text
    assert '[]{.stated-in claim="savings-anticipated"}' in text


def test_a_finding_that_leans_on_tentative_codes_is_marked(builder: Builder) -> None:
    builder.many(1, "outcome:cost:anticipated")
    assert "tentative" not in entry_of(builder.build())
    for n in range(40):
        builder.add(f"t{n}").code(f"t{n}", "outcome:cost:anticipated", coder="AB"[n % 2])
    assert "**Leans on tentative codes.** cost (outcome).\n" in entry_of(builder.build())


def test_grounds_are_shown_in_html_only(builder: Builder) -> None:
    evidence = builder.many(1, "outcome:cost:anticipated").build()
    (block,) = pandoc_blocks(grounds_of(evidence))
    (_, classes, attributes), (opening, *_, closing) = block["c"]
    assert (classes, attributes) == (["content-visible"], [["when-format", "html"]])
    assert opening["c"][0] == closing["c"][0] == "html"
    assert 'id="grounds-savings-anticipated"' in opening["c"][1]
    assert ">B4 Are savings expected?</p>" in opening["c"][1]
    assert closing["c"][1] == "</div>"


def test_the_weightiest_sources_come_first_then_the_newest(builder: Builder) -> None:
    said = "outcome:cost:anticipated"
    builder.add("old", said, year=2001).add("new", said, year=2020)
    builder.add("heavy", said, year=1999, weight="high")
    order = re.findall(r"^- @(\w+):", grounds_of(builder.build()), re.MULTILINE)
    assert order == ["heavy", "new"]


@pytest.mark.parametrize("extra", [0, 1])
def test_sources_beyond_the_weightiest_are_left_to_the_workbook(
    builder: Builder, extra: int
) -> None:
    builder.many(WEIGHTIEST + extra, "outcome:cost:anticipated")
    evidence = builder.build()
    rest = f"All are in [{WORKBOOK}]({WORKBOOK}); the weightiest:"
    for text in (entry_of(evidence), grounds_of(evidence)):
        assert len(re.findall(r"^- @", text, re.MULTILINE)) == WEIGHTIEST
        assert (rest in text) == bool(extra)


def test_a_source_that_says_nothing_of_it_gives_way(builder: Builder) -> None:
    builder.many(WEIGHTIEST, "theme:trust:barrier", voices=["children-families"])
    builder.add("silent", weight="high", voices=["children-families"])
    selection = Held("theme", ("trust",))
    assert set(sayings(builder.build(), selection)) == {f"s{n}" for n in range(WEIGHTIEST)}


def test_of_one_source_not_all_is_said(builder: Builder) -> None:
    codes = ("attainment", "attendance", "safety", "offending")
    builder.add("s0", *(f"outcome:{code}:measured-improved" for code in codes))
    (line,) = re.findall("^- @s0:.*", grounds_of(builder.build(), "outcomes-unconfirmed"), re.M)
    assert line.count("What s0 says") == MOST_SAID
    assert line.endswith(f"And {len(codes) - MOST_SAID} more.")


def test_what_meets_most_of_a_rule_is_what_a_source_says(builder: Builder) -> None:
    builder.add("s0", "theme:trust:barrier", "theme:funding:barrier")
    text = grounds_of(builder.build(), "five-themes")
    assert "- @s0: *Funding, barrier*: What s0 says (abstract)." in text
    assert "Trust" not in text


def test_grounds_show_the_codings_that_the_finding_rests_on(builder: Builder) -> None:
    builder.add("s0", "outcome:cost:anticipated", "theme:trust:barrier")
    builder.code("s0", "outcome:cost:measured-worse", coder="A", gist="Not agreed")
    text = grounds_of(builder.build())
    assert "- @s0: *Cost, anticipated*: What s0 says (abstract)." in text
    assert "trust" not in text.lower()
    assert "Not agreed" not in text


@pytest.mark.parametrize(
    ("gist", "locator", "told"),
    [("", "row 5", " (row 5)."), ("Cheaper", "", ": Cheaper."), ("", "", ".")],
)
def test_what_nobody_noted_of_a_coding_leaves_no_sign(
    builder: Builder, gist: str, locator: str, told: str
) -> None:
    builder.add("s0", "outcome:cost:anticipated")
    builder.codings = [replace(one, gist=gist, locator=locator) for one in builder.codings]
    assert f"- @s0: *Cost, anticipated*{told}\n" in f"{grounds_of(builder.build())}\n"


def test_what_is_said_against_may_be_other_codes_than_those_counted(builder: Builder) -> None:
    builder.many(4, "failure:child-not-heard:found", design="inquiry")
    text = grounds_of(builder.build(), "inquiries-show-failure")
    assert "- @s0: *Child not heard, found*: What s0 says (abstract)." in text


def test_where_no_coding_is_asked_for_none_is_shown(builder: Builder, tmp_path: Path) -> None:
    claim = (
        "claims:\n  surveys:\n    section: s\n    statement: Surveys are many.\n    count:\n"
        "      sources: {design: survey}\n    minimum: 1\n    supported: {sources: '>= 1'}\n"
        "    partly: {sources: '>= 1'}\n"
    )
    evidence = with_claims(builder.many(1, "theme:trust:barrier").build(), tmp_path, claim)
    assert "- @s0: holds none of the codes counted." in grounds_of(evidence, "surveys")


@pytest.mark.parametrize(
    "gist",
    [
        "<script>alert(1)</script></div>",
        "**bold** [link](x) @nobody ^[note]",
        "`code`{=html} ``` ::: {.callout-note} {{< include x >}}",
    ],
)
def test_a_hostile_gist_stays_literal(builder: Builder, gist: str) -> None:
    builder.add("s0").code("s0", "outcome:cost:anticipated", gist=gist)
    text = grounds_of(builder.build())
    assert escape(gist) in text
    (block,) = pandoc_blocks(text)
    lists = [part for part in block["c"][1] if part["t"] == "BulletList"]
    assert gist in shown([inline for item in lists[0]["c"] for inline in item[0]["c"]])
    assert len([part for part in block["c"][1] if part["t"] == "RawBlock"]) == 2


def test_the_ledger_has_every_claim(real: Evidence) -> None:
    editions = judge_editions(real)
    text = ledger(real, editions).markdown
    entries = re.findall(r"^## (B\d+) .*\{#claim-([\w-]+) ", text, re.MULTILINE)
    assert entries == [(f"B{n}", key) for n, key in enumerate(editions.now, 1)]
    measures = re.findall(r"^\[\*\*(B\d+) .*\{#measure-([\w-]+)\}", text, re.MULTILINE)
    assert measures == [(number, key) for key, number in real.claims.measure_entries().items()]
    grounds = re.findall(r'id="grounds-((?!title)[\w-]+)"', text)
    assert grounds == [*editions.now, *real.claims.measures]


@pytest.mark.parametrize(("exploratory", "begins"), [(True, "Exploratory; "), (False, "Up to ")])
def test_an_entry_of_a_measure_begins_with_a_capital(
    real: Evidence, exploratory: bool, begins: str
) -> None:
    name = next(iter(real.claims.measures))
    measure = replace(real.claims.measures[name], exploratory=exploratory)
    evidence = replace(real, claims=replace(real.claims, measures={name: measure}))
    text = ledger(evidence, judge_editions(evidence)).markdown
    assert f"}} {begins}" in text[text.index(f"{{#measure-{name}}}") :][:60]
