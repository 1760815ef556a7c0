"""The verbs as a user types them: what they print, where they write, and what they leave alone."""

import json

import pytest
from in_process import project_in
from openpyxl import load_workbook

from replication import paths
from replication.cli import main
from replication.codebook_shape import codebook_schema


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "CODING_SHEETS", tmp_path / "coding_sheets")
    with project_in(tmp_path):
        paths.CASES.mkdir()
        for path in sorted((paths.RAW / "cases").glob("*.yaml"))[:3]:
            (paths.CASES / path.name).write_bytes(path.read_bytes())
        yield tmp_path


def call(capsys, *arguments):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    return ended.value.code, capsys.readouterr().out


def files(folder):
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()
    }


def test_a_case_is_begun_checked_and_told_of(project, capsys):
    status, told = call(capsys, "new-case", "cotedivoire_2011")
    assert status == 0
    assert "make check CASE=cotedivoire_2011" in told
    before = files(project)
    status, told = call(capsys, "check", "cotedivoire_2011")
    assert (status, files(project)) == (0, before)
    assert "Drafts, in no estimate until their status is released: cotedivoire_2011" in told
    assert "decisions.yaml names this case" in told
    # Cases that the list names are not noted.
    assert "decisions.yaml names this case" not in call(capsys, "check", min(
        path.stem for path in paths.CASES.iterdir()
    ))[1]  # fmt: skip
    status, told = call(capsys, "new-case", "cotedivoire_2011")
    assert (status, files(project)) == (1, before)
    assert "is taken" in told


def test_a_sheet_goes_out_and_comes_back_and_is_never_overwritten(project, capsys):
    case = min(path.stem for path in paths.CASES.iterdir())
    status, told = call(
        capsys, "coding-sheet", "zoe", "--case", case, "--variables", "io_sought, military.io"
    )
    sheet = project / "coding_sheets" / "zoe.xlsx"
    assert (status, sheet.is_file()) == (0, True)
    assert "make import-codes FILE=" in told
    book = load_workbook(sheet)
    assert [row[1] for row in book["Codes"].iter_rows(min_row=2, values_only=True)] == [
        "io_sought",
        "military.io",
    ]
    book["Codes"]["G2"].value, book["Codes"]["J2"].value = "no evidence", "Nothing was found."
    book.save(sheet)
    content = sheet.read_bytes()
    status, told = call(capsys, "coding-sheet", "zoe")
    assert (status, sheet.read_bytes() == content) == (1, True)
    assert "exists and may hold codes" in told
    status, told = call(capsys, "import-codes", str(sheet))
    assert status == 0
    assert "1 new in 1 case file," in told
    assert "  zoe:" in (paths.CASES / f"{case}.yaml").read_text(encoding="utf-8")
    status, told = call(capsys, "check")
    assert status == 0


def fill(path, row, **columns):
    book = load_workbook(path)
    sheet = book["Codes"]
    heads = {head.value: head.column for head in sheet[1]}
    for name, value in columns.items():
        sheet.cell(row, heads[name]).value = value
    book.save(path)


def kept(project):
    return {p.name: p.read_bytes() for p in (project / "coding_sheets" / "imported").glob("*")}


def test_a_sheet_that_was_imported_makes_room_for_the_next_and_is_kept(project, capsys):
    case = min(path.stem for path in paths.CASES.iterdir())
    ask = ("coding-sheet", "zoe", "--case", case, "--variables", "io_sought, military.io")
    sheet = project / "coding_sheets" / "zoe.xlsx"
    call(capsys, *ask)
    fill(sheet, 2, Code="no evidence", Why="Nothing was found.")
    first = sheet.read_bytes()
    assert call(capsys, "import-codes", str(sheet))[0] == 0
    assert (sheet.read_bytes(), kept(project)) == (first, {"zoe.xlsx": first})
    # Imported twice it is kept once, and the next sheet has what is left.
    assert call(capsys, "import-codes", str(sheet))[0] == 0
    status, told = call(capsys, *ask)
    assert status == 0
    assert "The sheet before was imported; it is kept as" in told
    assert load_workbook(sheet)["Codes"]["B2"].value == "military.io"
    assert kept(project) == {"zoe.xlsx": first}
    fill(sheet, 2, Code="no evidence", Why="Nothing was found.")
    second = sheet.read_bytes()
    assert call(capsys, "import-codes", str(sheet))[0] == 0
    assert kept(project) == {"zoe.xlsx": first, "zoe_2.xlsx": second}


