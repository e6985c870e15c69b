from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from evidence.engine import RenderError, render

Make = Callable[..., Path]

# A shebang can't hold a path with a space, so a shell starts Python.
STAND_IN = f"""\
#!/bin/sh
"exec" "{sys.executable}" "$0" "$@"
import pathlib, sys
name, wanted, folder = sys.argv[2], sys.argv[4], sys.argv[6]
print("Cell 1/2: 'tbl-a'...Done", file=sys.stderr)
if wanted == "docx" and pathlib.Path("fail").exists():
    sys.exit(pathlib.Path("fail").read_text() or "no luck")
if pathlib.Path("warn").exists():
    print(pathlib.Path("warn").read_text(), file=sys.stderr)
suffix = {{"typst": ".pdf"}}.get(wanted, "." + wanted)
pathlib.Path(folder, name).with_suffix(suffix).write_text("quarto's " + wanted)
"""


@pytest.fixture
def quarto(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that takes Quarto's command line and writes what it was asked for."""
    path = tmp_path / "bin" / "quarto"
    path.parent.mkdir()
    path.write_text(STAND_IN, encoding="utf-8")
    path.chmod(0o755)
    monkeypatch.setenv("PATH", f"{path.parent}{os.pathsep}{os.environ['PATH']}")


def test_without_quarto(make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RenderError, match=r"no `quarto` on the PATH; .*builtin engine"):
        render(make(), output=tmp_path / "out", engine="quarto", progress=print)


@pytest.mark.usefixtures("quarto")
def test_its_documents_take_their_places(make: Make, tmp_path: Path) -> None:
    said: list[str] = []
    done = render(make(), output=tmp_path / "out", engine="quarto", progress=said.append)
    assert done.engine == "quarto"
    texts = {name: path.read_text("utf-8") for name, path in done.paths.items()}
    assert texts == {"html": "quarto's html", "pdf": "quarto's typst", "docx": "quarto's docx"}
    assert said[:2] == ["quarto   html", "quarto   html: cell 1/2 tbl-a"]
    assert len(said) == 6


@pytest.mark.usefixtures("quarto")
def test_its_failure_touches_nothing(make: Make, tmp_path: Path) -> None:
    root = make(fail="")
    with pytest.raises(RenderError, match=r"(?s)Quarto failed to render docx:.*no luck"):
        render(root, output=tmp_path / "out", engine="quarto", progress=lambda _: None)
    assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("quarto")
@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            "ERROR: In file _quarto.yml\n(line 4, columns 1--5) Field toc must be a boolean\n",
            r"^_quarto\.yml:4: quarto-failed: Quarto failed (.*\n)*.*must be a boolean",
        ),
        (
            "An error occurred while executing the following cell:\n------------------\n"
            "x = 1\nmissing\n------------------\n\n\x1b[0;31mNameError\x1b[0m\n"
            "NameError: name 'missing' is not defined\n",
            r"^report\.qmd:7: cell-failed: the cell failed: NameError: name .missing. is not",
        ),
        (
            "ERROR: In file {root}/chapters/one.qmd\n(line 31, columns 10--15) Field echo has\n",
            r"^chapters/one\.qmd:31: quarto-failed: ",
        ),
        (
            "ERROR: something else\n",
            r"^report\.qmd: quarto-failed: Quarto failed to render docx:\n",
        ),
    ],
)
def test_its_faults_have_a_place(make: Make, tmp_path: Path, said: str, told: str) -> None:
    body = "Words.\n\n```{python}\nx = 1\nmissing\n```\n"
    root = make(body, fail="")
    (root / "fail").write_text(said.replace("{root}", str(root.resolve())), "utf-8")
    with pytest.raises(RenderError, match=told):
        render(
            root,
            output=tmp_path / "out",
            engine="quarto",
            progress=lambda _: None,
        )


@pytest.mark.usefixtures("quarto")
def test_options_that_are_no_yaml_have_a_line(make: Make, tmp_path: Path) -> None:
    body = "Words.\n\n```{python}\n#| echo: [unclosed\n1\n```\n"
    root = make(body, fail="ERROR: YAMLException: unexpected end (undefined, 3:16)\n")
    with pytest.raises(RenderError, match=r"^report\.qmd:7: .* options are no YAML"):
        render(root, output=tmp_path / "out", engine="quarto", progress=lambda _: None)


@pytest.mark.usefixtures("quarto")
def test_its_warnings_reach_the_author_once_and_with_a_line(make: Make, tmp_path: Path) -> None:
    said = (
        "[WARNING] Div at line 3 column 1 unclosed at line 168 column 1, closing implicitly.\n"
        "\x1b[33mWARN: something odd\x1b[39m\n"
        "WARN: PDF standard validation requested but verapdf is not installed.\n"
    )
    root = make("Words.\n\n::: {.callout-note}\nopen\n", warn=said)
    done = render(root, output=tmp_path / "out", engine="quarto", progress=lambda _: None)
    unclosed, odd = done.notes
    assert unclosed.startswith("report.qmd:7: odd-markdown: ")
    assert "unclosed" in unclosed
    assert odd == "Quarto: something odd"
