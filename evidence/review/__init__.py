"""Returned documents brought home to the chapters, and redlines between two states."""
