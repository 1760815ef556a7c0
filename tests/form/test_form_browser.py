"""The form in a browser: filled in, checked, linked, saved and taken back, by mouse and keys."""

import json
import re

import pytest

from replication import paths
from replication.analyses.cases.venue import read_regions
from replication.analyses.known_names import FAMILIES, FILE, read_administrations
from replication.casefile import load_cases
from replication.codebook import read_codebook

pytestmark = pytest.mark.slow
BOOK = read_codebook(paths.CODEBOOK)
CODE = "codings.agreed.case.io_sought"
NEWS = """@article{writer2011, entrysubtype = {newspaper}, title = {A report}, author = {Writer, Ada},
  date = {2011-03-02}, journaltitle = {A Newspaper}}
@book{gates, title = {A memoir}, year = 2014}"""


def field(page, path):
    return page.locator(f"[data-path='{path}']")


def unfold(page, entry):
    page.locator(f"details[data-entry='{entry}'] > summary").click()


def pick(page, path, value):
    """Choose one of the codes of a scale."""
    field(page, path).locator(f"input[data-value='{value}']").check()


def type_into(page, path, text):
    field(page, path).locator("input, textarea").first.fill(text)


def save(page):
    page.click("#save")
    # The policy of the page forbids what playwright's own waiting functions do.
    page.locator("#status", has_text="Everything is saved").wait_for()


def rows_changed(before, after):
    one, other = before.splitlines(), after.splitlines()
    assert len(one) == len(other)
    return [new for old, new in zip(one, other, strict=True) if old != new]


def test_every_scale_stands_beside_its_field_with_labels_and_rules(visit):
    page = visit()
    for name, variable in BOOK.cells.items():
        cell = page.locator(f"[data-cell='{name}']")
        text = cell.text_content()
        for value in variable.values.values():
            assert value.label in text
            assert value.rule in text
        assert " ".join(variable.rule.split()) in text


def test_what_is_changed_is_saved_alone_and_taken_back(visit, form):
    before = form.text()
    page = visit()
    type_into(page, "name", "Kosovo: spring of 1999")
    unfold(page, CODE)
    pick(page, f"{CODE}.code", 2)
    pick(page, f"{CODE}.confidence", 1)
    save(page)
    assert rows_changed(before, form.text()) == [
        "name: 'Kosovo: spring of 1999'", "        code: 2", "        confidence: 1",
    ]  # fmt: skip
    page.click("#take-back")
    form.wait_for("name: Kosovo 1999 (Operation Allied Force)")
    assert form.text() == before
    field(page, f"{CODE}.code").locator("input[data-value='3']:checked").wait_for()
    assert page.locator("#take-back").is_disabled()


def test_changes_are_undone_and_done_again_one_by_one(visit, form):
    before = form.text()
    page = visit()
    unfold(page, CODE)
    pick(page, f"{CODE}.code", 0)
    pick(page, f"{CODE}.confidence", 3)
    assert "2 changes not saved" in page.inner_text("#status")
    page.keyboard.press("Control+z")
    assert field(page, f"{CODE}.confidence").locator("input[data-value='2']").is_checked()
    page.click("#undo")
    assert field(page, f"{CODE}.code").locator("input[data-value='3']").is_checked()
    assert page.locator("#undo").is_disabled()
    page.click("#redo")
    assert field(page, f"{CODE}.code").locator("input[data-value='0']").is_checked()
    save(page)
    # Undo reaches back behind a saving.
    page.click("#undo")
    save(page)
    assert form.text() == before


def test_a_mistake_is_shown_at_its_field_and_not_saved(visit, form):
    before = form.text()
    page = visit()
    type_into(page, "iso3", "Kosovo")
    told = field(page, "iso3").locator(".fault")
    told.wait_for()
    assert told.inner_text() == "'Kosovo' is not allowed; allowed: text of the form [A-Z]{3}"
    assert field(page, "iso3").locator("input").get_attribute("aria-invalid") == "true"
    page.click("#save")
    link = page.locator("#faults button", has_text="iso3")
    link.wait_for()
    assert form.text() == before
    link.click()
    assert page.evaluate("document.activeElement.closest('[data-path]').dataset.path") == "iso3"
    type_into(page, "iso3", "SRB")
    told.wait_for(state="hidden")
    save(page)
    assert rows_changed(before, form.text()) == ["iso3: SRB"]


def test_a_mistake_within_a_fold_is_reached(visit):
    page = visit()
    page.click("#add-item")
    page.locator("#faults button", has_text="is empty; allowed: text").click()
    assert page.evaluate("document.activeElement.closest('[data-path]').dataset.path").endswith(
        ".statement"
    )
    page.locator("#item-list details[open] .remove").click()
    page.locator("#faults").wait_for(state="hidden")


