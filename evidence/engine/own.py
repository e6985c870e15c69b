"""Where the files lie that this package brings for documents."""

from pathlib import Path

EXTENSIONS = "_extensions"
OWN = Path(__file__).parent
# Filters, templates and style sheet, which Quarto takes as an extension of the project. A wheel has
# them inside the package; else they lie where Quarto looks for them.
_PLACES = OWN / "extension", OWN.parents[1] / EXTENSIONS / OWN.parent.name
OWN_EXTENSION = next(path for path in _PLACES if path.is_dir())
