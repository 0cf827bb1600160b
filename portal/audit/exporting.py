"""The log in the words of Logboek Dataverwerkingen, with the attributes of NEN 7513, for who has to hand it over.

A young person's id leaves encrypted with a key of this installation; ids of colleagues leave as they are.
"""

from __future__ import annotations

import base64
import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import IO, Any
from uuid import UUID

import psycopg
from psycopg.rows import dict_row

from portal.core import clock, sealing
from portal.privacy.contexts import log_path
from portal.privacy.models import Action

#: NEN 7513 knows five kinds of event; ours are finer and stay beside them.
EVENT_CODES = {
    Action.CREATE: "C",
    Action.READ: "R",
    Action.LIST: "R",
    Action.SEARCH: "R",
    Action.EXPORT: "R",
    Action.DENIED: "R",
    Action.UPDATE: "U",
}
EXECUTE = "E"

#: What of a row a record is made from.
COLUMNS = (
    "id", "at", "actor_id", "actor_name", "on_behalf_of", "role", "organisation_id", "origin", "action", "result",
    "subject_type", "subject_id", "person_id", "fields", "purpose", "context", "break_glass", "request_id",
)  # fmt: skip

_QUERY = f"""
    SELECT {", ".join(COLUMNS)}
    FROM access_event
    WHERE at >= %(first)s AND at < %(end)s
    ORDER BY at, id
"""  # noqa: S608 — constants


@dataclass(frozen=True)
class Form:
    """How the records name this installation."""

    base_url: str

    def record(self, row: dict[str, Any]) -> dict[str, Any]:
        """One row as a record of Logboek Dataverwerkingen."""
        moment, subject = _moment(row["at"]), _encrypted(row["id"], row["person_id"])
        span = sha256(row["id"].bytes).hexdigest()[:16]
        return {
            "trace_id": _trace(row["request_id"], row["id"]),
            "span_id": span,
            "parent_span_id": "",
            "status": "Ok" if row["result"] == "ok" else "Error",
            "name": row["origin"] or row["action"],
            "start_time": moment,
            "end_time": moment,
            "resource": {"attributes": {"service.name": "weg-omhoog", "nen7513.AuditSourceId": self.base_url}},
            "attributes": {
                "dpl.core.processing_activity_id": f"{self.base_url}{log_path(row['context'])}",
                "dpl.core.data_subject_id": subject,
                "dpl.core.data_subject_id_type": f"{self.base_url}/id-type/jongere" if subject else "",
                **self._nen7513(row, subject),
            },
        }

    def _nen7513(self, row: dict[str, Any], subject: str) -> dict[str, Any]:
        user = {
            "userID": str(row["actor_id"] or row["actor_name"] or ""),
            "onBehalfOf": str(row["on_behalf_of"] or ""),
            "roleIDCode": row["role"],
            "organisationID": str(row["organisation_id"] or ""),
            "purposeOfUse": row["purpose"],
            "userIsRequestor": row["actor_id"] is not None,
        }
        return {
            "dpl.nen7513.eventActionCode": EVENT_CODES.get(row["action"], EXECUTE),
            "dpl.nen7513.eventTypeCode": row["action"],
            "dpl.nen7513.emergency": row["break_glass"],
            "dpl.nen7513.users": [user],
            "dpl.nen7513.participants": [_participant(row, subject)],
        }


def _participant(row: dict[str, Any], subject: str) -> dict[str, Any]:
    return {
        "participantObjectTypeCode": "1" if subject else "2",
        "participantObjectTypeName": row["subject_type"],
        "participantObjectID": subject or str(row["subject_id"] or ""),
        "participantObjectDetail": row["fields"],
    }


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _trace(request_id: str, row_id: UUID) -> str:
    """All rows of one request share a trace; what belongs to none is a trace of its own."""
    plain = request_id.replace("-", "").lower()
    fits = len(plain) == 32 and all(sign in "0123456789abcdef" for sign in plain)
    return plain if fits else sha256((request_id or str(row_id)).encode()).hexdigest()[:32]


def _encrypted(row_id: UUID, person_id: UUID | None) -> str:
    if person_id is None:
        return ""
    sealed = sealing.seal(str(person_id), table="access_event", column="person_id", row_id=row_id)
    return "enc:v1:" + base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def records(connection: psycopg.Connection, form: Form, first: date, last: date) -> Iterator[dict[str, Any]]:
    """Everything from the first up to and including the last civil day, oldest first, a page in memory at a time."""
    bounds = {"first": clock.day_start(first), "end": clock.day_end(last)}
    with connection.transaction(), connection.cursor("export", row_factory=dict_row) as cursor:
        cursor.itersize = 2_000
        cursor.execute(_QUERY, bounds)
        for row in cursor:
            yield form.record(row)


def write_json_lines(made: Iterator[dict[str, Any]], out: IO[str]) -> int:
    """One record a line; how many."""
    lines = (json.dumps(each, ensure_ascii=False, separators=(",", ":")) + "\n" for each in made)
    return sum(1 for line in lines if out.write(line))


def write_csv(made: Iterator[dict[str, Any]], out: IO[str]) -> int:
    """The same flat, for a spreadsheet; how many."""
    writer, count = csv.writer(out, delimiter=";", lineterminator="\r\n"), 0
    for count, each in enumerate(made, 1):
        flat = flattened(each)
        if count == 1:
            writer.writerow(flat)
        writer.writerow([_harmless(value) for value in flat.values()])
    return count


def flattened(each: dict[str, Any]) -> dict[str, str]:
    """A record as one row: the first user and participant spelled out."""
    attributes = dict(each["attributes"])
    users, parts = attributes.pop("dpl.nen7513.users"), attributes.pop("dpl.nen7513.participants")
    top = {name: value for name, value in each.items() if name not in ("resource", "attributes")}
    flat = top | attributes | {f"user.{name}": value for name, value in users[0].items()}
    flat |= {f"participant.{name}": value for name, value in parts[0].items()}
    return {name: json.dumps(value) if isinstance(value, list | bool) else str(value) for name, value in flat.items()}


def _harmless(value: str) -> str:
    """A spreadsheet takes a cell that begins like this for a formula."""
    return f"'{value}" if value.startswith(("=", "+", "-", "@", "\t", "\r")) else value
