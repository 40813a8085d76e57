"""OSV documents as claims: the format that several sources share (https://ossf.github.io/osv-schema/)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec
from packaging.utils import canonicalize_name

from pratique.dataset.indicators import defang, from_texts
from pratique.dataset.shapes import Claim, Indicator, Method

ECOSYSTEMS = {"PyPI": "pypi", "npm": "npm", "RubyGems": "gem", "NuGet": "nuget", "Go": "golang", "crates.io": "cargo"}
"""OSV's names of registries -> package URL types."""
_VERSIONS = 10_000


class Package(msgspec.Struct, frozen=True):
    """`affected[].package`."""

    name: str
    ecosystem: str = ""


class Affected(msgspec.Struct, frozen=True):
    """`affected[]`."""

    package: Package | None = None
    versions: tuple[str, ...] = ()
    """`ranges` are not resolved: which versions they meant is the registry's to know, and it forgets."""


class Credit(msgspec.Struct, frozen=True):
    """`credits[]`."""

    name: str = ""
    type: str = ""


class Document(msgspec.Struct, frozen=True):
    """What is used of an OSV document; the rest is ignored."""

    id: str = ""
    published: str = ""
    withdrawn: str = ""
    summary: str = ""
    details: str = ""
    aliases: tuple[str, ...] = ()
    affected: tuple[Affected, ...] = ()
    credits: tuple[Credit, ...] = ()
    database_specific: dict[str, Any] | None = None


def claims(document: Document, source: str, licence: str, reporters: tuple[str, ...]) -> Iterator[Claim]:
    """Yield one claim for each affected package and each who reported it."""
    for affected in document.affected:
        if affected.package is None or not affected.package.name:
            continue
        ecosystem = ECOSYSTEMS.get(affected.package.ecosystem, affected.package.ecosystem.lower())
        name = affected.package.name
        versions = tuple(sorted(set(affected.versions[:_VERSIONS])))
        for reporter in reporters:
            yield Claim(
                source=source,
                reporter=reporter,
                method=method(reporter),
                scope="version" if versions else "name",
                ecosystem=ecosystem,
                name=canonicalize_name(name) if ecosystem == "pypi" else name,
                versions=versions,
                reference=document.id,
                licence=licence,
                asserted_at=day(document.published),
                withdrawn_at=day(document.withdrawn),
                indicators=iocs(document.database_specific),
                note=defang(document.summary)[:300],
            )


def day(text: str) -> str:
    """Return the date of an RFC 3339 time, "" for anything else."""
    found = re.match(r"\d{4}-\d{2}-\d{2}(?=T|$)", text)
    return found[0] if found else ""


def method(reporter: str) -> Method:
    """Return how a reporter works, where its name says so."""
    words = reporter.lower()
    return "tool" if "analysis" in words or "scanner" in words else "unknown"


def iocs(extra: dict[str, Any] | None) -> tuple[Indicator, ...]:
    """Return `database_specific.iocs` (lists by kind, or objects of such lists), defanged."""
    found = (extra or {}).get("iocs")
    lists = list(found.values()) if isinstance(found, dict) else [found]
    texts = [text for one in lists if isinstance(one, list) for text in one if isinstance(text, str)]
    return from_texts(texts[:1_000])
