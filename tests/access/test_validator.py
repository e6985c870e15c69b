"""The Nu validator on the HTML."""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.access.tools import VALIDATOR
from tests.conftest import needed


@dataclass(frozen=True)
class Verdict:
    """What the validator says of a page."""

    version: str
    errors: tuple[str, ...]
    warnings: Mapping[str, int]


def validate(page: Path) -> Verdict:
    """Validate a page, its style sheets and inline pictures."""
    needed(VALIDATOR, "java")
    ran = subprocess.run(
        ["java", "-jar", str(VALIDATOR), "--format", "json", str(page)],
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )
    said = json.loads(ran.stderr)
    lines = [
        (message["type"], message.get("lastLine"), message["message"])
        for message in said["messages"]
        # Says of an error where the other half of it is.
        if "first occurrence of ID" not in message["message"]
    ]
    return Verdict(
        said["version"],
        tuple(f"line {line}: {message}" for kind, line, message in lines if kind != "info"),
        Counter(message for kind, _, message in lines if kind == "info"),
    )


def test_the_html_is_valid(html: Path, tell: Callable[[str], None]) -> None:
    verdict = validate(html)
    tell(
        f"Nu validator {verdict.version}: {len(verdict.errors)} errors, "
        f"{sum(verdict.warnings.values())} warnings"
    )
    for message, times in verdict.warnings.items():
        tell(f"Nu validator, warning, {times} times: {message}")
    assert not verdict.errors


def test_errors_and_warnings_are_found(tmp_path: Path) -> None:
    page = tmp_path / "broken.html"
    page.write_text(
        "<!DOCTYPE html><html lang=en><title>Broken</title><style>p { color: 12 }</style>"
        "<section><p id=a><p id=a></section>",
        encoding="utf-8",
    )
    verdict = validate(page)
    assert any("Duplicate ID" in error for error in verdict.errors)
    assert any("CSS" in error for error in verdict.errors)
    assert any("lacks heading" in warning for warning in verdict.warnings)
