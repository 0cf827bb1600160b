"""HTTP for young people in view: the list, one view, the proposal, the steps, letters and the explanation."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from portal.areas import service as areas
from portal.core import clock, pdf, web
from portal.core.errors import Forbidden, NotFound
from portal.core.i18n import LANGUAGES
from portal.drafts.keeping import keeps
from portal.in_view import labels, service
from portal.in_view.forms import (
    BY_SLUG,
    FORMS,
    SLUGS,
    AllowForm,
    DelayForm,
    FilterForm,
    ProposeForm,
    SentForm,
    StatementForm,
    StepForm,
)
from portal.in_view.models import InViewLetter, SourceKind, ViewStatus
from portal.in_view.service import Seen, Show
from portal.in_view.service.sending import LONGEST_DELAY, TEAM
from portal.in_view.workflow import ALONE_FROM, Event, Party, Transition
from portal.people import service as people
from portal.people.models import Person
from portal.privacy.actor import Actor
from portal.privacy.guard import current_actor, looking_up, requires
from portal.privacy.permissions import Permission

bp = Blueprint("in_view", __name__)
STEPS = ",".join(f"'{slug}'" for slug in BY_SLUG)


@bp.context_processor
def _words() -> dict[str, Any]:
    """What the templates of this feature need besides their own data."""
    return {
        "labels": labels,
        "Show": Show,
        "Status": ViewStatus,
        "Party": Party,
        "letter_due": service.due_on,
        "stadsdeel_name": areas.label,
    }


#: Steps that are often taken for one after another, and the list in which the others wait.
IN_A_ROW = {Event.APPROVE: Show.PROPOSED, Event.REJECT: Show.PROPOSED, Event.REVIEW: Show.REVIEW}


# --- the list -----------------------------------------------------------------------------------------------------


@bp.get("/in-beeld")
@requires(Permission.IN_VIEW_READ)
def index() -> Any:
    """Who is in view, as far as the actor has a part in it."""
    actor = current_actor()
    show = _shown()
    form = FilterForm(request.args)
    form.stadsdeel.choices = [(place.code, place.name) for place in areas.stadsdelen()]
    stadsdeel = str(form.stadsdeel.data) if form.stadsdeel.data in areas.places() else ""
    return render_template(
        "in_view/index.html",
        page=service.listing(actor, show, stadsdeel=stadsdeel, cursor=request.args.get("na")),
        counts=service.counts(actor, stadsdeel=stadsdeel),
        show=show,
        form=form,
        stadsdeel=stadsdeel or None,
    )


def _shown() -> Show:
    try:
        return Show(request.args.get("toon", ""))
    except ValueError:
        return Show.CURRENT


# --- one view -------------------------------------------------------------------------------------------------------


@bp.get("/in-beeld/<uuid:view_id>")
@requires(Permission.IN_VIEW_READ)
def show(view_id: UUID) -> Any:
    """Where it stands, why, what can be done and what happened."""
    with looking_up("youth_in_view", view_id, Permission.IN_VIEW_READ) as actor:
        seen = service.get(actor, view_id)
    return render_template(
        "in_view/show.html",
        seen=seen,
        actions=[_action(seen, row) for row in service.possible(actor, seen)],
        history=service.history(seen),
        reviews=service.reviews(seen),
        statements=service.statements(seen),
        letters=service.letters(seen),
        following=service.following(actor, seen),
        guides=bool(seen.parties & TEAM),
    )


def _action(seen: Seen, row: Transition) -> dict[str, Any]:
    return {
        "event": row.event,
        "label": labels.EVENT[row.event],
        "url": url_for("in_view.step", view_id=seen.view.id, slug=SLUGS[row.event]),
        "grave": row.event is Event.UPHOLD,
    }


@bp.route(f"/in-beeld/<uuid:view_id>/<any({STEPS}):slug>", methods=["GET", "POST"])
@requires(Permission.IN_VIEW_READ)
def step(view_id: UUID, slug: str) -> Any:
    """One step: its questions, and taking it."""
    event = BY_SLUG[slug]
    with looking_up("youth_in_view", view_id, Permission.IN_VIEW_READ) as actor:
        seen = service.get(actor, view_id)
    service.ensure_party(seen, event)
    if request.method == "GET":
        service.ensure_possible(actor, seen, event)
    form = _step_form(event, seen)
    if form.validate_on_submit():
        with web.just_opened(), web.saving(form) as saved:
            service.decide(actor, view_id, event, version=form.data["version"], answers=form.answers())
        if saved:
            flash(_said(actor, event), "success")
            return _after(actor, view_id)
    return web.render_form("in_view/step.html", form, seen=seen, event=event, statements=service.statements(seen))


def _said(actor: Actor, event: Event) -> Markup:
    said = Markup("{}").format(_("Opgeslagen: %(what)s.", what=str(labels.HAPPENED[event]).lower()))
    show = IN_A_ROW.get(event)
    left = service.counts(actor)[show] if show else 0
    if not left:
        return said
    link = url_for(".index", toon=show)
    return Markup('{} <a href="{}">{}</a>').format(said, link, _("Verder met de andere (%(count)s)", count=left))


def _step_form(event: Event, seen: Seen) -> StepForm:
    form = FORMS[event](data={"version": seen.view.version})
    if event in labels.WHY:
        form.note.label.text = labels.WHY[event]
    if "transfer_team_id" in form:
        form.transfer_team_id.choices = [(team.id, team.name) for team in service.receiving_teams(seen)]
    return form


def _after(actor: Actor, view_id: UUID) -> Any:
    """To the view while it can be seen, else to the list."""
    try:
        service.find(actor, view_id)
    except NotFound:
        return redirect(url_for("in_view.index"), 303)
    return redirect(url_for("in_view.show", view_id=view_id), 303)


# --- the proposal ---------------------------------------------------------------------------------------------------


@bp.route("/jongeren/<uuid:person_id>/in-beeld-voorstellen", methods=["GET", "POST"])
@requires(Permission.IN_VIEW_PROPOSE)
@keeps(_l("Voorstel om in beeld te nemen"), ProposeForm)
def propose(person_id: UUID) -> Any:
    """Propose that a young person comes in view; somebody else decides."""
    with looking_up("person", person_id, Permission.IN_VIEW_PROPOSE) as actor:
        person = people.read(actor, person_id, Permission.IN_VIEW_PROPOSE)
    form = _propose_form(actor, person)
    if form.validate_on_submit():
        with web.saving(form) as saved:
            made = service.propose(
                actor,
                person_id,
                stadsdeel_code=form.data["stadsdeel_code"],
                reason=form.reason(),
                source=form.rests_on(),
                care_partner_org_id=form.data.get("care_partner_org_id"),
            )
        if saved:
            flash(_("Het voorstel is gedaan. Een andere regisseur beslist."), "success")
            return redirect(url_for("in_view.show", view_id=made.id), 303)
    running = [one for one in service.for_person(actor, person_id) if one.view.status != ViewStatus.ENDED]
    return web.render_form("in_view/propose.html", form, person=person, running=running)


def _propose_form(actor: Actor, person: Person) -> ProposeForm:
    form = ProposeForm()
    form.stadsdeel_code.choices = [(place.code, place.name) for place in service.stadsdelen_of(person)]
    signals = [(str(signal_id), label) for signal_id, label in service.signals_about(actor, person.id)]
    form.source.choices = [*signals, (str(SourceKind.NOMINATION), labels.SOURCE[SourceKind.NOMINATION])]
    if form.source.data is None:
        form.source.data = request.args.get("signaal") or form.source.choices[0].value
    form.care_partner_org_id.choices = [(one.id, one.name) for one in service.care_partners()]
    if person.age_on(clock.today()) >= ALONE_FROM:
        del form.care_partner_org_id
    return form


# --- being heard, and being told ------------------------------------------------------------------------------------


@bp.route("/in-beeld/<uuid:view_id>/eigen-woorden", methods=["GET", "POST"])
@requires(Permission.IN_VIEW_PROPOSE)
@keeps(_l("Eigen woorden"), StatementForm)
def statement(view_id: UUID) -> Any:
    """Write down what the young person or a parent says."""
    with looking_up("youth_in_view", view_id, Permission.IN_VIEW_PROPOSE) as actor:
        seen = service.get(actor, view_id)
    if not seen.parties & TEAM:
        raise Forbidden
    form = StatementForm()
    form.said_on.latest = clock.today()
    if form.validate_on_submit():
        with web.saving(form) as saved:
            given = form.only("side", "said_on", "body")
            service.add_statement(actor, view_id, **given)
        if saved:
            flash(_("Opgeslagen. De woorden staan bij de uitleg."), "success")
            return redirect(url_for("in_view.show", view_id=view_id), 303)
    return web.render_form("in_view/statement.html", form, seen=seen)


@bp.get("/in-beeld/<uuid:view_id>/uitleg")
@requires(Permission.IN_VIEW_PROPOSE)
def explanation(view_id: UUID) -> Any:
    """The page for the young person and a parent, in the language asked for; also to print."""
    with looking_up("youth_in_view", view_id, Permission.IN_VIEW_PROPOSE) as actor:
        seen = service.find(actor, view_id)
    explained = service.explain(actor, seen, _language())
    return render_template("in_view/explanation.html", seen=seen, explained=explained)


@bp.get("/in-beeld/<uuid:view_id>/uitleg.pdf")
@requires(Permission.IN_VIEW_PROPOSE)
def explanation_pdf(view_id: UUID) -> Any:
    """The same to give along."""
    with looking_up("youth_in_view", view_id, Permission.IN_VIEW_PROPOSE) as actor:
        seen = service.find(actor, view_id)
    explained = service.explain(actor, seen, _language(), on_paper=True)
    return _as_pdf(pdf.render("report", service.as_report(explained), explained.lang), explained.number)


def _language() -> str:
    asked = request.args.get("taal") or str(get_locale())
    return asked if asked in LANGUAGES else "nl"


def _as_pdf(made: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f'inline; filename="{name}.pdf"'}
    return Response(made, mimetype="application/pdf", headers=headers)


@bp.get("/in-beeld/brieven/<uuid:letter_id>/brief.pdf")
@requires(Permission.IN_VIEW_PROPOSE)
def letter_pdf(letter_id: UUID) -> Any:
    """A letter to print and give or post."""
    seen, letter, actor = _letter(letter_id, Permission.IN_VIEW_PROPOSE)
    lang = _language()
    return _as_pdf(pdf.render("letter", service.as_letter(actor, seen, letter, lang), lang), seen.view.number)


def _letter(letter_id: UUID, permission: Permission) -> tuple[Seen, InViewLetter, Actor]:
    with looking_up("in_view_letter", letter_id, permission) as actor:
        seen, letter = service.get_letter(actor, letter_id)
    return seen, letter, actor


@bp.route("/in-beeld/brieven/<uuid:letter_id>/verstuurd", methods=["GET", "POST"])
@requires(Permission.IN_VIEW_PROPOSE)
def letter_sent(letter_id: UUID) -> Any:
    """Say that a letter was given or posted."""
    seen, letter, actor = _letter(letter_id, Permission.IN_VIEW_PROPOSE)
    form = SentForm(data={"version": letter.version, "sent_on": clock.today()})
    form.sent_on.latest = clock.today()
    if form.validate_on_submit():
        with web.saving(form) as saved:
            given = form.only("version", "sent_on", "way")
            service.send(actor, letter_id, **given)
        if saved:
            flash(_("Opgeslagen: de brief is weg."), "success")
            return _after(actor, seen.view.id)
    return web.render_form("in_view/letter.html", form, seen=seen, letter=letter, sending=True)


@bp.route("/in-beeld/brieven/<uuid:letter_id>/uitstel", methods=["GET", "POST"])
@requires(Permission.IN_VIEW_DECIDE)
def letter_delay(letter_id: UUID) -> Any:
    """Ask the privacy officer whether a letter may wait."""
    seen, letter, actor = _letter(letter_id, Permission.IN_VIEW_DECIDE)
    form = DelayForm(data={"version": letter.version})
    form.until.earliest, form.until.latest = letter.due_on, letter.due_on + LONGEST_DELAY
    if form.validate_on_submit():
        with web.saving(form) as saved:
            given = form.only("version", "until", "reason")
            service.delay(actor, letter_id, **given)
        if saved:
            flash(_("Gevraagd. De privacy officer beslist."), "success")
            return redirect(url_for("in_view.show", view_id=seen.view.id), 303)
    return web.render_form("in_view/letter.html", form, seen=seen, letter=letter, sending=False)


@bp.post("/in-beeld/brieven/<uuid:letter_id>/uitstel-akkoord")
@requires(Permission.IN_VIEW_STOP)
def letter_allow(letter_id: UUID) -> Any:
    """The privacy officer agrees that a letter waits."""
    seen, letter, actor = _letter(letter_id, Permission.IN_VIEW_STOP)
    form = AllowForm()
    if not form.validate_on_submit():
        return redirect(url_for("in_view.show", view_id=seen.view.id), 303)
    service.allow_delay(actor, letter.id, version=form.data["version"])
    flash(_("Opgeslagen: de brief mag later."), "success")
    return redirect(url_for("in_view.show", view_id=seen.view.id), 303)
