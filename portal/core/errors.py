"""What can go wrong, in words the web layer turns into pages. Services raise these; they know no HTTP."""

from __future__ import annotations


class AppError(Exception):
    """Base of all expected errors; `status` is the HTTP status of its page."""

    status = 500


class NotFound(AppError):
    """The record does not exist, or the actor may not know that it does (docs/adr/0003)."""

    status = 404


class Forbidden(AppError):
    """The actor may know of it, but not do this."""

    status = 403


class Conflict(AppError):
    """Somebody else was first: an outdated version or a lost race."""

    status = 409


class TooOften(AppError):
    """More of this in a short time than anybody needs; later it works again."""

    status = 429


class Unavailable(AppError):
    """Something this answer needs is down; nothing was saved."""

    status = 503


class Invalid(AppError):
    """Input that breaks a rule of the domain; `errors` maps field name ('' for the whole form) to Dutch messages."""

    status = 422

    def __init__(self, **errors: str) -> None:
        super().__init__(", ".join(errors))
        self.errors = errors


#: Constraint name → (form field, Dutch message). Features add theirs with `constraint()`.
CONSTRAINTS: dict[str, tuple[str, str]] = {}


def constraint(name: str, field: str, message: str) -> None:
    """Register what a person sees when the database refuses by this constraint."""
    CONSTRAINTS[name] = (field, message)
