"""What only this review needs; its chapters import from `analysis.report`."""
