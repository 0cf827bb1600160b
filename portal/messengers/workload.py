"""What messengers do elsewhere in the portal: features that give them work register here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from uuid import UUID

from portal.core.registry import WorkItem
from portal.privacy.actor import Actor

#: Places taken per messenger.
PlacesTaken = Callable[[Collection[UUID]], Mapping[UUID, int]]
#: Called with the messenger, the account that was linked and the one that is linked now.
AccountChanged = Callable[[UUID, UUID | None, UUID | None], None]
#: What a messenger is busy with, as far as the actor may see it.
Running = Callable[[Actor, UUID], list[WorkItem]]

_places: list[PlacesTaken] = []
_accounts: list[AccountChanged] = []
_running: list[Running] = []


def register(*, places_taken: PlacesTaken, account_changed: AccountChanged, running: Running) -> None:
    """Let a feature count the places it takes, hear of another account, and list what runs."""
    if places_taken not in _places:
        _places.append(places_taken)
        _accounts.append(account_changed)
        _running.append(running)


def taken(messenger_ids: Collection[UUID]) -> Mapping[UUID, int]:
    """Places taken per messenger over all features; those with none are absent. One statement per feature."""
    total: Counter[UUID] = Counter()
    for count in _places:
        total.update(count(messenger_ids))
    return total


def account_changed(messenger_id: UUID, before: UUID | None, after: UUID | None) -> None:
    """Tell every feature, in the transaction of the change."""
    for tell in _accounts:
        tell(messenger_id, before, after)


def running(actor: Actor, messenger_id: UUID) -> list[WorkItem]:
    """Everything this messenger is busy with that the actor may see."""
    return [item for listed in _running for item in listed(actor, messenger_id)]
