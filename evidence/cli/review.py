"""`evidence review`: reviewers' comments and changes, with the lines that they are about."""

import argparse
import html
import json
import re
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from evidence.cli.check import judge_project
from evidence.cli.compare import Account, Section, markdown, text
from evidence.cli.project import DATA, CommandCode, FaultsError, shown
from evidence.cli.terminal import plural, progress, visible
from evidence.proof import repository

if TYPE_CHECKING:
    from evidence.review.home import Home, Item
    from evidence.review.patch import Edit, Patch, Refused
    from evidence.review.reasons import Behind
    from evidence.review.remarks import Returned

DESCRIPTION = """\
Bring home what reviewers say in files that they return: Word files with comments and tracked
changes, and PDFs with annotations, under whatever name.

For each remark: who, when, what, on which words, and the place that these come from, such as
chapters/results.qmd:119:14. Behind a computed word stand its expression and finding, behind a
table its cell and data row, behind a reference its entry in the bibliography. Files made of an
earlier state are read by that state, and told by today's lines. Several reviewers' files are
merged. Nothing is written but by --checklist and --apply.

Tracked changes of plain prose can be made in the chapters: --patch prints them as a diff, --apply
makes them. Changes of computed text are refused, each with what to change instead.

examples:
  evidence review from-anna.docx from-ben.pdf
  evidence review *.docx --checklist review/round-1.md    a list to tick off and answer
  evidence review from-anna.docx --patch > anna.diff
  evidence review from-anna.docx --apply                  make her changes of plain prose
  evidence review *.docx --apply --commit                 a commit for each reviewer, as author"""

FORMATS = ("text", "md", "json", "html")
COLUMNS = ("place", "who and when", "remark", "on", "behind it")
LOST = "Without a place"
# In fewer columns a remark's cells stand one below the other.
_WIDE = 100


def add_options(command: argparse.ArgumentParser) -> None:
    """Add the verb's options to its parser."""
    command.add_argument(
        "files", nargs="+", type=Path, metavar="FILE", help="a returned Word or PDF file"
    )
    command.add_argument(
        "--format", choices=FORMATS, default="text", help="how to print it (default: text)"
    )
    command.add_argument(
        "--checklist",
        type=Path,
        metavar="FILE.md",
        help="also write a list to answer; answers already in it stay",
    )
    either = command.add_mutually_exclusive_group()
    either.add_argument(
        "--patch", action="store_true", help="print tracked changes of plain prose as a diff"
    )
    either.add_argument(
        "--apply", action="store_true", help="make tracked changes of plain prose in the chapters"
    )
    command.add_argument(
        "--commit", action="store_true", help="with --apply: commit, each reviewer as an author"
    )
    command.add_argument(
        "--force", action="store_true", help="with --apply: though files have uncommitted changes"
    )


def run(project: Path, options: argparse.Namespace) -> bool:
    """Print the remarks, and say whether any has no place or could not be applied."""
    from evidence.engine.document import read
    from evidence.engine.faults import RenderError
    from evidence.review.home import bring_home
    from evidence.review.patch import patch
    from evidence.review.reasons import Behind

    if (options.commit or options.force) and not options.apply:
        message = "--commit and --force go with --apply"
        raise FaultsError(f"{message}; add it, or leave them out", CommandCode.WRONG_USAGE)
    if options.apply:
        refuse_unclean(project, force=options.force, commit=options.commit)
    with progress(sys.stderr) as show:
        returned = read_all(options.files, show)
        evidence, _ = judge_project(project)
        behind = Behind(project.resolve(), (project / DATA).resolve(), evidence)
        try:
            home = bring_home(read(project), behind, returned, show)
        except RenderError as error:
            raise FaultsError(str(error)) from error
    if options.checklist:
        write_checklist(options.checklist, home)
    changes = patch(home.items, behind)
    if options.patch or options.apply:
        made = (f"{item.where}: made already: {told(item)}" for item in changes.made)
        for line in (*home.notes, *made, *map(told_why, changes.refused)):
            print(visible(line), file=sys.stderr)
        make(changes, behind, options)
        return bool(changes.refused)
    print(written(home, [str(shown(path)) for path in options.files], options.format))
    return any(not item.where for item in home.items)


def read_all(files: Sequence[Path], show: Callable[[str], None]) -> list["Returned"]:
    """Read returned files, and tell all that can't be read at once."""
    from evidence.review import pdf, word
    from evidence.review.remarks import UnreadableError

    found, faults = [], []
    for path in files:
        show(f"read      {path}")
        try:
            with path.open("rb") as file:
                start = file.read(1024)
            reader = pdf if b"%PDF-" in start else word
            found.append(reader.read(path))
        except UnreadableError as error:
            faults.append(f"{path}: {error}")
        except IsADirectoryError:
            faults.append(f"{path}: it is a folder; name the files in it")
        except OSError as error:
            faults.append(f"{path}: {error.strerror}; correct its name, or let it be read")
    if faults:
        raise FaultsError("\n".join(faults), CommandCode.UNREADABLE_DOCUMENT)
    return found


