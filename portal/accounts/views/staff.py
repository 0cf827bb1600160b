"""Mensen: the list of staff, and what an administrator does with an account."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.accounts import open_work
from portal.accounts.forms import (
    CloseForm,
    MoveForm,
    NewUserForm,
    RoleChangeForm,
    RoleForm,
    StaffFilterForm,
    StaffSearchForm,
    UserForm,
)
from portal.accounts.labels import STATE
from portal.accounts.models import User
from portal.accounts.service import closing, expiring, factors, roles, teams, users
from portal.accounts.views.blueprint import bp
from portal.core import clock, web
from portal.core.errors import NotFound
from portal.privacy.actor import Actor
from portal.privacy.guard import current_actor, looking_up, requires
from portal.privacy.labels import ROLE
from portal.privacy.permissions import Permission, Role

WORDS = {"STATE": STATE, "ROLE": ROLE}


# --- finding -----------------------------------------------------------------


@bp.get("/mensen", endpoint="users")
@requires(Permission.USERS_READ)
def staff() -> Any:
    """The staff within reach."""
    actor = current_actor()
    form = StaffFilterForm(request.args)
    form.team.choices = [(team.id, team.name) for team, _people in teams.listing(actor)]
    page = None
    if form.validate():
        state = users.State(form.state.data) if form.state.data else None
        filters = users.Filters(team_id=form.team.data, role=form.role.data, state=state)
        page = users.listing(actor, filters=filters, after=request.args.get("after"))
    return _staff_page(form, page=page, search_form=StaffSearchForm(formdata=None))


@bp.post("/mensen/zoeken")
@requires(Permission.USERS_READ)
def search_users() -> Any:
    """Find by name."""
    form = StaffSearchForm()
    rows = users.search(current_actor(), words=form.q.data) if form.validate_on_submit() else None
    return web.render_form("accounts/search_users.html", form, rows=rows, **WORDS)


def _staff_page(form: StaffFilterForm, **context: Any) -> Response:
    kept = {name: value for name, value in request.args.items() if name in form and value}
    return web.render_form("accounts/users.html", form, filtered=bool(kept), kept=kept, **WORDS, **context)


@bp.get("/mensen/<uuid:user_id>")
@requires(Permission.USERS_READ)
def user(user_id: UUID) -> Any:
    """One person: account, roles, and what an administrator can do."""
    with looking_up("user", user_id, Permission.USERS_READ) as actor:
        found = users.get(actor, user_id)
    return render_template(
        "accounts/user.html",
        user=found,
        state=users.state_of(found),
        State=users.State,
        rows=roles.of(found.id),
        ended=roles.ended,
        invitation=users.invitation(found) if found.password_hash is None else None,
        now=clock.now(),
        factors=factors.of(found),
        **WORDS,
    )


# --- the account -------------------------------------------------------------


@bp.route("/mensen/nieuw", methods=["GET", "POST"])
@requires(Permission.USERS_MANAGE)
def new_user() -> Any:
    """Somebody new gets an account, a role and an invitation."""
    form = NewUserForm(data={"version": 0, "valid_from": clock.today(), "fte": 1})
    _offer_organisations(form)
    _offer_teams(form)
    if form.validate_on_submit():
        with web.saving(form) as saved:
            made = users.create(current_actor(), details=_details(form))
            roles.add(current_actor(), made.id, details=_role(form))
        if saved:
            flash(_("Het account is gemaakt. De uitnodiging is onderweg."), "success")
            return redirect(url_for("accounts.user", user_id=made.id), 303)
    return web.render_form("accounts/new_user.html", form)


@bp.route("/mensen/<uuid:user_id>/wijzigen", methods=["GET", "POST"])
@requires(Permission.USERS_MANAGE)
def edit_user(user_id: UUID) -> Any:
    """Name, address, organisation."""
    actor, found = _looked_up(user_id)
    form = UserForm(obj=found)
    _offer_organisations(form, found)
    if form.validate_on_submit():
        with web.saving(form) as saved:
            users.update(actor, user_id, version=form.version.data, details=_details(form))
        if saved:
            flash(_("De wijziging is opgeslagen."), "success")
            return redirect(url_for("accounts.user", user_id=user_id), 303)
    return web.render_form("accounts/edit_user.html", form, user=found)


def _looked_up(user_id: UUID) -> tuple[Actor, User]:
    with looking_up("user", user_id, Permission.USERS_MANAGE) as actor:
        return actor, users.get(actor, user_id)


def _details(form: UserForm) -> users.Details:
    answers: dict[str, Any] = form.data
    plain = form.only("name", "login", "email", "phone")
    return users.Details(organisation_id=answers["organisation_id"], **plain)


def _offer_organisations(form: UserForm, found: User | None = None) -> None:
    offered = {each.id: each.name for each in users.organisations()}
    if found is not None:
        offered.setdefault(found.organisation_id, found.organisation.name)
    form.organisation_id.choices = list(offered.items())


@bp.route("/mensen/<uuid:user_id>/sluiten", methods=["GET", "POST"])
@requires(Permission.USERS_MANAGE)
def close_user(user_id: UUID) -> Any:
    """Close an account, after showing what is still in hand."""
    actor, found = _looked_up(user_id)
    form = CloseForm(data={"version": found.version})
    if form.validate_on_submit():
        with web.saving(form) as saved:
            closing.close(actor, user_id, version=form.version.data)
        if saved:
            flash(_("Het account is gesloten."), "success")
            return redirect(url_for("accounts.user", user_id=user_id), 303)
    return web.render_form("accounts/close_user.html", form, user=found, open_work=open_work.of(user_id))


@bp.post("/mensen/<uuid:user_id>/openen")
@requires(Permission.USERS_MANAGE)
def reopen_user(user_id: UUID) -> Response:
    """Open a closed account."""
    with looking_up("user", user_id, Permission.USERS_MANAGE) as actor:
        closing.reopen(actor, user_id)
    flash(_("Het account is weer open. Geef nu een rol."), "success")
    return redirect(url_for("accounts.user", user_id=user_id), 303)


@bp.post("/mensen/<uuid:user_id>/uitnodigen")
@requires(Permission.USERS_MANAGE)
def invite_user(user_id: UUID) -> Response:
    """Mail a new invitation."""
    with looking_up("user", user_id, Permission.USERS_MANAGE) as actor:
        users.invite_again(actor, user_id)
    flash(_("De nieuwe uitnodiging is onderweg. De oude werkt niet meer."), "success")
    return redirect(url_for("accounts.user", user_id=user_id), 303)


@bp.post("/mensen/<uuid:user_id>/tweede-stap-wissen")
@requires(Permission.USERS_MANAGE)
def reset_factors(user_id: UUID) -> Response:
    """For who lost phone, passkeys and paper."""
    with looking_up("user", user_id, Permission.USERS_MANAGE) as actor:
        users.reset_factors(actor, user_id)
    flash(_("De tweede stap is gewist. Deze persoon krijgt er een mail over."), "success")
    return redirect(url_for("accounts.user", user_id=user_id), 303)


# --- roles -------------------------------------------------------------------


@bp.route("/mensen/<uuid:user_id>/rollen/nieuw", methods=["GET", "POST"])
@requires(Permission.USERS_MANAGE)
def new_role(user_id: UUID) -> Any:
    """One more role."""
    actor, found = _looked_up(user_id)
    form = RoleForm(data={"valid_from": clock.today(), "fte": 1})
    _offer_teams(form)
    if form.validate_on_submit():
        with web.saving(form) as saved:
            roles.add(actor, user_id, details=_role(form))
        if saved:
            flash(_("De rol is gegeven."), "success")
            return redirect(url_for("accounts.user", user_id=user_id), 303)
    return web.render_form("accounts/new_role.html", form, user=found)


def _offer_teams(form: RoleForm | NewUserForm | MoveForm) -> None:
    form.team_id.choices = [(team.id, team.name) for team in roles.teams()]
    if not isinstance(form, MoveForm):
        names: dict[UUID, tuple[str, list[str]]] = {}
        for user, team in expiring.sponsors():
            names.setdefault(user.id, (user.name, []))[1].append(team.name)
        form.sponsor_id.choices = [(key, f"{name} ({', '.join(held)})") for key, (name, held) in names.items()]


def _role(form: RoleForm | NewUserForm) -> roles.Details:
    names = ("role", "team_id", "fte", "valid_from", "valid_until", "sponsor_id")
    return roles.Details(**form.only(*names))


@bp.route("/mensen/<uuid:user_id>/rollen/<uuid:assignment_id>/wijzigen", methods=["GET", "POST"])
@requires(Permission.USERS_MANAGE)
def edit_role(user_id: UUID, assignment_id: UUID) -> Any:
    """Formation and last day; with a last day a role ends."""
    actor, found = _looked_up(user_id)
    with looking_up("role_assignment", assignment_id, Permission.USERS_MANAGE):
        row = roles.get(actor, user_id, assignment_id)
    form = RoleChangeForm(obj=row)
    if form.validate_on_submit():
        with web.saving(form) as saved:
            wanted: dict[str, Any] = form.data
            roles.change(actor, user_id, assignment_id, fte=wanted["fte"], valid_until=wanted["valid_until"])
        if saved:
            flash(_("De rol is gewijzigd."), "success")
            return redirect(url_for("accounts.user", user_id=user_id), 303)
    return web.render_form("accounts/edit_role.html", form, user=found, row=row, ROLE=ROLE)


@bp.route("/mensen/<uuid:user_id>/team-wisselen", methods=["GET", "POST"])
@requires(Permission.USERS_MANAGE)
def move_user(user_id: UUID) -> Any:
    """The same role in another team, in one action."""
    actor, found = _looked_up(user_id)
    lasting = [row for row in roles.of(user_id) if not roles.ended(row)]
    if not lasting:
        raise NotFound
    form = MoveForm(data={"on": clock.today(), "assignment_id": lasting[0].id})
    form.assignment_id.choices = [(row.id, f"{ROLE[Role(row.role)]}, {row.team.name}") for row in lasting]
    _offer_teams(form)
    if form.validate_on_submit():
        with web.saving(form) as saved:
            wanted = form.only("assignment_id", "team_id", "on")
            roles.move(actor, user_id, **wanted)
        if saved:
            flash(_("Het team is gewisseld."), "success")
            return redirect(url_for("accounts.user", user_id=user_id), 303)
    return web.render_form("accounts/move_user.html", form, user=found, open_work=open_work.of(user_id))
