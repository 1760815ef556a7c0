"""Two windows, a file changed underneath, a lost connection and a killed server lose nothing."""

import json
import signal
import subprocess
import sys
import threading
import urllib.request

import pytest
from asking import add_a_variable, coded_by_it
from served import SERVE

from replication import paths
from replication.casefile import load_cases
from replication.codebook import read_codebook

pytestmark = pytest.mark.slow
BOOK = read_codebook(paths.CODEBOOK)
BY_HAND = chr(10).join(["# by hand", "iso3: SRB  # for now"])


def field(page, path):
    return page.locator(f"[data-path='{path}']")


def type_into(page, path, text):
    field(page, path).locator("input, textarea").first.fill(text)


def shows(page, path, text):
    """Wait until a field shows a text."""
    box = field(page, path).locator("input, textarea").first
    for _ in range(100):
        if box.input_value() == text:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"{path} shows {box.input_value()!r}")


def saved(page):
    page.click("#save")
    page.locator("#status", has_text="Everything is saved").wait_for()


def drafts(form):
    return sorted((form.cases / ".drafts").glob("*.json"))


def wait_for_draft(page, form, words):
    for _ in range(100):
        if any(words in draft.read_text(encoding="utf-8") for draft in drafts(form)):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"no draft holds {words!r}")


def test_two_windows_that_change_different_fields_are_both_saved(visit, form):
    one, other = visit(), visit()
    type_into(one, "name", "First window")
    type_into(other, "country", "Second window")
    saved(one)
    saved(other)
    assert "name: First window" in form.text()
    assert "country: Second window" in form.text()
    # Each follows the file.
    shows(one, "country", "Second window")
    shows(other, "name", "First window")
    assert drafts(form) == []


@pytest.mark.parametrize(
    ("choice", "kept"), [("Keep what is here", "Second"), ("Take what is in the file", "First")]
)
def test_two_windows_that_change_one_field_let_a_person_choose(visit, form, choice, kept):
    one, other = visit(), visit()
    type_into(one, "name", "First")
    type_into(other, "name", "Second")
    type_into(other, "country", "Elsewhere")
    saved(one)
    other.click("#save")
    box = other.locator("#conflicts")
    box.wait_for()
    assert "First" in box.inner_text()
    assert "Second" in box.inner_text()
    # Nothing is written before the choice.
    assert "name: First" in form.text()
    assert "Elsewhere" not in form.text()
    box.get_by_role("button", name=choice).click()
    box.wait_for(state="hidden")
    saved(other)
    assert f"name: {kept}" in form.text()
    assert "country: Elsewhere" in form.text()


def test_items_that_two_windows_add_under_one_number_are_both_kept(visit, form):
    one, other = visit(), visit()
    for page, words in ((one, "From the first."), (other, "From the second.")):
        page.click("#add-item")
        item = page.locator("#item-list details[open]")
        item.locator("[data-field='statement'] textarea").fill(words)
        item.locator("[data-field='absence'] input").check()
    number = item.locator("h3").inner_text()
    cell = "codings.agreed.case.io_sought"
    other.locator(f"details[data-entry='{cell}'] > summary").click()
    field(other, f"{cell}.evidence").locator("summary").click()
    field(other, f"{cell}.evidence").locator(f"input[data-key='{number}']").check()
    saved(one)
    other.click("#save")
    other.get_by_role("button", name="Keep both").click()
    saved(other)
    [kosovo] = [case for case in load_cases(form.cases, BOOK) if case.case_id == "kosovo_1999"]
    words = {item.statement: name for name, item in kosovo.evidence.items()}
    assert words["From the first."] == number
    assert words["From the second."] != number
    assert kosovo.agreed["io_sought"].evidence[-1] == words["From the second."]


def test_a_file_changed_by_hand_is_followed_and_its_comments_stay(visit, form):
    page = visit()
    type_into(page, "name", "Typed in the form")
    changed = form.text().replace("iso3: XKX", BY_HAND)
    form.path().write_bytes(changed.encode())
    shows(page, "iso3", "SRB")
    saved(page)
    assert f"{BY_HAND}{chr(10)}" in form.text()
    assert "name: Typed in the form" in form.text().splitlines()


