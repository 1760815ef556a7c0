"""A coder sees no code of another, and writes none."""

import re

from asking import CASE, document, get, post, save

from replication import paths
from replication.casefile import load_cases
from replication.codebook import read_codebook

BOOK = read_codebook(paths.CODEBOOK)
END = chr(10)


def test_what_was_coded_before_is_in_no_answer_to_another_coder(client, folder):
    """Each code and reason of the other passes is a word that nobody else uses."""
    path = folder / f"{CASE}.yaml"
    head, _, codings = path.read_text(encoding="utf-8").partition(f"codings:{END}")
    codings = re.sub(
        "(?m)^(?P<in> +)why: .*(?:[\n](?P=in) +.*)*", r"\g<in>why: Xyzzy reason.", codings
    )
    # A fault that would tell a code of another pass.
    codings = codings.replace(" code: 3", " code: 987987987", 1)
    codings = re.split("(?m)^corrections:", codings)[0]
    # And one whose words tell what the agreed coding holds.
    corrections = "corrections: [{cell: agreed.io_sought, old: 654654654, new: 2, reason: Xyzzy, evidence: []}]"
    path.write_text(
        END.join([f"{head}codings:", codings.rstrip(), corrections, ""]), encoding="utf-8"
    )
    told = document(client, "anna")
    change = {"path": ["codings", "anna", "case", "io_sought", "code"], "value": 9}
    whole = {
        "path": ["codings", "anna", "case", "io_sought"],
        "value": {"code": 9, "confidence": 1, "evidence": []},
    }
    body = {"version": told["version"], "changes": [whole]}
    answers = [
        get(client, "/"), get(client, f"/case/codes/{CASE}/anna/"), get(client, f"/api/codes/{CASE}/anna/document"),
        get(client, f"/api/codes/{CASE}/anna/version"), post(client, f"/api/codes/{CASE}/anna/check", body),
        post(client, f"/api/codes/{CASE}/anna/save", body), save(client, [change], "0", "anna"),
        post(client, f"/api/codes/{CASE}/anna/undo", {"version": told["version"]}),
    ]  # fmt: skip
    for answer in answers:
        assert "Xyzzy" not in answer.text
        assert "987987987" not in answer.text
        assert "654654654" not in answer.text
    assert told["hidden"] >= 2
    assert told["content"]["codings"]["anna"]["case"] == {}
    assert [*told["content"]["codings"]] == ["anna"]
    # And the check still finds what she herself mistakes.
    [mine] = answers[4].json["faults"]
    assert mine["path"] == ["codings", "anna", "case", "io_sought", "code"]


def test_a_draft_of_one_coder_is_not_shown_to_another(client, folder):
    draft = {"time": 1, "version": "x", "changes": [{"path": ["a"], "before": 1, "after": "Xyzzy"}]}
    kept = post(client, f"/api/codes/{CASE}/zoe/draft", {"name": "abcdef0123", "draft": draft})
    assert kept.status_code == 200
    assert document(client, "zoe")["drafts"] == [{"name": "abcdef0123", **draft}]
    assert document(client, "anna")["drafts"] == []
    assert "Xyzzy" not in get(client, f"/api/codes/{CASE}/anna/document").text
    assert (
        post(client, f"/api/codes/{CASE}/zoe/draft", {"name": "../x", "draft": draft}).status_code
        == 400
    )
    assert load_cases(folder, BOOK)
    post(client, f"/api/codes/{CASE}/zoe/draft", {"name": "abcdef0123", "draft": None})
    assert document(client, "zoe")["drafts"] == []


