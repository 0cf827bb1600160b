"""What a generator gives: Flask-Admin on the same tables, without sign-in, rights or access log. Run by gunicorn.

Set up as its documentation advises: named columns in place of every column, search in the two name columns, no
drop-downs over whole tables.
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, request
from flask_admin import Admin, BaseView, expose
from flask_admin.contrib.sqla import ModelView
from flask_babel import Babel
from flask_sqlalchemy import SQLAlchemy
from jinja2 import ChoiceLoader, DictLoader
from sqlalchemy import func, select
from sqlalchemy.orm import foreign, relationship
from wtforms import StringField

db = SQLAlchemy()
app = Flask(__name__, static_folder=None)
app.config["SQLALCHEMY_DATABASE_URI"] = os.environ["DATABASE_URL"]
app.config["SECRET_KEY"] = os.environ["SECRET_KEY"]
db.init_app(app)
Babel(app)  # Flask-Admin uses it when it is installed
TABLES = ("app_user", "contact", "contact_participant", "follow_up", "person", "person_assignment", "team")

with app.app_context():
    db.metadata.reflect(db.engine, only=TABLES)


def _model(name: str, table: str) -> Any:
    return type(name, (db.Model,), {"__table__": db.metadata.tables[table]})


Person, Contact, Participant, FollowUp, Assignment, User = (
    _model(name, table)
    for name, table in (
        ("Person", "person"), ("Contact", "contact"), ("Participant", "contact_participant"), ("FollowUp", "follow_up"),
        ("Assignment", "person_assignment"), ("User", "app_user"),
    )
)  # fmt: skip
joined = Participant.__table__
Person.contacts = relationship(
    Contact,
    secondary=joined,
    primaryjoin=Person.id == joined.c.person_id,
    secondaryjoin=joined.c.contact_id == Contact.id,
    order_by=Contact.occurred_at.desc(),
    viewonly=True,
)
Person.follow_ups = relationship(FollowUp, primaryjoin=Person.id == foreign(FollowUp.person_id), viewonly=True)
Person.workers = relationship(
    User,
    secondary=Assignment.__table__,
    primaryjoin=Person.id == Assignment.person_id,
    secondaryjoin=Assignment.user_id == User.id,
    viewonly=True,
)
Contact.__str__ = lambda self: (
    f"{self.occurred_at:%d-%m-%Y %H:%M} {self.channel} {self.result} {self.place} {self.note}"
)
FollowUp.__str__ = lambda self: f"{self.due_on:%d-%m-%Y} {self.kind} {self.what} {self.status}"
User.__str__ = lambda self: self.name


class PersonView(ModelView):
    """List, search and details of young people."""

    can_view_details = True
    can_set_page_size = True
    page_size_options = (20, 50, 100)
    column_list = ("pseudonym", "given_name", "family_name", "birth_date", "area_code", "status", "last_contact_at")
    column_details_exclude_list = ("phone_sealed",)
    form_excluded_columns = ("phone_sealed",)
    column_searchable_list = ("given_name", "family_name")
    column_default_sort = "sort_key"


class DossierView(PersonView):
    """Details of a young person with what a dossier holds: contacts, follow-ups and workers."""

    column_details_list = (*PersonView.column_list, "preferred_language", "workers", "follow_ups", "contacts")


class TypedIds(ModelView):
    """A form of one table, with ids as text: no drop-downs over whole tables."""

    ids: tuple[str, ...] = ()

    def scaffold_form(self) -> Any:
        """The form with the ids as text."""
        form = super().scaffold_form()
        for name in self.ids:
            setattr(form, name, StringField())
        return form


class ContactView(TypedIds):
    """The form for a contact; it makes the one row, and no young person, follow-up or log with it."""

    ids = ("id", "team_id", "worker_id", "idempotency_key")
    form_columns = (
        "occurred_at", "duration_min", "channel", "result", "purpose", "place", "note", "confidentiality",
    )  # fmt: skip


class ParticipantView(TypedIds):
    """The form that puts a young person to a contact."""

    ids = ("contact_id", "person_id", "contact_team_id", "person_team_id")
    form_columns = ("occurred_at",)


class FollowUpView(TypedIds):
    """The form for what comes next."""

    ids = ("person_id", "team_id", "contact_id", "assignee_id")
    form_columns = ("what", "due_on")


PAGE = """
{% extends 'admin/master.html' %}
{% block body %}
<table class="table">
  <tr><th>Worker</th><th>Open</th><th>Late</th><th>Contacts</th></tr>
  {% for row in rows %}
  <tr><td>{{ row.name }}</td><td>{{ row.open }}</td><td>{{ row.late }}</td><td>{{ row.contacts }}</td></tr>
  {% endfor %}
</table>
{% endblock %}
"""


app.jinja_loader = ChoiceLoader([DictLoader({"bench/caseload.html": PAGE})])


class CaseloadView(BaseView):
    """Per worker of a team: open young people, late follow-ups, contacts of thirty days; written as one would."""

    @expose("/")
    def index(self) -> Any:
        """The table."""
        team_id, now = request.args["team"], datetime.now().astimezone()
        holds = (Assignment.user_id == User.id, Assignment.until.is_(None), Assignment.is_primary)
        people = (
            select(func.count())
            .select_from(Assignment)
            .join(Person, Person.id == Assignment.person_id)
            .where(*holds, Person.status == "open", Person.team_id == team_id)
        )
        late = select(func.count(FollowUp.id)).where(
            FollowUp.assignee_id == User.id, FollowUp.status == "open", FollowUp.due_on < now.date()
        )
        contacts = select(func.count(Contact.id)).where(
            Contact.worker_id == User.id, Contact.occurred_at >= now - timedelta(days=30)
        )
        rows = db.session.execute(
            select(
                User.name,
                people.scalar_subquery().label("open"),
                late.scalar_subquery().label("late"),
                contacts.scalar_subquery().label("contacts"),
            )
            .where(User.id.in_(select(Assignment.user_id).where(Assignment.team_id == team_id)))
            .order_by(User.sort_key)
        ).all()
        return self.render("bench/caseload.html", rows=rows)


admin = Admin(app, name="CRUD")
admin.add_view(PersonView(Person, db, endpoint="person"))
admin.add_view(DossierView(Person, db, name="Dossier", endpoint="dossier"))
admin.add_view(ContactView(Contact, db, endpoint="contact"))
admin.add_view(ParticipantView(Participant, db, endpoint="participant"))
admin.add_view(FollowUpView(FollowUp, db, endpoint="follow-up"))
admin.add_view(CaseloadView(name="Caseload", endpoint="caseload"))
