"""Whatever a text of the data holds, the Markdown of the analysis reads back as that text."""

import ast
import csv
import io
import json
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from html import escape as escape_html
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html

from evidence.findings.verdicts import judge_editions
from evidence.model.evidence import ChecklistItem, Evidence
from evidence.model.faults import DataFaults, FaultCode
from evidence.model.load import load
from evidence.report import checklists, explorer, ledger, tables
from evidence.report.markup import attribute, escape, table
from tests.builders import Builder
from tests.hostile import SNIPPETS, texts
from tests.unit.conftest import pandoc_blocks

PROJECT = Path(__file__).parents[3]
BIBLIOGRAPHY = PROJECT / "data/references.bib"
COLUMNS = {"design": "Design", "groups": "Groups", "basis": "Text read"}
# The same examples each time: a build that fails is one that fails again.
FEW = settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    database=None,
    # The snippets are short as they are, and to shrink them takes minutes.
    phases=(Phase.explicit, Phase.generate),
)

WORDS = {"Str", "Space", "SoftBreak", "Quoted", "SingleQuote", "DoubleQuote"}
Fill = Callable[[str], str]


def plain(text: str) -> str:
    """Return a text as it reads: white space as one space, quotation marks straight.

    Of marks that it takes for a pair Pandoc sets no space between them and what they enclose.
    """
    straight = text.translate({0x2018: "'", 0x2019: "'", 0x201C: '"', 0x201D: '"'})
    return re.sub(r"\s*([\"'])\s*", r"\1", " ".join(straight.split()))


def text_of(node: Any) -> str:  # noqa: PLR0911 - one case for each kind
    """Return the text of Pandoc's JSON, blocks and cells apart."""
    if isinstance(node, list):
        return "".join(map(text_of, node))
    if not isinstance(node, dict) or "t" not in node:
        return ""
    content = node.get("c", [])
    match node["t"]:
        case "Str":
            return str(content)
        case "Space" | "SoftBreak":
            return " "
        case "Quoted":
            sign = '"' if content[0]["t"] == "DoubleQuote" else "'"
            return f"{sign}{text_of(content[1])}{sign}"
        case "RawBlock" | "RawInline" | "Code" | "CodeBlock":
            return f" {content[1]} "
        case "Para" | "Plain" | "Header":
            return f" {text_of(content)} "
        case _:
            return text_of(content)


def shape(node: Any) -> Iterator[str]:
    """Yield all elements of Pandoc's JSON but words and widths, and where links lead."""
    if isinstance(node, list):
        for part in node:
            yield from shape(part)
    elif isinstance(node, dict):
        kind = node.get("t", "")
        if kind not in WORDS | {"ColWidth", "ColWidthDefault"}:
            yield str(kind)
        if kind == "Link":
            yield node["c"][2][0]
        for part in node.values():
            yield from shape(part)


@FEW
@given(st.lists(texts(), min_size=20, max_size=40))
def test_escaped_text_reads_back_literally(drawn: list[str]) -> None:
    wanted = [plain(text) for text in drawn]
    paragraphs = pandoc_blocks("\n\n".join(map(escape, drawn)))
    assert [plain(text_of(block)) for block in paragraphs] == wanted
    assert set(shape(paragraphs)) == {"Para"}
    (items,) = pandoc_blocks("\n".join(f"- {escape(text)}" for text in drawn))
    assert [plain(text_of(item)) for item in items["c"]] == wanted
    (cells,) = pandoc_blocks(table(pd.DataFrame({"a": map(escape, drawn)})).markdown)
    assert [plain(text_of(row[1][0][4])) for row in cells["c"][4][0][3]] == wanted


@FEW
@given(st.lists(texts(), min_size=10, max_size=20))
def test_an_attribute_reads_back_literally(drawn: list[str]) -> None:
    source = "\n\n".join(f"[x]{{fig-alt={attribute(text)}}}" for text in drawn)
    spans = [block["c"][0]["c"][0][2] for block in pandoc_blocks(source)]
    assert [plain(dict(pairs)["fig-alt"]) for pairs in spans] == [plain(text) for text in drawn]


@pytest.mark.parametrize("text", SNIPPETS)
def test_escaped_text_holds_no_shortcode_address_or_emoji(text: str) -> None:
    """Quarto looks for these in what cells print, before and beside Pandoc."""
    for written in (escape(text), attribute(text)[1:-1].replace(":", "\\:")):
        assert "{{<" not in written
        assert "`{" not in re.sub(r"\\.", "", written)
        assert not re.search(r"(?<!\\):", written)


@cache
def real_evidence() -> Evidence:
    """Read the report's data; as a fixture, Hypothesis would print them with an example."""
    return load(PROJECT / "data")


