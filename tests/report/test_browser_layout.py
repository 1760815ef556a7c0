"""What the page looks like where: order, length, phone, dark, print, and where the keyboard lands."""

import pytest

pytestmark = pytest.mark.slow
NARROW = {"viewport": {"width": 390, "height": 800}}
WIDE = {"viewport": {"width": 1400, "height": 900}}
ORDER = [
    "results", "figures", "what-if", "types", "explorer", "cases", "exhibits", "codebook", "changes",
]  # fmt: skip
CASE = "somalia_1992"


def test_answer_figures_what_if_and_explorer_come_before_tables_and_codebook(visit, small):
    page = visit(small)
    sections = page.locator("main > section").evaluate_all("all => all.map((one) => one.id)")
    assert sections == [f"section-{name}" for name in ORDER]


def test_the_page_is_short_and_light_until_something_is_opened(visit, real):
    """Half of what it was with the same cases: 93,000 elements, 58,000 pixels."""
    page = visit(real, **WIDE)
    assert page.evaluate("document.querySelectorAll('*').length") < 93_000 / 2
    assert page.evaluate("document.documentElement.scrollHeight") < 58_000 / 2
    page.click(f"details.case#{CASE} > summary")
    page.locator(f"#{CASE} .evidence li").first.wait_for()
    assert page.locator(f"#{CASE} tbody.cell").count() > 10


def test_first_looks_and_searches_take_less_than_a_second(visit, real):
    """Seconds of the browser's main thread, which load on the machine does not lengthen."""
    page = visit(real, **WIDE)
    page.goto("about:blank")
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def used(act):
        before = _task_seconds(session)
        act()
        page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
        return _task_seconds(session) - before

    address = (real / "output" / "report.html").as_uri()
    assert used(lambda: page.goto(address)) < 1
    assert used(lambda: page.click(f'#matrix a[href="#{CASE}/io_sought"]')) < 1
    page.keyboard.press("Escape")
    assert used(lambda: page.fill("#filter-text", "council")) < 1
    assert "0 cases of" not in page.locator("#filter-status").inner_text()


def _task_seconds(session):
    metrics = session.send("Performance.getMetrics")["metrics"]
    return next(one["value"] for one in metrics if one["name"] == "TaskDuration")


def test_a_figure_stands_beside_its_text_where_there_is_room(visit, small):
    wide = visit(small, **WIDE)
    text = wide.locator(".lead-figure .beside").first.bounding_box()
    drawing = wide.locator(".lead-figure figure").first.bounding_box()
    assert text["x"] + text["width"] <= drawing["x"]
    assert drawing["width"] > text["width"]
    phone = visit(small, **NARROW)
    text = phone.locator(".lead-figure .beside").first.bounding_box()
    drawing = phone.locator(".lead-figure figure").first.bounding_box()
    assert text["y"] + text["height"] <= drawing["y"]


@pytest.mark.parametrize(
    ("address", "focused", "opened"),
    [
        (f"{CASE}-e01", f"{CASE}-e01", True),
        (CASE, "", True),
        ("variable/io_sought", "", True),
        ("exhibit-table01_made_up", "exhibit-table01_made_up-title", True),
        ("section-explorer", "explorer-title", False),
        (f"{CASE}/source/K1", f"{CASE}/source/K1", True),
    ],
)
def test_focus_moves_to_what_a_deep_link_opens(visit, real, address, focused, opened):
    page = visit(real, f"#{address}")
    page.wait_for_function("document.activeElement !== document.body")
    active = page.evaluate(
        "({id: document.activeElement.id, near: document.activeElement.closest('[id]').id})"
    )
    if focused:
        assert active["id"] == focused
    else:
        assert active["near"] == address
    within = page.evaluate("document.activeElement.closest('details')?.open ?? false")
    assert within == opened
    box = page.evaluate("document.activeElement.getBoundingClientRect().top")
    assert 0 <= box < WIDE["viewport"]["height"]


def test_a_second_click_on_the_same_link_leads_there_again(visit, real):
    page = visit(real, f"#{CASE}-e01")
    page.evaluate("window.scrollTo(0, 0); document.activeElement.blur();")
    page.evaluate(
        f"const a = document.createElement('a'); a.href = '#{CASE}-e01'; a.id = 'again'; "
        "a.textContent = 'again'; document.querySelector('header').append(a);"
    )
    page.click("#again")
    assert page.evaluate("document.activeElement.id") == f"{CASE}-e01"


def test_tables_of_a_phone_keep_their_first_column_and_say_that_they_scroll(visit, real):
    page = visit(real, **NARROW)
    page.click(f"details.case#{CASE} > summary")
    box = page.locator(f"#{CASE} .scroll:has(.positions)")
    box.wait_for()
    page.wait_for_timeout(100)
    assert "more" in box.get_attribute("class")
    hint = box.evaluate("box => getComputedStyle(box, '::before').content")
    assert "Scroll sideways" in hint
    first = box.locator("tbody th").first
    before = first.bounding_box()["x"]
    box.evaluate("box => { box.scrollLeft = 200; }")
    assert box.evaluate("box => box.scrollLeft") > 0
    assert abs(first.bounding_box()["x"] - before) < 1
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["viewport"]["width"]


def test_letters_of_a_drawing_stay_readable_on_a_phone(visit, real):
    page = visit(real, **NARROW)
    heights = page.locator("#answer-H1 .forest text").evaluate_all(
        "texts => texts.map((text) => text.getBoundingClientRect().height)"
    )
    assert min(heights) > 10
    drawing = page.locator(".paper svg").first.bounding_box()
    assert drawing["width"] > 2 * NARROW["viewport"]["width"]


def test_drawings_are_dark_where_the_page_is(visit, small):
    light, dark = (visit(small, color_scheme=scheme) for scheme in ("light", "dark"))
    look = "getComputedStyle(document.querySelector('.paper')).filter"
    assert light.evaluate(look) == "none"
    assert "invert" in dark.evaluate(look)
    dark.emulate_media(media="print", color_scheme="dark")
    assert dark.evaluate(look) == "none"


def test_paper_gets_every_exhibit_with_all_its_columns(visit, real):
    page = visit(real, viewport={"width": 680, "height": 900})
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.locator("details.fold:not([open])").count() == 0
    assert page.locator("#section-exhibits .exhibit-section").first.is_visible()
    page.evaluate(f"document.getElementById('{CASE}').open = true")
    page.wait_for_timeout(100)
    wide = page.locator("table:visible").evaluate_all(
        "tables => tables.filter((table) => table.getBoundingClientRect().right > innerWidth + 1)"
        ".map((table) => table.className)"
    )
    assert wide == []
    page.emulate_media(media="screen")
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.locator("details.fold[open]").count() == 0


def test_a_quotation_stands_under_its_item_with_its_place(visit, tiny, derived):
    page = visit(tiny)
    page.click("details.case > summary")
    page.locator(".evidence q").first.wait_for()
    [row] = [r for r in derived(tiny, "evidence") if r["quotation"]]
    assert page.locator(".evidence q").all_text_contents() == [row["quotation"]]
    item = page.locator(f'[id="{row["evidence_id"]}"]').inner_text()
    assert row["quotation_place"] in item
    page.fill("#filter-text", f'"{row["quotation"]}"')
    assert "with 1 item of evidence" in page.locator("#filter-status").inner_text()
