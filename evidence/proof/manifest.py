"""The manifest beside the documents: what went into each of them, and what came out."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from evidence.proof.fingerprint import fingerprint, input_files, tools

NAME = "manifest.json"
BUILTIN = "builtin"


@dataclass(frozen=True)
class Manifest:
    """What a build is made of.

    Attributes
    ----------
    fingerprint
        The fingerprint of the inputs below.
    tools
        Versions of what made the documents.
    inputs
        The SHA-256 of every file that went in.
    outputs
        The SHA-256 of every document that came out.
    built_from
        The fingerprint that each document bears; one that an earlier build made may bear another.
    engines
        The engine that made each document.
    """

    fingerprint: str
    tools: Mapping[str, str]
    inputs: Mapping[str, str]
    outputs: Mapping[str, str]
    built_from: Mapping[str, str]
    engines: Mapping[str, str]


def read(folder: Path) -> Manifest | None:
    """Return the manifest of a folder of documents, or nothing where it has none to rely on.

    Parameters
    ----------
    folder
        The folder with the documents.
    """
    return load(folder / NAME)


def load(path: Path) -> Manifest | None:
    """Return what a manifest says, or nothing where the file is none.

    Parameters
    ----------
    path
        The file.
    """
    try:
        loaded = Manifest(**json.loads(path.read_text(encoding="utf-8")))
        # JSON can spell what is no text, which nobody could print or write again.
        json.dumps(asdict(loaded), ensure_ascii=False).encode()
    except (OSError, ValueError, TypeError, RecursionError):
        return None
    return loaded if _is_sound(loaded) else None


def _is_sound(manifest: Manifest) -> bool:
    """Tell whether what was read is text where a manifest has text."""
    name, *tables = asdict(manifest).values()
    return isinstance(name, str) and all(
        isinstance(table, dict) and all(isinstance(value, str) for value in table.values())
        for table in tables
    )


def of(project: Path, made: Path, earlier: Path, mark: str, engine: str) -> Manifest:
    """Return the manifest of documents that are about to take their place.

    Parameters
    ----------
    project
        The folder with `_quarto.yml`.
    made
        The folder with the new documents.
    earlier
        The folder that they go to, whose other documents stay.
    mark
        The fingerprint that they bear; a file that was saved while they were made gives another.
    engine
        The engine that made them.
    """
    new = sorted(path for path in made.rglob("*") if path.is_file())
    outputs = {path.relative_to(made).as_posix(): digest(path) for path in new}
    built_from = dict.fromkeys(outputs, mark)
    engines = dict.fromkeys(outputs, engine)
    before = read(earlier)
    if before:
        kept = _still_there(before, earlier)
        outputs = {**kept, **outputs}
        built_from = {**{name: before.built_from[name] for name in kept}, **built_from}
        engines = {**{name: before.engines[name] for name in kept}, **engines}
    return Manifest(
        fingerprint=fingerprint(project),
        tools=tools(),
        inputs={path.as_posix(): digest(project / path) for path in input_files(project)},
        outputs=dict(sorted(outputs.items())),
        built_from=dict(sorted(built_from.items())),
        engines=dict(sorted(engines.items())),
    )


def write(project: Path, made: Path, earlier: Path, mark: str, engine: str) -> None:
    """Write the manifest of documents into their folder, before they take their place.

    Parameters
    ----------
    project
        The folder with `_quarto.yml`.
    made
        The folder with the new documents; takes the manifest.
    earlier
        The folder that they go to, whose other documents stay.
    mark
        The fingerprint that they bear; a file that was saved while they were made gives another.
    engine
        The engine that made them.
    """
    text = json.dumps(
        asdict(of(project, made, earlier, mark, engine)), indent=1, ensure_ascii=False
    )
    (made / NAME).write_text(f"{text}\n", encoding="utf-8")


def is_current(project: Path, folder: Path, names: Iterable[str]) -> bool:
    """Tell whether documents are what the builtin engine would make of the project as it is.

    Parameters
    ----------
    project
        The folder with `_quarto.yml`.
    folder
        The folder with the documents.
    names
        Their file names.
    """
    manifest = read(folder)
    if manifest is None:
        return False
    mark = fingerprint(project)
    intact = _still_there(manifest, folder)
    return all(
        name in intact and manifest.built_from[name] == mark and manifest.engines[name] == BUILTIN
        for name in names
    )


def _still_there(manifest: Manifest, folder: Path) -> dict[str, str]:
    """Return the documents of a manifest that lie in the folder as they were written."""
    return {
        name: written
        for name, written in manifest.outputs.items()
        if name in manifest.built_from
        and name in manifest.engines
        and (folder / name).is_file()
        and digest(folder / name) == written
    }


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal digits."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
