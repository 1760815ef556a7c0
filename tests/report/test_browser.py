"""The page in a browser: nothing fails, everything shows, and the explorer works by clicks and keys."""

import pytest

pytestmark = pytest.mark.slow
NARROW = {"viewport": {"width": 390, "height": 800}}
CELL = "somalia_1992/military_opposition"


@pytest.fixture
def page(visit, real):
    return visit(real)


def address(page):
    return page.evaluate("decodeURIComponent(location.hash.slice(1))")


def focused(page):
    return page.evaluate(
        "document.activeElement.getAttribute('href') || document.activeElement.textContent"
    )


def panel(page):
    return page.locator("dialog#cell")


def test_every_exhibit_is_visible_with_its_words(page):
    page.locator("details.fold").evaluate_all(
        "boxes => boxes.forEach((box) => { box.open = true; })"
    )
    exhibits = page.locator(".exhibit-section")
    page.locator("#section-exhibits .exhibit-section").first.wait_for()
    assert exhibits.count() == 3
    for number in range(exhibits.count()):
        body = exhibits.nth(number).locator("table, svg")
        box = body.bounding_box()
        assert body.is_visible()
        assert min(box["width"], box["height"]) > 20
    texts = page.locator(".exhibit-section svg text")
    assert texts.all_text_contents() == ["Words of figure01_one", "Words of figure02_two"]
    # What the first drawing uses is its own, though both wrote the same ids.
    assert page.evaluate("document.querySelector('#figure02_two-drawing use').getBBox().width") > 20


def test_a_click_opens_a_cell_with_codes_reasons_and_evidence(page, real, derived):
    page.click(f'#matrix a[href="#{CELL}"]')
    assert address(page) == CELL
    text = panel(page).inner_text()
    case, variable = CELL.split("/")
    codings = [
        r
        for r in derived(real, "codings")
        if (r["case_id"], r["variable"], r["actor"]) == (case, variable, "")
    ]
    assert {"pass_1", "pass_2", "agreed"} <= {row["coding"] for row in codings}
    for row in codings:
        assert row["why"] in text or "the same reason" in text
    cited = {item for row in codings for item in row["evidence"].split(";")}
    shown = panel(page).locator("h3:has-text('Evidence cited') + ol > li")
    assert shown.count() == len(cited)
    for row in derived(real, "evidence"):
        if row["evidence_id"] in cited:
            assert row["statement"] in text
    [source] = [r for r in derived(real, "sources") if r["case_id"] == case and r["source"] == "K1"]
    assert source["title"] in text
    assert panel(page).locator(f'a[href="{source["url"]}"]').count() == 1


def test_a_cell_opens_from_its_address_and_back_leads_back(visit, real):
    page = visit(real, "#kosovo_1999/state.io")
    assert panel(page).locator("h2").inner_text().startswith("Kosovo 1999: State")
    page.click('#matrix a[href="#kosovo_1999/host_consent"]')
    assert "Consent" in panel(page).locator("h2").inner_text()
    page.go_back()
    assert panel(page).locator("h2").inner_text().startswith("Kosovo 1999: State")
    page.evaluate("location.hash = '#no/such.cell'")
    panel(page).wait_for(state="hidden")
    page.evaluate("location.hash = '#%E0%A4%A'")


def test_the_matrix_is_walked_with_keys(visit, small):
    page = visit(small)
    page.locator("#matrix a.c").first.focus()
    start = focused(page)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    moved = focused(page)
    assert moved.split("/")[0] != start.split("/")[0]
    assert moved.split("/")[1] != start.split("/")[1]
    page.keyboard.press("End")
    assert focused(page).endswith("/congress.io")
    page.keyboard.press("ArrowRight")
    assert focused(page).endswith("/congress.io")
    page.keyboard.press("Home")
    assert page.locator('#matrix a.c[tabindex="0"]').count() == 1
    here = focused(page)
    page.keyboard.press("Enter")
    assert f"#{address(page)}" == here
    assert panel(page).is_visible()
    page.get_by_role("button", name="Next case").focus()
    page.keyboard.press("Enter")
    assert f"#{address(page)}" != here
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Next case"
    there = f"#{address(page)}"
    page.keyboard.press("Escape")
    assert panel(page).is_hidden()
    assert address(page) == ""
    assert focused(page) == there


def test_filters_leave_what_they_say(page, real, derived):
    cases = derived(real, "cases")
    rows = page.locator("#matrix tr[data-case]:visible")
    assert rows.count() == len(cases)
    page.select_option("#filter-sample", "considered")
    page.select_option("#filter-administration", "Clinton")
    wanted = {
        r["case_id"]
        for r in cases
        if (r["sample"], r["administration"]) == ("considered", "Clinton")
    }
    assert {row.get_attribute("data-case") for row in rows.all()} == wanted
    assert page.locator("details.case:visible").count() == len(wanted)
    page.click("#filters button[type=reset]")
    page.select_option("#filter-type", "memoir")
    page.check("#filter-consulted")
    memoirs = [r for r in derived(real, "evidence") if "memoir" in r["source_types"].split(";")]
    passing = {r["evidence_id"] for r in memoirs if r["consulted"] == "1"}
    agreed = [r for r in derived(real, "codings") if r["coding"] == "agreed"]
    resting = [r for r in agreed if passing & set(r["evidence"].split(";"))]
    status = page.locator("#filter-status").inner_text()
    assert f"{len(passing)} items" in status
    assert f"behind {len(resting)} cell" in status
    coded = {
        f"#{r['case_id']}/{r['actor'] + '.' if r['actor'] else ''}{r['variable']}"
        for r in resting
        if r["code"]
    }
    on = page.locator("#matrix tr[data-case]:visible a.c:not(.off):not(.missing)")
    assert set(on.evaluate_all("links => links.map(link => link.getAttribute('href'))")) == coded