def test_a_file_broken_by_hand_is_told_and_what_was_typed_is_kept(visit, form):
    page = visit()
    type_into(page, "name", "Typed in the form")
    wait_for_draft(page, form, "Typed in the form")
    sound = form.text()
    form.path().write_bytes(sound.replace("case_id: ", "case_id: [").encode())
    page.click("#save")
    page.locator("#faults", has_text="broken YAML").wait_for()
    assert "Typed in the form" not in form.text()
    form.path().write_bytes(sound.encode())
    saved(page)
    assert "name: Typed in the form" in form.text().splitlines()


def test_a_killed_server_loses_nothing_of_an_open_page(visit, form):
    page = visit()
    type_into(page, "name", "Typed before")
    wait_for_draft(page, form, "Typed before")
    form.kill()
    type_into(page, "country", "Typed while it was away")
    page.locator("#offline", has_text="not connected").wait_for()
    assert "2 changes kept in this browser" in page.inner_text("#status")
    assert page.url.startswith(form.address)
    address = form.start()
    assert page.url.startswith(address)
    page.locator("#offline").wait_for(state="hidden")
    saved(page)
    assert "name: Typed before" in form.text()
    assert "country: Typed while it was away" in form.text()
    assert drafts(form) == []


def test_a_draft_that_is_late_does_not_outlive_the_saving_of_what_it_holds(visit, form):
    page = visit()
    late = []
    page.route("**/draft", lambda route: route.continue_() if late else late.append(route))
    type_into(page, "name", "Typed and saved at once")
    for _ in range(100):
        if late:
            break
        page.wait_for_timeout(50)
    page.click("#save")
    page.wait_for_timeout(500)
    late[0].continue_()
    page.locator("#status", has_text="Everything is saved").wait_for()
    assert "name: Typed and saved at once" in form.text()
    page.wait_for_timeout(1000)
    assert drafts(form) == []
    assert page.evaluate("Object.keys(localStorage).length") == 0


def test_a_page_that_was_loaded_again_or_closed_at_once_finds_what_was_typed(visit, form):
    page = visit()
    type_into(page, "name", "Typed and loaded again")
    page.reload()
    page.wait_for_selector("html[data-ready]")
    shows(page, "name", "Typed and loaded again")
    type_into(page, "country", "Typed and closed")
    page.close()
    again = visit()
    shows(again, "country", "Federal Republic of Yugoslavia (Kosovo)")
    again.get_by_role("button", name="Take them up").click()
    shows(again, "country", "Typed and closed")
    saved(again)
    assert "name: Typed and loaded again" in form.text()
    # Nobody is asked a second time.
    third = visit()
    assert third.locator("#drafts").is_hidden()


def test_a_killed_browser_and_server_leave_a_draft_beside_the_case(browser, form, visit):
    page = visit()
    type_into(page, "name", "Typed before the crash")
    wait_for_draft(page, form, "Typed before the crash")
    form.kill()
    form.start()
    # Another browser, which knows nothing.
    fresh = browser.new_context()
    other = fresh.new_page()
    other.goto(f"{form.address}case/whole/kosovo_1999/agreed/")
    other.get_by_role("button", name="Take them up").wait_for()
    # The file moved on meanwhile: what was typed is a conflict, not a loss.
    changed = form.text().replace(
        "name: Kosovo 1999 (Operation Allied Force)", "name: Mended by hand"
    )
    form.path().write_bytes(changed.encode())
    shows(other, "name", "Mended by hand")
    other.get_by_role("button", name="Take them up").click()
    assert "Mended by hand" in other.locator("#conflicts").inner_text()
    other.get_by_role("button", name="Keep what is here").click()
    saved(other)
    assert "name: Typed before the crash" in form.text()
    fresh.close()


def test_a_lost_connection_loses_nothing(visit, form, context):
    page = visit()
    context.set_offline(True)
    type_into(page, "name", "Typed without a connection")
    page.click("#save")
    page.locator("#offline", has_text="not connected").wait_for()
    assert "Typed without" not in form.text()
    context.set_offline(False)
    page.locator("#offline").wait_for(state="hidden")
    saved(page)
    assert "name: Typed without a connection" in form.text()


def post(address, path, body):
    request = urllib.request.Request(
        f"{address}{path}", json.dumps(body).encode(),
        {"Content-Type": "application/json", "Origin": "/".join(address.split("/")[:3])},
    )  # fmt: skip
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


