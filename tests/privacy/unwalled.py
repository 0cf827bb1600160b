"""Tables without row-level security, each with the reason; a table that is in neither list fails the suite."""

from __future__ import annotations

REFERENCE = "the same for everybody, about nobody"
STAFF = "about colleagues: who works where is for everybody, and decides what the wall shows"
OWN = "rows of an account; the page asks by the actor's own id, and there is no young person in it"
REPORT = "sealed, about no young person; whose report it is only the application can compute"

UNWALLED = {
    "area": REFERENCE,
    "app_clock": REFERENCE,
    "team": REFERENCE,
    "team_area": REFERENCE,
    "team_norm": REFERENCE,
    "programme": REFERENCE,
    "partner": REFERENCE,
    "partner_contact": STAFF,
    "programme_line": REFERENCE,
    "programme_focus_area": REFERENCE,
    "programme_journal_entry": REFERENCE,
    "organisation": REFERENCE,
    "monitored_location": "a place, who looks after it and when; nothing about people",
    "location_step": "what was decided about a place",
    "youth_group": "a code, a size and ages; no members and no names",
    "heartbeat": REFERENCE,
    "reminder_rule_version": REFERENCE,
    "figure_run": REFERENCE,
    "figure_value": "numbers per team and worker, without young people",
    "context_key": "read by functions only; no process has a right on it",
    "app_user": STAFF,
    "role_assignment": STAFF,
    "absence": STAFF,
    "duty": STAFF,
    "credible_messenger": STAFF,
    "messenger_area": STAFF,
    "user_session": OWN,
    "account_token": OWN,
    "sign_in_attempt": OWN,
    "calendar_feed": OWN,
    "passkey": OWN,
    "passkey_challenge": OWN,
    "recovery_code": OWN,
    "delivery_wish": OWN,
    "snooze": OWN,
    "saved_filter": OWN,
    "draft": "sealed with a key that the database does not hold; kept for its writer also after the session ended",
    "integrity_report": REPORT,
    "integrity_message": REPORT,
    "integrity_event": REPORT,
    "access_epoch": REFERENCE,
    "access_seal": "hashes of the log",
    "access_root_mail": "a seal on its way to a privacy officer",
    "access_question": "about accesses by colleagues; its page is the privacy officer's alone",
    "access_event": "insert-only; written also when nobody is signed in",
    "appointment_colleague": "who goes along with what; the appointment itself is behind the wall",
    "dispatch": "moments and states of messages, for the ledger and its alarm; no young person in it",
    "attempt": "moments and outcomes of sending, for the ledger",
}
