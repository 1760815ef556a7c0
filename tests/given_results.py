"""Results as a test gives them, under the names by which exhibits read them."""

from replication.exhibits.labels import Labels


class GivenResults:
    """Tables by name, with labels and, for exhibits that read it, the codebook."""

    def __init__(self, tables, labels=None, codebook=None):
        self._tables = tables
        self.labels = labels or Labels()
        self.codebook = codebook

    def __getitem__(self, name):  # noqa: D105
        return self._tables[name]
