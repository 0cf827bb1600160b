"""What of a row is hashed: all of it, as the text of a PostgreSQL row, whatever the settings of the connection.

The text is asked for with this expression rather than with a function in the database, which somebody who changes rows
could change as well.
"""

from __future__ import annotations

#: Columns as they are; moments and ids are spelled below.
_PLAIN = ("actor_name", "role", "origin", "action", "result", "subject_type", "purpose", "context", "request_id")
_IDS = ("actor_id", "on_behalf_of", "organisation_id", "session_id", "subject_id", "person_id", "team_id")

MICROSECONDS = "(extract(epoch FROM at) * 1000000)::bigint"

#: Never change this list: rows that were sealed are checked with it. A new column gets a second form beside it.
FORM = ", ".join(("epoch", "xid", "id", MICROSECONDS, *_IDS, *_PLAIN, "fields", "break_glass"))

#: Id (16 bytes), moment, and the text that is hashed.
COLUMNS = f"uuid_send(id) AS id, {MICROSECONDS} AS at, ROW({FORM})::text AS said"
