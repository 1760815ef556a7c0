"""One folder of derived tables for the tests of the comparative analyses."""

import pytest


@pytest.fixture(scope="session")
def derived(tmp_path_factory):
    return tmp_path_factory.mktemp("derived")
