"""One process that starts, watches and stops the others.

Children run in sessions of their own, so that Ctrl-C reaches only the supervisor and the order of stopping is ours:
by rank, then the reverse of starting. A guardian process does the same when the supervisor was killed.
"""

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType, TracebackType
from typing import Self

from dev import guardian

ROOT = Path(__file__).resolve().parent.parent
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
LONGEST_PAUSE = 30.0
STEADY = 60.0


def say(text: str) -> None:
    """Print a line at once; a terminal that went away must not keep us from stopping the children."""
    try:
        print(text, flush=True)
    except OSError:
        return


@dataclass(frozen=True)
class User:
    """The account a child runs under, when not our own."""

    uid: int
    gid: int


@dataclass(frozen=True)
class Program:
    """A child process.

    `grace`: seconds between its stop signal and KILL. `log`: None is our own output. A higher `rank` stops earlier.
    """

    name: str
    command: Sequence[str | Path]
    env: Mapping[str, str]
    log: Path | None = None
    cwd: Path = ROOT
    user: User | None = None
    stop_signal: int = signal.SIGTERM
    grace: float = 5.0
    ready: Callable[[], bool] | None = None
    patience: float = 60.0
    rank: int = 0


class StopRequested(BaseException):
    """Somebody asked to stop (Ctrl-C, TERM or a closed terminal). Not an error, so no `except Exception` takes it."""


class StartFailed(Exception):
    """A child did not get ready or a step failed; the message shows the end of its log."""


@dataclass
class Running:
    """A program and its present process."""

    program: Program
    process: subprocess.Popen[bytes]
    since: float = field(default_factory=time.monotonic)
    pause: float = 0.0
    again_at: float | None = None


def tail(log: Path | None, lines: int = 15) -> str:
    """Return the end of a log file, indented; empty when there is none."""
    if log is None or not log.exists():
        return ""
    last = log.read_text(errors="replace").splitlines()[-lines:]
    return "\n".join(f"    {line}" for line in last)


