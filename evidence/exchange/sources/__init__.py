"""Sources as reference managers and databases write them: read, compared, merged, written."""
