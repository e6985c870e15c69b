"""Rules between files: foreign keys, codebook, screening, and that each source has all it needs."""

from collections.abc import Iterator, Mapping

from evidence.model.bibliography import Reference
from evidence.model.evidence import BASELINE, Codebook
from evidence.model.faults import Fault, FaultCode, nearest, quote
from evidence.model.package import ForeignKey
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
    """Find coders, values, facets, codes and stances that the codebook does not have."""
    coders = tuple(dict.fromkeys((*codebook.coders, codebook.agreed)))
    for table in (tables[name] for name in ("appraisals", "codings") if name in tables):
        for row in table.rows:
            if row.cells.get("coder", codebook.agreed) not in coders:
                yield from _unknown_value(table, row, "coder", FaultCode.UNKNOWN_CODER, coders)
    if appraisals := tables.get("appraisals"):
        for name, attribute in codebook.attributes.items():
            options = tuple(attribute.values)
            delimiter = appraisals.schema.fields[name].delimiter if attribute.multiple else None
            for row in appraisals.rows:
                cell = row.cells[name]
                for value in cell.split(delimiter) if delimiter else [cell]:
                    if value and value not in attribute.values:
                        yield from _unknown_value(
                            appraisals, row, name, FaultCode.UNKNOWN_VALUE, options, value=value
                        )
    if codings := tables.get("codings"):
        for row in codings.rows:
            yield from _coding_faults(codings, row, codebook)


def _coding_faults(table: Table, row: Row, codebook: Codebook) -> Iterator[Fault]:
    name, code, stance = (row.cells[column] for column in ("facet", "code", "stance"))
    facet = codebook.facets.get(name)
    if facet is None:
        facets = tuple(codebook.facets)
        yield from _unknown_value(table, row, "facet", FaultCode.UNKNOWN_FACET, facets)
        return
    owner = f"facet {quote(name)}"
    if code not in facet.codes:
        codes = tuple(facet.codes)
        yield from _unknown_value(table, row, "code", FaultCode.UNKNOWN_CODE, codes, owner=owner)
    others = [other for other, row in codebook.facets.items() if stance in row.stances]
    if name not in others:
        unknown = FaultCode.STANCE_NOT_OF_FACET if others else FaultCode.UNKNOWN_STANCE
        stances = tuple(facet.stances)
        belongs = f"; it belongs to facet {others[0]}" if others else ""
        yield from _unknown_value(table, row, "stance", unknown, stances, owner=owner, note=belongs)


def reconciled_faults(tables: Tables, codebook: Codebook) -> Iterator[Fault]:
    """Find agreed codings that don't say whose they are, and others that do."""
    codings = tables["codings"]
    several = codebook.agreed not in codebook.coders
    for row in codings.rows:
        wanted = several and row.cells["coder"] == codebook.agreed
        given = row.cells.get("reconciled", "")
        if row.faulty & {"coder", "reconciled"} or bool(given) == wanted:
            continue
        who = f"a coding by {row.cells['coder']}"
        message = f"{who} says nothing of whose it is" if wanted else f"{who} is not reconciled"
        allowed = ", ".join(codings.schema.fields["reconciled"].enum) if wanted else "empty"
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
    undecided = set()
    for row in screening.rows:
        source = row.cells["source_id"]
        if "decision" in row.faulty:
            undecided.add(source)
        if row.cells["decision"] != "include" or not source:
            continue
        first = included.setdefault(source, row.cells["record_id"])
        if first != row.cells["record_id"]:
            message = f"{quote(source)} is included by record {first} already"
            code = FaultCode.SOURCE_INCLUDED_TWICE
            yield _fault(screening, row, "source_id", code, message, allowed="merged, same-source")
    code = FaultCode.SOURCE_WITHOUT_SCREENING
    covered = {*included, *undecided}
    yield from _uncovered(tables, covered, code, "no record with decision include names")


def baseline_faults(tables: Tables) -> Iterator[Fault]:
    """Find a second baseline: it sets the year of the first edition."""
    sources = tables["sources"]
    rows = [row for row in sources.rows if row.cells.get("role") == BASELINE]
    for row in rows[1:]:
        message = f"{quote(rows[0].cells['source_id'])} is the baseline already"
        allowed = f"role {BASELINE} in one row"
        yield _fault(sources, row, "role", FaultCode.SECOND_BASELINE, message, allowed=allowed)


def coverage_faults(tables: Tables, codebook: Codebook) -> Iterator[Fault]:
    """Find sources without an agreed coding: no finding would ever count them."""
    agreed = codebook.agreed
    coded = {
        row.cells["source_id"] for row in tables["codings"].rows if row.cells["coder"] == agreed
    }
    what = "no agreed coding names"
    yield from _uncovered(tables, coded, FaultCode.SOURCE_WITHOUT_CODING, what)


def appraisal_faults(tables: Tables, codebook: Codebook) -> Iterator[Fault]:
    """Find sources that a coder of all sources has neither appraised nor coded.

    Where the coder has coded the source, the foreign key from coding to appraisal tells it.
    """
    done = {
        (row.cells["source_id"], row.cells["coder"])
        for name in ("appraisals", "codings")
        for row in tables[name].rows
    }
    for coder in dict.fromkeys((*codebook.coders, codebook.agreed)):
        if coder not in codebook.partial:
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
    return _fault(
        table,
        row,
        key.fields[0],
        _UNKNOWN.get(key.resource, FaultCode.UNKNOWN_VALUE),
        message,
        near=near,
    )


def _unknown_value(
    table: Table,
    row: Row,
    column: str,
    code: FaultCode,
    options: tuple[str, ...],
    *,
    owner: str = "the codebook",
    value: str | None = None,
    note: str = "",
) -> Iterator[Fault]:
    if column in row.faulty:
        return
    value = row.cells[column] if value is None else value
    message = f"{owner} has no {column} {quote(value)}{note}"
    allowed, near = ", ".join(options), nearest(value, options)
    yield _fault(table, row, column, code, message, allowed=allowed, near=near)


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
