"""A document read and written in sections is the one that Pandoc makes of it at once."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import TYPE_CHECKING

from evidence.engine import formats, render

from .conftest import CONFIG

if TYPE_CHECKING:
    from .conftest import Make

DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII="
)
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
CHAPTERS = """\
Before[^0].

[^0]: Zeroth.

# One {#sec-one}

See @sec-two, @fig-b, @eq-x and [Three](#three).^[First, of *one*.]

## Same

![A^[no list has it]](a){#fig-a fig-alt=a}

# Two {#sec-two}

See @fig-a and @sec-one.^[Second, after [One](#sec-one).] ![](a){fig-alt=a}

## Same

![B](a){#fig-b fig-alt=b}

$$x$$ {#eq-x}

| a | b |
|---|---|
|   | c |

# Three

1. One
2. Two

::: {.callout-note}
## Title

Text: @tbl-t.
:::

::: {.content-visible when-format="html"}
## Same

$$y$$ {#eq-y}

:::

| a | b |
|---|---|
|   | c |

: C {#tbl-t}

3. Three

::: {#fig-c layout-ncol=2}
![P](a){#fig-p fig-alt=p}

![Q](a){#fig-q fig-alt=q}

Both
:::

See @fig-p, @sec-one and @eq-x.^[Third.]
"""


def made(root: Path, output: Path) -> dict[str, bytes]:
    done = render(root, to=formats.FORMATS, output=output, progress=lambda _: None)
    return {name: path.read_bytes() for name, path in done.paths.items()}


def test_sections_make_the_same_documents_as_the_whole(make: Make, tmp_path: Path) -> None:
    settings = f"{CONFIG}toc: true\nformat: {{html: {{lof: true, lot: true}}}}\n"
    files = {"_quarto.yml": settings, "a.svg": PICTURE, "none.lua": "return {}"}
    root = make(CHAPTERS, **files)
    (root / "a.png").write_bytes(DOT)
    sections = made(root, tmp_path / "sections")
    # What a filter does, the engine does not know.
    (root / "_quarto.yml").write_text(f"{settings}filters: [none.lua]\n", encoding="utf-8")
    whole = made(root, tmp_path / "whole")
    for name in formats.FORMATS:
        assert sections[name] == whole[name], name
