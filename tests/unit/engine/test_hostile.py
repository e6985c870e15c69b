"""A document can take nothing from outside its project, and a build talks to nobody."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from evidence.engine import RenderError, render
from evidence.engine.project import load
from tests.unit.engine.conftest import CONFIG, Make

SECRET = "a secret outside"
PICTURE = '![A picture]({}){{fig-alt="A picture"}}\n'


def quiet(_: str) -> None:
    pass


@pytest.fixture
def refused(make: Make, tmp_path: Path) -> Callable[..., str]:
    """Render a project with a secret beside it, and return why it is refused."""

    def told(body: str = "x\n", config: str = "", links: tuple[str, ...] = (), **files: str) -> str:
        (tmp_path / "secret").mkdir()
        (tmp_path / "secret/file").write_text(SECRET, "utf-8")
        root = make(body, **{"_quarto.yml": CONFIG + config, **files})
        for link in links:
            (root / link).parent.mkdir(exist_ok=True)
            (root / link).symlink_to(tmp_path / "secret/file")
        with pytest.raises(RenderError) as error:
            render(root, to=["html"], output=tmp_path / "out", progress=quiet)
        assert {problem.code for problem in error.value.problems} == {"outside-project"}
        assert not (tmp_path / "out").exists()
        assert SECRET not in str(error.value)
        return str(error.value)

    return told


@pytest.mark.parametrize("name", ["../secret/file", "/../secret/file", "linked.qmd"])
def test_an_include_stays_in_the_project(refused: Callable[..., str], name: str) -> None:
    told = refused(f"{{{{< include {name} >}}}}\n", links=("linked.qmd",))
    assert told.startswith("report.qmd:5: outside-project: it includes ")


@pytest.mark.parametrize(
    "name", ["../secret/file.png", "linked.png", "/etc/passwd.png", "https://x.invalid/a.png"]
)
def test_a_picture_stays_in_the_project(refused: Callable[..., str], name: str) -> None:
    told = refused(PICTURE.format(name), links=("linked.png",))
    assert told.startswith("report.qmd:5: outside-project: the picture ")


@pytest.mark.parametrize("name", ["../secret/file", "/etc/passwd", "linked"])
@pytest.mark.parametrize(
    "setting",
    [
        "format: {{html: {{css: {}}}}}\n",
        "format: {{html: {{include-after-body: {}}}}}\n",
        "format: {{typst: {{font-paths: {}}}}}\n",
        "bibliography: {}\n",
        "csl: {}\n",
    ],
)
def test_a_setting_stays_in_the_project(
    refused: Callable[..., str], setting: str, name: str
) -> None:
    told = refused(config=setting.format(name), links=("linked",))
    assert told.startswith("_quarto.yml:7: outside-project: `")


def test_the_document_stays_in_the_project(make: Make, tmp_path: Path) -> None:
    root = make("x")
    (tmp_path / "elsewhere.qmd").write_text("---\ntitle: A\ndate: 2026-11-22\n---\n", "utf-8")
    config = (root / "_quarto.yml").read_text("utf-8")
    (root / "_quarto.yml").write_text(config.replace("report.qmd", "../elsewhere.qmd"), "utf-8")
    with pytest.raises(RenderError, match="outside-project"):
        load(root)


@pytest.mark.parametrize("name", ["../../secret/file", "linked", "/etc/passwd"])
def test_a_style_sheet_stays_in_the_project(refused: Callable[..., str], name: str) -> None:
    told = refused(
        config="format: {html: {css: look/a.css}}\n",
        links=("look/linked",),
        **{"look/a.css": f'p {{ background: url("{name}"); }}\n'},
    )
    assert told.startswith("look/a.css: outside-project: it names ")


@pytest.mark.parametrize(
    "body",
    [
        '`<img src="https://x.invalid/a.png" alt="">`{=html}\n',
        '```{=html}\n<script src="http://x.invalid/a.js"></script>\n```\n',
        '```{=html}\n<link rel="stylesheet" href="https://x.invalid/a.css">\n```\n',
    ],
)
def test_nothing_is_fetched(refused: Callable[..., str], body: str) -> None:
    assert "the document would fetch http" in refused(body)


def test_html_of_the_project_fetches_nothing(refused: Callable[..., str]) -> None:
    html = '<script src="https://x.invalid/a.js"></script>\n'
    told = refused(config="format: {html: {include-after-body: a.html}}\n", **{"a.html": html})
    assert "the document would fetch https://x.invalid/a.js" in told


@pytest.mark.parametrize(
    "html",
    [
        '<img src="{}" alt="">',
        '<img src="file://{}" alt="">',
        '<img src="linked" alt="">',
        '<link rel="stylesheet" href="{}">',
        "<style>p {{ background: url({}) }}</style>",
        '<video poster="{}"></video>',
    ],
)
def test_html_of_the_project_embeds_nothing_else(
    refused: Callable[..., str], tmp_path: Path, html: str
) -> None:
    said = refused(
        f"```{{=html}}\n{html.format(tmp_path / 'secret/file')}\n```\n", links=("linked",)
    )
    assert "report.qmd:6: outside-project: the document would embed " in said


def test_what_html_names_and_nobody_has(make: Make, tmp_path: Path) -> None:
    root = make('x\n\n```{=html}\n<img src="../no.png" alt="">\n```\n')
    with pytest.raises(
        RenderError, match=r"^report\.qmd:8: no-picture: .* \.\./no\.png, which does"
    ):
        render(root, to=["html"], output=tmp_path / "out", progress=quiet)


def test_a_bibliography_reads_no_other_file(make: Make, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(SECRET, "utf-8")
    bib = (
        f"@book{{a, title = {{Tell \\input{{{tmp_path}/secret}} \\include{{../secret}} all}},"
        " author = {A, B}, year = 2001}\n"
    )
    root = make("[@a]\n", **{"_quarto.yml": CONFIG + "bibliography: a.bib\n", "a.bib": bib})
    (root / "secret.tex").write_text(SECRET, "utf-8")
    made = render(root, to=["html"], output=tmp_path / "out", progress=quiet).paths["html"]
    assert SECRET not in made.read_text("utf-8")


def test_what_cells_show_is_expanded_no_more(make: Make, tmp_path: Path) -> None:
    """Shortcodes and inline code are the author's; what comes out of a cell is text."""
    body = (
        "```{python}\nfrom IPython.display import Markdown\n"
        'text = r"\\{\\{\\< include a.md \\>\\}\\} and \\`{python} 6 * 7\\`"\n'
        'Markdown(text + " {{< meta title >}}")\n```\n\n`{python} "{" + "{< var x >}} <b>"`\n'
    )
    root = make(body, **{"a.md": SECRET})
    html = render(root, to=["html"], output=tmp_path / "out", progress=quiet).paths["html"]
    text = html.read_text("utf-8")
    assert "{{&lt; include a.md &gt;}} and `{python} 6 * 7`" in text
    assert "{{&lt; var x &gt;}} &lt;b&gt;" in text
    assert SECRET not in text


