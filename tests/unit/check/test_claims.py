"""Claims in chapters: every wording that a rule may ask for, and every name in it."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from evidence.check.chapters import scan
from evidence.check.claims import claim_faults, name_faults
from evidence.check.expressions import expression_faults
from evidence.check.references import DataFile
from evidence.check.shown import outcomes, seen
from evidence.check.wordings import needed, wordings
from evidence.engine.document import read
from evidence.engine.faults import Problem
from evidence.findings.verdicts import judge_editions
from evidence.model.evidence import Evidence
from evidence.report.chapter import names, taken
from evidence.report.codes import ChapterError
from evidence.report.frames import Review
from tests.builders import Builder

ALL = ".supported .partly .not-supported .silent .no-data"
Write = Callable[[str], Path]


def faults(project: Path, evidence: Evidence) -> list[tuple[str, int, str]]:
    found = claim_faults(wordings(read(project)), evidence.claims, DataFile("claims.yml", ""))
    return [
        (str(row.code), row.line, row.message) for row in found if row.code != "claim-not-placed"
    ]


def test_cases_are_read_in_words_with_what_is_computed(write: Write) -> None:
    text = (
        '**Lead.** [\n[So *many* (`{python} savings.part`), $x_{1}$, {braces} and "so" '
        '[@lloyd2001].]{.supported .partly}\n[None.]{.silent}\n]{claim="savings"} After.\n\n'
        '::: {claim="five-themes"}\n::: no-data\nOne.\n\nTwo.\n:::\n:::\n'
    )
    one, two = wordings(read(write(text))).placements
    said = 'So many ({savings.part}), x_{1}, {braces} and "so" [@lloyd2001].'
    assert one.cases == {"supported": said, "partly": said, "silent": "None."}
    assert (one.claim, one.line.file, one.line.number, one.outside) == ("savings", "one.qmd", 4, "")
    assert (two.claim, two.line.number, two.cases) == ("five-themes", 6, {"no-data": "One. Two."})


@pytest.mark.parametrize(
    ("claim_id", "outcomes"),
    [
        # Nothing speaks against it; what it says is lacking is found; and both may be.
        ("savings-anticipated", ("supported", "partly", "silent", "no-data")),
        ("savings-unconfirmed", ("supported", "partly", "not-supported", "no-data")),
        ("five-themes", ("supported", "partly", "not-supported", "silent", "no-data")),
    ],
)
def test_outcomes_that_a_rule_may_have(
    evidence: Evidence, claim_id: str, outcomes: tuple[str, ...]
) -> None:
    assert needed(evidence.claims.claims[claim_id]) == outcomes


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        (f'[[A]{{{ALL}}}]{{claim="savings"}}', "", ""),
        (f'[[A]{{{ALL}}}]{{claim="savings-unconfirmed"}}', "", ""),
        (f'[[A]{{{ALL}}}]{{claim="savngs"}}', "unknown-claim", "no claim 'savngs'"),
        ('[[A]{.supported .partly .not-supported}]{claim="savings"}', "wording-missing", "no-data"),
        (f'[[A]{{{ALL} .sure}}]{{claim="savings"}}', "bad-wording", "'sure'"),
        (f'[[A]{{{ALL}}} and]{{claim="savings"}}', "bad-wording", "'and'"),
        (f'[[A]{{{ALL}}}{{claim="savings"}}', "bad-wording", "not read as the wordings"),
        (f'`[[A]{{{ALL}}}]{{claim="x"}}` <!-- claim="y" -->', "", ""),
    ],
)
def test_faults_of_wordings(
    write: Write, evidence: Evidence, text: str, code: str, said: str
) -> None:
    found = faults(write(f"Text.\n\n{text}\n"), evidence)
    assert [row[:2] for row in found] == ([(code, 3)] if code else [])
    assert all(said in message for *_, message in found)


def test_a_section_words_a_claim_once(write: Write, evidence: Evidence) -> None:
    one, two = (f'[[{text}]{{{ALL}}}]{{claim="savings"}}' for text in "AB")
    assert faults(write(f"# H\n\n{one}\n\n{one}\n"), evidence) == []
    assert faults(write(f"# H\n\n{one}\n\n# I\n\n{two}\n"), evidence) == []
    ((code, line, _),) = faults(write(f"# H\n\n{one}\n\n{two}\n"), evidence)
    assert (code, line) == ("claim-worded-twice", 5)


def test_a_claim_that_no_chapter_states_is_told_where_it_is_declared(
    write: Write, evidence: Evidence
) -> None:
    file = DataFile("data/claims.yml", "claims:\n  five-themes:\n")
    found = claim_faults(wordings(read(write("Nothing."))), evidence.claims, file)
    (fault,) = (row for row in found if "five-themes" in row.message)
    assert (str(fault.code), fault.line, fault.column) == ("claim-not-placed", 2, 3)


STATED = f'[[A]{{{ALL}}}]{{claim="savings"}}'


def within(kind: str, key: str, name: str) -> str:
    return f'::: {{.content-{kind} {key}-format="{name}"}}\n\n{STATED}\n\n:::\n\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (STATED, []),
        (f"<!-- {STATED} -->", ["no chapter states"]),
        (within("visible", "when", "html"), ["readers of pdf and docx are not told savings"]),
        (within("hidden", "when", "typst"), ["readers of pdf are not told savings"]),
        ("::: {.content-hidden}\n\n" + STATED + "\n\n:::\n", ["no chapter states"]),
        (within("visible", "when", "html") + within("visible", "unless", "html"), []),
    ],
)
def test_a_claim_is_stated_where_every_reader_sees_it(
    write: Write, evidence: Evidence, text: str, said: list[str]
) -> None:
    file = DataFile("data/claims.yml", "")
    (own,) = (claim_id for name, claim_id in evidence.claims.ids().items() if name == "savings")
    messages = [
        row.message.replace(own, "savings")
        for row in claim_faults(wordings(read(write(f"# H\n\n{text}\n"))), evidence.claims, file)
    ]
    found = [text for text in messages if text.endswith("savings")]
    assert [text.removesuffix(" savings") for text in found] == [
        text.removesuffix(" savings") for text in said
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("`{python} savings.part`, `{python} themes['trust'].barrier`, `{python} n()`", ""),
        ("`{python} savings.prat`", "savings has no 'prat'; it has "),
        ("`{python} savngs.part`", "nothing is called savngs"),
        ("[[A `{python} savings.word.x`]{.silent}]{claim='savings'}", "savings.word has no 'x'"),
        ("`{python} themes['trusty']`", "facet 'theme' has no trusty"),
        ("`{python} n(weight='heavy')`", "weight has no heavy"),
        ("`{python} savings._x`", "_x is no name for chapters"),
        ("`{python} savings.__class__`", "__class__ is no name for chapters"),
        ("```{python}\nimport math\nhalf = 1 / 2\n```\n\n`{python} math.pi * half`", ""),
        ("`{python} len([name for name in savings.__dir__()])`", ""),
    ],
)
def test_names_are_checked_before_anything_runs(
    write: Write, evidence: Evidence, text: str, said: str
) -> None:
    project = write(text)
    given = names(Review(evidence, Path()))
    found = [*expression_faults(scan(project), given, project, lambda _: {})]
    assert len(found) == bool(said)
    assert all(said in row.message for row in found)
    assert all(("nearest" in row.message) + bool(row.hint) < 2 for row in found)


EMPTY = """\
`{python} savings.among` studies speak of cost.

