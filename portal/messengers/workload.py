"""What messengers do elsewhere in the portal: features that give them work register here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from uuid import UUID

#: Places taken per messenger.
PlacesTaken = Callable[[Collection[UUID]], Mapping[UUID, int]]
#: Called with the messenger, the account that was linked and the one that is linked now.
AccountChanged = Callable[[UUID, UUID | None, UUID | None], None]

_places: list[PlacesTaken] = []
_accounts: list[AccountChanged] = []


def register(*, places_taken: PlacesTaken, account_changed: AccountChanged) -> None:
    """Let a feature count the places it takes and hear when a messenger gets another account."""
    if places_taken not in _places:
        _places.append(places_taken)
        _accounts.append(account_changed)


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
