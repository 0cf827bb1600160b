"""What the portal must never hold or do (domain §0.3), checked over every table, form, address and figure."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Column, Table
from sqlalchemy.types import Numeric
from wtforms import Field

from portal import registrations, tables
from portal.areas.models import AreaKind
from portal.core.forms import Form
from portal.core.model import Base
from portal.core.registry import registry
from portal.people.models import RelatedRole, Sort
from tests.architecture.test_routes import rules
from tests.factories import World
from tests.factories.filled import Filled

#: Words that no name of a column or form field may hold.
FORBIDDEN = {
    "a score or ranking": r"score|risk|rank(?!s)|priorit|danger|threat|recidiv|level_of|severity",
    "nationality, origin, belief": r"nationalit|ethnic|relig|country|birth_?place|migrat|descent|race|origin",
    "a number of the state": r"bsn|vnummer|passport|crime|criminal|convict|suspect|police",
    "a home address": r"address|street|house_?n|postal|postcode|zip|latitude|longitude|geom|coordinates",
    "care and health": r"diagnos|medicat|health|disab|iq\b",
    "siblings and friends as such": r"sibling|brother|sister|friend|gang|group_member",
}
#: The endpoint an access came through, and the keyed hash of where a sign-in came from; neither says where somebody
#: comes from.
ALLOWED = {
    ("access_event", "origin"), ("sign_in_attempt", "origin_hash"),
    ("account_token", "address"),  # where a colleague's mail goes
}  # fmt: skip
#: Numbers that a table about young people may hold, and what they count. A new one is added here on purpose.
NUMBERS = {
    ("person", "version"), ("contact", "version"), ("follow_up", "version"), ("trajectory", "version"),
    ("match", "version"), ("contact", "duration_min"), ("contact", "headcount"), ("credible_messenger", "version"),
    ("credible_messenger", "max_individual"), ("reminder", "stage"),
    ("appointment", "version"), ("appointment", "moves"), ("appointment", "revision"), ("hand_over", "version"),
    ("hand_over", "together_days"), ("hand_over", "reads_days"),  # how long colleagues go on together
    ("talk", "version"), ("talk_agreement", "version"), ("signal", "version"), ("signal_assessment", "version"),
    ("youth_case", "version"), ("case_plan", "version"), ("case_plan", "version_no"), ("case_goal", "version"),
    ("case_action", "version"), ("case_conference", "version"), ("case_nomination", "version"),
    ("case_goal", "attainment"),  # of the goal, said together when it is rounded off
    ("case_measurement", "level"),  # how one part of life goes, by the worker and by the young person; never added up
    ("youth_case", "satisfaction"),  # the mark a young person gives for the help, not one that is given to them
    ("disclosure", "version"),
    ("enrolment", "version"),
    ("youth_in_view", "version"), ("youth_in_view", "review_no"), ("youth_in_view", "longer_review_no"),
    ("in_view_review", "review_no"), ("in_view_letter", "version"),  # which review it was, not how anybody is
    ("attachment", "size"),
    ("access_event", "epoch"), ("access_event", "xid"),  # which transaction wrote the row
    ("access_question", "events"), ("access_question", "version"),  # accesses by a colleague, not a trait of anybody
}  # fmt: skip


def columns() -> Iterator[tuple[Table, Column[Any]]]:
    """Every column of the portal."""
    for table in tables.metadata.sorted_tables:
        for column in table.columns:
            yield table, column


def found(name: str) -> list[str]:
    """Which rules a name breaks."""
    return [what for what, words in FORBIDDEN.items() if re.search(words, name)]


def personal() -> set[str]:
    """Names of the tables marked as personal data."""
    return {
        mapper.local_table.name
        for mapper in Base.registry.mappers
        if getattr(mapper.class_, "__personal_data__", False) and isinstance(mapper.local_table, Table)
    }


def about_young_people() -> set[str]:
    """Tables with a row per young person, or something of them."""
    pointing = {table.name for table, column in columns() if column.name == "person_id"}
    return personal() | pointing | {"person"}


# --- what is kept --------------------------------------------------------------------------------------------------


def test_no_column_holds_what_the_portal_must_not_know() -> None:
    broken = {
        f"{table.name}.{column.name}": found(column.name)
        for table, column in columns()
        if (table.name, column.name) not in ALLOWED and found(column.name)
    }
    assert broken == {}


@pytest.mark.parametrize(
    "name",
    [
        "risk_level",
        "score",
        "ranking",
        "nationality",
        "country_of_birth",
        "religion",
        "home_address",
        "postcode",
        "bsn",
    ],
)
def test_the_words_catch_what_they_are_for(name: str) -> None:
    assert found(name)


def test_every_allowed_exception_still_exists() -> None:
    assert {(table.name, column.name) for table, column in columns()} >= ALLOWED


def test_a_table_about_young_people_holds_no_number_but_these() -> None:
    numbers = {
        (table.name, column.name)
        for table, column in columns()
        if table.name in about_young_people() and column.type.python_type in (int, float)
    }
    decimals = {
        (table.name, column.name)
        for table, column in columns()
        if table.name in about_young_people() and isinstance(column.type, Numeric)
    }
    assert numbers | decimals <= NUMBERS, (numbers | decimals) - NUMBERS


def test_whatever_points_to_a_young_person_is_personal_data() -> None:
    """Without the mark a change of it could be committed without evidence. The log and the ledger are evidence."""
    pointing = {
        table.name
        for table, column in columns()
        if any(key.column.table.name in {"person", "contact", "trajectory"} for key in column.foreign_keys)
    }
    assert pointing - personal() <= {"access_grant"}, pointing - personal()


def test_every_table_with_personal_data_carries_the_team() -> None:
    """Row-level security needs it on the row; a participant carries both teams."""
    for name in personal():
        assert any(column.name.endswith("team_id") for column in tables.metadata.tables[name].columns), name


def test_every_table_with_personal_data_says_how_long_it_is_kept() -> None:
    registrations.register()
    assert {holding.table for holding in registry.holdings} >= personal()
    for holding in registry.holdings:
        assert holding.table in tables.metadata.tables, holding
        assert re.fullmatch(r"P\d+[YMD]", holding.retention), holding


def test_related_people_are_a_role_not_a_dossier() -> None:
    assert set(RelatedRole) == {"guardian", "parent", "coach", "mentor_school", "confidant"}
    related = tables.metadata.tables["related_person"]
    assert set(related.columns.keys()) & {"birth_date", "status", "area_code", "pseudonym", "context"} == set()
    assert [
        table.name for table, column in columns() for key in column.foreign_keys if key.column.table is related
    ] == []


def test_messages_go_to_staff_alone() -> None:
    """Nothing is sent to a young person or a parent: who gets a message has an account, and nothing else says where."""
    for name, column in (
        ("reminder", "recipient_id"), ("dispatch", "recipient_id"), ("notification", "recipient_id"),
        ("delivery_wish", "user_id"), ("account_token", "user_id"),
    ):  # fmt: skip
        to = tables.metadata.tables[name].columns[column]
        assert [key.column.table.name for key in to.foreign_keys] == ["app_user"], name
        assert not to.nullable, name
    where_to = {table.name for table, column in columns() if re.search(r"e?mail(_to)?$|_email$", column.name)}
    assert where_to & (about_young_people() | {"dispatch", "reminder"}) == set()


def test_no_young_person_is_placed_more_precisely_than_a_neighbourhood() -> None:
    assert {str(kind) for kind in AreaKind} <= {"stadsdeel", "gebied", "wijk", "buurt"}
    on_a_map = {table.name for table, column in columns() if found(column.name) == ["a home address"]}
    pointing = {
        (table.name, column.name)
        for table, column in columns()
        if table.name in about_young_people() and any(key.column.table.name in on_a_map for key in column.foreign_keys)
    }
    assert pointing == set()


def test_whatever_says_that_an_approach_begins_was_asked_for_by_somebody() -> None:
    """Nobody is selected by a rule: a person with an account asks, and says why."""
    for name, author, reason in (
        ("youth_in_view", "proposed_by", "best_interest"), ("trajectory", "requested_by", "request_text"),
    ):  # fmt: skip
        made = tables.metadata.tables[name].columns
        assert not made[author].nullable, name
        assert [key.column.table.name for key in made[author].foreign_keys] == ["app_user"], name
        assert reason in made, name


# --- what is asked -------------------------------------------------------------------------------------------------


def forms(kind: type[Form] = Form) -> Iterator[type[Form]]:
    """Every form of the portal."""
    for each in kind.__subclasses__():
        if each.__module__.startswith("portal."):
            yield each
        yield from forms(each)


def test_no_form_asks_what_may_not_be_kept(app: Flask) -> None:
    listed = set(forms())
    assert len(listed) > 20
    with app.test_request_context():
        for kind in listed:
            fields: list[Field] = list(kind(formdata=None))
            broken = {field.name: found(field.name) for field in fields if found(field.name)}
            assert broken == {}, kind.__name__


# --- what is shown and sorted ----------------------------------------------------------------------------------------


def test_the_list_of_young_people_has_two_orders() -> None:
    assert {str(order) for order in Sort} == {"naam", "contact"}


@pytest.mark.parametrize("order", ["risico", "score", "contacten", "leeftijd", "birth_date", "-naam", "id desc"])
def test_no_other_order_can_be_asked_for(world: World, client_as: Callable[..., FlaskClient], order: str) -> None:
    assert client_as(world.director).get("/jongeren", query_string={"sort": order}).status_code == 422


#: What lists with young people in them may be ordered by: names, moments, ids, and not by a number that says
#: something about somebody. test_queries.py looks at every page.
KEYS = re.compile(
    r"(coalesce\(|\()?(\w+\.)?"
    r"(status|stage"
    r"|sort_key|id|\w+_id|name|alias|since|due_on|is_primary|last_contact_at|occurred_at|requested_at|status_since"
    r"|searching_since|triage_due_at|decided_at|told_on|declared_at|last_at"
    r"|at|starts_at|ends_at|created_at|proposed_at|started_at|valid_from|number|n|not_before|last_seen_at|active|min|max)\b"
)


def orders(statement: str) -> list[str]:
    """The keys of every ORDER BY in a statement about young people."""
    if not re.search(r"\b(FROM|JOIN) person\b", statement):
        return []
    plain = re.sub(r"%\(\w+\)s(::[A-Z ]+)?", "?", statement.replace("\n", " "))
    plain = re.sub(r"CASE WHEN .+? THEN (.+?) ELSE (.+?) END", r"\1, \2", plain)  # ordered by either
    clauses = re.findall(r"ORDER BY (.+?)(?:\sLIMIT|\sOFFSET|\sFOR |\)\s|$)", plain)
    return [key.strip() for clause in clauses for key in re.split(r",(?![^(]*\))", clause)]


@pytest.mark.parametrize(
    "statement",
    ["SELECT 1 FROM person ORDER BY count(contact.id) DESC", "SELECT 1 FROM person ORDER BY person.birth_date LIMIT 1"],
)
def test_the_keys_refuse_a_ranking(statement: str) -> None:
    assert [key for key in orders(statement) if not KEYS.match(key)]


def test_no_address_selects_or_predicts(app: Flask) -> None:
    words = re.compile(r"score|risico|rang|rank|top-?\d|predict|voorspel|profiel|selectie|kaart")
    assert [rule.rule for rule in rules(app) if words.search(rule.rule)] == []


def shown(body: bytes) -> str:
    """What an answer says; a spreadsheet is unpacked."""
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            body = b"".join(archive.read(name) for name in archive.namelist())
    return body.decode(errors="replace")


def test_the_caseload_names_no_young_person(
    app: Flask, world: World, filled: Filled, client_as: Callable[..., FlaskClient]
) -> None:
    for role in ("manager", "director", "analyst"):
        browser = client_as(getattr(world, role))
        for path in ("/caseload", "/caseload.csv", "/caseload.xlsx"):
            text = shown(browser.get(path).data)
            assert world.worker.name in text
            for name in filled.names:
                assert name not in text, f"{role} {path}"
