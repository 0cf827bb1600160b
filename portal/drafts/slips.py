"""The slip that travels in a form: for whom the page was made and which draft is its own, signed.

It lets a page write into its own draft after the session ended, and nothing else: it reads nothing and signs nobody in.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from itsdangerous import BadSignature, URLSafeSerializer

from portal.core import clock
from portal.settings import settings


@dataclass(frozen=True)
class Slip:
    """Which draft of whom, and of which page: endpoint and address."""

    user_id: UUID
    draft_id: UUID
    form: str
    path: str


def write(slip: Slip) -> str:
    """The slip as text for a hidden field; good for as long as a draft is kept."""
    issued = int(clock.now().timestamp())
    return str(_signer().dumps([slip.user_id.hex, slip.draft_id.hex, slip.form, slip.path, issued]))


def read(text: str) -> Slip | None:
    """The slip, or None when it is not ours, was changed or is too old."""
    try:
        user_id, draft_id, form, address, issued = _signer().loads(text)
    except BadSignature:
        return None
    if clock.now().timestamp() - issued > timedelta(days=settings().draft_days).total_seconds():
        return None
    return Slip(UUID(user_id), UUID(draft_id), form, address)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(settings().secret_key, salt="weg-omhoog draft v1")
