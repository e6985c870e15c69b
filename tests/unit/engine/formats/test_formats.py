"""Marks as chapters write them: for HTML raw, elsewhere a link, with an anchor around both."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from zipfile import ZipFile

import pypdf
import pytest

from evidence.engine import RenderError, render
from evidence.engine.project import load
from evidence.proof.parity import compare, read
from tests.unit.engine.conftest import CONFIG, MATTER, Make
from tests.unit.engine.test_build import quiet, text_of

PROJECT = Path(__file__).parents[4]
FONTS = f"{CONFIG}mainfont: Source Sans 3\nformat:\n  typst:\n    font-paths: fonts\n"
BODY = """
Said.[`<button>B1</button>`{=html}[[^E7^](#entry)]{.content-visible unless-format="html"}]{#place}

# Entry {#entry}

[Back](#place)

::: {.content-visible when-format="html"}

```{=html}
<div id="grounds">
```

Within *it*

```{=html}
</div>
```

:::
"""


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """The body in all three formats."""
    root = tmp_path_factory.mktemp("marks")
    (root / "_quarto.yml").write_text(CONFIG, encoding="utf-8")
    (root / "report.qmd").write_text(MATTER + BODY, encoding="utf-8")
    return render(root, output=root / "out", progress=quiet).paths


def test_html_has_the_raw_mark_and_no_link(marked: Mapping[str, Path]) -> None:
    html = text_of(marked["html"])
    assert '<span id="place"><button>B1</button></span>' in html
    assert re.search(r'<div id="grounds">\s*<p>Within <em>it</em></p>\s*</div>', html)
    assert "E7" not in html


def test_html_takes_the_style_sheets_of_the_project(make: Make, tmp_path: Path) -> None:
    config = f"{CONFIG}format:\n  html:\n    css: own/marks.css\n"
    root = make("Text.\n", **{"_quarto.yml": config, "own/marks.css": ".mark { color: navy }"})
    paths = render(root, to=["html"], output=tmp_path / "out", progress=quiet).paths
    assert ".mark { color: navy }" in paths["html"].read_text("utf-8")


def test_a_missing_style_sheet_is_named(make: Make) -> None:
    root = make("Text.\n", **{"_quarto.yml": f"{CONFIG}format:\n  html:\n    css: gone.css\n"})
    with pytest.raises(
        RenderError, match=r"_quarto.yml:9: setting-names-no-file: there is no .*gone\.css"
    ):
        load(root)


def test_a_file_that_a_style_sheet_lacks_stops_before_cells_run(make: Make, tmp_path: Path) -> None:
    config = f"{CONFIG}format:\n  html:\n    css: own.css\n"
    body = "```{python}\nopen('ran', 'w')\n```\n"
    root = make(body, **{"_quarto.yml": config, "own.css": "@font-face { src: url(gone.woff2) }"})
    with pytest.raises(
        RenderError,
        match=r"own\.css: setting-names-no-file: it names gone\.woff2, which does not exist",
    ):
        render(root, output=tmp_path / "out", progress=quiet)
    assert not (root / "ran").exists()


def test_every_face_that_the_fonts_lack_is_named(make: Make, tmp_path: Path) -> None:
    root = make("x", **{"_quarto.yml": FONTS})
    (root / "fonts").mkdir()
    shutil.copy(PROJECT / "fonts" / "SourceSans3-Bold.ttf", root / "fonts")
    with pytest.raises(RenderError) as caught:
        render(root, output=tmp_path / "out", progress=quiet)
    line = FONTS.splitlines().index("mainfont: Source Sans 3") + 1
    assert {(p.file, p.line) for p in caught.value.problems} == {("_quarto.yml", line)}
    named = [problem.message for problem in caught.value.problems]
    assert named == [
        f"`mainfont: Source Sans 3` has no {face} among the fonts"
        for face in ("bold italic", "italic", "regular")
    ]


def test_a_broken_font_is_named(make: Make, tmp_path: Path) -> None:
    root = make("x", **{"_quarto.yml": FONTS, "fonts/half.ttf": "no font"})
    with pytest.raises(
        RenderError, match=r"half\.ttf: no-font: this is no whole font; get the file again"
    ):
        render(root, output=tmp_path / "out", progress=quiet)


def test_pdf_has_links_both_ways(marked: Mapping[str, Path]) -> None:
    text = text_of(marked["pdf"])
    assert "E7" in text
    assert "B1" not in text
    assert "Within" not in text
    reader = pypdf.PdfReader(marked["pdf"])
    links = [
        link.get_object()["/Dest"] for page in reader.pages[1:] for link in page.get("/Annots", [])
    ]
    assert "entry" in links
    # Only what has a heading is a named place; others are places on a page.
    assert len([link for link in links if not isinstance(link, str)]) == 1


@pytest.mark.parametrize("mark", ["= x", "== x", "- x", "+ x", "1. x", "/ x: y", "-", "2026."])
def test_no_mark_of_typst_begins_a_block(make: Make, tmp_path: Path, mark: str) -> None:
    text = re.sub(r"([^\w\s])", r"\\\1", mark)
    places = (
        text, f"*{text}*", f"**{text}**", f"~~{text}~~", f"[{text}](#a)", f"a\\\n{text}",
        f"a\n{text}", f"- {text}", f"> {text}", f"# {text} {{#a}}", f"a^[{text}]",
        f"Term\n:   {text}", f"| {text} | *{text}* |\n|---|---|\n| {text} | [{text}](#a) |",
        f"| a | b |\n|---|---|\n| a | b |\n\n: {text}",
    )  # fmt: skip
    root = make("\n\n".join(places))
    made = render(root, output=tmp_path / "out", to=["html", "pdf"], progress=quiet).paths
    found = compare([read(path) for path in made.values()])
    assert [difference for difference in found if difference.kind != "fingerprint"] == []


def test_word_has_links_both_ways(marked: Mapping[str, Path]) -> None:
    text = text_of(marked["docx"])
    assert "E7" in text
    assert "B1" not in text
    assert "Within" not in text
    xml = ZipFile(marked["docx"]).read("word/document.xml").decode()
    assert {"entry", "place"} <= set(re.findall(r'w:hyperlink w:anchor="([^"]+)"', xml))
    assert {"entry", "place"} <= set(re.findall(r'<w:bookmarkStart [^>]*w:name="([^"]+)"', xml))


def test_a_format_has_its_own_numbers_and_contents(make: Make, tmp_path: Path) -> None:
    config = "project: {render: [report.qmd]}\ntoc: true\n"
    matter = """\
---
title: T
format:
  html: {number-sections: true, toc-title: "Within: all", lot: true}
  pdf: {toc: false}
  docx: default
---
"""
    body = "# Sole {#sec-a}\n\n| a |\n|---|\n| 1 |\n\n: Some {#tbl-a}\n"
    root = make(**{"_quarto.yml": config, "report.qmd": matter + body})
    paths = render(root, output=tmp_path / "out", progress=quiet).paths
    html, pdf = text_of(paths["html"]), text_of(paths["pdf"])
    assert re.search(r'class="section-number">1</span>', html)
    assert "Within: all" in html
    assert "List of tables" in html
    assert "1 Sole" not in pdf
    assert "contents" not in pdf
    assert "List of tables" not in pdf
    xml = ZipFile(paths["docx"]).read("word/document.xml").decode()
    assert "Table of contents" in xml
    assert "List of tables" not in xml


def test_what_has_no_place_to_break_stays_on_the_page(make: Make, tmp_path: Path) -> None:
    word, narrow = "Unbreakable_" * 12, "|".join(["charlie"] * 20)
    body = (
        f"A {word} word and <https://example.org/{word}>.\n\n```\n{word}\n```\n\n"
        f"|A|B|C|\n|---|---|---|\n|x|{word}|{word}|\n\n|{narrow}|\n{'|---' * 20}|\n|{narrow}|\n\n"
    )
    path = render(make(body), to=["pdf"], output=tmp_path / "out", progress=quiet).paths["pdf"]
    text = "\n".join(page.extract_text() for page in pypdf.PdfReader(path).pages)
    assert re.sub(r"\s", "", text).count(word) == 5
    assert max(map(len, text.split("\n"))) < len(word), "of this size, so many fit into no line"


def test_style_sheets_may_name_files_of_one_name(make: Make, tmp_path: Path) -> None:
    sheets = {f"{name}/a.css": "p { background: url('dot.svg'); }\n" for name in "xy"}
    dots = {
        f"{name}/dot.svg": f'<svg xmlns="http://www.w3.org/2000/svg"><title>{name}</title></svg>'
        for name in "xy"
    }
    config = f"{CONFIG}format: {{html: {{css: [x/a.css, y/a.css]}}}}\n"
    root = make("Words.", **{"_quarto.yml": config}, **sheets, **dots)
    made = render(root, to=["html"], output=tmp_path / "out", progress=lambda _: None)
    embedded = re.findall(r"url\(\"?(data:[^)\"]+)", made.paths["html"].read_text("utf-8"))
    assert len({*embedded}) == 2
