"""Nested spans are written so that Pandoc reads the same of them, and faster."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from evidence.engine import pandoc
from evidence.engine.spans import unnested

WORDS = (
    "it's", "*em*", "**st**", "@key", "[@key]", "[-@key]", "`code [x]`", "`a*b`", "*", "_", "_u_",
    "~", "^", "^[note]", "![i](a)", "[l](u)", "[ref]", "\\[", "\\]", "\\*", "--", "a*b", "\n", "  ",
    "\\ ", "{.x}", "<!-- c [ -->", "(x)", "#", "1.", "|", "H~2~", "$x$", "<b>", "&amp;", "- ",
    '"q"',
)  # fmt: skip
ATTRIBUTES = (
    *("{.a}", "{.a .b}", "{#i .c}", '{of="x" .d}', '{ k="a b" }', "{.a}{.b}") * 3,
    "(u)", "", "{=html}", "{.a.b}", '{class="x"}', "{k='v'}", '{K="v"}', "[l]",
)  # fmt: skip
BEGINNINGS = ("", "", "", "# ", "- ", "> ", ": ", "1. ", "    ", "| ")


def read(text: str, folder: Path) -> bytes:
    return pandoc.run(["--from=markdown", "--to=json"], folder=folder, text=text.encode())


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a [b [c]{.x} d]{.y .z} e", '<span class="y z">b [c]{.x} d</span>'),
        ('[ [b]{.x} ]{#i .y of="a b"}', '<span id="i" class="y" of="a b">[b]{.x}</span>'),
        ("[\n[b]{.x}\n[c [d]{.x}]{.y}\n]{.z}", '<span class="y">c [d]{.x}</span>\n</span'),
        ("[it's [b @key]{.x} `]` \\] <!-- c -->]{.y}", "[it's [b @key]{.x}"),
        ("a[b [c]{.x}]{.y}[d [e]{.x}]{.y}", '</span><span class="y">d'),
    ],
)
def test_spans_that_hold_others_are_html(text: str, written: str, tmp_path: Path) -> None:
    shown = unnested(text)
    assert written.partition("\n")[0] in shown
    assert shown.count("\n") == text.count("\n")
    assert read(shown, tmp_path) == read(text, tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a [b]{.x} c",
        "[a [b]{.x}](u)",
        "^[a [b]{.x}]",
        "[a [b]{.x} [c]{.x}",
        "[see [b]{.x} @key]{.y}",
        "@key [p. [1]{.x}]{.y}",
        "[*a [b]{.x}]{.y} c*",
        '[a [b]{.x}]{data-of="x"} "c',
        "```\n[a [b]{.x}]{.y}\n```",
        "    [a [b]{.x}]{.y}",
        "| [a [b]{.x}]{.y} |\n|---|",
        "- [a\n[b]{.x}]{.y}",
        "<b>[a [b]{.x}]{.y}</b>",
    ],
)
def test_what_may_mean_something_else_is_left(text: str) -> None:
    assert unnested(text) == text


def test_pandoc_reads_the_same_of_any_text(tmp_path: Path) -> None:
    chance = random.Random(15)

    def made(depth: int) -> str:
        parts = []
        for _ in range(chance.randint(1, 4)):
            if depth and chance.random() < 0.5:
                space = chance.choices(["", " ", "\n"], [3, 1, 1], k=2)
                parts.append(space[0].join(("[", made(depth - 1))) + space[1] + "]")
                parts.append(chance.choice(ATTRIBUTES))
            elif chance.random() < 0.25:
                parts.append(chance.choice(WORDS))
            else:
                parts.append(chance.choice(["word", "and", "more"]))
            parts.append(chance.choice([" ", " ", ""]))
        return "".join(parts)

    texts = [chance.choice(BEGINNINGS) + made(3) for _ in range(4000)]
    changed = [text for text in texts if unnested(text) != text]
    assert len(changed) > 100
    for text in changed:
        assert read(unnested(text), tmp_path) == read(text, tmp_path), text
