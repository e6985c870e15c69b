"""Findings, tables and figures from the coded evidence; knows nothing of documents."""
