"""The least that a build can take: the same cells in one plain kernel, Pandoc and Typst.

`python -m benchmarks.floor PROJECT` is what `benchmarks.build` measures, once it has put the cells
and the text that they give into the project.
"""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import pypandoc
import typst
from nbclient import NotebookClient

CELLS, TEXT = "floor.ipynb", "floor.md"


def run(project: Path) -> None:
    """Run the cells, then write three formats at the same time."""
    notebook = nbformat.reads((project / CELLS).read_text("utf-8"), 4)  # type: ignore[no-untyped-call]
    NotebookClient(notebook, resources={"metadata": {"path": str(project)}}).execute()
    with ThreadPoolExecutor() as pool:
        for job in [pool.submit(_write, project, target) for target in ("html", "docx", "typst")]:
            job.result()


def _write(project: Path, target: str) -> None:
    output = f"floor.{target}"
    extension = "png" if target == "docx" else "svg"
    embedded = ["--embed-resources"] if target == "html" else []
    subprocess.run(  # noqa: S603
        [
            str(pypandoc.get_pandoc_path()), "--from=markdown", f"--to={target}", "--standalone",
            "--citeproc", "--bibliography=data/references.bib", "--quiet",
            f"--default-image-extension={extension}", *embedded, f"--output={output}", TEXT,
        ],
        cwd=project,
        check=True,
    )  # fmt: skip
    if target == "typst":
        typst.compile(str(project / output), output=str(project / "floor.pdf"), root=str(project))


if __name__ == "__main__":
    run(Path(sys.argv[1]))
