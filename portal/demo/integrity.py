"""Two integrity reports: one that was closed, one with an open question. They are sealed, so each is made once."""

from __future__ import annotations

import secrets
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from portal.core import db, sealing
from portal.core.model import Base
from portal.demo.city import City
from portal.demo.seeds import ident
from portal.demo.youth import at
from portal.integrity.models import (
    Deed,
    IntegrityEvent,
    IntegrityMessage,
    IntegrityReport,
    Status,
    Voice,
)

#: Kind, how it stands, and who said what. Written without a name: there is nobody in the demo to be found.
REPORTS = (
    ("offer", Status.CLOSED, (
        (Voice.REPORTER, "Iemand bood mij concertkaarten aan. Hij vroeg of ik wilde kijken of zijn neef 'in het "
         "systeem' staat. Ik heb nee gezegd."),
        (Voice.NOTE, "Gebeld met de teamleiding zonder namen. Afspraken over giften besproken in het teamoverleg."),
    )),
    ("data", Status.ASKED, (
        (Voice.REPORTER, "Een man die ik niet ken sprak mij aan bij de sportschool. Hij wist waar ik werk en vroeg om "
         "het adres van een jongere."),
        (Voice.OFFICER, "Dank je dat je dit meldt. Kun je vertellen op welke dag dit was en hoe hij eruitzag?"),
    )),
)  # fmt: skip


def leave(seed: int, today: date) -> None:
    """The reports of the month before; what is there already stays as it is."""
    month, city = today.replace(day=1), City(seed)
    for n, (kind, status, said) in enumerate(REPORTS):
        start = at(month - timedelta(days=20 - 9 * n), 20, 15)
        _report(city, start, kind, status, said)


def _report(city: City, start: datetime, kind: str, status: Status, said: tuple[tuple[Voice, str], ...]) -> None:
    row_id = ident(city.seed, "integrity", start, kind)
    _add(
        IntegrityReport,
        id=row_id,
        reporter_hash=secrets.token_bytes(32),
        kind_sealed=_sealed(IntegrityReport, "kind_sealed", row_id, kind),
        status=status,
        made_at=start,
    )
    officer = city.by_login("integriteit").id
    for n, (voice, words) in enumerate(said):
        moment = start + timedelta(days=n, hours=-3 * n)
        message = ident(city.seed, "integrity-said", moment, kind, n)
        sealed = _sealed(IntegrityMessage, "body_sealed", message, words)
        _add(IntegrityMessage, id=message, report_id=row_id, voice=voice, at=moment, body_sealed=sealed)
        _add(
            IntegrityEvent,
            id=ident(city.seed, "integrity-event", moment, kind, n),
            report_id=row_id,
            at=moment,
            officer_id=None if voice == Voice.REPORTER else officer,
            deed=Deed.MADE if n == 0 else Deed.WRITTEN,
        )


def _add(model: type[Base], **values: object) -> None:
    db.session.execute(insert(model).values(**values).on_conflict_do_nothing())


def _sealed(model: type[Base], column: str, row_id: UUID, words: str) -> bytes:
    return sealing.seal(words, table=model.__tablename__, column=column, row_id=row_id)
