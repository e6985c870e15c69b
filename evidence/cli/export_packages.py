"""The data, or the documents with all they are made of, as one file, for `evidence export`."""

from pathlib import Path

from evidence.cli.check import judge_project
from evidence.cli.project import DATA, CommandCode, FaultsError, shown
from evidence.cli.terminal import plural
from evidence.model.package import read_package
from evidence.proof import crate, manifest, packed

OUTPUT = "_output"


def data_package(project: Path) -> tuple[bytes, str]:
    """Return the data as a data package, and how many files it describes."""
    judge_project(project)
    package, faults = read_package(shown(project / DATA))
    if package is None:
        raise FaultsError("\n".join(map(str, faults)))
    files = len(package.tables) + len(package.others)
    return packed.data_package(project / DATA, package), plural(files, "data file")


def ro_crate(project: Path) -> tuple[bytes, str]:
    """Return the documents with their crate and all they are made of, and how many they are."""
    from evidence.cli.verify import of_inputs

    folder = project / OUTPUT
    made = manifest.read(folder)
    if made is None or not (folder / crate.NAME).is_file():
        message = f"{shown(folder)} has no documents to hand over; evidence render makes them"
        raise FaultsError(message, CommandCode.NO_MANIFEST)
    differ = [
        *of_inputs(made.inputs, manifest.digests(project)),
        *(f"{name} is not what was built" for name in made.outputs.keys() - made.intact(folder)),
    ]
    if differ:
        message = f"{shown(folder)} is not of the project as it is ({differ[0]}); evidence render"
        raise FaultsError(f"{message} makes the documents anew", CommandCode.NO_MANIFEST)
    files = plural(len(made.outputs) + len(made.inputs), "file")
    return packed.crate_package(project, folder, made), files
