"""How well the codes are measured: agreement of the passes, and what the agreed codes rest on."""
