import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from evidence.cli.check import notes
from evidence.cli.main import FAULTS, FINE, main
from evidence.model.load import load
from tests.builders import Builder
from tests.conftest import ENVIRONMENT

PROJECT = Path(__file__).parents[3]


CONFIG = "project:\n  render: [report.qmd]\n"
CHAPTER = """\
# One

It follows [@brown2006].

```{python}
table(tables.sources(evidence))
```

CLAIMS
"""


def claim_ids(project: Path) -> list[str]:
    return list(load(project / "data").claims.claims)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Enter a project that has data and one chapter without fault."""
    shutil.copytree(PROJECT / "data", tmp_path / "data")
    verdicts = ".supported .partly .not-supported .silent .no-data"
    claims = "\n\n".join(f'[[So.]{{{verdicts}}}]{{claim="{key}"}}' for key in claim_ids(tmp_path))
    (tmp_path / "_quarto.yml").write_text(CONFIG, "utf-8")
    (tmp_path / "report.qmd").write_text(
        "---\ntitle: Tiny\ndate: 2026-11-22\n---\n\n{{< include one.qmd >}}\n", "utf-8"
    )
    (tmp_path / "one.qmd").write_text(CHAPTER.replace("CLAIMS", claims), "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_checking_loads_nothing_that_draws_or_calculates(project: Path) -> None:
    script = "import sys\nfrom evidence.cli.main import main\nmain(['check'])\nprint(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=project, env=ENVIRONMENT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert not {"matplotlib", "nbclient", "numpy", "pandas", "xlsxwriter"} & {*done.stdout.split()}


def replace(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_fine_data_are_counted_and_judged(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check"]) == FINE
    lines = capsys.readouterr().out.splitlines()
    real = load(project / "data")
    held, counted = len(real.sources), len(real.counted())
    assert lines[0].startswith(f"The data are fine: {held} sources, {counted} of them counted; ")
    assert lines[2].split() == ["claim", "2006", "now"]
    claims = claim_ids(project)
    assert [line.split()[0] for line in lines[4 : 4 + len(claims)]] == claims
    assert lines[-1].startswith(f"{5 * len(claims)} wordings never shown on this machine: ")


def test_every_fault_is_printed_with_its_place(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "data/appraisals.csv").unlink()
    replace(project / "data/sources.csv", ",2006,", ",9006,")
    assert main(["check"]) == FAULTS
    text = capsys.readouterr().err
    assert re.search(r"^data/appraisals\.csv: missing-file: ", text, re.M)
    assert re.search(r"^data/sources\.csv:\d+:year: out-of-range: ", text, re.M)
    assert re.search(r"^\d+ faults in the data$", text, re.M)


def test_the_claim_that_the_docs_add_can_be_added(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = (PROJECT / "docs/author.md").read_text("utf-8")
    (added,) = re.findall(r"^```yaml\n(.*?)^```$", page, re.M | re.S)
    claims = project / "data/claims.yml"
    claims.write_text(
        claims.read_text("utf-8").replace("\nclaims:\n", f"\nclaims:\n{added}"), "utf-8"
    )
    name = added.split(":")[0].strip()
    assert main(["check"]) == FAULTS
    assert f"claim-not-placed: no chapter states {name}; " in capsys.readouterr().err
    placed = '\n[[Yes.]{.supported} [Some.]{.partly}]{claim="trust"}\n'
    (project / "one.qmd").write_text((project / "one.qmd").read_text("utf-8") + placed, "utf-8")
    assert {*codes(project, capsys)} == {"wording-missing"}


FAULTY = """\

![Schools](nowhere.png)

{{< video a.mp4 >}}

