"""HTTP for people: the list, search, registering, related persons, workers, closing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from portal.accounts.models import User
from portal.areas import service as areas
from portal.areas.labels import KIND
from portal.areas.models import AreaKind
from portal.core import clock, web
from portal.core.forms import Choice
from portal.drafts.keeping import keeps
from portal.filters import service as filters
from portal.people import labels, service
from portal.people.forms import AssignForm, FilterForm, PersonForm, RelatedForm, SearchForm, VersionForm
from portal.people.models import Person, RelatedPerson, Sort
from portal.people.service import purposes
from portal.people.views.blueprint import bp
from portal.privacy.actor import Actor
from portal.privacy.guard import current_actor, looking_up, requires
from portal.privacy.permissions import Permission, Reach

LIST = "people.index"
FILTERS = ("status", "worker", "area", "contact", "sort")
filters.register(LIST, FILTERS)

# --- the list ----------------------------------------------------------------


@bp.get("/jongeren")
@requires(Permission.PEOPLE_READ)
def index() -> Any:
    """The young people within reach: filters, two orders, pages."""
    actor = current_actor()
    saved = filters.of(actor, LIST)
    if not request.args and (start := filters.standard(saved)):
        return redirect(f"{url_for('.index')}?{start}")
    form = _filter_form(actor)
    if not form.validate():
        return web.render_form("people/index.html", form, **_around(actor), listing=None)
    listing = service.listing(
        actor,
        filters=_filters(form),
        sort=form.sort.data or Sort.NAME,
        after=request.args.get("after"),
        before=request.args.get("before"),
    )
    query = filters.query_of(LIST, request.args)
    return render_template("people/index.html", form=form, listing=listing, saved=saved, query=query, **_around(actor))


@bp.post("/jongeren/zoeken")
@requires(Permission.PEOPLE_READ)
def search() -> Any:
    """Find by name; POST, so that no name ends up in an address or a log line."""
    actor = current_actor()
    form = SearchForm()
    if not form.validate_on_submit():
        return web.render_form("people/search.html", form, rows=None, **_around(actor, form))
    rows = service.search(actor, words=form.q.data)
    return render_template("people/search.html", form=form, rows=rows, **_around(actor, form))


def _around(actor: Actor, form: SearchForm | None = None) -> dict[str, Any]:
    return {
        "search_form": form or SearchForm(formdata=None),
        "may_assign": bool(actor.teams(Permission.PEOPLE_ASSIGN)),
        "may_register": bool(actor.teams(Permission.PEOPLE_CREATE)),
        "page_url": _page_url,
        "filtered": any(request.args.get(name) for name in FILTERS if name != "sort"),
        "STATUS": labels.STATUS,
        "Sort": Sort,
    }


def _page_url(**changes: Any) -> str:
    kept: dict[str, Any] = {
        key: value for key, value in request.args.items() if key not in ("after", "before") and value
    }
    return url_for("people.index", **(kept | changes))


def _filter_form(actor: Actor) -> FilterForm:
    form = FilterForm(request.args)
    form.area.choices = [(place.code, _place_label(place)) for place in areas.current()]
    teams = actor.teams(Permission.PEOPLE_READ, Reach.TEAM)
    if teams:
        form.worker.choices = [(user.id, user.name) for user in service.assignable_workers(*teams)]
    else:
        del form.worker
    return form


def _place_label(place: areas.Place) -> str:
    """'Zuidoost', and 'Zuidoost › Venserpolder' below it, so that typing the stadsdeel finds both."""
    return place.name if place.kind == AreaKind.STADSDEEL else f"{areas.stadsdeel(place.code)} › {place.name}"


def _filters(form: FilterForm) -> service.Filters:
    return service.Filters(
        status=form.wanted_status,
        worker_id=form.worker.data if "worker" in form else None,
        area_code=form.area.data,
        long_without_contact=form.contact.data == "long",
    )


# --- registering and changing ------------------------------------------------


@bp.route("/jongeren/nieuw", methods=["GET", "POST"])
@requires(Permission.PEOPLE_CREATE)
@keeps(_l("Nieuwe jongere"), PersonForm)
def new() -> Any:
    """Open a dossier, after asking whether somebody alike is the same person."""
    actor = current_actor()
    form = _person_form(actor)
    if _asks_for_a_place(form) or not form.validate_on_submit():
        return web.render_form("people/new.html", form, known=None, asked_more="more" in request.form)
    known = service.recognise(actor, details=_details(form))
    if known.any and not known.answered_by(request.form.get("anyway", "")):
        return render_template("people/new.html", form=form, known=known)
    with web.saving(form) as saved:
        person = service.create(actor, team_id=form.data["team"], details=_details(form))
    if saved:
        flash(_("Het dossier is gemaakt."), "success")
        return redirect(_dossier(person.id), code=303)
    return web.render_form("people/new.html", form, known=None)


@bp.route("/jongeren/<uuid:person_id>/wijzigen", methods=["GET", "POST"])
@requires(Permission.PEOPLE_UPDATE)
@keeps(_l("Gegevens van een jongere"), PersonForm)
def edit(person_id: UUID) -> Any:
    """Change what is known of a young person."""
    with looking_up("person", person_id, Permission.PEOPLE_UPDATE) as actor:
        opening = purposes.read if request.method == "GET" else service.read  # what was typed is not asked why
        person = opening(actor, person_id, Permission.PEOPLE_UPDATE)
    form = _person_form(actor, person)
    if not _asks_for_a_place(form) and form.validate_on_submit():
        with web.saving(form) as saved:
            service.update(actor, person_id, version=form.version.data, details=_details(form))
        if saved:
            flash(_("De wijziging is opgeslagen."), "success")
            return redirect(_dossier(person_id), code=303)
    return web.render_form("people/edit.html", form, person=person, asked_more="more" in request.form)


def _person_form(actor: Actor, person: Person | None = None) -> PersonForm:
    form = PersonForm(data=_known(person) if person else {"version": 0})
    if person:
        del form.team
    else:
        teams = service.teams_to_register_in(actor)
        form.team.choices = [(team.id, team.name) for team in teams]
        if len(teams) == 1:
            form.team.data = form.team.data or teams[0].id
    form.birth_date.latest = clock.today()
    form.area_code.choices = [_area_choice(place) for place in areas.current()]
    return form


def _area_choice(place: areas.Place) -> Choice:
    above = " › ".join(each.name for each in areas.path(place.code)[:-1])
    return Choice(place.code, place.name, f"{KIND[place.kind]} · {above}" if above else KIND[place.kind])


def _known(person: Person) -> dict[str, Any]:
    plain = (
        "given_name", "family_name", "call_name", "birth_date", "birth_date_precision", "area_code", "phone",
        "preferred_language", "plain_language", "version",
    )  # fmt: skip
    return {name: getattr(person, name) for name in plain} | {"aliases": [a.alias for a in person.aliases]}


def _details(form: PersonForm) -> service.Details:
    names = (
        "given_name", "family_name", "call_name", "birth_date", "birth_date_precision", "area_code", "phone",
        "plain_language",
    )  # fmt: skip
    answers: dict[str, Any] = form.data
    return service.Details(
        **form.only(*names),
        preferred_language=answers["preferred_language"] or "",
        aliases=[alias for alias in answers["aliases"] if alias],
    )


def _asks_for_a_place(form: PersonForm) -> bool:
    """'Nog een naam' was pressed: the page comes back with one more field, nothing is checked or saved."""
    if request.form.get("more") != "aliases":
        return False
    form.add_alias()
    return True


def _dossier(person_id: UUID) -> str:
    return url_for("dossier.show", person_id=person_id)


# --- related persons ---------------------------------------------------------


@bp.route("/jongeren/<uuid:person_id>/contactpersonen/nieuw", methods=["GET", "POST"])
@requires(Permission.PEOPLE_UPDATE)
@keeps(_l("Contactpersoon"), RelatedForm)
def new_related(person_id: UUID) -> Any:
    """Add somebody around a young person."""
    with looking_up("person", person_id, Permission.PEOPLE_UPDATE) as actor:
        person = service.read(actor, person_id, Permission.PEOPLE_UPDATE)
    form = RelatedForm()
    if form.validate_on_submit():
        with web.saving(form) as saved:
            service.add_related(actor, person_id, details=_related_details(form))
        if saved:
            flash(_("De contactpersoon is opgeslagen."), "success")
            return redirect(_dossier(person_id), code=303)
    return web.render_form("people/related.html", form, person=person, related=None)


@bp.route("/jongeren/<uuid:person_id>/contactpersonen/<uuid:related_id>", methods=["GET", "POST"])
@requires(Permission.PEOPLE_UPDATE)
@keeps(_l("Contactpersoon"), RelatedForm)
def edit_related(person_id: UUID, related_id: UUID) -> Any:
    """Change somebody around a young person."""
    with looking_up("person", person_id, Permission.PEOPLE_UPDATE) as actor:
        person, related = service.read_related(actor, person_id, related_id)
        if request.method == "GET":
            purposes.of(actor, person)
    form = RelatedForm(data=_known_related(related))
    if form.validate_on_submit():
        with web.saving(form) as saved:
            service.update_related(actor, person_id, related_id, details=_related_details(form))
        if saved:
            flash(_("De contactpersoon is opgeslagen."), "success")
            return redirect(_dossier(person_id), code=303)
    return web.render_form("people/related.html", form, person=person, related=related)


@bp.post("/jongeren/<uuid:person_id>/contactpersonen/<uuid:related_id>/weghalen")
@requires(Permission.PEOPLE_UPDATE)
def remove_related(person_id: UUID, related_id: UUID) -> Response:
    """Take somebody off the dossier."""
    with looking_up("person", person_id, Permission.PEOPLE_UPDATE) as actor:
        service.remove_related(actor, person_id, related_id)
    flash(_("De contactpersoon is weggehaald."), "success")
    return redirect(_dossier(person_id), code=303)


RELATED = ("role", "name", "phone", "may_be_contacted", "valid_until")


def _known_related(related: RelatedPerson) -> dict[str, Any]:
    return {name: getattr(related, name) for name in RELATED}


def _related_details(form: RelatedForm) -> service.RelatedDetails:
    answers: dict[str, Any] = form.data
    return service.RelatedDetails(**{name: answers[name] for name in RELATED})


# --- workers -----------------------------------------------------------------


@bp.route("/jongeren/<uuid:person_id>/begeleiders", methods=["GET", "POST"])
@requires(Permission.PEOPLE_ASSIGN)
def assignments(person_id: UUID) -> Any:
    """Who is responsible; add a worker."""
    with looking_up("person", person_id, Permission.PEOPLE_ASSIGN) as actor:
        person = service.read(actor, person_id, Permission.PEOPLE_ASSIGN)
    form = AssignForm()
    workers = service.workers([person_id])[person_id]
    form.user_id.choices = _others(service.assignable_workers(person.team_id), workers)
    if form.validate_on_submit():
        with web.saving(form) as saved:
            service.assign(actor, person_id, user_id=form.data["user_id"], primary=form.primary.data)
        if saved:
            flash(_("De begeleider is toegevoegd."), "success")
            return redirect(url_for(".assignments", person_id=person_id), code=303)
    return web.render_form("people/assignments.html", form, person=person, workers=workers)


def _others(team: list[User], workers: list[service.Worker]) -> list[tuple[UUID, str]]:
    taken = {worker.user_id for worker in workers}
    return [(user.id, user.name) for user in team if user.id not in taken]


@bp.post("/jongeren/<uuid:person_id>/begeleiders/<uuid:assignment_id>/beeindigen")
@requires(Permission.PEOPLE_ASSIGN)
def end_assignment(person_id: UUID, assignment_id: UUID) -> Response:
    """End a responsibility today."""
    with looking_up("person", person_id, Permission.PEOPLE_ASSIGN) as actor:
        service.end_assignment(actor, person_id, assignment_id)
    flash(_("De begeleiding is beëindigd."), "success")
    return redirect(url_for(".assignments", person_id=person_id), code=303)


# --- closing -----------------------------------------------------------------


@bp.route("/jongeren/<uuid:person_id>/sluiten", methods=["GET", "POST"])
@requires(Permission.PEOPLE_UPDATE)
def close(person_id: UUID) -> Any:
    """Ask, with the reasons why it cannot be; then close."""
    with looking_up("person", person_id, Permission.PEOPLE_UPDATE) as actor:
        person = service.read(actor, person_id, Permission.PEOPLE_UPDATE)
    form = VersionForm(data={"version": person.version})
    if form.validate_on_submit():
        with web.saving(form) as saved:
            service.close(actor, person_id, version=form.version.data)
        if saved:
            flash(_("Het dossier is gesloten."), "success")
            return redirect(_dossier(person_id), code=303)
    return web.render_form("people/close.html", form, person=person, reasons=service.blockers(person_id))


@bp.post("/jongeren/<uuid:person_id>/heropenen")
@requires(Permission.PEOPLE_UPDATE)
def reopen(person_id: UUID) -> Response:
    """Open a closed dossier again."""
    form = VersionForm()
    with looking_up("person", person_id, Permission.PEOPLE_UPDATE) as actor:
        service.reopen(actor, person_id, version=form.version.data if form.validate() else -1)
    flash(_("Het dossier is weer open."), "success")
    return redirect(_dossier(person_id), code=303)
