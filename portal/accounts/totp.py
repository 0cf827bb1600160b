"""The second factor: one-time codes of an authenticator app (RFC 6238); each works once."""

from __future__ import annotations

import hmac
from datetime import datetime

import pyotp
from sqlalchemy import or_, update

from portal.accounts.models import User
from portal.core import clock, db, sealing

STEP_SECONDS = 30
#: Codes of the step before and after are accepted: clocks differ and people type slowly.
DRIFT = 1
ISSUER = "Weg Omhoog"


def new_secret() -> str:
    """A fresh secret in base32, 160 bits."""
    return pyotp.random_base32()


def address(user: User, secret: str) -> str:
    """What the QR code says: the otpauth address for the app."""
    return pyotp.TOTP(secret).provisioning_uri(name=user.login, issuer_name=ISSUER)


def matching_step(secret: str, code: str, at: datetime | None = None) -> int | None:
    """The time step that a code belongs to, or None when it is wrong or outside the drift."""
    step = int((at or clock.wall()).timestamp()) // STEP_SECONDS
    otp = pyotp.TOTP(secret)
    near = range(step - DRIFT, step + DRIFT + 1)
    return next((each for each in near if hmac.compare_digest(otp.generate_otp(each), code)), None)


def seal(user: User, secret: str) -> None:
    """Turn the second factor on."""
    user.totp_sealed = sealing.seal(secret, table="app_user", column="totp_sealed", row_id=user.id)


def use(user: User, code: str) -> bool:
    """Whether the code is right and was not used before; it is used up in the same statement."""
    if user.totp_sealed is None:
        return False
    secret = sealing.unseal(user.totp_sealed, table="app_user", column="totp_sealed", row_id=user.id)
    step = matching_step(secret, code)
    return step is not None and use_up(user, step)


def use_up(user: User, step: int) -> bool:
    """Take a step that is later than any that was used; False when somebody was first."""
    earlier = or_(User.totp_last_step.is_(None), User.totp_last_step < step)
    statement = update(User).where(User.id == user.id, earlier).values(totp_last_step=step).returning(User.id)
    return db.session.scalar(statement) is not None
