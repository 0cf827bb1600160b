"""Tasks of the access log."""

from __future__ import annotations

from celery import Task, shared_task

from portal.audit import mailing, months
from portal.core import clock, db
from portal.oversight.service import questions
from portal.privacy import access_log


@shared_task(name="tasks.audit.keep_months", bind=True, ignore_result=True)
def keep_months(self: Task) -> None:
    """Have the months to come ready, and end those whose term is over."""
    access_log.origin.set(self.name)
    with db.unit_of_work(part="audit"):
        clock.synchronise(db.session())
    months.keep()


@shared_task(name="tasks.audit.ask", bind=True, ignore_result=True)
def ask(self: Task) -> None:
    """Look in the log of the last days for what somebody should ask about."""
    access_log.origin.set(self.name)
    with db.unit_of_work(part="audit"):
        clock.synchronise(db.session())
        questions.find()


@shared_task(name="tasks.audit.mail_root", bind=True, ignore_result=True)
def mail_root(self: Task) -> None:
    """Send the newest root to the privacy officers, once a day."""
    access_log.origin.set(self.name)
    mailing.send_due()
