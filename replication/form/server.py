"""Serving the form: this machine only, at a port and an address that nobody else knows."""

from __future__ import annotations

import _thread
import json
import logging
import os
import secrets
import signal
import urllib.request
import webbrowser
from pathlib import Path
from typing import Any

from waitress import create_server

from replication import paths
from replication.codebook import Codebook
from replication.form.application import Application
from replication.form.guard import HOST

_KEPT = "form"
_ADDRESS, _OPENER = "address.json", "open.html"
_TOKEN_BYTES = 24


def serve(folder: Path, codebook: Codebook, *, open_browser: bool = True) -> int:
    """Serve the form of the case files of a folder until Ctrl+C, or until a page ends it.

    The port and the token are drawn when it first starts. They stay those of a server that was killed, so that pages
    which are still open go on with the next one.
    """
    kept = paths.BUILD / _KEPT
    kept.mkdir(parents=True, exist_ok=True)
    port, token = _last_address(kept)
    if (answer := _alive(port, token)) is not None:
        if answer.get("codebook") is None:
            print("The form is open already, with the codebook as it was before it changed.")
            print("End it first (Ctrl+C where it runs), then run make code again.")
            return 1
        print(f"The form is open already: {_address(port, token)}")
        _open(kept, _address(port, token), open_browser=open_browser)
        return 0
    # A shell starts what it runs in the background without this, and then neither Ctrl+C nor a page could end the form.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    stopped: list[bool] = []

    def stop() -> None:
        stopped.append(True)
        _thread.interrupt_main()

    application = Application(folder, kept, codebook, paths.CODEBOOK, token, stop)
    server = _bound(application, port)
    application.port = int(server.effective_port)
    _write_own(kept / _ADDRESS, json.dumps({"port": application.port, "token": token}))
    print(f"The form is at {_address(application.port, token)}")
    print(
        "Only this machine can open it. End it with Ctrl+C; what is not saved stays as a draft.",
        flush=True,
    )
    _open(kept, _address(application.port, token), open_browser=open_browser)
    # A browser asks for a dozen files at once; that some wait a moment is nothing to report.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    server.run()  # until Ctrl+C, or what stands for it above
    server.close()
    if stopped:
        (kept / _ADDRESS).unlink(missing_ok=True)
    (kept / _OPENER).unlink(missing_ok=True)
    return 0


def _last_address(kept: Path) -> tuple[int, str]:
    """Give port and token of the server before; where there was none a token, and 0 for any free port."""
    try:
        last = json.loads((kept / _ADDRESS).read_text(encoding="utf-8"))
        return int(last["port"]), str(last["token"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0, secrets.token_urlsafe(_TOKEN_BYTES)


def _address(port: int, token: str) -> str:
    return f"http://{HOST}:{port}/{token}/"


def _alive(port: int, token: str) -> dict[str, Any] | None:
    """Give what a server that runs there says of itself; None where there is none."""
    if not port:
        return None
    own = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with own.open(f"{_address(port, token)}api/alive", timeout=2) as response:
            answer = json.loads(response.read())
    except (OSError, ValueError):
        return None
    return answer if isinstance(answer, dict) else None


def _bound(application: Application, port: int):  # noqa: ANN202 - waitress names no type
    """Listen at the port of before, or at any free one where it is taken."""
    try:
        return create_server(application, host=HOST, port=port, ident=None, threads=4)
    except OSError:
        return create_server(application, host=HOST, port=0, ident=None, threads=4)


def _open(kept: Path, address: str, *, open_browser: bool) -> None:
    """Open the browser by a file that leads there: on the command line of a browser others could read the token."""
    if not open_browser:
        return
    page = kept / _OPENER
    _write_own(
        page,
        f'<!doctype html><meta http-equiv="refresh" content="0;url={address}"><p>Opening the form.</p>',
    )
    webbrowser.open(page.as_uri())


def _write_own(path: Path, text: str) -> None:
    """Write a file that only this user can read."""
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
