"""Places as a person reads them: escaped, and without the folder that all of an sdist lies in."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pratique.model import Review, Where
from pratique.report.escape import plain

_CODECS = re.compile(r"(!/<layer \d+): [a-z0-9+-]+>")
"""The codecs of a layer, which its own section says."""


def place(where: Where, root: str = "") -> str:
    """Return a place without the artifact's root folder, escaped."""
    return plain(_CODECS.sub(r"\1>", where.shown.removeprefix(root)))


def root_of(review: Review) -> str:
    """Return the folder that all of an sdist lies in, which says nothing."""
    if review.artifact.kind != "sdist":
        return ""
    tops = {where.segments[0].partition("/") for where in _all_places(review) if where.segments}
    top, slash, _ = min(tops, default=("", "", ""))
    return f"{top}/" if slash and all(one[:2] == (top, "/") for one in tops) else ""


def _all_places(review: Review) -> Iterator[Where]:
    for finding in review.findings:
        yield finding.primary
        yield from finding.related
        yield from (step.where for step in finding.path)
    yield from (unknown.where for unknown in review.unknowns)
    yield from (use.where for use in review.uses)
