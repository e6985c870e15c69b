"""Where cells put files: in a folder of the project, wherever in it they run."""

import os
from pathlib import Path

SETTINGS = "_quarto.yml"
# The companion of the documents, which stands beside them.
WORKBOOK = "report-evidence.xlsx"


def folder(name: str) -> Path:
    """Return a folder at the top of the project, relative to where the cells run.

    Quarto and the builtin engine run cells at the top; an editor runs a chapter opened alone in
    the folder of the chapter. Outside a project it is a folder here.
    """
    here = Path.cwd()
    top = next((path for path in (here, *here.parents) if (path / SETTINGS).is_file()), here)
    return Path(os.path.relpath(top / name, here))
