"""HTTP for contacts: record, read, change and correct one; and the follow-ups that come out of them."""

from __future__ import annotations

from portal.contacts.views import changing, correcting, following_up, recording, together
from portal.contacts.views.blueprint import bp

__all__ = ["bp", "changing", "correcting", "following_up", "recording", "together"]
