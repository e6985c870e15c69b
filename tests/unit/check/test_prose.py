from evidence.check.literals import BLANK
from evidence.check.prose import Piece, ProseCode, citation_keys


def test_blanking_moves_nothing() -> None:
    text = "See [@a2001, p. 3] in [b](#c) and `d` {#e} <!-- f --> https://g.org. Twelve."
    piece = Piece("a.qmd", "", text, ((0, 1, 1),), literal=((text.index("Twelve"), len(text)),))
    assert len(piece.wording) == len(text)
    assert piece.wording.replace(BLANK, "") == "See [] in [b] and    . "
    assert [*citation_keys(text)] == [(5, "a2001")]


def test_a_fault_has_the_place_of_the_character() -> None:
    piece = Piece("one.qmd", "", "ab\ncd", ((0, 3, 7), (3, 4, 1)))
    fault = piece.fault(4, ProseCode.TYPED_NUMBER, "it is typed", "compute it")
    assert str(fault) == "one.qmd:4:2: typed-number: it is typed; compute it"
