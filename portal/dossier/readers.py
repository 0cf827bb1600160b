"""Who may see a dossier beside its workers: one value, asked along with what else the page needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Date, DateTime, Select, Uuid, and_, bindparam, func, literal, select, union_all

from portal.accounts import absence
from portal.accounts.models import RoleAssignment, Team, User
from portal.people.models import PersonAssignment
from portal.privacy.models import AccessGrant, GrantReason
from portal.privacy.permissions import Role

YOUNG, TEAM = bindparam("young", type_=Uuid()), bindparam("team", type_=Uuid())
NOW, TODAY = bindparam("now", type_=DateTime(timezone=True)), bindparam("today", type_=Date())


@dataclass(frozen=True)
class Reader:
    """Somebody who may see this dossier beside its workers; `why` is a role or the reason of a grant."""

    name: str
    why: str


def as_readers(value: Sequence[Sequence[str]] | None) -> list[Reader]:
    """What ASKED gave, by why and name."""
    return sorted({Reader(*each) for each in value or ()}, key=lambda reader: (reader.why, reader.name))


def _directors() -> Select[str, str]:
    return (
        select(User.name, literal(str(Role.JV_DIRECTOR)))
        .join(RoleAssignment, RoleAssignment.user_id == User.id)
        .where(
            RoleAssignment.team_id == TEAM,
            RoleAssignment.role == Role.JV_DIRECTOR,
            RoleAssignment.holds_on(TODAY),
            User.deactivated_at.is_(None),
        )
    )


def _granted_users() -> Select[str, str]:
    return select(User.name, AccessGrant.reason).join(AccessGrant, AccessGrant.grantee_user_id == User.id).where(_VALID)


def _granted_teams() -> Select[str, str]:
    return (
        select(Team.name, func.coalesce(AccessGrant.grantee_role, ""))
        .join(AccessGrant, AccessGrant.grantee_team_id == Team.id)
        .where(_VALID)
    )


def _stand_ins() -> Select[str, str]:
    done_by = absence.cover(TODAY)
    return (
        select(User.name, literal(str(GrantReason.REPLACEMENT)))
        .join(done_by, and_(done_by.c.replacement_id == User.id, done_by.c.team_id == TEAM))
        .join(PersonAssignment, PersonAssignment.user_id == done_by.c.user_id)
        .where(PersonAssignment.person_id == YOUNG, PersonAssignment.holds_on(TODAY))
    )


def _asked() -> Any:
    arms = union_all(_directors(), _granted_users(), _granted_teams(), _stand_ins()).subquery("readers")
    name, why = arms.c
    return select(func.jsonb_agg(func.jsonb_build_array(name, why))).scalar_subquery()


_VALID = and_(
    AccessGrant.person_id == YOUNG,
    AccessGrant.holds_at(NOW),
)
#: Directors of the team, whoever was granted this young person, and who stands in now. Written once, because every
#: dossier asks it; `ties.ask_about` has its values.
ASKED = _asked()
