"""The form's server: who may ask, what it tells, and what it writes."""

import json
import re
import shutil

import pytest
from asking import CASE, OWN, TOKEN, add_a_variable, coded_by_it, document, get, post, save

from replication import paths
from replication.casefile import load_cases
from replication.casefile.scaffold import new_case
from replication.codebook import read_codebook
from replication.form import saving

BOOK = read_codebook(paths.CODEBOOK)


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
    large = post(client, f"/api/whole/{CASE}/agreed/save", {"changes": "x" * 6_000_000})
    assert large.status_code == 413


def test_a_link_followed_from_elsewhere_opens_the_page(client):
    moved = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    assert get(client, "/", **moved).status_code == 200


@pytest.mark.parametrize(
    "path", ["/", f"/case/whole/{CASE}/agreed/", "/static/main.js", "/nothing", "/api/alive"]
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
    assert get(client, f"/api/whole/{case}/agreed/document").status_code in (403, 404)


@pytest.mark.parametrize("coding", ["Agreed", "a b", "1x", "agreed", "a" * 41])
def test_a_label_that_cannot_be_one_is_refused(client, coding):
    assert get(client, f"/api/codes/{CASE}/{coding}/document").status_code == 400


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
    back = post(client, f"/api/whole/{CASE}/agreed/undo", {"version": saved.json["version"]})
    assert back.json["version"] == version
    assert path.read_bytes() == before
    # There is nothing further back.
    assert post(client, f"/api/whole/{CASE}/agreed/undo", {"version": version}).status_code == 422


def test_a_file_that_changed_underneath_is_told_and_not_overwritten(client, folder):
    path = folder / f"{CASE}.yaml"
    version = document(client)["version"]
    path.write_bytes(path.read_bytes().replace(b"iso3: XKX", b"iso3: SRB"))
    held = path.read_bytes()
    answer = save(client, [{"path": ["name"], "value": "Other"}], version)
    assert answer.status_code == 409
    assert answer.json["content"]["iso3"] == "SRB"
    assert path.read_bytes() == held
    assert post(client, f"/api/whole/{CASE}/agreed/undo", {"version": version}).status_code == 409


def test_a_file_that_changes_while_it_is_checked_is_not_overwritten(client, folder, monkeypatch):
    path = folder / f"{CASE}.yaml"
    version = document(client)["version"]
    refuse = saving._refuse_new_faults

    def saved_by_an_editor_meanwhile(before, after):
        path.write_bytes(path.read_bytes().replace(b"iso3: XKX", b"iso3: SRB"))
        return refuse(before, after)

    monkeypatch.setattr(saving, "_refuse_new_faults", saved_by_an_editor_meanwhile)
    answer = save(client, [{"path": ["name"], "value": "Other"}], version)
    assert (answer.status_code, answer.json["content"]["iso3"]) == (409, "SRB")
    assert b"name: Other" not in path.read_bytes()


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
        body = {"name": "0" * 20, "version": told["version"], "changes": changes}
        answer = post(client, f"/api/whole/{CASE}/agreed/{verb}", body)
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
    broken = get(client, f"/api/whole/{CASE}/agreed/document")
    assert broken.status_code == 422
    assert "broken YAML" in broken.json["faults"][0]["message"]


def test_a_case_is_begun_and_a_name_that_is_taken_is_told(client, folder):
    assert (
        post(client, "/api/new-case", {"case": "haiti_2030", "coding": "pass_1"}).status_code == 200
    )
    assert document(client, case="haiti_2030")["content"]["status"] == "draft"
    taken = post(client, "/api/new-case", {"case": "haiti_2030", "coding": "pass_1"})
    assert (taken.status_code, "is taken" in taken.json["message"]) == (400, True)
    assert post(client, "/api/new-case", {"case": "../x", "coding": "pass_1"}).status_code == 400
    assert sorted(p.name for p in folder.iterdir()) == ["haiti_2030.yaml", f"{CASE}.yaml"]


def test_a_pasted_entry_is_placed_or_named(client):
    body = {
        "text": "@book{a, title={Duty}, year=2014} @phdthesis{b, title={T}, year=2000, url={https://a.org/b}}",
        "sources": {"K4": {"title": "x", "url": "http://www.a.org/b/", "date": None}},
    }
    first, second = post(client, f"/api/whole/{CASE}/agreed/references", body).json["placed"]
    assert first["reason"].startswith("type of source: 'book'")
    assert first["types"] == ["memoir", "official_history", "scholarship", "reference"]
    assert (second["reason"], second["source"]["type"], second["same"]) == ("", "scholarship", "")
    wrong = post(client, f"/api/whole/{CASE}/agreed/references", {"text": "?", "sources": {}})
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


def test_short_ids_of_a_file_stay_where_nothing_else_changes(client, folder):
    path = folder / f"{CASE}.yaml"
    path.write_bytes(path.read_bytes().replace(f"{CASE}-e".encode(), b"e"))
    before = path.read_text(encoding="utf-8").splitlines()
    told = document(client)
    assert told["faults"] == []
    assert next(iter(told["content"]["evidence"])) == f"{CASE}-e01"
    cell = ["codings", "agreed", "case", "host_consent"]
    assert told["content"]["codings"]["agreed"]["case"]["host_consent"]["evidence"] == [
        f"{CASE}-e35"
    ]
    changes = [
        {"path": ["evidence", f"{CASE}-e01", "when"], "value": "1999-04-00"},
        {"path": [*cell, "evidence"], "value": [f"{CASE}-e35", f"{CASE}-e01"]},
        {"path": ["evidence", f"{CASE}-e99"], "value": {
            "id": f"{CASE}-e99", "about": [], "statement": "New.", "when": None, "source": ["K1"], "consulted": True,
        }},
    ]  # fmt: skip
    saved = save(client, changes, told["version"])
    assert saved.status_code == 200, saved.text
    after = path.read_text(encoding="utf-8").splitlines()
    assert len([row for row in before if row not in after]) <= 2
    [case] = load_cases(folder, BOOK)
    assert case.agreed["host_consent"].evidence == (f"{CASE}-e35", f"{CASE}-e01")
    assert case.evidence[f"{CASE}-e01"].when == "1999-04-00"


def test_what_make_check_knows_beyond_the_file_is_told_in_the_form(client):
    told = document(client)
    changes = [
        {"path": ["administration"], "value": "Bill Clinton"},
        {"path": ["facts", "date_action", "value"], "value": "2999-01-01"},
    ]
    body = {"name": "0" * 20, "version": told["version"], "changes": changes}
    answer = post(client, f"/api/whole/{CASE}/agreed/save", body)
    assert answer.status_code == 422
    named = {tuple(fault["path"]) for fault in answer.json["faults"]}
    assert named == {("administration",), ("facts", "date_action", "value")}


def test_another_codebook_is_told_instead_of_faults_by_the_old_one(client, folder, tmp_path):
    codebook = tmp_path / "codebook.yaml"
    add_a_variable(codebook)
    path = folder / f"{CASE}.yaml"
    path.write_text(coded_by_it(path.read_text(encoding="utf-8")), encoding="utf-8")
    assert len(load_cases(folder, read_codebook(codebook))) == 1
    opened = document(client)
    assert (opened["codebook"], opened["faults"], opened["hidden"]) == (None, [], 0)
    content = path.read_bytes()
    answer = save(client, [{"path": ["name"], "value": "Kosovo"}], opened["version"])
    assert (answer.status_code, answer.json["codebook"]) == (412, None)
    assert "run make code again" in answer.json["message"]
    for verb in ("check", "undo"):
        body = {"version": opened["version"], "changes": []}
        assert post(client, f"/api/whole/{CASE}/agreed/{verb}", body).status_code == 412
    assert post(client, "/api/new-case", {"case": "a_1", "coding": "p"}).status_code == 412
    assert (path.read_bytes(), [p.name for p in folder.glob("*.yaml")]) == (content, [path.name])
    assert get(client, "/api/alive").json == {"codebook": None}
    # What is not saved is still kept.
    draft = {"name": "0" * 20, "draft": {"name": "0" * 20, "changes": []}}
    assert post(client, f"/api/whole/{CASE}/agreed/draft", draft).status_code == 200
    shutil.copyfile(paths.CODEBOOK, codebook)
    assert get(client, f"/api/whole/{CASE}/agreed/version").json["codebook"]


def test_a_page_made_from_another_codebook_is_not_let_save(client):
    opened = document(client)
    body = {"name": "0" * 20, "version": opened["version"], "codebook": "other", "changes": []}
    answer = post(client, f"/api/whole/{CASE}/agreed/save", body)
    assert (answer.status_code, answer.json["codebook"]) == (412, opened["codebook"])
    assert "Load this page again" in answer.json["message"]
    same = body | {"codebook": opened["codebook"]}
    assert post(client, f"/api/whole/{CASE}/agreed/save", same).status_code == 200
