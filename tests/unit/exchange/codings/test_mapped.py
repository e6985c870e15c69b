"""What a project's names are in the review, by a map."""

from evidence.exchange.codings.coded import (
    CodedAnswer,
    CodedEffect,
    CodedEvidence,
    CodedPassage,
    CodedSource,
)
from evidence.exchange.codings.mapped import in_stances, mapped
from evidence.exchange.codings.mapping import CodingMap, Rule
from evidence.model.codebook import Codebook, Facet

OUTCOME = Rule(line=1, facet="outcome", code="sleep", stance="better")
FOUND = CodedEvidence(
    tool="x",
    sources=(
        CodedSource(name="Interview 1.txt", place="source 1"),
        CodedSource(name="Notes.txt", place="source 2"),
        CodedSource(name="hill2001", place="source 3"),
    ),
    codings=tuple(
        CodedPassage(source=source, place="here", coder=coder, facet=facet, code=code, gist="Q")
        for source, coder, facet, code in (
            ("Interview 1.txt", "Anna B.", "Outcomes/Good", "Sleep"),
            ("Interview 1.txt", "Ben", "", "trial"),
            ("Interview 1.txt", "Ben", "", "odds"),
            ("Notes.txt", "Ben", "Outcomes/Good", "Sleep"),
            ("hill2001", "ben", "theme", "money"),
        )
    ),
    answers=(
        CodedAnswer(source="hill2001", place="here", attribute="Setting", values=("Ward; School",)),
        CodedAnswer(source="hill2001", place="here", attribute="Slept", values=("Yes",)),
        CodedAnswer(source="hill2001", place="here", attribute="Length", values=("3",)),
        CodedAnswer(source="hill2001", place="here", attribute="own", values=("kept",)),
    ),
)
CHART = CodingMap(
    path="map.yml",
    coder="reader",
    coders={"Anna B.": "anna", "ben": "ben"},
    texts={"interview 1.TXT": "hill2001", "Notes.txt": "leave out"},
    codes={
        "Outcomes/Good/Sleep": OUTCOME,
        "Trial": Rule(line=2, attribute="design", value="rct"),
        "odds": Rule(line=3),
    },
    columns={
        "Setting": Rule(
            line=4, attribute="place", texts={"ward": ("clinic",), "School": ("school",)}, split=";"
        ),
        "Slept": Rule(line=5, facet="outcome", code="sleep", texts={"yes": ("better",)}),
        "Length": Rule(line=6),
    },
    nothing=frozenset({"n/a"}),
)


def test_each_name_becomes_the_reviews_and_what_is_left_out_is_gone() -> None:
    found = mapped(FOUND, CHART)
    assert [one.name for one in found.sources] == ["hill2001", "hill2001"]
    told = [(one.source, one.coder, one.facet, one.code, one.stance) for one in found.codings]
    assert told == [
        ("hill2001", "anna", "outcome", "sleep", "better"),
        ("hill2001", "ben", "theme", "money", ""),
        ("hill2001", "reader", "outcome", "sleep", "better"),
    ]
    assert found.codings[0].gist == "Q"
    assert [(one.attribute, one.values, one.coder) for one in found.answers] == [
        ("design", ("rct",), "ben"),
        ("place", ("clinic",), "reader"),
        ("place", ("school",), "reader"),
        ("own", ("kept",), "reader"),
    ]
    assert found.notes == (
        "the text 'Notes.txt' and all that is said of it (1), left out by the map",
        "the code 'odds' (1), left out by the map",
    )


def test_without_a_word_of_it_a_name_stays_as_it_is() -> None:
    assert mapped(FOUND, CodingMap(path="map.yml")) == FOUND


def test_a_code_in_a_stance_has_a_name_of_its_own() -> None:
    codings = tuple(
        CodedPassage(source="a", place="1", facet="Growth", code="Oak", stance=stance)
        for stance in ("Worse", "Better", "")
    )
    better = Rule(line=1, facet="effect", code="oak", stance="better")
    other = Rule(line=2, facet="effect", code="oak", stance="told")
    chart = CodingMap(path="map.yml", codes={"Growth/Oak/Better": better, "Growth/Oak": other})
    found = mapped(CodedEvidence(tool="t", codings=codings), chart)
    assert [one.stance for one in found.codings] == ["told", "better", "told"]


def test_a_tool_without_sets_takes_stances_for_codes_below_codes() -> None:
    book = Codebook(
        version=1,
        coders=("reader",),
        agreed="reader",
        attributes={},
        facets={
            "effect": Facet("What?", {"worse": "…"}, {"oak": "…"}),
            "effect/elm": Facet("What?", {"worse": "…"}, {"worse": "…"}),
        },
    )
    names = (("effect/oak", "worse"), ("effect/oak", "odd"), ("effect/elm", "worse"), ("oak", "x"))
    codings = tuple(
        CodedPassage(source="a", place="1", facet=facet, code=code) for facet, code in names
    )
    found = in_stances(CodedEvidence(tool="t", codings=codings), book)
    told = [(one.facet, one.code, one.stance) for one in found.codings]
    assert told == [("effect", "oak", "worse"), *((facet, code, "") for facet, code in names[1:])]


EFFECT = CodedEffect(
    source="a",
    place="outcome 1",
    cells={"OutcomeText": "Sleep", "ControlText": "None", "sample": "41", "gist": "Hours"},
)


def test_an_effect_has_the_columns_that_a_map_names() -> None:
    columns = {
        "OutcomeText": Rule(line=1, effect="measure", texts={"sleep": ("sleep", "rest")}),
    }
    found = mapped(CodedEvidence(tool="t", effects=(EFFECT,)), CodingMap(path="m", columns=columns))
    assert found.effects[0].cells == {"measure": "sleep;rest", "sample": "41", "gist": "Hours"}
    assert found.lost == {"parts of effects that the map does not name": ("ControlText",)}


def test_effects_that_a_map_says_nothing_of_are_told() -> None:
    found = mapped(CodedEvidence(tool="t", effects=(EFFECT,)), CodingMap(path="m"))
    assert not found.effects
    assert found.lost == {"measured effects, of which no map says what they are": ("a: Hours",)}
