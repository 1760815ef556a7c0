"""The search: what passes is what holds the words itself, counted beside the data by other code."""

import unicodedata

import pytest

QUERIES = (
    "Powell",
    "veto",
    "POWELL",
    "  security   council ",
    '"security council"',
    '"council security"',
    "veto france",
    "Genève",
    "qaeda president",
    "“security council” veto",
)


@pytest.fixture(scope="module")
def tab(browser, real):
    """One page for all queries."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto((real / "output" / "report.html").as_uri())
    yield page
    context.close()


def plain(text):
    """Fold case, accents and quotation marks, by Python's own tables."""
    marks = {"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "\u00a0": " ", "ø": "o", "ł": "l"}
    letters = unicodedata.normalize("NFD", text.lower())
    kept = "".join(c for c in letters if not unicodedata.category(c).startswith("M"))
    return "".join(marks.get(c, c) for c in kept)


def words_of(query):
    """Words outside of quotation marks, and phrases within."""
    outside, words = True, []
    for part in plain(query).split('"'):
        words += part.split() if outside else [" ".join(part.split())]
        outside = not outside
    return [word for word in words if word]


def holders(derived, project, query):
    """Items whose statement, quotation or sources hold every word, by id."""
    names = {
        (row["case_id"], row["source"]): f"{row['author']}. {row['title']}. {row['publisher']}"
        for row in derived(project, "sources")
    }
    found = set()
    for row in derived(project, "evidence"):
        own = [names.get((row["case_id"], key), "") for key in row["source"].split(";")]
        # A phrase lies within one text: not across a statement and a title, nor a title and a publisher.
        text = plain(" | ".join([row["statement"], row["quotation"], *own]))
        if all(word in text for word in words_of(query)):
            found.add(row["evidence_id"])
    return found


def search(page, query):
    """Type a query and open the list of what it finds; give the ids the list names."""
    page.fill("#filter-text", query)
    page.evaluate("document.getElementById('filter-found').open = true")
    page.wait_for_timeout(50)
    if page.locator("#filter-found").is_hidden():
        return set()
    links = page.locator("#filter-found li > a:first-child")
    return set(links.evaluate_all("links => links.map((link) => link.hash.slice(1))"))


@pytest.mark.parametrize("query", QUERIES)
def test_an_item_passes_by_its_own_words_only(tab, real, derived, query):
    wanted = holders(derived, real, query)
    found = search(tab, query)
    status = tab.locator("#filter-status").inner_text()
    noun = "item" if len(wanted) == 1 else "items"
    assert f"with {len(wanted)} {noun} of evidence" in status
    assert found <= wanted
    assert len(found) == min(len(wanted), 100)


def test_the_numbers_of_the_two_words_that_were_wrong(real, derived):
    """The words of the complaint do tell a right search from one that passes whole cases."""
    for query in ("Powell", "veto"):
        assert 10 < len(holders(derived, real, query)) < len(derived(real, "evidence")) / 10


def test_hits_are_marked_where_they_stand(tab):
    search(tab, "Powell VETO")
    search(tab, "veto")
    marks = tab.locator("#filter-found mark").all_text_contents()
    assert {mark.lower() for mark in marks} == {"veto"}
    per_item = tab.locator("#filter-found li").evaluate_all(
        "items => items.map((item) => item.querySelectorAll('mark').length)"
    )
    assert min(per_item) >= 1
    search(tab, "geneve")
    assert {m.lower() for m in tab.locator("#filter-found mark").all_text_contents()} <= {
        "geneve",
        "genève",
    }
    # What is marked is a copy: the items themselves stay as they are.
    assert tab.locator("details.case mark").count() == 0


def test_nothing_found_says_what_to_try(tab, real, derived):
    tab.click("#filters button[type=reset]")
    assert search(tab, "veto zzzz") == set()
    status = tab.locator("#filter-status").inner_text()
    assert "“veto” alone is in" in status
    assert "“zzzz” alone is in none" in status
    assert "Try fewer words" in status
    assert "fewer filters" not in status
    tab.select_option("#filter-sample", "considered")
    search(tab, "zzzz")
    assert "fewer filters" in tab.locator("#filter-status").inner_text()
    tab.click("#filters button[type=reset]")
    tab.wait_for_timeout(50)
    count = len(derived(real, "cases"))
    assert tab.locator("#filter-status").inner_text() == f"{count} cases of {count} shown."
    assert tab.locator("#matrix a.off").count() == 0


def test_a_case_that_opens_after_a_search_shows_the_items_that_pass(tab, real, derived):
    search(tab, "Powell")
    wanted = {i for i in holders(derived, real, "Powell") if i.startswith("somalia_1992-")}
    tab.locator("details.case#somalia_1992 > summary").click()
    shown = tab.locator("details.case#somalia_1992 .evidence > li:visible")
    shown.first.wait_for()
    assert set(shown.evaluate_all("items => items.map((item) => item.id)")) == wanted
    tab.click("#filters button[type=reset]")
    tab.wait_for_timeout(50)
    every = [r for r in derived(real, "evidence") if r["case_id"] == "somalia_1992"]
    assert shown.count() == len(every)
