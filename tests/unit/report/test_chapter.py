"""What chapters may say, and what stops them."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from evidence.findings.verdicts import Editions
from evidence.model.claims import Finding, Value
from evidence.model.evidence import Evidence, Quantities
from evidence.report import chapter
from evidence.report.codes import ChapterError
from evidence.words import count
from tests.builders import Builder, with_claims
from tests.unit.conftest import pandoc_blocks, shown

WORDING = {
    "supported": "Yes.",
    "partly": "In part.",
    "not_supported": "No.",
    "silent": "Nobody says.",
    "no_data": "Too few.",
}


SCALE = Quantities(
    minimum=3,
    words={"no": "<= 0", "few": "< 0.5", "most": "< 1", "all": ">= 1"},
    changes={"fell": "<= -0.1", "hardly changed": "< 0.1", "rose": ">= 0.1"},
    comparisons={"fewer than": "< 0", "as many as": "<= 0", "more than": "> 0"},
)


def finding(
    verdict: str = "supported", silent: bool = False, close: bool = False, **values: Value
) -> Finding:
    return Finding(
        claim_id="moods",
        section="key",
        statement="S",
        edition=2006,
        verdict=verdict,
        silent=silent,
        close=close,
        values={"sources": Value(3), **values},
        main=("sources",),
        supporting=(),
        contrary=(),
        codes=frozenset(),
    )


def judged(now: Finding, then: Finding | None = None) -> Editions:
    return Editions({"moods": then or finding()}, {"moods": now}, SCALE)


# state


@pytest.mark.parametrize(
    ("verdict", "silent", "text"),
    [
        ("supported", False, "Yes."),
        ("partly", False, "In part."),
        ("not-supported", False, "No."),
        ("not-supported", True, "Nobody says."),
        ("no-data", False, "Too few."),
    ],
)
def test_the_wording_is_that_of_the_verdict(verdict: str, silent: bool, text: str) -> None:
    assert chapter.state(judged(finding(verdict, silent)), "moods", **WORDING) == text


@pytest.mark.parametrize(
    ("verdict", "silent", "keyword"),
    [
        ("supported", False, "supported"),
        ("not-supported", False, "not_supported"),
        ("not-supported", True, "silent"),
        ("no-data", False, "no_data"),
    ],
)
def test_a_verdict_without_wording_names_claim_verdict_and_number(
    verdict: str, silent: bool, keyword: str
) -> None:
    others = {name: text for name, text in WORDING.items() if name != keyword}
    with pytest.raises(ChapterError) as caught:
        chapter.state(judged(finding(verdict, silent)), "moods", **others)
    message = str(caught.value)
    assert "'moods'" in message
    assert "(3 sources)" in message
    assert f'add {keyword}="…"' in message


def test_wording_for_another_verdict_may_ask_for_any_number() -> None:
    assert chapter.state(judged(finding()), "moods", supported="Yes.", partly="{what}") == "Yes."


def test_numbers_of_both_editions_fill_the_braces() -> None:
    editions = judged(
        finding(sources=Value(1200), part=Value(2, 3, "part")),
        finding(sources=Value(1), part=Value(0, 2, "part")),
    )
    text = "{sources:inquiry/inquiries}, {part} {{now}}; {sources_then:source}, {part_then}"
    assert chapter.state(editions, "moods", supported=text) == (
        "1,200 inquiries, 2 of 3 {now}; one source, none of 2"
    )


@pytest.mark.parametrize("braces", ["{what}", "{}", "{0}", "{sources.x}", "{sources[0]", "{"])
def test_braces_that_cannot_be_filled_name_the_claim_and_what_there_is(braces: str) -> None:
    editions = judged(finding(sources=Value(1), among=Value(2)), finding(sources=Value(1)))
    with pytest.raises(ChapterError, match=r"'moods'.* among, sources, .*sources_then$"):
        chapter.state(editions, "moods", supported=f"A {braces}.")


def test_a_close_verdict_is_called_close_wherever_it_is_stated() -> None:
    editions = judged(finding(close=True))
    assert chapter.state(editions, "moods", supported="Yes.") == "Yes. *(A close call.)*"


def test_words_come_from_the_scale() -> None:
    editions = judged(
        finding(part=Value(9, 12, "part"), sources=Value(12)),
        finding(part=Value(3, 12, "part"), sources=Value(20)),
    )
    text = "{part_word} studies; it {part_change}; {sources_than} before"
    assert chapter.state(editions, "moods", supported=text) == (
        "most studies; it rose; fewer than before"
    )


def test_an_unknown_number_is_named() -> None:
    with pytest.raises(ChapterError, match=r"asks for \{what\}"):
        chapter.state(judged(finding()), "moods", supported="{what}")


def test_an_unknown_verdict_is_refused_even_where_it_is_not_needed() -> None:
    with pytest.raises(ChapterError, match="'moods': no verdict is called refuted, suported"):
        chapter.state(judged(finding()), "moods", supported="", suported="", refuted="")


@pytest.mark.parametrize(
    "ask",
    [
        lambda editions: chapter.state(editions, "mods", **WORDING),
        lambda editions: chapter.change(editions, "mods"),
    ],
)
def test_an_unknown_claim_is_named_with_those_there_are(ask: Callable[[Editions], str]) -> None:
    with pytest.raises(ChapterError, match="no claim 'mods'; claims are moods"):
        ask(judged(finding()))


# change and counts of claims


@pytest.mark.parametrize(("verdict", "silent"), [("supported", False), ("not-supported", True)])
def test_no_change_leaves_no_sentence(verdict: str, silent: bool) -> None:
    same = finding(verdict, silent)
    assert chapter.change(judged(same, replace(same, main=())), "moods") == ""


def test_a_change_names_edition_verdict_and_number() -> None:
    text = chapter.change(judged(finding("partly"), finding("no-data")), "moods")
    assert "up to 2006 alone" in text
    assert "too few sources to judge" in text


def test_denial_after_silence_is_a_change() -> None:
    moved = judged(finding("not-supported"), finding("not-supported", silent=True))
    assert "silent" in chapter.change(moved, "moods")


@pytest.mark.parametrize(
    ("outcome", "number"),
    [("supported", 1), ("not-supported", 1), ("silent", 2), ("partly", 0)],
)
def test_silent_claims_are_counted_apart(outcome: str, number: int) -> None:
    rows = [finding(), finding("not-supported")] + [finding("not-supported", silent=True)] * 2
    now = {str(position): row for position, row in enumerate(rows)}
    assert chapter.claims_judged(Editions(now, now, SCALE), outcome) == count(number)


@pytest.mark.parametrize(
    ("some", "whole", "text"), [(1, 8, "13%"), (0, 8, "0%"), (8, 8, "100%"), (0, 0, "0%")]
)
def test_a_share_of_nothing_is_nothing(some: int, whole: int, text: str) -> None:
    assert str(chapter.share(count(some), count(whole))) == text


def test_claims_that_moved_are_counted() -> None:
    now = {"a": finding(), "b": finding("partly"), "c": finding()}
    then = {"a": finding("no-data"), "b": finding("partly"), "c": finding("partly")}
    assert chapter.claims_moved(Editions(then, now, SCALE)) == count(2)


# counting and citing sources


@pytest.fixture
def evidence(builder: Builder) -> Evidence:
    return (
        builder.add("a1", "theme:trust:barrier", "theme:time:barrier", weight="high", year=1999)
        .add("b1", "theme:trust:barrier", "theme:trust:facilitator", weight="low", year=2020)
        .add(
            "c1",
            "theme:trust:facilitator",
            design="inquiry",
            sector="disability",
            groups=("inquiry", "review"),
            voices=("documents",),
            fields={"basis": "abstract"},
        )
        .add("d1", "theme:trust:barrier", weight="high", year=2005)
        .add("e1", "theme:trust:barrier", weight="high", year=2005)
        .code("brown2006", "theme:trust:barrier")
        .code("c1", "theme:trust:barrier", coder="A")
        .build()
    )


@pytest.mark.parametrize(
    ("held", "appraised", "number"),
    [
        ((), {}, 5),
        (("theme",), {}, 5),
        (("theme", "trust"), {}, 5),
        (("theme", "time"), {}, 1),
        (("theme", ("trust", "time"), "facilitator"), {}, 2),
        (("theme", None, ["barrier"]), {}, 4),
        (("theme", "funding"), {}, 0),
        ((), {"design": "inquiry"}, 1),
        ((), {"design": "controlled"}, 0),
        ((), {"sector": "schools"}, 4),
        ((), {"weight": "high"}, 3),
        ((), {"groups": "review"}, 1),
        ((), {"voices": "documents"}, 1),
        ((), {"basis": "abstract"}, 1),
        ((), {"design": "inquiry", "weight": "high"}, 0),
        (("theme", "trust", "barrier"), {"design": "inquiry"}, 0),
    ],
)
def test_sources_are_counted_by_what_they_hold_and_how_they_were_appraised(
    evidence: Evidence,
    held: tuple[Any, ...],
    appraised: Mapping[str, str],
    number: int,
) -> None:
    assert chapter.count_sources(evidence, *held, **appraised) == count(number)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"facet": "them"}, "no facet 'them'; facets are term, issue, outcome, theme, failure"),
        ({"facet": "theme", "codes": "trsut"}, "'theme' has no trsut; it has funding, "),
        ({"facet": "theme", "codes": ["trust", "x", "w"]}, "'theme' has no w, x; "),
        ({"facet": "theme", "stances": "raises"}, "has no raises; it has barrier, facilitator"),
        ({"design": "inqury"}, "design has no inqury; it has controlled, "),
        ({"weight": "heavy"}, "weight has no heavy; it has high, medium, low"),
        ({"colour": "red"}, "no attribute 'colour'"),
    ],
)
def test_what_the_codebook_does_not_have_is_no_zero(
    evidence: Evidence, asked: dict[str, Any], message: str
) -> None:
    with pytest.raises(ChapterError, match=message):
        chapter.count_sources(evidence, **asked)


def test_citations_keep_the_order_of_the_author(evidence: Evidence) -> None:
    cited = chapter.cited(evidence, "theme", "trust", "barrier", "e1", "a1")
    assert cited.markdown == "[@e1; @a1]"


@pytest.mark.parametrize(
    ("lost", "message"),
    [
        (("c1",), "^not coded theme:trust as barrier: c1; cite others"),
        (("brown2006",), "^no counted source brown2006"),
        (("nobody", "c1"), "^no counted source nobody"),
        (("brown206",), "^no counted source brown206; nearest: brown2006"),
    ],
)
def test_a_citation_fails_where_a_source_does_not_hold_it(
    evidence: Evidence, lost: tuple[str, ...], message: str
) -> None:
    with pytest.raises(ChapterError, match=message):
        chapter.cited(evidence, "theme", "trust", "barrier", "a1", *lost)


@pytest.mark.parametrize(
    ("code", "stance", "message"),
    [("trsut", "barrier", "no trsut"), ("trust", "raises", "no raises")],
)
def test_a_citation_of_an_unknown_coding_fails(
    evidence: Evidence, code: str, stance: str, message: str
) -> None:
    with pytest.raises(ChapterError, match=message):
        chapter.cited(evidence, "theme", code, stance, "a1")


# what sources say


def test_the_weightier_and_newer_sources_come_first(evidence: Evidence) -> None:
    said = chapter.sources_say(evidence, "theme", "trust", "barrier")
    assert said == tuple(f"What {key} says [@{key}]" for key in ("d1", "e1", "a1", "b1"))
    assert chapter.sources_say(evidence, "theme", "trust", "barrier", most=2) == said[:2]
    assert chapter.sources_say(evidence, "theme", "trust", "barrier", most=0) == ()


def test_a_gist_reads_back_literally(builder: Builder) -> None:
    gist = "- *a* <b> {{< include x >}}"
    builder.add("a").code("a", "theme:trust:barrier", gist=gist)
    (said,) = chapter.sources_say(builder.build(), "theme", "trust", "barrier")
    assert shown(pandoc_blocks(said)).startswith(f"<Para>{gist} <Cite>")


def test_the_leading_codes_are_counted(builder: Builder) -> None:
    builder.many(2, "theme:trust:barrier").add("x", "theme:time:barrier", "theme:time:facilitator")
    evidence = builder.build()
    assert chapter.leading(evidence, "theme", 2) == "trust (2) and time (1)"
    with pytest.raises(ChapterError, match="no facet 'them'"):
        chapter.leading(evidence, "them", 2)


def test_screening_records_are_counted_by_decision_and_reason(real: Evidence) -> None:
    every = chapter.screened(real)
    parts = [chapter.screened(real, decision) for decision in ("include", "exclude", "merged")]
    assert every.value == sum(number.value for number in parts) == len(real.screening)
    assert 0 < chapter.screened(real, "exclude", "duplicate").value < parts[1].value
    assert chapter.screened(real, "include", "no such reason") == count(0)


@pytest.mark.parametrize(
    ("parts", "text"),
    [(("One.", "", "  ", " Two.\n"), "One. Two.\n"), ((), "\n")],
)
def test_a_paragraph_has_no_trace_of_what_is_empty(parts: tuple[str, ...], text: str) -> None:
    assert chapter.paragraph(*parts).markdown == text


def test_without_an_earlier_edition_nothing_is_compared() -> None:
    editions = Editions({}, {"moods": finding(part=Value(3, 4, "part"))}, SCALE)
    text = chapter.state(editions, "moods", supported="{part_word} studies ({part})")
    assert text == "most studies (3 of 4)"
    assert chapter.change(editions, "moods") == ""
    assert chapter.claims_moved(editions).value == 0
    with pytest.raises(ChapterError, match=r"asks for \{part_then\}; it has part, part_word"):
        chapter.state(editions, "moods", supported="{part_then}")


def test_a_measure_is_a_number_of_prose(builder: Builder, tmp_path: Path) -> None:
    builder.many(3, "theme:trust:barrier", design="survey").many(1, start=5, design="controlled")
    text = """\
claims: {x: {section: s, statement: S, count: {sources: everything}, minimum: 0,
  supported: {sources: ">= 2"}, partly: {sources: ">= 1"}}}
measures:
  themed: {share: {of: {facet: theme}, among: everything}, by: design}
"""
    evidence = with_claims(builder.build(), tmp_path, text)
    assert str(chapter.measure(evidence, "themed")) == "75%"
    assert str(chapter.measure(evidence, "themed", "survey")) == "100%"
    assert str(chapter.measure(evidence, "themed", "inquiry")) == "not defined"
    with pytest.raises(ChapterError, match="no measure 'thmed'; there are themed"):
        chapter.measure(evidence, "thmed")
    with pytest.raises(ChapterError, match="no measure 'themed' by 'surveys'; there are contr"):
        chapter.measure(evidence, "themed", "surveys")