def test_search_finds_statements_and_says_when_there_are_none(page, real, derived):
    page.fill("#filter-text", "POWELL")
    assert page.locator("#filter-found").is_visible()
    page.click("#filter-found summary")
    page.locator(
        "#filter-found li"
    ).first.wait_for()  # filled when the browser has told of the opening
    found = page.locator("#filter-found li").all_text_contents()
    assert len(found) > 10
    assert any(
        "Powell" in r["statement"] and r["statement"] in text
        for r in derived(real, "evidence")
        for text in found
    )
    page.fill("#filter-text", "no such words anywhere")
    assert page.locator("#filter-status").inner_text().startswith("0 cases of")
    assert page.locator("#matrix tr[data-case]:visible").count() == 0


def test_an_answer_leads_to_the_evidence_in_three_clicks(page):
    page.locator("#answer-H1 a[data-sample]").first.click()
    assert page.locator("th.column-on").count() == 1
    page.locator("#matrix tr[data-case]:visible td.column-on a").first.click()
    assert panel(page).locator("ol.evidence > li").count() > 0


@pytest.mark.parametrize(
    "options", [{}, {**NARROW, "color_scheme": "dark", "reduced_motion": "reduce"}]
)
def test_accessibility_checker_finds_nothing_serious(visit, tiny, options):
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="axe is not installed"
    ).Axe()
    page = visit(tiny, **options)
    page.evaluate("document.querySelectorAll('details').forEach((box) => { box.open = true; })")
    page.locator("#what-if-codes select").first.select_option("")
    assert serious(axe, page) == []
    page.locator('#matrix a[href="#case_0/military.io"]').click()
    assert panel(page).is_visible()
    assert serious(axe, page) == []


@pytest.mark.parametrize("name", ["real", "hostile"])
def test_a_phone_need_not_scroll_sideways(request, visit, name):
    page = visit(request.getfixturevalue(name), **NARROW)
    page.evaluate(
        "[...document.querySelectorAll('details')].slice(0, 4).forEach((box) => { box.open = true; })"
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["viewport"]["width"]
    page.locator("#matrix a.c").first.click()
    assert panel(page).is_visible()
    page.keyboard.press("Escape")
    assert panel(page).is_hidden()


def test_hostile_texts_run_nothing_and_are_read_literally(visit, hostile):
    page = visit(hostile, "#case_1/io_sought")
    assert page.evaluate("window.broken") is None
    page.locator("details.case").evaluate_all(
        "boxes => boxes.forEach((box) => { box.open = true; })"
    )
    assert "<script>window.broken = 1</script>" in page.locator("#section-cases").inner_text()
    page.fill("#filter-text", "<script>")
    page.click("#filter-found summary")
    page.locator(
        "#filter-found li"
    ).first.wait_for()  # filled when the browser has told of the opening
    assert "<script>window.broken = 1</script>" in page.locator("#filter-found").inner_text()
    assert (
        page.evaluate(
            "document.querySelectorAll('img, iframe, form[action], [onerror], [onload]').length"
        )
        == 0
    )


def test_without_scripts_everything_can_be_read(visit, real, derived):
    page = visit(real, f"#{CELL}", java_script_enabled=False)
    body = page.locator(f'[id="{CELL}"]')
    assert body.is_visible()  # the browser opens the section that the address leads into
    keys = (*CELL.split("/"), "agreed")
    [agreed] = [
        r for r in derived(real, "codings") if (r["case_id"], r["variable"], r["coding"]) == keys
    ]
    assert agreed["why"] in body.inner_text()
    assert page.locator("#filters").is_hidden()
    assert "needs JavaScript" in page.locator("#section-what-if").inner_text()


def test_print_leaves_out_what_paper_cannot_do(visit, small):
    page = visit(small)
    page.emulate_media(media="print")
    assert page.locator("#filters").is_hidden()
    assert page.locator("#section-what-if").is_hidden()
    assert page.locator(".exhibit-section").first.is_visible()
    assert page.evaluate("getComputedStyle(document.body).paddingRight") == "0px"


def serious(axe, page):
    """Rules broken with serious or critical impact, with the first element that breaks each."""
    found = axe.run(page).response["violations"]
    return [
        (v["id"], v["nodes"][0]["html"]) for v in found if v["impact"] in ("serious", "critical")
    ]
