"""The same drawing in fewer bytes, and shown with its words."""

import re
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from xml.etree import ElementTree

import matplotlib as mpl
import matplotlib.figure
import pytest

from evidence.report.figures import Figure
from evidence.report.figures.files import compact, darkening, place
from evidence.report.figures.style import Canvas
from tests.unit.conftest import pandoc_blocks, shown

USE = "{http://www.w3.org/2000/svg}use"
PATH = "{http://www.w3.org/2000/svg}path"
HREF = "{http://www.w3.org/1999/xlink}href"


def drawn() -> str:
    canvas = Canvas(60)
    canvas.bar((10 / 3, 5), (100 / 7, 20), "#123456", "a bar", hatched=True)
    canvas.line((0, 0), (-1.5, 2.25))
    canvas.write(50, 30, 'Šárka -- "<&>" $x$ AV')
    stream = StringIO()
    canvas.figure.savefig(stream, format="svg", metadata={"Date": None})
    return stream.getvalue()


def letters(drawing: str) -> list[tuple[str, float]]:
    """Return each letter's outline, without its spaces, and its place along the line."""
    root = ElementTree.fromstring(drawing)
    outlines = {row.get("id"): row.get("d", "") for row in root.iter(PATH) if row.get("id")}
    found = []
    for row in root.iter(USE):
        shift = re.search(r"translate\((\S+) ", row.get("transform", "translate(0 "))
        place = float(row.get("x", shift[1] if shift else 0))
        numbers = re.findall(r"[A-Za-z]|[-\d.]+", outlines[row.get(HREF, "#")[1:]])
        found.append((" ".join(numbers), round(place, 2)))
    return found


def test_every_letter_keeps_its_outline_and_its_place() -> None:
    before = drawn()
    assert letters(compact(before)) == letters(before)


def test_it_is_much_smaller() -> None:
    assert len(compact(drawn())) < 0.7 * len(drawn())


def test_what_is_referred_to_exists() -> None:
    text = compact(drawn())
    known = set(re.findall(r' id="([^"]+)"', text))
    assert set(re.findall(r"url\(#([^)]+)\)", text)) <= known
    assert "<pattern" in text


def test_no_coordinate_has_more_than_two_decimals() -> None:
    paths = re.findall(r' d="([^"]*)"', compact(drawn()))
    assert paths
    assert not [path for path in paths if re.search(r"\.\d{3}", path)]


def test_shapes_keep_their_colours_and_corners() -> None:
    text = compact(drawn())
    assert re.search(r"[ML]3\.33 5[Lz]", text)
    assert "#123456" in text


def test_in_the_dark_each_part_of_a_colour_is_told_its_own() -> None:
    before = compact(drawn())
    after = darkening(before, {"#123456": "#abcdef", "#000001": "#000002"})
    (style,) = re.findall("<style>(.*?)</style>", after)
    assert style.startswith("@media screen and (prefers-color-scheme:dark){")
    # The bar's hatching is filled by an attribute, the bar itself by a style.
    assert '[style*="fill: #123456"],[fill="#123456"]{fill:#abcdef!important}' in style
    assert "#000001" not in style
    assert after.replace(f"<style>{style}</style>", "") == before
    ElementTree.fromstring(after)


@pytest.fixture
def figure() -> Callable[[], Figure]:
    def draw() -> Figure:
        drawn = matplotlib.figure.Figure(figsize=(1, 1))
        drawn.add_subplot().plot([1, 3, 2], label="a line")
        alt = 'A line called "steep" \\ uneven, 3 < 4 & 5%.'
        return Figure(drawn, alt, "A *line* of [3] $x$", "Source: one_two *three*.")

    return draw


def test_a_figure_is_saved_twice_with_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, figure: Callable[[], Figure]
) -> None:
    saved = []
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        monkeypatch.chdir(tmp_path / name)
        for _ in range(2):
            place(figure(), "fig-line", "tbl-line")
            files = sorted(Path("_figures").iterdir())
            saved.append({path.name: path.read_bytes() for path in files})
    assert set(saved[0]) == {"line.svg", "line.png"}
    assert saved[0]["line.png"].startswith(b"\x89PNG")
    assert b"<svg" in saved[0]["line.svg"]
    assert saved == [saved[0]] * 4


def on_canvas(draw: Callable[[Canvas], object], height: float = 60) -> Figure:
    canvas = Canvas(height)
    canvas.bar((10, 5), (100, 20), "#123456", "a bar")
    canvas.shape((50, 30), [(0, 0), (5, 0), (0, 5)], fill="#123456", edge="#123456", name="one")
    canvas.write(50, 30, "some words")
    draw(canvas)
    return Figure(canvas, "A bar.", "A bar", "Source: none.")


