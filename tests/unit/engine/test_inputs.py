"""Whatever goes into the documents is listed, so that a change of it is seen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from evidence.engine import RenderError, render
from tests.unit.engine.conftest import CONFIG, Make
from tests.unit.engine.test_build import quiet

Refused = Callable[..., list[str]]
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'


@pytest.fixture
def refused(make: Make, tmp_path: Path) -> Refused:
    """Render a project of which only some files are listed, and return why it is refused."""

    def told(body: str, config: str = "", **files: str) -> list[str]:
        listed = {"_quarto.yml", "report.qmd", "data/a.csv", "chapters/a.qmd"}
        texts = {"data/a.csv": "1", "chapters/a.qmd": "A\n", **files}
        root = make(body, **{"_quarto.yml": CONFIG + config, **texts})
        inputs = [Path(name) for name in sorted(listed)]
        try:
            render(root, to=["html"], output=tmp_path / "out", inputs=inputs, progress=quiet)
        except RenderError as error:
            assert not (tmp_path / "out").exists()
            return [str(problem) for problem in error.problems]
        return []

    return told


@pytest.mark.parametrize(
    ("body", "config", "name", "place"),
    [
        ("{{< include notes/a.qmd >}}\n", "", "notes/a.qmd", "notes/a.qmd:1"),
        ("![](img/a.svg){fig-alt=A}\n", "", "img/a.svg", "report.qmd:5"),
        ('```{=html}\n<img src="img/a.svg" alt="">\n```\n', "", "img/a.svg", "report.qmd:6"),
        ("x\n", "bibliography: more/a.bib\n", "more/a.bib", "_quarto.yml:7"),
        ("x\n", "format: {html: {css: a.css}}\n", "a.css", "_quarto.yml:7"),
        ("```{python}\nopen('notes/a.txt').read()\n```\n", "", "notes/a.txt", "report.qmd:5"),
        ("```{python}\nimport helper\n```\n", "", "helper.py", "report.qmd:5"),
        ("`{python} open('notes/a.txt').read()`\n", "", "notes/a.txt", ""),
    ],
)
def test_what_is_not_listed(
    refused: Refused, body: str, config: str, name: str, place: str
) -> None:
    (problem,) = refused(body, config, **{name: SVG if name.endswith("svg") else "# A\n"})
    assert problem.startswith(f"{place}: unlisted-input: {name} goes" if place else "unlisted")
    assert problem.endswith("; move it to one of chapters/, data/")


def test_a_compiled_module_is_its_source(refused: Refused) -> None:
    body = "```{python}\nimport py_compile\npy_compile.compile('helper.py')\nimport helper\n```\n"
    (problem,) = refused(body, **{"helper.py": ""})
    assert "helper.py goes into" in problem


def test_what_is_listed_or_made_by_cells(refused: Refused) -> None:
    body = (
        "{{< include chapters/a.qmd >}}\n\n```{python}\nfrom pathlib import Path\n"
        "Path('data/a.csv').read_text()\nPath('_made').mkdir()\n"
        f"Path('_made/b.svg').write_text({SVG!r})\nPath('_made/b.svg').read_text()\n"
        "Path('log.txt').write_text('written, not read')\n```\n\n![](_made/b.svg){fig-alt=B}\n"
    )
    assert refused(body) == []
