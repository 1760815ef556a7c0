"""The form's server: who may ask, what it tells, and what it writes."""

import json
import re
import shutil

import pytest
from werkzeug.test import Client

from replication import paths
from replication.casefile import load_cases
from replication.casefile.scaffold import new_case
from replication.codebook import read_codebook
from replication.form.application import Application

BOOK = read_codebook(paths.CODEBOOK)
CASE = "kosovo_1999"
END = chr(10)
PORT, TOKEN = 4711, "t0-k3n"
OWN = {"Host": f"127.0.0.1:{PORT}", "Origin": f"http://127.0.0.1:{PORT}"}


@pytest.fixture
def folder(tmp_path):
    cases = tmp_path / "cases"
    cases.mkdir()
    shutil.copy(paths.CASES / f"{CASE}.yaml", cases)
    return cases


@pytest.fixture
def client(folder, tmp_path):
    application = Application(folder, tmp_path / "kept", BOOK, TOKEN, lambda: None)
    application.port = PORT
    return Client(application)


def get(client, path, **headers):
    return client.get(f"/{TOKEN}{path}", headers=OWN | headers)


def post(client, path, body, **headers):
    return client.post(f"/{TOKEN}{path}", json=body, headers=OWN | headers)


def document(client, coding="agreed", case=CASE):
    return get(client, f"/api/{case}/{coding}/document").json


def save(client, changes, version, coding="agreed", case=CASE):
    body = {"name": "0" * 20, "version": version, "changes": changes}
    return post(client, f"/api/{case}/{coding}/save", body)


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/t0-k3n/", {"Host": "127.0.0.1:4712"}),
        ("/t0-k3n/", {"Host": "evil.example:4711"}),
        ("/t0-k3n/", {"Host": "localhost:4711"}),
        ("/t0-k3n/", {"Origin": "http://evil.example"}),
        ("/t0-k3n/", {"Origin": "null"}),
        ("/t0-k3n/api/alive", {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}),
        ("/t0-k3m/", {}),
        ("/t0-k3n2/", {}),
        ("//", {}),
        ("/", {}),
        ("/static/form.css", {}),
    ],
)
def test_only_its_own_pages_are_answered(client, path, headers):
    answer = client.get(path, headers=OWN | headers)
    assert answer.status_code == 403
    assert TOKEN not in answer.text
    assert client.post(path, json={}, headers=OWN | headers).status_code == 403


def test_a_write_without_its_origin_or_in_another_form_is_refused(client):
    hostless = {"Host": OWN["Host"]}
    assert (
        client.post(f"/{TOKEN}/api/new-case", json={"case": "a_1"}, headers=hostless).status_code
        == 403
    )
    plain = client.post(f"/{TOKEN}/api/new-case", data='{"case": "a_1"}', headers=OWN)
    assert plain.status_code == 400
    for body in ("[", "[]", '"x"', "[" * 100_000):
        answer = client.post(
            f"/{TOKEN}/api/new-case", data=body, content_type="application/json", headers=OWN
        )
        assert answer.status_code == 400
    assert get(client, "/api/new-case").status_code == 405
    large = post(client, f"/api/{CASE}/agreed/save", {"changes": "x" * 6_000_000})
    assert large.status_code == 413


def test_a_link_followed_from_elsewhere_opens_the_page(client):
    moved = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    assert get(client, "/", **moved).status_code == 200


@pytest.mark.parametrize(
    "path", ["/", f"/case/{CASE}/agreed/", "/static/main.js", "/nothing", "/api/alive"]
)
def test_every_answer_allows_nothing_from_outside(client, path):
    answer = get(client, path)
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith(
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'"
    )
    assert "unsafe" not in policy
    assert "*" not in policy
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert re.findall("https?://[^\"' ]+", answer.text.replace('https://"', "")) == []
    # No handler and no style within a page, which the policy would not run.
    assert not re.search(" (on[a-z]+|style)=", answer.text) or path.endswith(".js")


@pytest.mark.parametrize(
    "name", ["../form.py", "..%2fform.py", "form.html.j2", "%2e%2e/guard.py", "main.js/.."]
)
def test_no_other_file_is_served(client, name):
    assert get(client, f"/static/{name}").status_code in (403, 404)


@pytest.mark.parametrize("case", ["..", "..%2f..%2fcodebook", "kosovo", "KOSOVO_1999", "a" * 300])
def test_no_other_path_is_read(client, case):
    assert get(client, f"/api/{case}/agreed/document").status_code in (403, 404)


@pytest.mark.parametrize("coding", ["Agreed", "a b", "1x", "a" * 41])
def test_a_label_that_cannot_be_one_is_refused(client, coding):
    assert get(client, f"/api/{CASE}/{coding}/document").status_code == 400


