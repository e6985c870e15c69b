"""A small report, and where its words come from."""

from __future__ import annotations

from pathlib import Path

import pytest

from evidence.engine.document import Document, read
from evidence.review.origins import Stretch, origins

FILES = {
    "_quarto.yml": """\
project:
  render: [report.qmd]
  execute-dir: project
lang: en-GB
execute: {echo: false}
bibliography: data/references.bib
""",
    "data/references.bib": """\
@book{ash2001,
  title = {On ashes},
  author = {Ash, Ann},
  publisher = {Tree},
  year = {2001}
}
""",
    "report.qmd": """\
---
title: Leaves that fall
author: Rowan Hollow
date: 2026-11-27
---

{{< include chapters/one.qmd >}}
""",
    "chapters/one.qmd": """\
# What trees do {#sec-trees}

Some *typed* words don't stay, and
`{python} 3 + 4` of them fell [@ash2001].[^note]

- Äpfel fall far from the trunk.

```{python}
#| label: tbl-leaves
#| tbl-cap: "Leaves by colour"
from IPython.display import Markdown
Markdown("| Colour | Count |\\n|---|---|\\n| Red | 12 |\\n| Green | 34 |")
```

The last line says nothing new about any of it.

[^note]: Footnotes hold leaves too.

::: {#refs}
:::
""",
}


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("leaves") / "a proj\N{LATIN SMALL LETTER E WITH ACUTE}ct"
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root.resolve()


@pytest.fixture(scope="session")
def document(project: Path) -> Document:
    return read(project)


@pytest.fixture(scope="session")
def report(document: Document) -> tuple[Stretch, ...]:
    return origins(document)
