"""Reading rights with a period and a reason, for everything beyond the own team; they end by themselves."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, DateTime, Text, Uuid, and_, any_, bindparam, or_, update

from portal.core import clock, db
from portal.privacy.models import AccessGrant, GrantReason
from portal.privacy.permissions import Role


def grant(
    person_id: UUID,
    team_id: UUID,
    *,
    reason: GrantReason,
    record_id: UUID,
    user_id: UUID | None = None,
    grantee_team_id: UUID | None = None,
    role: Role | None = None,
    until: datetime | None = None,
) -> AccessGrant:
    """Let a user, or the holders of `role` in a team, see this young person until `until` (None: until ended)."""
    row = AccessGrant(
        person_id=person_id,
        team_id=team_id,
        grantee_user_id=user_id,
        grantee_team_id=grantee_team_id,
        grantee_role=role,
        reason=reason,
        record_id=record_id,
        valid_from=clock.now(),
        valid_until=until,
        created_by=db.session.info.get("actor_id"),
    )
    db.session.add(row)
    return row


def end(record_id: UUID, *, user_id: UUID | None = None) -> None:
    """End the open grants that follow from a record, all of them or those of one user."""
    now = clock.now()
    statement = update(AccessGrant).where(
        AccessGrant.record_id == record_id,
        or_(AccessGrant.valid_until.is_(None), AccessGrant.valid_until > now),
    )
    if user_id is not None:
        statement = statement.where(AccessGrant.grantee_user_id == user_id)
    db.session.execute(statement.values(valid_until=now))


ME, NOW = bindparam("me", type_=Uuid()), bindparam("now", type_=DateTime(timezone=True))
#: The grants that hold now, to this user or to some role in some team of theirs; `held` has the values of the last two.
VALID = (
    AccessGrant.holds_at(NOW),
    or_(
        AccessGrant.grantee_user_id == ME,
        and_(
            AccessGrant.grantee_team_id == any_(bindparam("held_teams", type_=ARRAY(Uuid()))),
            AccessGrant.grantee_role == any_(bindparam("held_roles", type_=ARRAY(Text()))),
        ),
    ),
)


def held(roles: Collection[tuple[Role, UUID]]) -> dict[str, list[UUID] | list[str]]:
    """The teams and the names of these roles, as VALID asks for them."""
    return {"held_teams": sorted({team for _, team in roles}), "held_roles": sorted({str(role) for role, _ in roles})}
