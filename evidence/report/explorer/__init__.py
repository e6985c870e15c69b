"""The explorer of sources in HTML: its form, its data, and what each source was coded for.

All of it is plain HTML that says what it says without a script: `chapters/explorer/explorer.js`
brings the form to life and puts each source's codings under its row of the table.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from html import escape as html_escape
from pathlib import Path
from typing import Any

from bibtexparser.entrypoint import parse_string

from evidence.findings.verdicts import Editions
from evidence.model.claims import Finding
from evidence.model.evidence import Coding, Evidence, Source
from evidence.report.markup import Text
from evidence.report.statements import entry_numbers
from evidence.report.tables import evidence_map_columns, evidence_map_rows
from evidence.report.tables.overflow import MOST
from evidence.words import label, verdict

SILENT = "silent"
# An address can hold more than anybody types, and the browser has to look for it in every source.
LONGEST_SEARCH = 200
_FACETS = {
    "term": "Terms",
    "issue": "Issues",
    "outcome": "Outcomes",
    "theme": "Themes",
    "failure": "What failed between agencies",
}
_WEB = re.compile(r"https?://\S+")
_SIDES = {"for": "Speaks for it", "against": "Speaks against it"}
_SORTS = {
    "source": "Source",
    "year": "Year",
    "design": "Design",
    "sector": "Field",
    "weight": "Weight",
    "groups": "Groups",
    "basis": "Text read",
}
# What could end the element, open a comment or a Markdown fence, or be taken for a shortcode.
_IN_JSON = {ord(mark): f"\\u{ord(mark):04x}" for mark in "<>&`"}

Sides = Mapping[str, Mapping[str, frozenset[str]]]


def controls(evidence: Evidence, editions: Editions) -> Text:
    """Return the form that filters the sources, hidden until the script can answer it.

    The names of its controls are those of the filter in the address. Very many sources would make
    a page that no browser likes; there it says that it is left out.
    """
    if len(evidence.agreed()) > MOST:
        return Text(
            "There are too many sources to filter in a page; the whole table is in the file named "
            "below.\n"
        )
    attributes = evidence.codebook.attributes
    facets = evidence.codebook.facets
    groups = {group for row in evidence.agreed().values() for group in row.values["groups"]}
    sources = [evidence.sources[key] for key in evidence.agreed()]
    years = [str(year) for year in sorted({row.year for row in sources})]
    source = (
        _select("group", "Group", _labelled(sorted(groups))),
        _select("design", "Design", _labelled(attributes["design"].values)),
        _select("sector", "Field", _labelled(attributes["sector"].values)),
        _select("country", "Country", [(c, c) for c in sorted({row.country for row in sources})]),
        # Worded so that the number behind each is not taken for that year's alone.
        _select("from", "From year", [(year, f"{year} or later") for year in years]),
        _select("to", "To year", [(year, f"{year} or earlier") for year in years]),
    )
    held = (
        _select("theme", "Theme", _labelled(facets["theme"].codes)),
        _select("as", "Theme is named as", _labelled(facets["theme"].stances)),
        _select("outcome", "Outcome", _labelled(facets["outcome"].codes)),
        _checkboxes("stance", "Outcome is", _labelled(facets["outcome"].stances)),
    )
    numbers = entry_numbers(editions.now)
    findings = (
        _select("verdict", "Verdict", _verdicts(editions.now.values())),
        _select("claim", "Finding", [(c, f"{numbers[c]} {label(c)}") for c in editions.now]),
        _select("side", "The source", _SIDES.items()),
    )
    order = (
        _select("sort", "Sort by", _SORTS.items(), any_of=False),
        _select("order", "Order", [("asc", "Ascending"), ("desc", "Descending")], any_of=False),
    )
    return _raw(
        '<div class="explorer" id="explorer" hidden>',
        '<form class="explorer-form" role="search" aria-label="Sources" autocomplete="off">',
        _search(),
        '<details class="explorer-filters"><summary>Filter and sort the sources</summary>',
        _fieldset("About the source", source),
        _fieldset("What it was coded for", held),
        _fieldset("The findings that it bears on", findings),
        _fieldset("Order of the table", order),
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


def records(evidence: Evidence, editions: Editions, bibliography: Path) -> Text:
    """Return what each source was coded for, and the data that the form filters.

    The script takes a source's reference, and a coding's label, gist and locator, from the former:
    they stand once.

    Parameters
    ----------
    bibliography
        The BibTeX file, whose entries are downloaded as they stand.
    """
    if len(evidence.agreed()) > MOST:
        return Text("")
    codings = _codings(evidence)
    entries = _entries(bibliography)
    ordered = sorted(evidence.agreed(), key=lambda key: _by_author(evidence.sources[key]))
    found = editions.now.items()
    sides = {
        "for": {claim: frozenset(finding.supporting) for claim, finding in found},
        "against": {claim: frozenset(finding.contrary) for claim, finding in found},
    }
    data = {
        "sources": [
            _record(evidence, sides, key, codings.get(key, ()), entries.get(key, ""))
            for key in ordered
        ],
        "verdicts": {key: _verdict(finding) for key, finding in editions.now.items()},
        "weights": evidence.codebook.ranks()[::-1],
        "map": {
            "outcomes": list(evidence_map_rows(evidence)),
            "stances": [list(column.stances) for column in evidence_map_columns(evidence)],
        },
    }
    packed = json.dumps(data, separators=(",", ":")).translate(_IN_JSON)
    return _raw(
        '<details class="explorer-codings">',
        "<summary>What each source was coded for, and where it says so</summary>",
        *(_source(evidence, key, codings.get(key, ())) for key in ordered),
        "</details>",
        f'<script type="application/json" id="explorer-data">{packed}</script>',
    )


def _record(
    evidence: Evidence, sides: Sides, key: str, codings: Iterable[Coding], entry: str
) -> Mapping[str, Any]:
    row = evidence.sources[key]
    return {
        "source_id": key,
        "year": row.year,
        "country": row.country,
        **{
            name: held if attribute.multiple else "".join(held)
            for name, attribute in evidence.codebook.attributes.items()
            for held in [evidence.values(key, name)]
        },
        "basis": row.basis,
        "codings": [f"{coding.facet}:{coding.code}:{coding.stance}" for coding in codings],
        "for": [claim for claim, ids in sides["for"].items() if key in ids],
        "against": [claim for claim, ids in sides["against"].items() if key in ids],
        "bibtex": entry,
    }


def _source(evidence: Evidence, key: str, codings: Iterable[Coding]) -> str:
    row = evidence.sources[key]
    # The row above says the rest of its appraisal.
    besides = {"Country": row.country, "Voices": _listed(evidence.values(key, "voices"))}
    return "\n".join(
        (
            f"<details><summary>{_html(_short(row))}</summary>",
            f'<div class="explorer-source" data-source="{_html(key)}">',
            f"<p>{_reference(row)}</p>",
            "<dl>",
            *(f"<div><dt>{k}</dt><dd>{_html(v)}</dd></div>" for k, v in besides.items() if v),
            "</dl>",
            *_coded(codings),
            "</div></details>",
        )
    )


def _coded(codings: Iterable[Coding]) -> Iterator[str]:
    by_facet: dict[str, list[Coding]] = {}
    for coding in codings:
        by_facet.setdefault(coding.facet, []).append(coding)
    for facet, held in by_facet.items():
        yield f"<p>{_html(_FACETS.get(facet, label(facet)))}</p>\n<ul>"
        for row in held:
            yield (
                f"<li><b>{_html(label(row.code))}</b>, {_html(label(row.stance).lower())}: "
                f"<span>{_html(row.gist)}</span> (<i>{_html(row.locator)}</i>)</li>"
            )
        yield "</ul>"


def _codings(evidence: Evidence) -> Mapping[str, list[Coding]]:
    """Return the agreed codings by source, facet by facet as in the codebook."""
    order = list(evidence.codebook.facets)
    found: dict[str, list[Coding]] = {}
    for row in sorted(evidence.codings, key=lambda row: order.index(row.facet)):
        if row.coder == evidence.codebook.agreed:
            found.setdefault(row.source_id, []).append(row)
    return found


def _entries(bibliography: Path) -> Mapping[str, str]:
    text = bibliography.read_text(encoding="utf-8")
    return {entry.key: str(entry.raw) for entry in parse_string(text).entries}


def _by_author(row: Source) -> tuple[str, int, str]:
    return row.authors.casefold(), row.year, row.source_id


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


def _verdict(finding: Finding) -> str:
    return SILENT if finding.silent else finding.verdict


def _verdicts(findings: Iterable[Finding]) -> list[tuple[str, str]]:
    return sorted({_verdict(finding): verdict(finding) for finding in findings}.items())


def _labelled(codes: Iterable[str]) -> list[tuple[str, str]]:
    return [(code, label(code)) for code in codes]


def _listed(values: Iterable[str]) -> str:
    return "; ".join(label(value) for value in values)


def _search() -> str:
    return (
        '<div class="explorer-search">'
        f'<label>Search for<input type="search" name="words" maxlength="{LONGEST_SEARCH}" '
        'aria-describedby="explorer-search-help" spellcheck="false"></label>'
        '<p id="explorer-search-help">In authors, titles and codings. Put a phrase in quotation '
        "marks, and an exclamation mark before a word to leave it out.</p></div>"
    )


def _select(
    name: str, title: str, options: Iterable[tuple[str, str]], *, any_of: bool = True
) -> str:
    offered = [("", "Any"), *options] if any_of else list(options)
    listed = "".join(f'<option value="{_html(v)}">{_html(text)}</option>' for v, text in offered)
    return f'<label>{title}<select name="{name}">{listed}</select></label>'


def _checkboxes(name: str, title: str, options: Iterable[tuple[str, str]]) -> str:
    boxes = "".join(
        f'<label><input type="checkbox" name="{name}" value="{_html(value)}">'
        f"<span>{_html(text)}</span></label>"
        for value, text in options
    )
    return (
        f'<div class="explorer-boxes" role="group" aria-labelledby="explorer-{name}">'
        f'<span id="explorer-{name}">{title}</span>{boxes}</div>'
    )


def _fieldset(legend: str, fields: Iterable[str]) -> str:
    return "\n".join((f"<fieldset><legend>{legend}</legend>", *fields, "</fieldset>"))


def _html(text: str) -> str:
    # A backtick could end the Markdown block around it, and braces could begin a shortcode.
    return html_escape(text).replace("`", "&#96;").replace("{", "&#123;")


def _raw(*lines: str) -> Text:
    html = "\n".join(lines)
    return Text(f"\n```{{=html}}\n{html}\n```\n")
