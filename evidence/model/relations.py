"""Rules between files: foreign keys, codebook, screening, and that each source has all it needs."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from evidence.model.codebook import Attribute, Codebook
from evidence.model.evidence import BASELINE
from evidence.model.faults import Fault, FaultCode, nearest, quote
from evidence.model.tables import Row, Table, uncovered

_UNKNOWN = {
    "sources": FaultCode.UNKNOWN_SOURCE,
    "searches": FaultCode.UNKNOWN_SEARCH,
    "appraisals": FaultCode.CODING_WITHOUT_APPRAISAL,
}
# By decision: does the record need a source, and does it need a reason?
_DECISIONS = {"include": (True, False), "merged": (True, True), "exclude": (False, True)}

# Whose an agreed row is, where it is not that of one coder.
BOTH, ADDED = "both", "added"

Tables = Mapping[str, Table]


def relation_faults(tables: Tables, codebook: Codebook | None) -> Iterator[Fault]:
    """Find what is wrong between the tables there are, and between them and the codebook."""
    found = [*_foreign_key_faults(tables)]
    if codebook:
        found += codebook_faults(tables, codebook)
    yield from found
    if screening := tables.get("screening"):
        yield from _decision_faults(screening)
    sources, codings = tables.get("sources"), tables.get("codings")
    if codebook:
        for table in filter(None, (codings, tables.get("effects"))):
            wrong = {fault.row for fault in found if fault.file == table.file}
            yield from _reconciled_faults(table, codebook, wrong)
    if sources:
        yield from _baseline_faults(sources)
        if screening:
            yield from _inclusion_faults(sources, screening)
        if codings and codebook:
            yield from _coverage_faults(sources, codings, tables.get("appraisals"), codebook)


def mended_sources(
    tables: Tables, references: Collection[str]
) -> tuple[dict[str, Table], list[Fault]]:
    """Return the tables as if each id in sources.csv were the one that all else has for it.

    An id that nothing else names, beside one much like it that sources.csv lacks, is one fault of
    sources.csv: not one for each row that names the source rightly.
    """
    sources = tables["sources"]
    ids = sources.columns["source_id"]
    others = [table.columns for name, table in tables.items() if name != "sources"]
    named = {*references}.union(*(columns.get("source_id", ()) for columns in others))
    missing = tuple(sorted(named.difference(ids, ("",))))
    mended = {
        source_id: near
        for source_id in ids
        if source_id not in named and (near := nearest(source_id, missing))
    }
    faults = []
    for row in sources.rows_with({(source_id,) for source_id in mended}, "source_id"):
        source_id = row.cells["source_id"]
        message = f"nothing else names {quote(source_id)}, and sources.csv lacks "
        message += quote(mended[source_id])
        code, near = FaultCode.UNKNOWN_SOURCE, mended[source_id]
        faults.append(sources.fault(row, "source_id", code, message, "", near))
    columns = {**sources.columns, "source_id": [mended.get(one, one) for one in ids]}
    return {**tables, "sources": replace(sources, columns=columns)}, faults


def codebook_faults(tables: Tables, codebook: Codebook) -> Iterator[Fault]:
    """Find coders, values, facets, codes and stances that the codebook does not have."""
    coders = dict.fromkeys((*codebook.coders, codebook.agreed, *codebook.people))
    for table in (tables[name] for name in ("appraisals", "codings", "effects") if name in tables):
        # Recodings that are only tried out have no coder.
        strangers = {(coder,) for coder in table.columns.get("coder", ()) if coder not in coders}
        for row in table.rows_with(strangers, "coder"):
            yield from _unknown(table, row, "coder", coders, FaultCode.UNKNOWN_CODER)
    for name, asked in (("appraisals", codebook.attributes), ("effects", codebook.effects)):
        if name in tables:
            yield from _value_faults(tables[name], asked)
    if codings := tables.get("codings"):
        columns = ("facet", "code", "stance")
        wrong = {cells for cells in {*codings.cells(*columns)} if not _is_known(cells, codebook)}
        for row in codings.rows_with(wrong, *columns):
            yield from _coding_faults(codings, row, codebook)


def _value_faults(table: Table, attributes: Mapping[str, Attribute]) -> Iterator[Fault]:
    for name, attribute in attributes.items():
        delimiter = table.schema.fields[name].delimiter
        wrong = {
            cell: values
            for cell in {*table.columns[name]}
            if (
                values := [
                    value
                    for value in (cell.split(delimiter) if attribute.multiple else [cell])
                    if value and value not in attribute.values
                ]
            )
        }
        for row in table.rows_with({(cell,) for cell in wrong}, name):
            for value in wrong[row.cells[name]]:
                code, options = FaultCode.UNKNOWN_VALUE, attribute.values
                yield from _unknown(table, row, name, options, code, value=value)


def _is_known(cells: tuple[str, ...], codebook: Codebook) -> bool:
    name, code, stance = cells
    facet = codebook.facets.get(name)
    return bool(facet and code in facet.codes and stance in facet.stances)


def _coding_faults(table: Table, row: Row, codebook: Codebook) -> Iterator[Fault]:
    name, code, stance = (row.cells[column] for column in ("facet", "code", "stance"))
    facet = codebook.facets.get(name)
    if facet is None:
        yield from _unknown(table, row, "facet", codebook.facets, FaultCode.UNKNOWN_FACET)
        return
    owner = f"facet {quote(name)}"
    if code not in facet.codes:
        yield from _unknown(table, row, "code", facet.codes, FaultCode.UNKNOWN_CODE, owner=owner)
    others = [other for other, row in codebook.facets.items() if stance in row.stances]
    if name not in others:
        unknown = FaultCode.STANCE_NOT_OF_FACET if others else FaultCode.UNKNOWN_STANCE
        note = f"; it belongs to facet {others[0]}" if others else ""
        yield from _unknown(table, row, "stance", facet.stances, unknown, owner=owner, note=note)


def _unknown(
    table: Table,
    row: Row,
    column: str,
    options: Collection[str],
    code: FaultCode,
    *,
    owner: str = "the codebook",
    value: str = "",
    note: str = "",
) -> Iterator[Fault]:
    if column not in row.faulty:
        value, names = value or row.cells[column], tuple(options)
        message = f"{owner} has no {column} {quote(value)}{note}"
        yield table.fault(row, column, code, message, ", ".join(names), nearest(value, names))


def _foreign_key_faults(tables: Tables) -> Iterator[Fault]:
    """Find rows whose keys stand in no row of the table they refer to; one fault per row."""
    for table in tables.values():
        faulty: set[int] = set()
        for key in table.schema.foreign_keys:
            if key.resource not in tables:
                continue
            target = tables[key.resource]
            known = {*target.cells(*key.reference)}
            options = tuple(value[0] for value in known) if len(key.fields) == 1 else ()
            wrong = {value for value in {*table.cells(*key.fields)} - known if any(value)}
            for row in table.rows_with(wrong, *key.fields):
                value = tuple(row.cells[name] for name in key.fields)
                if not (row.line in faulty or row.faulty.intersection(key.fields)):
                    faulty.add(row.line)
                    code = _UNKNOWN.get(key.resource, FaultCode.UNKNOWN_VALUE)
                    message = f"{target.file} has no {' + '.join(key.reference)} "
                    message += quote(", ".join(value))
                    near = nearest(value[0], options)
                    yield table.fault(row, key.fields[0], code, message, "", near)


def _reconciled_faults(table: Table, codebook: Codebook, wrong: Collection[int]) -> Iterator[Fault]:
    """Find agreed rows that don't say whose they are, or say it wrongly, and others that do.

    What a source with wrong rows holds is not known.
    """
    several = codebook.agreed not in codebook.coders
    held = [column for column in table.schema.primary_key if column != "coder"]
    coders = table.columns["coder"]
    given = table.columns.get("reconciled") or [""] * len(table)
    keys = [*table.cells(*held)]
    holders: dict[tuple[str, ...], list[str]] = {}
    for key, coder in zip(keys, coders, strict=True):
        if coder in codebook.coders:
            holders.setdefault(key, []).append(coder)
    unsure = {
        source_id
        for number, (source_id, line) in enumerate(
            zip(table.columns["source_id"], table.lines, strict=True)
        )
        if number in table.faulty or line in wrong
    }
    for number, (key, coder, said) in enumerate(zip(keys, coders, given, strict=True)):
        wanted = several and coder == codebook.agreed
        if not (wanted or said):
            continue
        held_by = holders.get(key, [])
        right = BOTH if len(held_by) > 1 else "".join(held_by) or ADDED
        if wanted and said == right:
            continue
        row = table.row(number)
        if row.faulty & {"coder", "reconciled"}:
            continue
        allowed = "empty"
        if said and wanted:
            # A data package may know other words for it.
            if said not in (BOTH, ADDED, *codebook.coders) or row.cells["source_id"] in unsure:
                continue
            by = " and ".join(held_by)
            message = f"{quote(said)}, but {by or 'none of the coders'} "
            message += f"{'hold' if len(held_by) > 1 else 'holds'} this row"
            allowed = right
        elif wanted:
            message = f"a row by {coder} says nothing of whose it is"
            allowed = ", ".join(table.schema.fields["reconciled"].enum)
        else:
            message = f"a row by {coder} is not reconciled"
        yield table.fault(row, "reconciled", FaultCode.RECONCILED_MISMATCH, message, allowed)


def _decision_faults(screening: Table) -> Iterator[Fault]:
    """Find records whose source or reason does not go with their decision."""
    cells = screening.cells("decision", "source_id", "reason")
    for number, (decision, source, reason) in enumerate(cells):
        wanted = _DECISIONS.get(decision)
        if wanted is None or wanted == (bool(source), bool(reason)):
            continue
        row = screening.row(number)
        if row.faulty & {"decision", "reason", "source_id"}:
            continue
        wants_source, wants_reason = wanted
        named, given = quote(source), quote(reason)
        mismatch, needed = FaultCode.SCREENING_MISMATCH, FaultCode.SCREENING_WITHOUT_SOURCE
        reasons = ", ".join(screening.schema.fields["reason"].enum)
        for wrong, column, what, allowed in (
            (wants_source and not source, "source_id", "names no source", ""),
            (not wants_source and source, "source_id", f"names the source {named}", "empty"),
            (not wants_reason and reason, "reason", f"gives the reason {given}", "empty"),
            (wants_reason and not reason, "reason", "gives no reason", reasons),
        ):
            if wrong:
                code = mismatch if allowed else needed
                yield screening.fault(row, column, code, f"decision {decision} {what}", allowed)


def _inclusion_faults(sources: Table, screening: Table) -> Iterator[Fault]:
    """Find sources that no screening record includes, or that more than one does."""
    included: dict[str, str] = {}
    ids = screening.columns["source_id"]
    undecided = {ids[number] for number, names in screening.faulty.items() if "decision" in names}
    for row in screening.rows_with({("include",)}, "decision"):
        source = row.cells["source_id"]
        if not source:
            continue
        first = included.setdefault(source, row.cells["record_id"])
        if first != row.cells["record_id"]:
            message = f"{quote(source)} is included by record {first} already"
            code = FaultCode.SOURCE_INCLUDED_TWICE
            yield screening.fault(row, "source_id", code, message, "merged, same-source")
    covered = {*included, *undecided, *_baselines(sources)}
    what, code = "no record with decision include names", FaultCode.SOURCE_WITHOUT_SCREENING
    yield from uncovered(sources, covered, code, what)


def _baselines(sources: Table) -> set[str]:
    """Return the earlier reviews, which nobody has to find or to code: they are not counted."""
    rows = sources.rows_with({(BASELINE,)}, "role") if "role" in sources.columns else ()
    return {row.cells["source_id"] for row in rows}


def _baseline_faults(sources: Table) -> Iterator[Fault]:
    """Find a second baseline: it sets the year of the first edition."""
    if "role" not in sources.columns:
        return
    rows = [*sources.rows_with({(BASELINE,)}, "role")]
    for row in rows[1:]:
        message = f"{quote(rows[0].cells['source_id'])} is the baseline already"
        allowed = f"role {BASELINE} in one row"
        yield sources.fault(row, "role", FaultCode.SECOND_BASELINE, message, allowed)


def _coverage_faults(
    sources: Table, codings: Table, appraisals: Table | None, codebook: Codebook
) -> Iterator[Fault]:
    """Find sources without an agreed coding, and those that a coder of all has not appraised.

    No finding would ever count the former. Where a coder has coded a source without appraising
    it, the foreign key from coding to appraisal tells it.
    """
    coded = {*codings.cells("coder", "source_id")}
    baselines = _baselines(sources)
    agreed = {source for coder, source in coded if coder == codebook.agreed} | baselines
    what = "no agreed coding names"
    yield from uncovered(sources, agreed, FaultCode.SOURCE_WITHOUT_CODING, what)
    if appraisals:
        done = coded.union(appraisals.cells("coder", "source_id"))
        for coder in dict.fromkeys((*codebook.coders, codebook.agreed)):
            if coder not in codebook.partial:
                covered = {source for by, source in done if by == coder} | baselines
                code, what = FaultCode.SOURCE_WITHOUT_APPRAISAL, f"no appraisal by {coder} names"
                yield from uncovered(sources, covered, code, what)
