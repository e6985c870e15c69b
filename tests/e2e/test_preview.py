"""`evidence preview` as an author meets it: a real process, and a browser that follows it."""

from __future__ import annotations

import io
import os
import re
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import pypdf
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import COMMAND, ENVIRONMENT, MakeProject, evidence
from tests.e2e.conftest import KEPT

SECONDS = 120
REPORT = "iframe[title='The report']:not(.coming)"
LONG = "\n\n".join(["A paragraph that makes the page long."] * 80)
BROKEN = '# One\n\n```{python}\nraise ValueError("<img src=x onerror=alert(1)>")\n```\n'
ENDLESS = "# One\n\n```{python}\nimport time\ntime.sleep(600)\n```\n"


def chapter(word: str) -> str:
    return f"# One\n\n{LONG}\n\n## The place\n\nThe text is {word}.\n\n{LONG}\n"


@dataclass
class Preview:
    """A running preview and what it has said."""

    project: Path
    process: subprocess.Popen[str]

    def write(self, text: str) -> None:
        """Save the chapter as editors do, by putting another file in its place."""
        beside = self.project / "chapters/.one.qmd.new"
        beside.write_text(text, encoding="utf-8")
        beside.replace(self.project / "chapters/one.qmd")

    def says(self, pattern: str) -> str:
        """Read on in what it says until a line matches."""
        assert self.process.stderr
        seen = []
        for line in self.process.stderr:
            seen.append(line)
            if re.search(pattern, line):
                return line
        pytest.fail("".join(seen))

    def end(self, number: int) -> tuple[int, str]:
        """Send a signal as a terminal does, and return the exit code and the last words."""
        os.killpg(self.process.pid, number)
        last = self.process.communicate(timeout=30)[1]
        return self.process.returncode, last


