"""The blueprint of cases and the words its templates use."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, url_for

from portal.cases import labels
from portal.cases.forms import FORMS, SLUGS, StepForm
from portal.cases.models import (
    LEVELS,
    ActionStatus,
    CaseStatus,
    ConferenceStatus,
    GoalStatus,
    Moment,
    NominationStatus,
    PlanStatus,
    Rater,
)
from portal.cases.service import Seen
from portal.cases.workflow import Event, Party, Transition
from portal.in_view.models import CaseLevel

bp = Blueprint("cases", __name__)

#: These end something for somebody, so they are no main button.
GRAVE = (Event.BREAK_OFF,)


@bp.context_processor
def _words() -> dict[str, Any]:
    """What the templates of this feature need besides their own data."""
    return {
        "labels": labels,
        "LEVELS": LEVELS,
        "Level": CaseLevel,
        "Status": CaseStatus,
        "Party": Party,
        "Event": Event,
        "Rater": Rater,
        "Moment": Moment,
        "PlanStatus": PlanStatus,
        "GoalStatus": GoalStatus,
        "ActionStatus": ActionStatus,
        "ConferenceStatus": ConferenceStatus,
        "NominationStatus": NominationStatus,
    }


def action(seen: Seen, row: Transition) -> dict[str, Any]:
    """How a step is offered: as one button, or as a link to its questions."""
    return {
        "event": row.event,
        "label": labels.EVENT[row.event],
        "url": url_for("cases.step", case_id=seen.case.id, slug=SLUGS[row.event]),
        "at_once": FORMS[row.event] is StepForm,
        "grave": row.event in GRAVE,
    }
