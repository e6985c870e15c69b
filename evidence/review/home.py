"""Returned documents brought home: each remark with the line that it is about."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf
from pathlib import Path
from tempfile import TemporaryDirectory

from evidence.engine.document import Document, read
from evidence.engine.faults import RenderError
from evidence.model.edition import VARIABLE, as_of
from evidence.proof import manifest, repository
from evidence.review.earlier import carried
from evidence.review.kept import kept_origins
from evidence.review.origins import Stretch
from evidence.review.places import Certainty, Place, places
from evidence.review.reasons import STATES, Behind
from evidence.review.remarks import Remark, Returned
from evidence.review.word import mark_of

# Of a text that a remark is about, or near, so much is shown.
_LONGEST, _AROUND = 200, 40


@dataclass(frozen=True, slots=True)
class Item:
    """A remark and where it belongs.

    Attributes
    ----------
    remark
        What was said or done.
    documents
        The files that hold it.
    words
        The words that it is about.
    around
        Where it is between words, those around it with "|" for it.
    place
        Where these come from today.
    reasons
        What stands behind them, each with its place.
    note
        What to know of the place: that the text was edited since, or is gone.
    data
        Where the data have what a cell printed.
    goes_to
        Of a move, the words around its new place, with "|" for it.
    """

    remark: Remark
    documents: tuple[str, ...]
    words: str
    around: str
    place: Place
    reasons: tuple[str, ...]
    note: str = ""
    data: tuple[str, ...] = ()
    goes_to: str = ""

    @property
    def on(self) -> str:
        """What it is about, as short as a table needs it."""
        text = self.words if self.words.strip() else self.around
        return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"

    @property
    def where(self) -> str:
        """The place as file:line:column; nothing where it is lost."""
        origin = self.place.origin
        if self.place.certainty is Certainty.LOST or not origin.file:
            return ""
        numbers = [str(number) for number in (origin.line, origin.column) if number]
        return ":".join((origin.file, *numbers))


@dataclass(frozen=True, slots=True)
class Home:
    """All remarks of some files, in the order of the chapters, and what to know of the files."""

    items: tuple[Item, ...]
    notes: tuple[str, ...]


def bring_home(
    document: Document,
    behind: Behind,
    returned: Sequence[Returned],
    progress: Callable[[str], None],
) -> Home:
    """Find the place of each remark in today's chapters; the same remark twice is told once.

    Raises
    ------
    RenderError
        If the project's own document can't be read.
    """
    root = document.project.root
    found: list[Item] = []
    notes: list[str] = []
    years = {row.year for row in behind.evidence.sources.values()}
    # The report as it is now, and editions of it by their year.
    today: dict[str, tuple[Stretch, ...]] = {}
    for file in returned:
        edition, commit = manifest.edition_of(root, file.fingerprint, years), None
        if file.fingerprint and edition is None:
            progress(f"look for  the revision of {file.name}")
            commit = repository.built_at(root, file.fingerprint)
        located = commit and _located_then(root, commit, file, progress)
        year = edition or ""
        if not located:
            if year not in today:
                asked = read(root, environment={VARIABLE: year}) if year else document
                today[year] = kept_origins(asked, root, progress)
            located = places(file, today[year], bookmarks(today[year]))
        if edition is None:
            notes += _notes(file, commit, bool(located))
        if located and all(place.certainty is Certainty.LOST for place in located):
            notes.append(f"{file.name} may be of another report: none of its remarks has a place")
        then = as_of(behind.evidence, year) if year else behind.evidence
        found += (
            _item(file, remark, place, replace(behind, evidence=then), commit)
            for remark, place in zip(file.remarks, located, strict=True)
        )
    order = {line.file: number for number, line in reversed([*enumerate(document.lines)])}
    return Home(tuple(sorted(_merged(found), key=lambda item: _rank(item, order))), tuple(notes))


def _located_then(
    root: Path, commit: str, file: Returned, progress: Callable[[str], None]
) -> tuple[Place, ...]:
    """Find places in the report as it was, and carry them over; none where it can't be read."""
    with TemporaryDirectory(prefix="evidence-") as temporary:
        then = Path(temporary)
        if not repository.extract(root, commit, then, "."):
            return ()
        progress(f"read      the report of {commit[:7]}, from which {file.name} was made")
        try:
            report = kept_origins(read(then), root, progress)
        except RenderError:
            return ()
        return carried(places(file, report, bookmarks(report)), then, root)


