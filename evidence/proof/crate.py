"""The RO-Crate beside the documents: which data and code made which document, figure and table.

It follows the Workflow Run profile. The paths of inputs lead out of the folder of documents, as
they do from `_output/`; a published crate knows them by their hashes. Whatever has a time bears the
date of the report, for the clock has no part in a build: also the start and the end of the run.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evidence.proof.fingerprint import input_files
from evidence.proof.manifest import Manifest
from evidence.proof.provenance import PACKAGE, Origin, origins

if TYPE_CHECKING:
    from evidence.engine.project import Project

NAME = "ro-crate-metadata.json"
VERSION = "1.1"
PROFILES = {
    "https://w3id.org/ro/wfrun/process/0.5": ("Process Run Crate", "0.5"),
    "https://w3id.org/ro/wfrun/workflow/0.5": ("Workflow Run Crate", "0.5"),
    "https://w3id.org/workflowhub/workflow-ro-crate/1.0": ("Workflow RO-Crate", "1.0"),
}
TEXT = "https://creativecommons.org/licenses/by/4.0/"
CODE = "https://spdx.org/licenses/MIT"
_LICENCES = {
    TEXT: ("CC BY 4.0", "Creative Commons Attribution 4.0 International: text and data"),
    CODE: ("MIT", "MIT License: code"),
}
_QUARTO, _AUTHOR, _RUN = "https://quarto.org/", "#author", "#run"
_HOMES = {
    "matplotlib": "https://matplotlib.org/",
    "pandas": "https://pandas.pydata.org/",
    "pypandoc-binary": "https://pandoc.org/",
    "python": "https://www.python.org/",
    "typst": "https://typst.app/",
}
_FORMATS = {
    ".html": "text/html",
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".csv": "text/csv",
    ".json": "application/json",
    ".yml": "application/yaml",
    ".bib": "application/x-bibtex",
    ".md": "text/markdown",
    ".qmd": "text/markdown",
    ".py": "text/x-python",
    ".lua": "text/x-lua",
    ".css": "text/css",
    ".js": "text/javascript",
    ".ttf": "font/ttf",
    ".otf": "font/otf",
    ".woff2": "font/woff2",
    ".xml": "application/xml",
}
# Fonts and locks come from others.
_OWN = {
    CODE: (f"{PACKAGE}/", "analysis/"),
    TEXT: ("data/", "chapters/", "report."),
}
_IDS = re.compile(r'\bid="((?:fig|tbl)-[^"]+)"')

Properties = dict[str, Any]


@dataclass(frozen=True)
class Prepared:
    """What is known before the documents are made."""

    project: "Project"
    origins: tuple[Origin, ...]


def prepare(project: Path, metadata: Mapping[str, str]) -> Prepared:
    """Find out where figures and tables come from, and load the library, while cells run.

    Parameters
    ----------
    project
        The folder with `_quarto.yml`.
    metadata
        What wins over the project's own metadata.
    """
    # Half a second of imports, most of it for the network, which is never used.
    import rocrate.rocrate  # noqa: F401

    from evidence.engine.project import load

    inputs = [path.as_posix() for path in input_files(project)]
    return Prepared(load(project, metadata), origins(project, inputs))


def write(
    prepared: Prepared | Future[Prepared], made: Path, earlier: Path, manifest: Manifest
) -> None:
    """Write the crate into the folder of new documents.

    Parameters
    ----------
    prepared
        What is known of the project.
    made
        The folder with the new documents; takes the crate.
    earlier
        The folder that they go to, whose other documents stay.
    manifest
        The inputs, and the documents with their hashes; only those of this build are described.
    """
    ready = prepared.result() if isinstance(prepared, Future) else prepared
    text = json.dumps(
        describe(ready, (made, earlier), manifest), indent=1, ensure_ascii=False, sort_keys=True
    )
    (made / NAME).write_text(f"{text}\n", encoding="utf-8")


def describe(prepared: Prepared, folders: Sequence[Path], manifest: Manifest) -> Mapping[str, Any]:
    """Return the crate as JSON-LD, in one order whatever the machine.

    Parameters
    ----------
    prepared
        What is known of the project.
    folders
        Where the documents are, the new ones first.
    manifest
        The inputs, and the documents with their hashes.
    """
    from rocrate.model import ContextEntity, File
    from rocrate.rocrate import ROCrate

    crate = ROCrate(version=VERSION)
    entities = dict(_entities(prepared, folders, manifest))
    for identity, properties in entities.items():
        # The library gives an entity without an identity a random one, and no file is read here.
        if identity == "./":
            for name in properties.keys() - {"@type"}:
                crate.root_dataset[name] = properties[name]
        elif properties["@type"] == "File" and not identity.startswith("../"):
            crate.add(File(crate, folders[0] / identity, identity, properties=properties))
        else:
            crate.add(ContextEntity(crate, identity, properties=properties))
    crate.metadata["conformsTo"] = _refer(
        [f"https://w3id.org/ro/crate/{VERSION}", *(name for name in PROFILES if "hub" in name)]
    )
    # Else the crate would list the documents alone, and in the order in which they came.
    crate.root_dataset["hasPart"] = _refer(
        name for name, row in entities.items() if "File" in row["@type"]
    )
    described: dict[str, Any] = crate.metadata.generate()
    described["@graph"].sort(key=lambda entity: entity["@id"])
    return described


def _entities(
    prepared: Prepared, folders: Sequence[Path], manifest: Manifest
) -> Iterator[tuple[str, Properties]]:
    project = prepared.project
    own = project.metadata
    workflow = _input(project.document.as_posix())
    documents = [
        name
        for name, mark in manifest.built_from.items()
        if mark == manifest.fingerprint and name.startswith(f"{project.document.stem}.")
    ]
    labelled = list(_labelled(prepared.origins, _page(documents, folders)))
    title = _plain(str(own.get("title", "")))
    yield (
        "./",
        {
            "@type": "Dataset",
            "name": title,
            "description": _plain(str(own.get("abstract") or own.get("subtitle") or title)),
            "datePublished": project.date.isoformat(),
            "identifier": manifest.fingerprint,
            "author": {"@id": _AUTHOR},
            "publisher": {"@id": _AUTHOR},
            "license": {"@id": TEXT},
            "conformsTo": _refer(PROFILES),
            "mainEntity": {"@id": workflow},
            "mentions": _refer([_RUN, *(f"#{label}" for label, _ in labelled)]),
        },
    )
    yield from _background(project)
    tools = {_HOMES.get(name, f"#tool-{name}"): name for name in manifest.tools}
    for identity, name in tools.items():
        home = {"url": identity} if name in _HOMES else {}
        number = manifest.tools[name]
        yield (
            identity,
            {"@type": "SoftwareApplication", "name": name, "softwareVersion": number, **home},
        )
    for path, digest in manifest.inputs.items():
        yield _input(path), _file(path, digest)
    yield (
        workflow,
        {
            **_file(project.document.as_posix(), manifest.inputs[project.document.as_posix()]),
            "@type": ["File", "SoftwareSourceCode", "ComputationalWorkflow"],
            "name": title,
            "author": {"@id": _AUTHOR},
            "programmingLanguage": {"@id": _QUARTO},
            "softwareRequirements": _refer(tools),
            "hasPart": _refer(
                _input(path) for path in manifest.inputs if path.startswith("chapters/")
            ),
            "version": manifest.fingerprint,
        },
    )
    for name in documents:
        yield (
            name,
            {
                **_file(name, manifest.outputs[name]),
                "name": f"{title} ({Path(name).suffix[1:]})",
                "author": {"@id": _AUTHOR},
                "dateModified": project.date.isoformat(),
                "identifier": manifest.fingerprint,
                "isBasedOn": {"@id": workflow},
            },
        )
    yield _RUN, _run(project, manifest, documents)
    for label, origin in labelled:
        yield (
            f"#{label}",
            {
                "@type": "ImageObject" if label.startswith("fig-") else "Table",
                "name": _plain(origin.caption) or label,
                "identifier": label,
                "isPartOf": _refer(documents),
                "isBasedOn": _refer(_input(path) for path in origin.files),
            },
        )


def _background(project: "Project") -> Iterator[tuple[str, Properties]]:
    for identity, (name, version) in PROFILES.items():
        yield identity, {"@type": "CreativeWork", "name": name, "version": version}
    for identity, (name, description) in _LICENCES.items():
        yield identity, {"@type": "CreativeWork", "name": name, "description": description}
    names = ", ".join(str(person["name"]) for person in project.authors) or "The authors"
    yield _AUTHOR, {"@type": "Organization", "name": names}
    yield (
        _QUARTO,
        {"@type": "ComputerLanguage", "name": "Quarto Markdown with Python", "url": _QUARTO},
    )


def _run(project: "Project", manifest: Manifest, documents: Iterable[str]) -> Properties:
    day = f"{project.date.isoformat()}T00:00:00+00:00"
    workflow = project.document.as_posix()
    return {
        "@type": "CreateAction",
        "name": f"Build {manifest.fingerprint}",
        "description": "The times are the date of the report: the clock has no part in it.",
        "startTime": day,
        "endTime": day,
        "agent": {"@id": _AUTHOR},
        "instrument": {"@id": _input(workflow)},
        "object": _refer(_input(path) for path in manifest.inputs if path != workflow),
        "result": _refer(documents),
        "actionStatus": "http://schema.org/CompletedActionStatus",
    }


def _page(documents: Iterable[str], folders: Sequence[Path]) -> str:
    places = [folder / name for name in documents for folder in folders if name.endswith(".html")]
    found = next((path for path in places if path.is_file()), None)
    return found.read_text(encoding="utf-8") if found else ""


def _labelled(known: Sequence[Origin], page: str) -> Iterator[tuple[str, Origin]]:
    """Yield each figure and table with its origin; the page tells labels that a run makes up."""
    fixed = {origin.label: origin for origin in known if "*" not in origin.label}
    yield from fixed.items()
    patterns = [origin for origin in known if "*" in origin.label]
    for label in dict.fromkeys(_IDS.findall(page)):
        origin = next((one for one in patterns if one.fits(label)), None)
        if origin and label not in fixed:
            yield label, origin


def _file(path: str, digest: str) -> Properties:
    licence = next((name for name, paths in _OWN.items() if path.startswith(paths)), None)
    return {
        "@type": "File",
        "name": path,
        "encodingFormat": _FORMATS.get(Path(path).suffix, "application/octet-stream"),
        "sha256": digest,
        **({"license": {"@id": licence}} if licence else {}),
    }


def _input(path: str) -> str:
    from urllib.parse import quote

    return f"../{quote(path)}"


def _refer(identities: Iterable[str]) -> Any:
    """Return references, or the one there is: the specification wants no list of one."""
    found = [{"@id": identity} for identity in dict.fromkeys(identities)]
    return found[0] if len(found) == 1 else found


def _plain(text: str) -> str:
    """Return Markdown as a line without its marks."""
    return " ".join(text.replace("*", "").replace("`", "").split())
