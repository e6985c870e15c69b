"""A map for a spreadsheet, proposed by what stands in it, for its author to edit."""

import shlex
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from evidence.exchange.codings.map_text import Entry, comments, lines
from evidence.exchange.codings.mapping import CODER, EFFECT_COLUMNS, LEAVE_OUT, VERSION
from evidence.exchange.codings.proposed_names import Names, fitting, slug
from evidence.exchange.spreadsheets.columns_seen import Seen, folded, near, seen
from evidence.exchange.spreadsheets.headings import (
    is_coders,
    is_year,
    kind_of_publication,
    source_column,
)
from evidence.exchange.spreadsheets.wide_sheet import WideSheet
from evidence.exchange.tables.grids import FORMULA
from evidence.model.codebook import Codebook
from evidence.model.faults import quote
from evidence.model.package import Field
from evidence.model.works import bare_words

# A text that stands once in so many cells may be a slip.
_RARE = 200
# Columns with the same few answers are codes, and the answers how a study holds them.
_MOST_STANCES = 8
_TELLING = 5
_SHOWN = 3
# There are fewer, however they are spelled; to compare more takes long.
_MOST_COUNTRIES = 400
_TITLE, _YEAR, _ID, _TYPE, _COUNTRY = "title", "year", "source_id", "type", "country"


@dataclass(slots=True)
class _Proposal:
    """A map while it is thought out.

    Attributes
    ----------
    nothing
        Texts that say nothing to how often they stand there.
    suspects
        What an author should look at.
    """

    sheet: WideSheet
    columns: Sequence[Seen]
    fields: Mapping[str, Field]
    names: Names
    sources: dict[str, Seen] = field(default_factory=dict)
    coders: Seen | None = None
    nothing: Counter[str] = field(default_factory=Counter)
    suspects: list[str] = field(default_factory=list)
    notes: dict[str, str] = field(default_factory=dict)


def proposed_map(sheet: WideSheet, codebook: Codebook, fields: Mapping[str, Field]) -> str:
    """Return a map for a sheet as YAML.

    Parameters
    ----------
    codebook
        The data's, whose names are taken where they fit.
    fields
        The columns of `sources.csv`.
    """
    columns = [seen(sheet, column) for column in sheet.columns]
    found = _Proposal(sheet, columns, fields, Names(codebook))
    for one in columns:
        found.nothing.update(one.nothing)
    _find_sources(found)
    _find_alike(found)
    people = _coding(found)
    entries = tuple(_columns(found))
    _look_at_sheet(found)
    _look_at_sources(found)
    found.suspects += found.names.doubts()
    grid = sheet.grid
    top = [Entry("version", VERSION), Entry("file", grid.file.rpartition("/")[2])]
    if grid.name:
        top.append(Entry("sheet", grid.name))
    top.append(Entry("header", [*sheet.header]))
    parts = [top, _sources(found), people.entries]
    if entries:
        parts.append([Entry("columns", entries)])
    if found.nothing:
        texts = [f"{quote(text)} {count:,}" for text, count in found.nothing.most_common()]
        parts.append([Entry("nothing", [*found.nothing], f"cells: {', '.join(texts)}")])
    if added := found.names.additions(people.people):
        parts.append([Entry("codebook", added)])
    written = ["\n".join(lines(part)) for part in parts if part]
    return "\n\n".join(["\n".join(comments([*_head(found)])), *written]) + "\n"


@dataclass(frozen=True, slots=True)
class _People:
    """Who coded, as the map says it, and who is new to the codebook."""

    entries: Sequence[Entry]
    people: Sequence[str] = ()


def _find_sources(found: _Proposal) -> None:
    """Find the columns that describe publications, of several for the same the fullest."""
    rows = len(found.sheet.rows)
    for one in found.columns:
        name = source_column(one, rows)
        if name not in found.fields:
            continue
        other = found.sources.get(name)
        if other is None or one.filled > other.filled:
            found.sources[name] = one
        for left in (one, other):
            if left and found.sources[name] is not left:
                taken = found.sources[name].column.name
                found.notes[left.column.name] = f"{name} is taken from {quote(taken)}"
    found.coders = next((one for one in found.columns if is_coders(one)), None)


