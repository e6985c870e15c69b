"""`evidence verify`: the proof that the same inputs make the same bytes."""

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from evidence.cli.project import (
    FORMATS,
    OUTPUT,
    CommandCode,
    FaultsError,
    coded,
    shown,
)
from evidence.cli.render import Wanted, add_edition, current
from evidence.cli.terminal import difference, progress, visible
from evidence.proof import manifest
from evidence.proof.file_differences import differences
from evidence.proof.rebuild import CONDITIONS, BuildFailed, build, hostile, of_edition

DESCRIPTION = """\
Build the report again under unusual conditions, and compare the bytes.

Without MANIFEST the inputs are copied to another folder and built there under another home, time
zone, locale, hash seed, umask and clock, with folders listed backwards, on one processor core and
without a cache. The results are compared with the documents in _output/ or, if these are out of
date, with another new build. For a difference, its place in the file is shown.

With MANIFEST nothing is built: a published build is checked against this checkout. Its tools and
inputs are compared with those here, and the documents beside it with the hashes in it.

examples:
  evidence verify                         takes about twice as long as evidence render
  evidence verify --edition 2015          the report as of that edition
  evidence verify _output                 were the documents made of the project as it is?
  evidence verify ~/Downloads/manifest.json"""

SHOWN = 5


def add_options(command: argparse.ArgumentParser) -> None:
    """Add the verb's argument to its parser."""
    command.add_argument(
        "manifest",
        metavar="MANIFEST",
        type=Path,
        nargs="?",
        help=f"the {manifest.NAME} of a published build, or its folder",
    )
    add_edition(command)


def run(project: Path, options: argparse.Namespace) -> bool:
    """Print what differs and say whether anything does."""
    if options.manifest:
        return _published(project, options.manifest)
    return _rebuilt(project, options.edition)


def _rebuilt(project: Path, edition: str) -> bool:
    with progress(sys.stderr) as show:
        digests, found = rebuilt(project, show, edition)
    print(f"Built twice from {manifest.fingerprint(project, edition)}; the second time with")
    print("\n".join(f"  {condition}" for condition in CONDITIONS) + "\n")
    if found:
        print("\n".join(found))
        return True
    for name, digest in digests.items():
        print(f"{digest}  {name}")
    print("\nEqual to the byte.")
    return False


def rebuilt(
    project: Path, show: Callable[[str], None], edition: str = ""
) -> tuple[Mapping[str, str], Sequence[str]]:
    """Build a project, or an edition of it, again where nothing is as usual.

    Returns the SHA-256 of each file of the usual build, and lines on where the two differ.
    """
    with TemporaryDirectory(prefix="evidence-") as name:
        temporary = Path(name)
        usual = project / OUTPUT / edition
        try:
            mark = manifest.fingerprint(project, edition)
            if not current(project, Wanted(usual, edition=edition), FORMATS, mark):
                show(f"building {shown(project)} as it is: {shown(usual)} is not of it")
                usual = temporary / "usual"
                build(project, ("--output", str(usual), *of_edition(edition)), show)
            strange = hostile(project, temporary, show, edition)
        except BuildFailed as error:
            message = f"the build in {error.folder} failed; see the lines above"
            raise FaultsError(f"{error}\n{coded(CommandCode.BUILD_FAILED, message)}") from error
        show("comparing")
        made = manifest.read(usual)
        names = [*(made.outputs if made else ()), manifest.NAME]
        found = [line for name in names for line in lines_of(name, usual / name, strange / name)]
        return {name: manifest.digest(usual / name) for name in names}, found


def lines_of(name: str, one: Path, other: Path) -> Iterator[str]:
    """Yield the lines that show how two builds of a file differ."""
    if not other.is_file():
        yield f"{name}: was not made"
        return
    found = differences(one, other)
    first = list(islice(found, SHOWN))
    if not first:
        return
    yield f"{name}: differs"
    for row in first:
        yield from (f"  {line}" for line in difference(row.place, row.texts))
    more = sum(1 for _ in found)
    if more:
        yield f"  and {more:,} more"


def _published(project: Path, place: Path) -> bool:
    folder = place if place.is_dir() else place.parent
    path = folder / manifest.NAME if place.is_dir() else place
    published = manifest.read(path)
    if published is None:
        what = "is no manifest of a build" if path.is_file() else "does not exist"
        raise FaultsError(
            f"{shown(path)} {what}; evidence render makes one", CommandCode.NO_MANIFEST
        )
    here = manifest.Manifest.of(project, folder, published.edition)
    mark = here.fingerprint
    # The file may be anybody's: nothing in it is to act on the terminal.
    print(f"published build  {visible(published.fingerprint)}")
    print(f"this checkout    {mark}")
    lines = [
        *_of_tools(published.tools, here.tools),
        *of_inputs(published.inputs, here.inputs),
        *_of_documents(published, folder),
    ]
    print()
    if not lines and mark != published.fingerprint:
        lines = ["fingerprint: not that of the inputs and tools which the manifest lists"]
    print(
        "\n".join(map(visible, lines))
        or "Equal: the same inputs and tools, and the documents as they were made."
    )
    return bool(lines)


def _of_tools(published: Mapping[str, str], here: Mapping[str, str]) -> Iterator[str]:
    for tool in sorted({*published} | {*here}):
        versions = published.get(tool, "none"), here.get(tool, "none")
        if versions[0] != versions[1]:
            yield f"tool {tool}: {versions[0]} in the published build, {versions[1]} here"


def of_inputs(published: Mapping[str, str], here: Mapping[str, str]) -> Sequence[str]:
    """Return the line that names the first input that differs, and how many more there are."""
    names = [*published, *(name for name in here if name not in published)]
    differ = [name for name in names if published.get(name) != here.get(name)]
    if not differ:
        return []
    first, more = differ[0], len(differ) - 1
    what = (
        "is not in the published build" if first not in published
        else "is missing here" if first not in here
        else "is another here"
    )  # fmt: skip
    rest = f"; {more:,} more {'differs' if more == 1 else 'differ'}" if more else ""
    return [f"first input that differs: {first} {what}{rest}"]


def _of_documents(published: manifest.Manifest, folder: Path) -> Iterator[str]:
    for name, digest in published.outputs.items():
        path = folder / name
        built_from = published.built_from.get(name)
        if not path.is_file():
            yield f"document {name}: is not beside the manifest"
        elif manifest.digest(path) != digest:
            yield f"document {name}: is not what was built; it was changed since"
        elif built_from != published.fingerprint:
            yield f"document {name}: comes from an earlier build, {built_from}"
