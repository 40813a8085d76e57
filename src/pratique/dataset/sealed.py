"""Labels that are promised now and shown later: commit and reveal, so that nobody can train on the test.

At a release every sealed label becomes one commitment: the SHA-256 of a random nonce of 32 bytes followed by the
label's JSON line. Commitments are published, sorted, so that neither order nor names say anything. Nonces and lines
stay in `sealed/`, readable only by their owner, until they are revealed; then `sha256sum` is enough to check them.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Literal

import msgspec

from pratique.dataset import lines
from pratique.dataset.records import Label

NONCE = 32


class Commitment(msgspec.Struct, frozen=True, kw_only=True):
    """One line of sealed.jsonl."""

    schema: Literal["pratique-sealed/1"] = "pratique-sealed/1"
    commitment: str
    """64 hex digits: SHA-256 of nonce and line."""


class Secret(msgspec.Struct, frozen=True, kw_only=True):
    """One line of revealed.jsonl; until then it is kept private."""

    nonce: str
    """64 hex digits."""
    line: str
    """The label as one JSON line, without its end."""

    @property
    def commitment(self) -> str:
        """Return what must have been published."""
        return sha256(bytes.fromhex(self.nonce) + self.line.encode()).hexdigest()


def seal(labels: Sequence[Label], since: str) -> tuple[list[Label], list[Secret]]:
    """Return what is published and what is sealed: all labels of campaigns first seen on or after an ISO date."""
    first: dict[str, str] = {}
    for label in labels:
        if label.group and label.times.first_seen:
            campaign = label.group.campaign
            first[campaign] = min(first.get(campaign, "9999"), label.times.first_seen)
    hidden = {campaign for campaign, date in first.items() if since and date >= since}
    shown, secret = [], []
    for label in labels:
        if label.group and label.group.campaign in hidden:
            line = msgspec.json.encode(label).decode()
            secret.append(Secret(nonce=secrets.token_hex(NONCE), line=line))
        else:
            shown.append(label)
    return shown, secret


def commitments(hidden: Iterable[Secret]) -> list[Commitment]:
    """Return what is published of sealed labels."""
    return [Commitment(commitment=one) for one in sorted(secret.commitment for secret in hidden)]


def unkept(promised: Iterable[Commitment], revealed: Iterable[Secret]) -> Iterator[str]:
    """Yield what was promised and not shown, or shown and not promised."""
    wanted, shown = {one.commitment for one in promised}, {one.commitment for one in revealed}
    yield from (f"{one} was promised and is not revealed" for one in sorted(wanted - shown))
    yield from (f"{one} was revealed and not promised" for one in sorted(shown - wanted))


def keep(path: Path, hidden: Sequence[Secret]) -> None:
    """Write secrets where only their owner reads them."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    lines.write(path, hidden)
    path.chmod(0o600)
