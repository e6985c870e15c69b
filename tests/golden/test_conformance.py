"""The builtin engine's documents say what Quarto's say of the same project."""

from __future__ import annotations

import difflib
import html
import re
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import docx
import pypandoc
import pytest

from tests.conftest import needed

HERE = Path(__file__).parent / "conformance"

# Each pattern is something that README of the conformance project says is not meant.
_QUIRKS = (
    (r"np\.float64\(0\.5\)", "0.5"),
    (r"\b(\d{4})-11-22\b", r"22 November \1"),
    (r"^\s*(\d+)\. (?=[A-Z][a-z]+$)", r"\1 "),
    (r"^1\.1\.a ", "1.1.1 "),
)
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FRAME = re.compile(r"^[\s+|:=─\-]*$")


def expected(name: str) -> str:
    return (HERE / "expected" / f"{name}.txt").read_text(encoding="utf-8")


def plain(path: Path, text: str | None = None) -> str:
    command = [pypandoc.get_pandoc_path(), "--to=plain", "--wrap=none"]
    command += [f"--from={path.suffix[1:]}", *([] if text else [str(path)])]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=True)
    return done.stdout


def read_html(path: Path) -> str:
    main = re.search(r"<main.*</main>", path.read_text(encoding="utf-8"), re.DOTALL)
    assert main
    # The contents stand outside `main` in Quarto's page.
    return plain(
        path, re.sub(r'<details class="contents.*?</details>', "", main[0], flags=re.DOTALL)
    )


def read_docx(path: Path) -> str:
    return plain(path)


def read_pdf(path: Path) -> str:
    needed("pdftotext")
    done = subprocess.run(
        ["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True
    )
    return done.stdout


def words(text: str) -> list[str]:
    """Reduce a text to its words, without line breaks, spacing, table rules and list marks."""
    for pattern, replacement in _QUIRKS:
        text = re.sub(pattern, replacement, text, flags=re.MULTILINE)
    lines = (re.sub(r"^\s*[-•|]\s+|\s*\|$", "", line) for line in text.splitlines())
    return " ".join(line for line in lines if not _FRAME.match(line)).split()


def without_contents(text: str) -> str:
    """Leave out the contents: Quarto's Word file has none until it is opened, pages differ."""
    pattern = r"^[^\n]*Table of contents\s.*?(?=^\s*Executive summary\s*Counts)"
    return re.sub(pattern, "", text, flags=re.DOTALL | re.MULTILINE)


def without_pages(text: str) -> str:
    """Leave out running headers and page numbers, and put footnotes at the end."""
    kept: list[str] = []
    notes: list[str] = []
    for line in text.replace("\f", "").splitlines():
        if re.match(r"^\s{10,}\d+\s*$|^A conformance report\s{3,}\S", line):
            continue
        is_note = re.match(r"^\s+[12](The first note|Inline note)", line)
        (notes if is_note else kept).append(line)
    return "\n".join(kept + notes)


def in_pdf(text: str) -> list[str]:
    # Icons of callouts, and the formula's exponent on the line.
    text = re.sub(r"^\s+! (?=Important)|[\ue000-\uf8ff]", "", text, flags=re.MULTILINE)
    return words(without_pages(without_contents(text)))


def in_html(text: str) -> list[str]:
    # A hidden word tells what Quarto shows by an icon: "NoteTitled note", here "Note: Titled note".
    text = re.sub(r"^(Note|Tip):? ?(?=Title)", r"\1 ", text, flags=re.MULTILINE)
    # Authors have no second heading of their own here.
    return words(re.sub(r"^Affiliation$|^\s+: Table\s\d: .*$", "", text, flags=re.MULTILINE))


def in_docx(text: str) -> list[str]:
    # Captions are compared by themselves: Pandoc takes real ones out of the text.
    caption = r"^\W*(Table|Figure)\s\d: [^|\n]*\|?$"
    text = re.sub(rf"\[[^\d\]]*\]|{caption}", "", text, flags=re.MULTILINE)
    return words(without_contents(text[text.index("Abstract") :]))


def captions_html(path: Path) -> list[str]:
    found = re.findall(
        r"<(?:fig)?caption>(.*?)</(?:fig)?caption>", path.read_text("utf-8"), re.DOTALL
    )
    texts = (html.unescape(re.sub(r"<[^>]+>", "", text)) for text in found)
    return [" ".join(text.split()) for text in texts]


def captions_docx(path: Path) -> list[str]:
    """Read the captions, each of which must stand where it belongs."""
    body = docx.Document(str(path)).element.body
    paragraphs = list(body)
    found = []
    for index, element in enumerate(paragraphs):
        style = element.find(f"{W}pPr/{W}pStyle")
        if style is None or style.get(f"{W}val") != "Caption":
            continue
        text = " ".join("".join(node.text or "" for node in element.iter(f"{W}t")).split())
        if text.startswith("Table"):
            assert element.getnext().tag in {f"{W}tbl", f"{W}bookmarkEnd"}, text
        else:
            assert list(paragraphs[index - 1].iter(f"{W}drawing")), text
        found.append(text)
    return found


def difference(was: list[str], now: list[str]) -> str:
    return "\n".join(difflib.unified_diff(was, now, "quarto", "builtin", lineterm="", n=3))


READERS: dict[str, tuple[Callable[[Path], str], Callable[[str], list[str]]]] = {
    "html": (read_html, in_html),
    "pdf": (read_pdf, in_pdf),
    "docx": (read_docx, in_docx),
}


@pytest.mark.parametrize("name", READERS)
def test_documents_say_the_same(conformance: Mapping[str, Path], name: str) -> None:
    read, normalise = READERS[name]
    was, now = normalise(expected(name)), normalise(read(conformance[name]))
    assert was == now, difference(was, now)


@pytest.mark.parametrize("name", READERS)
def test_a_damaged_document_is_found_out(conformance: Mapping[str, Path], name: str) -> None:
    read, normalise = READERS[name]
    text = read(conformance[name])
    damages = {
        "Figure\N{NO-BREAK SPACE}1": "Figure\N{NO-BREAK SPACE}2",
        "Dogwood": "Dogwod",
        "Methods in short": "",
        "42": "24",
        "Collapsed tip.": "",
        "never": "ever",
        "Second": "",
    }
    present = [good for good in damages if good in text]
    assert len(present) >= len(damages) - 1
    for good in present:
        damaged = normalise(text.replace(good, damages[good]))
        assert damaged != normalise(expected(name)), good


def test_captions_have_the_same_words_and_numbers(conformance: Mapping[str, Path]) -> None:
    wanted = [
        " ".join(line.split())
        for line in expected("pdf").splitlines()
        if re.match(r"\s+(Figure|Table)\s\d: ", line)
    ]
    assert len(wanted) == 4
    assert captions_html(conformance["html"]) == wanted
    assert captions_docx(conformance["docx"]) == wanted