GUARD = """
import os, sys
def watch(event, arguments):
    if event == "socket.getaddrinfo":
        place = arguments[0]
    elif event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        address = arguments[1]
        place = address[0] if isinstance(address, tuple) else "localhost"
    else:
        return
    if place not in (None, "", "localhost", "127.0.0.1", "::1", "0.0.0.0", b"localhost"):
        with open(os.environ["PYTHON_WATCHED"], "a") as file:
            print(event, arguments, file=file)
        raise OSError(f"{event} to {place} is forbidden")
sys.addaudithook(watch)
with open(os.environ["PYTHON_WATCHING"], "a") as file:
    print(os.getpid(), file=file)
"""
SCRIPT = """
import sys
from pathlib import Path
from evidence.engine import render
render(Path(sys.argv[1]), output=Path(sys.argv[2]), progress=lambda line: None)
"""
BUSY = """
```{python}
import pandas as pd
import matplotlib.pyplot as plt
from IPython.display import Markdown
Markdown(pd.DataFrame({"a": [1]}).to_markdown(index=False))
```

```{python}
#| label: fig-a
#| fig-cap: A figure
#| fig-alt: A line
plt.plot([1, 2]);
```

[@a]
"""


def test_a_build_asks_no_other_machine(make: Make, tmp_path: Path) -> None:
    """Python itself, in the engine and in the kernel, forbids all sockets but their own."""
    root = make(
        BUSY,
        **{
            "_quarto.yml": CONFIG + "bibliography: a.bib\n",
            "a.bib": "@book{a, title = {T}, author = {A, B}, year = 2001}\n",
        },
    )
    (tmp_path / "guard").mkdir()
    (tmp_path / "guard/sitecustomize.py").write_text(GUARD, "utf-8")
    watching, watched = tmp_path / "watching", tmp_path / "watched"
    here = str(Path(__file__).parents[3])
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(tmp_path / "guard"), here]),
        "PYTHON_WATCHING": str(watching),
        "PYTHON_WATCHED": str(watched),
    }
    command = [sys.executable, "-c", SCRIPT, str(root), str(tmp_path / "out")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert not watched.exists(), watched.read_text("utf-8")
    assert done.returncode == 0, done.stderr
    assert len(set(watching.read_text("utf-8").split())) >= 2, "engine and kernel are watched"
    assert {path.suffix for path in (tmp_path / "out").iterdir()} >= {".html", ".pdf", ".docx"}


def test_the_guard_sees_a_socket_of_a_cell(make: Make, tmp_path: Path) -> None:
    (tmp_path / "guard").mkdir()
    (tmp_path / "guard/sitecustomize.py").write_text(GUARD, "utf-8")
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(tmp_path / "guard"), str(Path(__file__).parents[3])]),
        "PYTHON_WATCHING": str(tmp_path / "watching"),
        "PYTHON_WATCHED": str(tmp_path / "watched"),
    }
    root = make('```{python}\nimport socket\nsocket.create_connection(("192.0.2.1", 80), 1)\n```\n')
    command = [sys.executable, "-c", SCRIPT, str(root), str(tmp_path / "out")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode
    assert "192.0.2.1" in (tmp_path / "watched").read_text("utf-8")
