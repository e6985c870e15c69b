"""The ledger shows each finding's grounds completely, and what sources say literally."""

import re

import pytest

from evidence.findings.verdicts import judge_editions
from evidence.model.evidence import Evidence
from evidence.report.ledger import (
    MOST_SOURCES,
    entry,
    ledger,
)
from evidence.report.markup import escape
from tests.builders import Builder
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
    assert heading["c"][1] == ["claim-savings-anticipated", ["unnumbered"], []]
    assert shown(heading["c"][2]) == "B4 Savings anticipated"
    lines = [shown(paragraph["c"]) for paragraph in paragraphs]
    assert lines[0].endswith("Savings are expected from agencies working together better.")
    assert "Supported where the number of sources is at least 3; partly" in lines[1]
    assert "fewer than 10 sources." in lines[1]
    assert "Too few sources to judge: no sources. Counts: sources 0;" in lines[2]
    assert "Partly supported, a close call that" in lines[3]
    assert "Counts: sources 2; among 11." in lines[3]
    for component in ("methodological limitations", "coherence", "adequacy", "relevance"):
        assert f"{component}, " in lines[4]
    assert "**Sources for it: 2.** [@s0; @s1]\n" in text
    assert "**Sources against it: none.**\n" in text
    assert '[]{.stated-in claim="savings-anticipated"}' in text


def test_a_finding_that_leans_on_tentative_codes_is_marked(builder: Builder) -> None:
    evidence = builder.many(1, "outcome:cost:anticipated").build()
    finding = judge_editions(evidence).now[SAVINGS]
    marked = entry(finding, "B4", {}, [("outcome", "cost")])
    assert "**Leans on tentative codes.** cost (outcome)" in marked
    assert "tentative" not in entry_of(evidence)


def test_grounds_are_shown_in_html_only(builder: Builder) -> None:
    evidence = builder.many(1, "outcome:cost:anticipated").build()
    (block,) = pandoc_blocks(grounds_of(evidence))
    (_, classes, attributes), (opening, *_, closing) = block["c"]
    assert (classes, attributes) == (["content-visible"], [["when-format", "html"]])
    assert opening["c"][0] == closing["c"][0] == "html"
    assert 'id="grounds-savings-anticipated"' in opening["c"][1]
    assert ">B4 Savings anticipated</p>" in opening["c"][1]
    assert closing["c"][1] == "</div>"


def test_the_weightiest_sources_come_first_then_the_newest(builder: Builder) -> None:
    said = "outcome:cost:anticipated"
    builder.add("old", said, year=2001).add("new", said, year=2020)
    builder.add("heavy", said, year=1999, weight="high").add("middle", said, weight="medium")
    order = re.findall(r"^- @(\w+):", grounds_of(builder.build()), re.MULTILINE)
    assert order == ["heavy", "middle", "new", "old"]


def test_more_than_a_dozen_sources_are_left_to_the_annex(builder: Builder) -> None:
    builder.many(MOST_SOURCES + 3, "outcome:cost:anticipated")
    text = grounds_of(builder.build())
    assert len(re.findall(r"^- @", text, re.MULTILINE)) == MOST_SOURCES
    assert "- and 3 more: see [the entry in the annex](#claim-savings-anticipated)." in text


def test_grounds_show_the_codings_that_the_finding_rests_on(builder: Builder) -> None:
    builder.add("s0", "outcome:cost:anticipated", "theme:trust:barrier")
    builder.code("s0", "outcome:cost:measured-worse", coder="A", gist="Not agreed")
    text = grounds_of(builder.build())
    assert "- @s0: *Cost, anticipated*: What s0 says (abstract)." in text
    assert "trust" not in text.lower()
    assert "Not agreed" not in text


def test_a_source_against_by_other_codes_is_named(builder: Builder) -> None:
    builder.many(4, "failure:child-not-heard:found", design="inquiry")
    evidence = builder.build()
    text = grounds_of(evidence, "inquiries-show-failure")
    assert "- @s0: holds none of the codes counted." in text


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
    assert re.findall(r'id="grounds-((?!title)[\w-]+)"', text) == list(editions.now)
