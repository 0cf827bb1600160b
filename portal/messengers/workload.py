"""What messengers do elsewhere in the portal: features that give them work register here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple
from uuid import UUID

from portal.core.registry import WorkItem
from portal.privacy.actor import Actor


class Places(NamedTuple):
    """How many places of a messenger are not free, and how many of those are promised only."""

    taken: int = 0
    promised: int = 0


#: Places per messenger.
PlacesTaken = Callable[[Collection[UUID]], Mapping[UUID, Places]]
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
    return {messenger_id: places.taken for messenger_id, places in occupied(messenger_ids).items()}


def occupied(messenger_ids: Collection[UUID]) -> Mapping[UUID, Places]:
    """As `taken`, with how many of them are promised in a proposal that is not answered yet."""
    total: defaultdict[UUID, Places] = defaultdict(Places)
    for count in _places:
        for messenger_id, (taken_here, promised) in count(messenger_ids).items():
            before = total[messenger_id]
            total[messenger_id] = Places(before.taken + taken_here, before.promised + promised)
    return total


def account_changed(messenger_id: UUID, before: UUID | None, after: UUID | None) -> None:
    """Tell every feature, in the transaction of the change."""
    for tell in _accounts:
        tell(messenger_id, before, after)


def running(actor: Actor, messenger_id: UUID) -> list[WorkItem]:
    """Everything this messenger is busy with that the actor may see."""
    return [item for listed in _running for item in listed(actor, messenger_id)]
