"""ro-crate-metadata.json: an RO-Crate 1.1 of the profile Process Run Crate 0.5.

Each script is an action: what was run (the script), on what (the files that its log says it read), producing what
(those it says it wrote), and when: the end of the full run that the environment record of the release tells of.
Written as plain JSON: the library rocrate gives new identifiers and times at each run, and the file has to be the same
for the same package.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from replication.citation import author_name, read_citation
from replication.codebook import read_codebook
from replication.exhibits.text import counted
from replication.release.environment_record import read_record
from replication.release.manifest import ENVIRONMENT

NAME = "ro-crate-metadata.json"
_CRATE = "https://w3id.org/ro/crate/1.1"
_PROFILE = "https://w3id.org/ro/wfrun/process/0.5"
_LICENCES = "https://spdx.org/licenses/"
_PYTHON = "https://www.python.org/"
_FORMATS = {
    ".bib": "application/x-bibtex", ".csv": "text/csv", ".do": "text/x-stata", ".dta": "application/x-stata-dta",
    ".html": "text/html", ".json": "application/json", ".log": "text/plain", ".md": "text/markdown",
    ".pdf": "application/pdf", ".png": "image/png", ".py": "text/x-python", ".R": "text/x-r",
    ".sav": "application/x-spss-sav", ".svg": "image/svg+xml", ".tex": "application/x-tex", ".yaml": "application/yaml",
}  # fmt: skip
_TOUCHED = re.compile("^  (read |wrote) [0-9a-f]{16}  (.*?)(?:  [0-9]+ bytes)?$")

Entity = dict[str, Any]


@dataclass(frozen=True)
class _Run:
    """What one script read and wrote, by names from the root."""

    script: str
    read: list[str]
    wrote: list[str]


def ro_crate(root: Path) -> Entity:
    """Describe the project at `root`: its files, and the run that made its results."""
    citation = read_citation(root / "CITATION.cff")
    book = read_codebook(root / "data" / "raw" / "codebook.yaml")
    authors = [_author(author) for author in citation["authors"]]
    runs = [_run(log, root) for log in sorted((root / "output" / "logs").glob("*.log"))]
    files = sorted({name for run in runs for name in (run.script, *run.read, *run.wrote)})
    record = root / ENVIRONMENT
    ended = {"endTime": read_record(record)["ended"]} if record.is_file() else {}
    actions = [_action(run, authors) | ended for run in runs]
    licences = [f"{_LICENCES}{name}" for name in citation["license"]]
    crate: Entity = {
        "@id": "./",
        "@type": "Dataset",
        "name": citation["title"],
        "description": book.universe["rule"],
        "datePublished": citation["date-released"],
        "version": str(citation["version"]),
        "keywords": ", ".join(citation["keywords"]),
        # The crate has one licence file, which says what is under which of the two.
        "license": {"@id": "LICENSE.txt"},
        "author": _refs(author["@id"] for author in authors),
        "conformsTo": {"@id": _PROFILE},
        "hasPart": _refs(["LICENSE.txt", *files]),
        "mentions": _refs(action["@id"] for action in actions),
    }
    return {
        "@context": f"{_CRATE}/context",
        "@graph": [
            {
                "@id": NAME,
                "@type": "CreativeWork",
                "conformsTo": {"@id": _CRATE},
                "about": {"@id": "./"},
            },
            crate,
            {"@id": _PROFILE, "@type": "CreativeWork", "name": "Process Run Crate", "version": "0.5"},
            *authors,
            {
                "@id": "LICENSE.txt",
                "@type": ["File", "CreativeWork"],
                "name": "Licences of code and data",
                "description": f"Programs {citation['license'][0]}, data {citation['license'][-1]}",
                "encodingFormat": "text/plain",
                "isBasedOn": _refs(licences),
            },
            *({"@id": licence, "@type": "CreativeWork", "name": licence.rsplit("/", 1)[1]} for licence in licences),
            {"@id": _PYTHON, "@type": "ComputerLanguage", "name": "Python", "url": _PYTHON},
            *(_file(name, root, str(citation["version"])) for name in files),
            *actions,
        ],
    }  # fmt: skip


def _run(log: Path, root: Path) -> _Run:
    """Read one script's log; files made for the run itself (.build) are left out."""
    found: dict[str, set[str]] = {"read ": set(), "wrote": set()}
    for line in log.read_text(encoding="utf-8").splitlines():
        match = _TOUCHED.match(line)
        if match and not match[2].startswith(".") and (root / match[2]).is_file():
            found[match[1]].add(match[2])
    return _Run(f"scripts/{log.stem}.py", sorted(found["read "]), sorted(found["wrote"]))


def _action(run: _Run, authors: list[Entity]) -> Entity:
    return {
        "@id": f"#{Path(run.script).stem}",
        "@type": "CreateAction",
        "name": f"Run of {run.script}",
        "description": f"{run.script} read {counted(len(run.read), 'file')}, wrote {counted(len(run.wrote), 'file')}.",
        "agent": _refs(author["@id"] for author in authors),
        "instrument": {"@id": run.script},
        "object": _refs(run.read),
        "result": _refs(run.wrote),
        "actionStatus": "http://schema.org/CompletedActionStatus",
    }


def _file(name: str, root: Path, version: str) -> Entity:
    path = root / name
    entity: Entity = {
        "@id": name,
        "@type": "File",
        "name": name,
        "encodingFormat": _FORMATS.get(path.suffix, "text/plain"),
    }
    if name.startswith("scripts/"):
        first = path.read_text(encoding="utf-8").split('"""')[1].splitlines()[0]
        entity |= {
            "@type": ["File", "SoftwareSourceCode"],
            "description": first,
            "version": version,
            "programmingLanguage": {"@id": _PYTHON},
        }
    return entity


def _author(author: dict[str, str]) -> Entity:
    kind = "Person" if "family-names" in author else "Organization"
    name = author_name(author)
    return {"@id": f"#{re.sub('[^A-Za-z0-9]+', '-', name)}", "@type": kind, "name": name}


def _refs(names: Iterable[str]) -> list[Entity] | Entity:
    """Point at entities; at one alone without a list, as RO-Crate recommends."""
    found = [{"@id": name} for name in names]
    return found[0] if len(found) == 1 else found
