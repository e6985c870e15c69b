"""What a map adds to the codebook, put into all files of the data that it concerns."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from evidence.exchange.codings.mapping import Additions, with_additions
from evidence.exchange.data_files.codebook_text import lacking, with_names
from evidence.exchange.data_files.held_tables import HeldData
from evidence.exchange.data_files.package_text import (
    answer_columns,
    new_table,
    with_columns,
    with_table,
)
from evidence.exchange.data_files.table_rows import with_empty_columns
from evidence.model.codebook import Attribute
from evidence.model.package import FILE, package_of


@dataclass(frozen=True, slots=True)
class Extended:
    """The data with what a map adds to their codebook.

    Attributes
    ----------
    texts
        What the files hold that change, by name.
    told
        What is added, a line each.
    """

    held: HeldData
    texts: Mapping[str, str]
    told: tuple[str, ...]


def extended(data: Path, held: HeldData, additions: Additions) -> Extended:
    """Return the data with what their codebook lacks.

    Raises
    ------
    ValueError
        The codebook is written in a way that this does not know how to add to.
    """
    added = lacking(additions, held.codebook)
    file = held.package.others["codebook"]
    before = _text(data, file)
    after = with_names(before, added)
    codebook = with_additions(held.codebook, added)
    texts = {} if before == after else {file: after}
    descriptor, rows = _text(data, FILE), dict(held.rows)
    for table, section, known in (
        ("appraisals", "attributes", held.codebook.attributes),
        ("effects", "effects", held.codebook.effects),
    ):
        given: Mapping[str, Attribute] = getattr(added, section)
        new = {name: one for name, one in given.items() if name not in known}
        if not new:
            continue
        if schema := held.package.tables.get(table):
            descriptor = with_columns(descriptor, table, answer_columns(new, section))
            texts[schema.path] = with_empty_columns(_text(data, schema.path), schema, [*new])
            rows[table] = tuple((*row, *("" for _ in new)) for row in rows[table])
        else:
            made = new_table(table, new, codebook)
            descriptor = with_table(descriptor, made)
            header = ",".join(one["name"] for one in made["schema"]["fields"])
            texts[made["path"]], rows[table] = f"{header}\n", ()
        texts[FILE] = descriptor
    package = (
        package_of(json.loads(texts[FILE].removeprefix("\ufeff")))
        if FILE in texts
        else held.package
    )
    return Extended(HeldData(package, codebook, rows), texts, (*_told(added),))


def _text(data: Path, name: str) -> str:
    return (data / name).read_bytes().decode()


def _told(added: Additions) -> list[str]:
    told = [f"coder {name}" for name in added.coders]
    told += [f"person {name}, of those who check" for name in added.people]
    for what, asked in (("attribute", added.attributes), ("of effects,", added.effects)):
        told += [f"{what} {name}: {', '.join(one.values)}" for name, one in asked.items()]
    for name, facet in added.facets.items():
        if facet.codes:
            told.append(f"codes of {name}: {', '.join(facet.codes)}")
        if facet.stances:
            told.append(f"stances of {name}: {', '.join(facet.stances)}")
    return told
