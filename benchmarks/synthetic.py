"""The project's data made larger: every source again under new ids, with its codes shuffled."""

import csv
import random
import re
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

SEED = 2006

Table = list[dict[str, str]]


def multiply(data: Path, times: int) -> None:
    """Make a data folder so many times as large, the same on every machine; the baseline stays one.

    A copy of a source keeps its appraisals, effects and stances. In each facet the codes that it
    holds are exchanged for others, alike for all coders, so that no copy says what its model says.
    """
    tables = {
        name: rows(data / f"{name}.csv")
        for name in ("sources", "appraisals", "codings", "effects", "screening")
    }
    held = {name: by_source(table) for name, table in tables.items()}
    models = [row["source_id"] for row in tables["sources"] if row["role"] == "included"]
    codes: dict[str, list[str]] = defaultdict(list)
    for facet, code in sorted({(row["facet"], row["code"]) for row in tables["codings"]}):
        codes[facet].append(code)
    chance = random.Random(SEED)  # noqa: S311 - no secret
    text = (data / "references.bib").read_text(encoding="utf-8")
    entries = {
        found[1]: f"{entry.strip()}\n"
        for entry in re.split(r"^(?=@)", text, flags=re.MULTILINE)
        if (found := re.match(r"@\w+\{([^,]+),", entry))
    }
    bibliography = [*entries.values()]
    for number in range(1, times):
        for model in models:
            key = copy_id(model, number)
            exchanged = {
                facet: dict(zip(known, chance.sample(known, len(known)), strict=True))
                for facet, known in codes.items()
            }
            for row in held["sources"][model]:
                study, entry = f"{row['study']}-x{number}", entries[model]
                own = {"source_id": key, "study": study, "doi": row["doi"]}
                if row["doi"]:
                    own["doi"] = f"{row['doi']}.x{number}"
                    entry = entry.replace(row["doi"], own["doi"])
                tables["sources"].append({**row, **own})
                bibliography.append(entry.replace(f"{{{model},", f"{{{key},", 1))
            for name in ("appraisals", "effects"):
                tables[name] += [{**row, "source_id": key} for row in held[name].get(model, ())]
            for row in held["codings"].get(model, ()):
                code = exchanged[row["facet"]][row["code"]]
                tables["codings"].append({**row, "source_id": key, "code": code})
        for source_id in ("", *models):
            key = copy_id(source_id, number) if source_id else ""
            for row in held["screening"].get(source_id, ()):
                record = f"{row['record_id']}{number:03}"
                tables["screening"].append({**row, "source_id": key, "record_id": record})
    for name, table in tables.items():
        write(data / f"{name}.csv", table)
    (data / "references.bib").write_text("\n".join(bibliography), encoding="utf-8")


def by_source(table: Table) -> Mapping[str, Table]:
    """Return the rows of each source."""
    found: dict[str, Table] = defaultdict(list)
    for row in table:
        found[row["source_id"]].append(row)
    return found


def copy_id(source_id: str, number: int) -> str:
    """Return the id of a copy of a source: an id made of a name, letters and a year."""
    name, year = re.fullmatch(r"([a-z]+)(.+)", source_id).groups()  # type: ignore[union-attr]
    letters = str(number).translate(str.maketrans("0123456789", "abcdefghij"))
    return f"{name}x{letters}{year}"


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
