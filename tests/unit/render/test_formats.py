"""Marks as chapters write them: for HTML raw, elsewhere a link, with an anchor around both."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from zipfile import ZipFile

import pypdf
import pytest

from render import render
from tests.unit.render.conftest import CONFIG, MATTER
from tests.unit.render.test_api import quiet, text_of

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


def test_html_has_the_style_of_marks(marked: Mapping[str, Path]) -> None:
    assert ".grounds-mark {" in marked["html"].read_text("utf-8")


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


def test_word_has_links_both_ways(marked: Mapping[str, Path]) -> None:
    text = text_of(marked["docx"])
    assert "E7" in text
    assert "B1" not in text
    assert "Within" not in text
    xml = ZipFile(marked["docx"]).read("word/document.xml").decode()
    assert {"entry", "place"} <= set(re.findall(r'w:hyperlink w:anchor="([^"]+)"', xml))
    assert {"entry", "place"} <= set(re.findall(r'<w:bookmarkStart [^>]*w:name="([^"]+)"', xml))
