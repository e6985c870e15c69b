"""Claims judged on the evidence: values, and no text."""