def test_a_source_is_looked_up_an_item_added_and_linked_by_clicks(visit, form):
    before = form.text("libya_2011")
    page = visit("libya_2011")
    page.click("#paste > summary")
    page.fill("#pasted", NEWS)
    page.click("#read-pasted")
    found = page.locator(".found")
    found.nth(1).wait_for()
    found.nth(1).get_by_label("Type of source").select_option("memoir")
    found.nth(1).get_by_role("button").click()
    found.nth(0).get_by_role("button", name="Add this source").click()
    page.click("#add-item")
    item = page.locator("#item-list details[open]")
    name = item.locator("h3").inner_text()
    item.locator("[data-field='statement'] textarea").fill(
        "The council met, as A Newspaper reports."
    )
    item.locator("[data-field='source'] summary").click()
    item.locator("[data-field='source'] input[data-key='writer2011']").check()
    item.locator("[data-field='consulted'] input").check()
    item.locator("[data-field='about'] label", has_text="io_sought").locator("input").check()
    unfold(page, CODE)
    links = field(page, f"{CODE}.evidence")
    links.locator("summary").click()
    links.locator("input").first.wait_for()
    # What bears on the cell stands first.
    keys = links.locator("input").evaluate_all("all => all.map((one) => one.dataset.key)")
    about = [one.id for case in load_cases(form.cases, BOOK) for one in case.evidence.values()
             if case.case_id == "libya_2011" and "io_sought" in one.about]  # fmt: skip
    assert keys[: len(about) + 1] == [*about, name]
    links.locator(f"input[data-key='{name}']").check()
    assert "The council met" in links.locator(".linked").inner_text()
    save(page)
    after = form.text("libya_2011")
    lines = [row for row in before.splitlines() if row not in after.splitlines()]
    assert len(lines) <= 2, lines  # the list of items of the one cell, and no other line
    case = next(case for case in load_cases(form.cases, BOOK) if case.case_id == "libya_2011")
    assert case.sources["writer2011"].author == "Ada Writer"
    assert case.sources["gates"].type == "memoir"
    assert case.evidence[name].source == ("writer2011",)
    assert case.agreed["io_sought"].evidence[-1] == name


def test_what_is_allowed_is_shown_before_a_mistake_is_made(visit, context, form):
    page = visit("libya_2011")
    period = f"The period: {BOOK.universe['first']} to {BOOK.universe['last']}."
    assert page.locator("#identity .period").inner_text() == period
    specifications = paths.SPECIFICATIONS
    known = {
        "administration": {
            term.administration for term in read_administrations(specifications / FILE)
        },
        "crisis_family": set(read_regions(specifications / FAMILIES)),
    }
    for name, words in known.items():
        # The list that the browser itself ties to the input.
        offered = (
            field(page, name)
            .locator("input")
            .evaluate("(one) => [...one.list.options].map((o) => o.value)")
        )
        assert len(offered) == len(words)
        assert set(offered) == words
    assert page.locator("#identity datalist").count() == len(known)
    page.locator("#item-list summary").first.click()
    boxes = page.locator("#item-list details.item").first.locator("[data-field='about'] label")
    shown = dict(zip(BOOK.cells, boxes.all_inner_texts(), strict=True))
    for name, variable in BOOK.cells.items():
        assert variable.label in shown[name]
        assert name in shown[name]
    assert BOOK.actors["military"].label in shown["military.io"]
    page.click("#paste > summary")
    page.fill("#pasted", NEWS)
    page.click("#read-pasted")
    news = page.locator(".found", has_text="A report")
    news.wait_for()
    assert f"Type: newspaper: {BOOK.source_types['newspaper']}" in news.inner_text()
    # A type that is yet to be chosen is not told as if it were known.
    assert "Type: " not in page.locator(".found", has_text="A memoir").inner_text()
    start = context.new_page()
    start.goto(form.address)
    assert start.locator(".period").inner_text() == period


def test_a_removed_item_lets_go_of_the_codes_that_cite_it(visit, form):
    cited = "evidence: [kosovo_1999-e09, kosovo_1999-e21, kosovo_1999-e27, kosovo_1999-e11"
    before = form.text()
    assert cited in before
    page = visit()
    card = page.locator("#item-list [data-entry='evidence.kosovo_1999-e09']")
    card.locator("summary").first.click()
    card.locator(".remove").click()
    page.click("#save")
    # Other passes cite it too: they are not this form's to change.
    page.locator("#faults", has_text="codes of other passes").wait_for()
    assert form.text() == before
    page.click("#undo")
    assert "kosovo_1999-e09" in page.locator("#item-list h3").all_text_contents()
    page.click("#add-item")
    item = page.locator("#item-list details.item").last
    item.locator("[data-field='statement'] textarea").fill("Nothing was found.")
    item.locator("[data-field='absence'] input").check()
    name = item.locator("h3").inner_text()
    unfold(page, CODE)
    links = field(page, f"{CODE}.evidence")
    links.locator("summary").click()
    links.locator(f"input[data-key='{name}']").check()
    save(page)
    assert form.text().count(name) == 2
    item.locator(".remove").click()
    save(page)
    assert name not in form.text()
    assert load_cases(form.cases, BOOK)


