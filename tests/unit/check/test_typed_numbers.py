from collections.abc import Callable

import pytest

from evidence.check.chapters import Chapters
from evidence.check.nouns import nouns
from evidence.check.prose import ProseCode
from evidence.check.typed import typed_faults
from evidence.check.typed_numbers import worth
from evidence.check.values import data_values
from evidence.findings.verdicts import Editions
from evidence.model.evidence import Evidence
from evidence.words import numbers

Read = Callable[..., Chapters]
Find = Callable[..., list[tuple[int, int, str]]]


@pytest.fixture
def found(chapters: Read, evidence: Evidence) -> Find:
    """Find the numbers typed in a chapter."""

    def find(text: str, matter: str = "title: Tiny") -> list[tuple[int, int, str]]:
        return [
            (fault.line, fault.column, fault.message.split("'")[1])
            for fault in typed_faults(
                chapters(text, matter).pieces, nouns(evidence.codebook), {}, evidence.quantities
            )
            if fault.code is ProseCode.TYPED_NUMBER
        ]

    return find


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("We read 12 sources.", ["12"]),
        ("**12** of them; £30m; (7)", ["12", "30", "7"]),
        ("1,214 codings, 2.6 to one, .667 and 1\u202f200", ["1,214", "2.6", ".667", "1 200"]),
        ("12 of 22, 12 of the 22, 5–18", ["12 of 22", "12 of the 22", "5–18"]),
        ("55%, 55 % and 55 per cent", ["55%", "55 %", "55 per cent"]),
        ("a 12-month trial, the 5th search", ["12", "5"]),
        ("١٢ sources, ½ of them", ["١٢", "½"]),
        ("2006 sources were read", ["2006"]),
        ("| a | 12 |", ["12"]),
        ("1. We read 12 of them", ["12"]),
        ("## The 12 themes", ["12"]),
        ('![A](a.png "12 of them"){#fig-a fig-alt="Bars of 13 sources"}', ["12", "13"]),
        ('::: {.callout-note title="The 12 themes"}\ntext\n:::', ["12"]),
        ("![]({{< meta x >}}){alt='Bars of 13'}", ["13"]),
        ("- 12 themes", ["12"]),
        ("Twelve inquiries and twenty-one of the studies", ["Twelve", "twenty-one"]),
        ("half the studies", ["half"]),
        ("two small English studies", ["two"]),
        ("a fifth or more of the studies, three quarters of all inquiries", ["a fifth",
         "three quarters"]),
        ("by a third of the `{python} n()`", ["a third"]),
        ("as {python} shows, `{python} 12`", ["12"]),
        ("$12$ sources cost $30m and $40m", ["12", "30", "40"]),
    ],
)  # fmt: skip
def test_numbers_typed_by_hand_are_found(found: Find, text: str, numbers: list[str]) -> None:
    assert [number for *_, number in found(text)] == numbers


@pytest.mark.parametrize(
    "text",
    [
        "In 2006 the 2006 review, since 1997; the late 1990s, 1998/99, 1999–2004 and 2005–06.",
        "The 2006 inquiries, read on 22 November 2026, on November 22, 2026 and 2026-11-22.",
        "the 19th century",
        "*Children first: 1989 and since* and 'The Children Act 1989'",
        "as section 4.2, sections 4 and 5, Chapter 3, article 12 and §§ 3–5 say",
        "1. One\n2. Two\n\n(3) Three",
        "a note[^1]\n\n[^1]: The note.",
        "@fig-2 and @sec-3b, [@brown2006, pp. 12-14; see @lloyd2001, ch. 3] and @who2006",
        '[Annex](#annex-2) and [there](https://example.org/12?a=3 "Four"), <https://a.org/5>',
        "https://example.org/2019/12 and doi:10.1108/17466660200600021.",
        "![A map](map-2.png){#fig-2 width=50%}",
        "code `x[12]` and ``y ` 13`` here",
        "```\n12\n```",
        '::: {.callout-note data-x="12"}\ntext\n:::',
        "A4 paper, Covid-19, HTML5, PDF/UA-1, under-5s, v2.1",
        "one source, one study, twice, both studies, the second inquiry",
        "two arguments, seven years, three things, two ways",
        "two in the studies, two that studies",
        "`{python} n()` sources, `{python} f\"{n('a', 12)} of\"`",
        "{{< meta version-2 >}}",
        "$x^2$ and $\\frac{1}{3}$, displayed\n\n$$\nx = 4 \\cdot 5\n$$",
        "12 <!-- literal: the number of apostles -->",
        "They are 12. <!-- literal: the number of apostles -->",
        "Two inquiries, 12 <!-- literal: by law\nand more -->",
        "<!-- a comment of 12 words\n\nthat has 13 -->",
        "",
        "\x00 \u202e @ [ ] { } ` ``` $ \\",
    ],
)
def test_other_numbers_are_left_alone(found: Find, text: str) -> None:
    assert found(text) == []


