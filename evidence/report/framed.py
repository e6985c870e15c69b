"""Rows as a data frame. Pandas is loaded with the first: a check of prose makes none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


def framed(rows: Any, columns: Any = None) -> pd.DataFrame:
    """Return rows, or columns by their names, as a data frame."""
    # It takes a quarter of a second.
    import pandas as pd  # noqa: PLC0415

    return pd.DataFrame(rows, columns=columns)
