"""HTTP for attachments: the page of a record, one file, hiding one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask_babel import gettext as _

from portal.core import web
from portal.documents import files, service
from portal.documents.forms import AttachmentForm, HideForm
from portal.documents.models import Owner
from portal.privacy.guard import looking_up, requires
from portal.privacy.permissions import Permission

bp = Blueprint("documents", __name__)

#: Where the attachments of a kind of record are, and what its address takes.
PAGES = {
    Owner.PERSON: (".of_person", "person_id"),
    Owner.TRAJECTORY: (".of_trajectory", "trajectory_id"),
    Owner.VIEW: (".of_view", "view_id"),
    Owner.CASE: (".of_case", "case_id"),
}


@bp.route("/jongeren/<uuid:person_id>/bijlagen", methods=["GET", "POST"])
@web.takes_file
@requires(Permission.PEOPLE_READ)
def of_person(person_id: UUID) -> Any:
    """The attachments of a young person."""
    return _page(Owner.PERSON, person_id, Permission.PEOPLE_READ)


@bp.route("/trajecten/<uuid:trajectory_id>/bijlagen", methods=["GET", "POST"])
@web.takes_file
@requires(Permission.TRAJECTORIES_READ)
def of_trajectory(trajectory_id: UUID) -> Any:
    """The attachments of a trajectory."""
    return _page(Owner.TRAJECTORY, trajectory_id, Permission.TRAJECTORIES_READ)


@bp.route("/in-beeld/<uuid:view_id>/bijlagen", methods=["GET", "POST"])
@web.takes_file
@requires(Permission.IN_VIEW_PROPOSE)
def of_view(view_id: UUID) -> Any:
    """The attachments of a view."""
    return _page(Owner.VIEW, view_id, Permission.IN_VIEW_PROPOSE)


@bp.route("/casussen/<uuid:case_id>/bijlagen", methods=["GET", "POST"])
@web.takes_file
@requires(Permission.CASES_WORK)
def of_case(case_id: UUID) -> Any:
    """The attachments of a case."""
    return _page(Owner.CASE, case_id, Permission.CASES_WORK)


def _page(kind: Owner, record_id: UUID, permission: Permission) -> Any:
    form = AttachmentForm()
    with looking_up(kind, record_id, permission) as actor:
        if form.validate_on_submit():
            given: Any = form.file.data
            with web.saving(form) as saved:
                service.add(actor, kind, record_id, name=given.filename, content=given.read())
            if saved:
                flash(_("De bijlage is bewaard."), "success")
                return redirect(request.path, 303)
        record, papers = service.listing(actor, kind, record_id)
    return web.render_form("documents/attachments.html", form, record=record, papers=papers)


@bp.get("/bijlagen/<uuid:attachment_id>")
@requires(Permission.PEOPLE_READ)
def download(attachment_id: UUID) -> Response:
    """One file, to keep and never to open in the portal's own window."""
    with looking_up("attachment", attachment_id, Permission.PEOPLE_READ) as actor:
        file = service.take(actor, attachment_id)
    response = Response(file.content, content_type=files.MIME[file.kind])
    response.headers.set("Content-Disposition", "attachment", filename=file.name)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@bp.route("/bijlagen/<uuid:attachment_id>/verbergen", methods=["GET", "POST"])
@requires(Permission.PEOPLE_READ)
def hide(attachment_id: UUID) -> Any:
    """Say why this file should not be opened any more."""
    form = HideForm()
    with looking_up("attachment", attachment_id, Permission.PEOPLE_READ) as actor:
        if form.validate_on_submit():
            record = service.hide(actor, attachment_id, reason=form.reason.data or "")
            flash(_("De bijlage is verborgen."), "success")
            return redirect(page_of(record.kind, record.id), 303)
        record, paper = service.read(actor, attachment_id)
    back = page_of(record.kind, record.id)
    return web.render_form("documents/hide.html", form, record=record, paper=paper, back=back)


def page_of(kind: Owner, record_id: UUID) -> str:
    """The address of the attachments of a record."""
    endpoint, argument = PAGES[kind]
    values: dict[str, Any] = {argument: record_id}
    return url_for(endpoint, **values)
