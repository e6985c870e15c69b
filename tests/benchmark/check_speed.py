"""Print how long it takes to check 500 sources and 10,000 codings (budget: 1 second).

Run it from anywhere: `python tests/benchmark/check_speed.py`.
"""

import csv
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from shutil import copyfile, copytree

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from analysis.load import load  # noqa: E402

SOURCES, CODINGS = 500, 10_000
BUDGET = 1.0


def main() -> int:
    """Print the seconds of the slowest of five checks; 1 if beyond the budget."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        copytree(ROOT / "data", data, copy_function=copyfile)
        grow(data)
        seconds, processor = [], []
        for _ in range(5):
            start, start_processor = time.perf_counter(), time.process_time()
            evidence = load(data)
            seconds.append(time.perf_counter() - start)
            processor.append(time.process_time() - start_processor)
    sizes = f"{len(evidence.sources)} sources, {len(evidence.codings)} codings"
    print(f"{sizes}: {min(seconds):.2f} to {max(seconds):.2f} s (budget {BUDGET:.2f} s)")
    print(f"of which processor: {min(processor):.2f} to {max(processor):.2f} s")
    return int(max(seconds) > BUDGET)


def grow(data: Path) -> None:
    """Add copies of sources under new ids, with all that belongs to them, and codings."""
    sources = rows(data / "sources.csv")
    # The baseline stands once.
    models = [row for row in sources if row["role"] == "included"]
    extra = [models[number % len(models)] for number in range(SOURCES - len(sources))]
    # An id made of the number in letters can't clash with one made of a name.
    letters = str.maketrans("0123456789", "abcdefghij")
    names = {
        f"x{f'{number:03}'.translate(letters)}{row['year']}": row
        for number, row in enumerate(extra)
    }
    write(data / "sources.csv", [*sources, *({**row, "source_id": k} for k, row in names.items())])

    screening = rows(data / "screening.csv")
    includes = {row["source_id"]: row for row in screening if row["decision"] == "include"}
    records = [
        {**includes[row["source_id"]], "source_id": key, "record_id": f"r{2000 + number}"}
        for number, (key, row) in enumerate(names.items())
    ]
    write(data / "screening.csv", [*screening, *records])

    appraisals = rows(data / "appraisals.csv")
    write(data / "appraisals.csv", [*appraisals, *copies(appraisals, names)])

    codings = rows(data / "codings.csv")
    grown = [*codings, *copies(codings, names)]
    taken = {(*row.values(),)[:5] for row in grown}
    for row in codings:
        # Other stances of codes already held make up the number and keep the keys apart.
        for stance in ("uses", "defines", "problematises"):
            key = (row["source_id"], row["coder"], "term", row["code"], stance)
            if row["facet"] == "term" and key not in taken and len(grown) < CODINGS:
                taken.add(key)
                grown.append({**row, "stance": stance})
    write(data / "codings.csv", grown[:CODINGS])

    entries = (
        f"@misc{{{k},\n  year = {{{r['year']}}},\n  doi = {{{r['doi']}}}\n}}\n"
        for k, r in names.items()
    )
    with (data / "references.bib").open("a", encoding="utf-8") as file:
        file.write("\n" + "\n".join(entries))


def copies(
    table: list[dict[str, str]], names: Mapping[str, dict[str, str]]
) -> Iterable[dict[str, str]]:
    """Return the rows of the sources copied, under the new ids."""
    for key, source in names.items():
        for row in table:
            if row["source_id"] == source["source_id"]:
                yield {**row, "source_id": key}


def rows(path: Path) -> list[dict[str, str]]:
    """Return a CSV file's rows."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(path: Path, table: list[dict[str, str]]) -> None:
    """Write rows over a CSV file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(table[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(table)


if __name__ == "__main__":
    sys.exit(main())
