"""What a project adds to the head of its documents, and parts of templates that it has itself."""

from __future__ import annotations

from pathlib import Path

import pypdf

from evidence.engine import render
from tests.unit.engine.conftest import CONFIG, Make
from tests.unit.engine.test_build import quiet

OWN_TEMPLATE = Path(__file__).parents[4] / "_extensions/evidence/typst-template.typ"
FORMATS = """\
format:
  html:
    include-in-header: head.html
  typst:
    include-in-header: head.typ
    template-partials: [typst-show.typ]
"""


def test_both_stand_in_the_documents(make: Make, tmp_path: Path) -> None:
    config = CONFIG.partition("format:")[0] + FORMATS
    root = make(
        "Words.\n",
        **{
            "_quarto.yml": config,
            "head.html": '<meta name="own" content="1">\n',
            "head.typ": '#let own = "Ours"\n',
            "typst-show.typ": '#set document(title: [$title$])\n#own #lower("LOOK")\n',
        },
    )
    done = render(root, to=["html", "pdf"], output=tmp_path / "out", progress=quiet)
    page = done.paths["html"].read_text("utf-8")
    assert page.index('<meta name="own"') < page.index("<body")
    text = pypdf.PdfReader(done.paths["pdf"]).pages[0].extract_text()
    assert "Ours look" in text
    assert "Words." in text


def test_the_same_sheet_is_not_embedded_twice(make: Make, tmp_path: Path) -> None:
    own = Path(__file__).parents[4] / "_extensions/evidence/report.css"
    config = CONFIG.partition("format:")[0] + "format:\n  html:\n    css: [report.css]\n"
    root = make("Words.\n", **{"_quarto.yml": config, "report.css": own.read_text("utf-8")})
    done = render(root, to=["html"], output=tmp_path / "out", progress=quiet)
    assert done.paths["html"].read_text("utf-8").count("--tint: #f3f6f8;") == 1


def test_parts_of_its_own_hold_in_all_chapters(make: Make, tmp_path: Path) -> None:
    parts = "format: {typst: {template-partials: [typst-template.typ]}}\n"
    root = make(
        "# One\n\n`#shown`{=typst} words.\n\n# Two\n\nMore words.\n",
        **{
            "_quarto.yml": CONFIG.partition("format:")[0] + parts,
            "typst-template.typ": OWN_TEMPLATE.read_text("utf-8")
            + '#let shown = [Ours]\n#show "words": [verba]\n',
        },
    )
    done = render(root, to=["pdf"], output=tmp_path / "out", progress=quiet)
    pages = pypdf.PdfReader(done.paths["pdf"]).pages
    text = " ".join(page.extract_text() for page in pages)
    assert "Ours verba." in text
    assert "More verba." in text
