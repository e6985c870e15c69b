"""What stands behind a word of the report, and what to change for it to read otherwise."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from evidence.model.claims import Claims
from evidence.model.evidence import Evidence
from evidence.model.package import read_package
from evidence.review.marks import Origin
from evidence.words import label

# Of what a row cites so many are named.
_NAMED = 3
STATES = "it states "
# A text of at least so many spaces is known again by itself.
_TELLING = 2


@dataclass(frozen=True)
class Behind:
    """The data behind the words of a project's report.

    Attributes
    ----------
    project, data
        The folders of the project and of its data.
    evidence
        What these hold.
    """

    project: Path
    data: Path
    evidence: Evidence

    @cached_property
    def _files(self) -> dict[str, tuple[str, list[str]]]:
        """The name in the project, and the lines, of each resource of the data."""
        package, _ = read_package(self.data)
        if not package:
            return {}
        paths = {**package.others, **{name: row.path for name, row in package.tables.items()}}
        return {
            name: (
                (self.data / path).relative_to(self.project).as_posix(),
                (self.data / path).read_text("utf-8").splitlines(),
            )
            for name, path in paths.items()
            if (self.data / path).is_file()
        }

    def place(self, resource: str, pattern: str) -> str:
        """Return the first line of a data file that a pattern matches, as file:line."""
        name, lines = self._files.get(resource, ("", []))
        for number, line in enumerate(lines, 1):
            if re.match(pattern, line):
                return f"{name}:{number}"
        return name

    def reasons(self, origin: Origin) -> Iterator[str]:
        """Yield what a word rests on, each with its place, from the nearest to the farthest."""
        match origin.kind:
            case "prose" if origin.claim and origin.case:
                yield f"the wording of {origin.claim} for the verdict {origin.case}"
            case "prose" if origin.measure:
                yield f"{STATES}{self._measure(origin.measure)}"
            case "value":
                yield f"computed by `{origin.behind}`"
                yield from self._named(origin.behind)
            case "cell":
                yield f"printed by the cell {origin.behind}".rstrip()
            case "citation" | "reference":
                for key in origin.behind.split():
                    yield f"reference {key} ({self._entry(key)})"

    def rows(self, about: tuple[str, ...]) -> Iterator[str]:
        """Yield where the data have what a row of a table is about: sources, a code, a claim."""
        for name in about[:_NAMED]:
            if name in self.evidence.sources:
                place = self.place("sources", rf"{re.escape(name)},")
                yield f"data row: {place} ({name})"
            elif name.casefold() in self._entries:
                resource, key = self._entries[name.casefold()]
                place = self.place(resource, rf"\s+{re.escape(key)}:")
                yield f"data row: {place} ({key})"

    @cached_property
    def _entries(self) -> dict[str, tuple[str, str]]:
        """What the codebook and the claims have, by the text that tables show of it."""
        codebook, claims = self.evidence.codebook, self.evidence.claims
        asked = (*codebook.attributes.values(), *codebook.effects.values())
        codes = (code for facet in codebook.facets.values() for code in facet.codes)
        keys = [*codes, *(value for row in asked for value in row.values)]
        found = {label(key).casefold(): ("codebook", key) for key in keys}
        named = (*claims.claims, *claims.measures)
        return found | {label(key).casefold(): ("claims", key) for key in named}

    def typed(self, text: str) -> Iterator[str]:
        """Yield where the data have a text, or the longest sentence of it, that a cell printed."""
        sentences = sorted(re.split(r"(?<=[.:;])\s+", text), key=len, reverse=True)
        for piece in (text, *sentences[:_NAMED]):
            wanted = _plain(piece)
            found = wanted.count(" ") >= _TELLING and [
                f"{name}:{number}"
                for name, lines in self._plain_lines
                for number, line in enumerate(lines, 1)
                if wanted in line
            ]
            if found:
                yield f"in the data: {', '.join(found[:_NAMED])}"
                return

    @cached_property
    def _plain_lines(self) -> list[tuple[str, list[str]]]:
        return [(name, [*map(_plain, lines)]) for name, lines in self._files.values()]

    def instead(self, origin: Origin, data: tuple[str, ...] = ()) -> str:
        """Return what to change instead of a word that no chapter holds; `data` has it where."""
        match origin.kind:
            case "value":
                rests = "; ".join(self._named(origin.behind))
                if not rests:
                    return f"change the data behind it, or the code of `{origin.behind}`"
                return f"change the codings or the rule behind it: {rests}"
            case "cell":
                rows = f"what it shows ({'; '.join(data)})" if data else "the data that it shows"
                return f"change {rows}, or the code of the cell {origin.behind}".rstrip()
            case "citation" | "reference":
                keys = origin.behind.split()
                return f"cite another source, or correct {', '.join(map(self._entry, keys))}"
            case _:
                return "no chapter holds it: a template or setting of the project does"

    def _entry(self, key: str) -> str:
        """Return where the bibliography has a key, as file:line."""
        pattern = rf"\s*@\w+\s*\{{\s*{re.escape(key)}\s*,"
        files = [name for name, (path, _) in self._files.items() if path.endswith(".bib")]
        return next((place for name in files if ":" in (place := self.place(name, pattern))), key)

    def _named(self, code: str) -> Iterator[str]:
        """Yield the findings and measures that an expression names."""
        try:
            tree = ast.parse(code, mode="eval")
        except SyntaxError:
            return
        claims = self.evidence.claims
        ids = claims.ids()
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and node.id in ids:
                yield self._finding(claims, ids[node.id])
            elif isinstance(node, ast.Constant) and node.value in claims.measures:
                yield self._measure(str(node.value))

    def _finding(self, claims: Claims, claim_id: str) -> str:
        claim = claims.claims[claim_id]
        place = self.place("claims", rf"\s+{re.escape(claim_id)}:")
        return f"finding {claims.entries()[claim_id]}, {claim.name} ({place})"

    def _measure(self, name: str) -> str:
        entry = self.evidence.claims.measure_entries().get(name, "")
        place = self.place("claims", rf"\s+{re.escape(name)}:")
        return f"measure {entry}, {name} ({place})"


def _plain(text: str) -> str:
    """Return a text without what its form and the typesetting add."""
    text = text.replace('""', '"').translate(_SHOWN)
    return re.sub(r"[\s*_\\]+", " ", text).strip().rstrip(".").casefold()


_SHOWN = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "−": "-"})
