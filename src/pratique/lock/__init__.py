"""The capability lock: what each dependency can do, written down, so that an upgrade that gains something is seen.

It is to capabilities what a lock file is to versions.
"""

from __future__ import annotations

from pratique.lock.check import Gain, Report, check
from pratique.lock.file import Lock, dump, load
from pratique.lock.inputs import Pin, find, pins
from pratique.lock.policy import Policy, read_policy
from pratique.lock.profile import Profile, profile

__all__ = [
    "Gain", "Lock", "Pin", "Policy", "Profile", "Report", "check", "dump", "find", "load", "pins", "profile",
    "read_policy",
]  # fmt: skip
