"""What the page over many reports says of each, and which verdicts stand side by side."""

from collections.abc import Iterator
from typing import Any

import pytest
from lxml import html

from evidence.proof.manifest import Manifest
from evidence.report.index import Report, grouped, page, shared


def made(title: str = "One", edition: str = "", **findings: str) -> Manifest:
    return Manifest("0a1b2c3d4e5f", {}, {}, {}, {}, {}, edition, title, findings)


def report(place: str, failed: str = "", *documents: str, **findings: str) -> Report:
    manifest = made(place.title(), **findings) if findings else None
    return Report(place, manifest, documents, failed)


def under(node: Any, path: str) -> Any:
    """Return what a path leads to, which stubs of lxml know too much of."""
    return node.xpath(path)


def rows(text: str, number: int) -> Iterator[list[str]]:
    """Yield the cells of each row of a table, as text."""
    table = under(html.fromstring(text), "//table")[number]
    for row in under(table, ".//tr"):
        yield [" ".join(cell.text_content().split()) for cell in under(row, "th|td")]


def test_each_report_has_a_row_with_its_verdicts_and_documents() -> None:
    names = ("r.pdf", "report-evidence.xlsx", "r.html", "r.docx")
    manifest = made("Gardens", "2015", a="supported", b="supported", c="silent")
    text = page([Report("gardens/2015", manifest, names)], "")
    head, row = rows(text, 0)
    told = dict(zip(head, row, strict=True))
    assert (told["Report"][:7], told["Report"][7:]) == ("Gardens", "gardens/2015")
    assert told["Edition"] == "2015"
    assert told["Documents"].replace(" ", "") == "HTMLPDFWordEvidencetables"
    assert (told["Supported"], told["Partly supported"], told["State"]) == ("2", "0", "rendered")
    links = under(html.fromstring(text), "//a/@href")
    assert [link.rpartition("/")[2] for link in links] == [
        "r.html", "r.pdf", "r.docx", "report-evidence.xlsx",
    ]  # fmt: skip
    assert "1 report, all of them rendered." in text


def test_what_failed_is_told_with_its_reason_and_without_progress() -> None:
    log = "  0.1 s  check    constructs\ndata/codings.csv:3:5: unknown-code: no <b>\n"
    text = page([report("gone", log), report("kept", log, "r.html", a="partly")], "")
    assert "2 reports, 2 of them could not be rendered." in text
    gone, kept = list(rows(text, 0))[1:]
    assert gone[0].endswith("gone")
    assert gone[-1] == "failed"
    assert kept[-1] == "failed; documents of an earlier rendering"
    tree = html.fromstring(text)
    assert under(tree, "//pre/text()") == ["data/codings.csv:3:5: unknown-code: no <b>"] * 2
    for link in under(tree, "//a[starts-with(@href, '#')]/@href"):
        assert under(tree, f"//*[@id='{link[1:]}']")


def test_nothing_of_a_strangers_manifest_is_markup() -> None:
    evil = "<script>alert(1)</script>"
    manifest = Manifest(evil, {}, {}, {}, {}, {}, evil, evil, {evil: evil, "a": "supported"})
    both = [Report('a "b"/<i>', manifest, ("x y#.html",)), Report("b", manifest, ())]
    text = page(both, "")
    assert "<script" not in text
    assert "<i>" not in text
    assert under(html.fromstring(text), "//a/@href")[0] == "a%20%22b%22/%3Ci%3E/x%20y%23.html"


def test_verdicts_stand_side_by_side_where_claims_are_shared() -> None:
    reports = [
        report("a", a="supported", b="partly"),
        report("x", x="supported"),
        report("b", b="no-data", c="partly"),
        report("c", c="silent", d="supported"),
        report("failed", "why"),
    ]
    (group,) = grouped(reports[:4])
    assert [row.place for row in group] == ["a", "b", "c"]
    assert shared(group) == ["b", "c"]
    told = list(rows(page(reports, ""), 1))
    assert told[0] == ["Claim", "a", "b", "c"]
    assert [row[0] for row in told[1:]] == ["B", "C"]
    assert told[1][1].startswith("Partly")
    assert told[1][3] == "–"


@pytest.mark.parametrize("number", [0, 1])
def test_without_shared_claims_there_is_no_comparison(number: int) -> None:
    text = page([report("a", a="supported"), report("b", b="supported")][: number + 1], "")
    assert "side by side" not in text


def test_groups_keep_the_order_of_the_reports_whatever_joins_them() -> None:
    reports = [report("z", a="supported"), report("y", b="partly"), report("w", q="partly"),
               report("v", q="partly"), report("u", a="partly", b="partly")]  # fmt: skip
    found = [[row.place for row in group] for group in grouped(reports)]
    assert found == [["z", "y", "u"], ["w", "v"]]
