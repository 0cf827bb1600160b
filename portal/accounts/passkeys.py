"""Passkeys (WebAuthn) as a second factor: what the browser is asked, and whether its answer is right.

A challenge works once, for a few minutes, for the same browser, person and purpose. It is used up in a transaction of
its own, so that a wrong answer cannot be tried again either. The device must check who holds it (PIN or finger).
"""

from __future__ import annotations

import hashlib
import ipaddress
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import delete, select, update
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from portal.accounts.models import ChallengeUse, Passkey, PasskeyChallenge, User
from portal.core import clock, db
from portal.settings import settings

NAME = "Weg Omhoog"
LIFETIME = timedelta(minutes=5)
#: More than anybody carries.
MOST = 10
LONGEST_ANSWER = 20_000  # characters


@dataclass(frozen=True)
class Asked:
    """What the browser gets: options for its own WebAuthn interface (JSON), and the challenge for the cookie (hex)."""

    options: str
    challenge: str


@dataclass(frozen=True)
class Answered:
    """To which challenge an answer should belong: the one in the cookie, for this use, in this session."""

    challenge: str  # hex
    use: ChallengeUse
    session_id: UUID | None


def available() -> bool:
    """Whether the address of this installation can have passkeys: browsers refuse them on a bare IP address."""
    try:
        ipaddress.ip_address(_domain())
    except ValueError:
        return True
    return False


def _domain() -> str:
    return urlsplit(settings().base_url).hostname or ""


def of(user_id: UUID) -> Sequence[Passkey]:
    """The passkeys of an account, oldest first."""
    return db.session.scalars(select(Passkey).where(Passkey.user_id == user_id).order_by(Passkey.id)).all()


# --- asking ------------------------------------------------------------------


def ask_new(user: User, *, session_id: UUID | None) -> Asked:
    """Ask for a new passkey, not on a device that has one already."""
    challenge = _challenge(user.id, ChallengeUse.ADD, session_id)
    options = generate_registration_options(
        rp_id=_domain(),
        rp_name=NAME,
        user_id=user.id.bytes,
        user_name=user.login,
        user_display_name=user.name,
        challenge=challenge,
        exclude_credentials=_known(of(user.id)),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.DISCOURAGED,  # a name and password always come first
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        timeout=int(LIFETIME.total_seconds() * 1000),
    )
    return Asked(options_to_json(options), challenge.hex())


def ask(user_id: UUID, use: ChallengeUse, *, session_id: UUID | None) -> Asked | None:
    """Ask for one of the passkeys of this account; None when there is none."""
    known = of(user_id)
    if not known:
        return None
    challenge = _challenge(user_id, use, session_id)
    options = generate_authentication_options(
        rp_id=_domain(),
        challenge=challenge,
        allow_credentials=_known(known),
        user_verification=UserVerificationRequirement.REQUIRED,
        timeout=int(LIFETIME.total_seconds() * 1000),
    )
    return Asked(options_to_json(options), challenge.hex())


def _known(rows: Sequence[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=row.credential_id) for row in rows]


def _hash(challenge: bytes) -> bytes:
    return hashlib.sha256(challenge).digest()


def _challenge(user_id: UUID, use: ChallengeUse, session_id: UUID | None) -> bytes:
    """A new question, kept apart from this request: also a page that refuses a form asks one."""
    challenge, now = secrets.token_bytes(32), clock.now()
    mine = PasskeyChallenge.user_id == user_id
    with db.separate_transaction() as own:
        own.execute(delete(PasskeyChallenge).where(mine, PasskeyChallenge.expires_at <= now))
        own.add(
            PasskeyChallenge(
                challenge_hash=_hash(challenge),
                user_id=user_id,
                session_id=session_id,
                use=use,
                expires_at=now + LIFETIME,
            )
        )
    return challenge


# --- judging the answer ------------------------------------------------------


def check_new(user: User, answer: str, *, challenge: str, session_id: UUID | None, name: str) -> Passkey | None:
    """The passkey that the browser made, not saved yet; None when the answer is not right."""
    asked = _used_up(user.id, Answered(challenge, ChallengeUse.ADD, session_id))
    credential = _parsed(answer)
    if asked is None or credential is None:
        return None
    try:
        made = verify_registration_response(
            credential=credential,
            expected_challenge=asked,
            expected_rp_id=_domain(),
            expected_origin=settings().base_url,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError):
        return None
    return Passkey(
        user_id=user.id,
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        name=name,
        created_at=clock.now(),
    )


def use(user_id: UUID, answer: str, asked_with: Answered) -> Passkey | None:
    """The passkey that answered, with its counter moved on; None when the answer is not right.

    A counter that does not go up means a copy of the key: refused.
    """
    asked = _used_up(user_id, asked_with)
    credential = _parsed(answer)
    if asked is None or credential is None:
        return None
    row = _named(user_id, credential)
    counted = _verified(row, credential, asked) if row else None
    if row is None or counted is None:
        return None
    unchanged = (Passkey.id == row.id, Passkey.sign_count == row.sign_count)
    moved = update(Passkey).where(*unchanged).values(sign_count=counted, last_used_at=clock.now())
    return row if db.session.scalar(moved.returning(Passkey.id)) else None


def _verified(row: Passkey, credential: dict[str, Any], asked: bytes) -> int | None:
    try:
        verified = verify_authentication_response(
            credential=credential,
            expected_challenge=asked,
            expected_rp_id=_domain(),
            expected_origin=settings().base_url,
            credential_public_key=row.public_key,
            credential_current_sign_count=row.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError):
        return None
    return verified.new_sign_count


def _used_up(user_id: UUID, answered: Answered) -> bytes | None:
    try:
        asked = bytes.fromhex(answered.challenge)
    except ValueError:
        return None
    statement = delete(PasskeyChallenge).where(
        PasskeyChallenge.challenge_hash == _hash(asked),
        PasskeyChallenge.user_id == user_id,
        PasskeyChallenge.use == answered.use,
        PasskeyChallenge.session_id.is_not_distinct_from(answered.session_id),
        PasskeyChallenge.expires_at > clock.now(),
    )
    with db.separate_transaction() as own:
        found = own.execute(statement.returning(PasskeyChallenge.user_id)).first()
    return asked if found else None


def _parsed(answer: str) -> dict[str, Any] | None:
    """The answer as an object; what the browser adds beyond what is checked stays out."""
    if len(answer) > LONGEST_ANSWER:
        return None
    try:
        found = json.loads(answer)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and isinstance(found.get("id"), str) else None


def _named(user_id: UUID, credential: dict[str, Any]) -> Passkey | None:
    """The passkey of this account that the answer names."""
    named = (row for row in of(user_id) if bytes_to_base64url(row.credential_id) == credential["id"])
    return next(named, None)
