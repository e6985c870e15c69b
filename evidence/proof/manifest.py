"""What goes into a build, its fingerprint, and the manifest beside the documents that came out."""

import hashlib
import json
import os
import platform
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Self

from evidence.engine.installed import version
from evidence.engine.own import OWN_EXTENSION

NAME = "manifest.json"
BUILTIN = "builtin"
ENGINES = (BUILTIN, "quarto")
PACKAGE = Path(__file__).parents[1]
IN_WHEEL = Path("engine", "extension")
# What of a project goes into its documents, beside the code of this package.
INPUTS = (
    "_quarto.yml", "_variables.yml", "_extensions", "*.qmd", "chapters", "data", "analysis",
    "fonts", "requirements.lock",
)  # fmt: skip
# Cells read none of the prose, and import nothing of what turns it into documents.
NOT_FOR_CELLS = ("_variables.yml", "_extensions", "*.qmd", "chapters")
ROOMS_NOT_FOR_CELLS = ("__main__.py", "check", "cli", "engine", "exchange", "proof", "review")
# What new reviews begin with makes no document of this one.
TEMPLATES = PACKAGE / "scaffold"
TOOLS = ("pypandoc-binary", "typst", "matplotlib", "pandas")
LENGTH = 12


def inputs(project: Path, *, of_cells: bool = False) -> dict[str, Path]:
    """Return the files that go into a build, or into its cells, in one order on every machine.

    The code of this package goes by `evidence/...`, whether it lies in the project or is installed
    elsewhere.
    """
    wanted = [name for name in INPUTS if not (of_cells and name in NOT_FOR_CELLS)]
    places = (place for name in wanted for place in project.glob(name))
    files = {name: path for place in places for name, path in _files(place, project)}
    code = dict(_files(PACKAGE, PACKAGE))
    # Where they lie differs, too.
    shared = _files(OWN_EXTENSION, OWN_EXTENSION)
    code |= {f"{IN_WHEEL.as_posix()}/{name}": path for name, path in shared}
    left = {TEMPLATES.name, *(ROOMS_NOT_FOR_CELLS if of_cells else ())}
    for name, path in code.items():
        if name.partition("/")[0] not in left:
            files[f"{PACKAGE.name}/{name}"] = path
    return dict(sorted(files.items()))


def _files(place: Path, above: Path) -> Iterator[tuple[str, Path]]:
    """Yield the files of a folder, or the file itself, without what tools leave behind.

    Each comes with its name from a folder above it on.
    """
    inside = place.relative_to(above)
    if any(map(_is_left_behind, inside.parts)):
        return
    if place.is_file():
        yield inside.as_posix(), place
    for folder, inner, names in os.walk(place):
        inner[:] = [name for name in inner if not _is_left_behind(name)]
        within = Path(folder).relative_to(above).as_posix()
        before = "" if within == "." else f"{within}/"
        for name in names:
            if not _is_left_behind(name) and (path := Path(folder, name)).is_file():
                yield f"{before}{name}", path


def _is_left_behind(name: str) -> bool:
    return name.startswith(".") or name == "__pycache__"


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal digits."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def digests(project: Path) -> dict[str, str]:
    """Return the SHA-256 of every file that goes into a build, by its name."""
    return {name: digest(path) for name, path in inputs(project).items()}


def tools() -> dict[str, str]:
    """Return the versions of what makes the documents, by name."""
    python = ".".join(platform.python_version_tuple()[:2])
    return {**{tool: version(tool) for tool in TOOLS}, "python": python}


def fingerprint(project: Path, edition: str = "") -> str:
    """Return the first digits of a hash over inputs and tools, the same whatever the machine.

    An edition that is asked for by its year has a fingerprint of its own.
    """
    return fingerprint_of(digests(project), edition)


def fingerprint_of(files: Mapping[str, str], edition: str = "") -> str:
    """Return the fingerprint of files, given by the SHA-256 of each, and of an edition."""
    asked = {"edition": edition} if edition else {}
    named = {**files, **tools(), **asked}
    lines = "".join(f"{name}\0{value}\n" for name, value in named.items())
    return hashlib.sha256(lines.encode()).hexdigest()[:LENGTH]


def edition_of(project: Path, mark: str, years: Iterable[int]) -> str | None:
    """Return the year of the edition of a project as it is that has a fingerprint.

    It is empty for the report itself, and there is none where no edition has it.
    """
    files = digests(project)
    wanted = ("", *map(str, sorted(years, reverse=True)))
    return next((year for year in wanted if fingerprint_of(files, year) == mark), None)


