"""Screenings done in other tools, and the log that they become."""
