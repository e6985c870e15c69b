from collections.abc import Callable
from dataclasses import replace

import pytest

from evidence.check.chapters import Chapters
from evidence.check.references import (
    DataFile,
    checklist_faults,
    citation_faults,
    coded_faults,
    reference_faults,
)
from evidence.engine.faults import PLACE
from evidence.model.evidence import AiUse, ChecklistItem, Evidence

Read = Callable[..., Chapters]

SOURCES = DataFile("data/sources.csv", "")
LISTING = "\n```{python}\ntable(tables.sources(evidence))\n```\n\n[@brown2006]\n"


def cited_wrongly(read: Chapters, evidence: Evidence) -> list[tuple[int, str]]:
    return [
        (fault.line, fault.message.split("'")[1])
        for fault in citation_faults(read, evidence, SOURCES)
        if fault.code == "citation-without-source"
    ]


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("[@nobody1999; see @lloyd2001, p. 3; -@none2000] and @noone2001.", ["nobody1999",
         "none2000", "noone2001"]),
        ("@{no one} and @{noone1}", ["noone1"]),
        ('```{python}\nprint("As [@nobody1999] says")\n```', ["nobody1999"]),
        ('[[@lloyd2001; @nobody1999]]{coded="theme:trust"}', ["nobody1999"]),
        ("# On @nobody1999", ["nobody1999"]),
    ],
)  # fmt: skip
def test_citations_without_a_source_are_found(
    chapters: Read, evidence: Evidence, text: str, keys: list[str]
) -> None:
    assert [key for _, key in cited_wrongly(chapters(text), evidence)] == keys


@pytest.mark.parametrize(
    "text",
    [
        "[@lloyd2001; @brown2006, pp. 3-4] and @kodner2002.",
        "someone@example.org, \\@nobody1999, `@nobody1999` and <!-- @nobody1999 -->",
        "https://example.org/@nobody1999 and @fig-map",
        '```{python}\nprint(f"[@{key}]")\n```',
        "```python\n@nobody1999\n```",
        "@ @@ [@] @-",
    ],
)
def test_other_signs_are_no_citations(chapters: Read, evidence: Evidence, text: str) -> None:
    assert cited_wrongly(chapters(text), evidence) == []


def test_the_nearest_key_is_named(chapters: Read, evidence: Evidence) -> None:
    (fault,) = (
        fault
        for fault in citation_faults(chapters("One @loyd2001"), evidence, SOURCES)
        if fault.code == "citation-without-source"
    )
    assert (fault.line, fault.column) == (1, 5)
    assert fault.hint == "nearest: 'lloyd2001'"


def test_each_source_has_to_be_cited_or_listed(chapters: Read, evidence: Evidence) -> None:
    def uncited(text: str) -> list[tuple[int, str]]:
        table = "source_id\nabbott2005,x\nbrown2006,y\n"
        file = DataFile("data/sources.csv", table)
        faults = citation_faults(chapters(text), few, file)
        return [(fault.line, fault.message.split()[-1]) for fault in faults]

    wanted = ("abbott2005", "brown2006", "lloyd2001")
    few = replace(evidence, sources={key: evidence.sources[key] for key in wanted})
    assert uncited(LISTING) == []
    assert uncited("[@abbott2005; @lloyd2001]") == [(3, "brown2006")]
    assert uncited('@brown2006 [[@lloyd2001]]{coded="theme:trust"}') == [(2, "abbott2005")]
    assert uncited(LISTING.replace("[@brown2006]", "")) == [(3, "brown2006")]
    assert uncited("`{python} sources(evidence)`")[0] == (2, "abbott2005")


CELLS = """
# Head {#sec-head}

## A heading, plain

::: {#refs}
:::

![Map](map.png){#fig-map}

```{python}
#| label: tbl-one
place(figure, "fig-two", "Caption")
print(f"\\n## {label(theme)} {{#sec-theme-{theme}}}\\n")
captioned(frame, f"tbl-{name}-{part}", "x")
parts = ("codes", "stances")
ledger.ledger(evidence)
```
"""


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@fig-none, [@tbl-none; @sec-none] and [x](#none)", ["@fig-none", "@tbl-none",
         "@sec-none", "#none"]),
        ("@sec-theme-nothing and @tbl-theme-nothing", ["@sec-theme-nothing", "@tbl-theme-nothing"]),
        ("[x](#claim-none)", ["#claim-none"]),
        ('```{python}\nprint("See @fig-none")\n```', ["@fig-none"]),
        ("```{python}\n#| tbl-cap: See @fig-none\n1\n```", ["@fig-none"]),
        ("```{python}\n#| label: fig-a\n1\n```\n\n@fig-a-x, @fig-b-1", ["@fig-a-x", "@fig-b-1"]),
        ("@eq-none and @thm-none", ["@eq-none", "@thm-none"]),
    ],
)  # fmt: skip
def test_references_without_a_target_are_found(
    chapters: Read, evidence: Evidence, text: str, names: list[str]
) -> None:
    faults = sorted(reference_faults(chapters(f"{text}\n{CELLS}"), evidence), key=PLACE)
    assert [fault.message.split("'")[1] for fault in faults] == names


