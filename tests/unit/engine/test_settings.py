"""Settings of the wrong kind are told with their line, all at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from evidence.engine import RenderError
from evidence.engine.project import Project
from evidence.engine.settings import parse

Load = Callable[..., Project]

# One of each kind, as authors get it wrong.
WRONG = [
    "toc-depth: x",
    "toc-depth: 0",
    "toc-depth: true",
    "bibliography: 5",
    "csl: [a.csl]",
    "toc: maybe",
    'number-sections: "no"',
    "keywords: 5",
    "keywords: [a, 5]",
    "lang: 3",
    "lang: english",
    "mainfont: [a]",
    "execute: false",
    "author: 5",
    "author: {given: Ann}",
    "author: [A, {name: 5}]",
    "date: [a]",
    "date: 2026-13-45",
    "fig-width: wide",
    "fig-height: 0",
    "title: 5",
    'title: " "',
    "abstract:",
    "format: [html, docx]",
]


@pytest.mark.parametrize("setting", WRONG)
@pytest.mark.parametrize("file", ["_quarto.yml", "report.qmd"])
def test_a_setting_of_the_wrong_kind(project: Load, setting: str, file: str) -> None:
    name = setting.partition(":")[0]
    matter = "".join(
        f"{line}\n" for line in ("title: T", "date: 2026-11-22") if not line.startswith(f"{name}:")
    )
    texts = {
        "_quarto.yml": "project:\n  render: [report.qmd]\n",
        "report.qmd": f"---\n{matter}---\n",
    }
    if file == "_quarto.yml":
        texts[file] += f"{setting}\n"
    else:
        texts[file] = f"---\n{matter}{setting}\n---\n"
    with pytest.raises(RenderError) as raised:
        project(**texts)
    (problem,) = {problem for problem in raised.value.problems if f"`{name}:" in problem.message}
    line = next(n for n, row in enumerate(texts[file].splitlines(), 1) if row == setting)
    assert (problem.file, problem.line, problem.code) == (file, line, "bad-setting")
    assert problem.hint.startswith("write ")


def test_settings_of_the_wrong_kind_are_told_all_at_once(project: Load) -> None:
    config = """\
project:
  render: [report.qmd]
  output-dir: ../x
  resources: [/etc/*]
execute: {echo: 5}
format:
  html:
    embed-resources: 7
    css: 5
  typst:
    font-paths: 7
  docx: 5
"""
    matter = "---\ntitle: T\ndate: 2026-11-22\ntoc: 'no'\n---\n"
    with pytest.raises(RenderError) as raised:
        project(**{"_quarto.yml": config, "report.qmd": matter})
    places = [(p.file, p.line, p.code, p.message) for p in raised.value.problems]
    wrong = "is of the wrong kind"
    assert places == [
        ("_quarto.yml", line, "bad-setting", f"`{setting}` {wrong}")
        for line, setting in (
            (3, "project: output-dir: ../x"),
            (4, "project: resources: [/etc/*]"),
            (5, "execute: echo: 5"),
            (8, "format: html: embed-resources: 7"),
            (9, "format: html: css: 5"),
            (11, "format: typst: font-paths: 7"),
            (12, "format: docx: 5"),
        )
    ] + [("report.qmd", 4, "bad-setting", f"`toc: 'no'` {wrong}")]


@pytest.mark.parametrize(
    "text",
    ["jupyter: {kernelspec: {name: x}}", "engine: [knitr]", "project: {type: 5}"],
)
def test_what_is_fixed_may_be_of_any_kind_in_quarto(project: Load, text: str) -> None:
    matter = f"---\ntitle: T\ndate: 2026-01-01\n{text}\n---\n"
    (problem,) = project(**{"report.qmd": matter}).unsupported
    assert (problem.line, problem.code) == (4, "unsupported-setting")


@pytest.mark.parametrize(
    "text",
    [
        "author: {name: A, orcid: 5}",
        "author: [{name: {given: A}}]",
        "format: {docx: {fig-width: 5}}",
        "fig-dpi: 300",
    ],
)
def test_what_quarto_takes_and_the_engine_does_not(project: Load, text: str) -> None:
    matter = f"---\ntitle: T\n{text}\n---\n"
    (problem,) = project(**{"report.qmd": matter}).unsupported
    assert (problem.line, problem.code) == (3, "unsupported-setting")


@pytest.mark.parametrize(
    "text", ["a: \x01", "a: !!int x", "a: !!bool x", "a: !!timestamp x", "a: &a [*b]", "[a]: }"]
)
@pytest.mark.parametrize("file", ["_quarto.yml", "_variables.yml"])
def test_what_is_no_yaml(project: Load, text: str, file: str) -> None:
    with pytest.raises(RenderError, match=rf"^{file}:[12]: malformed-settings: ") as raised:
        project(**{file: f"# Settings\n{text}\n"})
    assert len(raised.value.problems) == 1


def test_what_is_read_again_has_not_been_changed_in_between() -> None:
    text = "format:\n  html:\n    toc: true\n"
    first, _ = parse(text, "_quarto.yml")
    first["format"]["html"]["toc"] = False
    assert parse(text, "_quarto.yml")[0] == {"format": {"html": {"toc": True}}}
