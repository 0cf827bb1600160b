"""Who is acting: a detached identity that services take as their first argument."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from portal.core.errors import Forbidden
from portal.privacy.labels import ROLE
from portal.privacy.permissions import EVERYONE, Permission, Reach, Role, reach


@dataclass(frozen=True)
class Actor:
    """A signed-in person, or a named part of the system acting for one (`on_behalf_of`)."""

    user_id: UUID | None
    name: str
    roles: frozenset[tuple[Role, UUID]] = frozenset()  # (role, team)
    organisation_id: UUID | None = None
    session_id: UUID | None = None
    on_behalf_of: UUID | None = None
    replaces: frozenset[UUID] = frozenset()  # colleagues who are away now, for whom this person stands in
    away_until: datetime | None = None  # the end of an own absence that runs now
    duty_until: datetime | None = None  # the end of an own duty that runs now
    confirmed_at: datetime | None = None  # when the second factor was last given in this session
    email: str = field(default="", repr=False)
    language: str = "nl"
    theme: str = ""
    shortcuts: bool = True
    hints_seen: frozenset[str] = frozenset()

    # What Flask-Login asks of a user.
    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """Flask-Login's identifier."""
        return str(self.user_id)

    @property
    def initials(self) -> str:
        """Two letters for the avatar."""
        words = self.name.split()
        return (words[0][:1] + words[-1][:1]).upper() if words else "?"

    @property
    def role_label(self) -> str:
        """The roles in the language of the page, for the avatar menu."""
        return ", ".join(str(ROLE[role]) for role in Role if role in self.role_names)

    @property
    def role_names(self) -> frozenset[Role]:
        """The roles without their teams."""
        return frozenset(role for role, _ in self.roles)

    @property
    def team_ids(self) -> tuple[UUID, ...]:
        """Every team in which this person holds a role."""
        return tuple(sorted({team for _, team in self.roles}))

    def reach(self, permission: Permission) -> Reach | None:
        """The widest reach of a permission over all roles; None when not held."""
        return _reach(self.roles, permission)

    def can(self, permission: Permission) -> bool:
        """Whether any role holds the permission, whatever its reach."""
        return self.reach(permission) is not None

    def require(self, permission: Permission) -> None:
        """Raise Forbidden without the permission."""
        if not self.can(permission):
            raise Forbidden

    def teams(self, permission: Permission, at_least: Reach = Reach.OWN) -> tuple[UUID, ...]:
        """The teams in which a role holds `permission` with this reach or wider."""
        return _teams(self.roles, permission, at_least)

    def role_for(self, permission: Permission, team_id: UUID | None = None) -> Role | None:
        """Which role granted it, for the access log: in this team first, then the one with the widest reach."""
        held = [(team == team_id, r, role) for role, team in self.roles if (r := reach(role, permission))]
        return max(held, key=lambda item: (item[0], item[1]))[2] if held else None


@lru_cache(maxsize=8192)  # a page asks the same some hundred times
def _reach(roles: frozenset[tuple[Role, UUID]], permission: Permission) -> Reach | None:
    held = (r for role, _ in roles if (r := reach(role, permission)))
    return max(held, default=EVERYONE.get(permission))


@lru_cache(maxsize=8192)
def _teams(roles: frozenset[tuple[Role, UUID]], permission: Permission, at_least: Reach) -> tuple[UUID, ...]:
    return tuple(sorted({team for role, team in roles if (reach(role, permission) or 0) >= at_least}))


def system(name: str, *, on_behalf_of: UUID | None = None) -> Actor:
    """A named part of the system, for tasks; it holds no roles, so it sees nothing through `visible`."""
    return Actor(user_id=None, name=f"system:{name}", on_behalf_of=on_behalf_of)
