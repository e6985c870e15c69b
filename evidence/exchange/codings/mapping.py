"""The map file: what the columns, codes and people of another tool's file are in the review.

`evidence map FILE` proposes one, the author edits it, and `evidence import FILE --map MAP.yml`
follows it. Its form, of which most may be left out:

    version: 1
    file: wide.xlsx                  # what it was made of
    sheet: Studies                   # of a workbook, and the rows of the header
    header: [1, 2]
    sources:                         # column of sources.csv: column of the sheet
      title: Title of study
      type: {column: Kind, values: {Article: article-journal}}
    coder: reader                    # or, for files that name coders:
    coders: {"Anna B.": anna}
    columns:                         # of a sheet; or the variables of a project
      "Design": {attribute: design, values: {RCT: rct, Both: [rct, survey]}, split: ";"}
      "Wellbeing": {facet: outcome, code: wellbeing, stance: reported, marks: [x, "1"]}
      "Sleep": {facet: outcome, code: sleep, stances: {Positive: better, "No effect": same}}
      "Outcomes": {facet: outcome, stance: reported, split: ";", codes: {Sleep: sleep}}
      "N": {effect: sample}          # a row with such cells is an effect
      "Coded by": coder
      "Notes": leave out
    nothing: ["Not described"]       # cells that say nothing
    codes:                           # of a project, with the groups that they stand in
      "Outcomes/Wellbeing": {facet: outcome, code: wellbeing, stance: reported}
      "Outcomes/Wellbeing/worse": {facet: outcome, code: wellbeing, stance: worse}   # its stance
      "Design/RCT": {attribute: design, value: rct}
      "Odds and ends": leave out
    texts: {"Interview 1.txt": hill2006}
    codebook:                        # what the data's codebook lacks
      people: [anna]
      attributes: {design: {question: …, values: {rct: …}}}
      effects: {direction: {question: …, values: {better: …}}}
      facets: {outcome: {question: …, stances: {reported: …}, codes: {wellbeing: …}}}
      labels: {rct: RCT}

Where both `coder` and `coders` are given, the first row of a study is by `coder`, and its others
are by those whom `coders` names. A column may have a coder of its own. A text is looked up without
regard to capitals, unless the map has both.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from evidence.model.codebook import Attribute, Codebook, Facet

VERSION = 1
LEAVE_OUT, CODER = "leave out", "coder"
# Columns of effects.csv that no codebook has a say in.
EFFECT_COLUMNS = ("sample", "effect", "follow_up_months", "locator", "gist")


def _nothing() -> Mapping[str, Any]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class FromColumn:
    """The column of a sheet that a column of `sources.csv` is made of.

    Attributes
    ----------
    line
        Of the map, where it stands.
    texts
        What texts stand for; every other stands for itself.
    """

    line: int
    column: str
    texts: Mapping[str, str] = field(default_factory=_nothing)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What a column is in the review, or a code of another tool.

    One that is an attribute has no facet, and the other way round; one that has neither, and is no
    effect, is left out.

    Attributes
    ----------
    line
        Of the map, where it stands.
    effect
        The column of `effects.csv`, or the attribute of effects, that it is.
    code, stance
        Empty where the texts say which.
    value
        Of the attribute, where a code of another tool is one.
    texts
        What a text stands for: values, codes, stances or, of a mark, the code; several where it
        says several things, none where it is left out.
    split
        What stands between the texts of a cell; empty where a cell is one text.
    coder
        Whose column it is, if it is one person's.
    """

    line: int
    attribute: str = ""
    effect: str = ""
    facet: str = ""
    code: str = ""
    stance: str = ""
    value: str = ""
    texts: Mapping[str, tuple[str, ...]] = field(default_factory=_nothing)
    split: str = ""
    coder: str = ""

    @property
    def is_left_out(self) -> bool:
        """Whether nothing is taken of it."""
        return not (self.attribute or self.effect or self.facet)


@dataclass(frozen=True, slots=True, kw_only=True)
class Additions:
    """What the data's codebook lacks.

    An attribute or a facet that the codebook has already is given with what is new of it alone, its
    question empty.
    """

    coders: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    attributes: Mapping[str, Attribute] = field(default_factory=_nothing)
    effects: Mapping[str, Attribute] = field(default_factory=_nothing)
    facets: Mapping[str, Facet] = field(default_factory=_nothing)
    labels: Mapping[str, str] = field(default_factory=_nothing)


@dataclass(frozen=True, slots=True, kw_only=True)
class CodingMap:
    """What a map file says, in names that the codebook with its additions has.

    Attributes
    ----------
    path
        Of the map file, for faults.
    header
        The rows of a sheet's header, counted from 1; none where nobody says.
    sources
        Column of `sources.csv` to what it is made of.
    coder, coders, coder_column
        Who coded; the name of each coder by that in the file, and the column that has it. Where
        both are told, the first row of a study is by the former and its others by the latter.
    columns, codes
        Column or code of the file to what it is here.
    nothing
        Texts that say nothing, in small letters.
    texts
        Document of a project to the id of the source that it is.
    """

    path: str
    sheet: str = ""
    header: tuple[int, ...] = ()
    sources: Mapping[str, FromColumn] = field(default_factory=_nothing)
    coder: str = ""
    coders: Mapping[str, str] = field(default_factory=_nothing)
    coder_column: str = ""
    columns: Mapping[str, Rule] = field(default_factory=_nothing)
    nothing: frozenset[str] = frozenset()
    codes: Mapping[str, Rule] = field(default_factory=_nothing)
    texts: Mapping[str, str] = field(default_factory=_nothing)
    codebook: Additions = field(default_factory=Additions)


def with_additions(codebook: Codebook, additions: Additions) -> Codebook:
    """Return a codebook as it is with what a map adds."""
    facets = dict(codebook.facets)
    for name, facet in additions.facets.items():
        known = facets.get(name)
        facets[name] = (
            replace(
                known,
                stances=MappingProxyType({**facet.stances, **known.stances}),
                codes=MappingProxyType({**facet.codes, **known.codes}),
            )
            if known
            else facet
        )
    return replace(
        codebook,
        coders=tuple(dict.fromkeys((*codebook.coders, *additions.coders))),
        people=tuple(dict.fromkeys((*codebook.people, *additions.people))),
        attributes=_with_attributes(codebook.attributes, additions.attributes),
        effects=_with_attributes(codebook.effects, additions.effects),
        facets=MappingProxyType(facets),
    )


def _with_attributes(
    held: Mapping[str, Attribute], added: Mapping[str, Attribute]
) -> Mapping[str, Attribute]:
    found = dict(held)
    for name, attribute in added.items():
        old = held.get(name)
        values = {**attribute.values, **old.values} if old else attribute.values
        found[name] = replace(old or attribute, values=MappingProxyType({**values}))
    return MappingProxyType(found)


def looked_up(texts: Mapping[str, Any], text: str) -> Any:
    """Return what a text stands for, or None: as it is, or else without regard to capitals."""
    if text in texts:
        return texts[text]
    folded = text.casefold()
    return next((found for name, found in texts.items() if name.casefold() == folded), None)
