"""Seat B, a Celery task after the upload is committed: it writes an observation. Seat C is this with a delay."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Literal, Protocol

import msgspec

from pratique.embed.opinion import Examine, opinion
from pratique.model import Category, Review
from pratique.report.json_format import envelope

if TYPE_CHECKING:
    from celery import Celery, Task

NAME = "pratique.embed.review"
Kind = Literal["is_malware", "is_spam", "is_dependency_confusion", "something_else"]
KINDS: dict[Category, Kind] = {
    "malware": "is_malware",
    "spam": "is_spam",
    "dependency_confusion": "is_dependency_confusion",
    "policy": "something_else",
    "none": "something_else",
}
"""The kinds of PyPI's observations."""


class Observation(msgspec.Struct, frozen=True, kw_only=True):
    """What a registry's admins are shown, in the shape of PyPI's observations."""

    kind: Kind
    summary: str
    payload: bytes
    """The review as JSON (`pratique-review/1`)."""


class Host(Protocol):
    """The registry's side."""

    def file(self, number: str) -> tuple[str, bytes] | None:
        """Return a file's name and bytes; None when it is gone by now."""

    def observe(self, number: str, found: Observation) -> None:
        """Write an observation about a file; the same one again changes nothing."""


def observation(review: Review) -> Observation | None:
    """Return what is to be written about a file; None where nobody needs to look."""
    found = opinion(review)
    if found.level not in {"look", "block"}:
        return None
    summary = found.sentence or f"{review.artifact.filename} could not be read to its end."
    return Observation(kind=KINDS[found.category], summary=summary, payload=json.dumps(envelope([review])).encode())


def make_task(app: Celery, host: Host, examine: Examine, *, again: tuple[type[Exception], ...] = (OSError,)) -> Task:
    """Register the task, which takes a file's number and returns the level; `again` are the host's passing failures.

    The message is acknowledged only when the observation is written, so it may be delivered twice.
    """

    def review(number: str) -> str:
        held = host.file(number)
        if held is None:
            return "gone"
        done = examine(*held)
        found = observation(done)
        if found is not None:
            host.observe(number, found)
        return done.verdict.level

    made: Task = app.task(
        review, name=NAME, acks_late=True, autoretry_for=again, retry_backoff=True, max_retries=5, ignore_result=False
    )
    return made
