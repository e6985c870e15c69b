"""The explorer of sources in HTML: its form, its data, and what each source was coded for.

All of it is plain HTML that says what it says without a script: `chapters/explorer/explorer.js`
brings the form to life and puts each source's codings and effects under its row of the table. What
can be asked for are the attributes and facets of the codebook, and what it asks of effects.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape as html_escape
from itertools import groupby
from pathlib import Path

from bibtexparser.model import Entry

from evidence.findings.selections import effects_meant
from evidence.findings.verdicts import Editions
from evidence.model.bibliography import blocks
from evidence.model.claims import WithEffects
from evidence.model.evidence import Coding, Effect, Evidence, Source
from evidence.report.markup import Text, raw
from evidence.report.tables import by_author
from evidence.report.tables.companion import MOST
from evidence.words import count, label, verdict, within

# An address can hold more than anybody types, and the browser has to look for it in every source.
LONGEST_SEARCH = 200
# More stances than these are checkboxes, of which several can be asked for at once.
FEW_STANCES = 3
COUNTRY = "country"
TABLE = "tbl-sources"
_WEB = re.compile(r"https?://\S+")
_SIDES = {"for": "Speaks for it", "against": "Speaks against it"}
# What could end the element, open a comment or a Markdown fence, or be taken for a shortcode.
_IN_JSON = {ord(mark): f"\\u{ord(mark):04x}" for mark in "<>&`"}


def controls(
    evidence: Evidence,
    editions: Editions,
    columns: Mapping[str, str],
    entries: Mapping[str, str],
) -> Text:
    """Return the form that filters the sources, hidden until the script can answer it.

    The names of its controls are those of the filter in the address: an attribute, a facet,
    ``FACET-as`` for a stance of it, or ``effect-NAME`` for what is asked of an effect. Very many
    sources would make a page that no browser likes; there it says that it is left out.

    Parameters
    ----------
    columns
        The columns of the table after the source: attribute or field to heading.
    entries
        Claim to the number of its entry in the ledger.
    """
    if len(evidence.counted()) > MOST:
        return Text(
            "There are too many sources to filter in a page; the whole table is in the file named "
            "below.\n"
        )
    sources = [evidence.sources[key] for key in evidence.counted()]
    years = [*map(str, sorted({row.year for row in sources}))]
    countries = sorted({row.country for row in sources if row.country})
    verdicts = {row.outcome: verdict(row) for row in editions.now.values()}
    asked = evidence.codebook.effects
    sorts = {"source": "Source", "year": "Year", **columns}
    return _raw(
        '<div class="explorer" id="explorer" hidden>',
        '<form class="explorer-form" role="search" aria-label="Sources" autocomplete="off">',
        _SEARCH,
        '<details class="explorer-filters"><summary>Filter and sort the sources</summary>',
        _fieldset(
            "About the source",
            *(
                _select(name, columns.get(name, label(name)), _labels(attribute.values))
                for name, attribute in evidence.codebook.attributes.items()
            ),
            *([_select(COUNTRY, label(COUNTRY), {c: c for c in countries})] if countries else []),
            # Worded so that the number behind each is not taken for that year's alone.
            _select("from", "From year", {year: f"{year} or later" for year in years}),
            _select("to", "To year", {year: f"{year} or earlier" for year in years}),
        ),
        _fieldset("What it was coded for", *_facets(evidence)),
        *([_fieldset("An effect that it measured", *_effects(evidence))] if asked else []),
        _fieldset(
            "The findings that it bears on",
            _select("verdict", "Verdict", dict(sorted(verdicts.items()))),
            _select("claim", "Finding", {c: f"{entries[c]} {label(c)}" for c in editions.now}),
            _select("side", "The source", _SIDES),
        ),
        _fieldset(
            "Order of the table",
            _select("sort", "Sort by", sorts, any_of=False),
            _select("order", "Order", {"asc": "Ascending", "desc": "Descending"}, any_of=False),
        ),
        "</details>",
        '<div class="explorer-result">',
        '<p class="explorer-count" role="status" tabindex="-1"></p>',
        '<p class="explorer-actions">',
        '<button type="reset">Show all sources</button>',
        '<button type="button" data-download="csv">Download sources as CSV</button>',
        '<button type="button" data-download="codings">Download codings as CSV</button>',
        '<button type="button" data-download="bib">Download sources as BibTeX</button>',
        "</p></div></form></div>",
    )


def records(
    evidence: Evidence,
    editions: Editions,
    columns: Mapping[str, str],
    bibliography: Path,
) -> Text:
    """Return what each source was coded for, and the data that the form filters.

    The script takes a source's reference, and a coding's label, gist and locator, from the former:
    they stand once.

    Parameters
    ----------
    columns
        As for the form.
    bibliography
        The BibTeX file, whose entries are downloaded as they stand.
    """
    if len(evidence.counted()) > MOST:
        return Text("")
    codings, effects = _codings(evidence), effects_meant(evidence, WithEffects(where=()))
    text = bibliography.read_text(encoding="utf-8-sig")
    entries = {row.key: str(row.raw) for row in blocks(text) if isinstance(row, Entry)}
    fields = list(dict.fromkeys((COUNTRY, *evidence.codebook.attributes, *columns)))
    found = editions.now.items()
    data = {
        "sources": [
            {
                "source_id": key,
                "year": evidence.sources[key].year,
                **{name: evidence.values(key, name) for name in fields},
                "effects": [dict(row.values) for row in effects.get(key, ())],
                "codings": [f"{row.facet}:{row.code}:{row.stance}" for row in codings.get(key, ())],
                "for": [claim for claim, finding in found if key in finding.supporting],
                "against": [claim for claim, finding in found if key in finding.contrary],
                "bibtex": entries.get(key, ""),
            }
            for key in by_author(evidence)
        ],
        "verdicts": {key: finding.outcome for key, finding in found},
        "table": TABLE,
        "columns": list(columns),
        "fields": fields,
        "facets": list(evidence.codebook.facets),
        "effects": list(evidence.codebook.effects),
        "ranks": {evidence.codebook.ranking: evidence.codebook.ranks()[::-1]},
    }
    packed = json.dumps(data, separators=(",", ":")).translate(_IN_JSON)
    # The table has the rest of what a source is.
    besides = [name for name in fields if name not in columns]
    return _raw(
        '<details class="explorer-codings">',
        "<summary>What each source was coded for, and where it says so</summary>",
        *(
            line
            for key in by_author(evidence)
            for line in _source(evidence, key, besides, codings.get(key, ()), effects.get(key, ()))
        ),
        "</details>",
        f'<script type="application/json" id="explorer-data">{packed}</script>',
    )


def _source(
    evidence: Evidence,
    key: str,
    besides: Iterable[str],
    codings: Iterable[Coding],
    effects: Sequence[Effect],
) -> Iterator[str]:
    row = evidence.sources[key]
    yield f"<details><summary>{_html(_short(row))}</summary>"
    yield f'<div class="explorer-source" data-source="{_html(key)}">'
    yield f"<p>{_reference(row)}</p>\n<dl>"
    for name in besides:
        values = evidence.values(key, name)
        if text := "; ".join(values if name == COUNTRY else map(label, values)):
            yield f"<div><dt>{label(name)}</dt><dd>{_html(text)}</dd></div>"
    yield "</dl>"
    for facet, held in groupby(codings, key=lambda coding: coding.facet):
        yield f"<p>{_html(label(facet))}</p>\n<ul>"
        for one in held:
            yield (
                f"<li><b>{_html(label(one.code))}</b>, {_html(within(label(one.stance)))}: "
                f"<span>{_html(one.gist)}</span> (<i>{_html(one.locator)}</i>)</li>"
            )
        yield "</ul>"
    # Behind the codings, which the script finds by their place.
    if effects:
        yield "<p>Measured effects</p>\n<ul>"
        yield from map(_effect, effects)
        yield "</ul>"
    yield "</div></details>"


def _effect(effect: Effect) -> str:
    first, *others = [label(value) for values in effect.values.values() for value in values] or [""]
    described = "; ".join(map(str.lower, others))
    months = effect.follow_up_months
    told = {
        "Effect": effect.effect,
        "Sample": effect.sample,
        "Follow-up": "" if months is None else f"{count(months):month}",
    }
    printed = "".join(f" {name}: {_html(text)}." for name, text in told.items() if text)
    return (
        f"<li><b>{_html(first)}</b>, {_html(described)}: <span>{_html(effect.gist)}</span>"
        f"{'.' if printed else ''}{printed} (<i>{_html(effect.locator)}</i>)</li>"
    )


def _codings(evidence: Evidence) -> Mapping[str, list[Coding]]:
    """Return the agreed codings by source, facet by facet as in the codebook."""
    found: dict[str, list[Coding]] = {}
    for facet in evidence.codebook.facets:
        for row in evidence.agreed_codings(facet):
            found.setdefault(row.source_id, []).append(row)
    return found


def _short(row: Source) -> str:
    families = [name.split(",")[0].strip() for name in row.authors.split(";")]
    named = " and ".join(families) if len(families) < 3 else f"{families[0]} and others"
    return f"{named} ({row.year})"


def _reference(row: Source) -> str:
    authors = "; ".join(name.strip() for name in row.authors.split(";"))
    place = row.container or row.publisher
    link = f"https://doi.org/{row.doi}" if row.doi else row.url or row.url_read
    shown = f"doi:{row.doi}" if row.doi else "Read it on the web"
    parts = [
        f"<span>{_html(authors)}</span> ({row.year}).",
        f"<b>{_html(row.title)}</b>.",
        f"<cite>{_html(place)}</cite>." if place else "",
        # Only the web is linked to: another scheme could run a script.
        f'<a href="{_html(link)}">{_html(shown)}</a>' if _WEB.fullmatch(link) else _html(link),
    ]
    return " ".join(filter(None, parts))


def _facets(evidence: Evidence) -> Iterator[str]:
    for name, facet in evidence.codebook.facets.items():
        yield _select(name, label(name), _labels(facet.codes))
        if len(facet.stances) > FEW_STANCES:
            yield _checkboxes(f"{name}-as", f"{label(name)} is", _labels(facet.stances))
        elif len(facet.stances) > 1:
            yield _select(f"{name}-as", f"{label(name)} as", _labels(facet.stances))


def _effects(evidence: Evidence) -> Iterator[str]:
    for name, attribute in evidence.codebook.effects.items():
        # The line that says what is filtered has no headings that would tell the two apart.
        title = f"{label(name)} measured" if name in evidence.codebook.facets else label(name)
        yield _select(f"effect-{name}", title, _labels(attribute.values))


def _labels(codes: Iterable[str]) -> Mapping[str, str]:
    return {code: label(code) for code in codes}


_SEARCH = (
    '<div class="explorer-search">'
    f'<label>Search for<input type="search" name="words" maxlength="{LONGEST_SEARCH}" '
    'aria-describedby="explorer-search-help" spellcheck="false"></label>'
    '<p id="explorer-search-help">In authors, titles, codings and effects. Put a phrase in '
    "quotation marks, and an exclamation mark before a word to leave it out.</p></div>"
)


def _select(name: str, title: str, options: Mapping[str, str], any_of: bool = True) -> str:
    offered = {"": "Any", **options} if any_of else options
    listed = "".join(
        f'<option value="{_html(value)}">{_html(text)}</option>' for value, text in offered.items()
    )
    return f'<label>{_html(title)}<select name="{name}">{listed}</select></label>'


def _checkboxes(name: str, title: str, options: Mapping[str, str]) -> str:
    boxes = "".join(
        f'<label><input type="checkbox" name="{name}" value="{_html(value)}">'
        f"<span>{_html(text)}</span></label>"
        for value, text in options.items()
    )
    return (
        f'<div class="explorer-boxes" role="group" aria-labelledby="explorer-{name}">'
        f'<span id="explorer-{name}">{_html(title)}</span>{boxes}</div>'
    )


def _fieldset(legend: str, *fields: str) -> str:
    return "\n".join((f"<fieldset><legend>{legend}</legend>", *fields, "</fieldset>"))


def _html(text: str) -> str:
    # A backtick could end the Markdown block around it, and braces could begin a shortcode.
    return html_escape(text).replace("`", "&#96;").replace("{", "&#123;")


def _raw(*lines: str) -> Text:
    html = "\n".join(lines)
    return Text(f"\n{raw(html)}\n")
