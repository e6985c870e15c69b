"""Of nothing there is no share or ratio, and no number is written as its threshold."""

from pathlib import Path

import pytest

from evidence.findings.verdicts import judge
from evidence.words import headline, number
from tests.builders import Builder, with_claims

CLAIM = """\
claims:
  more:
    section: s
    statement: S
    count: {{{name}: {count}}}
    denominator: everything
    minimum: {minimum}
    supported: {{{name}: ">= {bound}"}}
    partly: {{{name}: ">= 0.1"}}
"""
RATIO = "{of: {facet: theme}, to: {facet: issue}}"
SHARE = "{of: {facet: theme}, among: {facet: issue}}"


@pytest.mark.parametrize("minimum", [0, 2])
@pytest.mark.parametrize(("name", "count"), [("ratio", RATIO), ("share", SHARE)])
def test_nothing_to_count_among_gives_no_verdict(
    builder: Builder, tmp_path: Path, name: str, count: str, minimum: int
) -> None:
    evidence = builder.many(5, "theme:trust:barrier").build()
    text = CLAIM.format(name=name, count=count, minimum=minimum, bound=1)
    finding = judge(with_claims(evidence, tmp_path, text))["more"]
    assert finding.verdict == "no-data"
    assert headline(finding) == {"ratio": "5 to none", "share": "nothing to count"}[name]
    assert number(finding.values[name]).text == "not defined"


def test_a_ratio_is_not_rounded_to_its_threshold(builder: Builder, tmp_path: Path) -> None:
    builder.many(39, "theme:trust:barrier").many(20, "issue:attribution:raises", start=50)
    text = CLAIM.format(name="ratio", count=RATIO, minimum=2, bound=2)
    finding = judge(with_claims(builder.build(), tmp_path, text))["more"]
    assert finding.verdict == "partly"
    assert headline(finding) == "39 to 20 (1.95)"


def test_a_share_is_not_rounded_to_its_threshold(builder: Builder, tmp_path: Path) -> None:
    builder.many(1999, "issue:attribution:raises", "theme:trust:barrier")
    builder.many(2001, "issue:attribution:raises", start=2000)
    text = CLAIM.format(name="share", count=SHARE, minimum=2, bound=0.5)
    finding = judge(with_claims(builder.build(), tmp_path, text))["more"]
    assert finding.verdict == "partly"
    assert headline(finding) == "1,999 of 4,000 (49.98%)"
