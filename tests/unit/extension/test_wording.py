"""The filter of the Quarto extension, run by Pandoc on Markdown as cells and authors write it."""

import re
from pathlib import Path

import pytest

from evidence.engine import pandoc

EXTENSION = Path(__file__).parents[3] / "_extensions/evidence"
FILTERS = ("wording.lua", "places.lua")
VERDICTS = """\
:::: {.verdicts}
::: {claim="costs-fall" name="costs" verdict="partly" entry="B1" title="Costs <fall>" \
then="supported"}
:::
::: {claim="much-hope" name="hope" verdict="silent" entry="B2" title="Much hope" \
then="silent"}
:::
::: {measure="trials" entry="B3" title="Better in trials"}
:::
::::

"""
COSTS = '[[Yes $x_{1}$ {ok}.]{.supported}\n[Partly.]{.partly} [It moved.]{.moved}]{claim="costs"}'


def written(text: str, folder: Path, to: str = "plain", *options: str) -> str:
    filtering = ["--from=markdown", f"--to={to}", "--wrap=none"]
    filtering += [f"--lua-filter={EXTENSION / name}" for name in FILTERS]
    done = pandoc.run([*filtering, *options], folder=folder, text=text.encode())
    return done.decode().strip()


def test_the_wording_of_the_verdict_stays_with_its_mark(tmp_path: Path) -> None:
    html = written(f"{VERDICTS}So: {COSTS} End.", tmp_path, "html")
    assert html.startswith('<p>So: Partly.<span id="stated-costs-fall-1" class="stated">')
    assert 'popovertarget="grounds-costs-fall"' in html
    assert 'aria-label="B1: grounds of this finding, costs &lt;fall&gt;"' in html
    assert '<a href="#claim-costs-fall"><sup>B1</sup></a>' in html
    assert html.endswith("It moved. End.</p>")
    assert "verdict" not in html


def test_blocks_serve_several_verdicts(tmp_path: Path) -> None:
    text = (
        f'{VERDICTS}::: {{claim="much-hope"}}\n::: {{.partly .silent}}\nOne.\n\nTwo.\n:::\n'
        "::: moved\nMoved.\n:::\n:::\n"
    )
    plain = written(text, tmp_path)
    assert plain.startswith("One.\n\nTwo.")
    assert "Moved" not in plain


def test_places_are_numbered_and_listed_under_their_titles(tmp_path: Path) -> None:
    listed = '[]{.stated-in claim="costs-fall"}. []{.stated-in claim="much-hope"}.'
    text = f"{VERDICTS}# One\n\n{COSTS}\n\n# Two *b*\n\n## Deep\n\n{COSTS}\n\n{listed}\n"
    html = written(text, tmp_path, "html")
    assert (
        '<a href="#stated-costs-fall-1">One</a>; <a href="#stated-costs-fall-2">Two b: Deep</a>'
        in html
    )
    assert html.endswith(". no chapter.</p>")


HOPE = """\
::: {claim="much-hope"}
::: supported
Yes.
:::
::: {.silent .no-data}
## Below

Before [[Yes.]{.supported} [Nested.]{.partly}]{claim="costs"}.
:::
:::
"""


def test_a_claim_within_a_chosen_case_is_numbered_in_the_order_of_the_text(tmp_path: Path) -> None:
    listed = '[]{.stated-in claim="costs-fall"}'
    html = written(f"{VERDICTS}# Top\n\n{HOPE}\n{COSTS}\n\n{listed}\n", tmp_path, "html")
    marks = re.findall(r'id="(stated-[\w-]+)"', html)
    assert marks == ["stated-costs-fall-1", "stated-much-hope-1", "stated-costs-fall-2"]
    assert '<a href="#stated-costs-fall-1">Top: Below</a>' in html
    assert "Yes" not in html


