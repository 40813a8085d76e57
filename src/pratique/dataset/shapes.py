"""What sources give: claims about releases, and samples whose bytes are read only when asked for."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import msgspec

from pratique.errors import PratiqueError

Stance = Literal["accuses", "clears"]
"""accuses: says that it is malware or breaks the registry's rules · clears: says that it is neither."""
Intent = Literal["malicious", "research", "spam", "unknown"]
"""research: a proof of concept or test without harm to a victim; spam: no harm, no use."""
Method = Literal["tool", "human", "registry-takedown", "unknown"]
"""How whoever says it came to say it."""
Scope = Literal["file", "version", "name"]
"""file: by SHA-256 · version: these versions · name: every version. A claim on a name alone labels nothing."""
AttackType = Literal[
    "typosquat", "combosquat", "dependency-confusion", "hijacked-release", "maintainer-takeover", "protestware",
    "slopsquat", "standalone", "unknown",
]  # fmt: skip
"""How it hopes to be installed (after the list that advisory-database issue 6107 asks for)."""


class DatasetError(PratiqueError):
    """The dataset, or a source of it, cannot be read or written."""


class Unreadable(DatasetError):
    """A sample's bytes cannot be had: the source is damaged, too large, or not what it says."""


class Indicator(msgspec.Struct, frozen=True, kw_only=True):
    """A sign that one hand leaves in many samples, made safe to publish."""

    kind: Literal["host", "address", "page", "wallet", "token"]
    value: str
    """Defanged; whatever opens a door is `<token>`."""
    digest: str
    """16 hex digits over the whole value: equal signs can be found without their tokens."""


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """What one source says of one release: the unit of provenance."""

    source: str
    """Which data set it was read from: the `NAME` of a source."""
    reporter: str
    """Who says it: a finder, a reviewer, or the source itself. Two reporters are two witnesses."""
    stance: Stance = "accuses"
    intent: Intent = "unknown"
    method: Method = "unknown"
    scope: Scope
    ecosystem: str = "pypi"
    name: str
    """Canonical name of the project."""
    versions: tuple[str, ...] = ()
    """Empty only when the scope is `name` or `file`."""
    sha256: str = ""
    """Of the file; always there when the scope is `file`."""
    reference: str = ""
    """The source's own id or address for it, defanged."""
    licence: str
    """Under which the source gives the claim: an SPDX id, or words."""
    asserted_at: str = ""
    """ISO date; "" when the source does not say."""
    withdrawn_at: str = ""
    """ISO date on which the reporter took it back."""
    campaign: str = ""
    """The source's own name for who or what is behind it."""
    cluster: str = ""
    """The source's own id of a group of near-duplicates."""
    attack_type: AttackType = "unknown"
    target: str = ""
    """Canonical name of the project that it imitates."""
    tags: tuple[str, ...] = ()
    """The source's own words for what it does."""
    indicators: tuple[Indicator, ...] = ()
    doubts: tuple[str, ...] = ()
    """Why the source itself is not sure."""
    note: str = ""

    @property
    def id(self) -> str:
        """The same for the same statement at every import, whatever became of it since."""
        parts = (self.source, self.reporter, self.stance, self.ecosystem, self.name, *self.versions)
        text = "\0".join((*parts, self.sha256, self.reference))
        return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:16]

    def covers(self, ecosystem: str, name: str, version: str, sha256: str) -> bool:
        """Tell whether it is about this very file of this version, and not only about its name."""
        if self.scope == "file":
            return bool(sha256) and self.sha256 == sha256
        return (
            self.scope == "version"
            and (self.ecosystem, self.name) == (ecosystem, name)
            and version in self.versions
            and self.sha256 in ("", sha256)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One malicious file that a source holds."""

    ecosystem: str
    name: str
    version: str
    filename: str
    read: Callable[[], bytes] = field(compare=False, repr=False)
    """Gives the bytes, in memory. Raises `Unreadable`."""
    claims: tuple[Claim, ...] = ()
    """What the source says of it; the importer binds them to its SHA-256."""
    sha256: str = ""
    """As the source has it; checked on import. "" when it says nothing."""
    repacked: bool = False
    """The source holds an unpacked folder: the bytes are a zip that we made of it."""
    first_seen: str = ""
    """ISO date, "" when unknown."""
    first_seen_basis: str = ""
    """Whose clock that is, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Something in a source that was left out, and why."""

    place: str
    reason: str


Offer = Sample | Claim | Trouble
"""What a source yields."""
