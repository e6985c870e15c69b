from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import docx
import pypdf
import pytest

from evidence.engine import CellFailed, RenderError, UnsupportedConstruct, render
from evidence.engine.document import Document
from tests.unit.engine.conftest import CONFIG

Make = Callable[..., Path]

HOSTILE = [
    "<script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    "**not bold** [no](link) @nobody # no heading",
    '#set text(red) #let x = 1; $y^2$ "quoted"',
    r"C:\path\new {{< var x >}} $(rm -rf) `ls` && ~home~ ^up^",
    "1. no list ... -- --- -? -5 (-5) a-5",
    "Grüße — naïve œuvre, Łódź",
]


def quiet(_: str) -> None:
    pass


def text_of(path: Path) -> str:
    match path.suffix:
        case ".pdf":
            return " ".join(page.extract_text() for page in pypdf.PdfReader(path).pages)
        case ".docx":
            return "\n".join(p.text for p in docx.Document(str(path)).paragraphs)
        case _:
            return re.sub(r"<style>.*?</style>", "", path.read_text("utf-8"), flags=re.DOTALL)


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def test_hostile_values_stay_text(make: Make, tmp_path: Path) -> None:
    cell = f"```{{python}}\nimport json\nvalues = json.loads({json.dumps(HOSTILE)!r})\n```\n"
    body = cell + "\n\n".join(f"X `{{python}} values[{i}]` Y" for i in range(len(HOSTILE)))
    done = render(make(body), output=tmp_path / "out", progress=quiet)
    html = text_of(done.paths["html"])
    assert html.count("<script") == 1, "only the page's own"
    plain = squeezed(re.sub(r"<[^>]+>", "", html))
    for mark, name in (
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", '"'),
        ("&#39;", "'"),
        ("&amp;", "&"),
    ):
        plain = plain.replace(mark, name)
    word, pdf = (squeezed(text_of(done.paths[name])) for name in ("docx", "pdf"))
    for value in HOSTILE:
        assert f"X{squeezed(value)}Y" in plain
        assert f"X{squeezed(value)}Y" in word
        assert f"X{squeezed(value)}Y" in pdf


def test_all_characters_that_the_pdf_cannot_show(make: Make, tmp_path: Path) -> None:
    body = "One é – ≥\n\nIn 東京\n\n```{python}\n'\N{GRINNING FACE}'\n```\n"
    with pytest.raises(RenderError) as caught:
        render(make(body), output=tmp_path / "out", progress=quiet)
    assert [str(problem).rpartition(";")[0] for problem in caught.value.problems] == [
        "report.qmd:7: no-glyph: the PDF's fonts cannot show '京', '東'",
        "report.qmd:9: no-glyph: the PDF's fonts cannot show '\N{GRINNING FACE}'",
    ]


def test_two_runs_give_the_same_bytes(make: Make, tmp_path: Path) -> None:
    body = """\
```{python}
#| label: fig-a
#| fig-cap: C
#| fig-alt: A line.
import matplotlib.pyplot as plt
plt.plot([1, 2]); plt.show()
```

Text.[^n] $x^2$

[^n]: A note.
"""
    root = make(body)
    elsewhere = shutil.copytree(root, tmp_path / "elsewhere")
    hashes = []
    for number, folder in enumerate((root, elsewhere)):
        done = render(folder, output=tmp_path / str(number), progress=quiet)
        hashes.append(
            {name: hashlib.sha256(p.read_bytes()).hexdigest() for name, p in done.paths.items()}
        )
    assert hashes[0] == hashes[1]


def test_what_it_returns(make: Make, tmp_path: Path) -> None:
    said: list[str] = []
    done = render(make("Hello"), to=["docx"], output=tmp_path / "o u t", progress=said.append)
    assert done.engine == "builtin"
    assert dict(done.paths) == {"docx": tmp_path / "o u t" / "report.docx"}
    assert set(done.seconds) == {"check", "execute", "read", "docx"}
    assert [line.split()[0] for line in said] == ["check", "read", "write"]
    assert [path.name for path in (tmp_path / "o u t").iterdir()] == ["report.docx"]


