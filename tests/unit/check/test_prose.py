from evidence.check.literals import BLANK
from evidence.check.prose import Piece, ProseCode, ProseFault, citation_keys


def test_blanking_moves_nothing() -> None:
    text = "See [@a2001, p. 3] in [b](#c) and `d` {#e} <!-- f --> https://g.org. Twelve."
    piece = Piece("a.qmd", "", text, ((0, 1, 1),), literal=((text.index("Twelve"), len(text)),))
    assert len(piece.wording) == len(text)
    assert piece.wording.replace(BLANK, "") == "See [] in [b] and    . "
    assert [*citation_keys(text)] == [(5, "a2001")]


def test_a_fault_is_told_with_its_place_and_the_way_out() -> None:
    fault = ProseFault("one.qmd", 3, 7, ProseCode.TYPED_NUMBER, "it is typed", "compute it")
    assert str(fault) == "one.qmd:3:7: typed-number: it is typed; compute it"


def test_faults_are_in_the_order_of_their_places() -> None:
    first = ProseFault("one.qmd", 9, 7, ProseCode.UNREADABLE, "", "")
    second = ProseFault("one.qmd", 10, 2, ProseCode.TYPED_NUMBER, "", "")
    assert sorted([second, first]) == [first, second]
