"""The command line: one function a verb, each prints what it did and exits non-zero when it could not."""

from replication.cli.main import main

__all__ = ["main"]
