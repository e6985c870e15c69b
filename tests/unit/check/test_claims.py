"""Claims in chapters: every wording that a rule may ask for, and every name in it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from evidence.check.chapters import scan
from evidence.check.claims import claim_faults
from evidence.check.expressions import expression_faults
from evidence.check.references import DataFile
from evidence.check.wordings import filled, needed, wordings
from evidence.engine.document import read
from evidence.model.evidence import Evidence
from evidence.report.chapter import names
from evidence.report.frames import Review

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


def test_a_wording_is_filled_by_its_names(evidence: Evidence) -> None:
    given = names(Review(evidence, Path()))
    assert filled("{year}: {1 + 1}", given) == f"{evidence.first_year()}: 2"


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


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("`{python} savings.part`, `{python} themes['trust'].barrier`, `{python} n()`", ""),
        ("`{python} savings.prat`", "savings has no 'prat'; it has "),
        ("`{python} savngs.part`", "nothing is called savngs"),
        ("[[A `{python} savings.word.x`]{.silent}]{claim='savings'}", "savings.word has no 'x'"),
        ("`{python} themes['trusty']`", "facet 'theme' has no trusty"),
        ("`{python} n(weight='heavy')`", "weight has no heavy"),
        ("```{python}\nimport math\nhalf = 1 / 2\n```\n\n`{python} math.pi * half`", ""),
        ("`{python} len([name for name in savings.__dir__()])`", ""),
    ],
)
def test_names_are_checked_before_anything_runs(
    write: Write, evidence: Evidence, text: str, said: str
) -> None:
    project = write(text)
    given = names(Review(evidence, Path()))
    found = [row.message for row in expression_faults(scan(project), given, project)]
    assert len(found) == bool(said)
    assert all(said in message for message in found)
