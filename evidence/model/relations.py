"""Rules between files: foreign keys, codebook, screening, and that each source has all it needs."""

from collections.abc import Iterator, Mapping

from evidence.model.bibliography import Reference
from evidence.model.evidence import AGREED, Codebook
from evidence.model.faults import Fault, FaultCode, nearest, quote
from evidence.model.package import Field, ForeignKey
from evidence.model.tables import Row, Table

_UNKNOWN = {
    "sources": FaultCode.UNKNOWN_SOURCE,
    "searches": FaultCode.UNKNOWN_SEARCH,
    "appraisals": FaultCode.CODING_WITHOUT_APPRAISAL,
}
# By decision: does the record need a source, and does it need a reason?
_DECISIONS = {"include": (True, False), "merged": (True, True), "exclude": (False, True)}

Tables = Mapping[str, Table]


def foreign_key_faults(tables: Tables) -> Iterator[Fault]:
    """Find rows whose keys stand in no row of the table they refer to; one fault per row."""
    for table in tables.values():
        faulty: set[int] = set()
        for key in table.schema.foreign_keys:
            if key.resource not in tables:
                continue
            target = tables[key.resource]
            known = {tuple(row.cells[name] for name in key.reference) for row in target.rows}
            options = tuple(value[0] for value in known) if len(key.fields) == 1 else ()
            for row in table.rows:
                value = tuple(row.cells[name] for name in key.fields)
                skip = row.line in faulty or row.faulty.intersection(key.fields)
                if not skip and any(value) and value not in known:
                    faulty.add(row.line)
                    yield _unknown_key(table, row, key, target, nearest(value[0], options))


def codebook_faults(tables: Tables, codebook: Codebook) -> Iterator[Fault]:
    """Find values that the codebook does not have where the datapackage says it must."""
    for table in tables.values():
        for field in table.schema.fields.values():
            if not field.codebook:
                continue
            by_facet: dict[str, Mapping[str, object] | None] = {}
            for row in table.rows:
                value, facet = row.cells[field.name], row.cells.get("facet", "")
                if facet not in by_facet:
                    by_facet[facet] = _codebook_values(codebook, field, facet)
                options = by_facet[facet]
                if options is None or field.name in row.faulty or value in options:
                    continue
                yield _unknown_value(table, row, field, codebook, options)


def coding_faults(tables: Tables) -> Iterator[Fault]:
    """Find agreed codings that don't say whose they are, and others that do."""
    codings = tables["codings"]
    for row in codings.rows:
        agreed = row.cells["coder"] == AGREED
        if row.faulty & {"coder", "reconciled"} or bool(row.cells["reconciled"]) == agreed:
            continue
        who = f"a coding by {row.cells['coder']}"
        message = f"{who} says nothing of whose it is" if agreed else f"{who} is not reconciled"
        allowed = ", ".join(codings.schema.fields["reconciled"].enum) if agreed else "empty"
        yield _fault(
            codings, row, "reconciled", FaultCode.RECONCILED_MISMATCH, message, allowed=allowed
        )


def screening_faults(tables: Tables) -> Iterator[Fault]:
    """Find records whose source or reason does not go with their decision."""
    screening = tables["screening"]
    for row in screening.rows:
        decision = row.cells["decision"]
        if decision not in _DECISIONS or row.faulty & {"decision", "reason", "source_id"}:
            continue
        wants_source, wants_reason = _DECISIONS[decision]
        source, reason = row.cells["source_id"], row.cells["reason"]
        if wants_source and not source:
            message, code = "names no source", FaultCode.SCREENING_WITHOUT_SOURCE
            yield _fault(screening, row, "source_id", code, f"decision {decision} {message}")
        mismatch = FaultCode.SCREENING_MISMATCH
        if source and not wants_source:
            message = f"decision {decision} names the source {quote(source)}"
            yield _fault(screening, row, "source_id", mismatch, message, allowed="empty")
        if reason and not wants_reason:
            message = f"decision {decision} gives the reason {quote(reason)}"
            yield _fault(screening, row, "reason", mismatch, message, allowed="empty")
        if wants_reason and not reason:
            allowed = ", ".join(screening.schema.fields["reason"].enum)
            message = f"decision {decision} gives no reason"
            yield _fault(screening, row, "reason", mismatch, message, allowed=allowed)


def inclusion_faults(tables: Tables) -> Iterator[Fault]:
    """Find sources that no screening record includes, or that more than one does."""
    screening = tables["screening"]
    included: dict[str, str] = {}
    for row in screening.rows:
        source = row.cells["source_id"]
        if row.cells["decision"] != "include" or not source:
            continue
        first = included.setdefault(source, row.cells["record_id"])
        if first != row.cells["record_id"]:
            message = f"{quote(source)} is included by record {first} already"
            code = FaultCode.SOURCE_INCLUDED_TWICE
            yield _fault(screening, row, "source_id", code, message, allowed="merged, same-source")
    code = FaultCode.SOURCE_WITHOUT_SCREENING
    yield from _uncovered(tables, set(included), code, "no record with decision include names")