def test_a_literal_mark_covers_the_sentence_before_it_alone(found: Find) -> None:
    text = "We read 11. It has 12 (2.5) of 13 <!-- literal: x --> and 14. Also 15."
    assert [number for *_, number in found(text)] == ["11", "14", "15"]
    assert len(found("12 <!-- literal: -->")) == 1
    assert len(found("12\n\n<!-- literal: x -->")) == 1


CELL = """\
# One

```{python}
#| label: tbl-x
#| tbl-cap: "The 12 sources"
#| tbl-colwidths: [26, 17]
def f():
    \"\"\"Return the 13 sources.\"\"\"
    return x[14] + figure("fig-15") + "16"

# 17 comments of 18
print(
    f"We read {n(19)} and 20 "
    "sources, of {among:study/studies} in "
    "2006 "
    "{part} 21",  # literal: by law
    "The themes of 22", "two themes",
    "23",
)
intros = {"a 24": "Among 25"}
print(f"\\n## {label(x)} {{#sec-26-{x}}}\\n27 \\"28\\" é 29")
```
"""


def test_in_cells_the_strings_that_become_prose_are_read(found: Find) -> None:
    faults = found(CELL)
    assert [number for *_, number in faults] == [
        "12", "20", "22", "two", "23", "24", "25", "27", "28", "29"
    ]  # fmt: skip
    lines = CELL.splitlines()
    assert all(lines[row - 1][column - 1 :].startswith(number) for row, column, number in faults)


def test_numbers_go_on_from_one_literal_to_the_next(found: Find) -> None:
    assert found('```{python}\nparagraph("It is so in 12 "\n    "of 22")\n```\n') == [
        (2, 24, "12 of 22")
    ]


def test_the_front_matter_that_readers_see_is_read(found: Find) -> None:
    matter = (
        "title: Of 11 sources\n"
        "author: Group 12\n"
        "abstract: |\n"
        "  We read 13.\n"
        "\n"
        "  And 14. <!-- literal: x -->\n"
        "toc-depth: 2"
    )
    assert found("One", matter) == [(2, 11, "11"), (5, 11, "13")]


def test_copies_of_the_data_are_named(
    chapters: Read, evidence: Evidence, editions: Editions
) -> None:
    confusing = numbers(editions.now["terms-confusing"])
    sources, codings = len(evidence.counted()), len(evidence.codings)
    text = (
        f"There are {sources} of them, coded {codings:,} times.\n\n"
        f"The words confuse {confusing['part']} ({confusing['share']}).\n\n"
        "Of the twelve statements, twelve months later, 12 pages and 5 sources.\n"
    )
    faults = list(
        typed_faults(
            chapters(text).pieces,
            nouns(evidence.codebook),
            data_values(evidence, editions),
            evidence.quantities,
        )
    )
    assert [(fault.line, str(fault.code)) for fault in faults] == [
        (1, "retyped-value"),
        (1, "retyped-value"),
        (3, "retyped-value"),
        (3, "retyped-value"),
        (5, "retyped-value"),
        (5, "typed-number"),
        (5, "typed-number"),
    ]
    assert "the number of sources counted" in faults[0].message
    assert "the number of codings" in faults[1].message
    assert "part of terms-confusing" in faults[2].message
    assert "share of terms-confusing" in faults[3].message
    assert faults[0].code is ProseCode.RETYPED_VALUE


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("two thirds", "2/3"),
        ("Three-quarters", "3/4"),
        ("half", "1/2"),
        ("one in five", "1/5"),
        ("nine out of every ten", "9/10"),
        ("one study in four", "1/4"),
        ("sixty per cent", "60%"),
        ("a hundred percent", "100%"),
        ("twelve per cent", "12%"),
        ("a dozen", "12"),
        ("half a dozen", "6"),
        ("twenty-three", "23"),
        ("one hundred and forty-three", "143"),
        ("two thousand", "2000"),
        ("143", "143"),
        ("hundreds of", "hundreds of"),
    ],
)
def test_words_have_the_worth_of_their_digits(words: str, value: str) -> None:
    assert worth(words) == value


def test_a_message_says_what_words_are_worth_and_the_way_out(
    chapters: Read, evidence: Evidence
) -> None:
    pieces = chapters("Two\nthirds of them agree.").pieces
    (fault,) = typed_faults(pieces, nouns(evidence.codebook), {}, evidence.quantities)
    assert "'Two thirds' is 2/3" in fault.message
    assert "literal: why" in fault.hint
