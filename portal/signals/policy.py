"""Who reaches which signals (domain §4.2, I-24): a reporter the own ones, a director those of the team.

Nobody sees a signal about somebody they said to know in private, not even in a count; a feature above says who that is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, or_, true

from portal.core import db
from portal.privacy.actor import Actor
from portal.privacy.contexts import Purpose
from portal.privacy.permissions import Permission, Reach
from portal.signals.models import Signal
from portal.signals.workflow import Party

#: The young people whom a colleague (an id, or the column of one) knows in private.
Known = Callable[[Any], Select[Any]]
_known: list[Known] = []

PERMISSION = {Party.DIRECTOR: Permission.SIGNALS_TRIAGE, Party.REPORTER: Permission.SIGNALS_REPORT}
PURPOSE = {Party.DIRECTOR: Purpose.TRIAGE, Party.REPORTER: Purpose.OWN_CASELOAD}


def register_known(source: Known) -> None:
    """Let a feature say whom somebody knows in private; doing it again changes nothing."""
    if source not in _known:
        _known.append(source)


def apart(user_id: Any) -> ColumnElement[bool]:
    """The signals that are not about somebody whom this colleague knows in private."""
    if not _known:
        return true()
    return or_(Signal.person_id.is_(None), and_(*(Signal.person_id.not_in(source(user_id)) for source in _known)))


def knows(actor: Actor, person_id: UUID) -> bool:
    """Whether this colleague said to know this young person in private."""
    return any(person_id in set(db.session.scalars(source(actor.user_id))) for source in _known)


def is_party(actor: Actor, party: Party) -> ColumnElement[bool]:
    """The signals in which `actor` has this part."""
    if not actor.can(PERMISSION[party]):
        return false()
    if party is Party.DIRECTOR:
        return Signal.team_id.in_(actor.teams(Permission.SIGNALS_TRIAGE, Reach.TEAM))
    return Signal.reporter_id == actor.user_id


def visible(actor: Actor) -> ColumnElement[bool]:
    """The signals this actor may know of, in whatever part."""
    return and_(or_(*(is_party(actor, party) for party in PERMISSION)), apart(actor.user_id))


def triages(actor: Actor) -> bool:
    """Whether this actor judges signals."""
    return bool(actor.teams(Permission.SIGNALS_TRIAGE, Reach.TEAM))