def test_what_was_typed_after_the_import_is_not_overwritten(project, capsys):
    case = min(path.stem for path in paths.CASES.iterdir())
    ask = ("coding-sheet", "zoe", "--case", case, "--variables", "io_sought, military.io")
    sheet = project / "coding_sheets" / "zoe.xlsx"
    call(capsys, *ask)
    fill(sheet, 2, Code="no evidence", Why="Nothing was found.")
    call(capsys, "import-codes", str(sheet))
    fill(sheet, 3, Code="no evidence", Why="Nothing here either.")
    content = sheet.read_bytes()
    status, told = call(capsys, *ask)
    assert (status, sheet.read_bytes() == content) == (1, True)
    assert "make import-codes FILE=" in told
    assert "or move it away first" in told


def test_a_sheet_of_settling_that_was_imported_makes_room_for_the_next(project, capsys):
    case = min(path.stem for path in paths.CASES.iterdir())
    call(capsys, "coding-sheet", "zoe", "--case", case, "--variables", "io_sought")
    pass_sheet = project / "coding_sheets" / "zoe.xlsx"
    fill(pass_sheet, 2, Code="no evidence", Why="Nothing was found.")
    assert call(capsys, "import-codes", str(pass_sheet))[0] == 0
    sheet = project / "coding_sheets" / "settle.xlsx"
    ask = ("settle", "--case", case, "--coding", "zoe")
    assert call(capsys, *ask)[0] == 0
    content = sheet.read_bytes()
    status, told = call(capsys, *ask)
    assert (status, sheet.read_bytes() == content) == (1, True)
    assert "make settle FILE=" in told
    assert call(capsys, "settle", "--file", str(sheet))[0] == 0
    status, told = call(capsys, *ask)
    assert status == 0
    assert "The sheet before was imported" in told
    assert kept(project)["settle.xlsx"] == content


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("coding-sheet", "agreed"), "is not allowed"),
        (("coding-sheet", "../x"), "is not allowed"),
        (("coding-sheet", "zoe", "--case", "nowhere"), "there is no case 'nowhere'"),
        (("coding-sheet", "zoe", "--variables", "nothing"), "VARIABLES: 'nothing' is not allowed"),
        (("import-codes", "nowhere.xlsx"), "there is no such file"),
        (("import-codes", ""), "FILE is missing: say which sheet"),
        (("import-sources", "", "libya_2011"), "FILE is missing: say it as in make import-sources"),
        (("import-sources", "library.bib", ""), "CASE is missing: say it as in"),
        (("new-case", "No Such"), "is not allowed"),
    ],
)
def test_a_wrong_call_says_what_is_allowed_and_writes_nothing(project, capsys, arguments, words):
    before = files(project)
    status, told = call(capsys, *arguments)
    assert (status, files(project)) == (1, before)
    assert words in told


@pytest.mark.usefixtures("project")
def test_compare_without_a_release_says_so(capsys):
    status, told = call(capsys, "compare")
    assert status == 0
    assert "There is no release to compare with" in told


def test_a_faulty_codebook_is_told_by_check(project, capsys, monkeypatch):
    broken = project / "codebook.yaml"
    broken.write_text("universe: 1", encoding="utf-8")
    monkeypatch.setattr(paths, "CODEBOOK", broken)
    status, told = call(capsys, "check")
    assert status == 1
    assert "codebook.yaml:1: universe" in told


def test_schemas_are_written_anew_as_they_stand(project, capsys, monkeypatch):
    for name in ("CASE_SCHEMA", "CODEBOOK_SCHEMA"):
        committed = getattr(paths, name)
        monkeypatch.setattr(paths, name, project / committed.name)
    status, _ = call(capsys, "schema")
    assert status == 0
    for name in ("case.schema.json", "codebook.schema.json"):
        assert (project / name).read_bytes() == (paths.RAW / name).read_bytes()
    assert (
        json.loads((project / "codebook.schema.json").read_text(encoding="utf-8"))
        == codebook_schema()
    )
