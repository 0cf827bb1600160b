"""Young people in view (demogegevens), brought to a state by the same steps people take."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from portal.accounts.models import User
from portal.accounts.sessions import actor_of
from portal.core import clock
from portal.core.ids import new_id
from portal.in_view import service
from portal.in_view.models import Side, SourceKind, ViewEndReason, YouthInView
from portal.in_view.models import ViewStatus as S
from portal.in_view.service import Answers, Reason, Source, Way
from portal.in_view.workflow import Event
from portal.people.models import Person

REASON = Reason(
    best_interest="Zelf weer naar school willen, met iemand die meeloopt.",
    concern="Wordt op het plein aangesproken door oudere jongens.",
    facts="Drie keer gezien dat er geld en een telefoon werden gegeven.",
    fact_source="Jongerenwerk, zelf gezien.",
    expected="Binnen een half jaar weer drie dagen per week op school.",
    proportionality="Alleen een vaste begeleider, geen maatregel.",
    alternatives="Twee gesprekken op school, zonder vervolg.",
)
SIGNAL = Source(SourceKind.SIGNAL, signal_id=new_id())


def proposed(young: Person, by: User, *, stadsdeel: str = "", source: Source = SIGNAL) -> YouthInView:
    """A proposal by a worker or director. Inside a unit of work."""
    code = stadsdeel or service.stadsdelen_of(young)[0].code
    return service.propose(actor_of(by), young.id, stadsdeel_code=code, reason=REASON, source=source)


def step(view: YouthInView, by: User, event: Event, **answers: object) -> YouthInView:
    """One step by somebody. Inside a unit of work."""
    given = Answers(**{"note": "Zo is het besproken.", **answers})  # type: ignore[arg-type]
    return service.decide(actor_of(by), view.id, event, version=None, answers=given)


def active(young: Person, by: User, director: User) -> YouthInView:
    """In view since today, with the letter sent. Inside a unit of work."""
    view = step(proposed(young, by), director, Event.APPROVE)
    for letter in service.letters(service.find(actor_of(director), view.id)):
        service.send(actor_of(director), letter.id, version=None, sent_on=clock.today(), way=Way.BY_HAND)
    return view


def bring_to(view: YouthInView, status: S, *, director: User, team_id: UUID | None = None) -> YouthInView:
    """From active to another state. Inside a unit of work."""
    if status == S.UNDER_OBJECTION:
        return step(view, director, Event.OBJECT, note="Ik hoor hier niet bij.")
    if status == S.TRANSFER_PENDING:
        return step(view, director, Event.TRANSFER, transfer_team_id=team_id)
    if status == S.ENDED:
        return step(view, director, Event.END, end_reason=ViewEndReason.GOALS_REACHED)
    return view


def said(view: YouthInView, by: User, body: str = "Ik wil zelf ook weer naar school.") -> None:
    """The young person's own words. Inside a unit of work."""
    service.add_statement(actor_of(by), view.id, side=Side.YOUTH, said_on=clock.today() - timedelta(days=1), body=body)
