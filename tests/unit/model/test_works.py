"""Sources and their entries in the bibliography are held against each other as works."""

import shutil
from pathlib import Path

import pytest

from evidence.model.faults import DataFaults, Fault, FaultCode
from evidence.model.load import load

HERE = Path(__file__).parent
DATAPACKAGE = HERE.parents[2] / "data" / "datapackage.json"
AUTHORS, TITLE = '"Adam, Ada; Benn, Ben"', "Working together: what does it change?"


def faults(folder: Path, **changed: str) -> list[Fault]:
    """Return the faults of the small data with another title or other authors in the two files."""
    data = folder / "data"
    shutil.copytree(HERE / "data", data, dirs_exist_ok=True)
    shutil.copyfile(DATAPACKAGE, data / "datapackage.json")
    for file, old, new in (
        ("sources.csv", AUTHORS, changed.get("authors")),
        ("sources.csv", TITLE, changed.get("title")),
        ("sources.csv", "10.1000/xyz123", changed.get("doi")),
        ("references.bib", "Adam, Ada and Benn, Ben", changed.get("bib_authors")),
        ("references.bib", TITLE, changed.get("bib_title")),
        ("references.bib", "10.1000/xyz123", changed.get("bib_doi")),
    ):
        if new is not None:
            path = data / file
            text = path.read_text(encoding="utf-8")
            assert old in text
            path.write_text(text.replace(old, new), encoding="utf-8")
    try:
        load(data)
    except DataFaults as error:
        return list(error.faults)
    return []


@pytest.mark.parametrize(
    ("title", "bib_title"),
    [
        (TITLE, "{W}orking {TOGETHER}: What Does It Change?"),
        (TITLE, "Working together"),
        ("Working together", TITLE),
        ("Working together – what does it change?", "Working together - what does it change?"),
        ("'Elias' – a review", "`Elias' -- a review"),
        ("Zoë’s café & the Ødegårds", r"Zo{\"e}'s caf{\'e} and the {\O}deg{\aa}rds"),
        ("50% of #1 costs $5", r"50\% of \#1 costs \$5"),
        ("子ども", "子ども"),
        (
            r"A \path{x} ~ ^ $5_2",
            r"A \textbackslash{}path\{x\} \textasciitilde{} \textasciicircum{} \$5\_2",
        ),
    ],
)
def test_titles_that_are_the_same(tmp_path: Path, title: str, bib_title: str) -> None:
    assert not faults(tmp_path, title=title, bib_title=bib_title)


@pytest.mark.parametrize(
    "bib_title", ["Working apart: what does it change?", "Working", "Working together: why?", "子"]
)
def test_titles_that_differ(tmp_path: Path, bib_title: str) -> None:
    (fault,) = faults(tmp_path, bib_title=bib_title)
    assert (fault.code, fault.row) == (FaultCode.BIBLIOGRAPHY_DIFFERS, 4)
    assert "sources.csv:2 has" in fault.message


@pytest.mark.parametrize(
    ("authors", "bib_authors"),
    [
        (AUTHORS, "Adam, A. and Benn, B."),
        (AUTHORS, "Ada Adam and Ben Benn"),
        (AUTHORS, "Adam, Ada M. and Benn, B. {\\'E}."),
        (AUTHORS, "Adam, Ada and others"),
        ('"Adam, Ada; et al."', "Adam, Ada and Benn, Ben"),
        ('"Adam, Ada; et al. (not all shown)"', "Adam, Ada and others"),
        ('"van Eyk, Helen"', "{van Eyk}, Helen"),
        ('"van Eyk, Helen"', "van Eyk, Helen"),
        ('"Ødegård, Atle"', r"{\O}deg{\aa}rd, Atle"),
        ("Audit Scotland", "{Audit Scotland}"),
        ("Audit Scotland (the auditors)", "{Audit Scotland}"),
        ("Audit Scotland (the auditors)", "{Audit Scotland (the auditors)}"),
        ("NSPCC", "NSPCC"),
        ('"Ministry of Homes, Towns and Land"', "{Ministry of Homes, Towns and Land}"),
    ],
)  # fmt: skip
def test_names_that_are_the_same(tmp_path: Path, authors: str, bib_authors: str) -> None:
    assert not faults(tmp_path, authors=authors, bib_authors=bib_authors)


