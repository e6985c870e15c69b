"""The coded evidence of a project in the names of the review, as a map has them."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache

from evidence.exchange.codings.coded import CodedAnswer, CodedEffect, CodedEvidence, CodedPassage
from evidence.exchange.codings.mapping import EFFECT_COLUMNS, LEAVE_OUT, CodingMap, Rule, looked_up
from evidence.model.codebook import Codebook
from evidence.model.faults import quote

# Between the values of an effect, as a cell of effects.csv has them.
_SEVERAL = ";"


def mapped(found: CodedEvidence, chart: CodingMap) -> CodedEvidence:
    """Return coded evidence in the names that a map has for those of its file.

    What the map says nothing of keeps its name, which may be the review's own. Of effects nothing
    is taken unless it names one of their parts.
    """

    @cache
    def source(name: str) -> str:
        return looked_up(chart.texts, name) or name

    @cache
    def coder(name: str) -> str:
        return looked_up(chart.coders, name) or chart.coder or name

    codings: list[CodedPassage] = []
    answers: list[CodedAnswer] = []
    for said in _said(found, chart):
        ours = replace(said, source=source(said.source), coder=coder(said.coder))
        if ours.source == LEAVE_OUT:
            continue
        if isinstance(ours, CodedPassage):
            codings.append(ours)
        else:
            answers.append(ours)
    effects = tuple(
        replace(_effect(one, chart), source=source(one.source), coder=coder(one.coder))
        for one in found.effects
        if _has_effects(chart) and source(one.source) != LEAVE_OUT
    )
    return replace(
        found,
        sources=tuple(
            replace(one, name=source(one.name))
            for one in found.sources
            if source(one.name) != LEAVE_OUT
        ),
        codings=tuple(codings),
        answers=tuple(answers),
        effects=effects,
        lost={**found.lost, **_passed_over(found, chart)},
        notes=(*found.notes, *_left_out(found, chart)),
    )


def _left_out(found: CodedEvidence, chart: CodingMap) -> Iterator[str]:
    """Yield what an author told the map to leave out, with what goes with it."""
    texts = Counter(row.source for row in found.said())
    codes = Counter(_code(row) for row in found.codings)
    for name, times in texts.items():
        if looked_up(chart.texts, name) == LEAVE_OUT:
            named = f"the text {quote(name)} and all that is said of it"
            yield f"{named} ({times:,}), left out by the map"
    for name, times in codes.items():
        rule = looked_up(chart.codes, name)
        if rule and rule.is_left_out:
            yield f"the code {quote(name)} ({times:,}), left out by the map"


def _effect(one: CodedEffect, chart: CodingMap) -> CodedEffect:
    """Return an effect by the columns of `effects.csv` that the map has for its parts."""
    cells: dict[str, str] = {}
    for name, text in one.cells.items():
        rule = looked_up(chart.columns, name)
        if rule and rule.effect:
            named = looked_up(rule.texts, text)
            cells[rule.effect] = text if named is None else _SEVERAL.join(named)
        elif rule is None and name in EFFECT_COLUMNS:
            cells[name] = text
    return replace(one, cells=cells)


def _has_effects(chart: CodingMap) -> bool:
    return any(rule.effect for rule in chart.columns.values())


def _passed_over(found: CodedEvidence, chart: CodingMap) -> Mapping[str, tuple[str, ...]]:
    """Return what is said of effects that the map has no word of."""
    if not found.effects:
        return {}
    if not _has_effects(chart):
        told = tuple(f"{one.source}: {one.cells.get('gist', one.place)}" for one in found.effects)
        return {"measured effects, of which no map says what they are": told}
    parts = dict.fromkeys(name for one in found.effects for name in one.cells)
    unknown = tuple(
        name
        for name in parts
        if name not in EFFECT_COLUMNS and looked_up(chart.columns, name) is None
    )
    return {"parts of effects that the map does not name": unknown} if unknown else {}


def in_stances(found: CodedEvidence, codebook: Codebook) -> CodedEvidence:
    """Return coded evidence with stances that its tool takes for codes below a code of the data."""

    @cache
    def held(facet: str, code: str) -> tuple[str, str, str] | None:
        group, _, above = facet.rpartition("/")
        known = codebook.facets.get(group)
        is_stance = known and above in known.codes and code in known.stances
        return (group, above, code) if is_stance and facet not in codebook.facets else None

    codings: list[CodedPassage] = []
    for row in found.codings:
        facet, code, stance = held(row.facet, row.code) or (row.facet, row.code, row.stance)
        codings.append(replace(row, facet=facet, code=code, stance=stance))
    return replace(found, codings=tuple(codings))


def _said(found: CodedEvidence, chart: CodingMap) -> Iterator[CodedPassage | CodedAnswer]:
    """Yield what is said, under the names of the review."""

    @cache
    def of_code(name: str) -> Rule | None:
        rule: Rule | None = looked_up(chart.codes, name)
        return rule

    @cache
    def of_column(name: str) -> Rule | None:
        rule: Rule | None = looked_up(chart.columns, name)
        return rule

    for row in found.codings:
        name = _code(row)
        rule = (of_code(f"{name}/{row.stance}") if row.stance else None) or of_code(name)
        if rule is None:
            yield row
        elif rule.attribute:
            yield _answer(row, rule.attribute, rule.value)
        elif rule.facet:
            yield replace(row, facet=rule.facet, code=rule.code, stance=rule.stance)
    for answer in found.answers:
        column = of_column(answer.attribute)
        if column is None:
            yield answer
        elif column.attribute or column.facet:
            for text in _texts(answer, column, chart.nothing):
                yield from _named(answer, column, text)


def _code(row: CodedPassage) -> str:
    return f"{row.facet}/{row.code}" if row.facet else row.code


def _texts(answer: CodedAnswer, rule: Rule, nothing: frozenset[str]) -> Iterator[str]:
    for value in answer.values:
        for text in value.split(rule.split) if rule.split else [value]:
            if text.strip() and text.strip().casefold() not in nothing:
                yield text.strip()


def _named(answer: CodedAnswer, rule: Rule, text: str) -> Iterator[CodedPassage | CodedAnswer]:
    """Yield what a text of a variable is in the review."""
    named = looked_up(rule.texts, text)
    for name in (text,) if named is None else named:
        if rule.attribute:
            yield _answer(answer, rule.attribute, name)
            continue
        # What the texts stand for is what the rule leaves open.
        code, stance = (rule.code, rule.stance or name) if rule.code else (name, rule.stance)
        yield CodedPassage(
            source=answer.source,
            place=answer.place,
            coder=answer.coder,
            facet=rule.facet,
            code=code,
            stance=stance,
            gist=text,
        )


def _answer(row: CodedPassage | CodedAnswer, attribute: str, value: str) -> CodedAnswer:
    return CodedAnswer(
        source=row.source, place=row.place, coder=row.coder, attribute=attribute, values=(value,)
    )
