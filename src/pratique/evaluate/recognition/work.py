"""One artifact in a disposable child: its sketch, its variants against an index, or what it shares with one."""

from __future__ import annotations

import msgspec

from pratique.evaluate.recognition.shapes import VARIANTS, Ask, Matched, Seen, Sketched, Variant
from pratique.evaluate.recognition.variants import vary
from pratique.evaluate.work import StepDesk
from pratique.frozen import Frozen
from pratique.known.index import Index
from pratique.known.match import hits
from pratique.known.sketch import sketch, spots
from pratique.model import Artifact, Evidence, Finding, Level
from pratique.pool import Job, Speaker
from pratique.unpack import Refused, open_artifact

ASKS = msgspec.msgpack.Decoder(Ask)
SKETCHED = msgspec.msgpack.Decoder(Sketched)
MATCHED = msgspec.msgpack.Decoder(Matched)


class Worker:
    """The work of a child; the index is inherited, never sent."""

    def __init__(self, index: Index | None = None) -> None:
        self.index = index

    def __call__(self, job: Job, speaker: Speaker) -> bytes:
        """Answer one `Ask` in msgpack. May raise anything."""
        from pratique.ecosystems.pypi.filenames import describe

        ask = ASKS.decode(job.options)
        artifact = describe(ask.filename, job.data)
        if ask.what == "sketch":
            return msgspec.msgpack.encode(_sketched(artifact, job.data, ask, speaker))
        assert self.index is not None
        if ask.what == "hits":
            found = _hits(self.index, artifact, job.data, speaker)
            return msgspec.msgpack.encode(Matched(sha256=artifact.sha256, hits=found))
        varied: dict[str, tuple[Seen, ...]] = {
            how: self._variant(artifact, job.data, ask, how, speaker) for how in VARIANTS
        }
        return msgspec.msgpack.encode(Matched(sha256=artifact.sha256, variants=varied))

    def _variant(self, artifact: Artifact, data: bytes, ask: Ask, how: Variant, speaker: Speaker) -> tuple[Seen, ...]:
        assert self.index is not None
        tree = open_artifact(data, ask.filename)
        files = {}
        for file in tree.files:
            if len(file.segments) == 1:
                try:
                    files[file.path] = tree.read(file)
                except Refused:
                    continue
        changed = msgspec.structs.replace(artifact, filename="quartzite.zip", sha256="")
        return _hits(self.index, changed, vary(files, ask.name, how), speaker)


def _frozen(artifact: Artifact, data: bytes, speaker: Speaker) -> tuple[Frozen, Evidence, tuple[Finding, ...], Level]:
    """Return an artifact's facts, evidence and findings, and its level."""
    from pratique.pipeline import Options, freeze, judge_frozen

    speaker.step("unpacking")
    options = Options(audience="everything")
    frozen, reader = freeze(artifact, open_artifact(data, artifact.filename), options, StepDesk(speaker))
    review = judge_frozen(frozen, options, reader)
    return frozen, Evidence(uses=review.uses, flows=review.flows), review.findings, review.verdict.level


def _sketched(artifact: Artifact, data: bytes, ask: Ask, speaker: Speaker) -> Sketched:
    frozen, evidence, findings, level = _frozen(artifact, data, speaker)
    grave = [one for one in findings if one.category in ("malware", "policy") and one.severity != "info"]
    payload = spots(place for one in grave for place in (one.primary, *one.related))
    drawn = sketch(artifact.sha256, ask.campaign, frozen.units, payload, evidence)
    return Sketched(sha256=artifact.sha256, level=level, sketch=drawn, places=len(payload))


def _hits(index: Index, artifact: Artifact, data: bytes, speaker: Speaker) -> tuple[Seen, ...]:
    from pratique.pipeline import Options, freeze

    speaker.step("unpacking")
    frozen, reader = freeze(artifact, open_artifact(data, artifact.filename), Options(), StepDesk(speaker))
    evidence, _ = reader.evidence()
    best: dict[tuple[bytes, str], float] = {}
    for hit in hits(index, artifact.sha256, frozen.units, evidence):
        best[hit.key, hit.method] = max(hit.score, best.get((hit.key, hit.method), 0.0))
    return tuple(Seen(key=key, method=method, score=round(score, 4)) for (key, method), score in best.items())
