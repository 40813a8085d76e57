"""Human decisions as `decisions-v1` JSON lines (`pratique schema decision`): reviewers are witnesses like a source."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
from packageurl import PackageURL
from packaging.utils import canonicalize_name

from pratique.dataset.shapes import Claim, Offer, Stance, Trouble, Unreadable
from pratique.dataset.sources import _files, _osv
from pratique.model import Decision

NAME = "decisions"
SUMMARY = "human decisions as decisions-v1 JSON lines (no samples)"
LICENCE = "as the reviewers' organisation says"
REDISTRIBUTABLE = True
STANCES: dict[str, Stance] = {
    "not_malware": "clears",
    "confirm_malware": "accuses",
    "quarantine_release": "accuses",
    "quarantine_project": "accuses",
    "remove_malware": "accuses",
}
"""remove_release and watch say nothing about malware."""


def recognise(place: Path) -> bool:
    """Look for `.jsonl` with the schema in its first line."""
    if not place.is_file() or place.suffix != ".jsonl":
        return False
    with place.open("rb") as file:
        return b'"decisions-v1"' in file.readline(100_000)


def read(place: Path) -> Iterator[Offer]:
    """Yield a claim for each decision; of one reviewer about one thing, only the last word."""
    try:
        lines = _files.read_bytes(place, _files.LARGEST_DOCUMENT).splitlines()
    except Unreadable as error:
        yield Trouble(place=place.name, reason=str(error))
        return
    last: dict[tuple[str, str, str], Decision] = {}
    for number, line in enumerate(lines, 1):
        try:
            one = msgspec.json.decode(line, type=Decision)
            PackageURL.from_string(one.purl)
        except (msgspec.DecodeError, ValueError, RecursionError) as error:
            if line.strip():
                yield Trouble(place=f"{place.name}:{number}", reason=f"not a decision: {error}")
            continue
        known = last.get((one.by, one.purl, one.sha256))
        if known is None or known.at <= one.at:
            last[one.by, one.purl, one.sha256] = one
    for one in last.values():
        if one.outcome in STANCES:
            yield _claim(one)


def _claim(one: Decision) -> Claim:
    purl = PackageURL.from_string(one.purl)
    name = f"{purl.namespace}/{purl.name}" if purl.namespace else purl.name
    version = purl.version or ""
    return Claim(
        source=NAME,
        reporter=one.by.lower(),
        stance=STANCES[one.outcome],
        method="human",
        scope="file" if one.sha256 else "version" if version else "name",
        ecosystem=purl.type,
        name=canonicalize_name(name) if purl.type == "pypi" else name,
        versions=(version,) if version else (),
        sha256=one.sha256.lower(),
        reference=f"{one.outcome} {one.at}",
        licence=LICENCE,
        asserted_at=_osv.day(one.at),
        note=one.note[:300],
    )
