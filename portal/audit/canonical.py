"""What of a row is hashed: all of it, in the binary form in which PostgreSQL sends a row (record_send).

That form says of every value which type it has and how long it is, so no two rows look alike, and no setting of a
connection changes it. It is asked for with this expression rather than with a function in the database, which somebody
who changes rows could change as well.
"""

from __future__ import annotations

_IDS = ("actor_id", "on_behalf_of", "organisation_id", "session_id", "subject_id", "person_id", "team_id")
_TEXTS = ("actor_name", "role", "origin", "action", "result", "subject_type", "purpose", "context", "request_id")

#: Never change this list: rows that were sealed are checked with it. A new column gets a second form beside it.
FORM = ", ".join(("epoch", "xid", "id", "at", *_IDS, *_TEXTS, "fields", "break_glass"))

SAID = f"record_send(ROW({FORM}))"
MICROSECONDS = "(extract(epoch FROM at) * 1000000)::bigint"

#: For sealing: the id (16 bytes), the moment in microseconds since 1970, and what is hashed.
COLUMNS = f"uuid_send(id) AS id, {MICROSECONDS} AS at, {SAID} AS said"
