"""How a fault is printed and sorted."""

from evidence.model.faults import DataFaults, Fault, FaultCode, nearest, quote

CODE = FaultCode.UNKNOWN_CODE


def test_a_full_fault_in_one_line() -> None:
    fault = Fault("data/codings.csv", 7, "code", CODE, "no such code", "a, b", "a")
    assert str(fault) == (
        "data/codings.csv:7:code: unknown-code: no such code; allowed: a, b; nearest: a"
    )


def test_empty_parts_are_left_out() -> None:
    assert str(Fault("x.csv", 0, "", FaultCode.MISSING_FILE, "gone")) == "x.csv: missing-file: gone"
    assert str(Fault("x.yml", 3, 4, CODE, "no")) == "x.yml:3:4: unknown-code: no"
    assert str(Fault("x.csv", 3, "", CODE, "no", near("a"))).endswith("no; allowed: a")


def near(value: str) -> str:
    return nearest(value, ("a", "b"))


def test_faults_are_sorted_by_file_line_and_column_and_told_once() -> None:
    places: list[tuple[str, int, str | int]] = [
        ("a.csv", 0, ""),
        ("a.csv", 2, "doi"),
        ("a.csv", 2, "year"),
        ("a.csv", 10, "doi"),
        ("b.yml", 2, 9),
        ("b.yml", 2, 10),
    ]
    faults = [Fault(file, row, column, CODE, "no") for file, row, column in places]
    raised = DataFaults([*reversed(faults), faults[0]])
    assert raised.faults == tuple(faults)
    assert str(raised).splitlines() == [str(fault) for fault in faults]


def test_nearest_forgives_letter_case_and_gives_up_on_strangers() -> None:
    assert nearest("LOW", ("high", "low")) == "low"
    assert nearest("a", ("A", "B")) == "A"
    assert nearest("zzz", ("high", "low")) == ""
    assert nearest("x" * 100_000, ("high", "low")) == ""


def test_quoted_text_fits_one_line_and_shows_controls() -> None:
    assert quote("a\nb\x1b[31m") == "'a<U+000A>b<U+001B>[31m'"
    assert len(quote("x" * 500)) == 62
