"""The checklist of journals, row by row, over an unpacked deposit.

Every row says met, NOT MET, or not ours: what only an archive or a journal can do. A row that a command
can test is tested here; the numbers are those of the list the project was given.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import yaml

from replication.release.compare import RELATIVE
from replication.release.installed import mismatches
from replication.release.manifest import ENVIRONMENT, checksum, checksums, files_in
from replication.release.readme import (
    SECTIONS,
    part,
    section,
    source_rows,
    unlisted,
    unnamed_sources,
)
from replication.release.unpacked import FORMATS, LIST, Deposit
from replication.tables import read_table

MET, NOT_MET, NOT_OURS = "met", "NOT MET", "not ours"
# Formats that need no program of one maker; .dta and .sav only beside the same table as CSV.
_OPEN = {
    ".R", ".bib", ".cff", ".css", ".csv", ".do", ".html", ".j2", ".js", ".json", ".lock", ".log", ".md", ".pdf",
    ".png", ".py", ".qdpx", ".ris", ".sh", ".sqlite", ".svg", ".tex", ".toml", ".txt", ".typ", ".xml", ".yaml", ".yml",
    "",
}  # fmt: skip
_LABELLED = {".dta", ".sav"}
_ASKS = re.compile("(?<![a-z_.])(?:input|urlopen|urlretrieve)[(]|requests[.](?:get|post)")


@dataclass(frozen=True)
class ChecklistRow:
    """One row: what is asked, the verdict, and the reason where it is not simply met."""

    number: int
    requirement: str
    verdict: str
    reason: str


def verdicts(deposit: Deposit) -> list[ChecklistRow]:
    """Judge every row. A check that cannot run, as its file is missing, is not met."""
    rows = []
    for number, (requirement, check) in enumerate(_ROWS, start=1):
        if isinstance(check, str):
            rows.append(ChecklistRow(number, requirement, NOT_OURS, check))
            continue
        try:
            reason = check(deposit)
        except (OSError, KeyError, ValueError, TypeError, IndexError) as error:
            reason = f"cannot be checked: {error!r}"
        rows.append(ChecklistRow(number, requirement, NOT_MET if reason else MET, reason))
    return rows


def _verified(deposit: Deposit) -> str:
    return "" if deposit.verified else "`verify` failed in the unpacked archive"


def _main(deposit: Deposit) -> str:
    target = re.search("^all:", deposit.text("Makefile"), re.MULTILINE)
    return _verified(deposit) if target else "the Makefile has no target all"


def _logs(deposit: Deposit) -> str:
    stems = (
        {Path(name).stem for name in deposit.names if name.startswith(start) and name.endswith(end)}
        for start, end in (("scripts/", ".py"), ("output/logs/", ".log"))
    )
    scripts, logs = stems
    return f"no log, or a log too many: {sorted(scripts ^ logs)}" if scripts != logs else ""


def _files(*names: str) -> Callable[[Deposit], str]:
    def check(deposit: Deposit) -> str:
        return ", ".join(f"{name} is missing" for name in names if name not in deposit.names)

    return check


def _says(*words: str) -> Callable[[Deposit], str]:
    def check(deposit: Deposit) -> str:
        flat = " ".join(deposit.readme.split())
        return ", ".join(f"README does not say {word!r}" for word in words if word not in flat)

    return check


def _sections(deposit: Deposit) -> str:
    headings = re.findall("^##+ .*$", deposit.readme, re.MULTILINE)
    found = [heading for heading in headings if heading in SECTIONS]
    return "" if found == list(SECTIONS) else f"sections are {found}"


def _rights(deposit: Deposit) -> str:
    signed = re.findall(r"^- \[x] The contributors have ", deposit.readme, re.MULTILINE)
    return "" if len(signed) == 2 else "the two statements are not signed"  # noqa: PLR2004 - use, redistribute


def _sources(deposit: Deposit) -> str:
    rows = source_rows(deposit.readme)
    empty = [row[0] for row in rows if not all(row)]
    return f"fields are empty in {empty}" if empty or not rows else ""


def _citations(deposit: Deposit) -> str:
    references = deposit.readme.split("## References")[1]
    library = deposit.text("replication/report/templates/references.bib")
    told = " ".join(cell for row in source_rows(deposit.readme) for cell in row)
    cited = re.findall("([A-Z][a-z]+) [(]([0-9]{4})[)]", told)
    lost = [
        f"{name} {year}"
        for name, year in cited
        if name not in references or year not in references or (name not in library)
    ]
    return f"not in the references: {', '.join(lost)}" if lost or not cited else ""


def _raw(deposit: Deposit) -> str:
    inputs = json.loads(deposit.text("output/manifest.json"))["inputs"]
    raw = checksums(deposit.root, ("data/raw",))
    changed = [name for name, value in raw.items() if inputs.get(name) != value]
    return f"changed or unlisted: {changed[:3]}" if changed or not raw else ""


def _derived(deposit: Deposit) -> str:
    lost = _files("data/derived/cases.csv", "data/derived/actors.csv")(deposit)
    other = deposit.other_formats
    told = f"not what the data give: {FORMATS}/{other[0]}" if other else ""
    return lost or told or _verified(deposit)


def _formats(deposit: Deposit) -> str:
    proprietary = [
        name
        for name in deposit.names
        if not (Path(name).suffix in _OPEN or _beside_csv(name, deposit.names))
    ]
    return f"no open format: {proprietary[:3]}" if proprietary else ""


def _beside_csv(name: str, names: list[str]) -> bool:
    return Path(name).suffix in _LABELLED and Path(name).with_suffix(".csv").as_posix() in names


def _codebook(deposit: Deposit) -> str:
    rows = read_table(deposit.root / "output" / "codebook.csv")
    for path in sorted((deposit.root / "data" / "derived").glob("*.csv")):
        described = rows.loc[rows["table"] == path.stem, "column"]
        if list(described) != list(read_table(path).columns):
            return f"columns of {path.name} are not those of the codebook"
    return (
        ""
        if rows[["label", "type", "rule"]].notna().all(axis=None)
        else "a column has no label, type or rule"
    )


def _exhibit_map(deposit: Deposit) -> str:
    for row in deposit.exhibits:
        line = deposit.text(row["script"]).splitlines()[int(row["line"]) - 1]
        lost = [file for file in row["files"].split(";") if file not in deposit.names]
        if f'"{row["exhibit"]}"' not in line or lost:
            return f"{row['exhibit']}: line or files do not hold"
        if f"| {row['exhibit']} |" not in part(deposit.readme, "exhibits"):
            return f"{row['exhibit']} is not in README"
    return "" if deposit.exhibits else "the map is empty"


def _named(deposit: Deposit) -> str:
    files = {file for row in deposit.exhibits for file in row["files"].split(";")}
    shown = {n for n in deposit.names if n.startswith(("output/tables/", "output/figures/"))}
    wrong = [
        r["exhibit"]
        for r in deposit.exhibits
        if not re.match("(?:table|figure)[0-9]+_", r["exhibit"])
    ]
    return (
        f"files without an exhibit, or the reverse: {sorted(files ^ shown)[:3]}"
        if files != shown or wrong
        else ""
    )


def _unattended(deposit: Deposit) -> str:
    programs = [
        n for n in deposit.names if n.startswith(("replication/", "scripts/")) and n.endswith(".py")
    ]
    asking = [name for name in programs if _ASKS.search(deposit.text(name))]
    return f"asks or downloads: {asking}" if asking else ""


def _found_by(*scans: str) -> Callable[[Deposit], str]:
    def check(deposit: Deposit) -> str:
        return "; ".join(
            f"{scan}: {', '.join(deposit.scans[scan][:4])}" for scan in scans if deposit.scans[scan]
        )

    return check


def _seed(deposit: Deposit) -> str:
    told = re.search("The seed is ([0-9]+): `(.*)`, line ([0-9]+)", deposit.readme)
    if told is None:
        return "README does not tell the seed"
    line = deposit.text(told[2]).splitlines()[int(told[3]) - 1]
    return "" if line == f"SEED = {told[1]}" else f"line {told[3]} of {told[2]} is {line!r}"


def _pinned(deposit: Deposit) -> str:
    lines = deposit.text("requirements.txt").splitlines()
    loose = [line for line in lines if line and not line.startswith("#") and "==" not in line]
    return (
        f"not pinned: {loose}"
        if loose
        else "; ".join(mismatches(deposit.root / "requirements.lock"))
    )


def _measured(deposit: Deposit) -> str:
    text = section(deposit.readme, "### Memory, runtime and storage")
    lost = [unit for unit in ("minutes", "MB|GB") if not re.search(f"[0-9] (?:{unit})", text)]
    told = f"README gives no measured figure in {' or '.join(lost)}" if lost else ""
    return told or _files(ENVIRONMENT)(deposit)


def _tidy(deposit: Deposit) -> str:
    # The number of files has no limit here: Dataverse, which unpacks fewer than 1,000, gets a zip in a zip.
    scans = ("empty files", "copies", "archives", "large files")
    return _found_by(*scans, "unwanted folders")(deposit) or _no_empty_folder(deposit)


def _no_empty_folder(deposit: Deposit) -> str:
    folders = (path for path in deposit.root.rglob("*") if path.is_dir())
    return "an empty folder" if any(not any(folder.iterdir()) for folder in folders) else ""


def _listed(deposit: Deposit) -> str:
    actual = {name: checksum(path) for name, path in files_in(deposit.root, (".",))}
    del actual[LIST]
    wrong = [
        name
        for name in {**actual, **deposit.manifest}
        if actual.get(name) != deposit.manifest.get(name)
    ]
    return f"not as listed: {wrong[:3]}" if wrong else ""


def _licence(deposit: Deposit) -> str:
    text = deposit.text("LICENSE.txt")
    return "" if "MIT License" in text and "CC BY 4.0" in text else "LICENSE.txt lacks a licence"


def _title(deposit: Deposit) -> str:
    citation = deposit.citation
    sound = citation["title"].startswith("Data and Code for:") and citation["authors"]
    return "" if sound else "the title or the authors do not hold"


def _rules(deposit: Deposit) -> str:
    book = yaml.safe_load(deposit.text("data/raw/codebook.yaml"))
    bare = [v["name"] for level in ("case", "actor") for v in book[level] if not v.get("rule")]
    return f"without a rule: {bare}" if bare else ""


def _overview(deposit: Deposit) -> str:
    text = deposit.text("data/raw/OVERVIEW.md")
    parts, words = len(re.findall("^## ", text, re.MULTILINE)), len(text.split())
    return "" if parts == 3 and 800 <= words <= 1200 else f"{parts} parts, {words} words"  # noqa: PLR2004 - the rule


def _annotated(deposit: Deposit) -> str:
    """Check that an agreed code has a reason and items, and an item a statement and a source."""
    codings, items, sources = (
        read_table(deposit.root / "data" / "derived" / f"{name}.csv")
        for name in ("codings", "evidence", "sources")
    )
    coded = codings[(codings["coding"] == "agreed") & codings["code"].notna()]
    if coded["why"].isna().any() or coded["evidence"].isna().any():
        bare = coded[coded["why"].isna() | coded["evidence"].isna()]
        return f"{len(bare)} agreed codes without a reason or an item, first of {bare['case_id'].iloc[0]}"
    cited = set(coded["evidence"].str.split(";").explode())
    if cited - set(items["evidence_id"]):
        return "an item that is cited does not exist"
    keys = set(sources["case_id"] + " " + sources["source"])
    found = items[items["source"].notna()].assign(source=lambda t: t["source"].str.split(";"))
    used = found.explode("source")
    lost = set(used["case_id"] + " " + used["source"]) - keys
    return f"sources that are not listed: {sorted(lost)[:3]}" if lost else ""


def _source_list(deposit: Deposit) -> str:
    sources = read_table(deposit.root / "data" / "derived" / "sources.csv").astype(object)
    rows = sources.where(sources.notna(), "").to_dict("records")
    if not all(row["type"] for row in rows):
        return "a source has no type"
    unnamed = unnamed_sources(rows)
    if not all(row["copy"] for row in unnamed):
        return "a source that is no unofficial copy has neither author, title nor publisher"
    told = f"{len(unnamed)} were read in unofficial copies that name neither author"
    return _says(told, "belong to their publishers", "No interview was conducted")(deposit)


def _tolerance(deposit: Deposit) -> str:
    told = re.search("within a relative ([0-9e-]+)", " ".join(deposit.readme.split()))
    return (
        ""
        if told and float(told[1]) == RELATIVE
        else "README does not tell the tolerance of `verify`"
    )


_ROWS: tuple[tuple[str, str | Callable[[Deposit], str]], ...] = (
    ("one documented command reproduces everything", _main),
    (
        "runs outside the authors' folder, with the packages of the lock alone",
        lambda d: "; ".join(mismatches(d.root / "requirements.lock")) or _verified(d),
    ),
    ("outputs compared with those committed", _verified),
    ("one log a script", _logs),
    ("README.md, and README.pdf", _files("README.md", "README.pdf")),
    ("README sections in the order of the template", _sections),
    (
        "two statements of rights signed, LICENSE.txt",
        lambda d: _rights(d) or _files("LICENSE.txt")(d),
    ),
    (
        "every data file in the dataset list once, and the reverse",
        lambda d: "; ".join(unlisted(d.readme, d.root)[:3]),
    ),
    ("every source with files, citation, how obtained, provided or not", _sources),
    ("data citations in README and paper", _citations),
    ("raw data included, unchanged since the output was made", _raw),
    ("analysis data included and rebuilt to the same", _derived),
    ("open formats", _formats),
    ("codebook rows equal the columns of every derived file", _codebook),
    ("analysis data built by code, from raw data", _verified),
    ("code for every exhibit and number in the text", _verified),
    ("exhibit map: script, line, files", _exhibit_map),
    ("outputs named after their exhibits", _named),
    (
        "claim about numbers in the text, and the file that has them",
        lambda d: (
            _files("output/numbers.csv", "output/crosswalk.csv")(d)
            or _says("all numbers in the text")(d)
        ),
    ),
    ("data loaded by code, nothing asked or downloaded", _unattended),
    ("code in source form", _found_by("compiled programs")),
    ("one seed, its program and line in README", _seed),
    ("no parameter changed by hand between exhibits", _verified),
    ("versions of Python and packages, pinned and installed", _pinned),
    ("system, memory, runtime and storage as measured", _measured),
    ("paths relative, on every system", _found_by("paths of Windows", "absolute paths")),
    ("no empty, duplicate, oversized, packed or stray file", _tidy),
    ("no Git folder", _found_by("unwanted folders")),
    (
        "manuscript kept out",
        "the code makes the paper and `verify` compares it; output/paper.pdf can be left out",
    ),
    ("no folder that ships empty", _no_empty_folder),
    ("manifest with SHA-256 equals the tree", _listed),
    (
        "no personal information in names or labels",
        _found_by("personal information", "free texts and coordinates"),
    ),
    ("licences of data and code, apart from README", _licence),
    ("title begins 'Data and Code for:', authors named", _title),
    ("trusted archive with a DOI", "exists only once the package is deposited"),
    ("omissions stated in README", _says("Not provided:")),
    ("coding rules in the package, one for each variable", _rules),
    (
        "ethics and pre-registration statements",
        _says("no ethics review applies", "but not registered"),
    ),
    ("overview of the qualitative evidence in three parts", _overview),
    ("every agreed code with reason, paraphrased item and source", _annotated),
    ("source list with kind and description; copyright and human subjects in README", _source_list),
    ("re-run by a third party", "done by the journal"),
    (
        "raw data apart from derived data and results, untouched by the run",
        lambda d: _raw(d) or _verified(d),
    ),
    ("named release archived with a DOI", "a tag and its archive copy exist only once released"),
    ("expected numerical differences in README", _tolerance),
)
