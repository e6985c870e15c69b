"""What chapters ask for by name, and what they are told where a name is wrong."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from evidence.model.codebook import Attribute
from evidence.report.chapter import names
from evidence.report.codes import ChapterError
from evidence.report.frames import Review
from evidence.words import UNDEFINED
from tests.builders import Builder


def of(builder: Builder) -> dict[str, Any]:
    return {**names(Review(builder.build(), Path()))}


def test_a_claim_says_its_numbers_now_and_then_and_words_for_them(builder: Builder) -> None:
    builder.many(10, "outcome:cost:measured-improved", year=2015)
    builder.many(4, "outcome:cost:anticipated", start=20, year=2001)
    savings = of(builder)["savings"]
    assert str(savings.part) == "10 of 14"
    assert savings.among.studies == "14 studies"
    assert savings.headline == "10 of 14 (71%)"
    assert str(savings.then.part) == "none of 4"
    assert savings.then.edition == "2006"
    assert savings.change.share == "rose"
    assert savings.word.part
    assert {"part", "then", "word"} <= {*dir(savings)}


def test_a_facet_counts_the_studies_of_codes_and_stances(builder: Builder) -> None:
    builder.many(3, "theme:trust:barrier", year=2001).add("x", "theme:trust:facilitator", year=2020)
    builder.add("again", "theme:trust:barrier", year=2002, fields={"study": "s0"})
    themes = of(builder)["themes"]
    assert (str(themes["trust"]), str(themes["trust"].barrier)) == ("4", "3")
    assert themes["trust"].facilitator.studies == "one study"
    assert (themes.then.studies, themes.since.studies) == ("3 studies", "one study")
    assert themes.leading(1) == "trust (4)"
    assert "barrier" in dir(themes["trust"])


def test_verdicts_are_counted_and_shown_to_the_filter(builder: Builder) -> None:
    verdicts = of(builder.many(1))["verdicts"]
    assert str(verdicts.no_data) == str(verdicts.total)
    shown = verdicts._repr_markdown_()
    assert shown.startswith(":::: {.verdicts .for-each-section}\n::: {claim=")
    assert 'name="savings" verdict="no-data" entry="B' in shown


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("savings.prat", "savings has no 'prat'.*nearest: part"),
        ("savings.then.x", "savings.then has no 'x'"),
        ("themes.helps", "theme has no 'helps'; it has barrier, facilitator"),
        ("themes['x']", "facet 'theme' has no x"),
        ("n('nothing')", "no facet 'nothing'"),
        ("n(weight='x')", "weight has no x"),
        ("n(wait='x')", "no attribute 'wait'"),
        ("n(codes='trust')", "name it first"),
        ("measure('x')", "there is no measure 'x'"),
    ],
)
def test_a_wrong_name_is_told_with_what_there_is(builder: Builder, code: str, said: str) -> None:
    with pytest.raises(ChapterError, match=said):
        eval(code, of(builder.many(1)))


def test_counts_of_sources_and_records(builder: Builder) -> None:
    builder.many(2, weight="high").many(3, start=5, weight="low")
    found = of(builder)
    assert found["n"](weight="high").sources == "2 sources"
    assert str(found["share"](found["n"](weight="high"), found["n"]())) == "40%"
    assert found["n"]().counting("inquiry/inquiries") == "5 inquiries"


def test_an_attribute_with_a_hyphen_is_asked_for_with_an_underscore(builder: Builder) -> None:
    evidence = builder.many(2).build()
    book = evidence.codebook
    design = Attribute("Which design?", {"rct": "RCT"})
    renamed = replace(book, attributes={**book.attributes, "study-design": design})
    asked: dict[str, Any] = {**names(Review(replace(evidence, codebook=renamed), Path()))}
    assert str(asked["n"](study_design="rct")) == "0"
    with pytest.raises(ChapterError, match="study-design has no x; it has rct"):
        asked["n"](study_design="x")


def test_a_word_for_a_quantity_has_its_noun_behind_it(builder: Builder) -> None:
    one = of(Builder(builder.build()).add("a", weight="high"))
    assert one["quantity"](one["n"](weight="high"), one["n"](), "text was/texts were") == (
        "1 of 1 text was"
    )
    many = of(builder.many(20, weight="high").many(1, start=30))
    assert many["quantity"](many["n"](weight="high"), many["n"](), "text").endswith(" texts")
    assert " " not in many["quantity"](many["n"](), many["n"]())
    none = of(Builder(builder.build()))
    found = none["quantity"](none["n"](), none["n"](), "text was/texts were").capitalize()
    assert found._repr_markdown_() == "[not defined]{.undefined}"


def test_the_days_of_the_searches_are_told_in_words(builder: Builder) -> None:
    evidence = builder.build()
    days = ("2026-12-01", "2026-02-03", "", "2026-12-01")
    put = [replace(evidence.searches[0], searched_on=day) for day in days]
    found = names(Review(replace(evidence, searches=tuple(put)), Path()))
    assert found["search_days"] == "3 February 2026 and 1 December 2026"
    assert found["last_search"] == "1 December 2026"
    silent = names(Review(replace(evidence, searches=()), Path()))
    assert silent["search_days"] is silent["last_search"] is UNDEFINED