def _notes(file: Returned, commit: str | None, then: bool) -> Iterator[str]:
    name = file.name
    if not file.fingerprint:
        yield f"{name} does not say of which build it is: its text was compared with today's"
    elif commit and then:
        yield f"{name} was made of revision {commit[:7]}; lines are those of today"
    elif commit:
        yield (
            f"{name} was made of revision {commit[:7]}, which this version can't read: its text "
            "was compared with today's"
        )
    else:
        yield (
            f"no revision is known that {name} was made of (build {file.fingerprint}): its text "
            "was compared with today's"
        )


def _item(file: Returned, remark: Remark, place: Place, behind: Behind, commit: str | None) -> Item:
    found = [reason for row in place.origins for reason in behind.reasons(row)]
    words, data = _words(file, remark), list[str]()
    if any(row.kind == "cell" for row in place.origins):
        passage = file.passages[remark.passage]
        data += behind.typed(words if passage.kind == "page" else passage.text)
    if any(row.kind in {"cell", "citation"} for row in place.origins):
        data += behind.rows(place.row)
    # What computed a number says enough of the measure.
    stated = {f"{STATES}{one}" for one in found}
    reasons = [row for row in dict.fromkeys(found) if row not in stated]
    note = ""
    if place.certainty is Certainty.LOST:
        old = place.origin
        note = "its text stands nowhere in the chapters"
        if old.file and commit:
            note = f"its line is gone; it was {old.file}:{old.line} in {commit[:7]}"
        elif page := file.passages[remark.passage].page if file.passages else 0:
            note += f"; it is on page {page}"
    elif place.certainty is Certainty.NEAR:
        note = "its own words were not found; this is beside them"
    around = _around(file, remark.passage, remark.start)
    goes_to = _around(file, *remark.target) if remark.target else ""
    return Item(
        remark, (file.name,), words, around, place, tuple(reasons), note,
        tuple(dict.fromkeys(data)), goes_to,
    )  # fmt: skip


def _words(file: Returned, remark: Remark) -> str:
    last = remark.passage if remark.last < 0 else remark.last
    texts = [passage.text for passage in file.passages[remark.passage : last + 1]]
    if texts:
        texts[-1] = texts[-1][: remark.end]
        texts[0] = texts[0][remark.start :]
    return " ".join(texts)


def _around(file: Returned, passage: int, offset: int) -> str:
    if not file.passages:
        return ""
    text = file.passages[passage].text
    before, after = text[:offset], text[offset:]
    # Whole words, where there are any.
    if len(before) > _AROUND:
        before = f"…{before[-_AROUND:].partition(' ')[2] or before[-_AROUND:]}"
    if len(after) > _AROUND:
        after = f"{after[:_AROUND].rpartition(' ')[0] or after[:_AROUND]}…"
    return f"{before}|{after}" if before or after else ""


def _merged(items: Sequence[Item]) -> Iterator[Item]:
    """Yield each remark once, with all the files that hold it."""
    found: dict[tuple[object, ...], Item] = {}
    for item in items:
        remark = item.remark
        key = (
            remark.kind, remark.author, remark.when, remark.says, remark.replies, item.on,
            item.where or id(item),
        )  # fmt: skip
        earlier = found.get(key)
        documents = (*earlier.documents, *item.documents) if earlier else item.documents
        found[key] = replace(item, documents=tuple(dict.fromkeys(documents)))
    yield from found.values()


def _rank(item: Item, order: Mapping[str, int]) -> tuple[bool, float, str, int, int]:
    """Sort by chapter in the document's order, then other files, then what has no place."""
    origin = item.place.origin
    if not item.where:
        return True, inf, "", 0, 0
    return False, order.get(origin.file, inf), origin.file, origin.line, origin.column


def bookmarks(report: Sequence[Stretch]) -> dict[str, int]:
    """Return the stretch in which each bookmark of a build stands."""
    found: dict[str, int] = {}
    for number, stretch in enumerate(report):
        found.setdefault(mark_of(stretch.text), number)
    return found