@pytest.mark.parametrize("after", [0.02, 0.11, 0.23])
def test_a_server_killed_while_it_saves_leaves_a_whole_file(form, after):
    address = form.address
    with urllib.request.urlopen(f"{address}api/whole/kosovo_1999/agreed/document") as answer:
        version = json.load(answer)["version"]
    sent = []

    def save_on_and_on():
        last = version
        for number in range(1000):
            change = {"path": ["name"], "value": f"Saving {number}"}
            body = {"name": "0" * 20, "version": last, "changes": [change]}
            sent.append(number)
            try:
                last = post(address, "api/whole/kosovo_1999/agreed/save", body)["version"]
            except (OSError, ValueError):
                return

    writer = threading.Thread(target=save_on_and_on)
    writer.start()
    while len(sent) < 3:
        pass
    writer.join(after)
    form.kill()
    writer.join(10)
    [kosovo] = [case for case in load_cases(form.cases, BOOK) if case.case_id == "kosovo_1999"]
    assert kosovo.identity["case_title"] in (f"Saving {sent[-1]}", f"Saving {sent[-1] - 1}")


def test_a_second_start_leads_to_the_form_that_is_open(form):
    second = subprocess.run(
        [sys.executable, "-c", SERVE, str(form.home)],
        cwd=paths.ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert f"open already: {form.address}" in second.stdout


def test_a_form_that_was_ended_by_keys_or_from_its_page_ends_well(form, context):
    first = form.address
    form.process.send_signal(signal.SIGINT)
    assert form.process.wait(10) == 0
    form.process.stdout.close()
    # A page may still be open: the address stays.
    assert form.start() == first
    page = context.new_page()
    page.goto(form.address)
    page.click("#quit")
    page.locator("#message", has_text="has ended").wait_for()
    assert form.process.wait(10) == 0
    form.process.stdout.close()
    assert not (form.home / ".build" / "form" / "address.json").exists()


def test_a_form_that_was_started_in_the_background_can_be_ended_from_its_page(form):
    """A shell lets what it starts with `&` ignore the signal of Ctrl+C."""
    form.kill()
    address = form.start("import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)")
    post(address, "api/quit", {})
    assert form.process.wait(10) == 0
    form.process.stdout.close()


def test_only_this_user_can_read_the_address_and_only_this_machine_can_ask(form):
    last = form.home / ".build" / "form" / "address.json"
    if sys.platform != "win32":
        assert last.stat().st_mode & 0o077 == 0
    port = json.loads(last.read_text())["port"]
    listening = subprocess.run(
        [sys.executable, "-c", _LISTENING, str(port)], capture_output=True, text=True, check=True
    )
    assert listening.stdout.split() == ["127.0.0.1", "yes", "others", "no"]


# Another address of the same machine: what is bound to 127.0.0.1 alone does not answer there.
_LISTENING = """
import socket, sys
port = int(sys.argv[1])
def answers(host):
    try:
        socket.create_connection((host, port), timeout=2).close()
    except OSError:
        return "no"
    return "yes"
print("127.0.0.1", answers("127.0.0.1"), "others", answers("127.0.0.2"))
"""


def test_a_codebook_that_changes_meanwhile_is_told_and_nothing_typed_is_lost(visit, form):
    before = form.text()
    page = visit()
    outdated = page.locator("#outdated")
    assert outdated.is_hidden()
    add_a_variable(form.codebook)
    changed = coded_by_it(before)
    form.path().write_bytes(changed.encode())
    page.locator("#outdated", has_text="run make code again").wait_for()
    type_into(page, "name", "Kosovo: spring of 1999")
    page.locator("#status", has_text="1 change not saved").wait_for()
    page.click("#save")
    page.wait_for_timeout(1500)  # longer than the check waits
    assert page.locator("#faults").is_hidden()
    assert outdated.is_visible()
    assert form.text() == changed
    # As Ctrl+C and make code would: another server at the same address, with the codebook of today.
    form.kill()
    form.start()
    page.locator("#outdated", has_text="Load this page again to go on").wait_for()
    page.get_by_role("button", name="Load this page again").click()
    page.wait_for_selector("[data-cell='media_attention']", state="attached")
    page.wait_for_selector("html[data-ready]")
    assert outdated.is_hidden()
    assert field(page, "name").locator("input, textarea").input_value() == "Kosovo: spring of 1999"
    saved(page)
    old, new = changed.splitlines(), form.text().splitlines()
    assert [line for line in new if line not in old] == ["name: 'Kosovo: spring of 1999'"]
    form.kill()  # the next test has the codebook as it was
