"""A page too large for plain text: the same in a browser, and without scripts each case in short with its file."""

import gzip
import json
import re
from base64 import b64decode

import pytest
from small_project import write_project

from replication.report import page as page_module
from replication.report.page import packed, write_report
from replication.report.questions import _QUESTIONS

pytestmark = pytest.mark.slow
CASE = "case_0"
HELD = f"{CASE}-e1"
# The made-up exhibits belong to no question of the paper and stand under one more.
FOLD = f"question-{len(_QUESTIONS) + 1}"


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """Make the five cases of `small` in a page that may hold nothing as plain text."""
    folder = write_project(tmp_path_factory.mktemp("large"), 5)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(page_module, "LARGEST", 0)
        write_report(folder / "output" / "report.html", folder)
    return folder


def opened(page, box):
    page.evaluate("id => { document.getElementById(id).open = true; }", box)
    page.locator(f"#{box} > noscript").wait_for(state="detached")
    return page.locator(f"#{box}").inner_text()


def test_a_packed_page_shows_what_a_plain_one_shows(visit, small, large):
    plain, other = visit(small), visit(large)
    for box in (CASE, "case_4", FOLD):
        assert opened(other, box) == opened(plain, box) != ""
        count = f"document.querySelectorAll('#{box} *').length"
        assert other.evaluate(count) == plain.evaluate(count) > 20
    for words in ('"We ask first."', "council"):
        said = []
        for page in (plain, other):
            page.fill("#filter-text", words)
            said.append(page.locator("#filter-status").inner_text())
        assert said[0] == said[1]
        assert "with 0 items" not in said[0]


def test_addresses_lead_into_a_packed_page(visit, large):
    page = visit(large, f"#{CASE}/military.io")
    page.locator("dialog#cell[open]").wait_for()
    assert "Evidence cited" in page.locator("dialog#cell").inner_text()
    page = visit(large, f"#{HELD}")
    page.wait_for_function(f"document.activeElement.id === '{HELD}'")


def test_without_scripts_each_case_stands_in_short_with_its_file(browser, large, derived):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((large / "output" / "report.html").as_uri())
    for row in derived(large, "cases"):
        box = page.locator(f"#{row['case_id']}")
        box.locator("summary").click()
        assert row["decision"] in box.inner_text()
        assert "Endorsement sought" in box.inner_text()
        assert box.locator(f'a[href$="{row["case_id"]}.yaml"]').count() == 1
    page.locator(f"#{FOLD} > summary").click()
    assert page.locator(f"#{FOLD} a[href$='.csv']").count() > 0
    context.close()


def test_a_browser_that_cannot_unpack_shows_what_stands_in_short(browser, large, derived):
    context = browser.new_context()
    context.add_init_script("delete window.DecompressionStream")
    page = context.new_page()
    page.goto((large / "output" / "report.html").as_uri())
    page.wait_for_function("!document.getElementById('filters').hidden")
    [row] = [row for row in derived(large, "cases") if row["case_id"] == CASE]
    assert row["decision"] in opened(page, CASE)
    context.close()


def test_hundreds_of_cases_stay_within_the_limit(tmp_path):
    folder = write_project(tmp_path, 300)
    text = page_module.render(page_module.read_inputs(folder), folder / "output" / "report.html")
    assert len(text.encode()) < 6_000_000
    pack = re.search('<script type="text/plain" id="packed">([^<]*)<', text)
    parts = json.loads(gzip.decompress(b64decode(pack[1])))
    assert len([name for name in parts if name.startswith("case_")]) == 300
    assert len("".join(parts.values()).encode()) + len(text.encode()) > page_module.LARGEST
    assert packed(parts) == pack[1]
