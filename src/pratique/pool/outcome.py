"""What goes into the pool and what comes out."""

from __future__ import annotations

import msgspec

from pratique.pool.messages import Skip, Store


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """One artifact to work on."""

    data: bytes
    """Its bytes; the pool lets go of them as soon as a child has them."""
    options: bytes = b""
    """Anything the work needs beside them, encoded by the caller."""
    label: str = ""
    """Comes back in the outcome."""


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one request."""

    index: int
    """The request's place in the order given."""
    label: str
    result: bytes = b""
    refused: str = ""
    """Why there is no result: a clause such as "took longer than 20 s"; "" when there is one."""
    skipped: tuple[Skip, ...] = ()
    """The files that ended a child, and how. The last child was told to leave them out."""
    stores: tuple[Store, ...] = ()
    """What the work wants kept for later runs; only from the child whose result was taken."""
    cpu_s: float = 0.0
    """CPU seconds of all children that worked on it."""
    wall_s: float = 0.0
    """Seconds since the first of them was started."""
    peak_mb: float = 0.0
    """Largest resident memory of one child, what it shares with the zygote included."""
    attempts: int = 0