def written(home: "Home", files: Sequence[str], form: str) -> str:
    """Return the remarks in a format."""
    if form == "json":
        return as_json(home)
    if form == "text":
        narrow = shutil.get_terminal_size().columns < _WIDE
        return text(table(home, files, long=narrow))
    account = table(home, files)
    return page(account) if form == "html" else markdown(account)


def table(home: "Home", files: Sequence[str], *, long: bool = False) -> Account:
    """Return the remarks as tables, one for each chapter; `long` ones name it in each row."""
    kinds = Counter(str(item.remark.kind) for item in home.items)
    counts = [plural(number, kind) for kind, number in sorted(kinds.items())]
    if done := sum(item.remark.resolved for item in home.items):
        counts.append(f"{done:,} of them resolved")
    lines = [", ".join(counts) or "no remarks", *home.notes]
    sections = [
        Section(file or LOST, COLUMNS, tuple(_row(item, long=long) for item in items), long=long)
        for file, items in groupby(
            home.items, lambda item: item.place.origin.file if item.where else ""
        )
    ]
    return Account(f"Remarks in {', '.join(files)}", tuple(lines), tuple(sections))


def _row(item: "Item", *, long: bool) -> tuple[str, ...]:
    place = item.where if long else item.where.partition(":")[2]
    return (place or "none", who(item), described(item), item.on, _behind(item))


def _behind(item: "Item") -> str:
    return "; ".join(filter(None, (*item.reasons, *item.data, item.note)))


def who(item: "Item") -> str:
    """Return who made a remark and on which day."""
    return " ".join(filter(None, (item.remark.author, item.remark.when[:10]))) or "not told"


def described(item: "Item") -> str:
    """Return what was said or done, with replies and whether it is resolved."""
    return f"{_said(item)}{' (resolved)' if item.remark.resolved else ''}"


def _said(item: "Item") -> str:
    remark = item.remark
    if item.goes_to:
        return f"{remark.kind} to “{item.goes_to}”"
    says = f": {remark.says}" if remark.says.strip() else ""
    replies = "".join(f" ↳ {row.author or 'somebody'}: {row.says}" for row in remark.replies)
    return f"{remark.kind}{says}{replies}"


def told(item: "Item") -> str:
    """Return a remark in a line: who, when, what, and on which words."""
    on = f" (on “{' '.join(item.on.split())}”)" if item.on.strip() else ""
    return f"{who(item)}, {_said(item)}{on}"


def told_why(refused: "Refused") -> str:
    """Return a change that can't be made in a line, with why and what to do."""
    item = refused.item
    return f"{item.where or LOST.lower()}: refused: {told(item)}: {refused.why}"


def as_json(home: "Home") -> str:
    """Return the remarks as JSON in ASCII."""
    rows = [
        {
            "place": item.where,
            "certainty": item.place.certainty,
            "files": item.documents,
            "kind": item.remark.kind,
            "author": item.remark.author,
            "when": item.remark.when,
            "says": item.remark.says,
            "replies": [
                {"author": row.author, "when": row.when, "says": row.says}
                for row in item.remark.replies
            ],
            "resolved": item.remark.resolved,
            "words": item.words,
            "around": item.around,
            "behind": (*item.reasons, *item.data),
            "goes to": item.goes_to,
            "note": item.note,
        }
        for item in home.items
    ]
    return json.dumps({"notes": home.notes, "remarks": rows}, indent=2)


def page(account: Account) -> str:
    """Return an accessible page of HTML."""
    title = html.escape(account.title)
    pieces = [
        "<!DOCTYPE html>", '<html lang="en">', "<head>", '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{title}</title>", f"<style>{_STYLE}</style>", "</head>", "<body>", "<main>",
        f"<h1>{title}</h1>", *(f"<p>{html.escape(line)}</p>" for line in account.lines),
    ]  # fmt: skip
    for section in account.sections:
        heads = "".join(f'<th scope="col">{html.escape(name)}</th>' for name in section.columns)
        pieces += [
            f"<h2>{html.escape(section.heading)}</h2>",
            f'<div role="region" tabindex="0" aria-label="{html.escape(section.heading)}">',
            f"<table><thead><tr>{heads}</tr></thead><tbody>",
            *(_html_row(row) for row in section.rows),
            "</tbody></table></div>",
        ]
    return "\n".join((*pieces, "</main>", "</body>", "</html>"))


_STYLE = """
:root { color-scheme: light dark; background: Canvas; color: CanvasText }
body { font: 1rem/1.5 sans-serif; margin: 1rem auto; max-width: 75rem; padding: 0 1rem }
h1 { font-size: 1.5rem; overflow-wrap: anywhere }
h2 { font-size: 1.2rem; margin-top: 2rem }
div { overflow-x: auto }
table { border-collapse: collapse; width: 100%; min-width: 45rem }
th, td { border-bottom: 1px solid #767676; padding: .4rem .6rem; text-align: left }
th, td { vertical-align: top }
tbody th { font-weight: normal }
th:nth-child(3) { width: 32% } th:nth-child(4) { width: 22% } th:nth-child(5) { width: 24% }
"""


