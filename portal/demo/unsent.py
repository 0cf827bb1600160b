"""What the demo worker typed and did not save yet: drafts are sealed, so their own service makes them."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import select

from portal.accounts.models import User
from portal.core import db
from portal.demo.seeds import ident
from portal.demo.youth import at
from portal.drafts import service
from portal.drafts.models import Draft
from portal.drafts.service import Answers
from portal.drafts.slips import Slip
from portal.people.models import PersonAssignment

LOGIN = "jongerenwerker"
NOTE = "Hij vertelde dat het thuis rustiger is. Morgen gaat hij kijken bij de sportschool en hij wil dat ik meega."


def leave(seed: int, today: date) -> None:
    """One draft for the day the demo is brought up to, unless it is there or a visitor dealt with it."""
    user_id = db.session.scalars(select(User.id).where(User.login == LOGIN)).one()
    person_id = _somebody(user_id)
    draft_id = ident(seed, "draft", at(today, 8, 55), user_id)
    if person_id is None or db.session.scalar(select(Draft.id).where(Draft.id == draft_id)):
        return
    answers: Answers = [("people", str(person_id)), ("channel", "phone"), ("result", "reached"), ("note", NOTE)]
    slip = Slip(user_id, draft_id, "contacts.new", f"/contacten/nieuw?jongere={person_id}")
    service.keep(slip, answers=answers, version=0)


def _somebody(user_id: UUID) -> UUID | None:
    mine = select(PersonAssignment.person_id).where(
        PersonAssignment.user_id == user_id, PersonAssignment.until.is_(None)
    )
    return db.session.scalar(mine.order_by(PersonAssignment.person_id).limit(1))
