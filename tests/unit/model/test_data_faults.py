"""One seeded fault per reason code, in a copy of a small valid data folder."""

import csv
import io
import shutil
from pathlib import Path

import pytest

from evidence.model.ai_use import STATEMENT
from evidence.model.checklists import STANDARDS
from evidence.model.faults import DataFaults, Fault, FaultCode
from evidence.model.load import load

HERE = Path(__file__).parent
DATAPACKAGE = HERE.parents[2] / "data" / "datapackage.json"
SEARCH_COLUMNS = "search, seq, collection, searched_on, query, results"


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "data"
    shutil.copytree(HERE / "data", folder)
    shutil.copyfile(DATAPACKAGE, folder / "datapackage.json")
    monkeypatch.chdir(tmp_path)
    return Path("data")


def edit(data: Path, file: str, old: str, new: str) -> None:
    path = data / file
    text = path.read_bytes().decode("utf-8")
    assert text.count(old) >= 1, f"{old!r} is not in {file}"
    path.write_bytes(text.replace(old, new, 1).encode("utf-8"))


def faults(data: Path) -> tuple[Fault, ...]:
    with pytest.raises(DataFaults) as caught:
        load(data)
    return caught.value.faults


# File, text to replace, replacement, and the lines expected after `data/`.
SEEDED: list[tuple[str, str, str, list[str]]] = [
    # Headers
    (
        "searches.csv",
        ",results\n",
        "\n",
        [
            "searches.csv:1:results: missing-column: the column is missing; "
            f"allowed: {SEARCH_COLUMNS}",
        ],
    ),
    (
        "searches.csv",
        "results\nreviews,1,web-pages,2026-01-02,working together review,8\n"
        "reviews,2,web-pages,2026-01-02,working together children,7",
        "results,notes\nreviews,1,web-pages,2026-01-02,working together review,8,\n"
        "reviews,2,web-pages,2026-01-02,working together children,7,",
        [f"searches.csv:1:7: extra-column: column 7 is called 'notes'; allowed: {SEARCH_COLUMNS}"],
    ),
    (
        "searches.csv",
        "results",
        "result",
        [
            "searches.csv:1:results: missing-column: the column is missing; "
            f"allowed: {SEARCH_COLUMNS}",
            "searches.csv:1:6: extra-column: column 6 is called 'result'; "
            f"allowed: {SEARCH_COLUMNS}; nearest: results",
        ],
    ),
    (
        "searches.csv",
        "query,results",
        "query,query",
        [
            "searches.csv:1:query: duplicate-column: column 6 has the same name as column 5",
            "searches.csv:1:results: missing-column: the column is missing; "
            f"allowed: {SEARCH_COLUMNS}",
        ],
    ),
    (
        "searches.csv",
        "search,seq,collection,searched_on,query,results\n"
        "reviews,1,web-pages,2026-01-02,working together review,8\n"
        "reviews,2,web-pages,2026-01-02,working together children,7",
        "seq,search,collection,searched_on,query,results\n"
        "1,reviews,web-pages,2026-01-02,working together review,8\n"
        "2,reviews,web-pages,2026-01-02,working together children,7",
        [
            "searches.csv:1:seq: column-order: the columns stand in another order; "
            f"allowed: {SEARCH_COLUMNS}"
        ],
    ),
    # Rows
    (
        "codings.csv",
        "funding,barrier,abstract,Short funding held work back,added",
        "funding,barrier,abstract,Short funding held work back,added,more",
        ["codings.csv:5:9: ragged-row: the row has 9 cells; allowed: 8 cells"],
    ),
    (
        "codings.csv",
        "abstract,Short funding held work back,added",
        "abstract",
        ["codings.csv:5:7: ragged-row: the row has 6 cells; allowed: 8 cells"],
    ),
    (
        "searches.csv",
        "review,8\n",
        "review,8\n\n",
        ["searches.csv:3:1: ragged-row: the row has 0 cells; allowed: 6 cells"],
    ),
    (
        "searches.csv",
        "review,8\n",
        "review,8\n,,,,,\n",
        ["searches.csv:3: required: the row is empty; allowed: delete it"],
    ),
    (
        "codings.csv",
        "adam2005,B,outcome,safety,perceived",
        "adam2005,A,outcome,safety,perceived",
        [
            "codings.csv:4:source_id: duplicate-key: source_id + coder + facet + code + stance "
            "'adam2005, A, outcome, safety, perceived' stands in row 2 already"
        ],
    ),
    (
        "codings.csv",
        '"Staff say children are safer, and families agree",\n',
        '"Staff say ""children" are safer, and families agree",\n',
        [
            "codings.csv:1: empty-table: the table has no rows",
            "codings.csv:2: malformed-csv: ',' expected after '\"'; allowed: quotes in pairs",
        ],
    ),
    # Cells
    (
        "sources.csv",
        ",UK,",
        ",,",
        ["sources.csv:2:country: required: the cell is empty"],
    ),
    (
        "sources.csv",
        ",UK,",
        ", UK,",
        ["sources.csv:2:country: stray-space: space before or after 'UK'"],
    ),
    (
        "codings.csv",
        "Short funding",
        "Short\x07funding",
        [
            "codings.csv:5:gist: control-character: control character U+0007 in "
            "'Short<U+0007>funding held work back'"
        ],
    ),
    (
        "codings.csv",
        "adam2005,agreed,theme",
        "adam\u200b2005,agreed,theme",
        [
            "codings.csv:5:source_id: invisible-character: invisible character U+200B zero width "
            "space in 'adam<U+200B>2005'"
        ],
    ),
    (
        "sources.csv",
        ",UK,",
        ",New\xa0Zealand,",
        [
            "sources.csv:2:country: invisible-character: invisible character U+00A0 no-break space "
            "in 'New<U+00A0>Zealand'"
        ],
    ),
    (
        "claims.yml",
        "Savings are",
        "Sav\xadings are",
        ["claims.yml:8:19: invisible-character: invisible character U+00AD soft hyphen"],
    ),
    (
        "references.bib",
        "@techreport{brown2006",
        "@techreport{brown\u200e2006",
        [
            "references.bib:8:key: bibliography-without-source: data/sources.csv has no source "
            "'brown<U+200E>2006'; nearest: brown2006",
            "references.bib:8:18: invisible-character: invisible character U+200E "
            "left-to-right mark",
            "sources.csv:3:source_id: source-without-bibliography: data/references.bib has no "
            "entry 'brown2006'",
        ],
    ),
    (
        "codings.csv",
        "safer, and",
        "safer\nand",
        [
            "codings.csv:2:gist: control-character: control character U+000A in "
            "'Staff say children are safer<U+000A>and families agree'"
        ],
    ),
    (
        "sources.csv",
        ",2005,Working",
        ",c. 2005,Working",
        [
            "sources.csv:2:year: wrong-type: 'c. 2005' is not four digits; allowed: four digits",
        ],
    ),
    (
        "searches.csv",
        "review,8",
        "review,eight",
        [
            "searches.csv:2:results: wrong-type: 'eight' is not a whole number; "
            "allowed: a whole number"
        ],
    ),
    (
        "sources.csv",
        "2026-11-22",
        "22/11/2026",
        [
            "sources.csv:2:read_on: wrong-type: '22/11/2026' is not a date; "
            "allowed: a date as YYYY-MM-DD"
        ],
    ),
    (
        "sources.csv",
        ",2005,Working",
        ",1805,Working",
        ["sources.csv:2:year: out-of-range: 1805 is out of range; allowed: from 1980 to 2026"],
    ),
    (
        "searches.csv",
        "review,8",
        "review,-8",
        ["searches.csv:2:results: out-of-range: -8 is out of range; allowed: from 0"],
    ),
    (
        "sources.csv",
        ",10.1000/xyz123,",
        ",https://doi.org/10.1000/xyz123,",
        [
            "sources.csv:2:doi: bad-form: 'https://doi.org/10.1000/xyz123' has another form; "
            "allowed: like 10.1186/s12889-021-10630-1, by the pattern 10\\.[0-9]{4,9}/\\S+"
        ],
    ),
    (
        "sources.csv",
        ",https://example.org/brown,",
        ",www.example.org/brown,",
        [
            "sources.csv:3:url: bad-form: 'www.example.org/brown' has another form; "
            "allowed: like https://doi.org/10.1108/17466660200600021, "
            "by the pattern https?://\\S+"
        ],
    ),
    (
        "sources.csv",
        ",report,",
        ",reprot,",
        [
            "sources.csv:3:type: not-allowed: 'reprot' is not among the values; "
            "allowed: article-journal, report, inquiry, chapter, thesis, guidance; "
            "nearest: report"
        ],
    ),
    (
        "appraisals.csv",
        "review definition",
        "review definitions",
        [
            "appraisals.csv:2:groups: unknown-value: the codebook has no groups 'definitions'; "
            "allowed: review, definition; nearest: definition"
        ],
    ),
    (
        "sources.csv",
        "Executive,Edinburgh,,",
        "Executive,Edinburgh,10.1000/XYZ123,",
        [
            "references.bib:8:doi: bibliography-differs: nothing, but data/sources.csv:3 has "
            "'10.1000/XYZ123'; allowed: the same",
            "sources.csv:3:doi: duplicate-doi: 'adam2005' in row 2 has this DOI already; allowed: "
            "one row for one document; other records of it are merged in the screening",
        ],
    ),
    (
        "sources.csv",
        ",https://example.org/brown,",
        ",https://doi.org/10.1000/xyz123,",
        [
            "sources.csv:3:url: duplicate-doi: 'adam2005' in row 2 has this DOI already; allowed: "
            "one row for one document; other records of it are merged in the screening",
        ],
    ),
    # Codebook
    (
        "appraisals.csv",
        "adam2005,A,survey",
        "adam2005,A,Survey",
        [
            "appraisals.csv:2:design: unknown-value: the codebook has no design 'Survey'; "
            "allowed: survey, conceptual; nearest: survey"
        ],
    ),
    (
        "appraisals.csv",
        "schools",
        "school",
        [
            "appraisals.csv:2:sector: unknown-value: the codebook has no sector 'school'; "
            "allowed: schools; nearest: schools"
        ],
    ),
    (
        "appraisals.csv",
        ",low,",
        ",none,",
        [
            "appraisals.csv:2:weight: unknown-value: the codebook has no weight 'none'; "
            "allowed: low, high"
        ],
    ),
    (
        "codings.csv",
        "agreed,theme,funding",
        "agreed,themes,funding",
        [
            "codings.csv:5:facet: unknown-facet: the codebook has no facet 'themes'; "
            "allowed: outcome, theme; nearest: theme"
        ],
    ),
    (
        "codings.csv",
        "theme,funding,barrier",
        "theme,fundign,barrier",
        [
            "codings.csv:5:code: unknown-code: facet 'theme' has no code 'fundign'; "
            "allowed: funding, trust; nearest: funding"
        ],
    ),
    (
        "codings.csv",
        "funding,barrier",
        "funding,bariers",
        [
            "codings.csv:5:stance: unknown-stance: facet 'theme' has no stance 'bariers'; "
            "allowed: barrier, facilitator; nearest: barrier"
        ],
    ),
    (
        "codings.csv",
        "funding,barrier",
        "funding,perceived",
        [
            "codings.csv:5:stance: stance-not-of-facet: facet 'theme' has no stance 'perceived'; "
            "it belongs to facet outcome; allowed: barrier, facilitator"
        ],
    ),
    (
        "codings.csv",
        "adam2005,B,outcome",
        "adam2005,C,outcome",
        [
            "codings.csv:4:coder: unknown-coder: the codebook has no coder 'C'; "
            "allowed: A, B, agreed",
            "codings.csv:4:source_id: coding-without-appraisal: data/appraisals.csv has no "
            "source_id + coder 'adam2005, C'",
        ],
    ),
    (
        "codebook.yml",
        "{primary: [survey]}",
        "{primary: [surveys], survey: [conceptual]}",
        [
            "codebook.yml:11:23: unknown-value: attribute design has no 'surveys'; "
            "allowed: survey, conceptual; nearest: survey",
            "codebook.yml:11:41: duplicate-key: 'survey' is a value of attribute design, and "
            "can't stand for others too",
        ],
    ),
    (
        "codebook.yml",
        "{primary: [survey]}",
        "{measured: [survey], better: [conceptual]}",
        [
            "codebook.yml:11:41: bad-structure: the role better has 'conceptual', which the role "
            "measured has not; allowed: survey",
        ],
    ),
    (
        "codebook.yml",
        "ranking: weight",
        "people: [Ada, A, agreed]",
        [
            "codebook.yml:4:15: duplicate-key: 'A' is a coder already, and nobody checks their "
            "own codings",
            "codebook.yml:4:18: duplicate-key: 'agreed' is a coder already, and nobody checks "
            "their own codings",
        ],
    ),
    (
        "codebook.yml",
        "ranking: weight",
        "ranking: groups",
        [
            "codebook.yml:4:10: unknown-value: attributes with one value a source has no 'groups'; "
            "allowed: design, sector, weight"
        ],
    ),
    (
        "codebook.yml",
        "{country: [UK]}",
        "{land: [UK]}",
        [
            "codebook.yml:5:14: unknown-attribute: there is no attribute or key 'land'; allowed: "
            "facet, codes, stances, effects, mostly, never, all, any, all-codings, not, design, "
            "sector, weight, groups, voices, source_id, type, authors, year, title, container, "
            "volume, issue, pages, publisher, place, doi, url, country, study, role, basis, "
            "url_read, read_on, bibliography_checked"
        ],
    ),
    (
        "codebook.yml",
        "    multiple: true\n    values: {prof",
        "    multiple: yes\n    values: {prof",
        ["codebook.yml:24:15: bad-structure: found 'yes'; allowed: true, false"],
    ),
    (
        "codebook.yml",
        "    multiple: true\n    values: {prof",
        "    multiple: false\n    values: {prof",
        [
            "codebook.yml:23:5: bad-structure: the column 'voices' of appraisals is a list; "
            "allowed: multiple: true"
        ],
    ),
    (
        "codebook.yml",
        "  sector:",
        "  field:",
        [
            "codebook.yml:1:1: bad-structure: the column 'sector' of appraisals is no attribute",
            "codebook.yml:13:5: bad-structure: appraisals have no column for attribute 'field'; "
            "allowed: design, sector, weight, groups, voices",
        ],
    ),
    # Between tables
    (
        "codings.csv",
        "adam2005,agreed,theme",
        "adm2005,agreed,theme",
        [
            "codings.csv:5:source_id: unknown-source: data/sources.csv has no source_id "
            "'adm2005'; nearest: adam2005"
        ],
    ),
    (
        "appraisals.csv",
        "adam2005,B,survey,schools,low,review,\n",
        "",
        [
            "codings.csv:4:source_id: coding-without-appraisal: data/appraisals.csv has no "
            "source_id + coder 'adam2005, B'",
            "effects.csv:4:source_id: coding-without-appraisal: data/appraisals.csv has no "
            "source_id + coder 'adam2005, B'",
        ],
    ),
    (
        "effects.csv",
        "A,safety,children,team,",
        "A,safety,child,teams,",
        [
            "effects.csv:2:form: unknown-value: the codebook has no form 'teams'; "
            "allowed: team, co-location; nearest: team",
            "effects.csv:2:population: unknown-value: the codebook has no population 'child'; "
            "allowed: children, parents; nearest: children",
        ],
    ),
    (
        "effects.csv",
        "A,safety,children,team,randomised,better",
        "A,safety,parents,team,randomised,better",
        ["effects.csv:3:reconciled: reconciled-mismatch: 'both', but B holds this row; allowed: B"],
    ),
    (
        "effects.csv",
        "A,safety,children,team,randomised,better,300 children,0.2,12",
        "A,safety,children,team,randomised,better,300 children,0.2,a year",
        [
            "effects.csv:2:follow_up_months: wrong-type: 'a year' is not a whole number; "
            "allowed: a whole number"
        ],
    ),
    (
        "effects.csv",
        "adam2005,B,safety,children",
        "adam2005,A,safety,children",
        [
            "effects.csv:4:source_id: duplicate-key: source_id + coder + outcome + population + "
            "direction 'adam2005, A, safety, children, better' stands in row 2 already"
        ],
    ),
    (
        "codings.csv",
        "Pooled budgets help,added",
        "Pooled budgets help,",
        [
            "codings.csv:6:reconciled: reconciled-mismatch: a row by agreed says nothing of "
            "whose it is; allowed: both, A, B, added"
        ],
    ),
    (
        "codings.csv",
        'and families agree",both',
        'and families agree",A',
        [
            "codings.csv:3:reconciled: reconciled-mismatch: 'A', but A and B hold this row; "
            "allowed: both"
        ],
    ),
    (
        "codings.csv",
        "adam2005,B,outcome,safety,perceived,abstract,Children are felt to be safer,\n",
        "",
        ["codings.csv:3:reconciled: reconciled-mismatch: 'both', but A holds this row; allowed: A"],
    ),
    (
        "codings.csv",
        "Pooled budgets help,added",
        "Pooled budgets help,B",
        [
            "codings.csv:6:reconciled: reconciled-mismatch: 'B', but none of the coders holds this "
            "row; allowed: added"
        ],
    ),
    (
        "codings.csv",
        "felt to be safer,",
        "felt to be safer,B",
        [
            "codings.csv:4:reconciled: reconciled-mismatch: a row by B is not reconciled; "
            "allowed: empty"
        ],
    ),
    (
        "screening.csv",
        "r0004,reviews,2",
        "r0004,reviews,3",
        [
            "screening.csv:5:search: unknown-search: data/searches.csv has no search + seq "
            "'reviews, 3'"
        ],
    ),
    (
        "screening.csv",
        "same-source,adam2005",
        "same-source,",
        ["screening.csv:4:source_id: screening-without-source: decision merged names no source"],
    ),
    (
        "screening.csv",
        "include,,brown2006",
        "include,,",
        [
            "screening.csv:3:source_id: screening-without-source: decision include names no source",
        ],
    ),
    (
        "screening.csv",
        "include,,brown2006",
        "inclde,,brown2006",
        [
            "screening.csv:3:decision: not-allowed: 'inclde' is not among the values; allowed: "
            "include, exclude, merged; nearest: include",
        ],
    ),
    (
        "screening.csv",
        "merged,same-source",
        "include,",
        [
            "screening.csv:4:source_id: source-included-twice: 'adam2005' is included by record "
            "r0001 already; allowed: merged, same-source"
        ],
    ),
    (
        "sources.csv",
        ",included,",
        ",baseline,",
        [
            "sources.csv:3:role: second-baseline: 'adam2005' is the baseline already; "
            "allowed: role baseline in one row"
        ],
    ),
    (
        "screening.csv",
        "exclude,off-topic,",
        "exclude,off-topic,adam2005",
        [
            "screening.csv:5:source_id: screening-mismatch: decision exclude names the source "
            "'adam2005'; allowed: empty"
        ],
    ),
    (
        "screening.csv",
        "include,,adam2005",
        "include,off-topic,adam2005",
        [
            "screening.csv:2:reason: screening-mismatch: decision include gives the reason "
            "'off-topic'; allowed: empty"
        ],
    ),
    (
        "screening.csv",
        "merged,same-source",
        "merged,",
        [
            "screening.csv:4:reason: screening-mismatch: decision merged gives no reason; "
            "allowed: no-readable-text, duplicate, off-topic, not-research, not-joint-working, "
            "not-taken-up, same-source, undated"
        ],
    ),
    # YAML
    (
        "codebook.yml",
        "version: 1",
        "version: [1",
        [
            "codebook.yml:2:7: malformed-yaml: while parsing a flow sequence expected ',' or "
            "']', but got ':'"
        ],
    ),
    (
        "codebook.yml",
        "No primary",
        "No\x0cprimary",
        ["codebook.yml:10:54: control-character: control character U+000C"],
    ),
    (
        "codebook.yml",
        "    question: Which services?\n",
        "",
        [
            "codebook.yml:13:5: bad-structure: key 'question' is missing; "
            "allowed: question, values, multiple, roles"
        ],
    ),
    (
        "codebook.yml",
        "    question: Which services?\n",
        "    question: Which services?\n    vales: {a: b}\n",
        [
            "codebook.yml:14:12: bad-structure: unknown key 'vales'; "
            "allowed: question, values, multiple, roles; nearest: values"
        ],
    ),
    (
        "codebook.yml",
        "values: {schools: Schools with others.}",
        "values: [schools]",
        [
            "codebook.yml:14:13: bad-structure: found a list; "
            "allowed: a mapping with at least one entry"
        ],
    ),
    (
        "codebook.yml",
        "version: 1",
        "version: one",
        ["codebook.yml:1:10: bad-structure: found 'one'; allowed: a whole number"],
    ),
    (
        "codebook.yml",
        "trust: Trust",
        "funding: Trust",
        ["codebook.yml:34:31: duplicate-key: key 'funding' stands in line 34 already"],
    ),
    (
        "quantities.yml",
        "minimum: 10",
        "minimum: ten",
        ["quantities.yml:6:10: bad-structure: found 'ten'; allowed: a whole number"],
    ),
    (
        "quantities.yml",
        'few: "< 0.20"',
        'few: "<0.20"',
        [
            "quantities.yml:11:8: bad-comparison: '<0.20' is no comparison; "
            "allowed: one of >=, >, <=, <, a space and a number"
        ],
    ),
    (
        "confidence.yml",
        'serious: "< 5"',
        'serius: "< 5"',
        [
            "confidence.yml:19:26: unknown-value: takes_off has no 'serius'; "
            "allowed: minor, moderate, serious; nearest: serious"
        ],
    ),
    (
        "confidence.yml",
        "[high, moderate, low]",
        "high",
        ["confidence.yml:2:9: bad-structure: found 'high'; allowed: a list such as [high, low]"],
    ),
    (
        "confidence.yml",
        "built_in: studies",
        "built_in: study",
        [
            "confidence.yml:18:19: unknown-value: confidence has no 'study'; "
            "allowed: dissent, studies; nearest: studies"
        ],
    ),
    (
        "confidence.yml",
        "        built_in: studies\n",
        "",
        ["confidence.yml:17:9: bad-structure: a measure has share_of with its phrase, or built_in"],
    ),
    (
        "confidence.yml",
        "{not: home}",
        "{not: {country: UK, weight: lows}}",
        [
            "confidence.yml:10:47: unknown-value: there is no weight 'lows'; "
            "allowed: low, high; nearest: low"
        ],
    ),
    (
        "variants.yml",
        "coder: A",
        "coder: C",
        ["variants.yml:7:12: unknown-value: coder has no 'C'; allowed: A, B"],
    ),
    (
        "variants.yml",
        "    keep: home\n",
        "",
        [
            "variants.yml:9:5: bad-structure: the variant changes nothing; allowed: coder, "
            "reconciled, leave_out_search, unit, leave_out_codings, leave_out, keep"
        ],
    ),
    (
        "variants.yml",
        "keep: home",
        "leave_out_search: reviews-again",
        [
            "variants.yml:12:23: unknown-value: leave_out_search has no 'reviews-again'; "
            "allowed: reviews; nearest: reviews"
        ],
    ),
    (
        "variants.yml",
        "home-only:",
        "first-coder:",
        ["variants.yml:8:3: duplicate-key: key 'first-coder' stands in line 4 already"],
    ),
    (
        "codebook.yml",
        "weak: {basis: [abstract]}",
        "weak: {basis: [abstract]}\nlabels: {trsut: Trust}",
        [
            "codebook.yml:7:17: unknown-value: the codebook has no 'trsut'; allowed: design, "
            "sector, weight, groups, voices, outcome, theme, population, form, comparison, "
            "direction, survey, conceptual, primary, schools, low, high, review, definition, "
            "professionals, literature, safety, cost, children, parents, team, co-location, "
            "randomised, before-after, better, worse, perceived, measured-improved, funding, "
            "trust, barrier, facilitator; nearest: trust"
        ],
    ),
    (
        "claims.yml",
        "codes: [cost]",
        "codes: [costs]",
        [
            "claims.yml:4:35: unknown-code: there is no code of facet outcome 'costs'; "
            "allowed: safety, cost; nearest: cost"
        ],
    ),
    (
        "claims.yml",
        '">= 3"',
        '"=> 3"',
        [
            "claims.yml:11:26: bad-comparison: '=> 3' is no comparison; "
            "allowed: one of >=, >, <=, <, a space and a number"
        ],
    ),
    (
        "claims.yml",
        '{sources: ">= 1"}',
        "{}",
        [
            "claims.yml:12:13: bad-structure: found a mapping; "
            "allowed: a mapping with at least one entry"
        ],
    ),
    (
        "claims.yml",
        "2026-11-22",
        "November",
        ["claims.yml:2:11: wrong-type: 'November' is not a date; allowed: a date as YYYY-MM-DD"],
    ),
    (
        "claims.yml",
        "Savings are expected.",
        "2006",
        [
            "claims.yml:8:16: bad-structure: found '2006'; "
            "allowed: a text, in quotes if YAML takes it for something else"
        ],
    ),
    # Checklists
    (
        "swim.yml",
        '"9": ',
        '"10": ',
        [
            "swim.yml:2:1: missing-item: item '9' is missing",
            "swim.yml:10:7: unknown-item: SWiM has no item '10'; "
            f"allowed: {', '.join(STANDARDS['swim'].items)}",
        ],
    ),
    (
        "entreq.yml",
        '"21": {section: Methods, topic: item 21, reported: [sec-one]}\n',
        "",
        ["entreq.yml:2:1: missing-item: item '21' is missing"],
    ),
    (
        "history.yml",
        "search_every: 6",
        "search_every: 60000",
        [
            "history.yml:5:15: bad-structure: 60,000 months are no interval; allowed: at most 1200",
        ],
    ),
    (
        "history.yml",
        "version: 1.1.0",
        "version: 1.1",
        [
            "history.yml:7:12: bad-structure: found '1.1'; "
            "allowed: a text, in quotes if YAML takes it for something else"
        ],
    ),
    (
        "history.yml",
        "version: 1.1.0",
        "version: 1.0.0",
        [
            "history.yml:36:3: release-order: version 1.0.0 is not before that of the release "
            "above it; allowed: the newest release first"
        ],
    ),
    (
        "history.yml",
        "date: '2026-03-01'",
        "date: 2025-11-30",
        [
            "history.yml:36:3: release-order: date 2025-12-01 is not before that of the release "
            "above it; allowed: the newest release first"
        ],
    ),
    (
        "history.yml",
        "tag: v1.0.0",
        "commit: v1.0.0",
        [
            "history.yml:36:3: bad-structure: key 'tag' is missing; "
            "allowed: version, date, tag, authors, data_version, sources, trigger, changes",
            "history.yml:38:11: bad-structure: unknown key 'commit'; "
            "allowed: version, date, tag, authors, data_version, sources, trigger, changes",
        ],
    ),
    (
        "history.yml",
        "was: partly",
        "was: party",
        [
            "history.yml:27:12: unknown-value: there is no verdict 'party'; "
            "allowed: no-data, not-supported, partly, supported, silent; nearest: partly"
        ],
    ),
    (
        "history.yml",
        "      codings added: 2\n",
        "      codings added: -2\n",
        ["history.yml:22:22: bad-structure: found '-2'; allowed: a whole number"],
    ),
    (
        "prisma.yml",
        '"10b": {section: Methods, topic: item 10b, reported: [sec-one]}\n',
        "",
        ["prisma.yml:2:1: missing-item: item '10b' is missing"],
    ),
    (
        "prisma.yml",
        '"10b"',
        '"10c"',
        [
            "prisma.yml:2:1: missing-item: item '10b' is missing",
            f"prisma.yml:12:8: unknown-item: PRISMA 2020 has no item '10c'; "
            f"allowed: {', '.join(STANDARDS['prisma'].items)}",
        ],
    ),
    (
        "prisma.yml",
        "not_done: Nobody asked",
        "note: Nobody asked",
        [
            "prisma.yml:4:6: not-one-answer: item '3' has no answer; "
            "allowed: one of reported, partly, not_done"
        ],
    ),
    (
        "prisma.yml",
        "not_done: Nobody asked",
        "reported: [sec-one], not_done: Nobody asked",
        [
            "prisma.yml:4:6: not-one-answer: item '3' has the answers reported and not_done; "
            "allowed: one of reported, partly, not_done"
        ],
    ),
    (
        "prisma.yml",
        ", note: Not all",
        "",
        [
            "prisma.yml:3:6: bad-structure: key 'note' is missing; "
            "allowed: section, topic, partly, note"
        ],
    ),
    (
        "prisma.yml",
        "topic: item 3, not_done",
        "topics: item 3, not_done",
        [
            "prisma.yml:4:6: bad-structure: key 'topic' is missing; "
            "allowed: section, topic, not_done",
            "prisma.yml:4:33: bad-structure: unknown key 'topics'; "
            "allowed: section, topic, not_done; nearest: topic",
        ],
    ),
    (
        "prisma.yml",
        "[summary, sec-one]",
        "summary",
        ["prisma.yml:2:50: bad-structure: found 'summary'; allowed: a list such as [sec-searches]"],
    ),
    (
        "prisma.yml",
        "[summary, sec-one]",
        "[summary, summary]",
        ["prisma.yml:2:60: duplicate-key: 'summary' stands in the list already"],
    ),
    (
        "prisma.yml",
        "[tbl-one]",
        "[1]",
        [
            "prisma.yml:3:49: bad-structure: found '1'; "
            "allowed: a text, in quotes if YAML takes it for something else"
        ],
    ),
    (
        "prisma.yml",
        '"1": {',
        "1: {",
        [
            "prisma.yml:2:1: bad-structure: found '1'; "
            "allowed: a text, in quotes if YAML takes it for something else",
            "prisma.yml:2:1: missing-item: item '1' is missing",
        ],
    ),
    # The use of AI
    (
        "ai-use.yml",
        ", oversight: A person looked on.",
        "",
        [
            "ai-use.yml:3:11: bad-structure: key 'oversight' is missing; allowed: task, tool, "
            "version, dates, how, oversight, validation, limits, reported"
        ],
    ),
    (
        "ai-use.yml",
        "version: not recorded",
        "version: ''",
        [
            "ai-use.yml:4:56: bad-structure: found ''; "
            "allowed: a text, in quotes if YAML takes it for something else"
        ],
    ),
    (
        "ai-use.yml",
        "  interests: ",
        "  interest: ",
        [
            "ai-use.yml:6:3: missing-item: item 'interests' is missing",
            "ai-use.yml:16:13: unknown-item: the joint statement on AI in evidence synthesis has "
            f"no item 'interest'; allowed: {', '.join(STATEMENT.items)}",
        ],
    ),
    (
        "ai-use.yml",
        "topic: law, reported: [sec-one]",
        "topic: law, partly: [sec-one]",
        [
            "ai-use.yml:15:8: bad-structure: key 'note' is missing; "
            "allowed: section, topic, partly, note"
        ],
    ),
    # BibTeX
    (
        "references.bib",
        "year = {2005},",
        "year = {2005,",
        [
            "references.bib:1: malformed-bibtex: Unexpected block start: `@techreport`. Was still "
            "looking for field-value closing `,` or `}`"
        ],
    ),
    (
        "references.bib",
        "@techreport{brown2006",
        "techreport{brown2006",
        [
            "references.bib:8: malformed-bibtex: 'techreport{brown2006,' stands outside an entry; "
            "allowed: entries such as @article{key, year = {2001}, …}",
            "sources.csv:3:source_id: source-without-bibliography: data/references.bib has no "
            "entry 'brown2006'",
        ],
    ),
    (
        "references.bib",
        "Benn, Ben},",
        "Benn, Ben}",
        [
            "references.bib:2:author: malformed-bibtex: the comma after this field is missing",
        ],
    ),
    (
        "references.bib",
        "year = {2006},\n",
        "year = {2006},\n  year = {2006},\n",
        ["references.bib:8:year: duplicate-key: the entry has this field twice"],
    ),
    (
        "references.bib",
        "@techreport",
        "@misc{adam2005,\n  year = {2005},\n}\n\n@techreport",
        ["references.bib:8:key: duplicate-key: the key 'adam2005' is taken by an entry above"],
    ),
    (
        "references.bib",
        "@techreport",
        "@misc{brown2007,\n  year = {2007},\n}\n\n@techreport",
        [
            "references.bib:8:key: bibliography-without-source: data/sources.csv has no source "
            "'brown2007'; nearest: brown2006"
        ],
    ),
    (
        "references.bib",
        "year = {2006}",
        "year = {2016}",
        [
            "references.bib:10:year: bibliography-differs: '2016', but data/sources.csv:3 has "
            "'2006'; allowed: the same"
        ],
    ),
    (
        "references.bib",
        "10.1000/xyz123",
        "10.1000/xyz124",
        [
            "references.bib:5:doi: bibliography-differs: '10.1000/xyz124', but "
            "data/sources.csv:2 has '10.1000/xyz123'; allowed: the same"
        ],
    ),
    (
        "references.bib",
        "The review itself",
        "The review ofitself",
        [
            "references.bib:11:title: bibliography-differs: 'The review ofitself', but "
            "data/sources.csv:3 has 'The review itself'; allowed: the same"
        ],
    ),
    (
        "references.bib",
        "  title = {The review itself},\n",
        "",
        [
            "references.bib:8:title: bibliography-differs: nothing, but data/sources.csv:3 has "
            "'The review itself'; allowed: the same"
        ],
    ),
    (
        "references.bib",
        "Adam, Ada and Benn, Ben",
        "Adam, Ada and Benn, Carl",
        [
            "references.bib:2:author: bibliography-differs: 'Adam, Ada and Benn, Carl', but "
            "data/sources.csv:2 has 'Adam, Ada; Benn, Ben'; allowed: the same"
        ],
    ),
    (
        "references.bib",
        "The review itself",
        "The review\n   at 50% of #1 \\now",
        [
            f"references.bib:12:title: unescaped-sign: a bare {sign} in 'at 50% of #1 \\now' is "
            f"read as TeX, not printed; allowed: {allowed}"
            for sign, allowed in (("#", "\\#"), ("%", "\\%"), ("\\", "\\textbackslash{}"))
        ],
    ),
    # The data package
    (
        "datapackage.json",
        '"pattern": "r[0-9]{4,}"',
        '"maxLength": 5',
        [
            "datapackage.json: bad-structure: not the data package this project reads: "
            "ValueError type or constraint not supported in field record_id"
        ],
    ),
    (
        "datapackage.json",
        '"name": "query"',
        '"name": "question"',
        [
            "datapackage.json: bad-structure: table searches must have the columns of "
            "evidence.model.evidence.Search; "
            "allowed: search, seq, collection, query, results, searched_on"
        ],
    ),
]


