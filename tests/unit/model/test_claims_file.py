"""Faults of rules are told like those of data: each at its place, all at once."""

import re
from pathlib import Path

import pytest

from evidence.model.claims import Claims, Count, Everything, Held, Measure, Quotient, Ranked
from evidence.model.claims_file import read_claims
from evidence.model.evidence import Evidence
from evidence.model.faults import Fault
from evidence.model.selection_file import SelectionReader, SourceField

TEXT = """\
version: 3
fixed_on: 2026-11-22
# What the claims count.
selections:
  process: {facet: theme}
measures:
  raised: {share: {of: {facet: issue}, among: everything}, by: design}
claims:
  common:
    section: s
    statement: S
    among: process
    groups:
      trust: {facet: theme, codes: [trust]}
      time: {facet: theme, codes: [time]}
    count:
      each: {smallest: share}
      one: {largest: [1, share]}
    minimum: 10
    supported: {each: ">= 0.5", one: ">= 0.7"}
    partly: {each: ">= 0.2"}
  many:
    section: s
    statement: S
    count: {n: {codes: {facet: theme, held_by: 2}}, share: {of: process, among: everything}}
    numbers: {raising: {sources: {facet: issue}}}
    minimum: 5
    supported: {n: ">= 8", share: ">= 0.5"}
    partly: {n: ">= 4"}
"""


def read(evidence: Evidence, folder: Path, text: str) -> tuple[Claims | None, list[Fault]]:
    path = folder / "claims.yml"
    path.write_text(text, encoding="utf-8")
    faults: list[Fault] = []
    codebook = evidence.codebook
    reader = SelectionReader(codebook, {"country": SourceField()}, codebook.selections())
    claims = read_claims(path, faults, reader)
    return claims, sorted(faults, key=lambda fault: (fault.row, str(fault.column)))


def test_the_examples_of_contributing_are_read(real: Evidence, tmp_path: Path) -> None:
    text = Path(__file__).parents[3].joinpath("CONTRIBUTING.md").read_text("utf-8")
    examples = "".join(re.findall(r"^```yaml\n(.*?)^```$", text, re.DOTALL | re.MULTILINE))
    claims, faults = read(real, tmp_path, f"version: 1\nfixed_on: 2026-11-27\n{examples}")
    assert not faults
    assert claims
    assert claims.claims
    assert claims.measures


