"""`evidence why`: the grounds of one finding, or of a measure."""

import argparse
import sys
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from evidence.cli.check import judge_project, verdict
from evidence.cli.project import CommandCode, FaultsError
from evidence.cli.terminal import plural, visible
from evidence.findings.confidence import confidence
from evidence.findings.measures import measures
from evidence.findings.people import checked
from evidence.findings.selections import effects_meant, sayings, select
from evidence.findings.verdicts import Editions
from evidence.model.claims import (
    RATIO,
    STRENGTH,
    AllOf,
    Codes,
    Count,
    Finding,
    Held,
    Not,
    Quotient,
    Selection,
)
from evidence.model.evidence import Coding, Effect, Evidence
from evidence.model.faults import nearest, quote
from evidence.rule_text import measure, rule
from evidence.words import headline, interval, label, number, numbers, reason

DESCRIPTION = """\
Show what one finding or measure rests on.

Of a finding: the statement, the rule with its thresholds, the numbers, the verdict in the baseline
edition and now, the confidence with its reasons, and each source for and against with what it says
and where, and how many of them people have checked; then every wording that the chapters have for
it, the one in use with a star.

Of a measure: what it counts, the number, and each source that is counted or that it is counted
among, with what it says and where. Where effects are counted, those meant stand with their source.

`evidence check` lists the claims. A claim goes by its id or its short name, a measure by its name.

examples:
  evidence why some-claim
  evidence why some-measure"""

_WIDTH = 100


def add_options(command: argparse.ArgumentParser) -> None:
    """Add the verb's argument to its parser."""
    command.add_argument("claim", metavar="CLAIM", help="a claim or measure of data/claims.yml")


def run(project: Path, options: argparse.Namespace) -> None:
    """Print the grounds of the finding or measure."""
    evidence, editions = judge_project(project)
    name = evidence.claims.ids().get(options.claim, options.claim)
    if name in editions.now:
        print("\n".join(grounds(evidence, editions, name)))
        print("\n".join(stated(project, evidence, editions.now[name])))
    elif name in evidence.claims.measures:
        print("\n".join(grounds_of_measure(evidence, name)))
    else:
        near = nearest(name, (*editions.now, *evidence.claims.measures))
        hint = f"nearest: {near}" if near else f"claims are {', '.join(editions.now)}"
        message = f"there is no claim or measure {quote(name)}; {hint}"
        raise FaultsError(message, CommandCode.NO_CLAIM)


def grounds(evidence: Evidence, editions: Editions, claim_id: str) -> Iterator[str]:
    """Give the lines that say what a finding rests on."""
    now, then = editions.now[claim_id], editions.then.get(claim_id)
    claim = evidence.claims.claims[claim_id]
    trust = confidence(evidence, now)
    yield from _filled(claim_id, claim.statement)
    yield ""
    for name, said in rule(claim, evidence.codebook).items():
        yield from _filled(f"{name} if" if name in STRENGTH else name, said)
    yield ""
    if then:
        yield from _filled(str(then.edition), f"{_verdict(then)}: {headline(then)}")
    yield from _filled("now", f"{_verdict(now)}: {headline(now)}")
    yield from _filled("numbers", ", ".join(f"{name} {n}" for name, n in numbers(now).items()))
    if trust.level:
        yield from ("", f"confidence: {trust.level}")
    for row in trust.components:
        said = "; ".join(reason(*measured, now) for measured in row.measured)
        yield from _filled(f"  {row.name}", f"concern {row.concern}: {said}")
    held = _codings(evidence, now)
    for side, source_ids, selection in (
        ("for", now.supporting, claim.rule.supporting),
        ("against", now.contrary, claim.rule.contrary),
    ):
        effects = effects_meant(evidence, selection) if selection else {}
        rows = {key: (*held.get(key, ()), *effects.get(key, ())) for key in source_ids}
        yield from _sources(side, rows, evidence)


