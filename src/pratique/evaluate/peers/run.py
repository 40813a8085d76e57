"""A peer over a corpus: Python text out of a child, into the peer, a score back; outcomes kept as they come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from pratique.evaluate.corpora import Source
from pratique.evaluate.peers.base import Peer, Process
from pratique.evaluate.results import Results
from pratique.evaluate.run import Say, failure, requests
from pratique.evaluate.shapes import PeerCost, PeerOutcome
from pratique.evaluate.work import SOURCES, work
from pratique.pool import Limits, Pool


def score_all(
    peer: Peer, python: Path, sources: Iterable[Source], *, limit_s: float, place: Path | None, say: Say
) -> dict[str, PeerOutcome]:
    """Return a peer's outcomes by SHA-256. Raises PeerError when it does not start."""
    wanted = tuple(sources)
    with Results(PeerOutcome, f"{peer.name}-{peer.version}", place) as results:
        missing = [one for one in wanted if not _settled(results.known.get(one.item.sha256))]
        done = len(wanted) - len(missing)
        for outcome in _fresh(peer, python, missing, limit_s):
            results.add(outcome)
            done += 1
            say(f"{done} of {len(wanted)} scored")
        return {one.item.sha256: results.known[one.item.sha256] for one in wanted}


def cost(peer: Peer, outcomes: Mapping[str, PeerOutcome]) -> PeerCost:
    """Return what a peer cost over all artifacts that it scored."""
    scored = [one for one in outcomes.values() if one.score is not None]
    code, spent = sum(one.code_bytes for one in scored) / 1e6, sum(one.cpu_s for one in scored)
    return PeerCost(
        name=peer.name,
        version=peer.version,
        threshold=peer.threshold,
        code_mb=round(code, 3),
        cpu_s=round(spent, 2),
        mb_per_s=round(code / spent, 3) if spent else 0.0,
        errors=sum(one.errors for one in outcomes.values()),
        failures=len(outcomes) - len(scored),
    )


def _fresh(peer: Peer, python: Path, sources: list[Source], limit_s: float) -> Iterator[PeerOutcome]:
    if not sources:
        return
    broken: dict[int, str] = {}
    with Process(peer, python) as process, Pool(work, jobs=1, limits=Limits.of_one(limit_s)) as pool:
        for answer in pool.map(requests(sources, broken, texts=True)):
            sha256 = sources[answer.index].item.sha256
            refused = broken.get(answer.index) or (failure(answer.refused) if answer.refused else "")
            if refused:
                yield PeerOutcome(sha256=sha256, failure=f"not unpacked: {refused}")
            else:
                yield process.score(sha256, SOURCES.decode(answer.result), limit_s)


def _settled(outcome: PeerOutcome | None) -> bool:
    """Tell whether an outcome stands; what failed is tried again."""
    return outcome is not None and outcome.score is not None