CHANGED = [
    on_canvas(lambda canvas: canvas.write(50, 45, "some words")),
    on_canvas(lambda canvas: canvas.write(50, 45, "some words", bold=True)),
    on_canvas(lambda canvas: canvas.write(50, 45, "some words", align="right")),
    on_canvas(lambda canvas: canvas.bar((10, 5), (100, 20), "#123457")),
    on_canvas(lambda canvas: canvas.bar((10, 5), (100, 20), "#123456", hatched=True)),
    on_canvas(lambda canvas: canvas.line((0, 0), (9, 9))),
    on_canvas(lambda canvas: canvas.line((0, 0), (9, 9), dashed=True)),
    on_canvas(lambda canvas: canvas.arrow((0, 0), (9, 9))),
    on_canvas(lambda canvas: canvas.bubble((9, 9), 3, fill="#123456", name="one")),
    on_canvas(lambda canvas: canvas.bubble((9, 9), 4, fill="#123456", name="one")),
    on_canvas(bool, height=61),
]


def placed(folder: Path, monkeypatch: pytest.MonkeyPatch, figure: Figure) -> list[bytes]:
    folder.mkdir(exist_ok=True)
    monkeypatch.chdir(folder)
    place(figure, "fig-bar", "tbl-bar")
    return [path.read_bytes() for path in sorted(Path("_figures").iterdir())]


def test_what_is_kept_is_what_would_be_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = []
    for number, figure in enumerate([on_canvas(bool), *CHANGED]):
        for _ in range(2):
            found.append(placed(tmp_path / "kept", monkeypatch, figure))
            assert found[-1] == placed(tmp_path / str(number), monkeypatch, figure)
    assert len({*map(tuple, found)}) == 1 + len(CHANGED)


def test_what_is_kept_goes_by_the_settings_of_matplotlib(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = placed(tmp_path / "kept", monkeypatch, on_canvas(bool))
    with mpl.rc_context({"text.hinting": "none", "svg.fonttype": "none"}):
        after = placed(tmp_path / "kept", monkeypatch, on_canvas(bool))
        assert after == placed(tmp_path / "new", monkeypatch, on_canvas(bool))
    assert before[0] != after[0]
    assert before[1] != after[1]


def test_a_figure_of_matplotlib_is_drawn_as_it_is_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, figure: Callable[[], Figure]
) -> None:
    whole = figure()
    before = placed(tmp_path, monkeypatch, whole)
    whole.figure.axes[0].lines[0].set_antialiased(False)
    assert before != placed(tmp_path, monkeypatch, whole)


def test_nothing_is_drawn_that_is_kept_and_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    asked: list[str] = []
    save = matplotlib.figure.Figure.savefig

    def watched(drawn: matplotlib.figure.Figure, *to: object, **how: object) -> None:
        asked.append(str(how["format"]))
        save(drawn, *to, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(matplotlib.figure.Figure, "savefig", watched)
    for _ in range(2):
        place(on_canvas(bool), "fig-bar", "tbl-bar")
    assert asked == ["svg", "png"]
    (kept,) = Path(".render/drawings").iterdir()
    kept.write_bytes(kept.read_bytes()[:-1])
    place(on_canvas(bool), "fig-bar", "tbl-bar")
    assert asked[2:] == ["svg", "png"]


def test_alt_text_reads_back_literally(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, figure: Callable[[], Figure]
) -> None:
    monkeypatch.chdir(tmp_path)
    drawn = figure()
    block, _ = pandoc_blocks(place(drawn, "fig-line", "tbl-line").markdown)
    (image,) = block["c"][2][0]["c"]
    assert block["t"] == "Figure"
    assert block["c"][0][0] == "fig-line"
    assert image["c"][2][0] == "_figures/line"
    assert ["fig-alt", drawn.alt] in image["c"][0][2]


def test_headline_and_note_read_back_literally_and_name_the_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, figure: Callable[[], Figure]
) -> None:
    monkeypatch.chdir(tmp_path)
    drawn = figure()
    block, note = pandoc_blocks(place(drawn, "fig-line", "tbl-line").markdown)
    caption = shown(block["c"][1][1][0]["c"])
    assert caption == drawn.headline
    assert note["t"] == "Div"
    assert note["c"][0][1] == ["source-note"]
    (paragraph,) = note["c"][1]
    said = "".join(shown(inline) for inline in paragraph["c"])
    assert said.startswith(f"{drawn.note} The same numbers as a table: ")
    (cite,) = (inline for inline in paragraph["c"] if inline["t"] == "Cite")
    assert [citation["citationId"] for citation in cite["c"][0]] == ["tbl-line"]


def test_a_chapter_opened_alone_shows_the_figure_at_the_top_of_the_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, figure: Callable[[], Figure]
) -> None:
    (tmp_path / "_quarto.yml").touch()
    (tmp_path / "chapters").mkdir()
    monkeypatch.chdir(tmp_path / "chapters")
    assert "](../_figures/line.svg)" in place(figure(), "fig-line", "tbl-line").markdown
    assert (tmp_path / "_figures/line.png").is_file()