@pytest.mark.parametrize("verdict", ["supported", "not-supported", "silent", "no-data"])
def test_every_verdict_finds_its_case(tmp_path: Path, verdict: str) -> None:
    shown = VERDICTS.replace('verdict="partly"', f'verdict="{verdict}"')
    cases = "[S.]{.supported} [NS.]{.not-supported} [Q.]{.silent} [ND.]{.no-data}"
    said = {"supported": "S.", "not-supported": "NS.", "silent": "Q.", "no-data": "ND."}
    plain = written(f'{shown}[{cases}]{{claim="costs"}}', tmp_path)
    assert plain.startswith(f"{said[verdict]}\u202f")


def test_a_measure_in_prose_has_its_mark(tmp_path: Path) -> None:
    listed = '[]{.stated-in measure="trials"}'
    html = written(
        f'{VERDICTS}# One\n\nIn [7 of 17]{{measure="trials"}} trials.\n\n{listed}', tmp_path, "html"
    )
    assert 'In 7 of 17<span id="stated-trials-1" class="stated">' in html
    assert 'popovertarget="grounds-trials"' in html
    assert '<a href="#measure-trials"><sup>B3</sup></a>' in html
    assert '<a href="#stated-trials-1">One</a>' in html


def test_titles_are_text(tmp_path: Path) -> None:
    titled = VERDICTS.replace('title="Costs <fall>"', 'title="Says \\"R&D\\" <b>"')
    html = written(titled + COSTS, tmp_path, "html")
    assert 'grounds of this finding, says &quot;r&amp;d&quot; &lt;b&gt;"' in html


@pytest.mark.parametrize(
    ("number", "said"),
    [("no", "None."), ("1", "One."), ("12", "12 are."), ("none of 3", "None."), ("0%", "None.")],
)
def test_alternatives_for_none_one_and_some(tmp_path: Path, number: str, said: str) -> None:
    text = f"[{number} [None.]{{.none}} [One.]{{.one}} [{number} are.]{{.some}}]{{.number}}"
    assert written(text, tmp_path) == said


@pytest.mark.parametrize(
    ("number", "said"),
    [("3", ["A.", "B."]), ("0", ["No."]), ("[not defined]{.undefined}", ["No."])],
)
def test_alternatives_of_several_paragraphs(tmp_path: Path, number: str, said: list[str]) -> None:
    cases = "::: none\nNo.\n:::\n\n::: {.one .some}\nA.\n\nB.\n:::\n"
    assert written(f"::: number\n{number}\n\n{cases}:::", tmp_path).split() == said


def test_a_share_of_nothing_may_stand_where_no_reader_sees_it(tmp_path: Path) -> None:
    hidden = '[[It is [not defined]{.undefined}]{.silent} [So.]{.partly}]{claim="costs"}'
    assert written(VERDICTS + hidden, tmp_path).startswith("So.")
    text = "[[not defined]{.undefined} [None.]{.none} [Some.]{.one .some}]{.number}"
    assert written(text, tmp_path) == "None."
    nested = f"[2 [One.]{{.one}} [Both: {text}]{{.some}}]{{.number}}"
    assert written(nested, tmp_path) == "Both: None."


