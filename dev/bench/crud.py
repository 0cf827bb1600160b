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
from wtforms import StringField

db = SQLAlchemy()
app = Flask(__name__, static_folder=None)
app.config["SQLALCHEMY_DATABASE_URI"] = os.environ["DATABASE_URL"]
app.config["SECRET_KEY"] = os.environ["SECRET_KEY"]
db.init_app(app)
Babel(app)  # Flask-Admin uses it when it is installed
TABLES = ("app_user", "contact", "follow_up", "person", "person_assignment", "team")

with app.app_context():
    db.metadata.reflect(db.engine, only=TABLES)


def _model(name: str, table: str) -> Any:
    return type(name, (db.Model,), {"__table__": db.metadata.tables[table]})


Person, Contact, FollowUp, Assignment, User = (
    _model(name, table)
    for name, table in (
        ("Person", "person"), ("Contact", "contact"), ("FollowUp", "follow_up"), ("Assignment", "person_assignment"),
        ("User", "app_user"),
    )
)  # fmt: skip


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


class ContactView(ModelView):
    """The form for a contact; it makes the one row, and no young person, follow-up or log with it."""

    form_columns = (
        "team_id", "worker_id", "occurred_at", "duration_min", "channel", "result", "purpose", "place", "note",
        "confidentiality", "idempotency_key",
    )  # fmt: skip
    form_extra_fields = {name: StringField() for name in ("team_id", "worker_id", "idempotency_key")}


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
admin.add_view(ContactView(Contact, db, endpoint="contact"))
admin.add_view(CaseloadView(name="Caseload", endpoint="caseload"))
