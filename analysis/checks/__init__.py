"""Reading the data folder and finding every fault in it; `analysis.load` puts it together."""