def grounds_of_measure(evidence: Evidence, name: str) -> Iterator[str]:
    """Give the lines that say what a measure rests on."""
    row, found = evidence.claims.measures[name], measures(evidence)[name]
    yield from _filled(name, label(name))
    yield ""
    yield from _filled("counted", measure(row, evidence.codebook))
    if row.exploratory:
        yield "exploratory: made up after results were seen"
    yield ""
    for by, one in {"now": found, **found.by}.items():
        sure = f", 95% interval {interval(one.interval)}" if one.interval else ""
        yield from _filled(by, f"{number(one.value)}{sure}")
    for side, selection in _sides(row.number).items():
        source_ids = evidence.ranked(select(evidence, selection))
        said = sayings(evidence, selection)
        yield from _sources(side, {key: said.get(key, ()) for key in source_ids}, evidence)


def _sides(counted: Count | Codes | Quotient) -> Mapping[str, Selection]:
    match counted:
        case Quotient(kind) if kind == RATIO:
            return {"counted": counted.of.selection, "against": counted.to.selection}
        case Quotient():
            others = AllOf((counted.to.selection, Not(counted.of.selection)))
            return {"counted": counted.of.selection, "among the others": others}
        case Codes():
            held = Held(counted.facet, counted.codes, counted.stances)
            return {"counted": AllOf((held, counted.within))}
        case Count():
            return {"counted": counted.selection}


def stated(project: Path, evidence: Evidence, finding: Finding) -> Iterator[str]:
    """Give the wordings that chapters have for a finding, the one in use marked by a star."""
    from evidence.check.wordings import CASES, wordings
    from evidence.engine.document import read
    from evidence.engine.faults import RenderError

    try:
        placements = wordings(read(project)).placements
    except RenderError as error:
        print(*error.problems, sep="\n", file=sys.stderr)
        print("the wordings of the chapters are left out", file=sys.stderr)
        return
    ids = evidence.claims.ids()
    for row in placements:
        if ids.get(row.claim) == finding.claim_id:
            yield ""
            yield f"worded at {row.line.file}:{row.line.number}"
            for case in (name for name in CASES if name in row.cases):
                star = "*" if case == finding.outcome else " "
                yield from _filled(f" {star}{case}", row.cases[case])


def _verdict(finding: Finding) -> str:
    close = ", a close call: one source could change it" if finding.close else ""
    return f"{verdict(finding)}{close}"


def _sources(
    side: str, said: Mapping[str, Iterable[Coding | Effect]], evidence: Evidence
) -> Iterator[str]:
    """Give the sources of one side with what each says and where."""
    yield ""
    by = checked(evidence)
    read = f", {len(by.keys() & said.keys()):,} of them checked by people" if by else ""
    yield f"{side}: {plural(len(said), 'source')}{read}"
    for source_id, rows in said.items():
        source = evidence.sources[source_id]
        yield from _filled(f"  {source_id}", f"{source.year}, {source.title}")
        for row in rows:
            place = f" ({row.locator})" if row.locator else ""
            if isinstance(row, Coding):
                name, printed = f"{row.facet}:{row.code} {row.stance}", ""
            else:
                name = " ".join(value for values in row.values.values() for value in values)
                told = {"effect": row.effect, "sample": row.sample}
                printed = "".join(f"; {what}: {text}" for what, text in told.items() if text)
            yield from _filled(f"    {name}", f"{row.gist}{printed}{place}")


def _codings(evidence: Evidence, finding: Finding) -> Mapping[str, list[Coding]]:
    held: dict[str, list[Coding]] = {}
    for facet in sorted({facet for facet, _ in finding.codes}):
        codes = {code for other, code in finding.codes if other == facet}
        for row in evidence.agreed_codings(facet, codes):
            held.setdefault(row.source_id, []).append(row)
    return held


def _filled(name: str, said: str) -> Iterator[str]:
    indent = " " * (len(name) - len(name.lstrip()))
    yield from textwrap.wrap(
        visible(f"{name}: {said}"),
        _WIDTH,
        initial_indent=indent,
        subsequent_indent=f"{indent}    ",
        # A phrase with a hyphen stays one that can be searched for.
        break_on_hyphens=False,
    )
