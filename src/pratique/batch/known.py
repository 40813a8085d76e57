"""Reviews that the cache holds: of these very bytes, under this name, by this engine, as the caller chose."""

from __future__ import annotations

import hashlib
import time

import msgspec

from pratique.cache import Cache
from pratique.model import Artifact, Review
from pratique.pipeline import Options
from pratique.verdict import engine_digest

_REVIEW = "review"


def known(store: Cache, artifact: Artifact, options: Options) -> Review | None:
    """Return the stored review of this very artifact, if there is one that decodes strictly."""
    started, cpu = time.perf_counter(), time.process_time()
    value = store.get(_REVIEW, _key(artifact, options)) if artifact.sha256 else None
    try:
        found = msgspec.msgpack.decode(value, type=Review) if value else None
    except msgspec.DecodeError:
        return None
    if found is None:
        return None
    cost = msgspec.structs.replace(
        found.cost,
        cpu_s=round(time.process_time() - cpu, 4),
        wall_s=round(time.perf_counter() - started, 4),
        cached_files=found.read.code_files,
    )
    return msgspec.structs.replace(found, artifact=artifact, cost=cost)


def keep(store: Cache, artifact: Artifact, options: Options, review: Review) -> None:
    """Store a review."""
    store.put(_REVIEW, _key(artifact, options), msgspec.msgpack.encode(review))


def _key(artifact: Artifact, options: Options) -> str:
    """Return the key of a review: what it is called, its bytes, the engine, and what the caller chose."""
    parts = (
        artifact.package.ecosystem,
        artifact.package.name,
        artifact.package.version,
        artifact.filename,
        artifact.kind,
        artifact.sha256,
        engine_digest(),
    )
    digest = hashlib.sha256("\0".join(parts).encode())
    digest.update(msgspec.msgpack.encode(options))
    return digest.hexdigest()
