"""The explorer's form and records: complete, and harmless whatever the data say."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from evidence.findings.verdicts import Editions, judge_editions
from evidence.model.evidence import Evidence
from evidence.report import explorer
from evidence.report.markup import Text
from tests.builders import Builder
from tests.unit.conftest import DATA, pandoc_blocks

COLUMNS = {"design": "Design", "sector": "Field", "weight": "Weight", "groups": "Groups"}
HOSTILE = (
    "</script><script>alert(1)</script><!-- `````` {{< meta title >}} <img src=x onerror=x> &amp;"
)


class Elements(HTMLParser):
    """The elements of a piece of HTML in their order, and the text of each."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]


def controls(evidence: Evidence, editions: Editions) -> str:
    return html_of(explorer.controls(evidence, editions, COLUMNS, dict.fromkeys(editions.now, "B")))


def html_of(text: Text) -> str:
    """What reaches HTML: Pandoc has to take all of it as one raw block."""
    (block,) = pandoc_blocks(text.markdown)
    assert block["t"] == "RawBlock"
    assert block["c"][0] == "html"
    return str(block["c"][1])


def data_of(html: str) -> Any:
    (packed,) = re.findall(
        r'<script type="application/json" id="explorer-data">(.*?)</script>', html
    )
    return json.loads(packed)


def records(evidence: Evidence, editions: Editions, bibliography: Path = DATA) -> str:
    path = bibliography / "references.bib" if bibliography.is_dir() else bibliography
    return html_of(explorer.records(evidence, editions, COLUMNS, path))


def options(html: str, name: str) -> set[str]:
    (inside,) = re.findall(rf'<select name="{name}".*?</select>', html)
    return {str(found["value"]) for found in Elements(inside).named("option")} - {""}


def test_every_counted_source_is_there_with_every_agreed_coding(
    real: Evidence, real_editions: Editions
) -> None:
    html = records(real, real_editions)
    sources = data_of(html)["sources"]
    assert {row["source_id"] for row in sources} == real.counted()
    codings = [c for facet in real.codebook.facets for c in real.agreed_codings(facet)]
    for row in sources:
        wanted = [c for c in codings if c.source_id == row["source_id"]]
        assert row["codings"] == [f"{c.facet}:{c.code}:{c.stance}" for c in wanted]
    shown = re.sub(r"\s+", " ", "".join(Elements(html).texts))
    for coding in codings:
        assert f"{coding.gist} ({coding.locator})" in shown
    for effect in real.agreed_effects:
        assert effect.gist in shown
        assert effect.effect in shown


def test_effects_follow_the_codings_which_are_found_by_their_place(
    builder: Builder, tmp_path: Path
) -> None:
    builder.add("s0", "theme:trust:barrier")
    told: dict[str, Any] = {"gist": HOSTILE, "effect": "d = 0.3", "sample": "80", "locator": "p. 3"}
    told |= {"follow_up_months": 12}
    evidence = builder.effect("s0", told=told).build()
    bibliography = tmp_path / "references.bib"
    bibliography.write_text("", "utf-8")
    html = records(evidence, judge_editions(evidence), bibliography)
    coding, effect = re.findall("<li>(.*?)</li>", html)
    assert "What s0 says" in coding
    assert "<b>Safety</b>, children; team; randomised; better: " in effect
    assert effect.endswith(". Effect: d = 0.3. Sample: 80. Follow-up: 12 months. (<i>p. 3</i>)")
    assert not Elements(html).named("img")


def test_each_source_knows_its_effects(builder: Builder, tmp_path: Path) -> None:
    builder.add("s0", "theme:trust:barrier").add("s1", "theme:trust:barrier")
    builder.effect("s0", form=("team", "key-worker")).effect("s0", "cost", coder="A")
    evidence = builder.build()
    bibliography = tmp_path / "references.bib"
    bibliography.write_text("", "utf-8")
    data = data_of(records(evidence, judge_editions(evidence), bibliography))
    assert data["effects"] == list(evidence.codebook.effects)
    (effect,), none = (row["effects"] for row in data["sources"])
    assert effect["form"] == ["team", "key-worker"]
    assert none == []


def test_without_effects_the_form_asks_for_none(real: Evidence, real_editions: Editions) -> None:
    without = replace(real, effects=(), codebook=replace(real.codebook, effects={}))
    assert "effect" not in controls(without, real_editions).replace("effects. Put", "")


def test_sources_know_the_findings_that_they_bear_on(
    real: Evidence, real_editions: Editions
) -> None:
    rows = {row["source_id"]: row for row in data_of(records(real, real_editions))["sources"]}
    for claim_id, finding in real_editions.now.items():
        assert {k for k, row in rows.items() if claim_id in row["for"]} == set(finding.supporting)
        assert {k for k, row in rows.items() if claim_id in row["against"]} == set(finding.contrary)


