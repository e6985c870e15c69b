"""Results of one study that point both ways are noticed."""

from evidence.findings.contradictions import Contradiction, contradictions
from tests.builders import Builder

BETTER, WORSE = "outcome:cost:measured-improved", "outcome:cost:measured-worse"


def test_one_source_that_holds_both(builder: Builder) -> None:
    evidence = builder.add("a", BETTER, WORSE).build()
    assert contradictions(evidence) == (Contradiction("a", "outcome:cost", ("a",), ("a",)),)


def test_sources_of_one_study_are_looked_at_together(builder: Builder) -> None:
    for source_id, held in (("b", BETTER), ("a", WORSE), ("c", WORSE)):
        builder.add(source_id, held, fields={"study": "one"})
    found = contradictions(builder.build())
    assert found == (Contradiction("one", "outcome:cost", ("b",), ("a", "c")),)


def test_other_studies_codes_and_coders_are_no_contradiction(builder: Builder) -> None:
    builder.add("a", BETTER, "outcome:safety:measured-worse", "outcome:cost:measured-mixed")
    builder.add("b", WORSE).code("a", WORSE, coder="A")
    assert contradictions(builder.build()) == ()
    assert contradictions(Builder(builder.build()).build()) == ()