def test_small_data_are_valid(data: Path) -> None:
    evidence = load(data)
    assert tuple(evidence.sources) == ("adam2005", "brown2006")


@pytest.mark.parametrize(("file", "old", "new", "lines"), SEEDED)
def test_seeded_fault(data: Path, file: str, old: str, new: str, lines: list[str]) -> None:
    edit(data, file, old, new)
    assert [str(fault) for fault in faults(data)] == [f"data/{line}" for line in lines]


@pytest.mark.parametrize(
    ("file", "line", "code"),
    [
        (
            "appraisals.csv",
            "brown2006,B,conceptual,schools,low,review,literature\n",
            "source-without-appraisal: no appraisal by B names 'brown2006'",
        ),
        (
            "codings.csv",
            "brown2006,agreed,theme,funding,facilitator,summary,Pooled budgets help,added\n",
            "source-without-coding: no agreed coding names 'brown2006'",
        ),
        (
            "screening.csv",
            "include,,brown2006",
            "source-without-screening: no record with decision include names 'brown2006'",
        ),
    ],
)
def test_a_source_that_counts_has_all_it_needs_and_the_baseline_may_do_without(
    data: Path, file: str, line: str, code: str
) -> None:
    edit(data, file, line, "exclude,off-topic," if file == "screening.csv" else "")
    load(data)
    edit(data, "sources.csv", ",brown2006,baseline,", ",brown2006,included,")
    assert [str(fault) for fault in faults(data)] == [f"data/sources.csv:3:source_id: {code}"]