def hostile_evidence(fill: Fill) -> Evidence:
    """Make evidence of some sources in which each free text is filled."""
    held = (
        "term:integration:defines", "theme:leadership:barrier", "theme:leadership:facilitator",
        "outcome:cost:anticipated", "failure:child-not-heard:found",
    )  # fmt: skip
    small = Builder(real_evidence())
    for number in range(3):
        small.add(f"s{number}", *held, design="inquiry", weight="high")
    evidence = small.build()
    sources = {
        key: replace(row, **_texts_of_source(key, fill)) for key, row in evidence.sources.items()
    }
    codings = tuple(
        replace(row, gist=fill(f"gist {number}"), locator=fill(f"locator {number}"))
        for number, row in enumerate(evidence.codings)
    )
    facets = {
        name: replace(
            facet,
            question=fill(f"question {name}"),
            stances={key: fill(f"stance {name} {key}") for key in facet.stances},
            codes={key: fill(f"code {name} {key}") for key in facet.codes},
        )
        for name, facet in evidence.codebook.facets.items()
    }
    claims = {
        key: replace(
            claim,
            section=fill(f"section {key}"),
            statement=fill(f"statement {key}"),
        )
        for key, claim in evidence.claims.claims.items()
    }
    item = ChecklistItem(fill("prisma section"), fill("topic"), "not_done", (), fill("note"))
    return replace(
        evidence,
        sources=sources,
        codings=codings,
        codebook=replace(evidence.codebook, facets=facets),
        claims=replace(evidence.claims, claims=claims),
        checklists={"prisma": {"1": item}},
    )


def _texts_of_source(key: str, fill: Fill) -> dict[str, Any]:
    names = ("title", "container", "publisher", "volume", "pages")
    # The report sorts by these two, which the texts must not change.
    sorting = {name: f"{key} {fill(f'{name} {key}')}" for name in ("authors", "country")}
    return sorting | {name: fill(f"{name} {key}") for name in names}


def markdown_of(evidence: Evidence) -> str:
    """Return what chapters show of the free texts, as Markdown."""
    editions = judge_editions(evidence)
    facets = evidence.codebook.facets
    frames = (
        tables.gists(evidence, "term", dict.fromkeys(facets["term"].stances, "Says")),
        tables.stances(evidence, "term", {"Sources": None}),
        tables.stances(evidence, "failure", {"Sources": None}),
        tables.verdicts(evidence),
        tables.sources(evidence, COLUMNS),
        tables.codebook(evidence),
        checklists.checklist(evidence, "prisma"),
    )
    parts = (
        *(table(frame).markdown for frame in frames),
        ledger.ledger(evidence, editions).markdown,
        *(escape(facet.question) for facet in facets.values()),
    )
    return "\n\n".join(parts)


def named(name: str) -> str:
    """Return a text that no other field has and that nothing else looks like."""
    return "zq" + "".join(chr(97 + int(digit, 16)) for digit in name.encode().hex()) + "qz"


def filled(drawn: list[str]) -> tuple[Fill, Mapping[str, str]]:
    """Return what gives each field one of the texts, and which it gave, by harmless name."""
    given: dict[str, str] = {}

    def fill(name: str) -> str:
        return given.setdefault(named(name), drawn[len(given) % len(drawn)])

    return fill, given


def in_place(text: str, given: Mapping[str, str]) -> str:
    """Put the texts where their names stand."""
    return re.sub("zq[a-p]+qz", lambda found: given[found[0]], text)


@FEW
@given(drawn=st.lists(texts(), min_size=10, max_size=30))
def test_each_text_stands_in_the_report_as_it_is(drawn: list[str]) -> None:
    fill, given = filled(drawn)
    hostile = pandoc_blocks(markdown_of(hostile_evidence(fill)))
    harmless = pandoc_blocks(markdown_of(hostile_evidence(named)))
    assert list(shape(hostile)) == list(shape(harmless))
    assert plain(text_of(hostile)) == plain(in_place(text_of(harmless), given))


@FEW
@given(drawn=st.lists(texts(without=";,"), min_size=10, max_size=30))
def test_each_text_stands_in_the_explorer_as_it_is(drawn: list[str]) -> None:
    fill, given = filled(drawn)
    pages = []
    for filling in (fill, named):
        evidence = hostile_evidence(filling)
        editions = judge_editions(evidence)
        entries = dict.fromkeys(editions.now, "B0")
        markdown = "\n\n".join(
            (
                explorer.controls(evidence, editions, COLUMNS, entries).markdown,
                explorer.records(evidence, editions, COLUMNS, BIBLIOGRAPHY).markdown,
            )
        )
        assert "{{<" not in markdown
        blocks = pandoc_blocks(markdown)
        assert [block["t"] for block in blocks] == ["RawBlock", "RawBlock"]
        page = lxml_html.fragment_fromstring(
            "".join(block["c"][1] for block in blocks), create_parent=True
        )
        (store,) = page.xpath("//script")
        data = json.loads(store.text)
        store.text = ""
        pages.append((page, data))
    (hostile, found), (harmless, wanted) = pages
    elements = [[(e.tag, sorted(e.attrib)) for e in page.iter()] for page, _ in pages]
    assert elements[0] == elements[1]
    assert plain(hostile.text_content()) == plain(in_place(harmless.text_content(), given))
    told = json.dumps(wanted, ensure_ascii=False)
    assert found == json.loads(in_json(told, given))