def _find_alike(found: _Proposal) -> None:
    """Note columns of which every cell is the same; one with the same heading too is left out."""
    first: dict[int, Seen] = {}
    for one in found.columns:
        other = first.setdefault(one.alike, one)
        if other is not one and one.filled >= _TELLING:
            told = f"every cell is that of {quote(other.column.name)}"
            found.suspects.append(f"{quote(one.column.name)}: {told}")
            if folded(other.column.title) == folded(one.column.title):
                found.notes[one.column.name] = told


def _keys(found: _Proposal) -> Mapping[int, str]:
    """Return by which text the study of a row is known: its id, or its title and year."""
    names = (_ID,) if _ID in found.sources else (_TITLE, _YEAR)
    keys: dict[int, str] = {}
    for name in names:
        if name in found.sources:
            for row, text in found.sheet.cells(found.sources[name].column):
                keys[row] = f"{keys.get(row, '')} {bare_words(text)}"
    return keys


def _coding(found: _Proposal) -> _People:
    """Return who coded: of studies with several rows, the first counts."""
    book, coders = found.names.codebook, found.coders
    keys = _keys(found)
    several = sum(count > 1 for count in Counter(keys.values()).values())
    if several:
        what = "study has" if several == 1 else "studies have"
        found.suspects.append(f"{several:,} {what} several rows")
    if not coders:
        return _People([Entry(CODER, book.agreed)])
    known = {
        text: fitting(text, dict.fromkeys((*book.coders, *book.people))) for text in coders.texts
    }
    if not several:
        who = f"each study has one row, whoever of the {len(known):,} coded it: all of them count"
        found.notes[coders.column.name] = who
        return _People([Entry(CODER, book.agreed, who)])
    if all(known.values()) and book.agreed not in book.coders:
        return _People([Entry("coders", known, "what they agreed on is still to be said")])
    first: dict[str, int] = {}
    second = {
        text
        for row, text in found.sheet.cells(coders.column)
        if first.setdefault(keys.get(row, ""), row) != row
    }
    names = {
        text: known[text] or ((slug(text) or CODER) if text in second else book.agreed)
        for text in known
    }
    note = "whose rows count: of each study the first; the others are by whom the column names"
    entries = [Entry(CODER, book.agreed, note), Entry("coders", names)]
    return _People(entries, [names[text] for text in names if text in second and not known[text]])


def _sources(found: _Proposal) -> list[Entry]:
    entries: list[Entry] = []
    for name, one in found.sources.items():
        note = f"{one.filled:,} of {len(found.sheet.rows):,}"
        kinds = found.fields[_TYPE].enum if name == _TYPE else ()
        if kinds:
            named = {text: kind_of_publication(text, kinds) for text in one.texts}
            if lacking := [text for text, kind in named.items() if not kind]:
                note += f"; is {', '.join(map(quote, lacking[:_SHOWN]))} one of {', '.join(kinds)}?"
            values = {text: kind for text, kind in named.items() if kind}
            entries.append(Entry(name, {"column": one.column.name, "values": values}, note))
        else:
            entries.append(Entry(name, one.column.name, note))
    return [Entry("sources", tuple(entries))] if entries else []


def _columns(found: _Proposal) -> Iterator[Entry]:
    taken = {one.column.name for one in found.sources.values()}
    asked = [one for one in found.columns if one.column.name not in taken]
    judged = _judged(found, asked)
    for one in asked:
        if found.coders is one:
            is_asked = one.column.name not in found.notes
            note = found.notes.get(one.column.name, "who coded the row")
            yield Entry(one.column.name, CODER if is_asked else LEAVE_OUT, note)
        elif one.column.name not in found.notes and _is_group(one, asked):
            yield _marks(found, one)
        elif reason := _left_out(found, one):
            yield Entry(one.column.name, LEAVE_OUT, reason)
        elif one.is_marked and not one.is_asked:
            yield _marks(found, one)
        elif one.column.name in judged:
            yield _stances(found, one)
        else:
            yield _answers(found, one)


def _left_out(found: _Proposal, one: Seen) -> str:
    """Return why nothing can be taken of a column, if so."""
    book, always = found.names.codebook, _always(found, one)
    effect = f"; of an effect it would be {{effect: {EFFECT_COLUMNS[0]}}}" if book.effects else ""
    is_plain = not (one.is_marked or one.is_answers(one.parts(one.separator)))
    reasons = (
        (not one.filled, "it says nothing anywhere" if one.nothing else "nothing is in it"),
        (one.column.name in found.notes, found.notes.get(one.column.name, "")),
        (not one.column.title, f"{one.filled:,} cells without a heading"),
        (one.is_dates, "dates"),
        (bool(always), always),
        (one.is_number and not one.is_marked, f"numbers{effect}"),
        (is_plain, f"text: {len(one.texts):,} different in {one.filled:,} cells"),
    )
    return next((reason for is_so, reason in reasons if is_so), "")


