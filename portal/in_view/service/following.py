"""What follows from a view in features above this one: each tells what stands there, or what can be begun."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from portal.in_view.service.finding import Seen
from portal.privacy.actor import Actor


@dataclass(frozen=True)
class Next:
    """One link on the page of a view; `label` is a Dutch msgid, `number` the record it leads to."""

    label: str
    url: str
    icon: str
    number: str = ""


Follower = Callable[[Actor, Seen], Next | None]
_followers: list[Follower] = []


def register_follower(follower: Follower) -> None:
    """Let a feature above say what follows; it answers for this actor, None for nothing."""
    if follower not in _followers:
        _followers.append(follower)


def following(actor: Actor, found: Seen) -> list[Next]:
    """What follows from a view, for who sees whose it is."""
    if not found.named:
        return []
    return [one for one in (follower(actor, found) for follower in _followers) if one is not None]
