"""A research report computed from its coded evidence, and what makes such reports."""
