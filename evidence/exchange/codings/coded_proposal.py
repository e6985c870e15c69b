"""A map for the coded evidence of another tool, proposed by its codes, coders and sources."""

import shlex
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath

from evidence.exchange.codings.coded import CodedEvidence
from evidence.exchange.codings.map_text import Entry, comments, lines
from evidence.exchange.codings.mapping import CODER, EFFECT_COLUMNS, LEAVE_OUT, VERSION
from evidence.exchange.codings.proposed_names import Names, fitting, inner_slug, slug
from evidence.exchange.sources.records import clean
from evidence.exchange.spreadsheets.columns_seen import folded
from evidence.model.codebook import Codebook, Facet
from evidence.model.faults import quote

# A variable with more values is text, or says which source it is.
_MOST, _LONGEST, _SHOWN = 40, 120, 3
_UNGROUPED = "Codes"


@dataclass(frozen=True, slots=True)
class _Proposal:
    found: CodedEvidence
    names: Names
    sources: Mapping[str, str]
    people: list[str] = field(default_factory=list)


def proposed_codes(
    found: CodedEvidence, file: str, codebook: Codebook, sources: Mapping[str, str]
) -> str:
    """Return a map for the names in a file that are not the data's own, as YAML.

    Parameters
    ----------
    codebook, sources
        The data's; of each source the id and the title.
    """
    proposal = _Proposal(found, Names(codebook), sources)
    name = PurePath(file).name
    parts: list[Sequence[Entry]] = [[Entry("version", VERSION), Entry("file", name)]]
    parts.append(_coders(proposal))
    texts = [*_texts(proposal)]
    for key, entries in (
        ("codes", _codes(proposal)),
        ("columns", (*_variables(proposal), *_effects(proposal))),
        ("texts", texts),
    ):
        if several := tuple(entries):
            parts.append([Entry(key, several)])
    if added := proposal.names.additions(proposal.people):
        parts.append([Entry("codebook", added)])
    doubts = proposal.names.doubts()
    if asked := sum(one.value == LEAVE_OUT for one in texts):
        doubts.append(
            f"which sources of the data are the texts? {asked:,} of {len(found.sources):,} are left"
            " out, with all that is said of them, until you say it under texts; what the data lack"
            " comes in first, as by evidence import library.ris"
        )
    told = [*_head(found, name), *(f"- {one}" for one in doubts)]
    written = ["\n".join(lines(part)) for part in parts if part]
    return "\n\n".join(["\n".join(comments(told)), *written]) + "\n"


def _head(found: CodedEvidence, name: str) -> Iterator[str]:
    sources, codings = len(found.sources), len(found.codings)
    yield f"What the names in {name} ({found.tool}) are in the review: a proposal."
    yield f"Seen: sources {sources:,}, codings {codings:,}. Behind a line stands how often."
    yield "What is not here has the name that the data have for it already."
    yield f"Edit it: names that you would rather have, what belongs together, what to {LEAVE_OUT}."
    yield f"Then: evidence import {shlex.quote(name)} --map MAP.yml, with the name of this file."
    yield from (f"- {note}" for note in found.notes)


def _coders(proposal: _Proposal) -> list[Entry]:
    """Return who coded: those whom the data know, and where others did, the one with most."""
    book = proposal.names.codebook
    found = proposal.found
    counts = Counter(row.coder for row in found.codings)
    counts.update(row.coder for row in found.answers)
    everybody = dict.fromkeys((*book.coders, book.agreed, *book.people))
    known = {name: fitting(name, everybody) for name, _ in counts.most_common() if name}
    if all(known.values()):
        return [Entry("coders", known)] if any(a != b for a, b in known.items()) else []
    if len(known) == 1:
        return [Entry(CODER, book.agreed, f"is {next(iter(known))} in the file")]
    first = next(iter(known))
    names = {
        name: ours or (book.agreed if name == first else slug(name) or CODER)
        for name, ours in known.items()
    }
    proposal.people.extend(names[name] for name in known if not known[name] and name != first)
    entries = tuple(Entry(name, ours, f"{counts[name]:,}") for name, ours in names.items())
    return [Entry("coders", entries, "the one with most counts; the others are who checks")]


