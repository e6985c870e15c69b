"""The project's data made larger: every source again under new ids, with its codes shuffled."""

import csv
import random
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

SEED = 2006

Table = list[dict[str, str]]


def multiply(data: Path, times: int) -> None:
    """Make a data folder so many times as large, the same on every machine.

    A copy of a source keeps its appraisals and stances. In each facet the codes that it holds
    are exchanged for others, alike for all coders, so that no copy says what its model says.

    Parameters
    ----------
    data
        The folder, which is written over.
    times
        How often each source stands in it; the baseline stands once.
    """
    sources = rows(data / "sources.csv")
    models = [row["source_id"] for row in sources if row["role"] == "included"]
    included = set(models)
    tables = {
        name: _by_source(rows(data / f"{name}.csv"))
        for name in ("sources", "appraisals", "codings", "screening")
    }
    codes = _codes(tables["codings"])
    chance = random.Random(SEED)  # noqa: S311 - no secret
    grown: dict[str, Table] = {
        name: [row for group in table.values() for row in group] for name, table in tables.items()
    }
    entries = dict(_entries((data / "references.bib").read_text(encoding="utf-8")))
    bibliography = [*entries.values()]
    for number in range(1, times):
        for model in models:
            key = copy_id(model, number)
            exchanged = {facet: _shuffled(known, chance) for facet, known in codes.items()}
            for row in tables["sources"][model]:
                study = f"{row['study']}-x{number}"
                grown["sources"].append({**row, "source_id": key, "study": study})
            for name in ("appraisals", "codings"):
                for row in tables[name].get(model, ()):
                    copy = {**row, "source_id": key}
                    if name == "codings":
                        copy["code"] = exchanged[row["facet"]][row["code"]]
                    grown[name].append(copy)
            bibliography.append(entries[model].replace(f"{{{model},", f"{{{key},", 1))
        for source_id, group in tables["screening"].items():
            if source_id in included or not source_id:
                key = copy_id(source_id, number) if source_id else ""
                for row in group:
                    name = f"{row['record_id']}{number:03}"
                    grown["screening"].append({**row, "source_id": key, "record_id": name})
    for name, table in grown.items():
        write(data / f"{name}.csv", table)
    (data / "references.bib").write_text("\n".join(bibliography), encoding="utf-8")


def copy_id(source_id: str, number: int) -> str:
    """Return the id of a copy of a source: an id made of a name, letters and a year."""
    name, year = re.fullmatch(r"([a-z]+)(.+)", source_id).groups()  # type: ignore[union-attr]
    letters = str(number).translate(str.maketrans("0123456789", "abcdefghij"))
    return f"{name}x{letters}{year}"


def _by_source(table: Table) -> Mapping[str, Table]:
    found: dict[str, Table] = defaultdict(list)
    for row in table:
        found[row["source_id"]].append(row)
    return found


def _codes(codings: Mapping[str, Table]) -> Mapping[str, list[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for group in codings.values():
        for row in group:
            found[row["facet"]].add(row["code"])
    return {facet: sorted(codes) for facet, codes in found.items()}


def _shuffled(codes: list[str], chance: random.Random) -> Mapping[str, str]:
    return dict(zip(codes, chance.sample(codes, len(codes)), strict=True))


def _entries(text: str) -> Iterator[tuple[str, str]]:
    for entry in re.split(r"^(?=@)", text, flags=re.MULTILINE):
        if key := re.match(r"@\w+\{([^,]+),", entry):
            yield key[1], f"{entry.strip()}\n"


def rows(path: Path) -> Table:
    """Return a CSV file's rows."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(path: Path, table: Table) -> None:
    """Write rows over a CSV file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(table[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(table)
