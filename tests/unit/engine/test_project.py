from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from evidence.engine import RenderError
from evidence.engine.project import AFTER_BODY, CSS, FONT_PATHS, Project, load
from tests.unit.engine.conftest import Make

Load = Callable[..., Project]


def test_front_matter_wins_over_the_project(project: Load) -> None:
    matter = "---\ntitle: T\ndate: 2020-02-29\nlang: en-US\n---\nBody\n"
    loaded = project(**{"report.qmd": matter})
    assert loaded.metadata["lang"] == "en-US"
    assert loaded.date == dt.date(2020, 2, 29)
    assert loaded.epoch == 1582934400
    assert len(loaded.front_matter) == 5


def test_every_unknown_setting_is_listed_with_its_line(project: Load) -> None:
    config = "project:\n  render: [report.qmd]\n  preview: x\nwebsite: [x.yml]\n"
    matter = "---\ntitle: T\ndate: 2026-01-01\nformat:\n  revealjs: default\n---\n"
    loaded = project(**{"_quarto.yml": config, "report.qmd": matter})
    none = "the builtin engine has no such setting"
    assert [(p.file, p.line, p.message) for p in loaded.unsupported] == [
        ("_quarto.yml", 3, f"`project: preview`: {none}"),
        ("_quarto.yml", 4, f"`website`: {none}"),
        ("report.qmd", 5, "`format: revealjs`: the builtin engine makes html, pdf and docx"),
    ]


EXTENSION = "contributes:\n  filters:\n    - path: a.lua\n      at: pre-ast\n"
ASKING = "project:\n  render: [report.qmd]\nfilters: [ours, b.lua]\n"


def test_filters_of_extensions_and_of_the_project(project: Load) -> None:
    files = {
        "_extensions/ours/_extension.yml": EXTENSION,
        "_extensions/ours/a.lua": "",
        "b.lua": "",
    }
    own = "ours: {as: {x: y}}\nwebsite: ours\nother: 1\n"
    loaded = project(**{"_quarto.yml": ASKING + own, **files})
    assert [path.relative_to(loaded.root).as_posix() for path in loaded.filters] == [
        "_extensions/ours/a.lua",
        "b.lua",
    ]
    # Its own setting is no unknown one, another that names it is.
    assert [row.line for row in loaded.unsupported] == [5, 6]


@pytest.mark.parametrize(
    ("files", "missing"),
    [
        ({"b.lua": ""}, "_extensions/ours/_extension.yml"),
        ({"b.lua": "", "_extensions/ours/_extension.yml": EXTENSION}, "_extensions/ours/a.lua"),
        ({"_extensions/ours/_extension.yml": EXTENSION, "_extensions/ours/a.lua": ""}, "b.lua"),
    ],
)
def test_filters_that_are_not_there(project: Load, files: dict[str, str], missing: str) -> None:
    with pytest.raises(RenderError) as caught:
        project(**{"_quarto.yml": ASKING, **files})
    assert [str(row) for row in caught.value.problems] == [
        f"_quarto.yml:3: setting-names-no-file: there is no {missing}; correct `filters:`"
    ]


@pytest.mark.parametrize(
    ("given", "names"),
    [("html", ["html"]), ("pdf", ["typst"]), ("\n  html: default\n  pdf:", ["html", "typst"])],
)
def test_formats_as_public_documents_name_them(project: Load, given: str, names: list[str]) -> None:
    matter = f"---\ntitle: T\nformat: {given}\n---\n"
    loaded = project(**{"report.qmd": matter})
    assert loaded.unsupported == ()
    assert sorted(loaded.metadata["format"]) == names


def test_a_document_says_more_of_a_format_than_its_project(project: Load) -> None:
    config = """\
project: {render: [report.qmd]}
toc: true
format:
  html: {toc-depth: 2, default-image-extension: png}
  docx: default
"""
    matter = "---\ntitle: T\nformat:\n  html: {toc: false, number-sections: true}\n---\n"
    loaded = project(**{"_quarto.yml": config, "report.qmd": matter})
    assert loaded.image_extension("html") == "png"
    wanted = {"html": (False, 2, True), "docx": (True, 3, None), "pdf": (True, 3, None)}
    assert wanted == {
        target: (
            loaded.setting(target, "toc"),
            loaded.setting(target, "toc-depth", 3),
            loaded.setting(target, "number-sections"),
        )
        for target in wanted
    }


@pytest.mark.parametrize(
    ("matter", "size"),
    [
        ("lang: en", (6.4, 4.8)),
        ("fig-width: 8", (8, 4.8)),
        ("fig-width: 8\nformat: {html: {fig-width: 7, fig-height: 2.5}}", (7, 2.5)),
    ],
)
def test_how_large_figures_are_drawn(project: Load, matter: str, size: tuple[float, float]) -> None:
    loaded = project(**{"report.qmd": f"---\ntitle: T\n{matter}\n---\n"})
    assert loaded.figure_size == size


