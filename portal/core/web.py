"""HTTP plumbing shared by all features: the commit point, security headers, error pages, form saving."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from io import BytesIO
from typing import IO, Any, TypeVar, cast
from uuid import UUID

from flask import Flask, Request, Response, current_app, flash, g, make_response, render_template, request, session
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from portal.core import db
from portal.core.errors import CONSTRAINTS, AppError, Conflict, Invalid, NotFound
from portal.core.forms import Form, TextAreaField
from portal.core.ids import new_id
from portal.core.log import request_id
from portal.settings import settings

View = TypeVar("View", bound=Callable[..., Any])
log = logging.getLogger(__name__)

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
#: What an answer keeps of the one it stands in for.
KEPT_HEADERS = {*HEADERS, "Strict-Transport-Security", "Cache-Control", "X-Request-ID"}
#: Asked in turn what can still be done with a form that came too late; the first answer is given. Filled by features.
rescuers: list[Callable[[], BaseResponse | None]] = []
#: What url_for takes besides the parts of an address.
OF_ADDRESSES = frozenset({"self", "endpoint", "_anchor", "_method", "_scheme", "_external"})
PAGES = {400, 403, 404, 405, 409, 413, 415, 422, 429, 500, 503}


def install(app: Flask) -> None:
    """Register the hooks. Called first, so that the commit runs after every other after_request hook."""
    app.request_class = PortalRequest
    app.after_request(_finish)
    app.before_request(_start)
    app.teardown_request(_tear_down)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(AppError, _app_error)
    app.register_error_handler(StaleDataError, lambda _error: error_page(409))
    app.register_error_handler(OperationalError, _database_down)
    app.register_error_handler(PoolTimeout, _database_down)
    app.register_error_handler(Exception, _unexpected)


def _start() -> None:
    g.started = time.monotonic()
    g.queries = 0
    g.request_id = _given_request_id() or str(new_id())
    request_id.set(g.request_id)


def _given_request_id() -> str:
    """The number a proxy of ours gave; from anybody else it would be a claim in our own evidence."""
    given = request.headers.get("X-Request-ID", "") if settings().trusted_proxies else ""
    return given if 8 <= len(given) <= 64 and given.replace("-", "").isalnum() else ""


def _finish(response: Response) -> Response:
    """The one commit point: after the response was built, status < 400 commits, everything else is undone.

    What a refused form (422) showed stays in the access log.
    """
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    response.headers["X-Request-ID"] = g.get("request_id", "")
    response = _settled(response)
    log.info(
        "request",
        extra={
            "endpoint": request.endpoint,
            "method": request.method,
            "status": response.status_code,
            "duration_ms": round((time.monotonic() - g.get("started", time.monotonic())) * 1000),
            "queries": g.get("queries", 0),
        },
    )
    return response


def _settled(response: Response) -> Response:
    """What was built may leave only when the database has taken what goes with it, the trace of it first of all."""
    try:
        if response.status_code < 400:
            db.commit()
        else:
            db.undo_changes()
    except (OperationalError, ProgrammingError, PoolTimeout) as error:
        refused: Response = _database_down(error)
        refused.headers.extend({name: value for name, value in response.headers if name in KEPT_HEADERS})
        return refused
    return response


def _tear_down(_error: BaseException | None) -> None:
    db.session.remove()
    request_id.set("")


def count_queries(engine: Any) -> None:
    """Count the statements of each request, for the log and for the tests that hold pages to a constant number."""

    @event.listens_for(engine, "before_cursor_execute")
    def _count(*_args: Any) -> None:
        if g:
            g.queries = g.get("queries", 0) + 1


def error_page(status: int, template: str | None = None) -> Response:
    """A real page for an error; the transaction is rolled back by the commit point."""
    db.rollback()
    g.failing = status >= 500  # the page must not need what just failed
    page = template or (f"errors/{status if status in PAGES else 500}.html")
    body = render_template(page, status=status, request_id=g.get("request_id", ""))
    return make_response(body, status)


def _http_error(error: HTTPException) -> Any:
    if isinstance(error, CSRFError):
        return rescued() or error_page(400, "errors/csrf.html")
    if error.code is None or error.code < 400:
        return error
    response = error_page(error.code)
    for name, value in error.get_headers():
        if name.lower() in {"allow", "retry-after"}:
            response.headers[name] = value
    return response


def rescued() -> BaseResponse | None:
    """The answer to a form that was sent after its session ended, when something could be kept of it."""
    return next((answer for answer in (rescue() for rescue in rescuers) if answer is not None), None)


def _app_error(error: AppError) -> Response:
    return error_page(error.status)


def _database_down(error: Exception) -> Response:
    log.error("database unavailable", exc_info=error)
    return error_page(503)


def _unexpected(error: Exception) -> Response:
    log.error("unexpected error", exc_info=error)
    return error_page(500)


class Saved:
    """Whether the block under `saving` succeeded."""

    ok = False

    def __bool__(self) -> bool:
        return self.ok


@contextmanager
def saving(form: Form) -> Iterator[Saved]:
    """Run a service call for a form: domain errors and known constraints become errors beside the fields.

    Everything inside happens in a savepoint, so that nothing is half-saved; test the yielded value afterwards.
    """
    saved = Saved()
    nested = db.session.begin_nested()
    try:
        yield saved
        db.session.flush()
        nested.commit()
        saved.ok = g.form_saved = True
        _hint(form)
    except Invalid as error:
        nested.rollback()
        for field, message in error.errors.items():
            add_error(form, field, message)
    except IntegrityError as error:
        nested.rollback()
        name = getattr(getattr(error.orig, "diag", None), "constraint_name", None) or ""
        if name not in CONSTRAINTS:
            raise
        field, message = CONSTRAINTS[name]
        add_error(form, field, message)


@contextmanager
def just_opened() -> Iterator[None]:
    """Around a change of what this request could open a moment ago: out of reach now, somebody else was first."""
    try:
        yield
    except NotFound as error:
        raise Conflict from error


def _hint(form: Form) -> None:
    """Say to who saved a word about origin or belief what the browser said while typing; nothing is barred."""
    if any(isinstance(field, TextAreaField) and field.mentions_origin for field in form):
        flash(_("Je schreef iets over afkomst of geloof. Is dat nodig? Haal het anders weg."), "warning")


def add_error(form: Form, field: str, message: str) -> None:
    """Put a (Dutch msgid) message beside a field; on the form's first field when it belongs to none."""
    target = field if field in form else next(name for name, each in form._fields.items() if each.type != "HiddenField")
    form.refuse(target, _(message))


