"""The parts of a Word file, its tables and its fonts, as templates and as elements."""
