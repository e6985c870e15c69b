"""Each chapter, opened alone in an editor, runs from its first cell to its last."""

import re
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[3]
CELL = re.compile(r"^```\{python\}\n(.*?)^```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`\{python\} ([^`]+)`")
RUN = """
import sys
chapters = {chapters!r}
for name, codes in chapters.items():
    names = {{}}
    for code in codes:
        try:
            exec(compile(code, name, "exec"), names)
        except Exception as error:
            sys.exit(f"{{name}}: {{error!r}} in:\\n{{code}}")
"""


def test_chapters_run_alone_in_their_folder(tmp_path: Path) -> None:
    chapters = {}
    # From the last to the first, so that none lives on what another has run.
    for path in sorted(PROJECT.glob("chapters/*.qmd"), reverse=True):
        text = path.read_text("utf-8")
        found = [*CELL.finditer(text), *INLINE.finditer(text)]
        found.sort(key=re.Match.start)
        if codes := [match[1] for match in found]:
            assert re.search(
                r"^from (evidence\.names|analysis\.report) import ", codes[0], re.MULTILINE
            )
            chapters[path.name] = codes
    assert len(chapters) > 10
    (tmp_path / "run.py").write_text(RUN.format(chapters=chapters), "utf-8")
    done = subprocess.run(
        [sys.executable, tmp_path / "run.py"],
        cwd=PROJECT / "chapters",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
