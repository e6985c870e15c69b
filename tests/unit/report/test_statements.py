"""A stated finding carries a mark, and the text of the chapters tells where it stands."""

from collections.abc import Callable
from pathlib import Path

import pytest

from evidence.report.chapter import ChapterError
from evidence.report.statements import Statements, entry_numbers, mark, stated_in
from evidence.words import label
from tests.unit.conftest import pandoc_blocks

CLAIMS = ("terms-confusing", "five-themes")


@pytest.fixture
def statements() -> Statements:
    return Statements(lambda claim_id, **wording: wording["supported"], CLAIMS)


@pytest.fixture
def document(tmp_path: Path) -> Callable[..., Path]:
    """Write a document, `report.qmd`, and the chapters beside it."""

    def write(text: str, **chapters: str) -> Path:
        for name, chapter in {"report": text, **chapters}.items():
            (tmp_path / f"{name}.qmd").write_text(chapter, encoding="utf-8")
        return tmp_path / "report.qmd"

    return write


def test_entries_are_numbered_in_the_order_of_the_claims() -> None:
    assert entry_numbers(CLAIMS) == {"terms-confusing": "B1", "five-themes": "B2"}


def test_a_mark_is_a_button_in_html_and_a_link_elsewhere() -> None:
    (block,) = pandoc_blocks(f"Said.{mark('five-themes', 'B2', 3)}")
    said, anchor = block["c"]
    (identity, classes, _), (raw, elsewhere) = anchor["c"]
    assert said["c"] == "Said."
    assert (identity, classes) == ("stated-five-themes-3", ["stated"])
    kind, button = raw["c"]
    assert kind == "html"
    assert 'popovertarget="grounds-five-themes"' in button
    assert 'aria-label="B2: grounds of this finding, five themes">B2</button>' in button
    (_, classes, attributes), (space, link) = elsewhere["c"]
    assert (classes, attributes) == (["content-visible"], [["unless-format", "html"]])
    assert space["c"] == "\N{NARROW NO-BREAK SPACE}"
    assert link["t"] == "Link"
    assert link["c"][1] == [{"t": "Superscript", "c": [{"t": "Str", "c": "B2"}]}]
    assert link["c"][2][0] == "#claim-five-themes"


def test_the_mark_follows_the_wording_and_counts_statements(statements: Statements) -> None:
    said = [
        statements.say(claim_id, supported="It holds.\n")
        for claim_id in ("five-themes", "terms-confusing", "five-themes")
    ]
    assert said == [
        f"It holds.{mark('five-themes', 'B2', 1)}",
        f"It holds.{mark('terms-confusing', 'B1', 1)}",
        f"It holds.{mark('five-themes', 'B2', 2)}",
    ]


def test_a_wording_that_fails_is_no_statement(document: Callable[..., Path]) -> None:
    def fail(claim_id: str) -> str:
        raise ChapterError(f"no wording for {label(claim_id)}")

    statements = Statements(fail, CLAIMS)
    with pytest.raises(ChapterError, match="no wording"):
        statements.say("five-themes")
    assert statements.places(document("")) == {"terms-confusing": [], "five-themes": []}


def test_statements_are_found_under_their_headings(document: Callable[..., Path]) -> None:
    chapter = """\
# Summary {#summary .unnumbered}

```{python}
# a comment, no heading
paragraph(
    say(
        "five-themes",
        supported="x",
    ),
    say('terms-confusing', supported="y"),
)
```

## Money *and* more

~~~
# no heading either
~~~

Inline `{python} say("five-themes", supported="z")`, and gainsay("five-themes").

### Detail
"""
    text = '{{< include one.qmd >}}\n\n# Last\n\n`{python} say("five-themes")`\n'
    assert list(stated_in(document(text, one=chapter))) == [
        ("five-themes", "Summary"),
        ("terms-confusing", "Summary"),
        ("five-themes", "Summary: Money *and* more"),
        ("five-themes", "Last"),
    ]


def test_places_come_in_the_order_of_the_statements(
    statements: Statements, document: Callable[..., Path]
) -> None:
    for _ in range(2):
        statements.say("five-themes", supported="x")
    text = '# A\n\n`{python} say("five-themes")`\n\n# B\n\n`{python} say("five-themes")`\n'
    assert statements.places(document(text)) == {"terms-confusing": [], "five-themes": ["A", "B"]}


@pytest.mark.parametrize(
    ("text", "times"),
    [("", "0 times"), ('`{python} say("five-themes")`\n' * 2, "2 times")],
)
def test_statements_that_the_text_does_not_show_stop_the_build(
    statements: Statements, document: Callable[..., Path], text: str, times: str
) -> None:
    statements.say("five-themes", supported="x")
    with pytest.raises(ChapterError, match=f"'five-themes' was stated 1 times, .* {times}; write"):
        statements.places(document(text))