def _html_row(row: Iterable[str]) -> str:
    first, *cells = (html.escape(visible(cell)) for cell in row)
    rest = "".join(f"<td>{cell}</td>" for cell in cells)
    return f'<tr><th scope="row">{first}</th>{rest}</tr>'


def write_checklist(path: Path, home: "Home") -> None:
    """Write the remarks as a list to tick off; what an earlier one holds stays as it is."""
    try:
        earlier = path.read_text("utf-8") if path.exists() else ""
    except (UnicodeDecodeError, IsADirectoryError) as error:
        raise _no_list(path) from error
    if earlier.strip() and not re.search(r"^(?:# Remarks$|- \[.\] )", earlier, re.MULTILINE):
        raise _no_list(path)
    held = Counter(re.findall(r"^- \[.\] (.+)$", earlier, re.MULTILINE))
    new = []
    for item in home.items:
        line = _literal(told(item))
        if held[line]:
            held[line] -= 1
        else:
            new.append(_entry(item, line))
    head = "# Remarks\n\nTick off what is answered, and write the answer below it.\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    _replace(path, "".join((earlier or head, *new)))
    print(f"{path}: {plural(len(new), 'new remark')}", file=sys.stderr)


def _no_list(path: Path) -> FaultsError:
    message = f"{path} is no list of remarks, and stays as it is; name a new file for the list"
    return FaultsError(message, CommandCode.WRONG_USAGE)


def _entry(item: "Item", line: str) -> str:
    done = "x" if item.remark.resolved else " "
    behind = f": {_literal(_behind(item))}" if _behind(item) else ""
    return f"\n- [{done}] {line}\n  `{item.where or LOST.lower()}`{behind}\n\n  Answer:\n"


def _literal(text: str) -> str:
    from evidence.review.patch import typed

    return typed(visible(text))


def refuse_unclean(project: Path, *, force: bool, commit: bool) -> None:
    """Refuse to edit chapters whose earlier text git could not give back."""
    known = repository.git(project, "rev-parse", "--is-inside-work-tree")
    changed = sorted(repository.changed(project)) if known else []
    if commit and not known:
        message = "the project is in no git repository; leave out --commit"
    elif commit and changed:
        message = f"there are uncommitted changes ({', '.join(changed)}); commit them first"
    elif force or (known and not changed):
        return
    elif known:
        names = ", ".join(changed)
        message = f"there are uncommitted changes ({names}); commit them first, or say --force"
    else:
        message = "the project is in no git repository that could undo it; say --force"
    raise FaultsError(message, CommandCode.UNCLEAN)


def make(changes: "Patch", behind: "Behind", options: argparse.Namespace) -> None:
    """Print the diff of changes, or make them."""
    from evidence.review.patch import applied, read_chapter, unified

    if options.patch:
        print(unified(changes.edits, behind.project), end="")
        return
    by_author = sorted(changes.edits, key=lambda edit: edit.item.remark.author)
    groups = [list(rows) for _, rows in groupby(by_author, lambda edit: edit.item.remark.author)]
    if not options.commit:
        groups = [list(changes.edits)] if changes.edits else []
    originals = {edit.file: read_chapter(behind.project / edit.file) for edit in changes.edits}
    done: list[Edit] = []
    for group in groups:
        done += group
        for name, new in applied(done, originals).items():
            _replace(behind.project / name, new)
        if options.commit:
            commit(behind.project, group)
    count = len({id(edit.item) for edit in changes.edits})
    before = f", {len(changes.made)} made already" if changes.made else ""
    refused = len(changes.refused)
    print(f"{plural(count, 'change')} made, {refused} refused{before}", file=sys.stderr)


def commit(project: Path, edits: Sequence["Edit"]) -> None:
    """Commit a reviewer's edits in the reviewer's name."""
    author = edits[0].item.remark.author or "Unnamed reviewer"
    documents = sorted({name for edit in edits for name in edit.item.documents})
    names = sorted({edit.file for edit in edits})
    count = plural(len({id(edit.item) for edit in edits}), "change")
    message = f"Make {count} of {visible(author)}, returned in {', '.join(documents)}"
    plain = visible(author).translate({ord("<"): None, ord(">"): None})
    told = repository.git(
        project, "commit", "--quiet", f"--author={plain} <>", f"--message={message}", "--", *names
    )
    if told is None:
        what = "git refused to commit the changes; they are made in the chapters"
        raise FaultsError(f"{what}: commit them by hand", CommandCode.SYSTEM)


def _replace(path: Path, content: str) -> None:
    """Write a file whole or not at all."""
    new = path.with_name(f".{path.name}.new")
    with new.open("w", encoding="utf-8", newline="") as file:
        file.write(content)
    if path.exists():
        shutil.copymode(path, new)
    new.replace(path)