@pytest.mark.parametrize(
    "file",
    [
        "sources.csv",
        "codings.csv",
        "codebook.yml",
        "claims.yml",
        "prisma.yml",
        "references.bib",
        "datapackage.json",
    ],
)
def test_missing_file_is_the_only_fault(data: Path, file: str) -> None:
    (data / file).unlink()
    assert [str(fault) for fault in faults(data)] == [
        f"data/{file}: missing-file: no such file or directory"
    ]


def test_missing_folder() -> None:
    (fault,) = faults(Path("/nowhere/data"))
    assert str(fault).startswith("/nowhere/data/datapackage.json: missing-file:")


@pytest.mark.parametrize("file", ["sources.csv", "claims.yml", "references.bib"])
def test_latin_1_is_told_once(data: Path, file: str) -> None:
    path = data / file
    lines = path.read_bytes().split(b"\n")
    for number in (1, 2):
        lines[number] += b" caf\xe9"
    path.write_bytes(b"\n".join(lines))
    (fault,) = faults(data)
    assert (fault.row, fault.code) == (2, FaultCode.NOT_UTF8)
    assert fault.message == "byte 0xE9 is not UTF-8, nor is 1 more line"
    assert "Save As, CSV UTF-8" in fault.allowed


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be"])
def test_utf_16_is_told_once_with_how_to_save(data: Path, encoding: str) -> None:
    path = data / "sources.csv"
    text = path.read_text(encoding="utf-8").replace(",", "\t")
    path.write_bytes(
        ("" if encoding == "utf-16" else "\ufeff").encode(encoding) + text.encode(encoding)
    )
    assert [str(fault) for fault in faults(data)] == [
        "data/sources.csv:1: not-utf8: the file is UTF-16; "
        "allowed: UTF-8 (in Excel: Save As, CSV UTF-8)"
    ]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_what_excel_saves_is_read(data: Path, separator: str) -> None:
    """A byte order mark, its lines' ends, and the separator of its country."""
    expected = load(data)
    for path in data.glob("*.csv"):
        rows = csv.reader(io.StringIO(path.read_text(encoding="utf-8")))
        saved = io.StringIO(newline="")
        csv.writer(saved, delimiter=separator, lineterminator="\r\n").writerows(rows)
        path.write_bytes(saved.getvalue().encode("utf-8-sig"))
    assert load(data) == expected


