"""Forms of talks."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from flask_babel import lazy_gettext as _l

from portal.core.forms import (
    DateField,
    Form,
    RadioField,
    SelectField,
    TextAreaField,
    TextField,
    VersionField,
)
from portal.talks import labels
from portal.talks.models import Occasion

NO_NAMES = _l("Schrijf geen namen van jongeren. Gebruik het kenmerk, zoals P-7K2M4Q.")


class Pair(NamedTuple):
    """A worker in a team, as one choice."""

    team_id: UUID
    user_id: UUID

    @classmethod
    def parse(cls, text: object) -> Pair:
        """Read 'team.user'; raise ValueError for anything else."""
        if isinstance(text, Pair):
            return text
        team, _, user = str(text).partition(".")
        return cls(UUID(team), UUID(user))

    def __str__(self) -> str:
        return f"{self.team_id}.{self.user_id}"


class PlanForm(Form):
    """With whom and when."""

    worker = SelectField(_l("Met wie?"), coerce=Pair.parse)
    planned_on = DateField(_l("Wanneer?"))


class OpenForm(Form):
    """For what the list is opened; that nothing is chosen yet and what the button says keep it deliberate."""

    occasion = RadioField(
        _l("Waarvoor open je de lijst?"),
        choices=[(str(occasion), label) for occasion, label in labels.OCCASION.items()],
        coerce=Occasion,
    )
    version = VersionField()


class NoteForm(Form):
    """A note, or the worker's own view."""

    body = TextAreaField(_l("Notitie"), max_length=2000, rows=5, hint=NO_NAMES)


class AgreementForm(Form):
    """What the worker is going to do."""

    what = TextField(_l("Wat spreek je af?"), max_length=200, hint=NO_NAMES)
    due_on = DateField(_l("Uiterlijk"))


class ConfirmForm(Form):
    """A button that changes a state."""

    version = VersionField()
