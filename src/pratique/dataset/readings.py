"""Every sample read once, in a disposable child: what the engine proposes, and fingerprints. Nothing of its text stays.

One line per file in readings.jsonl. It is read again only by another engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import cast, get_args

import msgspec

from pratique.compare.names import own_roots
from pratique.dataset import lines
from pratique.dataset.indicators import telling
from pratique.dataset.proposals import propose
from pratique.dataset.records import Proposal
from pratique.dataset.vault import Vault
from pratique.known.indicators import digests, indicators
from pratique.known.minhash import pack, signature
from pratique.known.prints import LEAST, fingerprint
from pratique.known.tokens import FORM
from pratique.link.program import Unit
from pratique.model import Artifact, ArtifactKind, Package, Review
from pratique.pool import Job, Limits, Outcome, Pool, Request, Speaker
from pratique.reading import Desk, ReadFile, read_files
from pratique.verdict import engine_digest

SECONDS = 60.0
"""CPU time for one sample."""
MOST_SIGNS = 500
MOST_FILES = 5_000
Say = Callable[[str], None]


class Prints(msgspec.Struct, frozen=True, kw_only=True):
    """Fingerprints of one artifact (`known.prints`); digests only."""

    form: str = FORM
    """Version of the normal form."""
    mass: int = 0
    """Shingles of all its code."""
    signature: bytes = b""
    """MinHash of all its code; empty without code."""
    files: tuple[tuple[bytes, int], ...] = ()
    """Digest and mass of every file or layer that is not too small, sorted."""
    payloads: tuple[tuple[bytes, int], ...] = ()
    """Digest and mass of the functions that an accusing finding stands in, sorted."""
    indicators: tuple[bytes, ...] = ()
    """Digests of addresses, wallets and tokens in files that something accuses, sorted."""
    mentions: tuple[bytes, ...] = ()
    """Those of all other files: a vendored library names its own servers."""


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """One line of readings.jsonl."""

    sha256: str
    engine: str
    proposal: Proposal | None = None
    """None where only facts were asked for: enough for clusters, at an eighth of the time."""
    prints: Prints = Prints()
    seconds: float = 0.0
    """CPU time that it was allowed, where it failed for want of more."""


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """What a child is told."""

    sha256: str
    ecosystem: str
    name: str
    version: str
    filename: str
    kind: str
    judge: bool = True
    """Whether a proposal is wanted."""


def read_all(
    asked: Sequence[Ask],
    vault: Vault,
    path: Path,
    *,
    jobs: int | None = None,
    seconds: float = SECONDS,
    say: Say = lambda _: None,
) -> dict[str, Reading]:
    """Return the reading of every stored file by SHA-256; those that this engine has read are taken from `path`.

    `jobs` is the number of children (None: one per core), `seconds` the CPU time of each sample. What is new is added
    to `path` as it comes, so that an interrupted run goes on where it stopped. Raises DatasetError where the vault or
    the file cannot be used.
    """
    engine = engine_digest()
    judged = any(one.judge for one in asked)
    known = {one.sha256: one for one in lines.read(path, Reading) if _stands(one, engine, seconds, judged)}
    waiting = [one for one in {one.sha256: one for one in asked}.values() if one.sha256 not in known]
    done = 0
    if waiting:
        lines.write(path, known.values())
        with path.open("ab", buffering=0) as file:
            for reading in _fresh(waiting, vault, jobs, seconds):
                known[reading.sha256] = reading
                file.write(msgspec.json.encode(reading) + b"\n")
                done += 1
                say(f"{done} of {len(waiting)} samples read")
    return known


def _stands(one: Reading, engine: str, seconds: float, judged: bool) -> bool:
    """Tell whether a reading needs no other: one that ran out of time may do better with more."""
    if one.engine != engine or one.proposal is None:
        return one.engine == engine and not judged
    return one.proposal.failure != "limit" or one.seconds >= seconds


def _fresh(asked: Sequence[Ask], vault: Vault, jobs: int | None, seconds: float) -> Iterator[Reading]:
    with Pool(work, preload=preload, jobs=jobs, limits=Limits.of_one(seconds)) as pool:
        for answer in pool.map(_requests(asked, vault)):
            yield msgspec.structs.replace(_reading(asked[answer.index], answer), seconds=seconds)


def _requests(asked: Iterable[Ask], vault: Vault) -> Iterator[Request]:
    for one in asked:
        yield Request(data=vault.get(one.sha256), options=msgspec.msgpack.encode(one), label=one.sha256)


def _reading(ask: Ask, answer: Outcome) -> Reading:
    """Return what a child found; of one that failed, that it did, without words that the sample could have chosen."""
    if answer.result and not answer.refused:
        return msgspec.msgpack.decode(answer.result, type=Reading)
    why = "limit" if any(word in answer.refused for word in ("took longer", "CPU", "memory")) else "crash"
    failed = Proposal(engine=engine_digest(), level="look", complete=False, failure=why)
    return Reading(sha256=ask.sha256, engine=engine_digest(), proposal=failed)


class _Desk(Desk):
    """Says which file is read; keeps no facts, for facts hold texts of samples."""

    def __init__(self, speaker: Speaker) -> None:
        self._speaker = speaker

    def begin(self, place: str) -> str:
        return self._speaker.begin(place)

    def step(self, name: str) -> None:
        self._speaker.step(name)


def preload() -> None:
    """Load everything that a reading needs by doing one."""
    from pratique.pipeline import review_files

    review_files({"setup.py": b"from setuptools import setup\nsetup()\n", "acme/__init__.py": b"import os\n"})


def work(job: Job, speaker: Speaker) -> bytes:
    """Read one sample inside a child; the result is a `Reading` in msgpack."""
    ask = msgspec.msgpack.decode(job.options, type=Ask)
    return msgspec.msgpack.encode(read(ask, job.data, _Desk(speaker)))


def read(ask: Ask, data: bytes, desk: Desk) -> Reading:
    """Return the reading of one file's bytes."""
    from pratique.pipeline import Options, freeze, judge_frozen
    from pratique.unpack import open_artifact

    options = Options(audience="everything")
    desk.step("unpacking")
    tree = open_artifact(data, ask.filename, options.budget)
    if not ask.judge:
        done = read_files(tree.files, tree.read, desk).done
        return Reading(sha256=ask.sha256, engine=engine_digest(), prints=prints(done, frozenset()))
    frozen, reader = freeze(_artifact(ask, len(data)), tree, options, desk)
    review = judge_frozen(frozen, options, reader)
    return Reading(
        sha256=ask.sha256, engine=review.engine, proposal=propose(review), prints=prints(frozen.units, accused(review))
    )


