"""The chapters have words for what was so in earlier years."""

import pytest

from evidence.check import prose_faults
from evidence.engine.document import Document, read
from evidence.findings.verdicts import judge_editions
from evidence.model.edition import as_of
from evidence.model.evidence import Evidence
from tests.conftest import PROJECT


@pytest.fixture(scope="module")
def document() -> Document:
    return read(PROJECT)


@pytest.mark.parametrize("after", [0, 1, 4, 9, 14])
def test_no_edition_lacks_a_wording(document: Document, real: Evidence, after: int) -> None:
    edition = as_of(real, str(real.first_year() + after))
    found = prose_faults(document, PROJECT / "data", edition, judge_editions(edition))
    assert not found, "\n".join(map(str, found))
