"""One run of a pool: who works on what, since when, and what happens when that goes wrong."""

from __future__ import annotations

import contextlib
import fcntl
import os
import selectors
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from pratique.pool.keeper import Keeper, PoolUnavailable, ZygoteDied, anonymous, new_job
from pratique.pool.limits import Limits
from pratique.pool.messages import (
    REASON_CAP,
    Ask,
    Began,
    Done,
    Ended,
    Failed,
    Note,
    Notes,
    ProtocolError,
    Skip,
    Step,
    Store,
    encode,
    plain,
)
from pratique.pool.outcome import Outcome, Request

CHUNK = 1 << 20
AHEAD = 2
"""Artifacts that are begun or waiting to be handed over, per job: what bounds memory when an early one is slow."""


class Staff(Protocol):
    """What a run needs of its pool."""

    jobs: int
    limits: Limits

    @property
    def keeper(self) -> Keeper:
        """The zygote's keeper."""

    def replace_zygote(self) -> bool:
        """Fork another zygote for one that died; False when too many did."""


@dataclass(slots=True, kw_only=True)
class Live:
    """An artifact that is being worked on."""

    index: int
    label: str
    options: bytes
    data: int
    """Descriptor of its bytes."""
    started: float
    job: int = -1
    """The present child; -1 between two."""
    pipe: int = -1
    notes: Notes
    skip: list[Skip] = field(default_factory=list)
    stores: list[Store] = field(default_factory=list)
    stored: int = 0
    place: str = ""
    """The file it is in; "" for none."""
    step: str = "starting"
    since: float = 0.0
    attempts: int = 0
    cpu_s: float = 0.0
    peak_mb: float = 0.0


