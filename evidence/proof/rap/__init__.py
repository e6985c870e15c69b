"""How far a review is a reproducible analytical pipeline (RAP), with what shows it.

The levels and their items are those of the RAP community of practice of NHS England, told in other
words. Each is answered from what lies in the project; what only people know is left to them.
"""

# From the first on; each wants those before it.
LEVELS = ("baseline", "silver", "gold")
