"""A coding sheet that was opened, filled and saved in LibreOffice is merged as if it had never been there."""

import shutil
import subprocess

import pytest
from openpyxl import load_workbook
from released_passes import copy_released_passes
from test_recoding import BOOK, SMALL, filled

from replication.casefile.coding_sheet import CODES
from replication.casefile.sheet_import import merge_sheet

EXCEL, CALC = "Calc MS Excel 2007 XML", "calc8"
ENTRIES = {
    ("libya_2011", "io_sought"): ("2 sought", "3 strong", "e05, e07", 'They asked: "first" – à Paris; 50 %.'),
    ("libya_2011", "io_venue"): ("UN; NATO", 2, "e05", "First line" + chr(10) + "second line"),
    ("libya_2011", "military.force"): (-1, "2", "libya_2011-e01", "1/2 of them, 2001-05-00"),
    ("atlantis_2001", "io_sought"): ("no evidence", None, None, "Nothing shows it."),
}  # fmt: skip


@pytest.fixture
def project(tmp_path):
    folder = tmp_path / "a folder" / "cases"
    folder.mkdir(parents=True)
    copy_released_passes("libya_2011", folder)
    shutil.copy2(SMALL, folder)
    return folder


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """Give a function that lets LibreOffice open a file and save it, by way of each format named."""
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("LibreOffice is not installed")
    home = tmp_path_factory.mktemp("profile").as_uri()

    def through(path, *formats):
        for place, (suffix, name) in enumerate(formats):
            folder = path.parent / f"saved {place}"
            command = [program, f"-env:UserInstallation={home}", "--headless"]
            command += ["--convert-to", f"{suffix}:{name}", "--outdir", str(folder), str(path)]
            run = subprocess.run(command, capture_output=True, text=True, check=False)
            path = folder / f"{path.stem}.{suffix}"
            assert path.is_file(), run.stdout + run.stderr
        return path

    return through


@pytest.mark.slow
@pytest.mark.parametrize(
    "formats", [[("xlsx", EXCEL)], [("ods", CALC), ("xlsx", EXCEL)]], ids=["xlsx", "by way of ods"]
)
def test_a_sheet_saved_by_libreoffice_gives_the_same_merge(project, saved, formats):
    sheet = filled(project, ENTRIES)
    by_libreoffice = saved(sheet, *formats)
    assert by_libreoffice.read_bytes() != sheet.read_bytes()
    there, here = (merge_sheet(path, project, BOOK) for path in (by_libreoffice, sheet))
    assert (there.coding, there.new, there.same) == (here.coding, here.new, here.same)
    assert here.new == len(ENTRIES)
    assert there.texts == here.texts


@pytest.mark.slow
def test_lists_to_choose_from_and_locked_cells_survive(project, saved):
    sheet = filled(project, {})
    before, after = (load_workbook(path)[CODES] for path in (sheet, saved(sheet, ("xlsx", EXCEL))))

    def lists(table):
        return {
            cell: rule.formula1.replace("$", "").replace("'", "")
            for rule in table.data_validations.dataValidation
            for block in rule.sqref.ranges
            for cell in block.cells
        }

    assert lists(after) == lists(before)
    assert len(lists(before)) > 5
    assert after.protection.sheet
    for row in range(2, before.max_row + 1):
        for column in range(1, 11):
            old, new = before.cell(row, column), after.cell(row, column)
            assert (new.value, new.protection.locked) == (old.value, old.protection.locked)