def started_in(project: Path) -> list[str]:
    """The commands of all processes that run in a project or were told its name."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            words = (place / "cmdline").read_text("utf-8", "replace").replace("\0", " ")
            if str(project) in words or (place / "cwd").readlink().is_relative_to(project):
                found.append(words)
        except OSError:
            continue
    return found


@pytest.fixture
def preview(tiny_project: MakeProject) -> Iterator[Callable[[str], Preview]]:
    running: list[Preview] = []

    def start(text: str) -> Preview:
        project = tiny_project(text)
        temporary = project.parent / "temporary"
        temporary.mkdir()
        process = subprocess.Popen(
            [*COMMAND, "preview", "--port", "0"],
            cwd=project,
            env={**ENVIRONMENT, "TMPDIR": str(temporary), "JUPYTER_RUNTIME_DIR": str(temporary)},
            stderr=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,
        )
        running.append(Preview(project, process))
        return running[-1]

    yield start
    for each in running:
        with each.process:
            if each.process.poll() is None:
                each.process.send_signal(signal.SIGTERM)


def address(running: Preview) -> str:
    found = re.search(r"http://\S+", running.says("preview at"))
    assert found
    return found[0]


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": 1000, "height": 700})
    opened.set_default_timeout(SECONDS * 1000)
    expect.set_options(timeout=SECONDS * 1000)
    yield opened
    expect.set_options(timeout=None)
    opened.close()


def test_the_page_follows_the_chapter_and_keeps_the_place(
    preview: Callable[[str], Preview], page: Page
) -> None:
    running = preview(chapter("old"))
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    page.goto(f"{address(running)}#sources?theme=trust")
    report = page.frame_locator(REPORT)
    expect(report.get_by_text("The text is old.")).to_be_visible()
    banner = page.get_by_role("alert")
    expect(banner.locator("details")).to_be_hidden()

    report.get_by_text("The text is old.").evaluate("p => scrollTo(0, p.offsetTop - 200)")
    body = report.locator("body")
    place = body.evaluate("() => scrollY")
    assert place > 1000
    body.evaluate("body => { body.ours = true; }")
    running.write(chapter("new"))
    expect(report.get_by_text("The text is new.")).to_be_in_viewport()
    assert body.evaluate("body => body.ours"), "it was loaded anew"
    assert body.evaluate("() => scrollY") == pytest.approx(place, abs=2)
    assert page.url.endswith("#sources?theme=trust")

    running.write(BROKEN)
    expect(banner).to_contain_text("chapters/one.qmd:3: cell-failed: the cell failed")
    assert "<img src=x onerror=alert(1)>" in banner.inner_text()
    assert "chapters/one.qmd:3: cell-failed: the cell failed" in running.says("the cell failed")
    expect(report.get_by_text("The text is new.")).to_be_in_viewport()
    assert banner.locator("img").count() == 0

    running.write(chapter("new"))
    expect(banner.locator("details")).to_be_hidden()
    expect(report.get_by_text("The text is new.")).to_be_in_viewport()
    assert body.evaluate("() => scrollY") == pytest.approx(place, abs=2)
    assert dialogs == []
    written = (running.project / ".render/preview/report.html").read_text("utf-8")
    assert "preview" not in written
    assert not (running.project / "_output").exists()


@pytest.mark.parametrize(
    "edits",
    [
        ["# One\n\nFirst, changed.\n\n# Two\n\nSecond.\n", "# One\n\nFirst.\n\n# Two\n\nSecond.\n"],
        ["# One\n\nFirst.\n\n# Two\n\nSecond, changed.^[A note.]\n"],
        ["# One\n\nFirst.^[A note.]\n\n# Two\n\nSecond.^[Another.]\n"],
        [
            "# One\n\nFirst.\n\n# Between\n\n[**Bold**]{.x}\n\n# Two\n\nSecond.\n",
            "# Two\n\nSecond.\n",
        ],
    ],
    ids=["one chapter", "the last chapter", "both", "chapters come and go"],
)
def test_a_page_that_was_changed_in_place_is_the_new_one(
    preview: Callable[[str], Preview], page: Page, edits: list[str]
) -> None:
    running = preview("# One\n\nFirst.\n\n# Two\n\nSecond.\n")
    page.goto(address(running))
    shown = page.frame_locator(REPORT).locator("main")
    running.says("the PDF follows")
    expect(shown).to_contain_text("Second.")
    for text in edits:
        running.write(text)
        running.says("the PDF follows")
        written = (running.project / ".render/preview/report.html").read_text("utf-8")
        main = page.evaluate(
            "text => new DOMParser().parseFromString(text, 'text/html')"
            ".querySelector('main').innerHTML",
            written,
        )
        page.wait_for_function(
            "([frame, main]) => document.querySelector(frame).contentDocument"
            ".querySelector('main').innerHTML === main",
            arg=[REPORT, main],
        )


def test_a_fault_at_the_start_is_shown_until_it_is_mended(
    preview: Callable[[str], Preview], page: Page
) -> None:
    running = preview(BROKEN)
    page.goto(address(running))
    expect(page.get_by_role("alert")).to_contain_text("chapters/one.qmd:3")
    report = page.frame_locator(REPORT)
    expect(report.get_by_text("The report appears here")).to_be_visible()
    running.write(chapter("mended"))
    expect(report.get_by_text("The text is mended.")).to_have_count(1)
    expect(page.get_by_role("alert").locator("details")).to_be_hidden()


def test_what_the_check_finds_is_shown_above_the_new_page(
    preview: Callable[[str], Preview], page: Page
) -> None:
    running = preview("# One\n\nThe text is plain.\n")
    page.goto(address(running))
    report = page.frame_locator(REPORT)
    expect(report.get_by_text("The text is plain.")).to_be_visible()
    running.write("# One\n\nThere are 12345 of them.\n")
    expect(report.get_by_text("There are 12345 of them.")).to_be_visible()
    faults = page.get_by_role("status").locator("details")
    expect(faults).to_contain_text("chapters/one.qmd:3:")
    expect(page.get_by_role("alert").locator("details")).to_be_hidden()
    faults.get_by_text("The check has found").click()
    running.write("# One\n\nThere are 54321 of them.\n")
    expect(report.get_by_text("There are 54321 of them.")).to_be_visible()
    expect(faults.locator("pre")).to_contain_text("54321")
    assert faults.get_attribute("open") is None
    running.write("# One\n\nThe text is plain.\n")
    expect(faults).to_be_hidden()


def test_what_the_check_finds_and_prevents_the_page_is_told_once(
    preview: Callable[[str], Preview], page: Page
) -> None:
    running = preview("# One\n\n```{python}\nword = (\n```\n")
    page.goto(address(running))
    expect(page.get_by_role("alert")).to_contain_text("chapters/one.qmd:4:")
    running.says("1 fault in the chapters")
    assert "waiting for a change" in running.says("1 fault in the chapters|waiting for a change")
    expect(page.get_by_role("status").locator("details")).to_be_hidden()


def test_what_a_reader_has_done_stays_where_the_page_is_loaded_anew(
    preview: Callable[[str], Preview], page: Page
) -> None:
    def written(word: str, script: str) -> str:
        controls = (
            "<details id='d'><summary>More</summary>Inside</details>"
            "<input id='typed' aria-label='Typed'>"
            "<script>document.getElementById('typed').addEventListener('input', event =>"
            f" {{ document.body.dataset.heard = '{script}' + event.target.value; }});</script>"
        )
        return f"{chapter(word)}\n```{{=html}}\n{controls}\n```\n"

    running = preview(written("old", "a"))
    page.goto(address(running))
    report = page.frame_locator(REPORT)
    report.get_by_text("More").click()
    report.get_by_label("Typed").press_sequentially("word")
    body = report.locator("body")
    place = body.evaluate("() => scrollY")
    assert place > 1000
    running.write(written("new", "b"))
    expect(report.get_by_text("The text is new.")).to_have_count(1)
    expect(body).to_have_attribute("data-heard", "bword")
    expect(report.get_by_text("Inside")).to_be_visible()
    expect(report.get_by_label("Typed")).to_have_value("word")
    expect(report.get_by_label("Typed")).to_be_focused()
    assert body.evaluate("() => scrollY") == pytest.approx(place, abs=2)
    assert page.locator("iframe[title='The report']").count() == 1


def test_the_choice_to_see_the_pdf_beside_is_kept(
    preview: Callable[[str], Preview], page: Page
) -> None:
    running = preview(chapter("old"))
    page.goto(address(running))
    viewer = page.locator("iframe[title='The PDF']")
    expect(viewer).to_have_count(0)
    page.get_by_role("button", name="PDF beside").click()
    expect(viewer).to_have_count(1)
    before = viewer.get_attribute("src")
    running.write(chapter("new"))
    expect(viewer).not_to_have_attribute("src", str(before))
    page.reload()
    expect(viewer).to_have_count(1)
    page.set_viewport_size({"width": 390, "height": 800})
    expect(page.get_by_role("button", name="PDF beside")).to_be_hidden()
    expect(viewer).to_be_hidden()
    expect(page.get_by_role("link", name="PDF", exact=True)).to_be_visible()


def test_an_address_leads_to_its_place_once_there_is_a_report(
    preview: Callable[[str], Preview], page: Page
) -> None:
    running = preview(f"# One\n\n{LONG}\n\n## There\n\n{LONG}\n")
    page.goto(address(running) + "#there")
    heading = page.frame_locator(REPORT).get_by_role("heading", name="There")
    expect(heading).to_be_in_viewport()
    assert heading.evaluate("element => element.getBoundingClientRect().top") < 100


def test_the_place_stays_where_the_pdf_narrows_the_page(
    preview: Callable[[str], Preview], page: Page
) -> None:
    words = " ".join(["A paragraph that breaks its lines anew."] * 20)
    running = preview(f"# One\n\n{f'{words}{chr(10)}{chr(10)}' * 20}## There\n\n{LONG}\n")
    there = address(running)
    running.says("PDF in")
    page.goto(f"{there}#there")
    heading = page.frame_locator(REPORT).get_by_role("heading", name="There")
    button = page.get_by_role("button", name="PDF beside")
    where = "element => element.getBoundingClientRect().top"
    button.wait_for()
    place = heading.evaluate(where)
    assert abs(place) < 100
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    assert heading.evaluate(where) == pytest.approx(place, abs=10)
    page.reload()
    expect(page.locator("iframe[title='The PDF']")).to_have_count(1)
    assert heading.evaluate(where) == pytest.approx(place, abs=10)
    button.click()
    assert heading.evaluate(where) == pytest.approx(place, abs=10)


def test_the_pdf_is_beside_the_page(preview: Callable[[str], Preview], page: Page) -> None:
    running = preview(chapter("old"))
    there = address(running)
    page.goto(there)
    link = page.get_by_role("link", name="PDF", exact=True)
    expect(link).to_be_visible()
    running.says("PDF in")
    with urlopen(f"{there}report.pdf") as answer:
        assert answer.headers["Content-Type"] == "application/pdf"
        assert "The text is old." in text_of(answer.read())
    running.write(BROKEN)
    expect(page.get_by_role("alert").locator("details")).to_be_visible()
    expect(link).to_be_visible()
    running.write(chapter("new"))
    running.says("PDF in")
    with urlopen(f"{there}report.pdf") as answer:
        assert "The text is new." in text_of(answer.read())
    expect(page.frame_locator(REPORT).get_by_text("The text is new.")).to_have_count(1)
    expect(link).to_have_attribute("href", "/report.pdf")


def text_of(pdf: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_what_is_saved_during_a_rendering_is_shown_after_it(
    preview: Callable[[str], Preview], page: Page
) -> None:
    running = preview("# One\n\n```{python}\nimport time\ntime.sleep(3)\n```\n")
    page.goto(address(running))
    running.says(r"cell 1/")
    for word in ("first", "second", "last"):
        running.write(chapter(word))
    expect(page.frame_locator(REPORT).get_by_text("The text is last.")).to_have_count(1)


def test_it_waits_for_another_build(preview: Callable[[str], Preview], page: Page) -> None:
    running = preview("# One\n\nThe text is shown.\n")
    there = address(running)
    running.says("rendered in")
    lock = running.project / ".render/lock"
    holder = subprocess.Popen(["flock", str(lock), "sleep", "600"], start_new_session=True)
    with holder:
        running.write(chapter("free"))
        running.says("waiting for another build")
        os.killpg(holder.pid, signal.SIGTERM)
    page.goto(there)
    expect(page.frame_locator(REPORT).get_by_text("The text is free.")).to_have_count(1)
    expect(page.get_by_role("alert").locator("details")).to_be_hidden()


@pytest.mark.parametrize(
    "number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=["Ctrl-C", "SIGTERM", "SIGHUP"]
)
@pytest.mark.parametrize("text", ["# One\n\nAt rest.\n", ENDLESS], ids=["at rest", "rendering"])
def test_it_ends_and_leaves_nothing(
    preview: Callable[[str], Preview], text: str, number: int
) -> None:
    running = preview(text)
    port = int(address(running).rstrip("/").rpartition(":")[2])
    running.says(r"cell 1/" if text == ENDLESS else "rendered in")
    code, last = running.end(number)
    assert code == 0, last
    assert last.endswith("preview ended\n")
    assert started_in(running.project) == []
    with socket.create_server(("127.0.0.1", port)):
        pass
    left = [path.name for path in (running.project / ".render").iterdir()]
    assert set(left) <= {*KEPT, "preview"}
    temporary = running.project.parent / "temporary"
    assert not [path for path in temporary.rglob("*") if path.is_file()]


def test_a_taken_port_is_told_with_the_way_out(tiny_project: MakeProject) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = evidence(tiny_project("# One\n"), "preview", "--port", str(port))
    assert done.returncode == 1
    assert done.stderr.startswith(
        f"evidence: no-port: port {port} is taken; give another with `--port`"
    )
    assert "Traceback" not in done.stderr
