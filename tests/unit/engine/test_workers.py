from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import pytest

from evidence.engine import RenderError, workers
from evidence.engine.own import OWN, OWN_EXTENSION
from evidence.engine.pandoc import PandocFailed, parse, run
from evidence.engine.source import Line

Lines = Callable[[str], tuple[Line, ...]]

METADATA = {
    "title": "Of *all*",
    "abstract": "One.\n\nTwo[^n].\n\n[^n]: Three",
    "is": True,
    "of": [],
}
TEXTS = {
    "tabs": "a\tb\n\n\tco\N{LATIN SMALL LETTER E WITH ACUTE}\tde\n\n-\tx\n\n\t\ty\tz",
    "line ends": "a\r\nb\rc\r\n\r\n    d\te\r",
    "a mark of bytes": "\ufeff# A",
    "other scripts": "\N{GREEK SMALL LETTER OMEGA} \U0001f600 \u2028 \x85 e.g. \x00 \x0b",
    "metadata": "---\ntitle: Its own\nof: [1, no, null]\n---\n\nText",
    "nothing": "",
    "wide table": f"| a | b |\n|---|---|\n| {'long ' * 30} | b |",
    "html": "::: {.cell-table}\n```\n<table><tr><th>a<td>1</table>\n```\n\nOf 3\n:::",
    "callout": '::: {.callout-note title="1. *A*"}\nB\n:::',
    "files": "![a](/etc/passwd)\n\n\\include{/etc/passwd}\n\n<img src='file:///etc/passwd'>",
    "an answer": '0 2\n{}\n{"size": 3}\n',
    "unclosed": "```\n*a*\n\n::: {.b}\n<div>\n$$x",
    "never used": "a\n\n[^n]: b\n\n[^n]: c",
    "no metadata": "---\ntitle: [\n---\n",
    "twice": "# A {#a}\n\n# B {#a}",
}  # fmt: skip


@pytest.fixture
def staying() -> Iterator[None]:
    with workers.staying():
        yield
    assert not _processes()


def _processes() -> set[int]:
    return {child.pid for child in psutil.Process().children()}


def _read(text: str, folder: Path, **metadata: object) -> Any:
    lines = [Line(part, "x.qmd", number) for number, part in enumerate(text.split("\n"), 1)]
    try:
        return parse(lines, metadata, folder, [OWN / "cell_tables.lua"], taken=("a",))
    except RenderError as error:
        return str(error)


@pytest.mark.parametrize("name", TEXTS)
def test_a_worker_reads_as_a_process_does(name: str, tmp_path: Path) -> None:
    read = partial(_read, TEXTS[name], tmp_path, **METADATA)
    alone = read()
    with workers.staying():
        assert [read(), _read("*other*", tmp_path)["meta"], read()] == [alone, {}, alone]


def test_what_metadata_are_warned_of_is_said_each_time(staying: None, tmp_path: Path) -> None:
    said = [_read("Text", tmp_path, abstract="A\n\n[^n]: Nobody's note\n") for _ in range(2)]
    assert "Note with key 'n'" in said[0]
    assert said[0] == said[1]


def _written(tmp_path: Path, to: str, blocks: list[Any], name: str, *more: str) -> bytes | str:
    document = {**parse((), {"lang": "de"}, tmp_path), "blocks": blocks}
    (tmp_path / "of it").mkdir(exist_ok=True)
    (tmp_path / "of it" / "one.html").write_text("<i>$body$</i>", "utf-8")
    command = [
        "--from=json", f"--to={to}", "--wrap=preserve", "--syntax-highlighting=none", "--mathml",
        "--metadata=number-sections:true", "--metadata=image-extension:svg", "--section-divs",
        *(f"--lua-filter={OWN_EXTENSION / part}.lua" for part in ("places", "structure", name)),
        *(["--template=of it/one.html"] if to == "html" else []), "--output=-",
    ]  # fmt: skip
    text = json.dumps(document).encode()
    try:
        return run(command, folder=tmp_path, text=text, epoch=86400, by_worker=True)
    except PandocFailed as error:
        return error.said


