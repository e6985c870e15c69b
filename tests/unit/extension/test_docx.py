"""The filter for Word, run by Pandoc on Markdown."""

import io
import re
from pathlib import Path
from zipfile import ZipFile

import pytest

from evidence.engine import pandoc
from evidence.review.word import mark_of

FILTER = Path(__file__).parents[3] / "_extensions/evidence/docx.lua"
LONG = "A paragraph that says enough to be known by."


def written(text: str, folder: Path) -> str:
    options = ["--from=markdown", "--to=docx", f"--lua-filter={FILTER}"]
    made = pandoc.run([*options, "--output=-"], folder=folder, text=text.encode())
    return ZipFile(io.BytesIO(made)).read("word/document.xml").decode()


def marks(xml: str) -> list[str]:
    return re.findall(r'<w:bookmarkStart [^>]*w:name="(_p[^"]*)"', xml)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (LONG, LONG),
        ("Soft *breaks*, `code` and\n“quotes” don’t count.^[Nor do notes, however long they are.]",
         "Softbreaks code and quotes dont count"),
        ("Nurses: [a link](https://example.org) to Ångström’s café", "Nursesalinktongstrmscaf"),
        (f"- {LONG}", LONG),
        (f"- {LONG}\n\n- b", LONG),
        (f"> {LONG}", LONG),
        (f"::: source-note\n{LONG}\n:::", LONG),
        ("Twenty letters: 5678", "Twentyletters5678"),
        ("Twenty letters: 567890", "Twentyletters567890"),
        ("Twenty letters: 56789012", "Twentyletters56789012"),
    ],
)  # fmt: skip
def test_a_paragraph_has_the_mark_of_its_text(tmp_path: Path, text: str, said: str) -> None:
    assert marks(written(text, tmp_path)) == list(filter(None, [mark_of(said)]))


def test_a_repeated_text_is_marked_once(tmp_path: Path) -> None:
    xml = written(f"{LONG}\n\n{LONG}\n\n- {LONG}", tmp_path)
    assert marks(xml) == [mark_of(LONG)]
    assert xml.index(mark_of(LONG)) < xml.index(LONG)


@pytest.mark.parametrize(
    "text",
    [
        f"| a | b |\n|---|---|\n| {LONG} | b |\n\n: {LONG} Here",
        f"# {LONG}",
        f"[{LONG}]{{#place}}",
        "$$a_1 + a_2 + a_3 + a_4 + a_5 + a_6 + a_7 + a_8 + a_9 + a_{10}$$",
        "北京市的儿童服务需要更好的合作与协调才能帮助家庭",
        "",
    ],
)
def test_what_has_no_mark(tmp_path: Path, text: str) -> None:
    assert marks(written(text, tmp_path)) == []


@pytest.mark.parametrize(
    "text", ["a <!-- why --> b", "a <!-- why -->\nb", "a\n<!-- why --> b", "a b"]
)
def test_a_comment_leaves_no_second_space(tmp_path: Path, text: str) -> None:
    said = "".join(re.findall(r"<w:t[^>]*>([^<]*)</w:t>", written(text, tmp_path)))
    assert said == "a b"
