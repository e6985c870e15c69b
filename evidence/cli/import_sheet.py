"""A coding sheet that a person filled in, brought into the data, for `evidence import`."""

import shlex
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from evidence.cli.check import judge_data, judge_project
from evidence.cli.project import DATA, FaultsError, copied_data, write_data
from evidence.cli.terminal import plural, progress, visible

if TYPE_CHECKING:
    from evidence.exchange.sampling.returned_sheet import Returned
    from evidence.model.evidence import Appraisal, Coding, Evidence
    from evidence.model.package import Package, TableSchema

_TABLES = ("appraisals", "codings")
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Change:
    """What a person says of a source, and what they said of it before."""

    source_id: str
    appraisal: "tuple[Appraisal | None, Appraisal]"
    codings: "tuple[tuple[Coding, ...], tuple[Coding, ...]]"

    @property
    def is_new(self) -> bool:
        """Whether nothing was said of it before."""
        return self.appraisal[0] is None and not self.codings[0]


def import_sheet(project: Path, file: Path, *, write: bool) -> None:
    """Print what the sheet says that the data do not have, and write it if asked to."""
    from evidence.exchange.sampling.returned_sheet import read_sheet
    from evidence.model.package import read_package

    with progress(sys.stderr) as show:
        show("read the data")
        evidence, _ = judge_project(project)
        package, _ = read_package(project / DATA)
        assert package  # noqa: S101 - the evidence could be read
        tables = [package.tables[name] for name in _TABLES if name in package.tables]
        required = {name for table in tables for name, row in table.fields.items() if row.required}
        show(f"read {file}")
        returned, faults = read_sheet(file, evidence, required)
        if returned is None:
            lines = [*map(str, faults), f"{plural(len(faults), 'fault')} in {file}"]
            raise FaultsError("\n".join(lines))
        changes = [*_changes(evidence, returned, appraised=tables[0].name == _TABLES[0])]
        _hold_silent(file, returned, tables)
        texts = _texts(project / DATA, evidence, package, returned.coder, changes)
        if texts:
            show("check the data as they would be")
            _try(project, texts)
    print("\n".join(_told(evidence, returned, changes)))
    if not returned.appraisals:
        print("\nNo source is finished: put yes under finished for each that is.")
    elif not changes:
        print("\nThe data have all of it already: there is nothing to write.")
    elif not write:
        print(f"\nNothing is written yet: evidence import {shlex.quote(str(file))} --write")
    else:
        write_data(project, texts)
        written = ", ".join(f"{DATA}/{name}" for name in texts)
        print(f"\nWritten: {written}. Next: evidence check, evidence render")


def _hold_silent(file: Path, returned: "Returned", tables: "Sequence[TableSchema]") -> None:
    """Stop where the data have no place to say that somebody read a source and found nothing."""
    said = {row.source_id for row in returned.codings}
    silent = [row.source_id for row in returned.appraisals if row.source_id not in said]
    if silent and tables[0].name != _TABLES[0]:
        from evidence.model.faults import Fault, FaultCode

        message = "is finished with nothing said, and without a table of appraisals no row says so"
        code = FaultCode.SOURCE_WITHOUT_APPRAISAL
        lines = [str(Fault(str(file), 0, "", code, f"{one} {message}")) for one in silent]
        raise FaultsError("\n".join(lines))


def _changes(evidence: "Evidence", returned: "Returned", *, appraised: bool) -> Iterator[Change]:
    """Yield each source of which the coder says anything else than the data have.

    Parameters
    ----------
    appraised
        Whether the data have appraisals.
    """
    coder = returned.coder
    before = {row.source_id: row for row in evidence.appraisals if row.coder == coder}
    old, new = (_by_source(rows, coder) for rows in (evidence.codings, returned.codings))
    for row in returned.appraisals:
        first = before.get(row.source_id)
        said = old.get(row.source_id, ()), new.get(row.source_id, ())
        same = not appraised or (first is not None and dict(first.values) == dict(row.values))
        if not same or said[0] != said[1]:
            yield Change(row.source_id, (first, row), said)


def _by_source(codings: "Sequence[Coding]", coder: str) -> "Mapping[str, tuple[Coding, ...]]":
    found: dict[str, tuple[Coding, ...]] = {}
    for row in sorted(codings, key=lambda row: (row.facet, row.code, row.stance)):
        if row.coder == coder:
            found[row.source_id] = (*found.get(row.source_id, ()), row)
    return found


