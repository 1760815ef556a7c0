"""Which model on which sample: case tables in, tidy results out."""
