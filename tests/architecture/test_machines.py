"""What holds for every state machine: no state out of reach, no way without an end, one answer, and a drawing."""

from __future__ import annotations

from typing import Any

import pytest

from dev import machines
from portal import registrations
from portal.core.machine import Machine
from portal.core.registry import registry
from portal.tables import metadata

registrations.register()
every_machine = pytest.mark.parametrize("machine", registry.machines.values(), ids=registry.machines.keys())


@every_machine
def test_every_state_is_reached(machine: Machine[Any, Any]) -> None:
    assert machine.reached(machine.first) == set(machine.states)


@every_machine
def test_every_state_can_come_to_an_end(machine: Machine[Any, Any]) -> None:
    ending = set[Any]().union(*(machine.reached(state, backwards=True) for state in machine.final))
    assert ending == set(machine.states)


@every_machine
def test_a_reason_is_asked_of_steps_that_exist(machine: Machine[Any, Any]) -> None:
    assert machine.needs_reason <= {row.event for row in machine.steps}


@every_machine
def test_the_same_step_leads_two_ways_only_by_its_facts(machine: Machine[Any, Any]) -> None:
    plain = [(row.event, row.source) for row in machine.steps if row.when is type(row).when]
    assert len(plain) == len(set(plain))


@every_machine
def test_the_database_knows_the_same_states(machine: Machine[Any, Any]) -> None:
    checks = [str(getattr(each, "sqltext", "")) for each in metadata.tables[machine.table].constraints]
    listed = [set(check.split("'")[1::2]) for check in checks if check.startswith("status IN")]
    assert set(machine.states) in listed  # beside it may stand a check that goes further


def test_every_table_with_a_status_of_several_steps_has_its_machine_drawn() -> None:
    assert machines.main(["--check"]) == 0, "python -m dev.machines"
