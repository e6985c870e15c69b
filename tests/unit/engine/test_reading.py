"""A document read and written in sections is the one that Pandoc makes of it at once."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from evidence.engine import RenderError, formats, pandoc, render
from evidence.proof import parity

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


def heard(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Return what will hold all that Pandoc is given."""
    asked: list[bytes] = []
    run = pandoc.run

    def hear(arguments: Sequence[str], **given: Any) -> bytes:
        asked.append(given.get("text", b""))
        return run(arguments, **given)

    monkeypatch.setattr(pandoc, "run", hear)
    return asked


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


def test_an_edit_leaves_pandoc_only_its_own_section(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "# One\n\nFirst @sec-two.\n\n# Two {#sec-two}\n\nSecond.\n\n# Three\n\nThird.\n"
    root = make(text)
    made(root, tmp_path / "out")
    asked = heard(monkeypatch)
    make(text.replace("Second.", "Changed."))
    page = made(root, tmp_path / "out")["html"]
    assert b"Changed." in page
    assert any(b"Changed." in given for given in asked)
    assert not any(word in given for given in asked for word in (b"First", b"Third"))
    asked.clear()
    # Where numbers change, only those are written anew that show or name them.
    make(text.replace("# Three", "# Zero\n\n# Three"))
    assert b'">4</span> Three' in made(root, tmp_path / "out")["html"]
    assert any(b"Third" in given for given in asked)
    assert not any(b"First" in given for given in asked)


def test_the_mark_of_a_build_is_put_in_without_pandoc(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = make("::: {.title-page}\nBuild {{< meta fingerprint >}}.\n:::\n\n# One\n\nText.\n")

    def words(mark: str) -> dict[str, str]:
        done = render(
            root, to=formats.FORMATS, output=tmp_path / "out", metadata={"fingerprint": mark},
            progress=lambda _: None,
        )  # fmt: skip
        documents = map(parity.read, done.paths.values())
        return {read.format: str(read.items) for read in documents}

    first = words("0123456789ab")
    asked = heard(monkeypatch)
    second = words("ba9876543210")
    assert asked == []
    for name, text in second.items():
        assert "Build ba9876543210." in text, name
        assert text == first[name].replace("0123456789ab", "ba9876543210")
    # What a format would escape is written as any other text.
    for name, text in words("x & y").items():
        assert "Build x & y." in text, name


@pytest.mark.parametrize(
    "raw",
    [
        '::: {.content-visible when-format="html"}\n\n<b data-src="b.svg"></b>\n\n:::\n',
        "[words]{data-src=b.svg}",
    ],
)
def test_what_a_section_embeds_is_looked_at_again(make: Make, tmp_path: Path, raw: str) -> None:
    root = make(f"# One\n\n{raw}\n\n# Two\n", **{"b.svg": PICTURE})

    def embedded() -> bytes:
        done = render(root, to=["html"], output=tmp_path / "out", progress=lambda _: None)
        return done.paths["html"].read_bytes()

    first = embedded()
    (root / "b.svg").write_text(PICTURE.replace("9", "8"), encoding="utf-8")
    second = embedded()
    assert first != second
    (root / "b.svg").write_text(PICTURE, encoding="utf-8")
    assert embedded() == first
    (root / "b.svg").unlink()
    with pytest.raises(RenderError, match=r"b\.svg"):
        embedded()
