"""A look at the project for each item of the levels of RAP: met or not, and what shows it."""

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import Any

import yaml

from evidence.model.faults import DataFaults
from evidence.model.load import load
from evidence.model.package import read_package
from evidence.proof import manifest
from evidence.proof.rap.place import DATA, OUTPUT, WORKFLOWS, Place

# Of modules, functions and classes that others use, so many at least say what they do.
_DOCUMENTED = 0.9
# The plainest sign first.
_RENDERS = r"\b(evidence|quarto) render\b", r"\bmake (report|all)\b", r"\bmake\b"
_CHECKS = r"\bevidence (check|verify|parity)\b", _RENDERS[0]
_TESTS = r"\b(pytest|tox|nox)\b", r"\bmake (test|check)\b", *_CHECKS, _RENDERS[-1]
_LINTERS = r"\b(ruff|black|flake8|pylint|pycodestyle|lintr)\b"
_LINTER_FILES = ("ruff.toml", ".ruff.toml", ".flake8", ".pylintrc", ".lintr")
_DEPENDENCIES = (
    "requirements.lock", "*.lock", "requirements*.txt", "environment.y*ml", "Pipfile",
    "pyproject.toml",
)  # fmt: skip
_STRAY = (".py", ".ipynb", ".r", ".csv", ".xlsx", ".ods")
_AT_TOP = ("setup.py", "conftest.py", "noxfile.py")
# Who starts these is a person, or another workflow.
_BY_HAND = ("workflow_dispatch", "workflow_call")
_CHANGELOGS = ("CHANGELOG*", "CHANGES*", "NEWS*")
_VERSION = r"^#+ *\[?v?\d+\.\d+"

