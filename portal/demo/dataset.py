"""The whole demo as a function of seed and date: the same two give the same rows, on any machine."""

from __future__ import annotations

from datetime import date

from portal.demo import duties, enrolments, partners, programmes, promises, watches
from portal.demo.agenda import Agenda
from portal.demo.city import City, Row
from portal.demo.paths import Paths
from portal.demo.signals import Signals
from portal.demo.talks import Talks
from portal.demo.traces import Traces
from portal.demo.viewed import Viewed
from portal.demo.visits import Visits
from portal.demo.watched import Watched
from portal.demo.youth import Youth

#: Tables in the order in which they refer to each other.
ORDER = (
    "organisation", "team", "team_area", "app_user", "role_assignment", "absence", "duty", "partner", "partner_contact",
    "programme", "programme_line",
    "programme_focus_area", "programme_journal_entry", "person", "person_alias",
    "related_person", "person_assignment", "hand_over",
    "youth_group", "enrolment", "enrolment_event", "credible_messenger", "messenger_area", "trajectory", "match",
    "trajectory_event", "access_grant", "contact", "contact_participant", "contact_correction", "follow_up",
    "appointment", "appointment_participant", "appointment_colleague", "talk", "talk_note",
    "talk_agreement", "monitored_location", "location_step", "location_observation",
    "signal", "signal_assessment", "signal_step",
    "youth_in_view", "in_view_step", "in_view_review", "in_view_letter", "in_view_statement", "access_event",
)  # fmt: skip


def build(seed: int, today: date) -> dict[str, list[Row]]:
    """All rows of the demo as it stands on the morning of `today`, per table, in the order of ORDER."""
    city = City(seed)
    youth = Youth(city, today)
    paths = Paths(youth)
    visits = Visits(youth)
    told = [visits.rows(), promises.rows(visits), paths.rows(), Talks(city, today).rows(), duties.rows(youth)]
    told.append(enrolments.rows(youth))
    people = youth.rows()
    parts = [city.rows(), programmes.rows(city, today), partners.rows(city, today), people, *told]
    parts += [watches.rows(city, today), Watched(city, today).rows()]
    parts += [Signals(youth).rows(), Viewed(youth, people["person"]).rows()]
    tables: dict[str, list[Row]] = {name: [] for name in ORDER}
    for part in parts:
        for name, rows in part.items():
            tables[name] += rows
    for name, rows in Agenda(youth, tables["trajectory"], tables["credible_messenger"]).rows().items():
        tables[name] += rows
    tables["access_event"] = Traces(youth, paths, tables).rows()
    return tables