def test_a_bound_citation_is_a_citation(tmp_path: Path) -> None:
    assert written('[[@a; @b]]{coded="x:y as z"}', tmp_path, "markdown") == "[@a; @b]"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (VERDICTS + '[[A]{.supported}]{claim="costs"}', "came out as 'partly' and has no wording"),
        (VERDICTS + '[A]{measure="trails"}', "measure 'trails': there is none of this name"),
        ('[A]{measure="trials"}', "no cell shows the verdicts"),
        (VERDICTS + '[[A]{.supported}]{claim="cost"}', "claim 'cost': there is no such claim"),
        ('[[A]{.supported}]{claim="costs"}', "no cell shows the verdicts"),
        ("[2 [One.]{.one}]{.number}", "after the number '2' stands no case .some"),
        (
            "# Costs\n\nIt is [not defined]{.undefined}.",
            "a number under 'Costs' is a share or ratio",
        ),
        (
            VERDICTS + '[[It is [not defined]{.undefined}]{.partly}]{claim="costs"}',
            "a share or ratio of nothing",
        ),
    ],
)
def test_what_is_missing_stops_the_build(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(pandoc.PandocFailed, match="wording") as caught:
        written(text, tmp_path)
    assert said in str(caught.value)


@pytest.mark.parametrize("name", ["costs", "costs-fall", "all"])
def test_a_preview_assumes_other_verdicts_and_says_so(tmp_path: Path, name: str) -> None:
    (tmp_path / "as.yml").write_text(f"evidence: {{as: {{{name}: supported}}}}", "utf-8")
    plain = written(VERDICTS + COSTS, tmp_path, "plain", "--metadata-file=as.yml")
    assert "callout-warning" in written(
        VERDICTS + COSTS, tmp_path, "html", "--metadata-file=as.yml"
    )
    first, said = plain.split("\n\n")
    assert first == "A preview under assumed verdicts, not those of the data."
    assert said.startswith("Yes")
    assert "moved" not in said


def test_a_link_without_text_is_named_after_its_section(tmp_path: Path) -> None:
    text = "See [](#claims), [](#other) and [here](#claims).\n\n# Annex B: Claims {#claims}"
    shown = written(text, tmp_path, "html")
    assert '<a href="#claims">Annex B</a>' in shown
    assert '<a href="#other"></a>' in shown
    assert '<a href="#claims">here</a>' in shown


def test_a_link_without_text_to_a_numbered_section_is_a_reference(tmp_path: Path) -> None:
    text = "[](#sec-a), [](#sec-b)\n\n# Costs: all {#sec-a}\n\n# Summary: all {#sec-b .unnumbered}"
    assert written(text, tmp_path, "markdown").startswith("@sec-a, [Summary](#sec-b)")


EDITION = VERDICTS.replace(
    "{.verdicts}", '{.verdicts edition="2010" sources="old2001 mid2010" later="new2015"}'
)


@pytest.mark.parametrize(
    ("subtitle", "told"),
    [("A *review*", "A <em>review</em>. Edition of 2010"), ("", "Edition of 2010")],
)
def test_an_edition_is_named_in_the_subtitle(tmp_path: Path, subtitle: str, told: str) -> None:
    matter = f"---\ntitle: T\nsubtitle: {subtitle or '~'}\n---\n\n"
    page = written(matter + EDITION, tmp_path, "html", "--standalone")
    assert f'<p class="subtitle">{told}: sources up to that year</p>' in page
    assert "Edition" not in written(matter + VERDICTS, tmp_path, "html", "--standalone")


def test_citations_of_sources_after_an_edition_say_so(tmp_path: Path) -> None:
    text = "[@old2001; see @new2015, chap. 3] and @new2015 and @fig-a."
    assert written(EDITION + text, tmp_path, "markdown").replace("\xa0", " ") == (
        "[@old2001; see @new2015, chap. 3, after this edition] and "
        "@new2015 [, after this edition] and @fig-a."
    )
    assert "after" not in written(VERDICTS + text, tmp_path, "markdown")


def test_all_sources_of_an_edition_are_listed_and_no_others(tmp_path: Path) -> None:
    matter = '---\nnocite: "@*"\n---\n\n'
    listed = written(matter + EDITION, tmp_path, "native", "--standalone")
    assert re.findall(r'citationId = "(.+?)"', listed) == ["old2001", "mid2010"]


def test_of_very_many_sources_those_are_listed_that_are_cited(tmp_path: Path) -> None:
    matter = '---\nnocite: "@*"\n---\n\n[@old2001]\n\n'
    said = "::: {.only-cited}\nListed is what is cited.\n:::\n"
    listed = written(matter + said, tmp_path, "native", "--standalone")
    assert re.findall(r'citationId = "(.+?)"', listed) == ["old2001"]
    assert '"*"' in written(matter, tmp_path, "native", "--standalone")