Definition = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether an item is met, or None where that cannot be seen, and what shows it."""

    met: bool | None
    said: str


def open_source(place: Place) -> Answer:
    """Look for the code that makes the documents, and its language."""
    chapters = [name for name in place.inputs if name.endswith(".qmd")]
    files = f"{len(place.code):,} files of Python and {len(chapters):,} of Quarto Markdown"
    return Answer(True, f"{files} make the documents; both are open source")


def version_controlled(place: Place) -> Answer:
    """Look for a repository that has all that goes into the documents."""
    commit = place.git("rev-parse", "--short", "HEAD")
    if not commit:
        return Answer(False, "there is no git repository with a commit")
    if missing := place.untracked:
        return Answer(False, f"git does not have {_few(missing)}; git add, and commit")
    commits = place.git("rev-list", "HEAD").split()
    changed = place.git("status", "--porcelain", "--untracked-files=no").splitlines()
    since = f"; changed since: {_count(changed, 'file')}" if changed else ""
    return Answer(True, f"git has all of it: {_count(commits, 'commit')}, the last {commit}{since}")


def readme(place: Place) -> Answer:
    """Look for the command that makes the documents in what the project says of itself."""
    files = place.readme()
    if not files:
        return Answer(False, "there is no README")
    line = place.line(_RENDERS, *{path.name for path in files})
    if line is None:
        return Answer(False, f"{place.name(files[0])} names no command that makes the documents")
    return Answer(True, str(line))


def peer_reviewed(place: Place) -> Answer:
    """Look for commits that say who reviewed them."""
    found = place.git("log", "--format=%h", "-i", "-E", "--grep=^(Reviewed|Acked)-by: ").split()
    if found:
        return Answer(
            True, f"reviewers are named in {_count(found, 'commit')}, the last {found[0]}"
        )
    if not place.git("rev-parse", "HEAD"):
        return Answer(None, "ask who read the code: there is no git repository with a commit")
    people = {*place.git("log", "--format=%aN").splitlines()}
    merges = place.git("rev-list", "--merges", "HEAD").split()
    told = f"{_count(people, 'author')}, {_count(merges, 'merge')}, and no commit with Reviewed-by"
    return Answer(None, f"ask who read the code: git has {told}")


def published(place: Place) -> Answer:
    """Look for a licence, and where the code may be published."""
    licences = place.files("LICEN[CS]E*", "COPYING*")
    if not licences:
        return Answer(False, "there is no LICENSE: nobody may use the code")
    # An address may hold a password.
    address = re.sub(r"//[^/@]*@", "//", place.git("remote", "get-url", "origin"))
    licence = place.name(licences[0])
    if not address:
        return Answer(None, f"{licence} allows it; ask where it is published, git has no remote")
    linked = place.line(
        [re.escape(re.sub(r"^\w+://|\.git$", "", address))],
        "README*", "CITATION.cff", "*.qmd", "chapters/*.qmd",
    )  # fmt: skip
    told = f", to which {linked} leads" if linked else ", to which neither README nor report leads"
    return Answer(None, f"{licence} allows it; see whether others can open {address}{told}")


def by_code(place: Place) -> Answer:
    """Look whether the documents are as the program made them."""
    made = manifest.read(place.root / OUTPUT)
    if made is None:
        return Answer(None, f"there are no documents in {OUTPUT}; evidence render makes them")
    intact = made.intact(place.root / OUTPUT)
    if edited := [name for name in made.outputs if name not in intact]:
        return Answer(False, f"{_few(edited)} in {OUTPUT} is not what the program made")
    if made.inputs != manifest.digests(place.root):
        return Answer(None, f"what is in {OUTPUT} is of an earlier state; evidence render")
    told = f"the {len(made.outputs):,} files in {OUTPUT} are as one command made them"
    return Answer(True, f"{told}, evidence render, of build {made.fingerprint}")


def documented(place: Place) -> Answer:
    """Look for guidance, and for docstrings."""
    guides = [*place.readme(), *place.files("docs/**/*.md", "docs/**/*.qmd", "docs/**/*.rst")]
    definitions = [row for name, tree in place.code.items() for row in _definitions(name, tree)]
    bare = [where for where, node in definitions if not ast.get_docstring(node)]
    whole = len(definitions)
    told = f"{_count(guides, 'file')} of guidance, {whole - len(bare):,} of {whole:,} modules, "
    told += f"functions and classes with docstrings{f', without {_few(bare)}' if bare else ''}"
    return Answer(bool(guides) and whole - len(bare) >= _DOCUMENTED * whole, told)


def _definitions(name: str, tree: ast.Module) -> Iterator[tuple[str, Definition]]:
    yield f"{name}:1", tree
    inside: list[ast.stmt] = [*tree.body]
    while inside:
        node = inside.pop()
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            if node.name.startswith("_"):
                continue
            yield f"{name}:{node.lineno}", node
            if isinstance(node, ast.ClassDef):
                inside += node.body


def structured(place: Place) -> Answer:
    """Look for folders of their own for data, text and code, and for what lies outside them."""
    stray = [
        path.name
        for path in sorted(place.root.iterdir())
        if path.suffix.lower() in _STRAY and path.name not in _AT_TOP
    ]
    folders = [
        f"{name}/"
        for name in (DATA, "chapters", "analysis", "src", "tests", "docs")
        if (place.root / name).is_dir()
    ]
    if stray:
        return Answer(False, f"{_few(stray)} at the top; put code and data into folders")
    return Answer(bool(folders), f"{', '.join(folders)}; no code and no data lie at the top")


def reusable(place: Place) -> Answer:
    """Count the functions and classes."""
    kinds = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    number = sum(isinstance(node, kinds) for tree in place.code.values() for node in ast.walk(tree))
    return Answer(number > 0, f"{number:,} functions and classes in {len(place.code):,} files")


def by_standard(place: Place) -> Answer:
    """Look for a program that holds the code to a standard."""
    if not place.own_code:
        return Answer(True, _no_code())
    sections = (rf"^\[(tool\.)?{_LINTERS}",)
    config = place.line(sections, "pyproject.toml", "setup.cfg", "tox.ini")
    files = [place.name(path) for path in place.files(*_LINTER_FILES)]
    if not config and not files:
        return Answer(False, "no program holds the code to a standard, such as ruff does")
    run = place.line((_LINTERS,), "Makefile", ".ci/*", ".pre-commit-config.yaml", *WORKFLOWS)
    told = f"{config or files[0]}, run by {run}" if run else f"{config or files[0]}, run by hand"
    return Answer(True, told)


def tested(place: Place) -> Answer:
    """Look for tests."""
    found = [*place.lines(r"^ *(async )?def test_", "tests/**/test_*.py", "tests/**/*_test.py")]
    if found:
        files = {line.file for line in found}
        return Answer(True, f"{len(found):,} tests in {len(files):,} files, such as {found[0]}")
    if place.own_code:
        return Answer(False, f"{_few(place.own_code)} has no test (tests/test_*.py)")
    run = place.line(_CHECKS, "Makefile", ".ci/*", *WORKFLOWS)
    if run is None:
        return Answer(False, f"{_no_code()}; and nothing runs evidence check on its data")
    return Answer(True, f"{_no_code()}; its data and chapters are tested by {run}")


def dependencies(place: Place) -> Answer:
    """Look for a list of what the code needs."""
    files = list(dict.fromkeys(place.name(path) for path in place.files(*_DEPENDENCIES)))
    if not files:
        return Answer(False, "nothing lists what has to be installed, such as requirements.txt")
    pinned = [*place.lines(r"^[\w.\[\]-]+ *== *\d", files[0])]
    told = f", with {_count(pinned, 'fixed version')} in {files[0]}" if pinned else ""
    return Answer(True, f"{_few(files)}{told}")


def logged(place: Place) -> Answer:
    """Look for the record of the last run."""
    made = manifest.read(place.root / OUTPUT)
    if made is None:
        return Answer(None, f"each build writes {OUTPUT}/{manifest.NAME}; none is there yet")
    told = f"{len(made.inputs):,} inputs, {len(made.tools):,} tools, {len(made.outputs):,} outputs"
    return Answer(True, f"{OUTPUT}/{manifest.NAME} has {told} of the last run, with their hashes")


def tidy(place: Place) -> Answer:
    """Look whether each table has a key and keeps to its columns."""
    package, faults = read_package(place.root / DATA)
    if package is None:
        return Answer(False, str(faults[0]))
    try:
        load(place.root / DATA)
    except DataFaults as error:
        return Answer(False, f"{_count(error.faults, 'fault')} in the data; evidence check")
    several = [
        f"{table.name}.{field.name}"
        for table in package.tables.values()
        for field in table.fields.values()
        if field.type == "list"
    ]
    told = f"{_count(package.tables, 'table')} with keys and columns as datapackage.json says"
    return Answer(True, f"{told}{f'; several values in a cell: {_few(several)}' * bool(several)}")


def packaged(place: Place) -> Answer:
    """Look for what makes a package of the code."""
    if not place.own_code:
        return Answer(True, _no_code())
    signs = (r"^\[(project|tool\.poetry|metadata)\]|\bsetup\(",)
    line = place.line(signs, "pyproject.toml", "setup.cfg", "setup.py")
    if line is None:
        return Answer(False, f"{_few(place.own_code)} is in no package (pyproject.toml)")
    return Answer(True, str(line))


def continuous(place: Place) -> Answer:
    """Look for a service that runs tests."""
    files = [place.name(path) for path in place.files(*WORKFLOWS)]
    if not files:
        return Answer(False, f"no service runs the tests, as {WORKFLOWS[0]} would say")
    line = place.line(_TESTS, *WORKFLOWS)
    if line is None:
        return Answer(False, f"{_few(files)} runs no tests")
    return Answer(True, f"{line}; whether the last run passed, the service shows")


def triggered(place: Place) -> Answer:
    """Look for what starts the making of the documents without anybody."""
    for path in place.files(*WORKFLOWS):
        name = place.name(path)
        starts = [one for one in _triggers(path.read_text("utf-8", "replace"), name)
                  if one not in _BY_HAND]  # fmt: skip
        line = place.line(_RENDERS, name)
        if starts and line:
            return Answer(True, f"{name} on {', '.join(starts)}: {line}")
    return Answer(False, "nothing makes the documents on a change or by a schedule")


def _triggers(text: str, name: str) -> Sequence[str]:
    """Return what starts a workflow, by the names that its service has for it."""
    if name.startswith(".gitlab-ci"):
        return ["push"]
    try:
        content: Any = yaml.safe_load(text)
    except yaml.YAMLError:
        return []
    # YAML takes "on" for true.
    starts = content.get("on", content.get(True)) if isinstance(content, dict) else None
    return [starts] if isinstance(starts, str) else [str(one) for one in starts or ()]


def signposted(place: Place) -> Answer:
    """Look for a changelog, and for versions."""
    tags = [tag for tag in place.git("tag", "--sort=-creatordate").split() if _is_version(tag)]
    told = f"{_count(tags, 'tag')} of versions, the last {tags[0]}" if tags else "no tag yet"
    line = place.line([_VERSION], *_CHANGELOGS)
    if line:
        return Answer(True, f"{line}; {told}")
    if files := place.files(*_CHANGELOGS):
        return Answer(True, f"{place.name(files[0])}; {told}")
    return Answer(bool(tags), f"{told}; no CHANGELOG.md, which evidence release would keep")


def _is_version(tag: str) -> bool:
    return re.fullmatch(r"v?\d+(\.\d+)+.*", tag) is not None


def _no_code() -> str:
    """Say what makes the documents where the project has no code of its own."""
    scripts = entry_points(group="console_scripts", name=manifest.PACKAGE.name)
    versions = [f" {row.dist.version}" for row in scripts if row.dist]
    told = f"{manifest.PACKAGE.name}{versions[0] if versions else ''}"
    return f"the project has no code of its own, and uses the package {told}"


def _count(rows: Any, noun: str) -> str:
    return f"{len(rows):,} {noun}{'' if len(rows) == 1 else 's'}"


def _few(names: Sequence[str]) -> str:
    more = f" and {len(names) - 3:,} more" if len(names) > 3 else ""
    return f"{', '.join(names[:3])}{more}"
