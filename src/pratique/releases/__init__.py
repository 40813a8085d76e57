"""One release beside others: which one it is compared with, what the registry knows, whether its files agree."""

from __future__ import annotations

from pratique.releases.against import Against, Plan, plan
from pratique.releases.base import Bases, find
from pratique.releases.desk import Desk
from pratique.releases.upgrade import read_file, read_release

__all__ = ["Against", "Bases", "Desk", "Plan", "find", "plan", "read_file", "read_release"]