def test_what_holds_for_all_formats_is_not_set_for_one(project: Load) -> None:
    matter = "---\ntitle: T\nformat:\n  html:\n    bibliography: a.bib\n---\n"
    (problem,) = project(**{"report.qmd": matter}).unsupported
    assert (problem.line, problem.hint) == (
        5,
        "write it at the top level, or use `--engine quarto`",
    )


def test_settings_of_one_value(project: Load) -> None:
    config = "project:\n  render: [report.qmd]\n  execute-dir: file\nengine: knitr\n"
    loaded = project(**{"_quarto.yml": config})
    assert [p.line for p in loaded.unsupported] == [3, 4]
    assert loaded.unsupported[0].message.startswith("`project: execute-dir: file`: ")
    assert loaded.unsupported[0].message.endswith(", `project`")


@pytest.mark.parametrize(
    ("matter", "message"),
    [
        ("date: 2026-01-01", "no title"),
        ("title: T\ndate: 2026-01-01\nlang: fr", "English"),
        ("title: [", "YAML"),
        ("- a\n- b", "no mapping"),
    ],
)
def test_front_matter_it_cannot_use(project: Load, matter: str, message: str) -> None:
    with pytest.raises(RenderError, match=message):
        project(**{"report.qmd": f"---\n{matter}\n---\n"})


@pytest.mark.parametrize("render", ["[]", "[a.qmd, b.qmd]", "[missing.qmd]"])
def test_one_document(project: Load, render: str) -> None:
    with pytest.raises(RenderError, match=r"^_quarto\.yml:2: [^\n]+$"):
        project(**{"_quarto.yml": f"project:\n  render: {render}\n"})


def test_no_project(tmp_path: Path) -> None:
    with pytest.raises(RenderError, match=r"no such file; name a Quarto project's folder"):
        load(tmp_path)


def test_pictures_without_extension(project: Load) -> None:
    matter = (
        "---\ntitle: T\ndate: 2026-01-01\nformat:\n"
        "  html: {default-image-extension: .jpg}\n  docx: default\n---\n"
    )
    loaded = project(**{"report.qmd": matter})
    assert [loaded.image_extension(t) for t in ("html", "pdf", "docx")] == ["jpg", "svg", "png"]


def test_what_the_project_brings_for_its_look(project: Load) -> None:
    config = (
        "project:\n  render: [report.qmd]\nformat:\n"
        "  html: {css: own/a.css, include-after-body: [own/b.html]}\n"
        "  typst: {font-paths: own}\n"
    )
    files = {"_quarto.yml": config, "own/a.css": "", "own/b.html": ""}
    loaded = project(**files)
    assert [path.name for path in loaded.files(*CSS)] == ["a.css"]
    assert [path.name for path in loaded.files(*AFTER_BODY)] == ["b.html"]
    assert [path.name for path in loaded.files(*FONT_PATHS)] == ["own"]
    config = config.replace("own", "gone")
    with pytest.raises(RenderError) as raised:
        project(**{"_quarto.yml": config})
    options = {problem.hint for problem in raised.value.problems}
    assert options == {f"correct `{n}:`" for n in ("css", "include-after-body", "font-paths")}


def test_metadata_given_from_outside_win(make: Make) -> None:
    root = make(**{"report.qmd": "---\ntitle: T\ndate: 2026-01-01\nfingerprint: none\n---\n"})
    assert load(root).metadata["fingerprint"] == "none"
    assert load(root, {"fingerprint": "abc"}).metadata["fingerprint"] == "abc"


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("bibliography: own", "`bibliography:` names own, which is a folder"),
        ("format: {typst: {font-paths: own/a.css}}", "names own/a.css, which is a file"),
        ("format: {html: {css: gone.css}}", "there is no gone.css"),
    ],
)
def test_a_setting_that_names_no_file(project: Load, setting: str, said: str) -> None:
    config = f"project:\n  render: [report.qmd]\n{setting}\n"
    with pytest.raises(
        RenderError, match=rf"^_quarto\.yml:3: setting-names-no-file: [^\n]*{re.escape(said)}"
    ):
        project(**{"_quarto.yml": config, "own/a.css": ""})


def test_a_setting_has_its_place(project: Load) -> None:
    matter = "---\ntitle: T\ndate: 2026-01-01\nformat:\n  html:\n    toc: true\n---\n"
    loaded = project(**{"report.qmd": matter})
    assert loaded.place("title") == ("report.qmd", 2)
    assert loaded.place("lang") == ("_quarto.yml", 4)
    assert loaded.place("format", "html", "toc") == ("report.qmd", 6)
    assert loaded.place("mainfont") == ("report.qmd", 1)


@pytest.mark.parametrize("file", ["_quarto.yml", "_variables.yml", "report.qmd"])
def test_what_is_no_utf_8(make: Make, file: str) -> None:
    root = make(**{"_variables.yml": "a: b\n"})
    path = root / file
    path.write_bytes(path.read_bytes().replace(b"\n", "\n# caf\xe9\n".encode("latin-1"), 1))
    with pytest.raises(RenderError, match=rf"^{file}:2: wrong-encoding: this is no UTF-8; save it"):
        load(root)