def test_what_was_coded_before_is_in_no_answer_to_another_coder(client, folder):
    """Each code and reason of the other passes is a word that nobody else uses."""
    path = folder / f"{CASE}.yaml"
    head, _, codings = path.read_text(encoding="utf-8").partition(f"codings:{END}")
    codings = re.sub(
        "(?m)^(?P<in> +)why: .*(?:[\n](?P=in) +.*)*", r"\g<in>why: Xyzzy reason.", codings
    )
    # A fault that would tell a code of another pass.
    codings = codings.replace(" code: 3", " code: 987987987", 1)
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
        get(client, "/"), get(client, f"/case/{CASE}/anna/"), get(client, f"/api/{CASE}/anna/document"),
        get(client, f"/api/{CASE}/anna/version"), post(client, f"/api/{CASE}/anna/check", body),
        post(client, f"/api/{CASE}/anna/save", body), save(client, [change], "0", "anna"),
        post(client, f"/api/{CASE}/anna/undo", {"version": told["version"]}),
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
    kept = post(client, f"/api/{CASE}/zoe/draft", {"name": "abcdef0123", "draft": draft})
    assert kept.status_code == 200
    assert document(client, "zoe")["drafts"] == [{"name": "abcdef0123", **draft}]
    assert document(client, "anna")["drafts"] == []
    assert "Xyzzy" not in get(client, f"/api/{CASE}/anna/document").text
    assert (
        post(client, f"/api/{CASE}/zoe/draft", {"name": "../x", "draft": draft}).status_code == 400
    )
    assert load_cases(folder, BOOK)
    post(client, f"/api/{CASE}/zoe/draft", {"name": "abcdef0123", "draft": None})
    assert document(client, "zoe")["drafts"] == []


def test_a_coder_writes_nothing_but_her_own_cells(client, folder):
    before = (folder / f"{CASE}.yaml").read_bytes()
    version = document(client, "anna")["version"]
    for path in (
        ["name"], ["facts", "iso3"], ["case_id"], ["corrections"], ["codings"], ["codings", "anna"],
        ["codings", "anna", "case"], ["codings", "agreed", "case", "io_sought", "code"], [],
        ["codings", "anna", "actors", "state"], ["codings", "pass_1", "case", "io_sought"],
    ):  # fmt: skip
        answer = save(client, [{"path": path, "value": "x"}], version, "anna")
        assert answer.status_code == 400, path
    assert (folder / f"{CASE}.yaml").read_bytes() == before


def test_a_saving_changes_its_lines_only_and_is_taken_back_to_the_byte(client, folder):
    path = folder / f"{CASE}.yaml"
    before = path.read_bytes()
    version = document(client)["version"]
    cell = ["codings", "agreed", "case", "io_sought"]
    changes = [
        {"path": ["name"], "value": "Kosovo: spring of 1999"},
        {"path": [*cell, "confidence"], "value": 1},
        {"path": ["evidence", f"{CASE}-e01", "when"], "value": "1999-00-00"},
    ]
    saved = save(client, changes, version)
    assert saved.status_code == 200
    rows = [before.decode().splitlines(), path.read_text(encoding="utf-8").splitlines()]
    assert len(rows[0]) == len(rows[1])
    assert sum(one != other for one, other in zip(*rows, strict=True)) == 3
    back = post(client, f"/api/{CASE}/agreed/undo", {"version": saved.json["version"]})
    assert back.json["version"] == version
    assert path.read_bytes() == before
    # There is nothing further back.
    assert post(client, f"/api/{CASE}/agreed/undo", {"version": version}).status_code == 422


def test_a_file_that_changed_underneath_is_told_and_not_overwritten(client, folder):
    path = folder / f"{CASE}.yaml"
    version = document(client)["version"]
    path.write_bytes(path.read_bytes().replace(b"iso3: XKX", b"iso3: SRB"))
    held = path.read_bytes()
    answer = save(client, [{"path": ["name"], "value": "Other"}], version)
    assert answer.status_code == 409
    assert answer.json["content"]["iso3"] == "SRB"
    assert path.read_bytes() == held
    assert post(client, f"/api/{CASE}/agreed/undo", {"version": version}).status_code == 409


