"""The command `evidence`: the only place that knows both `analysis` and `render`."""