def test_claims_are_read(real: Evidence, tmp_path: Path) -> None:
    claims, faults = read(real, tmp_path, TEXT)
    assert not faults
    assert claims
    assert claims.selections == {"process": Held("theme")}
    assert isinstance(claims.measures["raised"], Measure)
    common, many = claims.claims.values()
    assert common.rule.numbers["each"] == Ranked(2, ("trust", "time"))
    assert isinstance(common.rule.numbers["trust"], Quotient)
    assert common.rule.main == ("trust", "time")
    assert many.rule.main == ("share", "n")
    assert many.rule.base == Count(Everything(), "study")
    assert list(many.rule.numbers) == ["sources", "studies", "among", "share", "n", "raising"]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (
            "{facet: theme, codes: [trust]}",
            "{facet: theme, codes: [trusts]}",
            "14:37: unknown-code: there is no code of facet theme 'trusts'; allowed: funding, ",
        ),
        (
            "among: process\n    groups",
            "among: proces\n    groups",
            "12:12: unknown-selection: there is no selection 'proces'; "
            "allowed: everything, home, weak, process; nearest: process",
        ),
        (
            "      each: {smallest: share}\n      one: {largest: [1, share]}",
            "      each: {sources: process}\n      one: {sources: process}",
            "14:7: bad-rule: the groups are not counted; allowed: smallest or largest under count",
        ),
        (
            "  raised: {share",
            "  trust: {title: Is it trust?, share",
            "7:18: bad-rule: 'trust' is also a word of the codebook, which would have its title; "
            "allowed: another id",
        ),
        ("    minimum: 5\n", "", "23:5: bad-structure: key 'minimum' is missing; "),
        (
            "smallest: share",
            "smallest: ratio",
            "17:24: bad-rule: 'ratio' can't be counted; allowed: sources, studies, share",
        ),
        (
            "[1, share]",
            "[3, share]",
            "18:23: bad-rule: there is no largest number 3 of 2 groups; allowed: 1 to 2",
        ),
        ("[1, share]", "share", "18:22: bad-rule: largest needs a rank and what is counted"),
        (
            "[1, share]",
            "[1, sources]",
            "18:26: bad-rule: the groups are counted in two ways; allowed: one of them",
        ),
        (
            ', one: ">= 0.7"}',
            "}",
            "18:12: bad-rule: 'one' is counted, and no threshold is set on it; "
            "allowed: a threshold, or its place under numbers",
        ),
        (
            "partly: {each",
            "partly: {eahc",
            "21:20: bad-rule: a threshold is set on 'eahc', which is not counted; "
            "allowed: each, one; nearest: each",
        ),
        (
            'partly: {n: ">= 4"}',
            'partly: {raising: ">= 4"}',
            "29:23: bad-rule: a threshold is set on 'raising', which is not counted; "
            "allowed: n, share",
        ),
        (
            'each: ">= 0.5"',
            'each: ">= 50"',
            "20:23: bad-rule: 'each' is a share, and '>= 50' is beyond any; allowed: 0 to 1",
        ),
        (
            "share: {of: process, among: everything}",
            "share: {of: process}",
            "25:60: bad-rule: the share has no 'among'; allowed: of, among",
        ),
        (
            "share: {of: process, among: everything}",
            "share: {of: process, to: everything}",
            "25:60: bad-rule: the share has no 'among'; allowed: of, among",
        ),
        ("held_by: 2", "held_by: 0", "25:48: bad-rule: a code is held by one source at least; "),
        ("held_by: 2", "held: 2", "25:24: bad-structure: key 'held_by' is missing; "),
        (
            "raising: {sources:",
            "raising: {source:",
            "26:33: bad-rule: 'source' is nothing that can be counted; allowed: sources, studies, "
            "share, part, ratio, codes, smallest, largest; nearest: sources",
        ),
        ("numbers: {raising:", "numbers: {n:", "26:18: bad-rule: the name 'n' is taken"),
        ("numbers: {raising:", "numbers: {among:", "26:22: bad-rule: the name 'among' is taken"),
        ("      time: {", "      studies: {", "15:16: bad-rule: the name 'studies' is taken"),
        ('share: ">= 0.5"', 'share: ">=0.5"', "28:35: bad-comparison: '>=0.5' is no comparison"),
        ("process: {facet: theme}", "process: &p {not: *p}", "5:16: malformed-yaml: this holds"),
        (
            "by: design",
            "by: desing",
            "7:64: unknown-attribute: there is no attribute 'desing'; allowed: design, ",
        ),
        (
            "{share: {of: {facet: issue}, among: everything}, by: design}",
            "{by: design}",
            "7:11: bad-rule: a measure counts one thing; allowed: sources, studies, share, ",
        ),
        (
            "    minimum: 5\n",
            "    minimum: 5\n    unit: texts\n",
            "28:11: bad-rule: there is no",
        ),
        (
            "    minimum: 5\n",
            "    minimum: 5\n    exploratory: perhaps\n",
            "28:18: bad-structure: found 'perhaps'; allowed: true, false",
        ),
        *(
            (
                "    minimum: 5\n",
                f"    minimum: 5\n    name: {name}\n",
                f"28:11: bad-rule: '{shown}' is no",
            )
            for name, shown in (
                ("five-themes", "five-themes"),
                ("class", "class"),
                ("2many", "2many"),
                ("a b", "a b"),
                ("themes.x", "themes.x"),
            )
        ),
        (
            "    minimum: 5\n",
            "    minimum: 5\n    name: common\n",
            "23:5: bad-rule: 'common' is also the name of common; allowed: another",
        ),
        *(
            ("version: 3\n", f"version: 3\nprefix: {prefix}\n", f"2:9: bad-rule: '{prefix}' can't")
            for prefix in ("B.", "<b>", "No-", "Statement", "B1")
        ),
        (
            "version: 3\n",
            "version: 3\nprefix: 7\n",
            "2:9: bad-structure: found '7'; allowed: a text",
        ),
        (
            "    count: {n: {codes: {facet: theme, held_by: 2}}",
            "    count: {n: {smallest: sources}",
            "25:27: bad-rule: there are no groups to take the smallest of; allowed: groups in the",
        ),
    ],
)
def test_a_fault_of_a_rule_is_told_at_its_place(
    real: Evidence, tmp_path: Path, old: str, new: str, fault: str
) -> None:
    assert TEXT.count(old) == 1
    claims, faults = read(real, tmp_path, TEXT.replace(old, new))
    assert claims is None
    lines = [str(row).removeprefix(f"{tmp_path}/claims.yml:") for row in faults]
    assert any(line.startswith(fault) for line in lines), lines


def test_a_claim_has_a_name_and_a_number(real: Evidence, tmp_path: Path) -> None:
    text = TEXT.replace("version: 3\n", "version: 3\nprefix: É\n")
    text = text.replace("    minimum: 5\n", "    minimum: 5\n    name: größe_2\n")
    claims, faults = read(real, tmp_path, text)
    assert not faults
    assert claims
    assert claims.entries() == {"common": "É1", "many": "É2"}
    assert [row.name for row in claims.claims.values()] == ["common", "größe_2"]
    assert claims.ids() == {"common": "common", "größe_2": "many", "many": "many"}
    claims, _ = read(real, tmp_path, TEXT)
    assert claims
    assert claims.entries() == {"common": "1", "many": "2"}


def test_all_faults_are_told_at_once(real: Evidence, tmp_path: Path) -> None:
    text = TEXT.replace("codes: [trust]", "codes: [trusts]").replace("smallest", "small")
    text = text.replace("    minimum: 5\n", "").replace("by: design", "by: desing")
    _, faults = read(real, tmp_path, text)
    assert {fault.row for fault in faults} >= {7, 14, 17, 23}


def test_without_a_codebook_only_the_form_is_looked_at(tmp_path: Path) -> None:
    path = tmp_path / "claims.yml"
    path.write_text(TEXT, encoding="utf-8")
    faults: list[Fault] = []
    claims = read_claims(path, faults, SelectionReader(None, {}))
    assert claims
    assert not faults


def test_selections_of_the_codebook_have_names(real: Evidence, tmp_path: Path) -> None:
    _, faults = read(real, tmp_path, TEXT.replace("of: {facet: issue}", "of: home"))
    assert not faults