def test_formats_may_take_their_places_one_by_one(make: Make, tmp_path: Path) -> None:
    output = tmp_path / "out"
    seen: list[tuple[str, list[str]]] = []

    def placed(path: Path) -> None:
        seen.append((path.name, sorted(there.name for there in output.iterdir())))

    render(make("Hello"), to=["html", "docx"], output=output, placed=placed, progress=quiet)
    assert seen == [
        ("report.html", ["report.html"]),
        ("report.docx", ["report.docx", "report.html"]),
    ]


def test_a_setting_that_keeps_nothing_is_noted(make: Make, tmp_path: Path) -> None:
    matter = (
        "---\ntitle: T\nkeep-md: true\nformat:\n  pdf: {keep-tex: true, keep-typ: false}\n---\n"
    )
    root = make(**{"report.qmd": matter + "Text.\n"})
    done = render(root, to=["html"], output=tmp_path / "out", progress=quiet)
    places = [re.match(r"(\S+): `([\w:\s-]+)` keeps nothing", note) for note in done.notes]
    assert [match and match.groups() for match in places] == [
        ("report.qmd:3", "keep-md"),
        ("report.qmd:5", "format: pdf: keep-tex"),
    ]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("```{python}\nraise ValueError('no')\n```", CellFailed),
        ("::: {.panel-tabset}\n:::", UnsupportedConstruct),
        ("@fig-no", RenderError),
    ],
)
def test_bad_input_leaves_good_output(
    make: Make, tmp_path: Path, body: str, error: type[RenderError]
) -> None:
    old = tmp_path / "out" / "report.html"
    old.parent.mkdir()
    old.write_text("old", encoding="utf-8")
    with pytest.raises(error, match=r"^report\.qmd:5: "):
        render(make(body), output=tmp_path / "out", progress=quiet)
    assert old.read_text("utf-8") == "old"
    assert list(old.parent.iterdir()) == [old]


def test_all_unsupported_constructs_before_anything_runs(make: Make, tmp_path: Path) -> None:
    chapter = (
        "::: {.panel-tabset}\nx\n:::\n\n```{r}\n1\n```\n\n{{< video x >}}\n\n"
        "```{python}\n#| fig-dpi: 5\nopen('ran', 'w')\n```\n\n`{julia} 1`\n"
    )
    files = {"chapters/a.qmd": chapter}
    root = make("{{< include chapters/a.qmd >}}", **files)
    (root / "_quarto.yml").write_text("project: {render: [report.qmd]}\nwebsite: {}\n", "utf-8")
    with pytest.raises(UnsupportedConstruct) as caught:
        render(root, output=tmp_path / "out", progress=quiet)
    places = [(p.file, p.line) for p in caught.value.problems]
    assert places == [
        ("_quarto.yml", 2),
        *(("chapters/a.qmd", line) for line in (1, 5, 9, 12, 16)),
    ]
    assert not (root / "ran").exists()


def test_all_figures_without_a_text_before_anything_runs(make: Make, tmp_path: Path) -> None:
    body = """\
```{python}
#| label: fig-a
#| fig-cap: A
open("ran", "w")
```

```{python}
#| fig-cap: B
```

```{python}
#| label: fig-c
#| output: asis
```

```{python}
#| label: fig-d
#| fig-alt: It goes up.
```

![E](e.png)
"""
    root = make(body, **{"e.png": ""})
    with pytest.raises(UnsupportedConstruct) as caught:
        render(root, output=tmp_path / "out", progress=quiet)
    found = [(problem.line, problem.code) for problem in caught.value.problems]
    assert found == [(line, "no-alternative-text") for line in (5, 11, 25)]
    assert all("`fig-alt: " in problem.hint for problem in caught.value.problems)
    assert not (root / "ran").exists()


