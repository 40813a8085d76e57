"""What an index tells of a release beside its files: its record of the requirements, and who attests to a file.

Both are context, asked for once and never needed: an index that has neither, or answers with something else, tells
nothing.
"""

from __future__ import annotations

import msgspec

from pratique.errors import PratiqueError
from pratique.http import Client

JSON = "application/json"
PROVENANCE = "application/vnd.pypi.integrity.v1+json"
CAP = 16 << 20
"""Bytes of one answer; the record of a release with a thousand files has about one million."""


class _Info(msgspec.Struct):
    requires_dist: list[str] | None = None


class _Record(msgspec.Struct):
    info: _Info


class _Publisher(msgspec.Struct):
    kind: str = ""
    repository: str = ""
    email: str = ""


class _Bundle(msgspec.Struct):
    publisher: _Publisher


class _Provenance(msgspec.Struct):
    attestation_bundles: list[_Bundle] = []


def requires(client: Client, place: str) -> tuple[str, ...] | None:
    """Return the requirements in the record of a release at `place`; None where it tells none. Never raises."""
    try:
        found = msgspec.json.decode(client.get(place, accept=JSON, cap=CAP).body, type=_Record)
    except (PratiqueError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return tuple(found.info.requires_dist) if found.info.requires_dist is not None else None


def publisher(client: Client, place: str) -> str:
    """Return who attests to a file by the provenance (PEP 740) at `place`; "" where nobody does. Never raises.

    The kind of publisher and its repository or address, `GitHub acme/acme`. Nothing is verified here.
    """
    try:
        found = msgspec.json.decode(client.get(place, accept=PROVENANCE, cap=CAP).body, type=_Provenance)
    except (PratiqueError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""
    told = (one.publisher for one in found.attestation_bundles)
    return ", ".join(sorted({f"{one.kind} {one.repository or one.email}".strip() for one in told}))