def test_a_coder_writes_nothing_but_her_own_cells(client, folder):
    before = (folder / f"{CASE}.yaml").read_bytes()
    version = document(client, "anna")["version"]
    for path in (
        ["name"], ["facts", "iso3"], ["case_id"], ["weights"], ["corrections"], ["codings"], ["codings", "anna"],
        ["codings", "anna", "case"], ["codings", "agreed", "case", "io_sought", "code"], [],
        ["codings", "anna", "actors", "state"], ["codings", "pass_1", "case", "io_sought"],
    ):  # fmt: skip
        answer = save(client, [{"path": path, "value": "x"}], version, "anna")
        assert answer.status_code == 400, path
    assert (folder / f"{CASE}.yaml").read_bytes() == before


def test_new_cells_of_a_coder_stand_before_the_agreed_coding(client, folder):
    told = document(client, "anna")
    item = f"{CASE}-e09"
    cell = {"code": 2, "confidence": 2, "evidence": [item], "why": "As it was said."}
    changes = [
        {"path": ["codings", "anna", "case", "io_sought"], "value": cell},
        {"path": ["codings", "anna", "actors", "state", "io"], "value": cell},
    ]
    saved = save(client, changes, told["version"], "anna")
    assert saved.status_code == 200
    [case] = load_cases(folder, BOOK)
    assert [*case.codings] == ["pass_1", "pass_2", "anna", "agreed"]
    assert {name: one.code for name, one in case.codings["anna"].items()} == {
        "io_sought": 2,
        "state.io": 2,
    }
    change = {"path": ["codings", "anna", "case", "io_sought", "code"], "value": 3}
    again = save(client, [change], saved.json["version"], "anna")
    assert again.json["content"]["codings"]["anna"]["case"]["io_sought"]["code"] == 3
    gone = {"path": ["codings", "anna", "case", "io_sought"], "removed": True}
    assert save(client, [gone], again.json["version"], "anna").status_code == 200
    [case] = load_cases(folder, BOOK)
    assert [*case.codings["anna"]] == ["state.io"]


def test_the_first_reader_of_a_case_changes_the_case_and_sees_no_other_code(client, folder):
    whole = get(client, f"/api/whole/{CASE}/anna/document").json
    assert whole["content"]["facts"]["date_trigger"]["value"] == "1999-01-15"
    assert whole["content"]["codings"]["anna"]["case"] == {}
    changes = [
        {"path": ["name"], "value": "Kosovo"},
        {"path": ["codings", "anna", "case", "io_sought"], "value": {
            "code": 3, "confidence": 1, "evidence": [f"{CASE}-e09"], "why": None,
        }},
    ]  # fmt: skip
    body = {"name": "0" * 20, "version": whole["version"], "changes": changes}
    assert post(client, f"/api/whole/{CASE}/anna/save", body | {"name": "../x"}).status_code == 400
    saved = post(client, f"/api/whole/{CASE}/anna/save", body)
    assert saved.status_code == 200, saved.text
    [case] = load_cases(folder, BOOK)
    assert (case.identity["case_title"], case.codings["anna"]["io_sought"].code) == ("Kosovo", 3)
    other = [{"path": ["codings", "agreed", "case", "io_sought", "code"], "value": 0}]
    body |= {"version": saved.json["version"], "changes": other}
    refused = post(client, f"/api/whole/{CASE}/anna/save", body)
    assert refused.status_code == 400


def test_a_contradiction_with_the_agreed_codes_is_told_to_those_who_see_them_only(client, folder):
    path = folder / f"{CASE}.yaml"
    text = path.read_text(encoding="utf-8")
    head, _, agreed = text.partition(f"  agreed:{END}")
    found = agreed.index("humanitarian_purpose:")
    changed = agreed[:found] + agreed[found:].replace("code: 1", "code: 0", 1)
    path.write_text(f"{head}  agreed:{END}{changed}", encoding="utf-8")
    words = [
        get(client, f"/api/{view}/document").text
        for view in (f"whole/{CASE}/agreed", f"whole/{CASE}/anna", f"codes/{CASE}/anna")
    ]
    told = ["humanitarian_purpose" in one.partition('"faults"')[2] for one in words]
    assert told == [True, False, False]
