"""The report on data that are hostile in every text: literal in all formats, and inert."""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from playwright.sync_api import Browser, Page

from evidence.engine import render
from evidence.model.load import load
from evidence.proof.parity import compare, read
from evidence.proof.parity.content import Document, plain
from tests.conftest import copy_project

TEXTS = (
    '<script>window.ran = "script"</script>',
    '<img src=x onerror="window.ran = 1">',
    '"><svg/onload=alert(1)>',
    "[a link](javascript:alert(1)) <javascript:alert(1)>",
    "![a picture](https://x.invalid/a.png)",
    "*a* **b** `c` ~~d~~ ^[note] $x^2$ H~2~O",
    "``` {=html} <b>x</b> ```",
    "{{< include /etc/passwd >}} {{< env HOME >}}",
    "`{python} open(1)` `{r} 1`",
    '#eval("1") #include "x" #[y] = z @w',
    "\\input{/etc/passwd} \\(z\\) \\",
    '=HYPERLINK("https://x.invalid","y")',
    "@SUM(1+1) +1 -1 --- ...",
    "[@nobody] @fig-nothing {#id .class} ::: :smile:",
    "| a | b | <!-- c --> &lt;b&gt; %s {0}",
)

DISCLOSED = ("task", "tool", "version", "dates", "how", "oversight", "validation", "limits")


class Texts:
    """Hostile texts, each with a number of its own."""

    def __init__(self) -> None:
        self.given: dict[str, str] = {}

    def __call__(self, field: str) -> str:
        number = len(self.given)
        text = f"{field} {number}: {TEXTS[number % len(TEXTS)]}"
        self.given[text] = field
        return text


def _spoil_csv(path: Path, texts: Texts, *fields: str) -> None:
    rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8"), newline="")))
    for row in rows:
        for field in fields:
            if row[field]:
                row[field] = texts(field)
    written = io.StringIO(newline="")
    writer = csv.DictWriter(written, rows[0], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(written.getvalue(), "utf-8")


def _spoil_yaml(path: Path, texts: Texts, *fields: str) -> None:
    def spoiled(key: str, value: Any) -> Any:
        if isinstance(value, dict):
            inside = key in fields
            return {
                k: texts(key) if inside and isinstance(v, str) else spoiled(k, v)
                for k, v in value.items()
            }
        return texts(key) if key in fields and isinstance(value, str) else value

    found = yaml.safe_load(path.read_text("utf-8"))
    path.write_text(yaml.safe_dump(spoiled("", found), sort_keys=False), "utf-8")


@pytest.fixture(scope="module")
def texts() -> Texts:
    return Texts()


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, texts: Texts) -> Path:
    """The report's project, each free text of its data hostile."""
    folder = copy_project(
        tmp_path_factory.mktemp("hostile") / "project", "tests", "benchmarks", "docs"
    )
    data = folder / "data"
    _spoil_csv(
        data / "sources.csv", texts,
        "title", "container", "volume", "issue", "pages", "publisher", "place", "country",
    )  # fmt: skip
    _spoil_csv(data / "codings.csv", texts, "gist", "locator")
    _spoil_csv(data / "searches.csv", texts, "query")
    _spoil_csv(data / "screening.csv", texts, "title")
    _spoil_yaml(data / "codebook.yml", texts, "question", "values", "stances", "codes")
    _spoil_yaml(data / "claims.yml", texts, "section", "statement")
    _spoil_yaml(data / "prisma.yml", texts, "section", "topic", "note", "not_done")
    _spoil_yaml(data / "ai-use.yml", texts, *DISCLOSED)
    _spoil_references(data)
    return folder


def _spoil_references(data: Path) -> None:
    """Give each entry the title of its source, and a hostile publisher, as BibTeX writes them."""
    with (data / "sources.csv").open(encoding="utf-8", newline="") as stream:
        titles = {row["source_id"]: row["title"] for row in csv.DictReader(stream)}
    path = data / "references.bib"
    entries = re.split(r"(?m)^(?=@)", path.read_text("utf-8"))
    hostile = "<script>alert(1)</script> [x](javascript:y) #eval(1) \\input{/etc/passwd}"
    for at, entry in enumerate(entries[1:], start=1):
        title = _tex(titles[entry[entry.index("{") + 1 : entry.index(",")]])
        entry = re.sub(r"(?m)^( *title = \{).*\},$", lambda found: f"{found[1]}{title}}},", entry)  # noqa: B023, PLW2901
        entries[at] = re.sub(
            r"(?m)^( *publisher = \{)", lambda found: f"{found[1]}{_tex(hostile)} ", entry
        )
    path.write_text("".join(entries), "utf-8")


def _tex(text: str) -> str:
    escaped = re.sub(r"([{}%#$&_])", r"\\\1", text.replace("\\", "\0"))
    for sign, name in {"\0": "backslash", "~": "asciitilde", "^": "asciicircum"}.items():
        escaped = escaped.replace(sign, f"\\text{name}{{}}")
    return escaped


