"""The codebook that the form was started with, beside the file as it is now."""

from __future__ import annotations

from pathlib import Path

from replication.form.document import version_of

CHANGED = (
    "The codebook has changed since the form was started. End the form (Ctrl+C where make code runs) and run make code "
    "again. Until then nothing is checked or saved; what you change is kept as a draft."
)
OTHER = (
    "The form was started again with another codebook. Load this page again to go on; what is not saved is kept as a "
    "draft."
)


class OutdatedError(Exception):
    """The form, or the page that asks, has another codebook than the file; `codebook` is the one to ask with."""

    def __init__(self, codebook: str | None) -> None:
        super().__init__(CHANGED if codebook is None else OTHER)
        self.codebook = codebook


class CodebookFile:
    """Tells whether the file of the codebook is still the one that was read."""

    def __init__(self, path: Path) -> None:
        self._path, self.version = path, version_of(path.read_bytes())

    @property
    def current(self) -> str | None:
        """Version of the codebook in hand; None where the file is another by now."""
        try:
            now = version_of(self._path.read_bytes())
        except OSError:
            return None
        return self.version if now == self.version else None

    def require(self, asked: object = None) -> None:
        """Refuse what would be judged by another codebook than the file has.

        Parameters
        ----------
        asked : object
            Version of the codebook that the asking page was made from; None where no page is.

        Raises
        ------
        OutdatedError
        """
        if self.current is None or asked not in (None, self.version):
            raise OutdatedError(self.current)
