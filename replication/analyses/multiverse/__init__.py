"""Every specification of the plan at once."""
