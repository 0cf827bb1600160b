"""Drafts in the web layer: a view says `@keeps(label)`, and its form survives a time-out, a sign-out and a crash.

Before the view runs, `g.kept` says which draft is the page's own, what is to be restored and what may be offered; the
form macro draws it. After a save the draft ends, in the same transaction. When the page does not open any more, its
writer is led to the words alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar, cast
from urllib.parse import urlencode
from uuid import UUID

from flask import Flask, current_app, flash, g, redirect, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response
from wtforms import FieldList
from wtforms.fields.core import UnboundField

from portal.core import web
from portal.core.errors import AppError, Conflict, Forbidden, NotFound
from portal.core.forms import Form, HiddenField, TextField
from portal.core.ids import new_id
from portal.drafts import service, slips
from portal.drafts.models import LONGEST_PATH
from portal.drafts.service import Unsent
from portal.drafts.slips import Slip
from portal.privacy import access_log
from portal.privacy.guard import current_actor, looking_up

View = TypeVar("View", bound=Callable[..., Any])

#: In the address of a form: the draft to fill it with.
ARGUMENT = "concept"
#: Hidden fields of a form that is kept; they are no answers, and neither is which button was pressed.
SLIP, VERSION = "concept", "concept_version"
#: A page that answers so does not show the form any more.
CLOSED = {Forbidden.status, NotFound.status, Conflict.status}
NO_ANSWERS = {SLIP, VERSION, "csrf_token", "more", "anyway"}


@dataclass
class Kept:
    """What a page knows of its draft. `answers` fill the form when it is opened to go on with a draft."""

    slip: Slip
    version: int = 0
    answers: MultiDict[str, str] | None = None
    saved_at: datetime | None = None
    offer: Unsent | None = None
    outdated: bool = False  # the record was changed since; set by VersionField

    @property
    def token(self) -> str:
        """Value of the hidden field."""
        return slips.write(self.slip)

    @property
    def url(self) -> str:
        """Where the page sends what is typed."""
        return url_for("drafts.save")

    def discard_url(self, draft_id: UUID) -> str:
        """Where a draft is thrown away."""
        return url_for("drafts.discard", draft_id=draft_id)

    def continue_url(self) -> str:
        """The same page, filled with the draft on offer."""
        return with_draft(self.slip.path, self.offer.id) if self.offer else ""


def keeps(label: Any, form: type[Form]) -> Callable[[View], View]:
    """Mark a view whose form is worth keeping; `label` (lazy) says what it is in a list of drafts."""

    def mark(view: View) -> View:
        cast(Any, view).keeps, cast(Any, view).kept_form = label, form
        return view

    return mark


def label_of(endpoint: str) -> str:
    """What the form of this endpoint is called."""
    return str(getattr(current_app.view_functions.get(endpoint), "keeps", None) or _("Formulier"))


def written(endpoint: str, answers: service.Answers) -> list[tuple[str, str]]:
    """What was written in own words in the form of this endpoint: the label of each field and the text."""
    form = getattr(current_app.view_functions.get(endpoint), "kept_form", Form)
    found = ((_text_label(getattr(form, name.split("-")[0], None)), text) for name, text in answers)
    return [(str(label), text) for label, text in found if label and text.strip()]


def _text_label(field: Any) -> Any:
    """The label of a field for text, or "" for any other and for one that nobody sees."""
    if not isinstance(field, UnboundField):
        return ""
    if issubclass(field.field_class, FieldList):
        return _text_label(field.args[0])
    if not issubclass(field.field_class, TextField) or issubclass(field.field_class, HiddenField):
        return ""
    return field.args[0] if field.args else field.kwargs.get("label", "")


def install(app: Flask) -> None:
    """Register the hooks; after those of the guard, so that nothing is opened for who may not see the page."""
    app.before_request(_begin)
    app.after_request(_end)
    if rescue not in web.rescuers:
        web.rescuers.append(rescue)


def with_draft(address: str, draft_id: UUID) -> str:
    """The address of a form that is to be filled with a draft."""
    return f"{address}{'&' if '?' in address else '?'}{ARGUMENT}={draft_id}"


def _begin() -> None:
    if request.endpoint is not None and hasattr(current_app.view_functions[request.endpoint], "keeps"):
        g.kept = _sent() if request.method == "POST" else _opened()


def _end(response: Response) -> Response:
    kept: Kept | None = g.get("kept")
    if kept and g.get("form_saved") and response.status_code in (302, 303):
        service.end(kept.slip)
    return (_words_alone(response.status_code) if response.status_code in CLOSED else None) or response


def _words_alone(status: int) -> Response | None:
    """To what was written, when the page of an own draft is out of reach or over; None for any other page."""
    draft_id = _as_id(request.args.get(ARGUMENT, "")) if request.method == "GET" else _refused(status)
    if draft_id is None or not current_user.is_authenticated:
        return None
    if not service.is_kept(current_actor(), draft_id, path=_path()):
        return None
    return redirect(url_for("drafts.words", draft_id=draft_id), code=303)


def _refused(status: int) -> UUID | None:
    """The draft of a form that was sent to a page out of reach, with what was typed last."""
    slip = _sent_slip() if request.method == "POST" and status != Conflict.status else None
    own = slip is not None and current_user.is_authenticated and slip == _own_slip(slip.draft_id)
    return slip.draft_id if slip and own and _store(slip) else None


def _sent_slip() -> Slip | None:
    """The slip in a form; None for what is too big or too strange to read, which the refusal was not about."""
    try:
        return slips.read(request.form.get(SLIP, ""))
    except HTTPException:
        return None


def unless_words(address: str) -> Response:
    """To `address`, from a form that is over by now; with a draft first to what was written in it."""
    return _words_alone(Conflict.status) or redirect(address, code=303)


def _own_slip(draft_id: UUID) -> Slip:
    return Slip(cast(UUID, current_actor().user_id), draft_id, cast(str, request.endpoint), _path())


def _path() -> str:
    """This page without its draft, and with ids only: anything else in an address might be about somebody."""
    ids = {name: value for name, value in request.args.items() if name != ARGUMENT and _as_id(value)}
    address = f"{request.path}?{urlencode(ids)}" if ids else request.path
    return address if len(address) <= LONGEST_PATH else request.path


def _as_id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _sent() -> Kept:
    """A form that was sent keeps its own draft, if it is of this page and this person."""
    slip = slips.read(request.form.get(SLIP, ""))
    own = slip if slip and slip == _own_slip(slip.draft_id) else _own_slip(new_id())
    return Kept(own, version=known_version())


def known_version() -> int:
    """The version of the draft that the page knew; 0 for none or nonsense."""
    given = request.form.get(VERSION, "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else 0


def _opened() -> Kept:
    asked = request.args.get(ARGUMENT)
    if asked is None:
        own = _own_slip(new_id())
        return Kept(own, offer=service.offered(current_actor(), own.path))
    return _restored(_as_id(asked))


def _restored(draft_id: UUID | None) -> Kept:
    with looking_up("draft", draft_id) as actor:
        if draft_id is None:
            raise NotFound
        found = service.restore(actor, draft_id, path=_path())
    return Kept(found.slip, found.version, MultiDict(found.answers), found.saved_at)


# --- a form that came too late ---------------------------------------------------------------------------------------


def rescue() -> Response | None:
    """Keep what was typed in a form that was sent after its session ended; None when there is nothing to keep.

    Its slip says whose it was. Only that person gets it back, after signing in; to anybody else nothing is told.
    """
    slip = slips.read(request.form.get(SLIP, "")) if request.method == "POST" else None
    if slip is None or not _store(slip):
        return None
    if not current_user.is_authenticated:
        session["next"], session["next_for"] = with_draft(slip.path, slip.draft_id), str(slip.user_id)
        flash(_("Je was uitgelogd. Wat je schreef, is bewaard. Log in, kijk het na en sla het op."), "warning")
        return redirect(url_for("accounts.sign_in"), code=303)
    if current_actor().user_id != slip.user_id:
        flash(_("Deze pagina was verouderd. Open het formulier opnieuw."), "warning")
        return redirect("/", code=303)
    flash(_("Deze pagina was verouderd. Wat je schreef, staat er nog: kijk het na en sla het op."), "warning")
    return redirect(with_draft(slip.path, slip.draft_id), code=303)


def _store(slip: Slip) -> bool:
    access_log.origin.set(request.endpoint or "")
    try:
        service.keep(slip, answers=answers(), version=known_version())
    except AppError:
        return False
    return True


def answers() -> list[tuple[str, str]]:
    """What was typed, in the order of the form."""
    return [(name, value) for name, value in request.form.items(multi=True) if name not in NO_ANSWERS]
