"""Causal types: cases and numbers in one inference, its rivals, and what one more traced case would teach."""