def test_a_fault_is_named_at_its_field_and_nothing_is_written(client, folder):
    before = (folder / f"{CASE}.yaml").read_bytes()
    told = document(client)
    item = f"{CASE}-e03"
    changes = [
        {"path": ["iso3"], "value": "Kosovo"},
        {"path": ["evidence", item, "source"], "value": ["K999"]},
        {"path": ["codings", "agreed", "actors", "state", "io", "code"], "value": 7},
        {"path": ["facts", "us_troops_planned", "value"], "value": "4,000"},
    ]
    for verb, status in (("check", 200), ("save", 422)):
        answer = post(
            client, f"/api/{CASE}/agreed/{verb}", {"version": told["version"], "changes": changes}
        )
        assert answer.status_code == status
        assert {tuple(fault["path"]) for fault in answer.json["faults"]} == {
            ("iso3",), ("evidence", item, "source"), ("facts", "us_troops_planned", "value"),
            ("codings", "agreed", "actors", "state", "io", "code"),
        }  # fmt: skip
    assert (folder / f"{CASE}.yaml").read_bytes() == before


def test_an_old_fault_does_not_stand_in_the_way_of_another_field(client, folder):
    path = folder / f"{CASE}.yaml"
    path.write_bytes(path.read_bytes().replace(b"cow_code: 345", b"cow_code: many"))
    told = document(client)
    assert [fault["path"] for fault in told["faults"]] == [["cow_code"]]
    assert save(client, [{"path": ["name"], "value": "Other"}], told["version"]).status_code == 200
    path.write_text("case_id: [", encoding="utf-8")
    broken = get(client, f"/api/{CASE}/agreed/document")
    assert broken.status_code == 422
    assert "broken YAML" in broken.json["faults"][0]["message"]


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


def test_a_case_is_begun_and_a_name_that_is_taken_is_told(client, folder):
    assert post(client, "/api/new-case", {"case": "haiti_2030"}).status_code == 200
    assert document(client, case="haiti_2030")["content"]["status"] == "draft"
    taken = post(client, "/api/new-case", {"case": "haiti_2030"})
    assert (taken.status_code, "is taken" in taken.json["message"]) == (400, True)
    assert post(client, "/api/new-case", {"case": "../x"}).status_code == 400
    assert sorted(p.name for p in folder.iterdir()) == ["haiti_2030.yaml", f"{CASE}.yaml"]


def test_a_pasted_entry_is_placed_or_named(client):
    body = {
        "text": "@book{a, title={Duty}, year=2014} @phdthesis{b, title={T}, year=2000, url={https://a.org/b}}",
        "sources": {"K4": {"title": "x", "url": "http://www.a.org/b/", "date": None}},
    }
    first, second = post(client, f"/api/{CASE}/agreed/references", body).json["placed"]
    assert first["reason"].startswith("type of source: 'book'")
    assert first["types"] == ["memoir", "official_history", "scholarship", "reference"]
    assert (second["reason"], second["source"]["type"], second["same"]) == ("", "scholarship", "")
    wrong = post(client, f"/api/{CASE}/agreed/references", {"text": "?", "sources": {}})
    assert (wrong.status_code, "no known format" in wrong.json["message"]) == (400, True)


def test_a_whole_case_typed_in_is_the_case(client, folder):
    """Everything of a case goes through the form into a new file, which then says the same."""
    told = document(client)["content"]
    new_case(folder, "copy_1999", BOOK)
    empty = document(client, case="copy_1999")
    content = json.loads(json.dumps(told).replace(CASE, "copy_1999"))
    changes = [
        {"path": [key], "value": content[key]}
        for key in content
        if not isinstance(content[key], dict)
    ]
    changes = [one for one in changes if one["path"] != ["case_id"]]
    for part in ("facts", "sources", "evidence"):
        changes += [{"path": [part, key], "value": value} for key, value in content[part].items()]
    own = content["codings"]["agreed"]
    changes += [
        {"path": ["codings", "agreed", "case", k], "value": v} for k, v in own["case"].items()
    ]
    for actor, cells in own["actors"].items():
        changes += [
            {"path": ["codings", "agreed", "actors", actor, k], "value": v}
            for k, v in cells.items()
        ]
    saved = save(client, changes, empty["version"], case="copy_1999")
    assert saved.status_code == 200, saved.text[:500]
    first, second = sorted(load_cases(folder, BOOK), key=lambda case: case.case_id)
    assert (first.case_id, second.case_id) == ("copy_1999", CASE)
    assert {**first.identity, "case_id": CASE} == second.identity
    assert (first.facts, first.sources) == (second.facts, second.sources)
    assert {k.replace("copy_1999", CASE): v.statement for k, v in first.evidence.items()} == {
        k: v.statement for k, v in second.evidence.items()
    }
    assert {k: (v.code, v.why) for k, v in first.agreed.items()} == {
        k: (v.code, v.why) for k, v in second.agreed.items()
    }
    comments = [row for row in (folder / "copy_1999.yaml").read_text().splitlines() if "#" in row]
    assert len(comments) > 200
