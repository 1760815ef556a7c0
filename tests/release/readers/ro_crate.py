"""Validate an RO-Crate with roc-validator, its one context taken from the library rocrate instead of the network."""

import json
import sys
from pathlib import Path

import rdflib.plugins.shared.jsonld.context as contexts
import rocrate
from rocrate_validator import models, services

CONTEXT = Path(rocrate.__file__).parent / "data" / "ro-crate.jsonld"
ask = contexts.Context._fetch_context


def from_here(self, source, *others):
    if str(source).startswith("https://w3id.org/ro/crate/"):
        return json.loads(CONTEXT.read_text(encoding="utf-8"))
    return ask(self, source, *others)


contexts.Context._fetch_context = from_here

result = services.validate(
    services.ValidationSettings(
        rocrate_uri=sys.argv[1],
        profile_identifier="process-run-crate-0.5",
        requirement_severity=models.Severity.REQUIRED,
        # These two ask the network for the context once more.
        skip_checks=["ro-crate-1.1_3.1", "ro-crate-1.1_3.2"],
        skip_availability_check=True,
    )
)
for issue in result.get_issues():
    print(issue.check.identifier, issue.message)
print("valid" if result.passed() else "NOT VALID")
