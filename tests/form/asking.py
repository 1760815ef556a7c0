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
