"""The figures: one module each, results in, figure out."""
