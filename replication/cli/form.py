"""`code`: the form in the browser."""

from __future__ import annotations

from replication import paths
from replication.cli.housekeeping import provide
from replication.codebook import read_codebook
from replication.yaml_reading import InputError


def run_code(*, no_browser: bool) -> int:
    """Serve the form to this machine alone until Ctrl+C, and open it."""
    if provide("form") != 0:
        return 1
    from replication.form.server import serve  # noqa: PLC0415 - its server comes with the lock of the form

    try:
        codebook = read_codebook(paths.CODEBOOK)
    except InputError as error:
        print(error)
        return 1
    return serve(paths.CASES, codebook, open_browser=not no_browser)
