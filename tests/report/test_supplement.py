"""The supplement: every case is told in it, and every exhibit is in it or in the paper."""

import csv
import re
import shutil
import subprocess

import pytest

from replication import paths
from replication.report import paper_source
from replication.report.supplement import left_out, make_supplement
from replication.workflow import EXHIBIT_LISTS, exhibit_lines

WITH_RESULTS = pytest.mark.skipif(
    not (paths.RESULTS / "narratives.csv").is_file() or not (paths.BUILD / "exhibits").is_dir(),
    reason="the supplement needs the results of a whole run: make all",
)
FORMS = {"06_tables.py": paper_source.TABLE, "07_figures.py": paper_source.FIGURE}

# The line at the foot of each page, which comes between the halves of a sentence.
_FOOT = re.compile("^Provisional: coded by language models.*$", re.MULTILINE)


@pytest.mark.parametrize("script", EXHIBIT_LISTS)
def test_every_exhibit_is_in_the_paper_or_in_the_supplement_and_not_in_both(script):
    source = paper_source.SOURCE.read_text(encoding="utf-8")
    shown = [call.key for call in paper_source.calls(source) if call.form == FORMS[script]]
    assert sorted([*shown, *left_out(script, FORMS[script])]) == sorted(
        exhibit_lines(paths.SCRIPTS / script)
    )


@pytest.mark.slow
@WITH_RESULTS
def test_every_sentence_of_every_case_is_in_it_and_it_is_the_same_twice(tmp_path):
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    pdf = make_supplement()
    assert pdf == make_supplement()
    (tmp_path / "s.pdf").write_bytes(pdf)
    told = subprocess.run(
        ["pdftotext", "-raw", "s.pdf", "-"], cwd=tmp_path, capture_output=True, check=True
    )
    pages = _FOOT.sub("", told.stdout.decode())
    letters = _letters(pages)
    with (paths.RESULTS / "narratives.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) > 500
    assert [row["text"] for row in rows if _letters(row["text"]) not in letters] == []


def _letters(text):
    """Letters and digits alone: lines, hyphens and ligatures do not count."""
    return re.sub(
        "[^a-z0-9]", "", text.lower().replace("ﬁ", "fi").replace("ﬂ", "fl").replace("ﬀ", "ff")
    )