def test_references_made_by_a_cell_point_to_the_cell(make: Make, tmp_path: Path) -> None:
    body = "```{python}\n#| output: asis\nprint('# A {#sec-a}\\n\\nSee @sec-a and @tbl-none.')\n```"
    with pytest.raises(RenderError, match=r"^report\.qmd:5: .*@tbl-none has no target"):
        render(make(body), output=tmp_path / "out", progress=quiet)


def test_conditional_targets_hidden_in_one_format(make: Make, tmp_path: Path) -> None:
    body = (
        '::: {.content-visible when-format="html"}\n# A {#sec-a}\n:::\n\n'
        '::: {.content-visible when-format="html"}\nSee @sec-a.\n:::\n'
    )
    done = render(make(body), output=tmp_path / "out", progress=quiet)
    assert "Section 1" in text_of(done.paths["html"]).replace("\N{NO-BREAK SPACE}", " ")
    with pytest.raises(
        RenderError,
        match=r"^report\.qmd:10: unfit-for-format: @sec-a refers to .* not shown in docx",
    ):
        render(make(body + "\n@sec-a"), to=["docx"], output=tmp_path / "out", progress=quiet)


def test_widths_that_do_not_fit_their_table(make: Make, tmp_path: Path) -> None:
    body = '| a |\n|---|\n| 1 |\n\n: Of 3 {#tbl-a tbl-colwidths="[20,80]"}\n'
    with pytest.raises(
        RenderError, match=r"^report\.qmd:9: unfit-for-format: #tbl-a has 1 columns"
    ):
        render(make(body), to=["html"], output=tmp_path / "out", progress=quiet)


def test_no_column_is_narrower_than_its_longest_word(make: Make, tmp_path: Path) -> None:
    long = "what a study says " * 4
    body = f"| {long} | {long} | Confidence |\n|{'-' * 80}|{'-' * 80}|----|\n| {long} | 2 | Low |\n"
    done = render(make(body), to=["html"], output=tmp_path / "out", progress=quiet)
    html = done.paths["html"].read_text("utf-8")
    widths = [int(share) for share in re.findall(r'<col style="width: (\d+)%"', html)]
    assert widths[0] == widths[1] > widths[2] > 10
    assert sum(widths) <= 100


def test_computed_captions_and_texts(make: Make, tmp_path: Path) -> None:
    body = """\
```{python}
#| output: asis
from pathlib import Path
import matplotlib.pyplot as plt
Path("_figures").mkdir()
figure, axes = plt.subplots()
for kind in ("svg", "png"):
    figure.savefig(f"_figures/a.{kind}")
plt.close(figure)
print('![Of **2**](_figures/a){#fig-a fig-alt="All of \\\\"2\\\\"."}')
print('\\n\\n| a | b |\\n|---|---|\\n| 1 | 2 |\\n\\n: Of 3 {#tbl-a tbl-colwidths="[20,80]"}')
```

@fig-a, @tbl-a.
"""
    done = render(make(body), output=tmp_path / "out", progress=quiet)
    html = done.paths["html"].read_text("utf-8")
    assert 'alt="All of &quot;2&quot;."' in html
    assert "data:image/svg+xml" in html
    assert '<col style="width: 80%"' in html
    assert '<th scope="col"' in html
    assert "<caption>Table\N{NO-BREAK SPACE}1: Of 3</caption>" in html
    word = docx.Document(str(done.paths["docx"]))
    pictures = word.element.body.xpath(".//wp:docPr/@descr")
    assert pictures == ['All of "2".']
    assert "header" in word.tables[0].rows[0]._tr.xml.lower()


def test_one_file_without_requests(make: Make, tmp_path: Path) -> None:
    done = render(make("Hello $x$"), to=["html"], output=tmp_path / "out", progress=quiet)
    html = done.paths["html"].read_text("utf-8")
    assert not re.search(r"<script[^>]|<link|src=\"(?!data:)|url\((?!data:)", html)
    assert '<html lang="en-GB">' in html
    assert "<math" in html