@pytest.mark.parametrize(
    "bib_authors",
    [
        "Adam, Ada",
        "Benn, Ben and Adam, Ada",
        "Adam, Ada and Bann, Ben",
        "Adam, Ada and Benn, Bob",
        "{Adam and Benn}",
        "",
    ],
)
def test_names_that_differ(tmp_path: Path, bib_authors: str) -> None:
    (fault,) = faults(tmp_path, bib_authors=bib_authors)
    assert (fault.code, fault.row, fault.column) == (FaultCode.BIBLIOGRAPHY_DIFFERS, 2, "author")


@pytest.mark.parametrize(
    ("authors", "bib_authors", "braced"),
    [
        ("Audit Scotland", "Audit Scotland", "{Audit Scotland}"),
        ("Ofsted; Care Quality Commission", "{Ofsted} and Care Quality Commission",
         "{Care Quality Commission}"),
        ('"Ministry of Homes, Towns and Land"', "Ministry of Homes, Towns and Land",
         "{Ministry of Homes, Towns and Land}"),
    ],
)  # fmt: skip
def test_a_body_without_braces_would_become_a_surname(
    tmp_path: Path, authors: str, bib_authors: str, braced: str
) -> None:
    (fault,) = faults(tmp_path, authors=authors, bib_authors=bib_authors)
    assert (fault.code, fault.row, fault.allowed) == (
        FaultCode.UNBRACED_NAME,
        2,
        f"braces of its own: {braced}",
    )


@pytest.mark.parametrize("others", ["et al.", "{others}", "{and others}", "{et al. (team)}"])
def test_more_authors_are_no_name(tmp_path: Path, others: str) -> None:
    authors = {"authors": '"Adam, Ada; et al."', "bib_authors": f"Adam, Ada and {others}"}
    (fault,) = faults(tmp_path, **authors)
    assert (fault.code, fault.row, fault.allowed) == (FaultCode.BAD_FORM, 2, "and others")


def test_a_doi_is_the_same_in_other_letters_and_with_its_resolver(tmp_path: Path) -> None:
    assert not faults(tmp_path, doi="10.1000/XYZ123", bib_doi="https://doi.org/10.1000/xyz123")
    assert faults(tmp_path, doi="10.1000/other", bib_doi="10.1000/xyz123")


@pytest.mark.parametrize(
    ("kind", "title", "told"),
    [("chapter", "Another", 0), ("chapter", TITLE, 1), ("report", "Another", 1)],
)
def test_chapters_alone_share_the_doi_of_their_book(
    tmp_path: Path, kind: str, title: str, told: int
) -> None:
    faults(tmp_path)
    sources, references = (tmp_path / "data" / name for name in ("sources.csv", "references.bib"))
    text = sources.read_text("utf-8").replace("article-journal", kind).replace("report", kind)
    text = text.replace("Edinburgh,,", "Edinburgh,10.1000/xyz123,")
    sources.write_text(text.replace("The review itself", title), "utf-8")
    entries = references.read_text("utf-8").replace("The review itself", title)
    last = f"{title}}},\n}}\n"
    assert entries.endswith(last)
    entries = entries.removesuffix(last) + f"{title}}},\n  doi = {{10.1000/xyz123}},\n}}\n"
    references.write_text(entries, "utf-8")
    try:
        load(tmp_path / "data")
        found = []
    except DataFaults as error:
        found = [fault.code for fault in error.faults]
    assert found == [FaultCode.DUPLICATE_DOI] * told


@pytest.mark.parametrize("sign", ["%", "#", "$", "&", "\\", r"\unknown", "\\ "])
def test_a_sign_that_tex_does_not_print_is_told_with_its_escape(tmp_path: Path, sign: str) -> None:
    (fault,) = faults(tmp_path, bib_title=f"Working {sign} together")
    assert (fault.code, fault.row, fault.column) == (FaultCode.UNESCAPED_SIGN, 4, "title")
    assert fault.allowed.startswith("\\")


@pytest.mark.parametrize("address", ["https://x.example/a%20b#c&d_e$f", "https://x.example/~a"])
def test_signs_of_an_address_are_its_own(tmp_path: Path, address: str) -> None:
    assert not faults(tmp_path, bib_doi=f"10.1000/xyz123}},\n  url = {{{address}")