def test_a_further_coder_sees_no_code_and_writes_her_own(visit, form, context):
    answers = []
    context.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108 - playwright takes no method
    before = form.text()
    page = visit(coding="anna")
    entry = "codings.anna.case.io_sought"
    assert page.locator(".brief", has_text=re.compile("^not coded$")).count() == len(BOOK.cells)
    unfold(page, entry)
    assert page.locator("input[type=radio]:checked").count() == 0
    pick(page, f"{entry}.code", 2)
    links = field(page, f"{entry}.evidence")
    links.locator("summary").click()
    links.locator("input").first.check()
    pick(page, f"{entry}.confidence", 1)
    type_into(page, f"{entry}.why", "Because the item says so.")
    unfold(page, "codings.anna.actors.state.io")
    page.locator("[data-entry='codings.anna.actors.state.io'] .no-evidence").click()
    save(page)
    told = "".join(answer.text() for answer in answers if "/api/" in answer.url)
    [kosovo] = [case for case in load_cases(form.cases, BOOK) if case.case_id == "kosovo_1999"]
    others = [
        cell.why
        for name, cells in kosovo.codings.items()
        if name != "anna"
        for cell in cells.values()
    ]
    assert len(others) > 60
    assert [why for why in others if why and why in told + page.content()] == []
    assert (kosovo.codings["anna"]["io_sought"].code, kosovo.codings["anna"]["state.io"].code) == (
        2,
        None,
    )
    assert [row for row in before.splitlines() if row not in form.text().splitlines()] == []


def test_texts_of_a_case_stay_texts(visit, form):
    hostile = "</textarea><img src=x onerror=alert(1)> \"'`${1}"
    path = form.path("libya_2011")
    text = form.text("libya_2011")
    changed = text.replace("    statement: >-", f"    statement: {json.dumps(hostile)}", 1)
    first = changed.index(hostile[:10]) + len(json.dumps(hostile)) - 2
    # What was the folded text would now be keys: it goes.
    rest = changed[first:].splitlines(keepends=True)
    folded = next(n for n, row in enumerate(rest) if n and not row.startswith("      "))
    path.write_text(changed[:first] + rest[0] + "".join(rest[folded:]), encoding="utf-8")
    page = visit("libya_2011")
    page.locator("#item-list summary").first.click()
    box = page.locator("#item-list [data-field='statement'] textarea").first
    assert box.input_value() == hostile
    assert hostile in page.locator("#item-list .brief").first.inner_text()
    assert page.locator("img").count() == 0


def test_it_works_by_keys_alone(visit, form):
    page = visit()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.locator(f"details[data-entry='{CODE}'] > summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.dataset.value") == "3"
    page.keyboard.press("ArrowUp")
    assert field(page, f"{CODE}.code").locator("input[data-value='2']").is_checked()
    page.keyboard.press("Control+s")
    form.wait_for(
        chr(10).join(
            [
                "        code: 2",
                "        confidence: 2",
                "        evidence: [kosovo_1999-e09, kosovo_1999-e21",
            ]
        )
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("coding", ["agreed", "anna"])
def test_on_a_phone_nothing_is_wider_than_the_screen_and_all_is_legible(
    visit, context, scheme, coding
):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = context.new_page()
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 390, "height": 800})
    visit(coding=coding, page=page)
    page.evaluate(
        "document.querySelectorAll('details.cell, #paste').forEach((fold, n) => { fold.open = n < 3; })"
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    back = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (back == "rgb(255, 255, 255)") == (scheme == "light")
    found = axe.run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
    assert [
        (v["id"], [n["html"][:120] for n in v["nodes"]][:3]) for v in found.response["violations"]
    ] == []


def test_a_new_case_is_begun_from_the_first_page(context, form):
    page = context.new_page()
    page.goto(form.address)
    page.fill("#new-id", "Haiti 2030")
    page.click("#new-case")
    page.locator("#message", has_text="is not allowed").wait_for()
    page.fill("#new-id", "haiti_2030")
    page.click("#new-case")
    page.wait_for_selector("html[data-ready]")
    type_into(page, "name", "Haiti 2030")
    pick(page, "sample", '"considered"')
    page.click("#add-source")
    page.locator("#source-list [data-field='type'] select").select_option('"memoir"')
    page.click("#add-item")
    item = page.locator("#item-list details[open]")
    item.locator("[data-field='statement'] textarea").fill("The president asked for nothing.")
    item.locator("[data-field='source'] summary").click()
    item.locator("[data-field='source'] input").check()
    first = "codings.pass_1.case.io_sought"
    unfold(page, first)
    pick(page, f"{first}.code", 0)
    pick(page, f"{first}.confidence", 1)
    field(page, f"{first}.evidence").locator("summary").click()
    field(page, f"{first}.evidence").locator("input").check()
    save(page)
    [haiti] = [case for case in load_cases(form.cases, BOOK) if case.case_id == "haiti_2030"]
    assert haiti.codings["pass_1"]["io_sought"].evidence == ("haiti_2030-e01",)
    assert haiti.sources["K1"].type == "memoir"
    assert "name: Haiti 2030" in form.text("haiti_2030")
    assert [
        case.status for case in load_cases(form.cases, BOOK) if case.case_id == "haiti_2030"
    ] == ["draft"]
