"""A new review renders at once, with the wheel alone, and without whatever is optional."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from tests.conftest import FORMATS, PROJECT, evidence

LIBRARY = PROJECT / "tests/unit/exchange/sources/files/zotero.ris"
Change = Callable[[Path], None]
CODERS = ("--coder", "Ada", "--coder", "Ben")
EARLIER = ("--baseline", "Brown, Ann; White, Bob (2012). Gardens and health")


def new(folder: Path, *options: str) -> Path:
    done = evidence(folder.parent, "new", folder.name, *options)
    assert done.returncode == 0, done.stderr
    return folder


def page_of(project: Path) -> str:
    """Render a review, which checks it first, and return its text as HTML has it."""
    done = evidence(project, "render", "--to", "html")
    assert done.returncode == 0, done.stdout + done.stderr
    return (project / "_output/report.html").read_text("utf-8")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command of a wheel in an environment of its own, where no file of this project is."""
    folder = tmp_path_factory.mktemp("installed")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel"]
    subprocess.run([*command, "--directory", str(folder)], cwd=PROJECT, check=True)
    (wheel,) = folder.glob("*.whl")
    subprocess.run([sys.executable, "-m", "venv", str(folder / "env")], check=True)
    python = folder / "env/bin/python"
    pip = [str(python), "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", str(wheel)]
    subprocess.run(pip, check=True)
    # What the package depends on is taken from the environment of the tests.
    paths = {"base": str(folder / "env"), "platbase": str(folder / "env")}
    site = Path(sysconfig.get_path("purelib", "venv", paths))
    (site / "tests.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return folder / "env/bin/evidence"


def test_the_wheel_alone_makes_a_review_and_its_report(installed: Path, tmp_path: Path) -> None:
    def run(folder: Path, *arguments: str) -> str:
        done = subprocess.run(
            [str(installed), *arguments],
            cwd=folder,
            env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    run(tmp_path, "new", "review", *CODERS, *EARLIER)
    assert "13 sources, 12 of them counted" in run(tmp_path / "review", "check")
    made = run(tmp_path / "review", "render").split()
    assert made == [f"_output/report.{form}" for form in FORMATS]
    assert "Equal, apart from the declared differences." in run(tmp_path / "review", "parity")


def drop(project: Path, *names: str) -> None:
    """Take files of the data away, and all that datapackage.json says of them."""
    path = project / "data/datapackage.json"
    package = json.loads(path.read_text("utf-8"))
    for row in package["resources"]:
        if row["name"] in names:
            (project / "data" / row["path"]).unlink()
    package["resources"] = [row for row in package["resources"] if row["name"] not in names]
    for row in package["resources"]:
        if schema := row.get("schema"):
            keys = schema["foreignKeys"]
            schema["foreignKeys"] = [
                key for key in keys if key["reference"]["resource"] not in names
            ]
    path.write_text(json.dumps(package), encoding="utf-8")


def cut(project: Path, name: str, pattern: str) -> None:
    """Take out of a file what a pattern finds."""
    path = project / name
    text, number = re.subn(pattern, "", path.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    assert number, (name, pattern)
    path.write_text(text, encoding="utf-8")


def no_appraisals(project: Path) -> None:
    drop(project, "appraisals")
    cut(project, "data/codebook.yml", "^attributes:.*?(?=^# Facets)|^ranking:[^\n]*\n")
    cut(project, "data/confidence.yml", "^  methods:.*?(?=^  coherence)|^  relevance:.*")
    drop(project, "variants")
    cut(project, "chapters/summary.qmd", r'^`\{python\} n\(method="trial"\)`\n[^\n]*\n\n')
    cut(project, "chapters/annex-sources.qmd", '"method".*"Setting", ')


def nothing_weak(project: Path) -> None:
    cut(project, "data/codebook.yml", r"^weak:[^\n]*\n")
    cut(project, "data/confidence.yml", r"^      abstracts:.*?(?=^  relevance|\Z)")


def no_column(project: Path) -> None:
    """Leave of a source only what every source has, and of a coding what it says."""
    columns = {
        "sources": "type container volume issue pages publisher place doi url country study role "
        "basis url_read read_on",
        "codings": "locator gist reconciled",
    }
    path = project / "data/datapackage.json"
    package = json.loads(path.read_text("utf-8"))
    for row in package["resources"]:
        if gone := {*columns.get(row["name"], "").split()}:
            fields = row["schema"]["fields"]
            row["schema"]["fields"] = [field for field in fields if field["name"] not in gone]
            table = pd.read_csv(project / "data" / row["path"], dtype=str, keep_default_na=False)
            table.drop(columns=[*gone]).to_csv(project / "data" / row["path"], index=False)
    path.write_text(json.dumps(package), encoding="utf-8")
    nothing_weak(project)
    for name in ("title-page", "summary", "discussion"):
        cut(project, f"chapters/{name}.qmd", r"\[`\{python\} n\((?:type|basis)=[^\n]*\.number\}")
    cut(project, "chapters/annex-sources.qmd", '"type": "Kind", |(, )?"basis": "Text read"')


def nothing_but_what_is_needed(project: Path) -> None:
    no_appraisals(project)
    no_column(project)
    drop(project, "searches", "screening", "confidence", "prisma")
    cut(project, "report.qmd", r"^\{\{< include chapters/annex-prisma.qmd >\}\}\n")


@pytest.mark.parametrize(
    ("change", "options"),
    [
        (lambda project: drop(project, "screening", "confidence"), CODERS),
        (lambda project: drop(project, "searches", "variants"), EARLIER),
        (no_appraisals, CODERS),
        (no_column, ()),
        (nothing_but_what_is_needed, ()),
        (lambda project: None, ("--no-prisma", *EARLIER)),
        (lambda project: None, ("--empty", *CODERS, *EARLIER)),
    ],
    ids=[
        "screening and confidence", "searches and variants", "appraisals", "columns",
        "all of it", "PRISMA", "sources",
    ],
)  # fmt: skip
def test_what_is_optional_may_be_left_out(
    tmp_path: Path, change: Change, options: tuple[str, ...]
) -> None:
    project = new(tmp_path / "review", *options)
    change(project)
    page = page_of(project)
    assert "Most studies that measured an outcome found one better." in page


def test_the_report_says_that_it_is_invented_until_it_is_not(tmp_path: Path) -> None:
    project = new(tmp_path / "review")
    page = page_of(project)
    assert "12 sources are made up" in page
    assert "12 sources are invented, and so is what this report says" in page
    # All but one are replaced.
    path = project / "data/sources.csv"
    text = path.read_text("utf-8")
    path.write_text(
        text.replace(",sample,", ",report,").replace(",report,", ",sample,", 1), "utf-8"
    )
    assert "one source is made up" in page_of(project)
    path.write_text(text.replace(",sample,", ",report,"), "utf-8")
    page = page_of(project)
    assert "made up to show" not in page
    assert "so is what this report says" not in page


def test_the_hour_in_the_docs(tmp_path: Path) -> None:
    walk = (PROJECT / "docs/new.md").read_text("utf-8")
    folder, told = tmp_path, {}
    for kind, block in re.findall(r"^```(\w+)\n(.*?)^```$", walk, re.MULTILINE | re.DOTALL):
        if kind != "sh":
            (folder / f"pupils.{'yml' if kind == 'yaml' else kind}").write_text(block, "utf-8")
            continue
        for command in block.splitlines():
            program, *arguments = shlex.split(command)
            if program == "cd":
                folder /= arguments[0]
                shutil.copy(LIBRARY, folder / "library.ris")
            # What runs until it is stopped has a test of its own, and so has the wheel.
            elif program == "evidence" and arguments != ["preview"]:
                done = evidence(folder, *arguments)
                assert done.returncode == 0, done.stdout + done.stderr
                told[command] = done.stdout
    # The last check is of the sheet alone.
    assert "6 sources, 6 of them counted" in told["evidence check"]
    page = (folder / "_output/report.html").read_text("utf-8")
    assert "6 sources" in page
    # Comments of chapters stand in a page's source.
    assert "invented" not in re.sub("<!--.*?-->", "", page, flags=re.DOTALL).lower()


@pytest.mark.quarto
def test_plain_quarto_renders_it(tmp_path: Path) -> None:
    project = new(tmp_path / "review", *CODERS, *EARLIER)
    bin_folder = Path(sys.executable).parent
    done = subprocess.run(
        ["quarto", "render"],
        cwd=project,
        env={
            **os.environ,
            "PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}",
            "QUARTO_PYTHON": sys.executable,
        },
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    page = (project / "_output/report.html").read_text("utf-8")
    assert "Of the studies that measured an outcome, 6 of 9 found one better." in page
    assert (project / "_output/report.pdf").read_bytes().startswith(b"%PDF")
    assert (project / "_output/report.docx").read_bytes().startswith(b"PK")