def test_a_column_that_a_spreadsheet_rewrote_is_one_fault(data: Path) -> None:
    path = data / "searches.csv"
    rows = "".join(
        f"reviews,{number},web-pages,2026-01-02,query {number},8\n" for number in range(3, 60)
    )
    path.write_text(path.read_text("utf-8").replace(",7\n", f",7\n{rows}"), "utf-8")
    load(data)
    path.write_text(path.read_text("utf-8").replace(",8\n", ',"8,0"\n'), "utf-8")
    edit(data, "searches.csv", "reviews,5,web-pages", "reviews,05x,web-pages")
    places = [(fault.row, fault.column) for fault in faults(data)]
    assert places == [(2, "results"), (6, "seq")]
    assert "'8,0' is not a whole number, and so in 57 more rows of the column" in str(
        faults(data)[0]
    )


def test_a_fault_in_a_table_with_semicolons_is_at_its_place(data: Path) -> None:
    path = data / "searches.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",", ";"), encoding="utf-8-sig")
    edit(data, "searches.csv", "results", "result")
    assert {(fault.row, fault.code) for fault in faults(data)} == {
        (1, FaultCode.MISSING_COLUMN),
        (1, FaultCode.EXTRA_COLUMN),
    }


@pytest.mark.parametrize("file", ["codebook.yml", "references.bib", "datapackage.json"])
def test_a_byte_order_mark_is_no_fault(data: Path, file: str) -> None:
    expected = load(data)
    path = data / file
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert load(data) == expected


