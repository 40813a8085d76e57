"""One disposable child: takes one artifact's bytes, gives up its rights, works, says what it found, and is gone."""

from __future__ import annotations

import mmap
import os
import signal
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec

from pratique.pool.limits import Achieved, Limits, apply
from pratique.pool.messages import (
    ASKS,
    PLACE_CAP,
    REASON_CAP,
    Ask,
    Began,
    Done,
    Failed,
    Note,
    Step,
    Store,
    frame,
    plain,
    storable,
    write_all,
)


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """What the work is about."""

    data: bytes
    """The artifact's bytes."""
    options: bytes
    """Whatever the caller encoded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """What the work says while it works."""

    say: Callable[[Note], None]
    skip: dict[str, str] = field(default_factory=dict)
    achieved: tuple[Achieved, ...] = ()
    """The limits that hold in this process."""
    limits: Limits | None = None
    """Whose CPU times end this process; None: nothing does."""

    def begin(self, place: str) -> str:
        """Say that the file `place` is read from here on.

        Returns "" to go on, or, when that file ended an earlier child, the reason why it is refused this time.
        """
        known = plain(place, PLACE_CAP)
        if known in self.skip:
            return self.skip[known]
        if self.limits:
            _allow(self.limits.file_seconds)
        self.say(Began(place=known))
        return ""

    def step(self, name: str) -> None:
        """Say that no file is being read: what follows concerns the whole artifact (`linking`)."""
        if self.limits:
            _allow(self.limits.step_seconds)
        self.say(Step(name=plain(name, 64)))

    def store(self, kind: str, key: str, value: bytes) -> None:
        """Give the parent something to keep; what it would not take is not kept. An empty value: it was used again."""
        if storable(kind, key, value):
            self.say(Store(kind=kind, key=key, value=value))


Work = Callable[[Job, Speaker], bytes]
"""The caller's work on one artifact: returns the result, may raise anything."""


def nothing() -> None:
    """Prepare nothing."""


def live(descriptors: list[int], limits: Limits, prepare: Callable[[], None], work: Work) -> None:
    """Be the child. The descriptors are the artifact's bytes, an `Ask`, and the pipe to the parent."""
    data, ask, notes = descriptors

    def say(note: Note) -> None:
        write_all(notes, frame(note))

    try:
        told = ASKS.decode(contents(ask))
        job = Job(data=contents(data), options=told.options)
        os.close(data)
        os.close(ask)
        prepare()
        achieved = apply(limits)
        say(Done(result=work(job, Speaker(say=say, skip=skips(told), achieved=achieved, limits=limits))))
    except BaseException as error:  # noqa: BLE001  (the last line of a disposable process: whatever it was is the answer)
        say(Failed(reason=reason(error)))


def _allow(seconds: float) -> None:
    """End this process by SIGPROF once it has used so much CPU time from now on: setitimer(2)."""
    signal.setitimer(signal.ITIMER_PROF, seconds)


def skips(ask: Ask) -> dict[str, str]:
    """Return the reasons by place."""
    return {one.place: one.reason for one in ask.skip}


def contents(descriptor: int) -> bytes:
    """Return all bytes of an anonymous file; other readers' positions do not matter."""
    size = os.fstat(descriptor).st_size
    if not size:
        return b""
    with mmap.mmap(descriptor, size, prot=mmap.PROT_READ) as view:
        return view[:]


def reason(error: BaseException) -> str:
    """Return what went wrong and where, without the package's own text growing out of hand."""
    if isinstance(error, MemoryError):
        return "ran out of memory"
    last = traceback.extract_tb(error.__traceback__)[-1:]
    where = f" at {os.path.basename(last[0].filename)}:{last[0].lineno}" if last else ""  # noqa: PTH119
    return plain(f"failed with {type(error).__name__}{where}: {error}", REASON_CAP)
