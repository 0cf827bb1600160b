"""Accounts with a password or a second factor, and what was mailed to them."""

from __future__ import annotations

from datetime import date

import pyotp
from sqlalchemy import select, update

from portal.accounts import passwords, totp
from portal.accounts.models import RoleAssignment, User
from portal.core import clock, db

PASSWORD = "een zin van vier woorden"


def with_password(user: User, password: str = PASSWORD) -> User:
    """Let somebody sign in with a password."""
    with db.unit_of_work():
        stored = db.session.get_one(User, user.id)
        stored.password_hash, stored.password_changed_at = passwords.hashed(password), clock.now()
    return user


def with_second_factor(user: User) -> str:
    """Turn the second factor on; returns the secret of the app."""
    secret = totp.new_secret()
    with db.unit_of_work():
        totp.seal(db.session.get_one(User, user.id), secret)
    return secret


def without_roles(user: User) -> User:
    """End every role long ago."""
    with db.unit_of_work():
        ended = {"valid_from": date(2024, 1, 1), "valid_until": date(2024, 1, 1)}
        db.session.execute(update(RoleAssignment).where(RoleAssignment.user_id == user.id).values(**ended))
    return user


def code(secret: str, steps: int = 0) -> str:
    """What the app shows now, or some steps of 30 seconds earlier or later."""
    step = int(clock.wall().timestamp()) // totp.STEP_SECONDS
    return str(pyotp.TOTP(secret).generate_otp(step + steps))


def stored(user: User) -> User:
    """The account as it is in the database now."""
    with db.unit_of_work():
        return db.session.scalars(select(User).where(User.id == user.id)).one()