@pytest.mark.parametrize("text", ["می\u200cخواهم", "👩\u200d👧", "שלום!\u200f", "1\ufe0f\u20e3"])
def test_marks_that_a_script_needs_are_text(data: Path, text: str) -> None:
    edit(data, "codings.csv", "Pooled budgets help", text)
    assert load(data).codings[-1].gist == text


@pytest.mark.parametrize("sign", ["\u200b", "\u200d", "\u200e", "\u2060", "\u00ad", "\u00a0"])
def test_a_wrong_word_shows_what_is_unseen_in_it(data: Path, sign: str) -> None:
    edit(data, "codings.csv", "agreed,theme,funding", f"agreed,theme,fund{sign}ing")
    (first, *_) = faults(data)
    assert f"U+{ord(sign):04X}" in first.message
    assert sign not in str(first)


@pytest.mark.parametrize(
    "file",
    [
        "sources.csv",
        "searches.csv",
        "screening.csv",
        "appraisals.csv",
        "codings.csv",
        "effects.csv",
    ],
)
def test_table_without_rows(data: Path, file: str) -> None:
    path = data / file
    path.write_text(path.read_text(encoding="utf-8").split("\n")[0] + "\n", encoding="utf-8")
    assert [str(fault) for fault in faults(data)] == [
        f"data/{file}:1: empty-table: the table has no rows"
    ]


