"""What of a project shows how it is worked on: its files, their lines, and its repository."""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from evidence.proof import manifest
from evidence.proof.repository import git

OUTPUT, DATA = "_output", "data"
# Where services that run tests look for what to do.
WORKFLOWS = (
    ".github/workflows/*.yml", ".github/workflows/*.yaml", ".forgejo/workflows/*.yml",
    ".gitea/workflows/*.yml", ".gitlab-ci.yml", ".circleci/config.yml", ".woodpecker.yml",
    "azure-pipelines.yml", "bitbucket-pipelines.yml", "Jenkinsfile",
)  # fmt: skip
_README = ("README*", "readme*")
# Of a line that is shown.
_LONGEST = 80


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a file."""

    file: str
    number: int
    text: str

    def __str__(self) -> str:
        text = " ".join(self.text.split())
        shown = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
        return f"{self.file}:{self.number}: {shown}"


@dataclass(frozen=True)
class Place:
    """A project, and the repository that it lies in."""

    root: Path

    @cached_property
    def top(self) -> Path:
        """The folder of the repository, or of the project if it lies in none."""
        found = self.git("rev-parse", "--show-toplevel")
        return Path(found) if found else self.root

    def git(self, *arguments: str) -> str:
        """Return what git says, or nothing."""
        return (git(self.root, *arguments) or b"").decode("utf-8", "replace").strip()

    def files(self, *patterns: str) -> list[Path]:
        """Return the files of the project, and then of its repository, that patterns name."""
        folders = dict.fromkeys((self.root.resolve(), self.top.resolve()))
        return [
            path
            for folder in folders
            for pattern in patterns
            for path in sorted(folder.glob(pattern))
            if path.is_file()
        ]

    def readme(self) -> list[Path]:
        """Return what the project says of itself first."""
        return self.files(*_README)

    def name(self, path: Path) -> str:
        """Return a file as seen from the project, or from its repository."""
        for folder in (self.root.resolve(), self.top.resolve()):
            if path.is_relative_to(folder):
                return path.relative_to(folder).as_posix()
        return path.as_posix()

    def lines(self, pattern: str, *files: str) -> Iterator[Line]:
        """Yield the lines of files that a pattern is found in."""
        wanted = re.compile(pattern)
        for path in self.files(*files):
            text = path.read_text("utf-8", "replace")
            for number, line in enumerate(text.splitlines(), 1):
                if wanted.search(line):
                    yield Line(self.name(path), number, line)

    def line(self, patterns: Sequence[str], *files: str) -> Line | None:
        """Return the first line with the first of some patterns that any line has."""
        found = (next(self.lines(pattern, *files), None) for pattern in patterns)
        return next(filter(None, found), None)

    @cached_property
    def inputs(self) -> Mapping[str, Path]:
        """All that goes into the documents, the program among them."""
        return manifest.inputs(self.root)

    @cached_property
    def code(self) -> Mapping[str, ast.Module]:
        """The files of Python that make the documents."""
        found = {}
        for name, path in self.inputs.items():
            if path.suffix == ".py":
                try:
                    found[name] = ast.parse(path.read_text("utf-8"))
                except (SyntaxError, ValueError):
                    # Whoever runs it is told more.
                    continue
        return found

    @cached_property
    def own(self) -> tuple[str, ...]:
        """What of the inputs the project has itself, and not as a package installed somewhere."""
        return tuple(
            name
            for name, path in self.inputs.items()
            if path.resolve() == (self.root / name).resolve()
        )

    @property
    def own_code(self) -> tuple[str, ...]:
        """The project's own files of Python."""
        return tuple(name for name in self.own if name in self.code)

    @property
    def untracked(self) -> tuple[str, ...]:
        """What goes into the documents, lies in the project, and is not under version control."""
        known = {*self.git("ls-files", "-z").split("\0")}
        return tuple(name for name in self.own if name not in known)
