"""Other detectors on the same artifacts in the same run: one module per peer, found by discovery.

A peer runs in a process of its own, from a virtual environment of its own, through a driver script that imports nothing
of ours. It gets Python text through a pipe; what it needs as a file is anonymous memory, so that no sample ever
touches a disk.
"""

from __future__ import annotations

import pkgutil
from importlib import import_module

from pratique.errors import UsageError
from pratique.evaluate.peers.base import Peer

__all__ = ["Peer", "find", "names"]


def names() -> tuple[str, ...]:
    """Return the peers there are, by name."""
    return tuple(sorted(peer.name for peer in _all()))


def find(name: str) -> Peer:
    """Return a peer. Raises UsageError for a name that is none."""
    known = {peer.name: peer for peer in _all()}
    if name not in known:
        raise UsageError(f"no such peer: {name}", hint=f"there is {', '.join(sorted(known))}")
    return known[name]


def _all() -> list[Peer]:
    modules = (import_module(f"{__name__}.{one.name}") for one in pkgutil.iter_modules(__path__) if not one.ispkg)
    return [peer for module in modules if isinstance(peer := getattr(module, "PEER", None), Peer)]