def test_file_of_no_bytes(data: Path) -> None:
    for path in data.iterdir():
        if path.name != "datapackage.json":
            path.write_bytes(b"")
    found = {(Path(fault.file).name, fault.code) for fault in faults(data)}
    assert ("codebook.yml", FaultCode.BAD_STRUCTURE) in found
    assert ("sources.csv", FaultCode.MISSING_COLUMN) in found


EMPTIED = ("sources.csv", "appraisals.csv", "codings.csv", "effects.csv", "screening.csv")


def empty(data: Path, *names: str) -> None:
    """Leave the header of each table."""
    for name in names:
        text = (data / name).read_text("utf-8")
        (data / name).write_text(text.split("\n")[0] + "\n", encoding="utf-8")


def test_a_review_may_begin_with_nothing_taken_up(data: Path) -> None:
    empty(data, *EMPTIED)
    (data / "references.bib").write_text("", encoding="utf-8")
    evidence = load(data)
    assert not evidence.sources
    assert not evidence.references


@pytest.mark.parametrize("kept", ["sources.csv", "codings.csv"])
def test_what_is_left_of_it_makes_the_rest_a_fault(data: Path, kept: str) -> None:
    others = {name for name in EMPTIED if name != kept}
    empty(data, *others)
    found = {Path(row.file).name for row in faults(data) if row.code is FaultCode.EMPTY_TABLE}
    assert found == others