@pytest.fixture(scope="module")
def made(project: Path) -> Mapping[str, Path]:
    load(project / "data")
    metadata = {"fingerprint": "0123456789ab"}
    output = project / "_output"
    return render(project, output=output, metadata=metadata, progress=lambda line: None).paths


@pytest.fixture(scope="module")
def documents(made: Mapping[str, Path]) -> Mapping[str, Document]:
    return {name: read(path) for name, path in made.items()}


def _straight(text: str) -> str:
    return plain(text.translate({0x2018: "'", 0x2019: "'", 0x201C: '"', 0x201D: '"'}))


SHOWN = {
    *DISCLOSED,
    "codes",
    "section",
    "topic",
    "question",
    "values",
    "note",
    "stances",
    "statement",
    "not_done",
}


@pytest.mark.parametrize("name", ["html", "pdf", "docx"])
def test_each_text_of_a_table_is_shown_as_it_is(
    name: str, documents: Mapping[str, Document], texts: Texts
) -> None:
    cells = "\n".join(_straight(item.text) for item in documents[name].items["cells"])
    # Where a line of a PDF ends, nobody can tell whether there is a space.
    pressed = cells.replace(" ", "")
    shown = {
        text: field
        for text, field in texts.given.items()
        if _straight(text).replace(" ", "") in pressed
    }
    assert set(shown.values()) == SHOWN
    for text, field in texts.given.items():
        start = _straight(text.partition(": ")[0])
        if field in SHOWN and re.search(rf"(?m)(?<!\w){start}: ", cells):
            assert text in shown, f"{text} is shown as something else"


def test_the_three_formats_say_the_same(documents: Mapping[str, Document]) -> None:
    assert compare(list(documents.values())) == ()


@pytest.fixture
def page(browser: Browser, made: Mapping[str, Path]) -> Iterator[Page]:
    """The page, which must ask for nothing, run nothing of the data and stay where it is."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    opened = context.new_page()
    happened: list[str] = []
    opened.on("dialog", lambda dialog: happened.append(f"dialog {dialog.message}"))
    opened.on("pageerror", lambda error: happened.append(f"error {error}"))
    opened.on("popup", lambda popup: happened.append(f"popup {popup.url}"))
    opened.on("request", lambda request: happened.append(f"request {request.url[:80]}"))
    opened.goto(made["html"].as_uri())
    asked = [line for line in happened if not re.match("request (data:|blob:)", line)]
    assert asked == [f"request {made['html'].as_uri()}"[:88]]
    happened.clear()
    yield opened
    assert [line for line in happened if not re.match("request (data:|blob:)", line)] == []
    assert opened.url.split("#")[0] == made["html"].as_uri()
    assert opened.evaluate("window.ran") is None
    context.close()


def test_the_page_holds_no_element_of_the_data(page: Page) -> None:
    found = page.evaluate(
        """() => ({
          handlers: [...document.querySelectorAll('*')].filter(e =>
            [...e.attributes].some(a => a.name.startsWith('on'))).map(e => e.outerHTML),
          links: [...document.querySelectorAll('[href], [src], [action], [formaction]')]
            .flatMap(e => ['href', 'src', 'action', 'formaction'].map(n => e.getAttribute(n)))
            .filter(v => v && !/^(#|https?:|data:image\\/|report-evidence\\.xlsx$)/.test(v)),
          scripts: [...document.scripts].filter(s => /window\\.ran|alert\\(1/.test(s.textContent)
            && s.type !== 'application/json').length,
          images: [...document.images]
            .filter(i => /invalid|^x$/.test(i.getAttribute('src'))).length,
        })"""
    )
    assert found == {"handlers": [], "links": [], "scripts": 0, "images": 0}


def test_every_source_opens_in_the_explorer_and_nothing_runs(page: Page) -> None:
    openers = page.locator(".explorer-opener")
    assert openers.count() > 100
    page.evaluate("document.querySelectorAll('.explorer-opener').forEach(one => one.click())")
    page.wait_for_function("document.querySelectorAll('.explorer-source').length > 100")
    page.evaluate("document.querySelectorAll('[popover]').forEach(one => one.showPopover())")
    assert page.get_by_text("window.ran = 1").count() > 10


def test_the_csv_holds_the_texts_and_no_formula(page: Page, project: Path) -> None:
    with page.expect_download() as waiting:
        page.locator("[data-download=csv]").click()
    text = Path(waiting.value.path()).read_text("utf-8-sig")
    rows = {row["source_id"]: row for row in csv.DictReader(io.StringIO(text, newline=""))}
    assert not [c for row in rows.values() for c in row.values() if c.startswith(("=", "+", "@"))]
    sources = load(project / "data").sources
    for key, row in rows.items():
        assert row["title"] == sources[key].title
        assert row["country"] == sources[key].country


def test_the_bibtex_is_the_project_s_own(page: Page, project: Path) -> None:
    with page.expect_download() as waiting:
        page.locator("[data-download=bib]").click()
    entries = Path(waiting.value.path()).read_text("utf-8").strip().split("\n\n@")
    bibliography = (project / "data/references.bib").read_text("utf-8")
    assert len(entries) > 100
    assert all(entry.strip() in bibliography for entry in entries)
