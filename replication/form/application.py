"""What the form's server answers to what is asked."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from werkzeug.exceptions import BadRequest, HTTPException, NotFound
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from replication.casefile.coding_sheet import check_label
from replication.casefile.model import AGREED
from replication.casefile.scaffold import LONGEST_ID, new_case
from replication.casefile.shape import WORD
from replication.codebook import Codebook
from replication.form import pages
from replication.form.codebook_file import CodebookFile, OutdatedError
from replication.form.document import (
    CODES,
    WHOLE,
    Document,
    Told,
    View,
    read_document,
    version_of,
)
from replication.form.drafts import Drafts
from replication.form.guard import check_request, guarded
from replication.form.saving import ChangedError, RefusedError, Result, Saver, changes_of
from replication.references.placing import place
from replication.references.reading import read_references
from replication.references.reference import UnreadableError
from replication.yaml_reading import InputError

_LARGEST_REQUEST = 5_000_000
_CONFLICT, _OUTDATED, _REFUSED = 409, 412, 422
_GET, _POST = ("GET",), ("POST",)
_TYPES = {".css": "text/css", ".js": "text/javascript"}


class Application:
    """The form as a WSGI application.

    Parameters
    ----------
    folder : Path
        Folder of the case files.
    kept : Path
        Folder for what files held before they were saved.
    codebook_file : Path
        The file that the codebook was read from, to tell when it changes.
    stop : callable
        Called when a page asks the server to end.
    """

    def __init__(
        self,
        folder: Path,
        kept: Path,
        codebook: Codebook,
        codebook_file: Path,
        token: str,
        stop: Callable[[], None],
    ) -> None:
        self.port = 0
        self._folder, self._codebook, self._token, self._stop = folder, codebook, token, stop
        self._codebook_file = CodebookFile(codebook_file)
        self._saver, self._drafts = Saver(folder, kept, codebook), Drafts(folder)
        self._rules = Map(
            [
                Rule("/", endpoint=self._start, methods=_GET),
                Rule("/static/<name>", endpoint=self._static, methods=_GET),
                Rule("/case/<part>/<case>/<coding>/", endpoint=self._form, methods=_GET),
                Rule("/api/alive", endpoint=self._alive, methods=_GET),
                Rule("/api/new-case", endpoint=self._new_case, methods=_POST),
                Rule("/api/quit", endpoint=self._quit, methods=_POST),
                Rule("/api/<part>/<case>/<coding>/document", endpoint=self._document, methods=_GET),
                Rule("/api/<part>/<case>/<coding>/version", endpoint=self._version, methods=_GET),
                Rule("/api/<part>/<case>/<coding>/check", endpoint=self._check, methods=_POST),
                Rule("/api/<part>/<case>/<coding>/save", endpoint=self._save, methods=_POST),
                Rule("/api/<part>/<case>/<coding>/undo", endpoint=self._undo, methods=_POST),
                Rule("/api/<part>/<case>/<coding>/draft", endpoint=self._draft, methods=_POST),
                Rule(
                    "/api/<part>/<case>/<coding>/references",
                    endpoint=self._references,
                    methods=_POST,
                ),
            ]
        )

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        """Answer one request."""
        request = Request(environ)
        request.max_content_length = _LARGEST_REQUEST
        return guarded(self._answer(request))(environ, start_response)

    def _answer(self, request: Request) -> Response | HTTPException:
        try:
            path = check_request(request, self.port, self._token)
            adapter = self._rules.bind("", path_info=path, default_method=request.method)
            endpoint, values = adapter.match()
            values = self._named(values)
            body = _body(request) if request.method == "POST" else {}
            return endpoint(**values, **({"body": body} if request.method == "POST" else {}))
        except HTTPException as error:
            return error.get_response()
        except (ChangedError, OutdatedError) as error:
            return _to_follow(error)
        except RefusedError as error:
            return _json({"faults": [asdict(fault) for fault in error.faults]}, _REFUSED)
        except InputError as error:
            faults = [Told((), fault.line, fault.message) for fault in error.faults]
            return _json({"faults": [asdict(fault) for fault in faults]}, _REFUSED)
        except ValueError as error:
            return _json({"message": str(error)}, BadRequest.code)

    def _named(self, values: Mapping[str, str]) -> dict[str, Any]:
        """Let through the name of a case that exists and of a coding that can; give the view."""
        if "case" not in values:
            return dict(values)
        case, coding, part = values["case"], values["coding"], values["part"]
        sound = len(case) <= LONGEST_ID and re.fullmatch(WORD, case)
        if not sound or part not in (WHOLE, CODES) or not self._saver.path(case).is_file():
            raise NotFound("There is no such case.")
        if coding != AGREED or part == CODES:
            check_label(coding)
        return {"case": case, "view": View(coding, whole=part == WHOLE)}

    def _start(self) -> Response:
        return _page(pages.start_page(self._folder, self._codebook))

    def _static(self, name: str) -> Response:
        suffix = Path(name).suffix
        if suffix not in _TYPES or name not in pages.static_files():
            raise NotFound
        return Response(pages.static_file(name), content_type=f"{_TYPES[suffix]}; charset=utf-8")

    def _form(self, case: str, view: View) -> Response:
        return _page(pages.form_page(case, view, self._codebook, self._codebook_file.version))

    def _alive(self) -> Response:
        return _json({"codebook": self._codebook_file.current})

    def _new_case(self, body: dict[str, Any]) -> Response:
        self._codebook_file.require()
        coding = str(body.get("coding", ""))
        check_label(coding)
        new_case(self._folder, str(body.get("case", "")), self._codebook, coding)
        return _json({})

    def _quit(self, body: dict[str, Any]) -> Response:  # noqa: ARG002 - every POST has a body
        response = _json({})
        response.call_on_close(self._stop)
        return response

    def _document(self, case: str, view: View) -> Response:
        document = read_document(self._saver.path(case), view, self._codebook)
        tried = self._saver.tried(case, view, document.version, {})
        codebook = self._codebook_file.current
        if codebook is None:
            # What the old codebook has against the file may be untrue by the new one.
            tried = replace(tried, faults=[], notices=[], hidden=0)
        drafts = self._drafts.of(case, view.name)
        return _json(_told_result(tried) | {"drafts": drafts, "codebook": codebook})

    def _version(self, case: str, view: View) -> Response:  # noqa: ARG002 - all ways of a case have both
        version = version_of(self._saver.path(case).read_bytes())
        return _json({"version": version, "codebook": self._codebook_file.current})

    def _check(self, case: str, view: View, body: dict[str, Any]) -> Response:
        self._codebook_file.require(body.get("codebook"))
        changes = changes_of(body.get("changes"), view, self._codebook)
        tried = self._saver.tried(case, view, str(body.get("version")), changes)
        return _json(_told_result(tried) | {"version": body.get("version"), "content": None})

    def _save(self, case: str, view: View, body: dict[str, Any]) -> Response:
        self._codebook_file.require(body.get("codebook"))
        changes = changes_of(body.get("changes"), view, self._codebook)
        name = str(body.get("name"))
        # Before anything is written: what is refused has changed nothing.
        self._drafts.check_name(name)
        saved = self._saver.saved(case, view, str(body.get("version")), changes)
        self._drafts.drop(case, view.name, name)
        return _json(_told_result(saved))

    def _undo(self, case: str, view: View, body: dict[str, Any]) -> Response:
        self._codebook_file.require(body.get("codebook"))
        document = self._saver.taken_back(case, view, str(body.get("version")))
        return _json(_told_result(self._saver.tried(case, view, document.version, {})))

    def _draft(self, case: str, view: View, body: dict[str, Any]) -> Response:
        name, draft = str(body.get("name")), body.get("draft")
        if isinstance(draft, dict):
            self._drafts.keep(case, view.name, name, draft)
        else:
            self._drafts.drop(case, view.name, name)
        return _json({})

    def _references(self, case: str, view: View, body: dict[str, Any]) -> Response:  # noqa: ARG002
        sources, text = body.get("sources"), str(body.get("text", ""))
        if not isinstance(sources, dict):
            raise BadRequest
        try:
            references = read_references(text)
        except UnreadableError as error:
            return _json({"message": f"What you pasted {error}."}, BadRequest.code)
        placed = place(references, sources, self._codebook, prefix=f"{case}_")
        return _json({"placed": [_told_place(one) for one in placed]})


def _to_follow(error: ChangedError | OutdatedError) -> Response:
    """Tell a page what has changed behind it."""
    if isinstance(error, ChangedError):
        return _json(_told_document(error.document), _CONFLICT)
    return _json({"codebook": error.codebook, "message": str(error)}, _OUTDATED)


def _body(request: Request) -> dict[str, Any]:
    if request.mimetype != "application/json":
        raise BadRequest
    try:
        body = json.loads(request.get_data())
    except (ValueError, RecursionError):
        raise BadRequest from None
    if not isinstance(body, dict):
        raise BadRequest
    return body


def _page(text: str) -> Response:
    return Response(text, content_type="text/html; charset=utf-8")


def _json(content: Any, status: int = 200) -> Response:
    return Response(json.dumps(content), status=status, content_type="application/json")


def _told_document(document: Document) -> dict[str, Any]:
    return {"version": document.version, "content": document.content}


def _told_result(result: Result) -> dict[str, Any]:
    return _told_document(result.document) | {
        "faults": [asdict(fault) for fault in result.faults],
        "notices": [asdict(notice) for notice in result.notices],
        "hidden": result.hidden,
    }


def _told_place(one: Any) -> dict[str, Any]:
    types = one.reference.types
    return {
        "key": one.key,
        "source": one.source,
        "reason": one.reason,
        "same": one.same,
        "notes": list(one.notes),
        "types": list(types),
    }
