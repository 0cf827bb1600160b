"""What features register is complete."""

from __future__ import annotations

from flask import Flask

from portal.core.model import Base, PersonalData
from portal.core.registry import registry
from portal.privacy.contexts import Context

#: Tables whose rows hold what somebody typed, sealed, about nobody we can name; or what was done with it.
SEALED = {"draft", "integrity_report", "integrity_message", "integrity_event"}


def test_every_table_with_personal_data_says_on_which_ground_and_for_how_long(app: Flask) -> None:
    tables = {m.class_.__tablename__ for m in Base.registry.mappers if issubclass(m.class_, PersonalData)}
    held = {holding.table: holding for holding in registry.holdings}
    assert tables | SEALED == set(held)
    for holding in held.values():
        assert holding.context in set(Context)
        assert holding.retention.startswith("P")
        assert holding.source


def test_every_figure_is_defined(app: Flask) -> None:
    assert registry.figures
    assert all(len(figure.definition) > 40 for figure in registry.figures.values())


def test_the_rules_of_the_foundation_are_there(app: Flask) -> None:
    assert {code.split("-")[0][:3] for code in registry.rules} >= {"R04", "R11"}
