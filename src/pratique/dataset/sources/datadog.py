"""DataDog's malicious-software-packages-dataset: AES zips of unpacked package folders, and a manifest of names.

Layout: `samples/<ecosystem>/<malicious_intent|compromised_lib>/<name>/<version>/<date>-<name>-v<version>.zip`, password
`infected`; `samples/<ecosystem>/manifest.json` maps a name to null (every version) or to the compromised versions.
The date is the day of discovery. Reports under `compromised_lib` are hijacked releases of honest projects.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import msgspec
from packaging.utils import canonicalize_name

from pratique.dataset.shapes import Claim, Offer, Sample, Unreadable
from pratique.dataset.sources import _files, _zips

NAME = "datadog"
SUMMARY = "AES zips of package folders with manifest.json, as in DataDog/malicious-software-packages-dataset"
LICENCE = "Apache-2.0"
REDISTRIBUTABLE = True
FOLDERS = ("malicious_intent", "compromised_lib")
_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})-")


def recognise(place: Path) -> bool:
    """Look for `samples/<ecosystem>/` with one of the two folders, and no table of labels beside it."""
    return not (place / "labels.csv").exists() and any(_ecosystems(place))


def read(place: Path) -> Iterator[Offer]:
    """Yield every zip as a sample, and for every name of a manifest what it says."""
    for ecosystem in _ecosystems(place):
        yield from _manifest(place, ecosystem)
        for folder in FOLDERS:
            root = ecosystem / folder
            if root.is_dir():
                for path in _files.walk(root, (".zip",)):
                    yield from _sample(place, ecosystem.name, folder, path)


def _ecosystems(place: Path) -> Iterator[Path]:
    samples = place / "samples"
    if samples.is_dir() and not samples.is_symlink():
        for one in sorted(samples.iterdir()):
            if one.is_dir() and not one.is_symlink() and any((one / folder).is_dir() for folder in FOLDERS):
                yield one


def _manifest(place: Path, ecosystem: Path) -> Iterator[Offer]:
    path = ecosystem / "manifest.json"
    if not path.exists():
        return
    try:
        names = _files.decode(path, dict[str, list[str] | None])
    except Unreadable as error:
        yield _files.trouble(place, path, error)
        return
    for name, versions in sorted(names.items()):
        yield _claim(ecosystem.name, name, tuple(versions or ()), f"manifest.json: {name}", "")


def _sample(place: Path, ecosystem: str, folder: str, path: Path) -> Iterator[Offer]:
    parts = path.relative_to(place / "samples" / ecosystem / folder).parts
    if len(parts) < 3:
        yield _files.trouble(place, path, Unreadable("not under name/version/"))
        return
    *words, version, _ = (part.encode("utf-8", "backslashreplace").decode() for part in parts)
    name = "/".join(words)  # an npm scope is a folder of its own
    found = _DATE.match(path.name)
    date = found[1] if found else ""
    claim = _claim(ecosystem, name, (version,), _files.relative(place, path), date)
    kind = "hijacked-release" if folder == "compromised_lib" else "unknown"
    yield Sample(
        ecosystem=ecosystem,
        name=claim.name,
        version=version,
        filename=f"{claim.name.replace('/', '_')}-{version}.zip",
        read=partial(_zips.repacked, path),
        claims=(msgspec.structs.replace(claim, scope="file", attack_type=kind),),
        repacked=True,
        first_seen=date,
        first_seen_basis="discovered" if date else "",
    )


def _claim(ecosystem: str, name: str, versions: tuple[str, ...], reference: str, date: str) -> Claim:
    return Claim(
        source=NAME,
        reporter=NAME,
        method="tool",
        scope="version" if versions else "name",
        ecosystem=ecosystem,
        name=canonicalize_name(name) if ecosystem == "pypi" else name,
        versions=versions,
        reference=reference,
        licence=LICENCE,
        asserted_at=date,
    )