@dataclass(frozen=True)
class Manifest:
    """What a build is made of.

    Attributes
    ----------
    inputs, outputs
        The SHA-256 of every file that went in and of every document that came out.
    built_from
        The fingerprint that each document bears; one that an earlier build made may bear another.
    engines
        The engine that made each document.
    edition
        The year of the edition asked for; empty where that is the report as it is.
    title
        Of the report.
    findings
        How each claim came out, by its id.
    """

    fingerprint: str
    tools: Mapping[str, str]
    inputs: Mapping[str, str]
    outputs: Mapping[str, str]
    built_from: Mapping[str, str]
    engines: Mapping[str, str]
    edition: str = ""
    title: str = ""
    findings: Mapping[str, str] = field(default_factory=dict)

    @property
    def code(self) -> dict[str, str]:
        """The inputs that are code of this package."""
        own = f"{PACKAGE.name}/"
        return {name: value for name, value in self.inputs.items() if name.startswith(own)}

    @classmethod
    def of(cls, project: Path, earlier: Path, edition: str = "") -> Self:
        """Return the manifest of a build that has made nothing yet.

        A file that was saved since the build began gives another fingerprint than its documents
        bear. They go to a folder in which those of an earlier build stay.
        """
        before = read(earlier)
        outputs = before.intact(earlier) if before else {}
        files = digests(project)
        return cls(
            fingerprint=fingerprint_of(files, edition),
            tools=tools(),
            inputs=files,
            outputs=outputs,
            built_from={name: before.built_from[name] for name in outputs} if before else {},
            engines={name: before.engines[name] for name in outputs} if before else {},
            edition=edition,
        )

    def saying(self, title: str, findings: Mapping[str, str]) -> Self:
        """Return the manifest with what the documents are called and how their claims came out."""
        return replace(self, title=title, findings=findings)

    def adding(self, made: Path, mark: str, engine: str) -> Self:
        """Return the manifest with the new documents in a folder, which bear a fingerprint."""
        new = {
            path.relative_to(made).as_posix(): digest(path)
            for path in made.rglob("*")
            if path.is_file()
        }
        return replace(
            self,
            outputs=dict(sorted({**self.outputs, **new}.items())),
            built_from=dict(sorted({**self.built_from, **dict.fromkeys(new, mark)}.items())),
            engines=dict(sorted({**self.engines, **dict.fromkeys(new, engine)}.items())),
        )

    def write(self, folder: Path) -> None:
        """Write the manifest into a folder of documents."""
        text = json.dumps(asdict(self), indent=1, ensure_ascii=False)
        (folder / NAME).write_text(f"{text}\n", encoding="utf-8")

    def intact(self, folder: Path) -> dict[str, str]:
        """Return the documents that lie in a folder as they were written, with their hashes."""
        return {
            name: written
            for name, written in self.outputs.items()
            if name in self.built_from
            and name in self.engines
            and (folder / name).is_file()
            and digest(folder / name) == written
        }


def read(place: Path) -> Manifest | None:
    """Return what a manifest, or that in a folder, says; nothing if there is none to rely on."""
    path = place / NAME if place.is_dir() else place
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        # JSON can spell what is no text, which nobody could print or write again.
        json.dumps(content, ensure_ascii=False).encode()
        entries = asdict(Manifest(**content))
    except (OSError, ValueError, TypeError, RecursionError):
        return None
    texts = [entries.pop(name) for name in ("fingerprint", "edition", "title")]
    sound = all(isinstance(text, str) for text in texts) and all(
        isinstance(table, dict) and all(isinstance(value, str) for value in table.values())
        for table in entries.values()
    )
    return Manifest(**content) if sound else None


def is_current(mark: str, folder: Path, names: Collection[str]) -> bool:
    """Tell whether documents are what the builtin engine would make of the inputs of a mark."""
    manifest = read(folder)
    if manifest is None:
        return False
    wanted = {name: manifest.outputs[name] for name in names if name in manifest.outputs}
    intact = replace(manifest, outputs=wanted).intact(folder)
    return all(
        name in intact and (manifest.built_from[name], manifest.engines[name]) == (mark, BUILTIN)
        for name in names
    )


def older(folder: Path, mark: str) -> list[str]:
    """Return the documents in a folder that were made of other inputs than those of a mark."""
    manifest = read(folder)
    if manifest is None:
        return []
    earlier = {
        name: written
        for name, written in manifest.outputs.items()
        if manifest.built_from.get(name) != mark
    }
    return [*replace(manifest, outputs=earlier).intact(folder)]