def in_json(text: str, given: Mapping[str, str]) -> str:
    """Put the texts into strings of JSON where their names stand."""
    quoted = {name: json.dumps(text)[1:-1] for name, text in given.items()}
    return in_place(text, quoted)


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "data:text/html,<script>", "file:///etc/passwd", "//x.example"]
)
def test_only_the_web_is_linked_to(real: Evidence, link: str) -> None:
    builder = Builder(real).add("s1", "theme:leadership:barrier", fields={"url": link})
    evidence = builder.build()
    editions = judge_editions(evidence)
    shown = explorer.records(evidence, editions, COLUMNS, BIBLIOGRAPHY).markdown
    assert "<a " not in shown
    assert escape_html(link) in shown


def test_yaml_is_only_read_safely() -> None:
    read = [
        (path.name, ast.unparse(node.func))
        for folder in ("evidence",)
        for path in (PROJECT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("yaml.")
        # What makes a node, a text or an error reads nothing.
        if ast.unparse(node.func)
        not in ("yaml.safe_load", "yaml.safe_dump", "yaml.ScalarNode", "yaml.MarkedYAMLError")
        and not re.search("safe_?loader", ast.unparse(node), re.IGNORECASE)
    ]
    assert read == []


@pytest.fixture
def told(tmp_path: Path) -> Callable[[str, str, str], set[str]]:
    """Change one place in a copy of the data, and return the codes of the faults."""

    def faults(name: str, old: str, new: str) -> set[str]:
        shutil.copytree(PROJECT / "data", tmp_path / "data")
        path = tmp_path / "data" / name
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), "utf-8")
        with pytest.raises(DataFaults) as raised:
            load(tmp_path / "data")
        return {fault.code for fault in raised.value.faults}

    return faults


@pytest.mark.parametrize(
    ("name", "old", "new", "code"),
    [
        # A key becomes an id, a label, a word of the report: it is a name and nothing else.
        ("codebook.yml", "leadership:", '"<b>x</b>":', FaultCode.BAD_FORM),
        ("codebook.yml", "leadership:", f"{'x' * 81}:", FaultCode.BAD_FORM),
        ("claims.yml", "terms-confusing:", '"x} <b>":', FaultCode.BAD_FORM),
        ("quantities.yml", "most:", '"[m](x)":', FaultCode.BAD_FORM),
        ("references.bib", "url = {https://", "url = {javascript:", FaultCode.BAD_FORM),
        ("references.bib", "url = {https://", "url = {file:///", FaultCode.BAD_FORM),
        ("sources.csv", ",https://", ",javascript:", FaultCode.BAD_FORM),
        ("datapackage.json", '"sources.csv"', '"../sources.csv"', FaultCode.BAD_STRUCTURE),
        ("datapackage.json", '"codebook.yml"', '"/etc/passwd"', FaultCode.BAD_STRUCTURE),
        ("codebook.yml", "question: ", "question: \u202e", FaultCode.CONTROL_CHARACTER),
        ("codebook.yml", "question: ", "question: \ufffe", FaultCode.CONTROL_CHARACTER),
        ("claims.yml", "statement: ", "statement: !!python/name:os.", FaultCode.BAD_STRUCTURE),
    ],
)
def test_what_is_no_text_is_a_fault(
    told: Callable[[str, str, str], set[str]],
    name: str,
    old: str,
    new: str,
    code: FaultCode,
) -> None:
    assert code in told(name, old, new)


def test_a_place_in_a_checklist_stays_text(real: Evidence) -> None:
    item = ChecklistItem("s", "t", "reported", ("fig-a <script>",), "")
    frame = checklists.checklist(replace(real, checklists={"prisma": {"1": item}}), "prisma")
    assert "RawInline" not in str(pandoc_blocks(table(frame).markdown))


def test_a_megabyte_is_a_text_like_others(tmp_path: Path) -> None:
    long = "<b>x</b> " * 120_000 + "end"
    shutil.copytree(PROJECT / "data", tmp_path / "data")
    path = tmp_path / "data/searches.csv"
    header, first, *rest = path.read_text("utf-8").splitlines()
    cells = next(csv.reader([first]))
    cells[header.split(",").index("query")] = long
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(cells)
    path.write_text("\n".join([header, line.getvalue(), *rest, ""]), "utf-8")
    assert load(tmp_path / "data").searches[0].query == long
    written = table(pd.DataFrame({"a": [escape(long), *["x"] * 100]})).markdown
    assert len(written) < 3 * len(long), "other cells are not filled up to its length"
