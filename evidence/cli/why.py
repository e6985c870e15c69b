"""`evidence why`: the grounds of one finding."""

import argparse
import sys
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from evidence.cli.check import judge_project, verdict
from evidence.cli.project import CommandCode, FaultsError
from evidence.cli.terminal import plural, visible
from evidence.findings.confidence import confidence
from evidence.findings.verdicts import Editions
from evidence.model.claims import STRENGTH, Finding
from evidence.model.evidence import Coding, Evidence
from evidence.model.faults import nearest, quote
from evidence.rule_text import rule
from evidence.words import headline, numbers, reason

DESCRIPTION = """\
Show what one finding rests on: the statement, the rule with its thresholds, the numbers, the
verdict in the baseline edition and now, the confidence with its reasons, and each source for and
against with what it says and where; then every wording that the chapters have for it, the one in
use with a star. `evidence check` lists the claims. A claim goes by its id or by its short name.

example:
  evidence why some-claim"""

_WIDTH = 100


def add_options(command: argparse.ArgumentParser) -> None:
    """Add the verb's argument to its parser."""
    command.add_argument("claim", metavar="CLAIM", help="a claim of data/claims.yml")


def run(project: Path, options: argparse.Namespace) -> None:
    """Print the grounds of the finding."""
    evidence, editions = judge_project(project)
    options.claim = evidence.claims.ids().get(options.claim, options.claim)
    if options.claim not in editions.now:
        near = nearest(options.claim, tuple(editions.now))
        hint = f"nearest: {near}" if near else f"claims are {', '.join(editions.now)}"
        message = f"there is no claim {quote(options.claim)}; {hint}"
        raise FaultsError(message, CommandCode.NO_CLAIM)
    print("\n".join(grounds(evidence, editions, options.claim)))
    print("\n".join(stated(project, evidence, editions.now[options.claim])))


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
    yield from _sources("for", now.supporting, evidence, now)
    yield from _sources("against", now.contrary, evidence, now)


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
    side: str, source_ids: Iterable[str], evidence: Evidence, finding: Finding
) -> Iterator[str]:
    held = _codings(evidence, finding)
    listed = [*source_ids]
    yield ""
    yield f"{side}: {plural(len(listed), 'source')}"
    for source_id in listed:
        source = evidence.sources[source_id]
        yield from _filled(f"  {source_id}", f"{source.year}, {source.title}")
        for row in held.get(source_id, ()):
            said = f"{row.gist} ({row.locator})" if row.locator else row.gist
            yield from _filled(f"    {row.facet}:{row.code} {row.stance}", said)


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
