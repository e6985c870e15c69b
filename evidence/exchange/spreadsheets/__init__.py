"""The spreadsheet that everybody has: a row a study, and a column for each thing asked."""
