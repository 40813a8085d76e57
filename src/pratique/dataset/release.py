"""Exports and releases. A release is an export that never changes: it has a digest, a changelog, and no write bit."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from pratique.dataset import flips, lines, sealed, stats
from pratique.dataset.clusters import Kept
from pratique.dataset.datasheet import datasheet
from pratique.dataset.exports import croissant, osv, parquet
from pratique.dataset.ledger import Entry
from pratique.dataset.picture import draw
from pratique.dataset.place import Listed, Place, Release
from pratique.dataset.records import Label
from pratique.dataset.schemas import schemas
from pratique.dataset.shapes import DatasetError

_VERSION = re.compile(r"[0-9]{4}\.[0-9]{2}(?:\.[0-9]{1,3})?")


def export(place: Place, target: Path, version: str, day: str, seal_from: str = "") -> list[sealed.Secret]:
    """Write everything that may be published into an empty folder; return what was sealed.

    Raises:
        DatasetError: there is no dataset, the folder holds something, or it cannot be written.

    """
    summary = place.load()
    if target.exists() and any(target.iterdir()):
        raise DatasetError(f"{target} is not empty", hint="an export goes into a folder of its own")
    labels = list(lines.read(place.labels, Label))
    shown, hidden = sealed.seal(labels, seal_from)
    secret = _hashes(hidden)
    lines.write(target / "labels.jsonl", shown)
    parquet.write(target / "labels.jsonl", target / "labels.parquet")
    kept = {one.claim for label in shown for one in label.witnesses}
    covered = {one.claim for label in labels for one in label.witnesses}
    entries = (one for one in lines.read(place.claims, Entry) if one.id in kept or one.id not in covered)
    lines.write(target / "claims.jsonl", entries)
    groups = (_without(one, secret) for one in lines.read(place.groups, Kept))
    lines.write(target / "groups.jsonl", (one for one in groups if one.members))
    lines.write(target / "sealed.jsonl", sealed.commitments(hidden))
    for path, document in osv.documents(shown, day):
        _json(target / "osv" / path, document)
    for name, schema in schemas().items():
        _json(target / "schema" / f"pratique-{name}-1.json", schema)
    figures = stats.count(shown)
    _json(target / "stats.json", msgspec.to_builtins(figures))
    lines.write_bytes(target / "stats.svg", draw(figures).encode())
    lines.write_bytes(target / "README.md", datasheet(summary, figures, version, day, len(hidden)).encode())
    listed = {one.path: (one.sha256, one.size) for one in _files(target)}
    _json(target / "croissant.json", croissant.metadata(version, day, listed))
    return hidden


def release(place: Place, version: str, day: str, seal_from: str = "") -> Release:
    """Make `releases/VERSION`, for good. Raises DatasetError where it exists or the version is none."""
    if not _VERSION.fullmatch(version):
        raise DatasetError(
            f"{version!r} is no version of a release", hint="YYYY.MM, or YYYY.MM.N for one more that month"
        )
    target = place.releases / version
    if target.exists():
        raise DatasetError(
            f"release {version} exists", hint="a release never changes; give the next one another version"
        )
    part = place.releases / f".{version}.part"
    shutil.rmtree(part, ignore_errors=True)
    hidden = export(place, part, version, day, seal_from)
    previous = latest(place)
    before = list(lines.read(place.releases / previous / "labels.jsonl", Label)) if previous else []
    after = list(lines.read(part / "labels.jsonl", Label))
    lines.write_bytes(
        part / "CHANGELOG.md", flips.changelog(version, day, previous, flips.compare(before, after)).encode()
    )
    summary = place.load()
    listed = tuple(_files(part))
    made = Release(
        version=version,
        day=day,
        previous=previous,
        engine=summary.engine,
        algorithm=summary.algorithm,
        split=summary.split,
        labels=len(after),
        sealed=len(hidden),
        digest=digest(listed),
        files=listed,
    )
    lines.write_bytes(part / "release.json", msgspec.json.format(msgspec.json.encode(made), indent=1) + b"\n")
    if hidden:
        sealed.keep(place.sealed / f"{version}.jsonl", hidden)
    for path in part.rglob("*"):
        if path.is_file():
            path.chmod(0o444)
    part.rename(target)
    return made


def reveal(place: Place, version: str, target: Path) -> int:
    """Write what a release had sealed; return how many labels. Raises DatasetError where a promise is not kept."""
    known(place, version)
    hidden = list(lines.read(place.sealed / f"{version}.jsonl", sealed.Secret))
    promised = lines.read(place.releases / version / "sealed.jsonl", sealed.Commitment)
    wrong = list(sealed.unkept(promised, hidden))
    if wrong:
        raise DatasetError(f"release {version} cannot be revealed: {wrong[0]}")
    lines.write(target, hidden)
    return len(hidden)


def known(place: Place, version: str) -> Release:
    """Return a release's own page. Raises DatasetError."""
    path = place.releases / version / "release.json"
    try:
        return msgspec.json.decode(path.read_bytes(), type=Release)
    except (OSError, msgspec.DecodeError) as error:
        raise DatasetError(f"there is no release {version} in {place.releases}") from error


def versions(place: Place) -> list[str]:
    """Return all releases, oldest first."""
    if not place.releases.is_dir():
        return []
    found = (path.name for path in place.releases.iterdir() if _VERSION.fullmatch(path.name))
    return sorted(found, key=lambda name: [int(part) for part in name.split(".")])


def latest(place: Place) -> str:
    """Return the newest release, "" without one."""
    return next(reversed(versions(place)), "")


def faults(place: Place) -> Iterator[str]:
    """Yield what is wrong with releases: a file that is not what was released, or a list that is not its digest's."""
    for version in versions(place):
        made = known(place, version)
        if digest(made.files) != made.digest:
            yield f"releases/{version}: its list of files is not the one of its digest"
        there = {one.path: one for one in _files(place.releases / version) if one.path != "release.json"}
        wanted = {one.path: one for one in made.files}
        for path in sorted(there.keys() | wanted.keys()):
            if there.get(path) != wanted.get(path):
                yield f"releases/{version}/{path}: not what was released"


def digest(files: Sequence[Listed]) -> str:
    """Return the digest of a release."""
    text = "".join(f"{one.sha256}  {one.path}\n" for one in sorted(files, key=lambda one: one.path))
    return sha256(text.encode()).hexdigest()


def _files(folder: Path) -> Iterator[Listed]:
    for path in sorted(folder.rglob("*"), key=lambda path: path.relative_to(folder).as_posix()):
        if path.is_file():
            data = path.read_bytes()
            yield Listed(path=path.relative_to(folder).as_posix(), sha256=sha256(data).hexdigest(), size=len(data))


def _hashes(hidden: Sequence[sealed.Secret]) -> frozenset[str]:
    return frozenset(msgspec.json.decode(one.line, type=Label).item.sha256 for one in hidden)


def _without(group: Kept, secret: frozenset[str]) -> Kept:
    return msgspec.structs.replace(group, members=tuple(one for one in group.members if one not in secret))


def _json(path: Path, value: Any) -> None:
    lines.write_bytes(path, msgspec.json.format(msgspec.json.encode(value), indent=1) + b"\n")
