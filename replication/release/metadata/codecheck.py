"""codecheck.yml, the file that CODECHECK asks of a package: which outputs a checker has to see made.

After the configuration file of the CODECHECK process, version 1.0 (https://codecheck.org.uk/spec/config/1.0). The
fields that a checker fills (codechecker, certificate, report, check_time, summary) are left out.
"""

from __future__ import annotations

from pathlib import Path

import yaml

from replication.citation import author_name, read_citation
from replication.tables import read_rows

NAME = "codecheck.yml"
# Of the formats of an exhibit the one that a checker opens.
_SHOWN = (".html", ".pdf")


def codecheck(root: Path) -> str:
    """List the paper and every exhibit of the project at `root`, each with the program and line that makes it."""
    citation = read_citation(root / "CITATION.cff")
    manifest = [{"file": "output/paper.pdf", "comment": "the paper; scripts/09_paper.py"}]
    for row in read_rows(root / "output" / "exhibits.csv"):
        [file] = [f for f in row["files"].split(";") if Path(f).suffix in _SHOWN]
        place = f"{row['script']}, line {row['line']}"
        manifest.append({"file": file, "comment": f"{row['title']}; {place}"})
    content = {
        "version": "https://codecheck.org.uk/spec/config/1.0",
        "paper": {
            "title": citation["title"].removeprefix("Data and Code for: "),
            "authors": [{"name": author_name(author)} for author in citation["authors"]],
        },
        "manifest": manifest,
    }
    told = "# Made by `make readme` from CITATION.cff and output/exhibits.csv."
    written = yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=110)
    return told + "\n" + written
