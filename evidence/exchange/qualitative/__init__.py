"""Tools for qualitative analysis: REFI-QDA, Taguette and EPPI-Reviewer, read and written."""