@pytest.mark.parametrize(
    "text",
    [
        "@fig-map, @fig-two, @tbl-one and @sec-head.",
        "[a](#sec-head), [b](#a-heading-plain), [c](#refs), [d](#claim-five-themes)",
        "@sec-theme-trust, @tbl-theme-codes",
        "```{python}\n#| label: fig-a\n1\n```\n\n@fig-a, @fig-a-1 and @fig-a-12",
        "```{mermaid}\n%%| label: fig-m\n```\n\n@fig-m",
        "$$x$$ {#eq-a}\n\n::: {#thm-a}\nx\n:::\n\n@eq-a, @thm-a",
        "[e](https://example.org/#none) and `[f](#none)`",
        '```{python}\nprint(f"[g](#claim-{x}) and @sec-{y}")\n```',
    ],
)
def test_references_with_a_target_are_fine(chapters: Read, evidence: Evidence, text: str) -> None:
    assert list(reference_faults(chapters(f"{text}\n{CELLS}"), evidence)) == []


def test_checklists_name_places_of_the_chapters(chapters: Read, evidence: Evidence) -> None:
    shown = '\n```{python}\ntable(checklist("swim"))\n```\n'

    def faults(*places: str) -> list[tuple[str, int, int, str]]:
        entry = ChecklistItem("Methods", "topic", "reported", places, "")
        text = f'# A comment\n"5":\n  reported: [{", ".join(places)}]\n'
        found = checklist_faults(
            chapters(CELLS + shown),
            replace(evidence, checklists={"prisma": {}, "swim": {"5": entry, "6": entry}}),
            lambda name: DataFile(f"data/{name}.yml", text),
        )
        return [(fault.file, fault.line, fault.column, fault.hint) for fault in found]

    assert faults("sec-head", "tbl-one", "fig-two", "sec-theme-trust", "a-heading-plain") == []
    assert faults("sec-head", "tbl-ones", "sec-hea") == [
        ("data/swim.yml", 3, 34, "nearest: 'sec-head'"),
        ("data/swim.yml", 3, 24, "nearest: 'tbl-one'"),
    ]
    assert [row[3] for row in faults("q")] == ["name one that there is"]
    shown = ""
    assert faults("sec-hea") == []


def test_uses_of_ai_name_places_of_the_chapters(chapters: Read, evidence: Evidence) -> None:
    text = "tasks:\n  coding: {reported: [sec-head, sec-hea]}\n"
    use = AiUse("", "", "", "", "", "", "", "", ("sec-head", "sec-hea"))
    found = checklist_faults(
        chapters(CELLS + "\n```{python}\ntable(ai_uses())\n```\n"),
        replace(evidence, checklists={}, ai_uses={"coding": use}),
        lambda name: DataFile(f"data/{name}.yml", text),
    )
    assert [(fault.file, fault.line, fault.hint) for fault in found] == [
        ("data/ai-use.yml", 2, "nearest: 'sec-head'")
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[@lloyd2001]]{coded="theme:trust as facilitator"}', None),
        ('[[@lloyd2001]]{coded="theme:trust"} <!-- coded="x" -->', None),
        ('[[@brown2006]]{coded="theme:trust as barrier"}', "not coded theme:trust as barrier"),
        ('[[@lloyd2001; @brown2003]]{coded="theme:trust as facilitator"}', ": brown2003"),
        ('[[@lloyd2001]]{coded="theme:trusty"}', "facet 'theme' has no trusty"),
        ('[[@lloyd2001]]{coded="themes:trust"}', "no facet 'themes'"),
        ('[[@lloyd2001]]{coded="theme:trust as help"}', "facet 'theme' has no help"),
        ('[[nobody]]{coded="theme:trust"}', "no source is cited"),
        ('[@lloyd2001]{coded="theme:trust"}', "binds no citation to a coding"),
    ],
)
def test_citations_hold_the_coding_that_they_are_bound_to(
    chapters: Read, evidence: Evidence, text: str, said: str | None
) -> None:
    found = [fault.message for fault in coded_faults(chapters(text), evidence)]
    assert found == [] if said is None else len(found) == 1 and said in found[0]


def test_an_edition_may_cite_what_came_later(chapters: Read, real: Evidence) -> None:
    text = chapters('[[@lloyd2001; @cooper2016]]{coded="theme:funding as facilitator"}')
    told = [fault.message for fault in coded_faults(text, real)]
    assert told == ["not coded theme:funding as facilitator: cooper2016, lloyd2001"]
    told = [fault.message for fault in coded_faults(text, real.up_to(2015))]
    assert told == ["not coded theme:funding as facilitator: lloyd2001"]