def test_the_pdf_is_tagged_and_described(make: Make, tmp_path: Path) -> None:
    done = render(make("Hello"), to=["pdf"], output=tmp_path / "out", progress=quiet)
    reader = pypdf.PdfReader(done.paths["pdf"])
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]  # type: ignore[index]
    assert reader.trailer["/Root"]["/Lang"] == "en-GB"  # type: ignore[index]
    assert reader.metadata
    assert reader.metadata.title == "A test"


def test_the_word_file_is_described(make: Make, tmp_path: Path) -> None:
    root = make("# A\n\n## B\n")
    config = root / "_quarto.yml"
    config.write_text(config.read_text("utf-8") + "toc: true\ntoc-depth: 1\n", "utf-8")
    word = docx.Document(
        str(render(root, to=["docx"], output=tmp_path / "out", progress=quiet).paths["docx"])
    )
    assert word.core_properties.title == "A test"
    assert word.core_properties.language == "en-GB"
    assert word.sections[0].page_width.mm == pytest.approx(210, abs=0.1)  # type: ignore[union-attr]
    entries = [p.text for p in word.paragraphs if p.style and p.style.name == "toc 1"]
    assert entries == ["1 A"]
    assert "dirty" not in word.element.xml


@pytest.mark.parametrize("arguments", [{"engine": "latex"}, {"to": ["epub"]}])
def test_unknown_names(make: Make, tmp_path: Path, arguments: dict[str, object]) -> None:
    with pytest.raises(RenderError, match=r"there is no '(latex|epub)'; use "):
        render(make(), output=tmp_path / "out", progress=quiet, **arguments)  # type: ignore[arg-type]


def test_a_missing_bibliography(make: Make, tmp_path: Path) -> None:
    root = make("x")
    config = root / "_quarto.yml"
    config.write_text(config.read_text("utf-8") + "bibliography: no.bib\n", "utf-8")
    with pytest.raises(RenderError, match=r"there is no no\.bib; correct `bibliography:`"):
        render(root, output=tmp_path / "out", progress=quiet)


def test_resources_lie_beside_the_documents(make: Make, tmp_path: Path) -> None:
    body = (
        "```{python}\nfrom pathlib import Path\nPath('_tables').mkdir()\n"
        "Path('_tables/a.csv').write_text('made')\n```\n"
    )
    config = CONFIG.replace("render:", "resources: ['_tables/*.csv', own.txt]\n  render:")
    root = make(body, **{"_quarto.yml": config, "own.txt": "own", "other.txt": "other"})
    render(root, to=["html"], output=tmp_path / "out", progress=quiet)
    found = {
        path.relative_to(tmp_path / "out").as_posix(): path.read_text("utf-8")
        for path in (tmp_path / "out").rglob("*.*")
        if path.suffix != ".html"
    }
    assert found == {"_tables/a.csv": "made", "own.txt": "own"}


@pytest.mark.parametrize(
    "body", ["x", "@nobody", "{{< include no.qmd >}}", "```{python}\n1/0\n```"]
)
def test_what_is_not_approved_runs_no_cell_and_its_faults_come_first(
    make: Make, tmp_path: Path, body: str
) -> None:
    root = make(f"{body}\n\n```{{python}}\nopen('ran', 'w')\n```\n")

    def refuse(document: Document) -> None:
        assert document.project.root == root.resolve()
        raise LookupError("not approved")

    with pytest.raises(LookupError, match="not approved"):
        render(root, output=tmp_path / "out", approve=refuse, progress=quiet)
    assert not (tmp_path / "out").exists()
    assert not (root / "ran").exists()


@pytest.mark.parametrize("name", ["chapters", "chapters/new", ".", ".."])
def test_documents_take_no_folder_of_the_project(make: Make, name: str) -> None:
    root = make("{{< include chapters/a.qmd >}}", **{"chapters/a.qmd": "A"})
    with pytest.raises(RenderError, match="output-holds-project"):
        render(root, to=["html"], output=root / name, progress=quiet)
    assert [path.name for path in (root / "chapters").iterdir()] == ["a.qmd"]


