"""hexora: static analysis of Python scripts, with a model that scores each file."""

from __future__ import annotations

from pratique.evaluate.peers.base import Peer

PEER = Peer(
    name="hexora",
    requirement="hexora==0.3.2",
    threshold=0.5,
    why="half of its model's 0 to 1; its own script for monitoring the index alerts at 0.75",
)