class Supervisor:
    """Starts programs in order, restarts those that die, stops them in order. A context manager.

    `keep_open`: file descriptors for the guardian, so that a lock is held until everything has stopped.
    """

    def __init__(self, keep_open: Sequence[int] = ()) -> None:
        self._keep_open = keep_open
        self.children: list[Running] = []
        self.stopping = False
        self._former: dict[int, object] = {}
        self._logs: set[Path] = set()

    def __enter__(self) -> Self:
        reading, self._reports = os.pipe()
        self._guardian = subprocess.Popen(
            [sys.executable, Path(guardian.__file__)],
            stdin=reading,
            stdout=subprocess.DEVNULL,
            pass_fds=self._keep_open,
            start_new_session=True,
        )
        os.close(reading)
        self._woken, self._wake = os.pipe()
        for end in (self._woken, self._wake):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(self._wake, warn_on_full_buffer=False)
        for signum in STOP_SIGNALS:
            self._former[signum] = signal.signal(signum, self._on_signal)
        self._former[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, lambda *_: None)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stopping = True
        self.stop_all()
        self._report('{"bye": 1}')
        os.close(self._reports)
        self._guardian.wait()
        signal.set_wakeup_fd(-1)
        for signum, former in self._former.items():
            signal.signal(signum, former)  # type: ignore[arg-type]
        os.close(self._woken)
        os.close(self._wake)

    def _on_signal(self, _signum: int, _frame: FrameType | None) -> None:
        self.stopping = True

    def _report(self, line: str) -> None:
        try:
            os.write(self._reports, line.encode() + b"\n")
        except BrokenPipeError:  # the guardian is gone; we still are here to stop the children
            return

    def _pause(self, seconds: float) -> None:
        """Sleep until a signal or the time-out; raise StopRequested when it was a request to stop."""
        if select.select([self._woken], [], [], seconds)[0]:
            os.read(self._woken, 4096)
        if self.stopping:
            raise StopRequested

    def remove_at_end(self, folder: Path) -> None:
        """Have the guardian remove a temporary folder in case we cannot."""
        self._report(json.dumps({"remove": str(folder)}))

    def _spawn(self, program: Program) -> subprocess.Popen[bytes]:
        reports, terms = self._reports, (int(program.stop_signal), program.grace, program.rank)

        def report() -> None:
            # The child itself, before it becomes the program: no moment in which the guardian misses it.
            os.write(reports, b'{"start": [%d, %d, %f, %d]}\n' % (os.getpid(), *terms))

        out = None if program.log is None else self._open_log(program.log)
        user = program.user
        try:
            return subprocess.Popen(
                [str(part) for part in program.command],
                cwd=program.cwd,
                env=dict(program.env),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=None if out is None else subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=report,
                user=user.uid if user else None,
                group=user.gid if user else None,
                extra_groups=[] if user else None,
            )
        finally:
            if out is not None:
                os.close(out)

    def _open_log(self, path: Path) -> int:
        """Open a log; the one of the run before is kept beside it."""
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and path not in self._logs:
            path.replace(path.with_suffix(".old.log"))
        self._logs.add(path)
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def start(self, *programs: Program) -> None:
        """Start programs at the same time and wait until each is ready."""
        fresh = []
        for program in programs:
            fresh.append(Running(program, self._spawn(program)))
            self.children.append(fresh[-1])
        for child in fresh:
            self._await(child)

    def _await(self, child: Running) -> None:
        program, give_up = child.program, time.monotonic() + child.program.patience
        while program.ready is not None and not program.ready():
            if child.process.poll() is not None or time.monotonic() > give_up:
                raise StartFailed(f"{program.name} did not start:\n{tail(program.log)}")
            self._pause(0.05)

    def run(self, program: Program) -> int:
        """Run one step to its end and return its exit code."""
        child = Running(program, self._spawn(program))
        self.children.append(child)
        while child.process.poll() is None:
            self._pause(1.0)
        self._stop(child)
        return child.process.returncode

    def step(self, program: Program) -> None:
        """Run one step; raise StartFailed with the end of its log when it fails."""
        code = self.run(program)
        if code:
            raise StartFailed(f"{program.name} failed (exit code {code}):\n{tail(program.log)}")

    def watch(self) -> None:
        """Keep the children running until somebody asks to stop."""
        while True:
            for child in self.children:
                self._tend(child)
            self._pause(1.0)

    def _tend(self, child: Running) -> None:
        now = time.monotonic()
        if child.again_at is not None:
            if now >= child.again_at:
                child.process, child.since, child.again_at = self._spawn(child.program), now, None
        elif child.process.poll() is not None:
            self._forget(child)
            child.pause = 1.0 if now - child.since > STEADY else min(max(1.0, child.pause * 2), LONGEST_PAUSE)
            child.again_at = now + child.pause
            say(
                f"{child.program.name} stopped by itself (exit code {child.process.returncode}); "
                f"starting it again in {child.pause:.0f} s. Its log ends with:\n{tail(child.program.log, 5)}"
            )

    def _forget(self, child: Running) -> None:
        """After the end of a process: nothing of its group stays, and the guardian need not look for it."""
        guardian.send(os.killpg, child.process.pid, signal.SIGKILL)
        self._report(f'{{"gone": {child.process.pid}}}')

    def _stop(self, child: Running) -> None:
        if child.process.poll() is None:
            process, program = child.process, child.program
            guardian.end(process.pid, program.stop_signal, program.grace, lambda: process.poll() is None)
            process.wait()
        if child.again_at is None:
            self._forget(child)
        self.children.remove(child)

    def stop_all(self) -> None:
        """Stop everything, in order."""
        for child in guardian.stop_order(self.children, lambda child: child.program.rank):
            self._stop(child)
