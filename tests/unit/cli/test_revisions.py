import os
import shutil
import subprocess
from pathlib import Path

import pytest

from evidence.cli.project import FaultsError
from evidence.cli.revisions import read

DATA = Path(__file__).parents[3] / "data"


def git(folder: Path, *arguments: str) -> None:
    identity = {
        f"GIT_{who}_{what}": "x@example.org"
        for who in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }
    # What git is told of the repository that the tests run in must not reach this one.
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    command = ["git", "-c", "commit.gpgsign=false", *arguments]
    environment = {**inherited, **identity}
    subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Enter a project in a folder of a repository, its data committed once and changed since."""
    project = tmp_path / "repository of März" / "ein Projekt"
    shutil.copytree(DATA, project / "data")
    git(project.parent, "init", "--quiet", "--initial-branch", "main")
    git(project.parent, "add", ".")
    git(project.parent, "commit", "--quiet", "--message", "First")
    sources = project / "data/sources.csv"
    sources.write_text(
        sources.read_text("utf-8").replace("Abbott, David", "Abbott, Dävid"), "utf-8"
    )
    monkeypatch.chdir(project)
    return project


def test_revision_holds_the_data_as_committed(project: Path) -> None:
    assert read(project, "HEAD")[0].sources["abbott2005"].authors.startswith("Abbott, David;")
    assert read(project, "data")[0].sources["abbott2005"].authors.startswith("Abbott, Dävid;")


def test_revision_is_looked_up_in_the_project_wherever_one_is(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "data/deeper").mkdir()
    monkeypatch.chdir(project / "data/deeper")
    assert read(project, "main")[0].sources.keys() == read(project, "..")[0].sources.keys()


def test_unknown_name_is_told_with_the_nearest(project: Path) -> None:
    with pytest.raises(
        FaultsError, match=r"no-revision: 'mian' is neither a folder nor .*; nearest: main$"
    ):
        read(project, "mian")


@pytest.mark.parametrize("name", ["--output=stolen", "-h", "", "HEAD:data", "a b"])
def test_odd_name_is_no_option(project: Path, name: str) -> None:
    with pytest.raises(FaultsError, match="is neither a folder nor a git revision of this project"):
        read(project, name)
    assert [path.name for path in project.iterdir()] == ["data"]


def test_project_outside_a_repository_has_no_revision(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(FaultsError, match="is in no git repository"):
        read(tmp_path, "HEAD")


def test_without_git_a_revision_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(FaultsError, match="without git"):
        read(tmp_path, "HEAD")


def test_revision_without_data_is_told(project: Path) -> None:
    git(project, "rm", "--quiet", "-r", "--cached", "data")
    (project / "note").touch()
    git(project, "add", "note")
    git(project, "commit", "--quiet", "--message", "No data")
    with pytest.raises(FaultsError, match="revision 'HEAD' of this project has no folder data/"):
        read(project, "HEAD")


def test_faults_are_told_by_revision_and_place(project: Path) -> None:
    (project / "data/searches.csv").unlink()
    git(project, "commit", "--quiet", "--all", "--message", "Less data")
    with pytest.raises(FaultsError) as caught:
        read(project, "HEAD")
    lines = str(caught.value).splitlines()
    assert lines[0].startswith("HEAD:data/searches.csv: missing-file: ")
    assert lines[-1] == "1 fault in the data of HEAD:data"
    with pytest.raises(FaultsError, match=r"^data/searches\.csv: missing-file: "):
        read(project, "data/")


def test_data_need_no_baseline(project: Path) -> None:
    sources = project / "data/sources.csv"
    sources.write_text(sources.read_text("utf-8").replace(",baseline,", ",included,"), "utf-8")
    assert read(project, "data")[0].baseline() is None


def test_link_out_of_the_folder_is_not_followed(project: Path) -> None:
    shutil.rmtree(project / "data")
    (project / "data").mkdir()
    (project / "data/sources.csv").symlink_to("../../../elsewhere")
    git(project, "add", "--all", ".")
    git(project, "commit", "--quiet", "--message", "A link")
    with pytest.raises(FaultsError, match=r"revision 'HEAD': .*outside the destination"):
        read(project, "HEAD")