def _always(found: _Proposal, one: Seen) -> str:
    rows = len(found.sheet.rows)
    is_always = len(one.texts) == 1 and one.filled >= max(_TELLING, rows - 1)
    return f"{quote(next(iter(one.texts)))} in every row" if is_always else ""


def _group(one: Seen) -> str:
    """Return the group that a column stands in, by the heading above or the start of its own."""
    groups, title = one.column.groups, one.column.title
    return groups[-1] if groups else title.partition(": ")[0] if ": " in title else ""


def _own(one: Seen) -> str:
    """Return what a column is called within its group."""
    title = one.column.title
    is_in_title = not one.column.groups and ": " in title
    return title.partition(": ")[2] if is_in_title else title


def _is_group(one: Seen, asked: Sequence[Seen]) -> bool:
    """Say whether it is marked like most columns of its group, so that no is no answer in it."""
    same = [other for other in asked if _group(other) == _group(one) and other.filled]
    marked = sum(other.is_marked for other in same)
    return bool(_group(one) and one.is_marked and marked > 1 and 2 * marked > len(same))


def _judged(found: _Proposal, asked: Sequence[Seen]) -> frozenset[str]:
    """Return the columns that share their few answers with the others of their group."""
    groups: dict[str, list[Seen]] = {}
    for one in asked:
        usable = one.filled and not one.is_marked and not one.is_number and not one.is_dates
        if _group(one) and usable and not _left_out(found, one):
            groups.setdefault(_group(one), []).append(one)
    names: set[str] = set()
    for same in groups.values():
        spelled = Counter(text for one in same for text in {*map(folded, one.texts)})
        alike = [one for one in same if all(spelled[folded(text)] > 1 for text in one.texts)]
        if len(alike) > 1 and len(spelled) <= _MOST_STANCES:
            names |= {one.column.name for one in alike}
    return frozenset(names)


def _marks(found: _Proposal, one: Seen) -> Entry:
    found.nothing.update({text: one.texts[text] for text in one.refusals})
    facet = found.names.facet(_group(one) or "Topic")
    marked = sum(one.texts[text] for text in one.marks)
    rule = {
        "facet": facet,
        "code": found.names.code(facet, _own(one)),
        "stance": found.names.stance(facet),
        "marks": one.marks,
    }
    return Entry(one.column.name, rule, f"{marked:,} of {len(found.sheet.rows):,}")


def _stances(found: _Proposal, one: Seen) -> Entry:
    facet = found.names.facet(_group(one))
    texts = tuple(
        Entry(text, found.names.stance(facet, text), note)
        for text, note in _counted(found, one, one.parts(""))
    )
    code = Entry("code", found.names.code(facet, _own(one)))
    note = f"{one.filled:,} of {len(found.sheet.rows):,}"
    return Entry(one.column.name, (Entry("facet", facet), code, Entry("stances", texts)), note)


def _answers(found: _Proposal, one: Seen) -> Entry:
    """Return what a column of answers is: a facet where a study has several, else an attribute."""
    names, split = found.names, one.separator
    book = names.codebook
    asked = fitting(one.column.title, book.attributes)
    is_multiple = bool(asked and book.attributes[asked].multiple)
    counted = [*_counted(found, one, one.parts(split))]
    splits = [Entry("split", split)] if split else []
    note = f"{one.filled:,} of {len(found.sheet.rows):,}"
    if split and asked and not is_multiple:
        note += f"; the codebook's {asked} has one value a source"
    if (split or fitting(one.column.title, book.facets)) and not is_multiple:
        facet = names.facet(one.column.title)
        codes = tuple(Entry(text, names.code(facet, text), told) for text, told in counted)
        stance = Entry("stance", names.stance(facet))
        parts = (Entry("facet", facet), stance, *splits, Entry("codes", codes))
        return Entry(one.column.name, parts, f"{note}, several in a cell" if split else note)
    attribute = names.attribute(one.column.title, multiple=is_multiple)
    values = tuple(Entry(text, names.value(attribute, text), told) for text, told in counted)
    parts = (Entry("attribute", attribute), *splits, Entry("values", values))
    return Entry(one.column.name, parts, note)