def accused(review: Review) -> frozenset[tuple[tuple[str, ...], str]]:
    """Return the definitions that findings stand in: (segments of the file, qualified name)."""
    return frozenset((one.primary.segments, one.primary.symbol) for one in review.findings if one.category != "none")


def prints(units: Iterable[Unit | ReadFile], accused: frozenset[tuple[tuple[str, ...], str]]) -> Prints:
    """Return the fingerprints of an artifact's facts."""
    everything = tuple(units)
    own = own_roots(unit.file.path for unit in everything)
    shingles: set[int] = set()
    files: set[tuple[bytes, int]] = set()
    payloads: set[tuple[bytes, int]] = set()
    signs: set[bytes] = set()
    mentions: set[bytes] = set()
    places = {segments for segments, _ in accused}
    for unit in everything:
        found = fingerprint(unit.facts, own)
        shingles |= found.shingles
        if found.mass >= LEAST:
            files.add((found.digest, found.mass))
        payloads |= {
            (function.digest, function.mass)
            for function in found.functions
            if (unit.file.segments, function.name) in accused
        }
        named = digests(one for one in indicators(unit.facts) if telling(one))
        (signs if unit.file.segments in places else mentions).update(named)
    return Prints(
        mass=len(shingles),
        signature=pack(signature(shingles)) if shingles else b"",
        files=tuple(sorted(files))[:MOST_FILES],
        payloads=tuple(sorted(payloads))[:MOST_FILES],
        indicators=tuple(sorted(signs))[:MOST_SIGNS],
        mentions=tuple(sorted(mentions - signs))[:MOST_SIGNS],
    )


def _artifact(ask: Ask, size: int) -> Artifact:
    package = Package(ecosystem=ask.ecosystem, name=ask.name, version=ask.version)
    # "repacked" is a zip of ours
    kind = cast("ArtifactKind", ask.kind if ask.kind in get_args(ArtifactKind) else "zip")
    return Artifact(package=package, filename=ask.filename, kind=kind, sha256=ask.sha256, size=size)
