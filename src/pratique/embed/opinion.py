"""What a registry is told of a file: the level, the category, and one sentence with its place."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from pratique.batch import Work
from pratique.batch.reviewer import Reviewer
from pratique.ecosystems.pypi.filenames import describe
from pratique.model import Category, Finding, Level, Review
from pratique.report.escape import plain

Examine = Callable[[str, bytes], Review]
"""File name and bytes to review."""
LONGEST = 300


class Opinion(msgspec.Struct, frozen=True, kw_only=True):
    """A review in one sentence."""

    level: Level
    category: Category = "none"
    sentence: str = ""
    """The strongest reason with its place, ready to be shown to anybody; "" where there is none."""
    complete: bool = True


def opinion(review: Review) -> Opinion:
    """Return what a registry is told."""
    held = {one.fingerprint: one for one in review.findings}
    strongest = next((held[one.fingerprint] for one in review.verdict.reasons if one.fingerprint in held), None)
    return Opinion(
        level=review.verdict.level,
        category=review.verdict.category,
        sentence=sentence(review, strongest) if strongest else "",
        complete=review.verdict.complete,
    )


def sentence(review: Review, finding: Finding) -> str:
    """Return a finding in one sentence. Names out of the package are escaped and cut."""
    place = f" ({plain(finding.primary.shown, LONGEST)})"
    return f"{plain(review.artifact.filename, LONGEST)} {finding.summary}{place}."


def make_examiner(reviewer: Reviewer) -> Examine:
    """Return the engine as these seats use it; hostile bytes are read by the reviewer's children."""

    def examine(filename: str, data: bytes) -> Review:
        return reviewer.review(Work(artifact=describe(filename, data), data=data)).review

    return examine
