"""kam193/package-campaigns: campaigns with their packages, abuse tags and indicators; no samples.

Layout: `<ecosystem>/campaigns/<category>/<campaign>.json` and `<ecosystem>/packages/<category>/json/<name>.json`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
from packaging.utils import canonicalize_name

from pratique.dataset.indicators import from_texts
from pratique.dataset.shapes import AttackType, Claim, Intent, Offer, Unreadable
from pratique.dataset.sources import _files, _osv

NAME = "kam193"
SUMMARY = "campaigns, packages and abuse tags, as in kam193/package-campaigns (no samples)"
LICENCE = "free to use with attribution to kam193"
REDISTRIBUTABLE = True
INTENTS: dict[str, Intent] = {
    "malicious": "malicious",
    "highly_suspicious": "unknown",
    "probably_pentest": "research",
    "pentest": "research",
    "spam": "spam",
    "high_risk_hacking_tools": "unknown",
}
DOUBTED = {"highly_suspicious", "high_risk_hacking_tools"}
ATTACKS: dict[str, AttackType] = {
    "typosquatting": "typosquat",
    "dependency-confusion": "dependency-confusion",
    "account-takeover": "maintainer-takeover",
}


class Campaign(msgspec.Struct, frozen=True):
    """One campaign file."""

    name: str
    abuse_categories: tuple[str, ...] = ()
    created_at: str = ""
    ioc: tuple[str, ...] | None = None
    packages: tuple[str, ...] = ()


class Listed(msgspec.Struct, frozen=True):
    """One package file."""

    name: str
    campaign: str = ""
    affected_versions: tuple[str, ...] | None = None


def recognise(place: Path) -> bool:
    """Look for `campaigns` and `packages` beside each other in a folder."""
    return any(_registries(place))


def read(place: Path) -> Iterator[Offer]:
    """Yield a claim for each package file, with what its campaign says; and for names that only a campaign lists."""
    for registry in _registries(place):
        campaigns: dict[str, Campaign] = {}
        for path in _files.walk(registry / "campaigns", (".json",)):
            try:
                found = _files.decode(path, Campaign)
            except Unreadable as error:
                yield _files.trouble(place, path, error)
                continue
            campaigns[found.name] = found
            told = (Listed(name, found.name) for name in found.packages)
            known = registry / "packages" / path.parent.name / "json"
            yield from (
                _claim(registry.name, path.parent.name, one, found)
                for one in told
                if not (known / f"{one.name}.json").is_file()
            )
        for path in _files.walk(registry / "packages", (".json",)):
            if path.parent.name != "json":
                continue
            try:
                listed = _files.decode(path, Listed)
            except Unreadable as error:
                yield _files.trouble(place, path, error)
                continue
            yield _claim(registry.name, path.parent.parent.name, listed, campaigns.get(listed.campaign))


def _registries(place: Path) -> Iterator[Path]:
    if place.is_dir():
        for one in sorted(place.iterdir()):
            if not one.is_symlink() and (one / "campaigns").is_dir() and (one / "packages").is_dir():
                yield one


def _claim(ecosystem: str, category: str, listed: Listed, campaign: Campaign | None) -> Claim:
    tags = tuple(tag for tag in (campaign.abuse_categories if campaign else ()) if tag)
    versions = tuple(sorted(set(listed.affected_versions or ())))
    return Claim(
        source=NAME,
        reporter=NAME,
        method="human",
        intent=INTENTS.get(category, "unknown"),
        scope="version" if versions else "name",
        ecosystem=ecosystem,
        name=canonicalize_name(listed.name) if ecosystem == "pypi" else listed.name,
        versions=versions,
        reference=f"{category}/{listed.campaign}",
        licence=LICENCE,
        asserted_at=_osv.day(campaign.created_at) if campaign else "",
        campaign=listed.campaign,
        attack_type=next((ATTACKS[tag] for tag in tags if tag in ATTACKS), "unknown"),
        tags=tags,
        indicators=from_texts(((campaign.ioc if campaign else None) or ())[:1_000]),
        doubts=(category,) if category in DOUBTED else (),
    )