def test_malformed_data_package_names_the_line(data: Path) -> None:
    edit(data, "datapackage.json", '"resources": [', '"resources": [,')
    (fault,) = faults(data)
    assert fault.code is FaultCode.MALFORMED_JSON
    assert fault.row > 1


def test_unclosed_quote_names_the_line_it_opens_on(data: Path) -> None:
    edit(data, "codings.csv", ",Short funding held", ',"Short funding held')
    found = faults(data)
    assert [(fault.row, fault.code) for fault in found] == [(5, FaultCode.MALFORMED_CSV)]


def test_every_code_has_a_seeded_fault() -> None:
    lines = " ".join(line for case in SEEDED for line in case[3])
    elsewhere = {
        FaultCode.MISSING_FILE,
        FaultCode.NOT_UTF8,
        FaultCode.MALFORMED_JSON,
        # Not of the baseline: the test above that takes it for a source that counts.
        FaultCode.SOURCE_WITHOUT_APPRAISAL,
        FaultCode.SOURCE_WITHOUT_CODING,
        FaultCode.SOURCE_WITHOUT_SCREENING,
        # Needs an author that is a body: test_works.py.
        FaultCode.UNBRACED_NAME,
        # Told of selections and rules: test_selection_file.py and test_claims_file.py.
        FaultCode.UNKNOWN_SELECTION,
        FaultCode.CIRCULAR_SELECTION,
        FaultCode.BAD_RULE,
    }
    assert {code for code in FaultCode if f": {code}: " not in lines} == elsewhere