def baseline_faults(tables: Tables) -> Iterator[Fault]:
    """Find that not exactly one source is the baseline: it sets the year of the first edition."""
    sources = tables["sources"]
    rows = [row for row in sources.rows if row.cells["role"] == "baseline"]
    code, allowed = FaultCode.NOT_ONE_BASELINE, "role baseline in one row"
    if not rows:
        yield Fault(sources.file, 0, "role", code, "no source is the baseline", allowed)
    for row in rows[1:]:
        message = f"{quote(rows[0].cells['source_id'])} is the baseline already"
        yield Fault(sources.file, row.line, "role", code, message, allowed)


def coverage_faults(tables: Tables) -> Iterator[Fault]:
    """Find sources without an agreed coding: no finding would ever count them."""
    coded = {
        row.cells["source_id"] for row in tables["codings"].rows if row.cells["coder"] == AGREED
    }
    code = FaultCode.SOURCE_WITHOUT_CODING
    yield from _uncovered(tables, coded, code, "no agreed coding names")


def appraisal_faults(tables: Tables) -> Iterator[Fault]:
    """Find sources that a coder has neither appraised nor coded.

    Where the coder has coded the source, the foreign key from coding to appraisal tells it.
    """
    appraisals = tables["appraisals"]
    done = {
        (row.cells["source_id"], row.cells["coder"])
        for table in (appraisals, tables["codings"])
        for row in table.rows
    }
    for coder in appraisals.schema.fields["coder"].enum:
        covered = {source for source, by in done if by == coder}
        code = FaultCode.SOURCE_WITHOUT_APPRAISAL
        yield from _uncovered(tables, covered, code, f"no appraisal by {coder} names")


def reference_faults(
    tables: Tables, references: Mapping[str, Reference], file: str
) -> Iterator[Fault]:
    """Find sources without a bibliography entry, the reverse, and entries that say otherwise."""
    sources = tables["sources"]
    code = FaultCode.SOURCE_WITHOUT_BIBLIOGRAPHY
    yield from _uncovered(tables, set(references), code, f"{file} has no entry")
    rows = {row.cells["source_id"]: row for row in sources.rows}
    ids = tuple(rows)
    for key, reference in references.items():
        if key not in rows:
            message = f"{sources.file} has no source {quote(key)}"
            code, near = FaultCode.BIBLIOGRAPHY_WITHOUT_SOURCE, nearest(key, ids)
            yield Fault(file, reference.line, "key", code, message, "", near)
            continue
        for name in ("year", "doi"):
            cell = rows[key].cells[name]
            value = reference.fields.get(name, "")
            if value == cell or not reference.fields or name in rows[key].faulty:
                continue
            message = f"{quote(value)}, but {sources.file}:{rows[key].line} has {quote(cell)}"
            line = reference.lines.get(name, reference.line)
            yield Fault(file, line, name, FaultCode.BIBLIOGRAPHY_DIFFERS, message, "the same")


def _uncovered(tables: Tables, covered: set[str], code: FaultCode, what: str) -> Iterator[Fault]:
    sources = tables["sources"]
    for row in sources.rows:
        source = row.cells["source_id"]
        if source not in covered and "source_id" not in row.faulty:
            yield _fault(sources, row, "source_id", code, f"{what} {quote(source)}")


def _unknown_key(table: Table, row: Row, key: ForeignKey, target: Table, near: str) -> Fault:
    value = quote(", ".join(row.cells[name] for name in key.fields))
    message = f"{target.file} has no {' + '.join(key.reference)} {value}"
    return _fault(table, row, key.fields[0], _UNKNOWN[key.resource], message, near=near)


def _codebook_values(codebook: Codebook, field: Field, facet: str) -> Mapping[str, object] | None:
    # None where the facet itself is unknown, so that nothing can be said of what it holds.
    kind, *rest = (part.format(facet=facet) for part in field.codebook.split("/"))
    group: Mapping[str, object] = codebook.attributes if kind == "attributes" else codebook.facets
    if not rest:
        return group
    name, part = rest
    found: Mapping[str, object] | None = getattr(group.get(name), part, None)
    return found


def _unknown_value(
    table: Table, row: Row, field: Field, codebook: Codebook, options: Mapping[str, object]
) -> Fault:
    value, names = row.cells[field.name], tuple(options)
    code = FaultCode(f"unknown-{field.name}")
    message = f"the codebook has no {field.name} {quote(value)}"
    facet = row.cells.get("facet", "")
    if "{facet}" in field.codebook:
        message = f"facet {quote(facet)} has no {field.name} {quote(value)}"
    owners = [name for name, other in codebook.facets.items() if value in other.stances]
    if code is FaultCode.UNKNOWN_STANCE and owners:
        code = FaultCode.STANCE_NOT_OF_FACET
        message = f"stance {quote(value)} belongs to facet {owners[0]}, not to {facet}"
    allowed, near = ", ".join(names), nearest(value, names)
    return _fault(table, row, field.name, code, message, allowed=allowed, near=near)


def _fault(
    table: Table,
    row: Row,
    column: str,
    code: FaultCode,
    message: str,
    *,
    allowed: str = "",
    near: str = "",
) -> Fault:
    return Fault(table.file, row.line, column, code, message, allowed, near)
