"""One artifact in a disposable child: its review, boiled down to what an evaluation may keep; or its Python text."""

from __future__ import annotations

import msgspec

from pratique.evaluate.shapes import Fired, Outcome, Share
from pratique.model import TRIGGER_ORDER, ArtifactKind, Review
from pratique.pool import Job, Speaker
from pratique.reading import Desk


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """What to do with the bytes."""

    filename: str
    sources: bool = False
    """Give the Python text of every file instead of a review."""


class SourceFile(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """One Python file for a peer."""

    setup: bool
    """Whether it is a setup.py; the one thing about its name that peers look at."""
    text: bytes
    """UTF-8."""


ASKS = msgspec.msgpack.Decoder(Ask)
OUTCOMES = msgspec.msgpack.Decoder(Outcome)
SOURCES = msgspec.msgpack.Decoder(tuple[SourceFile, ...])
KINDS: tuple[ArtifactKind, ...] = ("sdist", "wheel")


class StepDesk(Desk):
    """Says which file is read, so that one slow file is given up and not the artifact. Keeps no facts.

    Facts hold texts: those of a sample must never be written to a cache.
    """

    def __init__(self, speaker: Speaker) -> None:
        self._speaker = speaker

    def begin(self, place: str) -> str:
        """Say which file is read."""
        return self._speaker.begin(place)

    def step(self, name: str) -> None:
        """Say what is done."""
        self._speaker.step(name)


def preload() -> None:
    """Import all that a review needs, once, by reviewing three harmless files: what children then share is warm."""
    from pratique.pipeline import Options, review_files

    files = {
        "setup.py": b"from setuptools import setup\nsetup()\n",
        "acme/__init__.py": b"import os\n",
        "a.pth": b"import acme\n",
    }
    for kind in KINDS:
        review_files(files, kind, options=Options(audience="everything"))


def work(job: Job, speaker: Speaker) -> bytes:
    """Review an artifact and return its `Outcome`, or its `SourceFile`s. May raise anything."""
    ask = ASKS.decode(job.options)
    if ask.sources:
        return msgspec.msgpack.encode(sources(job.data, ask.filename))
    from pratique.ecosystems.pypi.filenames import describe
    from pratique.pipeline import Options, review_artifact

    speaker.step("unpacking")
    options = Options(audience="everything")
    review = review_artifact(describe(ask.filename, job.data), job.data, options, StepDesk(speaker))
    return msgspec.msgpack.encode(boil(review))


def boil(review: Review) -> Outcome:
    """Keep levels, rule ids and numbers of a review; nothing that a package wrote."""
    verdict = review.verdict
    kinds = [gap.kind for gap in review.unknowns]
    return Outcome(
        sha256=review.artifact.sha256,
        level=verdict.level,
        category=verdict.category,
        score=round(verdict.score, 4),
        complete=verdict.complete,
        cap=verdict.cap,
        fired=tuple(
            Fired(rule=one.rule, trigger=one.trigger, category=one.category, certainty=one.certainty, trial=one.trial)
            for one in review.findings
        ),
        reasons=tuple(Share(rule=one.rule, points=one.points) for one in verdict.reasons),
        place=place_of(review),
        trigger=min((one.trigger for one in review.findings if not one.trial), key=TRIGGER_ORDER.index, default=""),
        problems=tuple(sorted({one.code for one in review.problems if one.severity != "info"})),
        opaque=kinds.count("opaque"),
        unresolved=kinds.count("unresolved"),
        refused=kinds.count("refused"),
        layers=len(review.layers),
        code_bytes=review.read.code_bytes,
        total_bytes=review.read.bytes,
    )


def place_of(review: Review) -> str:
    """Return the kind of the file that the verdict's first reason names, "" without one. Never the file's own name."""
    first = review.verdict.reasons[:1]
    named = (
        one.primary.segments for reason in first for one in review.findings if one.fingerprint == reason.fingerprint
    )
    segments = [part for part in next(named, ()) if not part.startswith("<layer ")]
    name = segments[-1].rpartition("/")[2] if segments else ""
    if name in ("setup.py", "__init__.py", "__main__.py"):
        return name
    return "module.py" if name.endswith(".py") else "other" if name else ""


def sources(data: bytes, filename: str) -> tuple[SourceFile, ...]:
    """Return the Python files of an artifact, nested archives' too, decoded as Python would and encoded as UTF-8."""
    from pratique.languages.python.decode import decode
    from pratique.unpack import Refused, open_artifact

    tree = open_artifact(data, filename)
    found = []
    for file in tree.files:
        if file.kind != "python":
            continue
        try:
            text = decode(tree.read(file)).text
        except Refused:
            continue
        setup = file.path.rpartition("/")[2] == "setup.py"
        found.append(SourceFile(setup=setup, text=text.encode("utf-8", "replace")))
    return tuple(found)
