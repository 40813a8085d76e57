"""Labels as OSV reports (https://ossf.github.io/osv-schema/), one document per project, for ossf/malicious-packages.

It wants one `affected` entry, exact versions, no `summary`, and no `id` unless it has given one. Only what is labelled
`malicious` is reported; a report whose labels are all withdrawn is written with `withdrawn`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from packageurl import PackageURL

from pratique.dataset.records import Label
from pratique.dataset.sources._osv import ECOSYSTEMS

SCHEMA_VERSION = "1.7.0"
_NAMES = {purl: osv for osv, purl in ECOSYSTEMS.items()}
_KINDS = {"host": "domains", "page": "urls", "address": "ip_addresses"}
_SAFE = re.compile(r"[A-Za-z0-9@][A-Za-z0-9._@-]{0,120}")


def documents(labels: Iterable[Label], day: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the path below `osv/` and the document of each project, sorted. `day`: ISO date of the export."""
    projects: dict[tuple[str, str], list[Label]] = defaultdict(list)
    for label in labels:
        was_malicious = any(one.field == "verdict" and one.before == "malicious" for one in label.history)
        if label.version and (label.ruling.verdict == "malicious" or was_malicious):
            projects[label.ecosystem, label.name].append(label)
    for (ecosystem, name), found in sorted(projects.items()):
        if ecosystem in _NAMES and all(_SAFE.fullmatch(part) for part in name.split("/")):
            known = sorted({one for label in found for one in label.osv if one.startswith("MAL-")})
            last = name.rpartition("/")[2]
            identity = known[0] if len(known) == 1 else ""
            made = _document(name, ecosystem, found, day) | ({"id": identity} if identity else {})
            yield f"{ecosystem}/{name}/{identity or f'MAL-0000-{last}'}.json", made


def _document(name: str, ecosystem: str, found: list[Label], day: str) -> dict[str, Any]:
    standing = [one for one in found if one.ruling.lifecycle != "withdrawn"]
    about = standing or found
    dates = sorted(one.times.reported for one in about if one.times.reported)
    made: dict[str, Any] = {"schema_version": SCHEMA_VERSION, "modified": f"{day}T00:00:00Z"}
    if dates:
        made["published"] = f"{dates[0]}T00:00:00Z"
    if not standing:
        made["withdrawn"] = f"{max(one.times.withdrawn for one in found) or day}T00:00:00Z"
    namespace, _, last = name.rpartition("/")
    purl = PackageURL(ecosystem, namespace or None, last).to_string()
    return made | {
        "details": _details(about),
        "affected": [
            {
                "package": {"ecosystem": _NAMES[ecosystem], "name": name, "purl": purl},
                "versions": sorted({one.version for one in about}),
            }
        ],
        "credits": [
            {"name": reporter, "type": "FINDER"}
            for reporter in sorted({w.reporter for one in about for w in one.witnesses if w.stance == "accuses"})
        ],
        "database_specific": {
            "iocs": _iocs(about),
            "labels": [
                {"id": one.id, "sha256": one.item.sha256, "lifecycle": one.ruling.lifecycle, "gold": one.ruling.gold}
                for one in about
            ],
        },
    }


def _details(about: list[Label]) -> str:
    """Say what it does, when, and who says so; what the engine proposes is called that."""
    proposals = [one.proposal for one in about if one.proposal]
    rules = sorted({behaviour.rule for one in proposals for behaviour in one.behaviours})
    triggers = sorted({trigger for one in proposals for trigger in one.triggers})
    campaigns = sorted({campaign for one in about for campaign in one.source_campaigns})
    tiers = sorted({one.ruling.harm_tier for one in about} - {"unknown"})
    parts = [f"Malicious code, asserted by {len({w.reporter for one in about for w in one.witnesses})} source(s)."]
    parts += [f"Campaign: {', '.join(campaigns)}."] if campaigns else []
    parts += [f"Harm: {', '.join(tiers)}."] if tiers else []
    parts += [f"Proposed by static analysis: runs at {', '.join(triggers)}; {', '.join(rules)}."] if rules else []
    return " ".join(parts)


def _iocs(about: list[Label]) -> dict[str, list[str]]:
    """Return hosts, pages and addresses by kind, defanged."""
    found: dict[str, set[str]] = defaultdict(set)
    for label in about:
        for one in (*label.indicators, *(label.proposal.indicators if label.proposal else ())):
            if one.kind in _KINDS:
                found[_KINDS[one.kind]].add(one.value)
    return {kind: sorted(values) for kind, values in sorted(found.items())}
