"""Pairs of an evasion and a sample that the engine misses, by reason. A fix makes its test fail: drop the line here."""

from __future__ import annotations

MISSES: dict[str, tuple[str, tuple[str, ...]]] = {}
"""Evasion (or chain, its names joined by `+`) → reason and samples."""


def missed(evasion: str, sample: str) -> bool:
    """Tell whether a pair is a known miss."""
    return sample in MISSES.get(evasion, ("", ()))[1]
