"""Hints at first use: one line on a page, until somebody says to have understood it."""

from __future__ import annotations

from dataclasses import dataclass

from portal.accounts.service import own
from portal.core.errors import NotFound
from portal.core.i18n import N_
from portal.privacy.actor import Actor
from portal.privacy.permissions import Permission


@dataclass(frozen=True)
class Hint:
    """One line about the page at `endpoint`, for who holds the permission."""

    code: str
    endpoint: str
    permission: Permission
    text: str  # Dutch msgid


HINTS = (
    Hint(
        "my_day",
        "home.my_day",
        Permission.CONTACTS_WRITE,
        N_("Dit is je dag: eerst wat te laat is, dan vandaag. Tik op een regel en leg het contact meteen vast."),
    ),
    Hint(
        "people",
        "people.index",
        Permission.PEOPLE_READ,
        N_("Zoeken lukt ook met een bijnaam, met een stuk van de naam of met een typefout."),
    ),
    Hint(
        "dossier",
        "dossier.show",
        Permission.PEOPLE_READ,
        N_("Dat je dit dossier opent, komt in het logboek. Bij elke notitie staat wie hem mag lezen."),
    ),
    Hint(
        "board",
        "trajectories.board",
        Permission.TRAJECTORIES_COORDINATE,
        N_("Links staat wie het langst wacht. Verplaats een kaart met de knoppen op de kaart of door te slepen."),
    ),
    Hint(
        "caseload",
        "reports.caseload",
        Permission.CASELOAD_READ,
        N_("Open bij elk cijfer ‘Zo tellen wij’. Op deze pagina staat nooit een naam van een jongere."),
    ),
    Hint(
        "ledger",
        "oversight.ledger",
        Permission.LEDGER_READ,
        N_("Hier zie je van elk bericht of het aankwam. Wat erin staat, zie je niet: alleen soort, dag en ontvanger."),
    ),
)
_AT = {hint.endpoint: hint for hint in HINTS}
_BY_CODE = {hint.code: hint for hint in HINTS}


def for_page(actor: Actor, endpoint: str | None) -> Hint | None:
    """The hint of this page, when the actor did not put it away yet."""
    hint = _AT.get(endpoint or "")
    if hint is None or hint.code in actor.hints_seen or not actor.can(hint.permission):
        return None
    return hint


def put_away(actor: Actor, code: str) -> None:
    """Do not show this hint again. Raises NotFound for a hint that does not exist."""
    if code not in _BY_CODE:
        raise NotFound
    own.set_hints_seen(actor, codes=actor.hints_seen | {code})


def show_again(actor: Actor) -> None:
    """Show every hint once more."""
    own.set_hints_seen(actor, codes=frozenset())
