"""The coded evidence as immutable values, read from files with every fault told at once."""
