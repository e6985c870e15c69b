"""LibreOffice without its windows: it saves files anew, and with what a reviewer left in them.

The reviewer's comments and changes are put into LibreOffice's own format, flat XML, and LibreOffice
writes them into the Word file, as it does with what somebody typed.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from tests.conftest import needed

# Commas, double quotes, UTF-8: without being told, it writes Windows' encoding.
UTF8_CSV = "csv:Text - txt - csv (StarCalc):44,34,76"
WHEN = "2026-11-20T10:00:00"


def converted(source: Path, folder: Path, to: str) -> Path:
    """Let LibreOffice save a file in another format, or in the same.

    Parameters
    ----------
    to
        The end of its name; a filter may follow, such as `UTF8_CSV`.
    """
    needed("soffice")
    folder.mkdir(parents=True, exist_ok=True)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", to, "--outdir", str(folder)]
    subprocess.run([*command, str(source)], check=True, capture_output=True, timeout=120)
    return folder / f"{source.stem}.{to.partition(':')[0]}"


class Review:
    """A reviewer's work on a text that LibreOffice has opened."""

    def __init__(self, flat: Path, author: str) -> None:
        self.flat = flat
        self.text = flat.read_text("utf-8")
        self.author = author
        self.regions: list[str] = []

    def _by(self) -> str:
        return f"<dc:creator>{self.author}</dc:creator><dc:date>{WHEN}</dc:date>"

    def _put(self, words: str, by: str, within: str = "") -> None:
        sentence = within or words
        assert self.text.count(sentence) == sentence.count(words) == 1, sentence
        self.text = self.text.replace(sentence, sentence.replace(words, by))

    def _put_at(self, pattern: str, by: str) -> None:
        self.text, count = re.subn(pattern, by, self.text)
        assert count == 1, pattern

    def comment(self, words: str, says: str, *, resolved: bool = False, to: str = "") -> None:
        """Comment on words, up to other words where those are given."""
        name = f"comment{len(re.findall('<office:annotation ', self.text))}"
        done = ' loext:resolved="true"' if resolved else ""
        lines = "".join(f"<text:p>{line}</text:p>" for line in says.split("\n"))
        content = f"{self._by()}{lines}</office:annotation>"
        begin = f'<office:annotation office:name="{name}"{done}>{content}'
        end = f'<office:annotation-end office:name="{name}"/>'
        if to:
            self._put(words, begin + words)
            self._put(to, to + end)
        else:
            self._put(words, begin + words + end)

    def _region(self, what: str, gone: str = "") -> str:
        name = f"change{len(self.regions)}"
        info = f"<office:change-info>{self._by()}</office:change-info>{gone}"
        self.regions.append(
            f'<text:changed-region xml:id="{name}" text:id="{name}">'
            f"<text:{what}>{info}</text:{what}></text:changed-region>"
        )
        return name

    def _around(self, name: str, content: str) -> str:
        start = f'<text:change-start text:change-id="{name}"/>'
        return f'{start}{content}<text:change-end text:change-id="{name}"/>'

    def insert(self, before: str, words: str) -> None:
        """Insert words before others."""
        self._put(before, self._around(self._region("insertion"), words) + before)

    def delete(self, words: str, within: str = "") -> None:
        """Delete words, in a sentence where they stand elsewhere too."""
        name = self._region("deletion", f"<text:p>{words}</text:p>")
        self._put(words, f'<text:change text:change-id="{name}"/>', within)

    def replace(self, words: str, by: str, within: str = "") -> None:
        """Replace words, in a sentence where they stand elsewhere too."""
        gone = self._region("deletion", f"<text:p>{words}</text:p>")
        inserted = self._around(self._region("insertion"), by)
        self._put(words, f'<text:change text:change-id="{gone}"/>{inserted}', within)

    def insert_paragraph(self, before: str, words: str) -> None:
        """Insert a paragraph before that which begins with words."""
        name = self._region("insertion")
        start = f'<text:change-start text:change-id="{name}"/>{words}</text:p>\n'
        end = f'<text:change-end text:change-id="{name}"/>'
        self._put_at(f"(<text:p [^>]*>)({before})", rf"\1{start}\1{end}\2")

    def delete_paragraph(self, words: str) -> None:
        """Delete a whole paragraph, with its end."""
        name = self._region("deletion", f"<text:p>{words}</text:p><text:p/>")
        change = f'<text:change text:change-id="{name}"/>'
        whole = rf"<text:p [^>]*>{words}</text:p>\s*(<text:p [^>]*>)"
        self._put_at(whole, rf"\1{change}")

    def embolden(self, words: str) -> None:
        """Set words in bold type."""
        bold = (
            '<style:style style:name="Bold" style:family="text">'
            '<style:text-properties fo:font-weight="bold"/></style:style>'
        )
        self._put("</office:automatic-styles>", f"{bold}</office:automatic-styles>")
        span = f'<text:span text:style-name="Bold">{words}</text:span>'
        self._put(words, self._around(self._region("format-change"), span))

    def note(self, after: str, words: str) -> None:
        """Insert a note behind words."""
        note = (
            '<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation>'
            f"<text:note-body><text:p>{words}</text:p></text:note-body></text:note>"
        )
        self._put(after, after + self._around(self._region("insertion"), note))

    def saved(self, folder: Path) -> Path:
        """Let LibreOffice save the Word file."""
        regions = f"<text:tracked-changes>{''.join(self.regions)}</text:tracked-changes>"
        self._put_at("(<office:text[^>]*>)", rf"\1{regions}")
        self.flat.write_text(self.text, "utf-8")
        return converted(self.flat, folder, "docx")
