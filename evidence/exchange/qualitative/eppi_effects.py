"""Measured effects in EPPI-Reviewer's JSON: what was measured, on how many, and how large it is."""

from collections.abc import Iterator, Mapping
from typing import Any

from evidence.exchange.codings.coded import CodedEffect
from evidence.exchange.sources.records import clean

# What a map has to name, since each review asks of effects what it will.
NAMED = (
    "OutcomeText", "InterventionText", "ControlText", "OutcomeTypeName", "grp1ArmName",
    "grp2ArmName",
)  # fmt: skip
_NUMBERS, _SIZES = range(1, 15), (" N", "size")
_MONTHS = {"month": 1, "months": 1, "year": 12, "years": 12}


def read_effects(
    item: Mapping[str, Any], source: str, place: str, coder: str
) -> Iterator[CodedEffect]:
    """Yield the effects of a reference, each by what is certain of it and by EPPI's own names."""
    for number, one in enumerate(item.get("Outcomes") or [], 1):
        cells = {name: _text(one, name) for name in NAMED}
        titles = (_text(one, "Title"), _text(one, "OutcomeDescription"))
        cells |= {
            "sample": _sample(one),
            "effect": _size(one),
            "follow_up_months": _months(one),
            "gist": "; ".join(filter(None, titles)),
        }
        yield CodedEffect(
            source=source,
            place=f"{place}, outcome {number}",
            coder=coder,
            cells={name: text for name, text in cells.items() if text},
        )


def _text(one: Mapping[str, Any], name: str) -> str:
    return clean(str(one.get(name) or ""))


def _number(one: Mapping[str, Any], name: str) -> str:
    """Return a number as people write it."""
    value = one.get(name)
    return f"{value:.4g}" if isinstance(value, int | float) and abs(value) < 1e15 else ""


def _sample(one: Mapping[str, Any]) -> str:
    """Return how many there were, by the names that EPPI-Reviewer gives its numbers."""
    return ", ".join(text for text, is_size in _numbers(one) if is_size)


def other_numbers(item: Mapping[str, Any]) -> Iterator[str]:
    """Yield the numbers of a reference's effects that no column takes, such as means."""
    for one in item.get("Outcomes") or []:
        texts = [text for text, is_size in _numbers(one) if not is_size]
        if texts:
            yield f"{_text(one, 'Title')}: {', '.join(texts)}"


def _numbers(one: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
    """Yield each number with its name, and whether it is the size of a group."""
    for at in _NUMBERS:
        name, number = _text(one, f"Data{at}Desc"), _number(one, f"Data{at}")
        if name and number:
            yield f"{name} {number}", name.endswith(_SIZES)


def _size(one: Mapping[str, Any]) -> str:
    kind, size = _text(one, "ESDesc"), _number(one, "ES")
    if not (kind and size):
        return ""
    ends = [_number(one, name) for name in ("CILower", "CIUpper")]
    # Where nothing is computed, both are nought.
    interval = f" (95% CI {' to '.join(ends)})" if all(ends) and ends[0] != ends[1] else ""
    return f"{kind} {size}{interval}"


def _months(one: Mapping[str, Any]) -> str:
    value, _, metric = _text(one, "TimepointDisplayValue").partition(" ")
    times = _MONTHS.get(metric.lower(), 0)
    return str(int(value) * times) if times and value.isdecimal() and len(value) < 5 else ""
