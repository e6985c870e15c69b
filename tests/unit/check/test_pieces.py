from evidence.check.pieces import HOLE, Mark, piece, typed


def test_a_piece_knows_the_place_of_each_character() -> None:
    found = piece("a.qmd", "s", (*typed("ab", 3, 5), Mark(HOLE, 4, 1, "n()")))
    assert found.text == f"ab{HOLE}"
    assert found.places == ((3, 5), (3, 6), (4, 1))
    assert found.holes == {2: "n()"}


def test_a_typed_hole_is_no_computed_value() -> None:
    found = piece("a.qmd", "s", typed(f"a{HOLE}b", 1))
    assert found.text == "a b"
    assert not found.holes
