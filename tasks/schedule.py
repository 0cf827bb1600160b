"""When beat asks for what. Everything on it may run twice, late or not at all for a while."""

from __future__ import annotations

from typing import Any

from portal.settings import Settings

TICK = "tasks.reminders.tick"
HOUR = 3600.0
#: Seconds; the first asking of a morning makes the mails, the others send what is left.
ROOT_PERIOD = 300.0
#: Seconds; the first asking after midnight makes the summary, the others find it made.
SUMMARY_PERIOD = 300.0


def schedule(config: Settings) -> dict[str, dict[str, Any]]:
    """The beat schedule. A message nobody took within one period is worth nothing, so it expires."""
    period = float(config.tick_seconds)
    return {
        "reminders": {
            "task": TICK,
            "schedule": period,
            "options": {"expires": period, "headers": {"tick_source": "beat"}, "ignore_result": True},
        },
        "summary of the city": {
            "task": "tasks.reports.summarise",
            "schedule": SUMMARY_PERIOD,
            "options": {"expires": SUMMARY_PERIOD, "ignore_result": True},
        },
        "account mails": {
            "task": "tasks.accounts.sweep",
            "schedule": period,
            "options": {"expires": period, "ignore_result": True},
        },
        "accounts past their last day": {
            "task": "tasks.accounts.expire",
            "schedule": HOUR,
            "options": {"expires": HOUR, "ignore_result": True},
        },
        "months of the access log": {
            "task": "tasks.audit.keep_months",
            "schedule": HOUR,
            "options": {"expires": HOUR, "ignore_result": True},
        },
        "questions about accesses": {
            "task": "tasks.audit.ask",
            "schedule": HOUR,
            "options": {"expires": HOUR, "ignore_result": True},
        },
        "root of the access log": {
            "task": "tasks.audit.mail_root",
            "schedule": ROOT_PERIOD,
            "options": {"expires": ROOT_PERIOD, "ignore_result": True},
        },
        "ends of working together": {
            "task": "tasks.people.end_overlaps",
            "schedule": HOUR,
            "options": {"expires": HOUR, "ignore_result": True},
        },
        "signals over their term": {
            "task": "tasks.signals.sweep",
            "schedule": HOUR,
            "options": {"expires": HOUR, "ignore_result": True},
        },
        "cases that never began": {
            "task": "tasks.cases.erase",
            "schedule": HOUR,
            "options": {"expires": HOUR, "ignore_result": True},
        },
        "reviews that were missed": {
            "task": "tasks.in_view.suspend",
            "schedule": HOUR,
            "options": {"expires": HOUR, "ignore_result": True},
        },
        "enrolments past their period": {
            "task": "tasks.programmes.lapse",
            "schedule": HOUR,
            "options": {"expires": HOUR, "ignore_result": True},
        },
        "drafts": {
            "task": "tasks.drafts.sweep",
            "schedule": HOUR,
            "options": {"expires": HOUR, "ignore_result": True},
        },
    }
