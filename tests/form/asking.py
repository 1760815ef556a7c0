"""Asking the form's application as its pages do."""

CASE = "kosovo_1999"
PORT, TOKEN = 4711, "t0-k3n"
OWN = {"Host": f"127.0.0.1:{PORT}", "Origin": f"http://127.0.0.1:{PORT}"}


def part(coding):
    return "whole" if coding == "agreed" else "codes"


def get(client, path, **headers):
    return client.get(f"/{TOKEN}{path}", headers=OWN | headers)


def post(client, path, body, **headers):
    return client.post(f"/{TOKEN}{path}", json=body, headers=OWN | headers)


def document(client, coding="agreed", case=CASE):
    return get(client, f"/api/{part(coding)}/{case}/{coding}/document").json


def save(client, changes, version, coding="agreed", case=CASE):
    body = {"name": "0" * 20, "version": version, "changes": changes}
    return post(client, f"/api/{part(coding)}/{case}/{coding}/save", body)


def add_a_variable(codebook):
    """Give the codebook a further case variable, as a user would in a text editor."""
    text = codebook.read_text(encoding="utf-8")
    before = "  - name: io_sought" + chr(10)
    assert text.count(before) == 1
    entry = (
        "  - {name: media_attention, type: ordinal, label: Attention of the media, rule: How much there was., "
        "values: {0: {label: little}, 1: {label: much}}, missing: It is not known., before_decision: true}"
    )
    codebook.write_text(text.replace(before, entry + chr(10) + before), encoding="utf-8")


def coded_by_it(text):
    """Give the text of a case file with a code of that variable in its agreed coding."""
    case = chr(10) + "    case:" + chr(10)
    place = text.index(case, text.index("  agreed:")) + len(case)
    values = (
        "code: 1, confidence: 1, evidence: [kosovo_1999-e01], why: So it was., settled: one reading"
    )
    return f"{text[:place]}      media_attention: {{{values}}}{chr(10)}{text[place:]}"
