"""Seat A, in the upload request: policy only, within a second, one sentence, and open when in doubt.

A refusal is a pure function of the bytes: the same file is refused today and tomorrow. What is too large, too slow or
cannot be read to its end is let through and counted; other seats see it again.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Self

import msgspec

from pratique.batch.reviewer import Reviewer
from pratique.cache import Cache
from pratique.embed.opinion import Examine, sentence
from pratique.errors import PratiqueError
from pratique.model import Finding, Review
from pratique.pipeline import Options
from pratique.pool import Limits

SECONDS = 1.0
LARGEST = 200_000
"""Bytes of a file that is looked at; what is larger would seldom be read in a second."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What the upload request is told."""

    allowed: bool
    sentence: str = ""
    """Why not, for the uploader."""
    rule: str = ""
    seconds: float = 0.0
    outcome: str
    """For a metric: refused, passed, or why it was not looked at: large, busy, slow, incomplete, failed."""


def violation(review: Review) -> Finding | None:
    """Return the finding for which a file is refused: one of the registry's policy, that is sure."""
    return next((one for one in review.findings if one.category == "policy" and one.confidence == "high"), None)


class Inline:
    """Answers requests one at a time; a context manager, safe with threads.

    Args:
        examine: What reviews: `make_examiner(inline_reviewer())`.
        count: Called with each answer's `outcome`.
        seconds: How long a request waits at most.
        largest: Bytes of a file that is looked at.

    """

    def __init__(
        self,
        examine: Examine,
        count: Callable[[str], object],
        *,
        seconds: float = SECONDS,
        largest: int = LARGEST,
    ) -> None:
        self._examine, self._count, self._seconds, self._largest = examine, count, seconds, largest
        self._thread = ThreadPoolExecutor(1)
        self._running: Future[Review] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._thread.shutdown()

    def check(self, filename: str, data: bytes) -> Answer:
        """Say whether a file may be uploaded. Never raises."""
        started = time.monotonic()
        answer = self._answer(filename, data)
        self._count(answer.outcome)
        return msgspec.structs.replace(answer, seconds=time.monotonic() - started)

    def _answer(self, filename: str, data: bytes) -> Answer:
        if len(data) > self._largest:
            return Answer(allowed=True, outcome="large")
        if self._running is not None and not self._running.done():
            return Answer(allowed=True, outcome="busy")
        self._running = self._thread.submit(self._examine, filename, data)
        try:
            review = self._running.result(self._seconds)
        except TimeoutError:
            return Answer(allowed=True, outcome="slow")
        except (PratiqueError, OSError, MemoryError):
            return Answer(allowed=True, outcome="failed")
        found = violation(review)
        if found is not None:
            return Answer(allowed=False, sentence=sentence(review, found), rule=found.rule, outcome="refused")
        return Answer(allowed=True, outcome="passed" if review.verdict.complete else "incomplete")


def inline_reviewer(seconds: float = SECONDS) -> Reviewer:
    """Return a reviewer that gives up soon, and keeps nothing between files."""
    limits = Limits(file_seconds=seconds, step_seconds=seconds, cpu_seconds=2, restarts=0)
    return Reviewer(Options(audience="everything"), cache=Cache(None), limits=limits)
