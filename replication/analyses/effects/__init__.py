"""The models of the analysis plan, estimated."""