def _counted(found: _Proposal, one: Seen, counts: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    """Yield texts, each with how often it stands there and what is odd about it."""
    usual: dict[str, str] = {}
    for text, count in counts.items():
        odd = _spelled(usual, counts, text)
        if not odd and count == 1 and one.filled >= _RARE:
            odd = f"once in {one.filled:,}"
        if odd:
            where = (
                f" ({found.sheet.grid.place(one.first[text], one.column.at)})"
                if text in one.first
                else ""
            )
            found.suspects.append(f"{quote(one.column.name)}: {quote(text)} {odd}{where}")
        yield text, f"{count:,}{', ' if odd else ''}{odd}"
    if 0 < one.dates < one.filled:
        told = f"{one.dates:,} dates among other answers: has a program made them of such as 3-4?"
        found.suspects.append(f"{quote(one.column.name)}: {told}")


def _spelled(usual: dict[str, str], counts: Mapping[str, int], text: str) -> str:
    """Tell of which text before it one is another spelling, or maybe a slip."""
    before = usual.setdefault(folded(text), text)
    if before is not text:
        return f"spelled otherwise: {quote(before)}"
    like = near(text, [*usual.values()])
    return f"like {quote(like)}" if like and 10 * counts[text] <= counts[like] else ""


def _look_at_sheet(found: _Proposal) -> None:
    grid, sheet = found.sheet.grid, found.sheet
    hidden = ((grid.hidden_rows, "row"), (grid.hidden_columns, "column"))
    for count, what in hidden:
        if count:
            told = f"{count:,} hidden {what}{'s' if count > 1 else ''}, as by a filter"
            found.suspects.append(f"{told}: read as all others")
    for one in sheet.others:
        told = f"another sheet, {quote(one.name)}, of {len(one.rows):,} rows"
        found.suspects.append(f"{told}{', which is hidden' if one.hidden else ''}: not read")
    bare = [
        place for place, how in grid.made.items()
        if how == FORMULA and grid.rows[place[0]][place[1]].startswith("=")
    ]  # fmt: skip
    if bare:
        told = f"{len(bare):,} formulas that nothing has computed, the first {grid.place(*bare[0])}"
        found.suspects.append(f"{told}: open the file in a spreadsheet and save it")


def _look_at_sources(found: _Proposal) -> None:
    sheet = found.sheet
    for name in (_TITLE, _YEAR):
        if name not in found.sources:
            told = f"no column looks like the {name}s of publications; name it under sources"
            found.suspects.insert(0, f"{told}: without it no study comes in")
            continue
        column = found.sources[name].column
        filled = dict(sheet.cells(column))
        wrong = [
            f"{sheet.grid.place(row, column.at)} {quote(filled.get(row, ''))}"
            for row in sheet.rows
            if not (is_year(filled.get(row, "")) if name == _YEAR else filled.get(row))
        ]
        if wrong:
            more = f" and {len(wrong) - _SHOWN:,} more" if len(wrong) > _SHOWN else ""
            found.suspects.append(f"no {name}: {', '.join(wrong[:_SHOWN])}{more}")
    one = found.sources.get(_COUNTRY)
    if one and len(counts := one.parts("")) <= _MOST_COUNTRIES:
        usual: dict[str, str] = {}
        told_of = {text: odd for text in counts if (odd := _spelled(usual, counts, text))}
        name = quote(one.column.name)
        found.suspects += [f"{name}: {quote(text)} {odd}" for text, odd in told_of.items()]


def _head(found: _Proposal) -> Iterator[str]:
    sheet = found.sheet
    name = sheet.grid.file.rpartition("/")[2]
    yield f"What the columns of {name} are in the review: proposed by what stands in them."
    rows, columns = len(sheet.rows), len(sheet.columns)
    yield f"Seen: {rows:,} rows of {columns:,} columns. Behind a line stands how often."
    yield f"Edit it: names that you would rather have, what belongs together, what to {LEAVE_OUT}."
    yield f"Then: evidence import {shlex.quote(name)} --map MAP.yml, with the name of this file."
    if found.suspects:
        yield f"Look at ({len(found.suspects):,}):"
        yield from (f"- {one}" for one in found.suspects)
