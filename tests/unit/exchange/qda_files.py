"""Projects of tools for qualitative analysis, made of the folders in `qda`."""

import zipfile
from pathlib import Path

FOLDER = Path(__file__).with_name("qda")


def project(name: str, folder: Path) -> Path:
    """Return the project that a tool's folder makes, written into a folder."""
    path = folder / f"{name}.qdpx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in sorted((FOLDER / name).rglob("*")):
            if part.is_file():
                archive.write(part, part.relative_to(FOLDER / name).as_posix())
    return path
