"""The RO-Crate beside the documents: which data and code made which document, figure and table.

It follows the Workflow Run profile. The paths of inputs lead out of the folder of documents, as
they do from `_output/`; a published crate knows them by their hashes. Whatever has a time bears the
date of the report, for the clock has no part in a build: also the start and the end of the run.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from evidence.proof.manifest import PACKAGE, Manifest

if TYPE_CHECKING:
    from evidence.engine.project import Project
    from evidence.engine.source import Line

NAME = "ro-crate-metadata.json"
SPECIFICATION = "https://w3id.org/ro/crate/1.1"
PROFILES = {
    "https://w3id.org/ro/wfrun/process/0.5": ("Process Run Crate", "0.5"),
    "https://w3id.org/ro/wfrun/workflow/0.5": ("Workflow Run Crate", "0.5"),
    "https://w3id.org/workflowhub/workflow-ro-crate/1.0": ("Workflow RO-Crate", "1.0"),
}
TEXT = "https://creativecommons.org/licenses/by/4.0/"
CODE = "https://spdx.org/licenses/MIT"
_QUARTO, _AUTHOR, _RUN = "https://quarto.org/", "#author", "#run"
_HOMES = {
    "matplotlib": "https://matplotlib.org/",
    "pandas": "https://pandas.pydata.org/",
    "pypandoc-binary": "https://pandoc.org/",
    "python": "https://www.python.org/",
    "typst": "https://typst.app/",
}
_FORMATS = {
    ".html": "text/html", ".pdf": "application/pdf", ".csv": "text/csv",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".json": "application/json", ".yml": "application/yaml", ".bib": "application/x-bibtex",
    ".md": "text/markdown", ".qmd": "text/markdown", ".py": "text/x-python", ".lua": "text/x-lua",
    ".css": "text/css", ".js": "text/javascript", ".xml": "application/xml",
    ".ttf": "font/ttf", ".otf": "font/otf", ".woff2": "font/woff2",
}  # fmt: skip

Properties = dict[str, Any]


def write(
    project: Project, made: Path, manifest: Manifest, places: Mapping[str, Line] | None = None
) -> None:
    """Write the crate into the folder of new documents.

    Parameters
    ----------
    project
        The project as the engine has read it.
    made
        The folder, which takes the crate.
    manifest
        The inputs, and the documents with their hashes; only those of this build are described.
    places
        The label of each figure and table, and where in the chapters it is placed.
    """
    entities = dict(_entities(project, manifest, places or {}))
    parts = [name for name, entity in entities.items() if "File" in entity["@type"]]
    entities["./"]["hasPart"] = _refer(parts)
    graph = [{"@id": name, **entity} for name, entity in sorted(entities.items())]
    content = {"@context": f"{SPECIFICATION}/context", "@graph": graph}
    text = json.dumps(content, indent=1, ensure_ascii=False, sort_keys=True)
    (made / NAME).write_text(f"{text}\n", encoding="utf-8")


def _entities(
    project: Project, manifest: Manifest, places: Mapping[str, Line]
) -> Iterator[tuple[str, Properties]]:
    """Yield each entity under its identity."""
    own, day = project.metadata, project.date.isoformat()
    title = _plain(str(own.get("title", "")))
    source = project.document.as_posix()
    workflow = _input(source)
    documents = [
        name
        for name, mark in manifest.built_from.items()
        if mark == manifest.fingerprint and name.startswith(f"{project.document.stem}.")
    ]
    tools = {_HOMES.get(name, f"#tool-{name}"): name for name in manifest.tools}
    others = [_input(name) for name in manifest.inputs if name != source]
    yield (
        NAME,
        {
            "@type": "CreativeWork",
            "about": {"@id": "./"},
            "conformsTo": _refer([SPECIFICATION, *(name for name in PROFILES if "hub" in name)]),
        },
    )
    yield (
        "./",
        {
            "@type": "Dataset",
            "name": title,
            "description": _plain(str(own.get("abstract") or own.get("subtitle") or title)),
            "datePublished": day,
            "identifier": manifest.fingerprint,
            "author": {"@id": _AUTHOR},
            "publisher": {"@id": _AUTHOR},
            "license": {"@id": TEXT},
            "conformsTo": _refer(PROFILES),
            "mainEntity": {"@id": workflow},
            "mentions": _refer([_RUN, *(f"#{label}" for label in places)]),
        },
    )
    for identity, (name, number) in PROFILES.items():
        yield identity, {"@type": "CreativeWork", "name": name, "version": number}
    yield TEXT, {"@type": "CreativeWork", "name": "CC BY 4.0", "description": "text and data"}
    yield CODE, {"@type": "CreativeWork", "name": "MIT", "description": "code"}
    names = ", ".join(str(person["name"]) for person in project.authors) or "The authors"
    yield _AUTHOR, {"@type": "Organization", "name": names}
    yield _QUARTO, {"@type": "ComputerLanguage", "name": "Quarto Markdown", "url": _QUARTO}
    for identity, name in tools.items():
        tool = {"name": name, "softwareVersion": manifest.tools[name]}
        home = {"url": identity} if name in _HOMES else {}
        yield identity, {"@type": "SoftwareApplication", **tool, **home}
    for name, digest in manifest.inputs.items():
        yield _input(name), _file(name, digest)
    yield (
        workflow,
        {
            **_file(source, manifest.inputs.get(source, "")),
            "@type": ["File", "SoftwareSourceCode", "ComputationalWorkflow"],
            "name": title,
            "author": {"@id": _AUTHOR},
            "programmingLanguage": {"@id": _QUARTO},
            "softwareRequirements": _refer(tools),
            "hasPart": _refer(_input(name) for name in manifest.inputs if name.endswith(".qmd")),
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
                "dateModified": day,
                "identifier": manifest.fingerprint,
                "isBasedOn": {"@id": workflow},
                "license": {"@id": TEXT},
            },
        )
    yield (
        _RUN,
        {
            "@type": "CreateAction",
            "name": f"Build {manifest.fingerprint}",
            "description": "The times are the date of the report: the clock has no part in it.",
            "startTime": f"{day}T00:00:00+00:00",
            "endTime": f"{day}T00:00:00+00:00",
            "agent": {"@id": _AUTHOR},
            "instrument": {"@id": workflow},
            "object": _refer(others),
            "result": _refer(documents),
            "actionStatus": "http://schema.org/CompletedActionStatus",
        },
    )
    for label, line in places.items():
        yield (
            f"#{label}",
            {
                "@type": "ImageObject" if label.startswith("fig-") else "Table",
                "name": label,
                "description": f"placed by {line.file}, line {line.number}",
                "isPartOf": _refer(documents),
                "isBasedOn": {"@id": _input(line.file)},
            },
        )


def _file(name: str, digest: str) -> Properties:
    # Fonts and locks come from others.
    licence = (
        CODE if name.startswith((f"{PACKAGE.name}/", "analysis/"))
        else TEXT if name.endswith(".qmd") or name.startswith(("data/", "chapters/"))
        else None
    )  # fmt: skip
    return {
        "@type": "File",
        "name": name,
        "encodingFormat": _FORMATS.get(Path(name).suffix, "application/octet-stream"),
        "sha256": digest,
        **({"license": {"@id": licence}} if licence else {}),
    }


def _input(name: str) -> str:
    return f"../{quote(name)}"


def _refer(identities: Iterable[str]) -> Any:
    """Return references, or the one there is: the specification wants no list of one."""
    found = [{"@id": identity} for identity in dict.fromkeys(identities)]
    return found[0] if len(found) == 1 else found


def _plain(text: str) -> str:
    """Return Markdown as a line without its marks."""
    return " ".join(text.replace("*", "").replace("`", "").split())
