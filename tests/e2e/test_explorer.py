"""The explorer of sources, as readers meet it in the real report.

What a filter should leave is counted here once more, from the CSV files.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from urllib.parse import urlencode

import pytest
from bibtexparser.entrypoint import parse_file, parse_string
from playwright.sync_api import Browser, Page

from evidence.findings.verdicts import judge
from evidence.model.load import load
from evidence.report.explorer import LONGEST_SEARCH
from evidence.words import label
from tests.conftest import PROJECT

DATA = PROJECT / "data"
ROWS = "#tbl-sources tbody tr:not(.explorer-child)"


def rows_of(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


SOURCES = {row["source_id"]: row for row in rows_of("sources") if row["role"] == "included"}
AGREED = {
    row["source_id"]: row
    for row in rows_of("appraisals")
    if row["coder"] == "agreed" and row["source_id"] in SOURCES
}
CODINGS = [row for row in rows_of("codings") if row["coder"] == "agreed"]
EFFECTS = [row for row in rows_of("effects") if row["coder"] == "agreed"]


def appraised(field: str, value: str) -> set[str]:
    return {key for key, row in AGREED.items() if value in row[field].split()}


def coded(facet: str, code: str | None = None, *stances: str) -> set[str]:
    return {
        row["source_id"]
        for row in CODINGS
        if row["facet"] == facet
        and code in (None, row["code"])
        and (not stances or row["stance"] in stances)
    } & set(SOURCES)


def measured(**values: str) -> set[str]:
    """The sources with an effect that has all of these values."""
    return {
        row["source_id"]
        for row in EFFECTS
        if all(value in row[name].split() for name, value in values.items())
    } & set(SOURCES)


def bearing(claim: str | None = None, verdict: str | None = None, side: str = "both") -> set[str]:
    found: set[str] = set()
    for claim_id, finding in judge(load(DATA)).items():
        given = "silent" if finding.silent else finding.verdict
        if claim in (None, claim_id) and verdict in (None, given):
            found |= set(finding.supporting) if side != "against" else set()
            found |= set(finding.contrary) if side != "for" else set()
    return found


FILTERS: dict[str, Callable[[], set[str]]] = {
    "groups=inquiry": lambda: appraised("groups", "inquiry"),
    "design=systematic-review": lambda: appraised("design", "systematic-review"),
    "sector=schools": lambda: appraised("sector", "schools"),
    "country=Scotland": lambda: {k for k, r in SOURCES.items() if r["country"] == "Scotland"},
    "country=England+and+Wales": lambda: {
        k for k, r in SOURCES.items() if r["country"] == "England and Wales"
    },
    "from=2015": lambda: {k for k, r in SOURCES.items() if int(r["year"]) >= 2015},
    "to=2006": lambda: {k for k, r in SOURCES.items() if int(r["year"]) <= 2006},
    "theme=trust": lambda: coded("theme", "trust"),
    "theme=trust&theme-as=barrier": lambda: coded("theme", "trust", "barrier"),
    "theme-as=facilitator": lambda: coded("theme", None, "facilitator"),
    "outcome=cost": lambda: coded("outcome", "cost"),
    "outcome=cost&outcome-as=measured-mixed&outcome-as=measured-worse": lambda: coded(
        "outcome", "cost", "measured-mixed", "measured-worse"
    ),
    "outcome-as=perceived": lambda: coded("outcome", None, "perceived"),
    "effect-comparison=randomised": lambda: measured(comparison="randomised"),
    "effect-form=team&effect-population=children&effect-direction=better": lambda: measured(
        form="team", population="children", direction="better"
    ),
    "effect-outcome=cost&outcome=cost&from=2010": lambda: (
        measured(outcome="cost")
        & coded("outcome", "cost")
        & {k for k, r in SOURCES.items() if int(r["year"]) >= 2010}
    ),
    "verdict=supported": lambda: bearing(verdict="supported"),
    "verdict=silent": lambda: bearing(verdict="silent"),
    "claim=savings-unconfirmed": lambda: bearing("savings-unconfirmed"),
    "claim=savings-unconfirmed&side=for": lambda: bearing("savings-unconfirmed", side="for"),
    "side=against": lambda: bearing(side="against"),
    "sector=mental-health&from=2010&outcome=mental-health": lambda: (
        appraised("sector", "mental-health")
        & {k for k, r in SOURCES.items() if int(r["year"]) >= 2010}
        & coded("outcome", "mental-health")
    ),
}


@pytest.fixture(scope="module")
def address(report: Mapping[str, Path]) -> str:
    return report["html"].as_uri()


def visit(browser: Browser, address: str, width: int) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": width, "height": 800})
    opened = context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("dialog", lambda dialog: faults.append(dialog.message))
    opened.goto(address)
    yield opened
    context.close()
    assert faults == []


@pytest.fixture(scope="module")
def seen(browser: Browser, address: str) -> Iterator[Page]:
    """The report, for tests of what is found that begin by an address of their own."""
    yield from visit(browser, address, 1280)


@pytest.fixture
def fresh(browser: Browser, address: str) -> Iterator[Page]:
    """The report just opened, for tests of what goes on before and after."""
    yield from visit(browser, address, 1280)


@pytest.fixture(params=[1280, 390])
def page(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[Page]:
    """The report just opened at each width, for tests of what is seen and reached."""
    yield from visit(browser, address, request.param)


@pytest.fixture(scope="module")
def plain(browser: Browser, address: str) -> Iterator[Page]:
    """The report without JavaScript."""
    context = browser.new_context(java_script_enabled=False)
    opened = context.new_page()
    opened.goto(address)
    yield opened
    context.close()


def go(page: Page, fragment: str) -> None:
    """Go to an address within the page, and wait until the explorer has followed."""
    changed = page.evaluate(
        """fragment => {
          const before = location.hash;
          document.activeElement.blur();
          location.hash = fragment;
          return location.hash !== before;
        }""",
        fragment,
    )
    if changed:
        page.wait_for_function("document.activeElement.className === 'explorer-count'")


def shown(page: Page) -> list[str]:
    found: list[str] = page.locator(f"{ROWS} [data-cites]").evaluate_all(
        "cites => cites.map(cite => cite.dataset.cites)"
    )
    return found


def downloaded(page: Page, kind: str) -> tuple[str, bytes]:
    with page.expect_download() as waiting:
        page.locator(f"[data-download={kind}]").click()
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_bytes()


def tab_to(page: Page, selector: str, key: str = "Tab") -> None:
    for _ in range(60):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press(key)
    raise AssertionError(f"the keyboard does not reach {selector}")


def test_all_sources_show_at_first(page: Page) -> None:
    assert sorted(shown(page)) == sorted(SOURCES)
    count = page.locator(".explorer-count")
    assert count.inner_text() == f"{len(SOURCES)} of {len(SOURCES)} sources"
    assert count.get_attribute("role") == "status"
    assert page.evaluate("[location.hash, scrollY, document.activeElement.tagName]") == [
        "", 0, "BODY",
    ]  # fmt: skip


def test_each_filter_leaves_what_the_tables_say(seen: Page) -> None:
    for fragment, expected in FILTERS.items():
        go(seen, f"#sources?{fragment}")
        wanted = expected()
        assert wanted, fragment
        assert set(shown(seen)) == wanted, fragment
        left = seen.locator(".explorer-count").inner_text()
        assert left.startswith(f"{len(wanted)} of {len(SOURCES)} sources. "), fragment


def test_each_option_says_how_many_sources_it_leaves(seen: Page) -> None:
    go(seen, "#sources")
    options = seen.locator("[name=design] option").all_text_contents()[1:]
    numbers = [int(re.findall(r"\((\d+)\)$", text)[0]) for text in options]
    values = seen.locator("[name=design] option").evaluate_all("all => all.map(o => o.value)")[1:]
    assert numbers == [len(appraised("design", value)) for value in values]


def test_a_chosen_filter_is_in_the_address_and_reset_empties_it(fresh: Page) -> None:
    fresh.locator(".explorer-filters").evaluate("details => { details.open = true; }")
    before = fresh.evaluate("history.length")
    fresh.locator("[name=outcome]").select_option("cost")
    fresh.get_by_label(re.compile("^Measured mixed")).check()
    assert fresh.evaluate("location.hash") == "#sources?outcome=cost&outcome-as=measured-mixed"
    assert fresh.evaluate("history.length") == before
    assert set(shown(fresh)) == coded("outcome", "cost", "measured-mixed")
    fresh.get_by_role("button", name="Show all sources").click()
    fresh.wait_for_function("location.hash === '#sources'")
    assert len(shown(fresh)) == len(SOURCES)


def test_a_shared_address_restores_the_view(page: Page, address: str) -> None:
    page.goto("about:blank")
    page.goto(f"{address}#sources?theme=trust&theme-as=barrier&sort=year&order=desc")
    wanted = coded("theme", "trust", "barrier")
    years = [int(SOURCES[key]["year"]) for key in shown(page)]
    assert set(shown(page)) == wanted
    assert years == sorted(years, reverse=True)
    assert page.locator("[name=theme]").input_value() == "trust"
    box = page.locator(".explorer-count").bounding_box()
    assert box
    assert 0 <= box["y"] < 800
    assert "explorer-count" in str(page.evaluate("document.activeElement.className"))


def test_back_and_forward_go_through_the_views(fresh: Page) -> None:
    go(fresh, "#sources?design=survey")
    go(fresh, "#sources?design=inquiry")
    fresh.go_back()
    fresh.wait_for_function("document.querySelector('[name=design]').value === 'survey'")
    assert set(shown(fresh)) == appraised("design", "survey")
    fresh.go_back()
    fresh.wait_for_function("document.querySelector('[name=design]').value === ''")
    assert len(shown(fresh)) == len(SOURCES)
    fresh.go_forward()
    fresh.wait_for_function("document.querySelector('[name=design]').value === 'survey'")
    assert set(shown(fresh)) == appraised("design", "survey")


def test_an_address_that_means_nothing_filters_nothing(seen: Page) -> None:
    for query in ("design=<script>alert(1)</script>", "x=1&%E0%A4%A", ""):
        go(seen, f"#sources?{query}")
        assert len(shown(seen)) == len(SOURCES), query


def test_what_the_address_asks_in_vain_is_told(seen: Page) -> None:
    go(seen, "#sources?desing=survey&sector=schools")
    seen.wait_for_timeout(100)
    said = seen.locator(".explorer-count").inner_text()
    assert "does not know it: desing = survey." in said
    assert set(shown(seen)) == appraised("sector", "schools")
    assert seen.evaluate("location.hash") == "#sources?desing=survey&sector=schools"


def test_words_are_found_wherever_a_reader_sees_them(seen: Page) -> None:
    for words in ("trust", "Freeman", "10.1111", "scotland", "results", "meta-analysis"):
        go(seen, f"#sources?words={words}")
        found = shown(seen)
        stands_in = {
            row["source_id"]
            for row in [*SOURCES.values(), *CODINGS]
            for field in ("authors", "title", "container", "doi", "country", "gist", "locator")
            if words.casefold() in row.get(field, "").casefold()
        } & set(SOURCES)
        assert stands_in, words
        assert stands_in <= set(found), words
        assert len(found) < len(SOURCES), words
        seen.evaluate(
            "document.querySelectorAll('.explorer-opener[aria-expanded=false]')"
            ".forEach(one => one.click())"
        )
        for key in found:
            heard = seen.locator(f"{ROWS}:has([data-cites={key}])").text_content() or ""
            heard += seen.locator(f"[data-source={key}]").evaluate("one => one.outerHTML")
            assert words.casefold() in heard.casefold(), (words, key)


def test_words_go_without_accents_and_in_any_order(seen: Page) -> None:
    authors = {key for key, row in SOURCES.items() if "Ødegård" in row["authors"]}
    for words in ("Odegard", "ødegård", "ØDEGÅRD", "Atle+Odegard"):
        go(seen, f"#sources?words={words}")
        assert set(shown(seen)) == authors, words


def test_phrases_and_words_left_out(seen: Page) -> None:
    def found(words: str) -> set[str]:
        go(seen, f"#sources?words={words}")
        return set(shown(seen))

    phrase, loose = found('"early years"'), found("years early")
    assert phrase < loose
    assert found("years early !school") == loose - found("school")


def test_words_and_filters_narrow_each_other(seen: Page) -> None:
    go(seen, "#sources?words=school")
    found = set(shown(seen))
    offered = seen.locator("[name=design] option[value=survey]").text_content()
    assert offered == f"Survey ({len(found & appraised('design', 'survey'))})"
    go(seen, "#sources?design=survey&words=school")
    assert set(shown(seen)) == found & appraised("design", "survey")
    said = seen.locator(".explorer-count").inner_text()
    assert said.endswith("Search for: school. Design: Survey.")


def test_typing_searches_and_back_and_reset_undo_it(fresh: Page) -> None:
    go(fresh, "#sources?words=hospital")
    fresh.evaluate("location.hash = '#sources?words=school'")
    fresh.wait_for_function("document.querySelector('[name=words]').value === 'school'")
    field = fresh.get_by_role("searchbox", name="Search for")
    before = fresh.evaluate("history.length")
    field.press("End")
    field.press_sequentially("s, trust")
    fresh.wait_for_function("location.hash === '#sources?words=schools%2C+trust'")
    assert fresh.evaluate("[history.length, document.activeElement.name]") == [before, "words"]
    assert "Search for: schools, trust" in fresh.locator(".explorer-count").inner_text()
    fresh.go_back()
    fresh.wait_for_function("document.querySelector('[name=words]').value === 'hospital'")
    assert "Search for: hospital." in fresh.locator(".explorer-count").inner_text()
    fresh.get_by_role("button", name="Show all sources").click()
    fresh.wait_for_function("location.hash === '#sources'")
    assert field.input_value() == ""
    assert len(shown(fresh)) == len(SOURCES)


def test_whatever_is_searched_for_stays_text(seen: Page) -> None:
    for words in (
        "<img src=x onerror=alert(1)>", "&lt;img src=x onerror=alert(1)&gt;", '"<script>', "((",
        "[", "\\", "why?", "!", "%", "a, b",
    ):  # fmt: skip
        go(seen, f"#sources?{urlencode({'words': words})}")
        assert seen.locator("[name=words]").input_value() == words
        count = seen.locator(".explorer-count")
        assert f"Search for: {words}." in count.inner_text()
        elements = count.evaluate("one => [...one.querySelectorAll('*')].map(e => e.localName)")
        assert elements == ["span"], words


def test_an_endless_search_is_cut(seen: Page) -> None:
    go(seen, f"#sources?words={'x' * 100_000}")
    assert seen.locator("[name=words]").input_value() == "x" * LONGEST_SEARCH
    assert shown(seen) == []
    assert seen.get_by_text("No source is like this.").is_visible()


def test_a_source_opens_its_codings(page: Page) -> None:
    go(page, "#sources?design=survey")
    button = page.locator(".explorer-opener").first
    key = shown(page)[0]
    assert button.get_attribute("aria-expanded") == "false"
    button.click()
    assert button.get_attribute("aria-expanded") == "true"
    inside = page.locator(f"[data-source={key}]")
    text = inside.inner_text()
    held = [row for row in CODINGS if row["source_id"] == key]
    assert held
    for row in held:
        assert row["gist"] in text
        assert row["locator"] in text
    assert SOURCES[key]["title"] in text
    assert inside.get_by_role("link").get_attribute("href")
    button.click()
    assert not inside.is_visible()


def test_a_source_opens_its_effects(page: Page) -> None:
    go(page, "#sources?effect-comparison=randomised&effect-direction=better")
    button = page.locator(".explorer-opener").first
    key = shown(page)[0]
    held = [row for row in EFFECTS if row["source_id"] == key]
    assert f"{len(held)} effect" in button.inner_text()
    button.click()
    text = page.locator(f"[data-source={key}]").inner_text()
    for row in held:
        for name in ("gist", "locator", "effect", "sample"):
            assert row[name] in text
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")


def test_all_of_it_works_with_the_keyboard_alone(page: Page) -> None:
    page.evaluate("location.hash = '#sources'")
    tab_to(page, ".explorer-filters summary", "Shift+Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Shift+Tab")
    for name in ("words", "design", "sector", "weight", "groups", "voices", "country", "from", "to",
                 "term", "term-as", "issue", "outcome", "outcome-as", "theme", "theme-as",
                 "failure", "verdict", "claim", "side", "sort", "order"):  # fmt: skip
        tab_to(page, f"[name={name}]")
        assert page.locator(":focus").evaluate("e => getComputedStyle(e).outlineStyle") == "solid"
    tab_to(page, "[name=design]", "Shift+Tab")
    page.keyboard.type("Survey")
    tab_to(page, "button[type=reset]")
    assert set(shown(page)) == appraised("design", "survey")
    for kind in ("csv", "codings", "bib"):
        tab_to(page, f"[data-download={kind}]")
        with page.expect_download():
            page.keyboard.press("Enter")
    tab_to(page, ".explorer-opener")
    page.keyboard.press("Enter")
    assert page.locator("tr.explorer-child").is_visible()
    tab_to(page, "button[type=reset]", "Shift+Tab")
    page.keyboard.press("Space")
    page.wait_for_function("location.hash === '#sources'")
    assert len(shown(page)) == len(SOURCES)


def test_columns_sort_and_say_so(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(f"{address}#sources")
    weight = page.get_by_role("columnheader", name=re.compile("Weight"))
    tab_to(page, "th:nth-of-type(4) [role=button]")
    page.keyboard.press("Enter")
    assert weight.get_attribute("aria-sort") == "ascending"
    page.keyboard.press("Enter")
    assert weight.get_attribute("aria-sort") == "descending"
    order = ["high", "medium", "low"]
    places = [order.index(AGREED[key]["weight"]) for key in shown(page)]
    assert places == sorted(places)
    assert page.evaluate("location.hash") == "#sources?sort=weight&order=desc"
    assert "Sorted by: Weight, descending" in page.locator(".explorer-count").inner_text()
    page.close()


def test_a_column_is_named_once(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(address)
    session = page.context.new_cdp_session(page)
    table = session.send("DOM.querySelector", {
        "nodeId": session.send("DOM.getDocument")["root"]["nodeId"],
        "selector": "#tbl-sources thead, table#tbl-sources thead",
    })  # fmt: skip
    part = session.send("Accessibility.queryAXTree", {"nodeId": table["nodeId"]})["nodes"]
    heard = [
        (node["role"]["value"], node["name"]["value"])
        for node in part
        if not node["ignored"] and node["role"]["value"] in ("columnheader", "button", "StaticText")
    ]
    columns = ("Source", "Design", "Field", "Weight", "Groups", "Text read")
    assert [name for role, name in heard if role == "columnheader"] == list(columns)
    assert [name.partition(":")[0] for role, name in heard if role == "button"] == list(columns)
    assert "StaticText" not in dict(heard)
    page.close()


def test_the_csv_holds_the_rows_shown(seen: Page) -> None:
    go(seen, "#sources?theme=information-sharing&sort=year")
    name, content = downloaded(seen, "csv")
    assert name == "sources.csv"
    # With the mark Excel takes it for the UTF-8 that it is.
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert [row["source_id"] for row in rows] == shown(seen)
    for row in rows:
        source, appraisal = SOURCES[row["source_id"]], AGREED[row["source_id"]]
        assert row["title"] == source["title"]
        assert row["authors"] == source["authors"]
        assert row["year"] == source["year"]
        assert row["design"] == appraisal["design"]
        assert row["groups"].split("; ") == appraisal["groups"].split()
        held = {f"{c['facet']}:{c['code']}:{c['stance']}" for c in CODINGS
                if c["source_id"] == row["source_id"]}  # fmt: skip
        assert set(row["codings"].split("; ")) == held


def test_the_csv_of_codings_holds_each_of_the_rows_shown(seen: Page) -> None:
    go(seen, "#sources?theme=information-sharing&sort=year")
    name, content = downloaded(seen, "codings")
    assert name == "codings.csv"
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    sources = shown(seen)
    assert list(dict.fromkeys(row["source_id"] for row in rows)) == sources
    columns = ("source_id", "facet", "code", "stance", "locator", "gist")
    assert sorted(tuple(row[name] for name in columns) for row in rows) == sorted(
        tuple(row[name] for name in columns) for row in CODINGS if row["source_id"] in sources
    )
    for row in rows:
        assert row["title"] == SOURCES[row["source_id"]]["title"]
        assert row["authors"] == SOURCES[row["source_id"]]["authors"]
        assert row["year"] == SOURCES[row["source_id"]]["year"]
        assert row["label"] == label(row["code"])


def test_the_bibtex_holds_the_rows_shown(seen: Page) -> None:
    go(seen, "#sources?theme=information-sharing&from=2010")
    name, content = downloaded(seen, "bib")
    assert name == "sources.bib"
    library = parse_string(content.decode("utf-8"))
    whole = parse_file(str(DATA / "references.bib"))
    assert not library.failed_blocks
    assert [entry.key for entry in library.entries] == shown(seen)
    for entry in library.entries:
        assert entry.raw == whole.entries_dict[entry.key].raw


def test_a_formula_in_the_data_is_none_in_the_csv(fresh: Page) -> None:
    key = min(SOURCES)
    fresh.locator(".explorer-opener").first.click()
    for begin in ("=", "+", "-", "@", "\t", "\r"):
        hostile = f'{begin}HYPERLINK("https://x.example","<img src=x onerror=alert(1)>")'
        fresh.evaluate(
            "([key, text]) => document.querySelectorAll(`[data-source=${key}] :is(b, i, li span)`)"
            ".forEach(one => { one.textContent = text; })",
            [key, hostile],
        )
        # Chromium lets a page have ten downloads; the two tables are written alike.
        kinds = {"codings": ["title", "label", "locator", "gist"], "csv": ["title"]}
        for kind, fields in list(kinds.items())[: 2 if begin == "=" else 1]:
            text = downloaded(fresh, kind)[1].decode("utf-8-sig")
            row = next(csv.DictReader(io.StringIO(text, newline="")))
            assert row["source_id"] == key
            assert [row[field] for field in fields] == [f"'{hostile}"] * len(fields)


def test_without_javascript_the_table_is_plain_and_whole(plain: Page) -> None:
    assert sorted(shown(plain)) == sorted(SOURCES)
    assert not plain.locator(".explorer-form").is_visible()
    assert plain.locator(".explorer-opener").count() == 0
    assert plain.locator("#tbl-map a").count() == 0
    codings = plain.locator(".explorer-codings")
    assert codings.locator("li").count() == len(
        [row for row in [*CODINGS, *EFFECTS] if row["source_id"] in SOURCES]
    )
    codings.locator("> summary").click()
    codings.locator("details").first.locator("summary").click()
    assert codings.locator("[data-source]").first.is_visible()


@pytest.mark.parametrize("width", [1280, 390, 320])
def test_the_page_does_not_scroll_sideways_with_a_source_open(
    browser: Browser, address: str, width: int
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto(f"{address}#sources?design=survey")
    page.locator(".explorer-filters").evaluate("details => { details.open = true; }")
    page.locator(".explorer-opener").first.click()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    table = "document.querySelector('#tbl-sources').closest('[role=region]')"
    assert page.evaluate(f"{table}.scrollWidth <= {table}.clientWidth")
    page.close()


def test_paper_shows_the_rows_and_no_controls(page: Page) -> None:
    go(page, "#sources?design=survey")
    page.emulate_media(media="print")
    assert len(shown(page)) == len(appraised("design", "survey"))
    assert page.locator(".explorer-count").is_visible()
    for hidden in (
        ".explorer-search",
        ".explorer-filters",
        ".explorer-actions",
        ".explorer-opener",
    ):
        assert not page.locator(hidden).first.is_visible()
