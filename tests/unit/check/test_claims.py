from collections.abc import Callable

from evidence.check.chapters import Chapters, placed
from evidence.check.claims import claim_faults

Read = Callable[..., Chapters]

CLAIMS = ("terms-confusing", "five-themes")
TEXT = "# claims\nclaims:\n  terms-confusing:\n    minimum: 5\n  five-themes:\n    minimum: 5\n"


def cell(*calls: str) -> str:
    return "```{python}\n" + "\n".join(calls) + "\n```\n"


def found(read: Chapters) -> list[tuple[str, int, int, str]]:
    return [
        (fault.file, fault.line, fault.column, fault.code.value)
        for fault in claim_faults(placed(read), CLAIMS, TEXT)
    ]


def test_each_claim_that_no_chapter_places_is_named_where_it_is_declared(chapters: Read) -> None:
    assert found(chapters("No cell says `say`.")) == [
        ("data/claims.yml", 3, 3, "claim-not-placed"),
        ("data/claims.yml", 5, 3, "claim-not-placed"),
    ]


def test_claims_placed_in_cells_and_in_sentences_are_fine(chapters: Read) -> None:
    text = cell('paragraph("**So.**", say("five-themes", supported="Yes."))')
    text += "`{python} chapter.state(editions, 'terms-confusing', supported='Yes.')`\n"
    assert found(chapters(text)) == []


def test_a_claim_that_does_not_exist_is_a_fault(chapters: Read) -> None:
    text = cell('say("five-themes")', 'say("terms-confusing")', 'say(\n    "six-themes"\n)')
    assert found(chapters(text)) == [("one.qmd", 4, 1, "unknown-claim")]
    (fault,) = claim_faults(placed(chapters(text)), CLAIMS, TEXT)
    assert fault.advice == "nearest: 'five-themes'"


def test_a_section_words_a_claim_in_one_way(chapters: Read) -> None:
    one, other = (f'say("five-themes", supported="{text}")' for text in ("Yes.", "No."))
    rest = cell('say("terms-confusing")')
    assert found(chapters(rest + cell(one, one))) == []
    assert found(chapters(rest + cell(one) + "\n## Two\n\n" + cell(other))) == []
    assert found(chapters(rest + cell(one) + "\ntext\n\n" + cell(other))) == [
        ("one.qmd", 11, 1, "claim-worded-twice")
    ]