@pytest.mark.parametrize(
    ("caption", "shown"),
    [
        ("Share in [none, all) of all", "Share in [none, all) of all"),
        ("One ] and `a [ b`", "One ] and <code>a [ b</code>"),
        ("A ` tick [b] and \\", "A ` tick [b] and \\"),
        ("Two lines [\n\nof # caption", "Two lines [ of # caption"),
        ("[*linked*](https://example.org)", "<em>linked</em>"),
        ("1. no list", "1. no list"),
    ],
)
def test_a_caption_is_shown_as_written(
    make: Make, tmp_path: Path, caption: str, shown: str
) -> None:
    options = f"#| label: fig-a\n#| fig-cap: {json.dumps(caption)}\n#| fig-alt: A ` line"
    body = f"```{{python}}\n{options}\nimport matplotlib.pyplot as plt\nplt.plot([1, 2]);\n```\n"
    done = render(make(body), to=["html"], output=tmp_path / "out", progress=quiet)
    html = done.paths["html"].read_text("utf-8")
    (found,) = re.findall(r"<figcaption[^>]*>(.*?)</figcaption>", html, re.DOTALL)
    assert shown in " ".join(found.split())
    assert '<img role="img"' in html or "<svg" in html or "<img" in html


def test_a_caption_without_a_table_is_refused_with_its_line(make: Make, tmp_path: Path) -> None:
    cells = (
        '```{python}\n#| label: tbl-b\n#| tbl-cap: "C"\nprint("no table")\n```\n\n'
        '```{python}\n#| tbl-cap: "C"\nfrom IPython.display import Markdown\nMarkdown("No.")\n```\n'
    )
    with pytest.raises(RenderError) as caught:
        render(make(cells), output=tmp_path / "out", progress=quiet)
    assert [(p.line, p.code) for p in caught.value.problems] == [(5, "no-table"), (11, "no-table")]


def test_a_figure_with_boxes_in_place_of_characters(make: Make, tmp_path: Path) -> None:
    options = "#| fig-alt: A line\n#| warning: false"
    cell = f"```{{python}}\n{options}\nimport matplotlib.pyplot as plt\nplt.title('東');\n```\n"
    with pytest.raises(UnsupportedConstruct) as caught:
        render(make(f"{cell}\n{cell}"), output=tmp_path / "out", progress=quiet)
    assert [(p.line, p.code, "'東'" in p.message) for p in caught.value.problems] == [
        (5, "no-glyph", True),
        (12, "no-glyph", True),
    ]


def test_lists_and_running_heads_repeat_no_notes(make: Make, tmp_path: Path) -> None:
    body = (
        "# One^[Of the heading.] and [link](https://example.org) *em*\n\nText.^[Of the text.]\n\n"
        "| A |\n|---|\n| 1 |\n\n: Caption^[Of the caption.] {#tbl-a}\n"
    )
    shape = {"_quarto.yml": f"{CONFIG}toc: true\nlot: true\n"}
    done = render(make(body, **shape), output=tmp_path / "out", progress=quiet)
    for path in done.paths.values():
        if path.suffix != ".docx":
            text = text_of(path)
            assert [text.count(f"Of the {of}.") for of in ("heading", "text", "caption")] == [1] * 3
    numbers = re.findall(r"(\d)\s*Of the (\w+)", text_of(done.paths["pdf"]))
    assert numbers == [("1", "heading"), ("2", "text"), ("3", "caption")]


def test_a_document_may_begin_below_chapters(make: Make, tmp_path: Path) -> None:
    body = "## First {#sec-a}\n\nSee @sec-b.\n\n### Part {#sec-b}\n\n## Second\n"
    done = render(make(body), output=tmp_path / "out", progress=quiet)
    html = re.sub(r"<[^>]+>", "", text_of(done.paths["html"]))
    assert re.findall(r"^([\d.]+) \w+$", html, re.MULTILINE) == ["1", "1.1", "2"]
    assert "See Section\N{NO-BREAK SPACE}1.1." in html
    styles = [p.style.name for p in docx.Document(str(done.paths["docx"])).paragraphs if p.style]
    assert [name for name in styles if name.startswith("Heading")] == [
        "Heading 1", "Heading 2", "Heading 1",
    ]  # fmt: skip


