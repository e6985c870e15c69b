"""The evidence as a workbook, by the Analysis Function's rules on statistics in spreadsheets.

A workbook has a cover, its contents, notes, and one table a sheet; the title of each stands in its
first cell. Nothing is merged, hidden, filtered or coloured to mean something, and text is never
taken for a formula. `evidence render` puts it beside the documents, and `evidence export` writes it
alone. Its bytes follow from the data.
"""
