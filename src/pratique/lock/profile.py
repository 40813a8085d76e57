"""What one dependency can do, in lines that stay the same from release to release."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from pratique.compare import words
from pratique.compare.names import plain
from pratique.compare.portrait import Portrait
from pratique.model import TRIGGER_ORDER, Review, Step, Trigger, Use


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a dependency does."""

    kind: str
    """capability, flow, host or opaque."""
    text: str
    trigger: Trigger = "call"
    """The earliest that surely reaches it."""
    path: tuple[Step, ...] = ()
    """How; not part of the lock."""
    quiet: bool = False
    """Recorded, and of no interest unless a policy is strict: reading files, looking at the environment."""


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """All of it for one file of one release."""

    name: str
    version: str
    filename: str
    sha256: str
    level: str
    lines: tuple[Line, ...]


def profile(review: Review, drawn: Portrait) -> Profile:
    """Boil a review down. Guesses are left out: what a lock says is sure."""
    lines: dict[tuple[str, str], Line] = {}
    for line in (*_capabilities(review), *_flows(review), *_hosts(review), *_opaque(review, drawn)):
        known = lines.get((line.kind, line.text))
        if known is None or TRIGGER_ORDER.index(line.trigger) < TRIGGER_ORDER.index(known.trigger):
            lines[line.kind, line.text] = line
    artifact = review.artifact
    return Profile(
        name=artifact.package.name,
        version=artifact.package.version,
        filename=artifact.filename,
        sha256=artifact.sha256,
        level=review.verdict.level,
        lines=tuple(sorted(lines.values(), key=lambda one: (one.kind, TRIGGER_ORDER.index(one.trigger), one.text))),
    )


def _sure(review: Review) -> Iterator[Use]:
    return (use for use in review.uses if use.certainty != "assumed" and use.triggers)


def _capabilities(review: Review) -> Iterator[Line]:
    for use in _sure(review):
        yield Line(
            kind="capability",
            text=words.capability(use),
            trigger=use.triggers[0],
            path=use.path,
            quiet=words.quiet(use),
        )


def _flows(review: Review) -> Iterator[Line]:
    for flow in review.flows:
        sink = review.uses[flow.sink]
        if words.telling(flow, sink) and "assumed" not in (flow.certainty, sink.certainty) and sink.triggers:
            text = f"{words.way(flow, sink)} → {words.destination(sink)}"
            yield Line(kind="flow", text=text, trigger=sink.triggers[0], path=(*sink.path, *flow.steps))


def _hosts(review: Review) -> Iterator[Line]:
    """Yield where it connects to; `computed` stands for every address that only the run decides."""
    for use in _sure(review):
        if words.connects(use):
            text = words.host(use) or f"computed by {use.capability}"
            yield Line(kind="host", text=text, trigger=use.triggers[0], path=use.path)


def _opaque(review: Review, drawn: Portrait) -> Iterator[Line]:
    for one in review.unknowns:
        if one.kind in {"opaque", "refused"}:
            yield Line(
                kind="opaque", text=plain(one.where.segments, drawn.top), path=(Step(where=one.where, text=one.reason),)
            )
