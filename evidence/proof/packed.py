"""The review as one file to hand over: a data package, or the RO-Crate with all it speaks of."""

import hashlib
import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from evidence.model.archive import zipped
from evidence.model.package import FILE, Package
from evidence.proof import crate, manifest

# What says in words how the data came about, where there is such a file.
_README = "README.md"
# Where the inputs lie, seen from the documents.
_UP = "../"


def data_package(data: Path, package: Package) -> bytes:
    """Return the files that the package describes as an archive, with the hash of each.

    Nothing else of the folder goes with them, apart from its README.
    """
    descriptor = json.loads((data / FILE).read_text("utf-8"))
    paths = [*(table.path for table in package.tables.values()), *package.others.values()]
    files = {path: (data / path).read_bytes() for path in paths}
    for resource in descriptor["resources"]:
        content = files[resource["path"]]
        resource["hash"] = f"sha256:{_digest(content)}"
        resource["bytes"] = len(content)
    if (data / _README).is_file():
        files[_README] = (data / _README).read_bytes()
    return zipped({FILE: _json(descriptor, indent=2), **files})


def crate_package(project: Path, folder: Path, made: manifest.Manifest) -> bytes:
    """Return the documents of a folder as an archive, with their crate and all they are made of.

    In it the inputs lie beside the documents, and not above them.

    Parameters
    ----------
    made
        The manifest of the documents, whose inputs the project has still.
    """
    described = _json(_beside(json.loads((folder / crate.NAME).read_text("utf-8"))), indent=1)
    # The manifest vouches for the crate, too.
    outputs = {**made.outputs, crate.NAME: _digest(described)}
    told = {
        crate.NAME: described,
        manifest.NAME: _json(asdict(replace(made, outputs=outputs)), indent=1),
    }
    files = manifest.inputs(project) | {name: folder / name for name in made.outputs}
    rest = {name: path.read_bytes() for name, path in sorted(files.items()) if name not in told}
    return zipped(told | rest)


def _beside(value: Any) -> Any:
    """Return what a crate says, with the paths of inputs within the folder of the documents."""
    if isinstance(value, list):
        return [_beside(one) for one in value]
    if isinstance(value, dict):
        return {
            name: one.removeprefix(_UP) if name == "@id" else _beside(one)
            for name, one in value.items()
        }
    return value


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _json(content: Any, indent: int) -> bytes:
    return f"{json.dumps(content, indent=indent, ensure_ascii=False)}\n".encode()