def test_a_title_of_a_callout_is_text_like_all_else(make: Make, tmp_path: Path) -> None:
    refs = "@book{a, author={Green, Ann}, title={B}, year={2008}}"
    body = '# S {#sec-a}\n\n::: {.callout-note title="1. See @sec-a, [@a] and `code`"}\nx\n:::\n'
    root = make(body, **{"_quarto.yml": f"{CONFIG}bibliography: refs.bib\n", "refs.bib": refs})
    done = render(root, output=tmp_path / "out", progress=quiet)
    for path in done.paths.values():
        text = " ".join(re.sub(r"<[^>]+>", "", text_of(path)).split())
        assert "1. See Section 1, (Green 2008) and code" in text.replace("\N{NO-BREAK SPACE}", " ")
    with pytest.raises(RenderError, match=r"report\.qmd:7: no-target: .*@sec-b"):
        render(make(body.replace("@sec-a", "@sec-b")), output=tmp_path / "no", progress=quiet)


def test_a_break_is_one_in_every_format(make: Make, tmp_path: Path) -> None:
    body = "Left<br>right<br/>again, twelve<wbr>letters.\n\n| A |\n|---|\n| b<br>c |\n"
    done = render(make(body), output=tmp_path / "out", progress=quiet)
    assert "Left\nright\nagain" in text_of(done.paths["docx"])
    assert re.search(r"Left\s+right\s+again", text_of(done.paths["pdf"]))
    assert docx.Document(str(done.paths["docx"])).tables[0].cell(1, 0).text == "b\nc"


def test_a_picture_that_word_cannot_show_is_told_by_its_line(make: Make, tmp_path: Path) -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
    root = make("A.\n\n![](a.svg){fig-alt=A}\n", **{"a.svg": svg})
    with pytest.raises(RenderError) as caught:
        render(root, to=["docx"], output=tmp_path / "out", progress=quiet)
    (problem,) = map(str, caught.value.problems)
    assert problem.startswith("report.qmd:7: unfit-for-format: docx cannot show the picture a.svg")


def test_a_separator_of_lines_begins_no_line(make: Make, tmp_path: Path) -> None:
    body = "One\u2028= two\u2029- three\x85next\x0cform\x0bend and `a\u2028b`.\n"
    done = render(make(body), output=tmp_path / "out", progress=quiet)
    for path in done.paths.values():
        text = re.sub(r"<[^>]+>", "", text_of(path))
        assert "One = two - three next form end and a b." in " ".join(text.split())


def test_formulas_that_a_format_cannot_set_are_told_by_their_lines(
    make: Make, tmp_path: Path
) -> None:
    root = make("A $\\undefinedmacro{x}$.\n\n$$\n\\other{y}\n$$\n")
    with pytest.raises(RenderError) as caught:
        render(root, to=["html"], output=tmp_path / "out", progress=quiet)
    said = [str(problem).partition("; ")[0] for problem in caught.value.problems]
    assert said == [
        "report.qmd:5: unfit-for-format: html cannot set the formula \\undefinedmacro{x}",
        "report.qmd:8: unfit-for-format: html cannot set the formula \\other{y}",
    ]


def test_an_article_without_volume_is_not_called_ahead_of_print(make: Make, tmp_path: Path) -> None:
    entry = "@article{a, author={Ann}, title={T}, journal={J}, year=1999, doi={10.1000/x}, %s}"
    refs = "\n".join((entry % "", entry.replace("{a,", "{b,") % "pages={1--2}"))
    config = f"{CONFIG}bibliography: refs.bib\n"
    root = make("[@a; @b]\n", **{"_quarto.yml": config, "refs.bib": refs})
    done = render(root, to=["html"], output=tmp_path / "out", progress=quiet)
    html = done.paths["html"].read_text("utf-8")
    assert "ahead of print" not in html
    assert "1\N{EN DASH}2" in html
