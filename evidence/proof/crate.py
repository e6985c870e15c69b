"""The RO-Crate beside the documents: which data and code made which document, figure and table.

It follows the Workflow Run profile. The paths of inputs lead out of the folder of documents, as
they do from `_output/`; a published crate knows them by their hashes. Whatever has a time bears the
date of the report, for the clock has no part in a build: also the start and the end of the run.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from evidence.model.package import read_package
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
# Of this package; that of the review is as its data have it.
CODE = "https://spdx.org/licenses/MIT"
_UNLICENSED = "No licence is stated; ask the authors."
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
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".json": "application/json", ".yml": "application/yaml", ".bib": "application/x-bibtex",
    ".md": "text/markdown", ".qmd": "text/markdown", ".py": "text/x-python", ".lua": "text/x-lua",
    ".css": "text/css", ".js": "text/javascript", ".xml": "application/xml",
    ".ttf": "font/ttf", ".otf": "font/otf", ".woff2": "font/woff2",
}  # fmt: skip

Properties = dict[str, Any]


def write(
    project: Project, made: Path, manifest: Manifest, places: Mapping[str, Line] | None = None
) -> None:
    """Write the crate of this build's documents into their folder.

    `places` are the labels of figures and tables, and where in the chapters they are placed.
    """
    entities = {row["@id"]: row for row in _entities(project, manifest, places or {})}
    parts = [name for name, entity in entities.items() if "File" in entity["@type"]]
    entities["./"]["hasPart"] = _refer(*parts)
    graph = [entity for _, entity in sorted(entities.items())]
    content = {"@context": f"{SPECIFICATION}/context", "@graph": graph}
    text = json.dumps(content, indent=1, ensure_ascii=False, sort_keys=True)
    (made / NAME).write_text(f"{text}\n", encoding="utf-8")


def _entities(
    project: Project, manifest: Manifest, places: Mapping[str, Line]
) -> Iterator[Properties]:
    licence = _licence(project)
    licensed = {"license": _refer(licence["@id"])} if licence else {}
    own, mark, author = project.metadata, manifest.fingerprint, _refer(_AUTHOR)
    day = project.date.isoformat()
    title = _plain(str(own.get("title", "")))
    source = project.document.as_posix()
    workflow = _input(source)
    documents = [
        name
        for name, built_from in manifest.built_from.items()
        if built_from == mark and name.startswith(f"{project.document.stem}.")
    ]
    tools = {_HOMES.get(name, f"#tool-{name}"): name for name in manifest.tools}
    hub = [name for name in PROFILES if "hub" in name]
    yield _entity(NAME, "CreativeWork", about=_refer("./"), conformsTo=_refer(SPECIFICATION, *hub))
    yield _entity(
        "./",
        "Dataset",
        name=title,
        description=_plain(str(own.get("abstract") or own.get("subtitle") or title)),
        datePublished=day,
        identifier=mark,
        author=author,
        publisher=author,
        **(licensed or {"license": _UNLICENSED}),
        conformsTo=_refer(*PROFILES),
        **({"temporalCoverage": f"../{manifest.edition}"} if manifest.edition else {}),
        mainEntity=_refer(workflow),
        mentions=_refer(_RUN, *(f"#{label}" for label in places)),
    )
    for identity, (name, number) in PROFILES.items():
        yield _entity(identity, "CreativeWork", name=name, version=number)
    if licence:
        yield licence
    yield _entity(CODE, "CreativeWork", name="MIT", description="code")
    names = ", ".join(str(person["name"]) for person in project.authors) or "The authors"
    yield _entity(_AUTHOR, "Organization", name=names)
    yield _entity(_QUARTO, "ComputerLanguage", name="Quarto Markdown", url=_QUARTO)
    for identity, name in tools.items():
        home = {"url": identity} if name in _HOMES else {}
        number = manifest.tools[name]
        yield _entity(identity, "SoftwareApplication", name=name, softwareVersion=number, **home)
    for name, digest in manifest.inputs.items():
        yield _file(_input(name), name, digest, licensed)
    yield _file(workflow, source, manifest.inputs.get(source, ""), licensed) | {
        "@type": ["File", "SoftwareSourceCode", "ComputationalWorkflow"],
        "name": title,
        "author": author,
        "programmingLanguage": _refer(_QUARTO),
        "softwareRequirements": _refer(*tools),
        "hasPart": _refer(*(_input(name) for name in manifest.inputs if name.endswith(".qmd"))),
        "version": mark,
    }
    for name in documents:
        yield _file(name, name, manifest.outputs[name], licensed) | {
            "name": f"{title} ({Path(name).suffix[1:]})",
            "author": author,
            "dateModified": day,
            "identifier": mark,
            "isBasedOn": _refer(workflow),
            **licensed,
        }
    yield _entity(
        _RUN,
        "CreateAction",
        name=f"Build {mark}",
        description="The times are the date of the report: the clock has no part in it.",
        startTime=f"{day}T00:00:00+00:00",
        endTime=f"{day}T00:00:00+00:00",
        agent=author,
        instrument=_refer(workflow),
        object=_refer(*(_input(name) for name in manifest.inputs if name != source)),
        result=_refer(*documents),
        actionStatus="http://schema.org/CompletedActionStatus",
    )
    for label, line in places.items():
        yield _entity(
            f"#{label}",
            "ImageObject" if label.startswith("fig-") else "Table",
            name=label,
            description=f"placed by {line.file}, line {line.number}",
            isPartOf=_refer(*documents),
            isBasedOn=_refer(_input(line.file)),
        )


def _entity(identity: str, kind: str, **properties: Any) -> Properties:
    return {"@id": identity, "@type": kind, **properties}


def _licence(project: Project) -> Properties | None:
    """Return the licence of text and data, which that of the data is, if they have one."""
    package, _ = read_package(project.root / "data")
    if package is None or not package.licences:
        return None
    first = package.licences[0]
    name = first.title or first.address
    return _entity(
        first.address or "#licence", "CreativeWork", name=name, description="text and data"
    )


def _file(identity: str, name: str, digest: str, licensed: Properties) -> Properties:
    # Fonts and locks come from others, and the code of a review may have any licence.
    told: Properties = {}
    if name.startswith(f"{PACKAGE.name}/"):
        told = {"license": _refer(CODE)}
    elif name.endswith(".qmd") or name.startswith(("data/", "chapters/")):
        told = licensed
    form = _FORMATS.get(Path(name).suffix, "application/octet-stream")
    return _entity(identity, "File", name=name, encodingFormat=form, sha256=digest, **told)


def _input(name: str) -> str:
    return f"../{quote(name)}"


def _refer(*identities: str) -> Any:
    """Return references, or the one there is: the specification wants no list of one."""
    found = [{"@id": identity} for identity in dict.fromkeys(identities)]
    return found[0] if len(found) == 1 else found


def _plain(text: str) -> str:
    """Return Markdown as a line without its marks."""
    return " ".join(text.replace("*", "").replace("`", "").split())
