"""Every endpoint says who may call it; an unmarked one fails to start."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, TypeVar, cast
from uuid import UUID

from flask import Flask, current_app, flash, redirect, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from portal.core import clock
from portal.core.errors import Forbidden, NotFound
from portal.core.web import rescued, wants_fragment
from portal.privacy import access_log, sources
from portal.privacy.access_log import Subject
from portal.privacy.actor import Actor
from portal.privacy.permissions import Permission
from portal.privacy.sources import Audience
from portal.settings import settings

View = TypeVar("View", bound=Callable[..., Any])
LONGEST_WAY_BACK = 500  # characters; it travels in a cookie


def requires(permission: Permission) -> Callable[[View], View]:
    """Mark an endpoint: only people who hold `permission` may call it."""

    def mark(view: View) -> View:
        cast(Any, view).access = permission
        return view

    return mark


def confirmed_lately(*, page: str = "") -> Callable[[View], View]:
    """Mark an endpoint that asks for a second factor not long ago (STEP_UP_MINUTES), before weighty things.

    `page`: the endpoint to return to afterwards, with the same parts and filters, when this one is a download.
    """

    def mark(view: View) -> View:
        cast(Any, view).confirmed = page or "itself"
        return view

    return mark


def lately_confirmed(actor: Actor) -> bool:
    """Whether this session gave a second factor not long ago."""
    window = timedelta(minutes=settings().step_up_minutes)
    return actor.confirmed_at is not None and actor.confirmed_at > clock.now() - window


def public(view: View) -> View:
    """Mark an endpoint that anybody may call."""
    cast(Any, view).access = "public"
    return view


def access_of(app: Flask, endpoint: str) -> Permission | str | None:
    """The mark of an endpoint, or None."""
    return getattr(app.view_functions[endpoint], "access", None)


def made_for(audience: Audience) -> Callable[[View], View]:
    """Mark an endpoint that is made for others than the team: what it shows is narrowed to what they may read."""

    def mark(view: View) -> View:
        cast(Any, view).audience = audience
        return view

    return mark


def audience_of(app: Flask, endpoint: str) -> Audience:
    """For whom an endpoint is made: what it says, nobody for a public one, else the team."""
    view = app.view_functions[endpoint]
    usual = Audience.NOBODY if getattr(view, "access", None) == "public" else Audience.TEAM
    return cast(Audience, getattr(view, "audience", usual))


def ensure_all_marked(app: Flask) -> None:
    """Refuse to start when an endpoint says nothing about access."""
    unmarked = sorted(name for name in app.view_functions if access_of(app, name) is None)
    if unmarked:
        raise RuntimeError(f"endpoints without @requires or @public: {', '.join(unmarked)}")


def current_actor() -> Actor:
    """The signed-in actor of this request. Only for views; services get the actor as their first argument."""
    return cast(Actor, current_user._get_current_object())


def check() -> Response | None:
    """Before each request: sign-in first, then the permission; a refusal is logged and answers 403."""
    if request.endpoint is None:
        return None
    access = access_of(current_app, request.endpoint)
    sources.show_to(audience_of(current_app, request.endpoint))
    if access == "public":
        return None
    if not current_user.is_authenticated:
        return _ask_to_sign_in()
    actor = current_actor()
    permission = cast(Permission, access)
    if not actor.can(permission):
        access_log.record_denied(actor, Subject("endpoint"), permission=permission)
        raise Forbidden
    asks: str = getattr(current_app.view_functions[request.endpoint], "confirmed", "")
    return _ask_to_confirm(asks) if asks and not lately_confirmed(actor) else None


def _ask_to_confirm(asks: str) -> Response:
    """To the page that asks for the second factor, and afterwards back to where this was asked for."""
    back = request.full_path.removesuffix("?")
    if asks != "itself":
        back = url_for(asks, **cast(dict[str, Any], {**(request.view_args or {}), **request.args}))
    session["confirm_next"] = back if len(back) <= LONGEST_WAY_BACK else "/"
    if request.method == "POST":
        flash(
            _("Dit is niet opgeslagen. Bevestig eerst dat jij het bent en doe het dan opnieuw."),
            "warning",
        )
    return redirect(url_for("accounts.confirm"), code=303)


def _ask_to_sign_in() -> Response:
    """To the entrance, and afterwards to the same page; who sent a form is told that it was not saved."""
    entrance = url_for("accounts.sign_in")
    if wants_fragment():  # a redirect would put the entrance, or nothing, in the middle of the page
        flash(_("Je was uitgelogd. Log opnieuw in."), "warning")
        return Response(status=401, headers={"HX-Redirect": entrance})
    if kept := rescued():
        return kept
    session.pop("next_for", None)
    address = request.full_path.removesuffix("?")
    session["next"] = address if len(address) <= LONGEST_WAY_BACK else request.path
    if request.method == "POST":
        flash(_("Je was uitgelogd. Wat je verstuurde, is niet opgeslagen. Log in en doe het opnieuw."), "warning")
    return redirect(entrance, code=303)


def denied(actor: Actor, kind: str, record_id: UUID | None, permission: Permission | None = None) -> None:
    """Log that a record was asked for that the actor may not know of; the page is a plain 404."""
    access_log.record_denied(actor, Subject(kind, record_id), permission=permission)


@contextmanager
def looking_up(kind: str, record_id: UUID | None, permission: Permission | None = None) -> Iterator[Actor]:
    """Around a service call on one record: gives the actor, and logs it when the record may not be known of."""
    actor = current_actor()
    try:
        yield actor
    except NotFound:
        denied(actor, kind, record_id, permission)
        raise