@dataclass(slots=True, kw_only=True)
class Shift:
    """One run of `Pool.map`."""

    pool: Staff
    source: Iterator[Request]
    running: dict[int, Live] = field(default_factory=dict)
    """By index."""
    finished: dict[int, Outcome] = field(default_factory=dict)
    selector: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)
    taken: int = 0
    exhausted: bool = False
    seen: float = field(default_factory=time.monotonic)
    """When the children were last listened to."""

    def outcomes(self) -> Iterator[Outcome]:
        """Yield in order until nothing is left."""
        following = 0
        while True:
            if following in self.finished:
                yield self.finished.pop(following)
                following += 1
            elif self._has_room():
                self._take()
            elif self.running:
                self._turn()
            else:
                return

    def stop(self) -> None:
        """Kill and collect what still runs."""
        for live in list(self.running.values()):
            try:
                self._collect(live)
            except (ZygoteDied, PoolUnavailable):
                self._deaf(live)  # its children died with it
            self._forget(live)
        self.selector.close()

    def _has_room(self) -> bool:
        begun = len(self.running) + len(self.finished)
        return not self.exhausted and len(self.running) < self.pool.jobs and begun < AHEAD * self.pool.jobs

    def _take(self) -> None:
        request = next(self.source, None)
        if request is None:
            self.exhausted = True
            return
        live = Live(
            index=self.taken,
            label=request.label,
            options=request.options,
            data=anonymous(request.data, "artifact"),
            started=time.monotonic(),
            notes=self._fresh_notes(),
        )
        self.taken += 1
        self.running[live.index] = live
        del request
        self._guarded(live, self._start)

    def _guarded(self, live: Live, action: Callable[[Live], None]) -> None:
        """Do something that needs the zygote; when it has died, begin again with another."""
        try:
            action(live)
        except ZygoteDied:
            self._rescue()

    def _fresh_notes(self) -> Notes:
        return Notes(self.pool.limits.result_bytes, self.pool.limits.stream_bytes)

    def _start(self, live: Live) -> None:
        """Start a child for it. Raises `ZygoteDied`."""
        live.attempts += 1
        live.place, live.step, live.since = "", "starting", time.monotonic()
        live.stores, live.stored, live.notes = [], 0, self._fresh_notes()
        live.job = new_job()
        ask = anonymous(encode(Ask(options=live.options, skip=tuple(live.skip))), "ask")
        live.pipe, theirs = _pipe()
        try:
            self.selector.register(live.pipe, selectors.EVENT_READ, live)
            problem = self.pool.keeper.start(live.job, (live.data, ask, theirs))
        finally:
            os.close(theirs)
            os.close(ask)
        if problem:
            live.job = -1
            self._deaf(live)
            self._end(live, refused=problem)

    def _turn(self) -> None:
        """Listen to the children once, then see who is late. Time spent elsewhere is nobody's fault."""
        now = time.monotonic()
        for live in self.running.values():
            live.since += now - max(live.since, self.seen)
        first = min(live.since + self._allowed(live) for live in self.running.values())
        events = self.selector.select(max(0.0, first - now))
        self.seen = time.monotonic()
        for key, _ in events:
            live = key.data
            if live.pipe == key.fd:
                self._guarded(live, self._listen)
        for live in list(self.running.values()):
            allowed = self._allowed(live)
            if live.job >= 0 and self.seen - live.since > allowed:
                reason = f"took longer than {allowed:g} s"
                self._guarded(live, lambda late, reason=reason: self._failed(late, reason))  # type: ignore[misc]

    def _allowed(self, live: Live) -> float:
        """Return the wall-clock seconds of what a child is at."""
        return _cpu_allowed(live, self.pool.limits) * self.pool.limits.patience

    def _listen(self, live: Live) -> None:
        try:
            data = os.read(live.pipe, CHUNK)
        except BlockingIOError:
            return
        if not data:
            self._failed(live, "")
            return
        try:
            for note in live.notes.feed(data):
                if self._heard(live, note):
                    return
        except ProtocolError as error:
            self._failed(live, f"answered wrongly: {error}")

    def _heard(self, live: Live, note: Note) -> bool:
        """Take one note; tell whether it was the child's last."""
        match note:
            case Began(place=place):
                live.place, live.since = place, self.seen
            case Step(name=name):
                live.place, live.step, live.since = "", name, self.seen
            case Store():
                live.stored += len(note.value)
                if live.stored <= self.pool.limits.store_bytes:
                    live.stores.append(note)
            case Done(result=result):
                self._collect(live)
                self._end(live, result=result)
                return True
            case Failed(reason=reason):
                self._failed(live, reason)
                return True
        return False

    def _failed(self, live: Live, reason: str) -> None:
        """Collect a child without a result; begin again without the file that it was in, if there is hope."""
        ended = self._collect(live)
        why = reason or _death(ended, live, self.pool.limits)
        if not live.place:
            self._end(live, refused=f"{why} ({live.step})")
            return
        live.skip.append(Skip(place=live.place, reason=plain(why, REASON_CAP)))
        if live.attempts > self.pool.limits.restarts:
            self._end(live, refused=f"{len(live.skip)} files ended the reader; the last one {why}")
        else:
            self._start(live)

    def _collect(self, live: Live) -> Ended:
        """Kill the child if it lives and add up what it cost. Raises `ZygoteDied`."""
        if live.job < 0:
            return Ended(job=-1, signal=0, status=0, cpu_s=0, peak_mb=0)
        ended = self.pool.keeper.reap(live.job)
        live.job = -1
        self._deaf(live)
        live.cpu_s += ended.cpu_s
        live.peak_mb = max(live.peak_mb, ended.peak_mb)
        return ended

    def _deaf(self, live: Live) -> None:
        if live.pipe >= 0:
            self.selector.unregister(live.pipe)
            os.close(live.pipe)
            live.pipe = -1

    def _forget(self, live: Live) -> None:
        os.close(live.data)
        del self.running[live.index]

    def _end(self, live: Live, *, result: bytes = b"", refused: str = "") -> None:
        self._forget(live)
        self.finished[live.index] = Outcome(
            index=live.index,
            label=live.label,
            result=result,
            refused=refused,
            skipped=tuple(live.skip),
            stores=() if refused else tuple(live.stores),
            cpu_s=live.cpu_s,
            wall_s=time.monotonic() - live.started,
            peak_mb=live.peak_mb,
            attempts=live.attempts,
        )

    def _rescue(self) -> None:
        """Begin again with another zygote after one died with its children, or refuse what was begun."""
        while True:
            hopeful = self.pool.replace_zygote()
            try:
                for live in list(self.running.values()):
                    self._begin_again(live, hopeful)
            except ZygoteDied:
                continue
            return

    def _begin_again(self, live: Live, hopeful: bool) -> None:
        live.job = -1
        self._deaf(live)
        if hopeful and live.attempts <= self.pool.limits.restarts:
            self._start(live)
        else:
            self._end(live, refused="the process that starts children died")


def _pipe() -> tuple[int, int]:
    """Return a pipe whose reader never waits, with room for a burst of notes."""
    ours, theirs = os.pipe2(os.O_CLOEXEC)
    os.set_blocking(ours, False)
    with contextlib.suppress(OSError, AttributeError):
        fcntl.fcntl(ours, fcntl.F_SETPIPE_SZ, CHUNK)
    return ours, theirs


def _cpu_allowed(live: Live, limits: Limits) -> float:
    return limits.file_seconds if live.place else limits.step_seconds


def _death(ended: Ended, live: Live, limits: Limits) -> str:
    """Say how a child died that left no word."""
    if ended.signal == signal.SIGPROF:
        return f"used more than {_cpu_allowed(live, limits):g} s of CPU"
    if ended.signal == signal.SIGXCPU or (ended.signal and ended.cpu_s >= limits.cpu_seconds - 0.5):
        return f"used more than {limits.cpu_seconds} s of CPU"
    if ended.signal == signal.SIGKILL:
        return "was killed, as the system does when memory runs out"
    if ended.signal:
        return f"crashed ({_signal_name(ended.signal)})"
    return f"ended without a result (status {ended.status})"


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:  # the real-time ones have none
        return f"signal {number}"
