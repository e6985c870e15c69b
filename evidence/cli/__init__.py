"""The command `evidence`: one verb, one module."""