def _codes(proposal: _Proposal) -> Iterator[Entry]:
    found, names = proposal.found, proposal.names
    book = names.codebook
    stances: dict[tuple[str, str], set[str]] = {
        (facet, code): set() for facet, one in found.facets.items() for code in one.codes
    }
    counts = Counter((row.facet, row.code, row.stance) for row in found.codings)
    for row in found.codings:
        stances.setdefault((row.facet, row.code), set()).add(row.stance)
    for (group, code), held in stances.items():
        known = book.facets.get(group)
        is_lone = bool(known and len(known.stances) == 1)
        is_said = is_lone or "" not in held
        if known and is_said and code in known.codes and held - {""} <= known.stances.keys():
            continue
        told = found.facets.get(group, Facet("", {}, {}))
        title = group.replace("/", " ") or _UNGROUPED
        facet = names.facet(title, clean(told.question), inner_slug(group.split("/")))
        named = names.code(facet, code, clean(told.codes.get(code, "")))
        stances_told = {
            stance: names.stance(facet, stance, clean(meaning))
            for stance, meaning in told.stances.items()
        }
        # A code in no stance is of use to the codebook alone where the file has stances.
        for stance in sorted(held) or ([] if told.stances else [""]):
            rule = {
                "facet": facet,
                "code": named,
                "stance": stances_told.get(stance) or names.stance(facet, stance),
            }
            name = "/".join(filter(None, (group, code, stance)))
            yield Entry(name, rule, f"{counts[group, code, stance]:,}")


def _variables(proposal: _Proposal) -> Iterator[Entry]:
    """Yield what a file says of sources as wholes."""
    names, book = proposal.names, proposal.names.codebook
    counts: dict[str, Counter[str]] = {}
    several: set[str] = set()
    for row in proposal.found.answers:
        counts.setdefault(row.attribute, Counter()).update(row.values)
        if len(row.values) > 1:
            several.add(row.attribute)
    for name, values in counts.items():
        known = book.attributes.get(name)
        if known and values.keys() <= known.values.keys():
            continue
        total = sum(values.values())
        if len(values) > _MOST or max(map(len, values)) > _LONGEST:
            yield Entry(name, LEAVE_OUT, f"text: {len(values):,} different in {total:,}")
            continue
        fits = fitting(name, book.attributes)
        is_multiple = book.attributes[fits].multiple if fits else name in several
        attribute = names.attribute(name, multiple=is_multiple or name in several)
        texts = tuple(
            Entry(text, names.value(attribute, text), f"{count:,}")
            for text, count in values.most_common()
        )
        yield Entry(name, (Entry("attribute", attribute), Entry("values", texts)), f"{total:,}")


def _effects(proposal: _Proposal) -> Iterator[Entry]:
    """Yield the parts of measured effects that only the author knows the name of."""
    counts: dict[str, Counter[str]] = {}
    for one in proposal.found.effects:
        for name, text in one.cells.items():
            if name not in EFFECT_COLUMNS:
                counts.setdefault(name, Counter())[text] += 1
    asked = [*proposal.names.codebook.effects]
    would = f"; would be {{effect: {asked[0]}, values: …}}" if asked else ""
    for name, texts in counts.items():
        shown = ", ".join(quote(text) for text, _ in texts.most_common(_SHOWN))
        yield Entry(name, LEAVE_OUT, f"{texts.total():,} effects: {shown}{would}")


def _texts(proposal: _Proposal) -> Iterator[Entry]:
    """Yield which source a text is, where neither its name nor what the file says of it tells."""
    by_name = {folded(one): one for one in proposal.sources}
    by_name |= {folded(title): one for one, title in proposal.sources.items() if title}
    counts = Counter(row.source for row in proposal.found.codings)
    for source in proposal.found.sources:
        if source.name in proposal.sources or source.values.get("title"):
            continue
        names = (source.name, PurePath(source.name).stem)
        ours = next((by_name[folded(one)] for one in names if folded(one) in by_name), "")
        asked = "" if ours else "; which source is it? its id"
        yield Entry(source.name, ours or LEAVE_OUT, f"{counts[source.name]:,} codings{asked}")
