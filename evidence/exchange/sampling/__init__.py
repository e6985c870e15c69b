"""Samples of the sources, and the blind coding sheets that people fill in and send back."""
