"""Codings of other tools come into a new review and into a small one that there is."""

import re
import shutil
from pathlib import Path

import pytest

from tests.conftest import PROJECT, evidence

NOTHING = "there is nothing to write"
CODINGS = """\
source_id,facet,code,stance,locator,gist
sample2003,outcome,wellbeing,worse,p. 9,"=1+1, so to say"
sample2006,factor,money,support,p. 4,It was paid for
"""
OWN = """\
source_id,type,title,year,authors,country,basis,url_read,read_on
,report,Plants in a ward,2020,"Nova, Ida",Norland,abstract,https://example.org/x,2026-11-27
"""


def run(project: Path, command: str, code: int = 0) -> str:
    done = evidence(project, *command.split())
    assert done.returncode == code, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("codings")
    run(folder, "new review --title Plants")
    return folder / "review"


@pytest.fixture
def plants(tmp_path: Path) -> Path:
    folder = tmp_path / "plants"
    shutil.copytree(PROJECT / "tests/second_review", folder)
    shutil.copytree(PROJECT / "_extensions", folder / "_extensions")
    return folder


def test_the_walk_in_the_docs(begun: Path) -> None:
    (begun / "codings.csv").write_text(CODINGS, "utf-8")
    (begun / "own.csv").write_text(OWN, "utf-8")
    walk = (PROJECT / "docs/codings.md").read_text("utf-8")
    blocks = re.findall(r"^```sh\n(.*?)^```$", walk, re.MULTILINE | re.DOTALL)
    told = [run(begun, line.removeprefix("evidence ")) for line in "".join(blocks).splitlines()]
    assert "codings.csv: 2 new, 0 changed" in told[0]
    assert "evidence check will then ask for: nothing" in told[0]
    assert "Written: data/codings.csv" in told[1]
    assert NOTHING in told[2]
    assert "It is still there: add --write." in told[3]
    assert "Written. If a chapter cites one of them" in told[4]
    assert "nova2020" in (begun / "data/sources.csv").read_text("utf-8")
    assert "sample2003" not in (begun / "data/codings.csv").read_text("utf-8")