def _told(evidence: "Evidence", returned: "Returned", changes: Sequence[Change]) -> Iterator[str]:
    """Give the lines that say what a sheet brings."""
    new = [row for row in changes if row.is_new]
    other = [row for row in changes if not row.is_new]
    finished = len(returned.appraisals)
    yield (
        f"{returned.coder} finished {plural(finished, 'source')} and left "
        f"{len(returned.unfinished):,} unfinished."
    )
    codings = sum(len(row.codings[1]) for row in new)
    silent = sum(not row.codings[1] for row in new)
    none = f"; in {silent:,} of them nothing is said" if silent else ""
    yield f"  new: {plural(len(new), 'source')} with {plural(codings, 'coding')}{none}"
    yield f"  changed: {plural(len(other), 'source')}"
    for row in other:
        yield from (f"    {row.source_id}: {visible(said)}" for said in _differences(row))
    yield f"  as the data have them: {plural(finished - len(changes), 'source')}"
    for title, lines in (
        ("left out, not finished", _unfinished(returned.unfinished)),
        ("passed over", returned.notes),
    ):
        if lines:
            yield f"  {title}:"
            yield from (f"    {visible(line)}" for line in lines[:_SHOWN])
            if len(lines) > _SHOWN:
                yield f"    and {len(lines) - _SHOWN:,} more"
    if changes and returned.coder not in evidence.codebook.people:
        from evidence.exchange.data_files.table_rows import written

        yield f"  into {DATA}/codebook.yml: people: [{written(returned.coder)}]"


def _unfinished(sources: Mapping[str, int]) -> list[str]:
    return [f"{source_id} ({plural(number, 'answer')})" for source_id, number in sources.items()]


def _differences(row: Change) -> Iterator[str]:
    before, now = row.appraisal
    for name, values in now.values.items() if before else ():
        if before and before.values.get(name, ()) != values:
            old = " ".join(before.values.get(name, ())) or "nothing"
            yield f"{name} {old} -> {' '.join(values) or 'nothing'}"
    old_codings, new_codings = (
        {(one.facet, one.code, one.stance): one for one in rows} for rows in row.codings
    )
    for key in sorted({*old_codings, *new_codings}):
        name = f"{key[0]}:{key[1]} {key[2]}"
        if key not in new_codings:
            yield f"no longer {name}"
        elif key not in old_codings:
            yield f"now {name}"
        elif old_codings[key] != new_codings[key]:
            yield f"{name} told otherwise"


def _texts(
    data: Path,
    evidence: "Evidence",
    package: "Package",
    coder: str,
    changes: Sequence[Change],
) -> Mapping[str, str]:
    """Return what the files of the data would hold, by the name of each that would change."""
    from evidence.exchange.data_files.table_rows import with_person, with_rows

    if not changes:
        return {}
    held = {name: _cells(package, name, changes) for name in _TABLES if name in package.tables}
    texts = {}
    for name, rows in held.items():
        path = package.tables[name].path
        before = (data / path).read_bytes().decode()
        after = with_rows(before, package.tables[name], coder, rows)
        if after != before:
            texts[path] = after
    path = package.others["codebook"]
    if coder not in evidence.codebook.people:
        try:
            texts[path] = with_person((data / path).read_bytes().decode(), coder)
        except ValueError as error:
            raise FaultsError(f"{DATA}/{path}: {error}") from error
    return texts


def _cells(
    package: "Package", name: str, changes: Sequence[Change]
) -> Mapping[str, list[Mapping[str, str]]]:
    """Return the rows that a table is to have of the coder, by source."""
    fields = package.tables[name].fields
    rows: dict[str, list[Mapping[str, str]]] = {}
    for change in changes:
        if name == "codings":
            told = [
                {column: getattr(one, column) for column in fields} for one in change.codings[1]
            ]
        else:
            row = change.appraisal[1]
            told = [
                {
                    "source_id": row.source_id,
                    "coder": row.coder,
                    **{key: fields[key].delimiter.join(held) for key, held in row.values.items()},
                }
            ]
        rows[change.source_id] = [*told]
    return rows


def _try(project: Path, texts: Mapping[str, str]) -> None:
    """Read the data as they would be, so that nothing is written that would be a fault."""
    with copied_data(project, texts) as data:
        judge_data(data, DATA)
