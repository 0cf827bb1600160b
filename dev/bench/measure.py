"""Rounds in which every page is asked of everybody in turn, so that a busy moment hits all alike."""

from __future__ import annotations

import gc
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median, quantiles

Ask = Callable[[int], object]  # one request; the number makes it another one


@dataclass
class Times:
    """What requests took, in milliseconds; `elapsed` in seconds is the whole of it."""

    each: list[float] = field(default_factory=list)
    elapsed: float = 0.0

    @property
    def p50(self) -> float:
        """Half of them took no longer, in milliseconds."""
        return median(self.each)

    @property
    def p95(self) -> float:
        """All but one in twenty took no longer, in milliseconds."""
        return quantiles(self.each, n=20)[18] if len(self.each) > 1 else self.each[0]

    @property
    def per_second(self) -> float:
        """Requests per second, all clients together."""
        return len(self.each) / self.elapsed

    def add(self, other: Times) -> None:
        """Take the times of another round along."""
        self.each += other.each
        self.elapsed += other.elapsed


def timed(ask: Ask, numbers: Sequence[int]) -> Times:
    """Ask one after the other."""
    each: list[float] = []
    begun = time.perf_counter()
    for number in numbers:
        before = time.perf_counter()
        ask(number)
        each.append((time.perf_counter() - before) * 1000)
    return Times(each, time.perf_counter() - begun)


def together(asks: Sequence[Ask], numbers: Sequence[int]) -> Times:
    """All clients at the same time, each asking all numbers. Raises the first error of any of them."""
    found: list[Times | None] = [None] * len(asks)
    errors: list[BaseException] = []
    start = threading.Barrier(len(asks) + 1)

    def run(place: int) -> None:
        start.wait()
        try:
            found[place] = timed(asks[place], numbers)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(asks))]
    for thread in threads:
        thread.start()
    start.wait()
    begun = time.perf_counter()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return Times([each for times in found if times for each in times.each], time.perf_counter() - begun)


def rounds(
    targets: Mapping[str, Sequence[Ask]],
    *,
    count: int,
    requests: int,
    clients: int,
    first: int = 0,
) -> dict[str, Times]:
    """Ask each target in turn, `count` times over, `requests` per client each time; a target is a list of clients."""
    total = {name: Times() for name in targets}
    for turn in range(count):
        for name, asks in targets.items():
            gc.collect()
            numbers = range(first + turn * requests, first + (turn + 1) * requests)
            total[name].add(timed(asks[0], numbers) if clients == 1 else together(asks[:clients], numbers))
    return total


def memory(pid: int) -> list[float]:
    """Resident memory of the processes that `pid` started, in MiB, the largest first."""
    listed = subprocess.run(["ps", "-A", "-o", "ppid=,rss="], capture_output=True, text=True, check=True).stdout
    rows = (line.split() for line in listed.splitlines())
    return sorted((int(rss) / 1024 for parent, rss in rows if int(parent) == pid), reverse=True)
