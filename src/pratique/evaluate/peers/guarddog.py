"""GuardDog: YARA rules over source code, and a risk score that combines them."""

from __future__ import annotations

from pratique.evaluate.peers.base import Peer

PEER = Peer(
    name="guarddog",
    requirement="guarddog==3.2.0",
    threshold=5.0,
    why="its own label `suspicious`: a risk score of 5 of 10; source code rules only, its metadata rules ask the index",
)