TEXT = """\
# A {#sec-a}

One -- "two" [*three*](#sec-a)^[A note.] see @sec-a, $x^2$ and

```python
x = "1"
```

| a | b |
|--:|---|
| 1 | 2 |

: Of 3 {#tbl-a}

## B

Term

:   Of it
"""


@pytest.mark.parametrize(
    ("to", "name"),
    [("html", "html"), ("typst-smart-citations", "typst"), ("docx", "docx")],
)
def test_a_worker_writes_as_a_process_does(to: str, name: str, tmp_path: Path) -> None:
    blocks = _read(TEXT, tmp_path)["blocks"]
    alone = _written(tmp_path, to, blocks, name)
    with workers.staying():
        made = [_written(tmp_path, to, blocks, name) for _ in range(2)]
    assert isinstance(alone, bytes)
    assert len(alone) > 500
    assert made == [alone, alone]


def test_a_worker_refuses_in_the_same_words(tmp_path: Path) -> None:
    columns = '| a |\n|---|\n| 1 |\n\n: Of 3 {#tbl-a tbl-colwidths="[20,80]"}'
    for text, words in ((columns, "#tbl-a has 1 columns"), ("$\\nothing{$", "convert TeX math")):
        blocks = _read(text, tmp_path)["blocks"]
        alone = _written(tmp_path, "html", blocks, "html")
        with workers.staying():
            again = _written(tmp_path, "html", blocks, "html")
        found = [
            next(line for line in said.splitlines() if words in line) for said in (alone, again)
        ]
        assert found[0] == found[1]


def test_filters_of_a_project_run_alone(staying: None, tmp_path: Path) -> None:
    own = tmp_path / "own.lua"
    own.write_text(
        "Pandoc = nil\nseen = (_G.seen or 0) + 1\n_G.seen = seen\n"
        "function Meta(meta) meta.seen = tostring(seen) return meta end\n",
        encoding="utf-8",
    )
    lines = [Line("A", "x.qmd", 1)]
    seen = [parse(lines, {}, tmp_path, [own])["meta"]["seen"] for _ in range(3)]
    assert seen == [{"t": "MetaString", "c": "1"}] * 3


def test_threads_get_each_their_own_answer(staying: None, tmp_path: Path) -> None:
    texts = [f"# {number}\n\n{'*a* ' * number}" for number in range(40)]
    alone = [_read(text, tmp_path) for text in texts]
    with ThreadPoolExecutor(8) as pool:
        assert [*pool.map(partial(_read, folder=tmp_path), texts)] == alone
    assert len(_processes()) <= (os.cpu_count() or 1)


def test_workers_stay_for_the_outermost_block(tmp_path: Path) -> None:
    with workers.staying():
        with workers.staying():
            _read("A", tmp_path)
            first = _processes()
        _read("B", tmp_path)
        assert _processes() == first
    assert not _processes()
    _read("C", tmp_path)
    assert not _processes()


def test_workers_give_way_to_what_needs_memory(staying: None, tmp_path: Path) -> None:
    whole = _read("A", tmp_path)
    workers.give_way()
    assert not _processes()
    assert _read("A", tmp_path) == whole
    assert _processes()


def test_a_worker_that_was_killed(staying: None, tmp_path: Path) -> None:
    whole = _read("A", tmp_path)
    for child in psutil.Process().children():
        child.kill()
    assert _read("A", tmp_path) == "pandoc-failed: Pandoc: exit code -9"
    assert _read("A", tmp_path) == whole


def test_what_was_broken_off_is_no_answer_to_the_next(staying: None, tmp_path: Path) -> None:
    whole = _read("A", tmp_path)

    def stop(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, stop)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        with pytest.raises(KeyboardInterrupt):
            _read("*a* [b](c) `d` " * 200_000, tmp_path)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert _read("A", tmp_path) == whole


def test_a_child_has_workers_of_its_own(staying: None, tmp_path: Path) -> None:
    whole = _read("A", tmp_path)
    before = _processes()
    child = os.fork()
    if not child:
        code = 1
        try:
            with workers.staying():
                is_same = _read("A", tmp_path) == whole and len(_processes()) == 1
            code = int(not is_same or bool(_processes()))
        finally:
            os._exit(code)
    assert os.waitpid(child, 0)[1] == 0
    assert _read("A", tmp_path) == whole
    assert _processes() == before
