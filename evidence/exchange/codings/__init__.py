"""Coded evidence of other tools: in their names, by a map in the review's, and in the data."""
