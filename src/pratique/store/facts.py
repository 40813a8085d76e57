"""Facts by file and the manifests that join them: what rules of a later day run on, without any bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import msgspec
from sqlalchemy import Connection, select, update

from pratique import frozen
from pratique.cache import Kept, pack, unpack
from pratique.frozen import Frozen, Manifest
from pratique.model import Facts
from pratique.store.tables import facts, manifests
from pratique.store.texts import now
from pratique.store.upsert import insert

_FACTS, _MANIFEST = "facts", "manifest"
_AT_ONCE = 500


def keep(
    connection: Connection,
    artifact: int,
    manifest: bytes,
    found: Iterable[Kept],
    elsewhere: Callable[[str, str], bytes | None],
) -> None:
    """Write an artifact's manifest and the facts that are not here yet.

    `elsewhere(kind, key)` gives the value of facts that came from the local cache (their `packed` is empty).
    """
    given = {one.key: one.packed for one in found}
    _touch(connection, list(given))
    packed = {key: given[key] or _from(elsewhere, key) for key in missing(connection, given)}
    rows = [{"key": key, "packed": value, "at": now()} for key, value in packed.items() if value]
    if rows:
        connection.execute(insert(connection, facts).on_conflict_do_nothing(), rows)
    if manifest:
        made = insert(connection, manifests).values(artifact_id=artifact, packed=manifest, at=now())
        fresh = {"packed": made.excluded.packed, "at": made.excluded.at}
        connection.execute(made.on_conflict_do_update(index_elements=["artifact_id"], set_=fresh))


def _from(elsewhere: Callable[[str, str], bytes | None], key: str) -> bytes:
    """Return facts from the local cache, packed; empty where it has lost them."""
    value = elsewhere(_FACTS, key)
    return pack(_FACTS, key, value) if value else b""


def _touch(connection: Connection, keys: list[str]) -> None:
    """Note, once a day, that facts are still of use."""
    for start in range(0, len(keys), _AT_ONCE):
        old = (facts.c.key.in_(keys[start : start + _AT_ONCE]), facts.c.at < now() - 86_400)
        connection.execute(update(facts).where(*old).values(at=now()))


def missing(connection: Connection, keys: Iterable[str]) -> list[str]:
    """Return the keys that have no facts here."""
    wanted = list(keys)
    held: set[str] = set()
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        held |= set(connection.execute(select(facts.c.key).where(facts.c.key.in_(part))).scalars())
    return [key for key in wanted if key not in held]


def load(connection: Connection, artifact: int, sha256: str) -> Frozen | None:
    """Return an artifact's frozen facts; None where they, or some of them, are not kept (any more)."""
    row = connection.execute(select(manifests.c.packed).where(manifests.c.artifact_id == artifact)).first()
    value = unpack(_MANIFEST, sha256, row.packed) if row else None
    try:
        manifest = msgspec.msgpack.decode(value, type=Manifest) if value else None
    except msgspec.DecodeError:  # another version's
        return None
    return frozen.join(manifest, lambda key: _one(connection, key)) if manifest else None


def held(connection: Connection) -> Iterator[int]:
    """Yield the artifacts with a manifest."""
    yield from connection.execute(select(manifests.c.artifact_id).order_by(manifests.c.artifact_id)).scalars()


def _one(connection: Connection, key: str) -> Facts | None:
    row = connection.execute(select(facts.c.packed).where(facts.c.key == key)).first()
    value = unpack(_FACTS, key, row.packed) if row else None
    try:
        return msgspec.msgpack.decode(value, type=Facts) if value else None
    except msgspec.DecodeError:
        return None
