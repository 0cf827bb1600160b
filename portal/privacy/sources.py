"""From whom a fact is known, and who may therefore read it: the release class of what is written down."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum

from portal.privacy.permissions import Role


class Source(StrEnum):
    """From whom a fact is known."""

    STREET = "street"  # the young person, those around them, what was seen outside
    CARE = "care"
    POLICE = "police"
    SCHOOL = "school"


class Audience(StrEnum):
    """For whom a page, a letter or a file is made."""

    TEAM = "team"  # the workers of the young person and the director of their team
    NETWORK = "network"  # the messenger of a trajectory, and who coordinates it
    POLICE = "police"  # anything meant for the police or prosecution, or that they read along
    NOBODY = "nobody"  # figures, feeds and public pages: no facts about anybody at all


@dataclass(frozen=True)
class Release:
    """Who may read facts of one source, and the rule that says so."""

    audiences: frozenset[Audience]
    law: str


def _to(*audiences: Audience) -> frozenset[Audience]:
    return frozenset(audiences)


#: What was told in confidence stays away from the police, and what the police gave is passed on to nobody
#: (domain §2.5 nr. 3, §2.8). There is no wider default: an audience that is not named gets nothing.
RELEASE: dict[Source, Release] = {
    Source.STREET: Release(_to(Audience.TEAM, Audience.NETWORK), "AVG art. 5 lid 1 onder b (doelbinding)"),
    Source.SCHOOL: Release(_to(Audience.TEAM, Audience.NETWORK), "AVG art. 5 lid 1 onder b (doelbinding)"),
    Source.CARE: Release(_to(Audience.TEAM), "AVG art. 9; Jeugdwet art. 7.3.11; BW art. 7:457"),
    Source.POLICE: Release(_to(Audience.TEAM, Audience.POLICE), "Wpg art. 7, 16 en 20; AVG art. 10"),
}

#: As what a role reads; a role that is not here reads no facts.
READS_AS: dict[Role, Audience] = {
    Role.YOUTH_WORKER: Audience.TEAM,
    Role.JV_DIRECTOR: Audience.TEAM,
    Role.CM_COORDINATOR: Audience.NETWORK,
    Role.CREDIBLE_MESSENGER: Audience.NETWORK,
}

_shown_to: ContextVar[Audience] = ContextVar("shown_to", default=Audience.TEAM)


def released(audience: Audience) -> frozenset[Source]:
    """The sources whose facts this audience may read, on a page that is made for it or for a wider one."""
    within = _shown_to.get()
    return frozenset(source for source, rule in RELEASE.items() if {audience, within} <= rule.audiences)


def released_to(roles: Collection[Role]) -> frozenset[Source]:
    """The same for somebody who reads in these roles."""
    return frozenset[Source]().union(*(released(READS_AS[role]) for role in roles if role in READS_AS))


def show_to(audience: Audience) -> None:
    """From here on this request or task makes something for `audience`."""
    _shown_to.set(audience)


def audience() -> Audience:
    """For whom this request or task makes something."""
    return _shown_to.get()


@contextmanager
def shown_to(audience: Audience) -> Iterator[None]:
    """What is read within is for `audience`, whoever reads it."""
    token = _shown_to.set(audience)
    try:
        yield
    finally:
        _shown_to.reset(token)
