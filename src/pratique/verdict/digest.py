"""What a review depends on besides its input: the engine digest in every result."""

from __future__ import annotations

from pratique.digest import code_digest

_JUDGING = (
    "model", "unpack", "ecosystems", "languages", "reading.py", "capabilities", "link", "reach", "layering.py",
    "compare", "known", "rules", "verdict", "pipeline.py",
)  # fmt: skip
"""Folders and modules whose content decides a verdict; wording, storage and services do not."""


def engine_digest() -> str:
    """Return 16 hex digits over the version and all code, maps, rules, policy and scorecard that judge."""
    return code_digest(_JUDGING)
