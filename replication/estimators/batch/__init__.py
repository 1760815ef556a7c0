"""Very many very small regressions at once: Firth logits and least squares on shared patterns."""
