"""Reviews that the cache holds: of these very bytes, under this name, beside the same context, by this engine."""

from __future__ import annotations

import hashlib
import time

import msgspec

from pratique.cache import Cache
from pratique.compare import Context, Portrait
from pratique.model import Artifact, Review
from pratique.pipeline import Options, Read
from pratique.verdict import engine_digest

_REVIEW = "review"
_PORTRAIT = "portrait"


def known(store: Cache, artifact: Artifact, options: Options, context: Context, *, draw: bool) -> Read | None:
    """Return what is stored of this very artifact, if it decodes strictly and holds a portrait where one is wanted."""
    started, cpu = time.perf_counter(), time.process_time()
    key = _key(artifact, options, context) if artifact.sha256 else ""
    value = store.get(_REVIEW, key) if key else None
    drawn = store.get(_PORTRAIT, key) if key and draw else None
    try:
        found = msgspec.msgpack.decode(value, type=Review) if value else None
        portrait = msgspec.msgpack.decode(drawn, type=Portrait) if drawn else None
    except msgspec.DecodeError:
        return None
    if found is None or (draw and portrait is None):
        return None
    cost = msgspec.structs.replace(
        found.cost,
        cpu_s=round(time.process_time() - cpu, 4),
        wall_s=round(time.perf_counter() - started, 4),
        cached_files=found.read.code_files,
        cached_functions=found.cost.functions,
    )
    return Read(review=msgspec.structs.replace(found, artifact=artifact, cost=cost), portrait=portrait)


def keep(store: Cache, artifact: Artifact, options: Options, context: Context, read: Read) -> None:
    """Store a review, and its portrait if it has one."""
    key = _key(artifact, options, context)
    store.put(_REVIEW, key, msgspec.msgpack.encode(read.review))
    if read.portrait is not None:
        store.put(_PORTRAIT, key, msgspec.msgpack.encode(read.portrait))


def _key(artifact: Artifact, options: Options, context: Context) -> str:
    """Return the key of a review: what it is called, its bytes, the engine, the choices and the context."""
    parts = (
        artifact.package.ecosystem,
        artifact.package.name,
        artifact.package.version,
        artifact.filename,
        artifact.kind,
        artifact.sha256,
        engine_digest(),
        context.key(),
    )
    digest = hashlib.sha256("\0".join(parts).encode())
    digest.update(msgspec.msgpack.encode(options))
    return digest.hexdigest()
