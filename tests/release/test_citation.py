"""CITATION.cff has what the Citation File Format 1.2.0 demands, and the version of the package."""

import datetime as dt

import yaml

from replication import __version__, paths

CITATION = yaml.safe_load((paths.ROOT / "CITATION.cff").read_text(encoding="utf-8"))
# Keys of schema 1.2.0 that are used here, and their kinds.
KINDS = {
    "cff-version": str, "message": str, "type": str, "title": str, "version": str, "date-released": str,
    "authors": list, "license": list, "keywords": list,
}  # fmt: skip
PERSON = {
    "given-names",
    "family-names",
    "name-particle",
    "name-suffix",
    "affiliation",
    "orcid",
    "email",
}
ENTITY = {"name", "website", "address", "city", "country", "email"}


def test_keys_and_kinds_are_those_of_the_format():
    assert set(CITATION) >= {"cff-version", "message", "title", "authors"}
    for key, value in CITATION.items():
        assert isinstance(value, KINDS[key]), key
    assert CITATION["cff-version"] == "1.2.0"
    assert CITATION["type"] in ("software", "dataset")
    assert dt.date.fromisoformat(CITATION["date-released"])
    assert len(set(CITATION["keywords"])) == len(CITATION["keywords"])


def test_authors_are_persons_or_entities():
    for author in CITATION["authors"]:
        assert set(author) <= PERSON or ("name" in author and set(author) <= ENTITY)


def test_title_and_version_are_those_of_the_package():
    assert str(CITATION["version"]) == __version__
    first = (paths.ROOT / "README.md").read_text(encoding="utf-8").splitlines()[0]
    assert first == f"# {CITATION['title']}"
