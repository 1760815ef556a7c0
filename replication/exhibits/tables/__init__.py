"""The tables: one module each, results in, table out."""