def test_the_checklist_is_read_in_the_order_of_the_standard(data: Path) -> None:
    path = data / "prisma.yml"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(reversed(lines)), encoding="utf-8")
    items = load(data).checklists["prisma"]
    assert tuple(items) == STANDARDS["prisma"].items
    assert items["1"].places == ("summary", "sec-one")
    assert (items["2"].status, items["2"].note) == ("partly", "Not all")
    assert (items["3"].status, items["3"].places, items["3"].note) == (
        "not_done",
        (),
        "Nobody asked",
    )


def test_the_use_of_ai_is_read_with_the_answers_to_what_is_asked_of_it(data: Path) -> None:
    found = load(data)
    assert [*found.ai_uses] == ["coding", "searching"]
    assert found.ai_uses["searching"].version == "not recorded"
    assert found.ai_uses["searching"].places == ("sec-one", "tbl-one")
    assert tuple(found.checklists["ai-use"]) == STATEMENT.items


def test_every_fault_of_every_file_in_one_run(data: Path) -> None:
    edit(data, "sources.csv", ",10.1000/xyz123,", ",doi:10.1000/xyz123,")
    edit(data, "sources.csv", ",report,", ",reprot,")
    edit(data, "codings.csv", "funding,barrier", "funding,bariers")
    edit(data, "codings.csv", "adam2005,A,outcome,safety", "adam2005,A,outcome,safty")
    edit(data, "claims.yml", '">= 3"', '"3"')
    edit(data, "references.bib", "year = {2006}", "year = {2007}")
    places = [(Path(fault.file).name, fault.row, fault.column) for fault in faults(data)]
    assert places == [
        ("claims.yml", 11, 26),
        ("codings.csv", 2, "code"),
        ("codings.csv", 5, "stance"),
        ("references.bib", 10, "year"),
        ("sources.csv", 2, "doi"),
        ("sources.csv", 3, "type"),
    ]


@pytest.mark.parametrize("text", ["=1+1", "+44 131", "-no-", "@home", "<script>", "'; DROP", "{0}"])
def test_hostile_free_text_is_text(data: Path, text: str) -> None:
    edit(data, "codings.csv", "Pooled budgets help", text)
    assert load(data).codings[-1].gist == text


@pytest.mark.parametrize("text", ["{facet}", "a/b", "{0.__class__}", "%s", "__class__"])
def test_hostile_key_is_an_unknown_key(data: Path, text: str) -> None:
    edit(data, "codings.csv", "agreed,theme,funding,facilitator", f"agreed,{text},funding,{text}")
    (fault,) = faults(data)
    assert fault.code is FaultCode.UNKNOWN_FACET


def test_number_of_many_digits_is_no_number(data: Path) -> None:
    edit(data, "searches.csv", "review,8", "review," + "9" * 10_000)
    (fault,) = faults(data)
    assert fault.code is FaultCode.WRONG_TYPE
    assert len(str(fault)) < 200


def test_direction_override_is_a_control_character(data: Path) -> None:
    edit(data, "codings.csv", "Pooled", "\u202edelooP")
    (fault,) = faults(data)
    assert fault.code is FaultCode.CONTROL_CHARACTER
    assert "\u202e" not in str(fault)


def test_lines_are_those_of_an_editor_after_a_cell_of_two_lines(data: Path) -> None:
    edit(data, "codings.csv", "safer, and", "safer\nand")
    edit(data, "codings.csv", "funding,barrier", "funding,bariers")
    assert [fault.row for fault in faults(data)] == [2, 6]


def test_crlf_and_no_newline_at_the_end(data: Path) -> None:
    expected = load(data)
    for path in data.iterdir():
        path.write_bytes(path.read_bytes().rstrip(b"\n").replace(b"\n", b"\r\n"))
    assert load(data) == expected


def test_crlf_leaves_line_numbers(data: Path) -> None:
    edit(data, "codings.csv", "funding,barrier", "funding,bariers")
    edit(data, "references.bib", "year = {2006}", "year = {2016}")
    expected = faults(data)
    for path in data.iterdir():
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert faults(data) == expected


def test_unicode_is_kept_and_made_nfc(data: Path) -> None:
    edit(data, "codings.csv", "Pooled budgets help", "Ødega\u030ard – 子ども 👩\u200d👧 «όλα»")
    assert load(data).codings[-1].gist == "Ødegård – 子ども 👩\u200d👧 «όλα»"


def test_bibtex_comments_strings_and_capitals_are_no_faults(data: Path) -> None:
    head = "@comment{not an entry}\n@string{je = {Journal of Examples}}\n\n@article"
    edit(data, "references.bib", "@article", head)
    edit(data, "references.bib", "year = {2005}", "\tYEAR = 2005,\n  journal = je")
    assert load(data).references == {"adam2005", "brown2006"}


def test_a_first_review_has_no_baseline(data: Path) -> None:
    edit(data, "sources.csv", ",brown2006,baseline,", ",brown2006,included,")
    evidence = load(data)
    assert evidence.baseline() is None
    assert evidence.up_to(evidence.first_year()).sources == evidence.sources


def test_one_source(data: Path) -> None:
    for name in ("sources", "appraisals", "codings", "screening"):
        path = data / f"{name}.csv"
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [line for line in lines if "adam2005" not in line]
        path.write_text("".join(kept), encoding="utf-8")
    effects = data / "effects.csv"
    effects.write_text(effects.read_text("utf-8").replace("adam2005", "brown2006"), "utf-8")
    text = (data / "references.bib").read_text(encoding="utf-8")
    (data / "references.bib").write_text(text[text.index("@techreport") :], encoding="utf-8")
    assert tuple(load(data).sources) == ("brown2006",)