def test_bibliography_entries_stand_as_they_are(real: Evidence, real_editions: Editions) -> None:
    text = (DATA / "references.bib").read_text(encoding="utf-8")
    for row in data_of(records(real, real_editions))["sources"]:
        assert row["bibtex"].startswith("@")
        assert f"{row['bibtex']}\n" in text
        assert f"{{{row['source_id']}," in row["bibtex"].splitlines()[0]


def test_the_form_offers_what_the_codebook_has(real: Evidence, real_editions: Editions) -> None:
    html = controls(real, real_editions)
    for name, facet in real.codebook.facets.items():
        assert options(html, name) == set(facet.codes)
    for name, attribute in real.codebook.attributes.items():
        assert options(html, name) == set(attribute.values)
    for name, attribute in real.codebook.effects.items():
        assert options(html, f"effect-{name}") == set(attribute.values)
    assert options(html, "claim") == set(real_editions.now)
    assert options(html, "theme-as") == set(real.codebook.facets["theme"].stances)
    boxes = [box for box in Elements(html).named("input") if box["type"] == "checkbox"]
    assert {box["value"] for box in boxes} == set(real.codebook.facets["outcome"].stances)


def test_the_form_is_hidden_until_a_script_can_answer_it(
    real: Evidence, real_editions: Editions
) -> None:
    tag, attributes = Elements(controls(real, real_editions)).found[0]
    assert tag == "div"
    assert "hidden" in attributes


def test_the_search_needs_no_filter_opened(real: Evidence, real_editions: Editions) -> None:
    html = controls(real, real_editions)
    before, _, _ = html.partition("<details")
    (field,) = Elements(before).named("input")
    assert field["type"] == "search"
    assert f'id="{field["aria-describedby"]}"' in before


def test_hostile_text_stays_text(builder: Builder, tmp_path: Path) -> None:
    fields = {"authors": HOSTILE, "title": HOSTILE, "container": HOSTILE, "country": HOSTILE}
    builder.add("evil2010", fields={**fields, "url": 'https://x.example/"onclick="x'})
    builder.code("evil2010", "outcome:access:perceived", gist=HOSTILE)
    evidence = builder.build()
    bibliography = tmp_path / "references.bib"
    bibliography.write_text("@misc{evil2010,\n  title = {</script><!-- ``` {{<}}},\n}\n", "utf-8")
    editions = judge_editions(evidence)
    html = records(evidence, editions, bibliography)
    form = controls(evidence, editions)
    for part in (html, form):
        elements = Elements(part)
        assert not elements.named("img")
        assert not any(key.startswith("on") for _, found in elements.found for key in found)
        assert "{{<" not in part
        assert "<!--" not in part
        assert "```" not in part
    assert len(Elements(html).named("script")) == 1
    assert HOSTILE in "".join(Elements(html).texts)
    (row,) = data_of(html)["sources"]
    assert row["country"] == [HOSTILE]
    assert "</script><!-- ``` {{<" in row["bibtex"]


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "https://x.example/ (page 2)", ""]
)
def test_only_the_web_is_linked_to(builder: Builder, tmp_path: Path, url: str) -> None:
    evidence = builder.add("one2010", fields={"title": "One", "url": url}).build()
    (tmp_path / "references.bib").write_text("", "utf-8")
    html = records(evidence, judge_editions(evidence), tmp_path)
    assert not Elements(html).named("a")


def test_a_doi_goes_before_another_address(builder: Builder, tmp_path: Path) -> None:
    fields = {"doi": "10.1/x", "url": "https://x.example/"}
    evidence = builder.add("one2010", fields=fields).build()
    (tmp_path / "references.bib").write_text("", "utf-8")
    (link,) = Elements(records(evidence, judge_editions(evidence), tmp_path)).named("a")
    assert link["href"] == "https://doi.org/10.1/x"


def test_no_source_leaves_an_empty_list_and_a_form(builder: Builder, tmp_path: Path) -> None:
    evidence = builder.build()
    (tmp_path / "references.bib").write_text("", "utf-8")
    editions = judge_editions(evidence)
    assert data_of(records(evidence, editions, tmp_path))["sources"] == []
    assert options(controls(evidence, editions), "from") == set()


@pytest.mark.parametrize(
    ("authors", "named"),
    [
        ("Ødegård, Atle", "Ødegård (2010)"),
        ("Abbott, David; Watson, Debby", "Abbott and Watson (2010)"),
        ("A, A; B, B; C, C", "A and others (2010)"),
        ("Audit Scotland", "Audit Scotland (2010)"),
    ],
)
def test_sources_are_named_as_a_citation_would(
    builder: Builder, tmp_path: Path, authors: str, named: str
) -> None:
    evidence = builder.add("one2010", fields={"authors": authors}).build()
    (tmp_path / "references.bib").write_text("", "utf-8")
    html = records(evidence, judge_editions(evidence), tmp_path)
    assert f"<summary>{named}</summary>" in html
