"""All that makes markup of findings: tables, figures, the ledger, the explorer."""