[[It is `{python} savings.part`.]{.supported .partly .not-supported}
[Too few.]{.no-data} [It was `{python} savings.then.share`.]{.moved}]{claim="savings"}

[`{python} savings.among` [None.]{.none} [Of them `{python} savings.part`.]{.some}]{.number}
"""

BLOCK = "\n::: number\n`{{python}} savings.among`\n\n::: {}\n`{{python}} savings.part`\n:::\n:::\n"


@pytest.mark.parametrize(
    ("added", "lines"),
    [
        ("", []),
        ("It is `{python} savings.part`.", [7]),
        ("Few: `{python} savings.word.part`, `{python} share(n(), n())`.", [7, 7]),
        ("[[`{python} savings.share`]{.no-data}]{claim='savings'}", [7]),
        ("[`{python} n()` [`{python} savings.share`]{.none}]{.number}", [7]),
        ("`{python} themes.leading(3)` lead.", [7]),
        ("`{python} quantity(n(), n()).capitalize()` texts.", [7]),
        (BLOCK.format("none"), [12]),
        (BLOCK.format("some"), []),
        ("A note.[^a]\n\n[^a]: It was `{python} savings.part`.", [9]),
    ],
)
def test_what_is_counted_from_nothing_is_told_where_readers_would_see_it(
    write: Write, builder: Builder, added: str, lines: list[int]
) -> None:
    evidence = builder.build()
    project = write(EMPTY + added)
    found = look(project, evidence)
    assert [row.line for row in found] == lines
    assert {str(row.code) for row in found} <= {"nothing-counted"}


def look(project: Path, evidence: Evidence) -> list[Problem]:
    """Return the faults of expressions in a project, given the evidence."""
    editions = judge_editions(evidence)
    found = partial(seen, read(project).blocks, outcomes(evidence.claims, editions))
    given = names(Review(evidence, Path()))
    return [*expression_faults(scan(project), given, project, found)]


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("themes", "the facet theme"),
        ("verdicts", "something that every chapter has"),
        ("table", "something that every chapter has"),
        ("len", "something in Python itself"),
        ("measured", "what a cell binds"),
    ],
)
def test_a_claim_with_the_name_of_something_else_is_told(
    builder: Builder, name: str, other: str
) -> None:
    evidence = builder.build()
    claim = replace(evidence.claims.claims["five-themes"], name=name)
    claims = replace(evidence.claims, claims={"five-themes": claim})
    review = Review(replace(evidence, claims=claims), Path())
    clashes = taken(review, {"measured"})
    assert clashes == {"five-themes": other}
    text = f"claims:\n  five-themes:\n    name: {name}  # short\n"
    (fault,) = name_faults(clashes, claims, DataFile("data/claims.yml", text))
    assert (str(fault.code), fault.line, fault.column) == ("name-taken", 3, 11)
    unnamed = DataFile("data/claims.yml", text[: text.index("    name")])
    (fault,) = name_faults(clashes, claims, unnamed)
    assert fault.line == 2
    if name != "measured":
        with pytest.raises(ChapterError, match=f"{name}.*five-themes"):
            names(review)


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("[2 [No.]{.none} [It.]{.one} [All.]{.som}]{.number}", "bad-wording", "no case some"),
        ("[2 [All.]{.some}]{.number}", "bad-wording", "no case none, one"),
        ('::: {Claim="savings"}\n::: supported\nYes.\n:::\n:::', "bad-wording", "not read as"),
    ],
)
def test_faults_that_the_filter_would_tell_late_or_never(
    write: Write, evidence: Evidence, text: str, code: str, message: str
) -> None:
    ((found, line, said),) = faults(write(f"One.\n\n{text}\n"), evidence)
    assert (found, line) == (code, 3)
    assert message in said


def test_numbers_with_all_their_cases_are_fine(write: Write, evidence: Evidence) -> None:
    text = "[2 [No.]{.none} [It.]{.one} [All.]{.some}]{.number}\n\n::: number\n2\n\n"
    text += "::: none\nA.\n:::\n::: one\nB.\n:::\n::: some\nC.\n:::\n:::\n"
    assert faults(write(text), evidence) == []
