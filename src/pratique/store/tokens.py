"""Tokens of the HTTP API: shown once, kept as a hash, each with its scopes; rights in use are in the audit log."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable

import msgspec
from sqlalchemy import Connection, select, update

from pratique.errors import UsageError
from pratique.store.tables import audit, tokens
from pratique.store.texts import clean, now
from pratique.store.upsert import insert

SCOPES = {
    "reviews": "read every review, also of what is only suspected, and the feed of verdicts",
    "metrics": "read the metrics",
    "audit": "read the audit log",
}
"""What a token may do. Without one: health, hashes' levels and reviews of what a registry or two people confirmed."""


class Token(msgspec.Struct, frozen=True, kw_only=True):
    """A token as it is kept."""

    name: str
    scopes: tuple[str, ...]
    created_at: float
    expires_at: float
    """0: never."""
    revoked_at: float


def make(connection: Connection, name: str, scopes: Iterable[str], days: float = 0.0) -> str:
    """Return a new token's secret; it cannot be read again. Raises `UsageError`."""
    chosen = sorted(set(scopes))
    if not chosen or set(chosen) - set(SCOPES):
        raise UsageError(f"a token's scopes are some of: {', '.join(SCOPES)}")
    secret = f"prtq_{secrets.token_urlsafe(32)}"
    row = {
        "name": clean(name, 64), "digest": _digest(secret), "scopes": " ".join(chosen), "created_at": now(),
        "expires_at": now() + days * 86_400 if days else 0.0,
    }  # fmt: skip
    made = insert(connection, tokens).values(row).on_conflict_do_nothing().returning(tokens.c.id)
    if connection.execute(made).first() is None:
        raise UsageError(f"there is a token called {name}", hint="revoke it, or choose another name")
    note(connection, "operator", "token-made", f"{name}: {' '.join(chosen)}")
    return secret


def find(connection: Connection, secret: str) -> Token | None:
    """Return the token with this secret, if it is good."""
    row = connection.execute(select(tokens).where(tokens.c.digest == _digest(secret))).first()
    if row is None or row.revoked_at or (row.expires_at and row.expires_at < now()):
        return None
    return _token(row)


def revoke(connection: Connection, name: str) -> bool:
    """End a token; False where there is no such one."""
    done = connection.execute(
        update(tokens).where(tokens.c.name == name, tokens.c.revoked_at == 0).values(revoked_at=now())
    )
    note(connection, "operator", "token-revoked", name)
    return bool(done.rowcount)


def listed(connection: Connection) -> list[Token]:
    """Return every token."""
    return [_token(row) for row in connection.execute(select(tokens).order_by(tokens.c.id))]


def note(connection: Connection, who: str, action: str, target: str) -> None:
    """Write a line of the audit log."""
    connection.execute(audit.insert().values(at=now(), who=clean(who, 64), action=action[:64], target=clean(target)))


def _digest(secret: str) -> str:
    """Hash a secret; 256 random bits need no slow hash."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def _token(row: object) -> Token:
    fields = {name: getattr(row, name) for name in ("name", "created_at", "expires_at", "revoked_at")}
    return Token(**fields, scopes=tuple(str(getattr(row, "scopes", "")).split()))
