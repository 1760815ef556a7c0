"""Who asks for endorsement, and why: US humanitarian intervention since 1989."""

__version__ = "1.5.0"
