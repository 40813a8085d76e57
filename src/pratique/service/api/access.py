"""Who asks, and what they may see.

Without a token: only what stands proven, because a suspicion published is an accusation. Proven is a review whose file
has a decision with proof, by the registry's own act or by two people.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from threading import Lock
from typing import Annotated

from fastapi import Depends, HTTPException, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy import Connection, func, select

from pratique.store import Store, tokens
from pratique.store.tables import decisions
from pratique.store.verdicts import Summary

PROVEN = ("confirm_malware", "remove_malware")
REGISTRY = "registry"
PEOPLE = 2
bearer = HTTPBearer(auto_error=False, description="a token of `pratique token`")


@dataclass(frozen=True, slots=True)
class Caller:
    """A token's name and scopes; "" and none without one."""

    name: str
    scopes: frozenset[str]

    def may(self, scope: str) -> bool:
        """Tell whether the caller has a scope."""
        return scope in self.scopes


class Rates:
    """So many requests a minute for each caller; the longest silent are forgotten."""

    def __init__(self, per_minute: int, most: int = 10_000) -> None:
        self._per_minute, self._most = per_minute, most
        self._seen: OrderedDict[str, tuple[int, int]] = OrderedDict()
        self._lock = Lock()

    def take(self, who: str) -> bool:
        """Count a request; False when there were too many in this minute."""
        minute = int(time.time() // 60)
        with self._lock:
            then, count = self._seen.pop(who, (minute, 0))
            count = count + 1 if then == minute else 1
            self._seen[who] = (minute, count)
            while len(self._seen) > self._most:
                self._seen.popitem(last=False)
        return count <= self._per_minute


class Gate:
    """Says who asks; refuses bad tokens and too many requests."""

    def __init__(self, store: Store, anonymous: int, known: int) -> None:
        """`anonymous` and `known`: requests a minute, per address and per token."""
        self._store, self._anonymous, self._known = store, Rates(anonymous), Rates(known)

    def admit(self, request: Request, given: HTTPAuthorizationCredentials | None) -> Caller:
        """Return the caller. Raises `HTTPException`."""
        if given is None:
            if "authorization" in request.headers:
                raise HTTPException(401, "give a token as `Authorization: Bearer …`", {"WWW-Authenticate": "Bearer"})
            host = request.client.host if request.client else ""
            if not self._anonymous.take(host):
                raise HTTPException(429, "too many requests without a token", {"Retry-After": "60"})
            return Caller("", frozenset())
        with self._store.read() as connection:
            token = tokens.find(connection, given.credentials)
        if token is None:
            raise HTTPException(401, "this token is not good (any more)", {"WWW-Authenticate": "Bearer"})
        if not self._known.take(token.name):
            raise HTTPException(429, "too many requests with this token", {"Retry-After": "60"})
        return Caller(token.name, frozenset(token.scopes))


def _admitted(request: Request, given: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]) -> Caller:
    gate: Gate = request.app.state.gate
    return gate.admit(request, given)


Who = Annotated[Caller, Depends(_admitted)]


def require(caller: Caller, scope: str) -> None:
    """Refuse a caller without a scope."""
    if not caller.may(scope):
        status = 403 if caller.name else 401
        raise HTTPException(status, f"this needs a token with the scope {scope}", {"WWW-Authenticate": "Bearer"})


def shown(connection: Connection, caller: Caller, found: Iterable[Summary]) -> list[Summary]:
    """Return what the caller may see of these reviews."""
    listed = list(found)
    if caller.may("reviews") or not listed:
        return listed
    proven = _proven(connection, {one.purl for one in listed})
    return [one for one in listed if (one.purl, one.filename) in proven]


def _proven(connection: Connection, purls: set[str]) -> set[tuple[str, str]]:
    """Return (purl, filename) of what the registry acted on, or two people confirmed."""
    rows = connection.execute(
        select(decisions.c.purl, decisions.c.filename, decisions.c.who)
        .where(decisions.c.purl.in_(purls), decisions.c.outcome.in_(PROVEN), decisions.c.proof)
        .group_by(decisions.c.purl, decisions.c.filename, decisions.c.who)
        .having(func.count() > 0)
    )
    said: dict[tuple[str, str], set[str]] = {}
    for row in rows:
        said.setdefault((row.purl, row.filename), set()).add(row.who)
    return {place for place, who in said.items() if REGISTRY in who or len(who) >= PEOPLE}
