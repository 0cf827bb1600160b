"""All that can be done with programmes, in modules by use case."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import exists

from portal.core import db
from portal.core.i18n import N_
from portal.people import service as people
from portal.programmes.models import Enrolment
from portal.programmes.service.approving import ToJudge, judge, to_judge
from portal.programmes.service.catalogue import (
    Details,
    FocusDetails,
    LineDetails,
    add_focus,
    add_line,
    catalogue,
    create,
    focus_of,
    get,
    journal,
    learn,
    line_of,
    owners,
    update,
    update_focus,
    update_line,
)
from portal.programmes.service.counting import classes, reach, register_running
from portal.programmes.service.deciding import Decision, decide, lapse
from portal.programmes.service.disclosing import (
    Shared,
    Told,
    disclose,
    note,
    overseen,
    show_disclosure,
    tell,
    to_disclose,
    told_of,
)
from portal.programmes.service.enrolling import (
    Wanted,
    lines_for,
    open_lines,
    outside_target,
    propose,
    propose_group,
)
from portal.programmes.service.finding import (
    RUNNING,
    Listed,
    Page,
    Seen,
    as_listed,
    for_group,
    for_person,
    in_programme,
    listed,
    opened,
    register_groups,
    show,
)
from portal.programmes.service.finding import find as find_enrolment

__all__ = [
    "Decision",
    "Details",
    "FocusDetails",
    "LineDetails",
    "Listed",
    "Page",
    "Seen",
    "Shared",
    "ToJudge",
    "Told",
    "Wanted",
    "add_focus",
    "add_line",
    "as_listed",
    "catalogue",
    "classes",
    "create",
    "decide",
    "disclose",
    "find_enrolment",
    "focus_of",
    "for_group",
    "for_person",
    "get",
    "in_programme",
    "journal",
    "judge",
    "lapse",
    "learn",
    "line_of",
    "lines_for",
    "listed",
    "note",
    "open_lines",
    "opened",
    "outside_target",
    "overseen",
    "owners",
    "propose",
    "propose_group",
    "reach",
    "register_groups",
    "register_running",
    "show",
    "show_disclosure",
    "tell",
    "to_disclose",
    "to_judge",
    "told_of",
    "update",
    "update_focus",
    "update_line",
]  # fmt: skip


def _keeps_open(person_id: UUID) -> str | None:
    if db.session.scalar(exists().where(Enrolment.person_id == person_id, Enrolment.status.in_(RUNNING)).select()):
        return N_("Deze jongere doet nog mee aan een programma. Stop dat eerst.")
    return None


people.register_blocker(_keeps_open)
