"""Workbooks and text files of strangers read as tables of text."""
