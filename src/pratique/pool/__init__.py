"""Disposable child processes: one per artifact, with little memory, no files, no network and a deadline.

`Pool` forks a *zygote* once, early; the zygote loads what the work needs and forks one child per artifact. Parent and
child share nothing but an anonymous file with the artifact's bytes and a pipe that the child writes notes to.
This package knows nothing of languages or reviews: the work is a function that the caller gives.
"""

from __future__ import annotations

from pratique.pool.child import Job, Speaker, Work
from pratique.pool.keeper import PoolUnavailable, supported
from pratique.pool.limits import Achieved, Limits
from pratique.pool.messages import Skip, Store
from pratique.pool.outcome import Outcome, Request
from pratique.pool.pool import Pool, cores
from pratique.pool.report import report

__all__ = [
    "Achieved", "Job", "Limits", "Outcome", "Pool", "PoolUnavailable", "Request", "Skip", "Speaker", "Store", "Work",
    "cores", "report", "supported",
]  # fmt: skip
