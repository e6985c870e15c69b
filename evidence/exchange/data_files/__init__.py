"""Files of the data as they are, and with something put in: all other bytes stay."""