::: {.panel-tabset}
Nine studies say so.
"""


def codes(project: Path, capsys: pytest.CaptureFixture[str], *options: str) -> list[str]:
    assert main(["check", *options]) == FAULTS
    return re.findall(r"^one\.qmd:\d+(?::\d+)?: ([\w-]+): ", capsys.readouterr().err, re.M)


def test_faults_of_prose_and_of_the_document_are_told_at_once(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chapter = project / "one.qmd"
    fine = chapter.read_text("utf-8")
    chapter.write_text(f"{fine}{FAULTY}\n:::\n", "utf-8")
    assert sorted(codes(project, capsys)) == [
        "no-alternative-text",
        "no-picture",
        "typed-number",
        "unsupported-construct",
        "unsupported-shortcode",
    ]
    # Quarto knows what the builtin engine does not.
    assert codes(project, capsys, "--engine", "quarto") == ["typed-number"]
    chapter.write_text(fine + FAULTY, "utf-8")
    assert sorted(codes(project, capsys)) == [
        "odd-markdown",
        "typed-number",
        "unsupported-shortcode",
    ]
    assert sorted(codes(project, capsys, "--engine", "quarto")) == ["odd-markdown", "typed-number"]


def test_faults_are_told_from_the_folder_one_is_in(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "data/appraisals.csv").unlink()
    monkeypatch.chdir(project / "data")
    assert main(["check"]) == FAULTS
    assert re.search(r"^appraisals\.csv: missing-file: ", capsys.readouterr().err, re.M)


def test_claim_without_a_rule_is_a_fault(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    replace(project / "data/claims.yml", "  five-themes:", "  six-themes:")
    assert main(["check"]) == FAULTS
    assert "six-themes" in capsys.readouterr().err


def test_faults_in_chapters_are_printed_with_their_place(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    replace(project / "one.qmd", "It follows", "Most sources, 12 in all, follow")
    replace(project / "one.qmd", 'claim="five-themes"', "")
    assert main(["check"]) == FAULTS
    captured = capsys.readouterr()
    assert captured.out == ""
    claims = (project / "data/claims.yml").read_text("utf-8").splitlines()
    places = [line.split(": ")[:2] for line in captured.err.splitlines()]
    assert places == [
        [f"data/claims.yml:{claims.index('  five-themes:') + 1}:3", "claim-not-placed"],
        ["one.qmd:3:1", "unbound-quantity"],
        ["one.qmd:3:15", "typed-number"],
        ["3 faults in the chapters"],
    ]


def test_faults_in_chapters_are_told_from_the_folder_one_is_in(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    replace(project / "one.qmd", "It follows", "It follows in 12")
    monkeypatch.chdir(project / "data")
    assert main(["check"]) == FAULTS
    line, total = capsys.readouterr().err.splitlines()
    assert line.startswith(f"{project}/one.qmd:3:15: typed-number: ")
    assert total == "1 fault in the chapters"


def test_chapters_are_not_held_against_faulty_data(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    replace(project / "one.qmd", "It follows", "Most sources follow")
    (project / "data/appraisals.csv").unlink()
    assert main(["check"]) == FAULTS
    assert "unbound-quantity" not in capsys.readouterr().err


FRONT = "---\ntitle: Tiny\ndate: 2026-11-22\n---\n"


@pytest.mark.parametrize(
    ("file", "text", "place"),
    [
        ("_quarto.yml", "project:\n  render: [gone.qmd]\n", "2: setting-names-no-file"),
        ("_quarto.yml", "project:\n  render: [\n", "3: malformed-settings"),
        ("_quarto.yml", CONFIG + "format: {html: {css: ../a.css}}\n", "3: outside-project"),
        ("_quarto.yml", CONFIG + "format:\n  html:\n    css: a.css\n", "5: setting-names-no-fi"),
        ("_quarto.yml", CONFIG + "lang: 3\n", "3: bad-setting"),
        ("_quarto.yml", CONFIG + "# caf\N{LATIN SMALL LETTER E WITH ACUTE}\n", "3: wrong-encod"),
        ("_variables.yml", "a: b\nb: [\n", "3: malformed-settings"),
        ("report.qmd", FRONT.replace("Tiny", "["), "3: malformed-settings"),
        ("report.qmd", FRONT.replace("2026-11-22", "2026-02-30"), "3: bad-setting"),
        ("report.qmd", FRONT.replace("title", "author: 5\ntitle"), "2: bad-setting"),
        ("report.qmd", FRONT + "{{< include gone.qmd >}}\n", "5: include-missing"),
        ("report.qmd", FRONT + "{{< include report.qmd >}}\n", "5: include-circle"),
        ("report.qmd", FRONT + "{{< include ../x.qmd >}}\n", "5: outside-project"),
    ],
)
def test_what_the_engine_cannot_read_has_the_code_of_the_engine(
    project: Path, capsys: pytest.CaptureFixture[str], *, file: str, text: str, place: str
) -> None:
    (project / file).write_text(text, "latin-1")
    assert main(["check"]) == FAULTS
    line, total = capsys.readouterr().err.splitlines()
    assert line.startswith(f"{file}:{place}")
    assert total == "1 fault in the chapters"


QUARTO_ALONE = """\
```{mermaid}
%%| label: fig-m
graph TD
  A --> B{{x}}
```

```{r}
1 +
```

::: {.panel-tabset}
## First
x
:::

{{< kbd Ctrl-C >}} and @thm-x, @fig-m.

::: {#thm-x}
y
:::

```{python}
#| label: fig-x
#| fig-cap: "Untold"
#| fig-dpi: 80
x
```
"""


def test_what_quarto_alone_knows_is_no_fault_for_quarto(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = "format: {revealjs: default}\nauthor: {name: A, orcid: b}\ndate-format: HH"
    replace(project / "report.qmd", "title: Tiny", f"title: Tiny\n{settings}")
    replace(project / "one.qmd", "# One\n", f"# One\n\n{QUARTO_ALONE}")
    assert main(["check", "--engine", "quarto"]) == FINE
    capsys.readouterr()
    assert main(["check"]) == FAULTS
    *faults, total = capsys.readouterr().err.splitlines()
    assert total == "11 faults in the chapters"
    assert [fault.split(": ")[0] for fault in faults] == [
        *(f"one.qmd:{line}" for line in (3, 9, 13, 18, 18, 20, 24, 27)),
        *(f"report.qmd:{line}" for line in (3, 4, 5)),
    ]


def test_a_result_both_ways_is_a_note(builder: Builder) -> None:
    assert [*notes(builder.build())] == []
    held = "outcome:cost:measured-improved", "outcome:cost:measured-worse"
    (note,) = notes(builder.add("a", *held).build())
    assert note.strip().startswith(
        "note: outcome:cost is better and worse in one study, a (better: a;"
    )
