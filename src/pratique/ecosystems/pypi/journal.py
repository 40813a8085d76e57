"""PyPI's journal: what its XML-RPC interface says happened, as events.

Entries are `(name, version, timestamp, action, serial)`, at most 50,000 a call, by rising serial; the file of an `add`
entry can be fetched when the entry is seen. The mirroring methods used here are the supported ones. Actions are words
for people: what is not understood is kept as `other`, never dropped.
"""

from __future__ import annotations

import re
import xmlrpc.client as xmlrpc
from collections.abc import Sequence
from xml.parsers.expat import ExpatError

from packaging.utils import canonicalize_name

from pratique.errors import RegistryError
from pratique.http import Client
from pratique.model import Event, EventKind

CAP = 256 << 20
"""Bytes of one answer: 50,000 entries take a tenth of it."""

_FILE = re.compile(r"(add|remove) (?:\S+ )?file (.+)", re.DOTALL)
_KINDS: dict[str, EventKind] = {
    "create": "new-project",
    "new release": "new-release",
    "remove release": "remove-release",
    "remove": "remove-release",
    "remove project": "remove-project",
    "project quarantined": "quarantine-project",
    "project quarantine cleared": "clear-project",
    "release quarantined": "quarantine-release",
    "release quarantine cleared": "clear-release",
    "yank release": "yank",
    "unyank release": "unyank",
}


class Limited(RegistryError):
    """The index wants fewer calls."""

    hint = "the follower waits and goes on by itself"


def call(client: Client, endpoint: str, method: str, *params: int) -> object:
    """Return the answer of an XML-RPC method.

    Raises:
        Limited: there were too many calls.
        RegistryError: no answer, or none that is understood.

    """
    body = xmlrpc.dumps(params, method).encode()
    answer = client.post(endpoint, body, content_type="text/xml", cap=CAP)
    try:
        return xmlrpc.loads(answer.body)[0][0]
    except xmlrpc.Fault as fault:
        kind = Limited if "TooManyRequests" in fault.faultString else RegistryError
        raise kind(f"{endpoint} answers: {fault.faultString[:200]}") from fault
    except (xmlrpc.ResponseError, ExpatError, ValueError, TypeError, LookupError, OverflowError) as error:
        raise RegistryError(f"{endpoint} does not answer as XML-RPC does: {error}") from error


def parse(rows: object, place: str) -> list[Event]:
    """Return a call's entries as events, by serial. Raises `RegistryError` for anything else."""
    if not isinstance(rows, Sequence):
        raise RegistryError(f"{place} gives no list of entries")
    return sorted((_event(row, place) for row in rows), key=lambda event: event.cursor)


def _event(row: object, place: str) -> Event:
    match row:
        case [str(name), version, int(at) | float(at), str(action), int(serial)] if isinstance(version, str | None):
            kind, filename = read_action(action)
            return Event(
                ecosystem="pypi",
                cursor=serial,
                kind=kind,
                name=canonicalize_name(name),
                version=version or "",
                filename=filename,
                action=action,
                at=float(at),
            )
    raise RegistryError(f"{place} has an entry that is not (name, version, time, action, serial)")


def read_action(action: str) -> tuple[EventKind, str]:
    """Return what an action is, and the file that it is about."""
    found = _FILE.fullmatch(action)
    if found:
        return ("upload" if found[1] == "add" else "remove-file"), found[2]
    if action in _KINDS:
        return _KINDS[action], ""
    return ("owners" if re.match(r"(add|remove|change|accept|invite|decline) \S+ ", action) else "other"), ""