def render_form(template: str, form: Form, **context: Any) -> Response:
    """Render a page with a form; 422 when it has errors."""
    status = 422 if form.errors else 200
    return make_response(render_template(template, form=form, **context), status)


def wants_fragment() -> bool:
    """Whether htmx asks for a part of the page."""
    return request.headers.get("HX-Request") == "true"


class PortalRequest(Request):
    """A request whose files stay in memory: a name or a plan does not end up in a folder for temporary files."""

    @cached_property
    def args(self) -> MultiDict[str, str]:
        """What was asked, without the names that url_for takes for itself: pages make addresses of what was asked."""
        given = [(name, value) for name, value in super().args.items(multi=True) if name not in OF_ADDRESSES]
        return ImmutableMultiDict(given)

    def _get_file_stream(self, *_args: Any, **_options: Any) -> IO[bytes]:
        return BytesIO()


def sent_ids(name: str) -> list[UUID]:
    """The ids under this name in the form that was sent; what is no id is left out."""
    found: list[UUID] = []
    for given in request.form.getlist(name):
        with suppress(ValueError):
            found.append(UUID(given))
    return found


def takes_file(view: View) -> View:
    """Mark an endpoint whose form holds a file: only there a request may be larger than a form."""
    cast(Any, view).takes_file = True
    return view


def let_file_in() -> None:
    """Before each request: room for a file where there is a field for one."""
    if getattr(current_app.view_functions.get(request.endpoint or ""), "takes_file", False):
        request.max_content_length = settings().max_upload_bytes + settings().max_attachment_bytes


def own_page(path: str, default: str) -> str:
    """`path` when it is a page of our own that can be opened with GET, else `default`."""
    plain = path.partition("?")[0]
    try:
        current_app.url_map.bind("localhost").match(plain, method="GET")
    except HTTPException:
        return default
    own = plain.startswith("/") and not plain.startswith(("//", "/\\")) and path.isprintable()
    return path if own else default


def pop_next(default: str, user_id: UUID) -> str:
    """Where to go after signing in: a path of our own remembered in the session, never an address from outside.

    One that was remembered for somebody in particular is not for another person on the same browser.
    """
    address, meant_for = session.pop("next", ""), session.pop("next_for", None)
    return own_page(address, default) if meant_for in (None, str(user_id)) else default
