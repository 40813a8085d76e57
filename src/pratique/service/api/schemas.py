"""What the API answers: the shapes behind its OpenAPI document."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from pratique.store.verdicts import Summary

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of a file, in lower-case hex")]
Level = Literal["clear", "note", "look", "block"]
MOST_HASHES = 500


class Verdict(BaseModel):
    """A review without its evidence."""

    id: int
    purl: str
    filename: str
    sha256: str
    level: Level
    category: str
    score: float
    complete: bool
    engine: str
    context: str
    at: float = Field(description="seconds since 1970, UTC")
    latency_s: float = Field(description="from the registry's announcement to the verdict")

    @classmethod
    def of(cls, summary: Summary) -> Verdict:
        """Return a stored review's verdict."""
        return cls(**{name: getattr(summary, name) for name in cls.model_fields})


class Page(BaseModel):
    """Verdicts, the newest first."""

    verdicts: list[Verdict]
    next: int | None = Field(description="give it as `below` for the next page; null at the end")


class Document(BaseModel):
    """A review with all its evidence, as `pratique schema` describes one target."""

    verdict: Verdict
    review: dict[str, Any]


class Release(BaseModel):
    """What is known of a release's files."""

    purl: str
    known: bool = Field(description="false: no file of it was reviewed, which says nothing about it")
    level: Level | None = Field(description="the highest of its files; null where none is known")
    files: list[Verdict]


class Question(BaseModel):
    """Hashes to look up."""

    sha256: list[Sha256] = Field(max_length=MOST_HASHES)


class Answer(BaseModel):
    """One hash. `unknown` is an answer: the file was never reviewed, or its review is not for you to see."""

    sha256: str
    status: Literal["reviewed", "unknown"]
    level: Level | None = None
    review: int | None = None
    at: float | None = None


class Answers(BaseModel):
    """One answer for each hash, in the order asked."""

    answers: list[Answer]


class Health(BaseModel):
    """Whether the service is at work."""

    status: Literal["ok", "behind"]
    cursor: int = Field(description="the registry's serial up to which the journal was read")
    oldest_s: float = Field(description="age of the oldest upload that waits for its review")


class AuditLine(BaseModel):
    """One line of the audit log."""

    at: float
    who: str
    action: str
    target: str


class Problem(BaseModel):
    """What went wrong, in a sentence."""

    detail: str
