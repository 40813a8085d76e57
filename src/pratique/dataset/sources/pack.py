"""A labelled pack: `labels.csv`, and one AES zip for each row with the original archive as its only member.

It was drawn from pypi_malregistry and joined with what kam193 and OSV documents say, so each row becomes one claim for
each of them. The table is read here and not by the pack's own `loader.py`: a source is data, and none of it is run.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from functools import partial
from pathlib import Path, PurePosixPath

from packaging.utils import canonicalize_name

from pratique.dataset.indicators import defang
from pratique.dataset.shapes import AttackType, Claim, Offer, Sample, Scope, Trouble, Unreadable
from pratique.dataset.sources import _files, _osv, _zips, kam193, malregistry, ossf

NAME = "pack"
SUMMARY = "labels.csv with samples/ as AES zips of original archives: the development pack"
LICENCE = "as the sources it joins: pypi-malregistry, kam193, ossf"
REDISTRIBUTABLE = False
PROOF = "looks-like-a-proof-of-concept"
"""A doubt about the intent, by a heuristic of the pack's makers."""
_SCOPES: dict[str, Scope] = {"version": "version", "all": "name"}


def recognise(place: Path) -> bool:
    """Look for `labels.csv` beside `samples`."""
    return (place / "labels.csv").is_file() and (place / "samples").is_dir()


def read(place: Path) -> Iterator[Offer]:
    """Yield every row as a sample with its claims."""
    try:
        text = _files.read_bytes(place / "labels.csv", _files.LARGEST_DOCUMENT).decode("utf-8", "replace")
        rows = list(csv.DictReader(io.StringIO(text), restkey="", restval=""))
    except (Unreadable, csv.Error) as error:
        yield Trouble(place="labels.csv", reason=str(error))
        return
    for number, row in enumerate(rows, 2):
        inside = PurePosixPath(row.get("path") or "")
        if inside.parts[:1] != ("samples",) or ".." in inside.parts:
            yield Trouble(place=f"labels.csv:{number}", reason="`path` is not below samples/")
            continue
        yield _sample(place / inside, {key: value or "" for key, value in row.items() if key})


def _sample(path: Path, row: dict[str, str]) -> Sample:
    return Sample(
        ecosystem="pypi",
        name=canonicalize_name(row.get("name", "")),
        version=row.get("version", ""),
        filename=row.get("filename", ""),
        read=partial(_bytes, path),
        claims=tuple(_claims(row)),
        sha256=row.get("sha256", ""),
        first_seen=_osv.day(row.get("date", "")),
        first_seen_basis={"mtime": "newest member date, which can be forged", "added": "added to the registry"}.get(
            row.get("date_source", ""), "as the table says"
        ),
    )


def _bytes(path: Path) -> bytes:
    return _zips.single(path)[1]


def _claims(row: dict[str, str]) -> Iterator[Claim]:
    name, version = canonicalize_name(row.get("name", "")), row.get("version", "")
    reporters = row.get("sources", "").split("|")
    doubts = tuple(word for word in row.get("suspect_mislabel", "").split("|") if word)
    hint = (PROOF,) if row.get("pentest_hint") == "1" else ()
    yield Claim(
        source=NAME,
        reporter=malregistry.NAME,
        scope="file",
        name=name,
        versions=(version,),
        sha256=row.get("sha256", ""),
        reference=row.get("upstream_path", ""),
        licence=malregistry.LICENCE,
        cluster=row.get("cluster", ""),
        attack_type="hijacked-release" if "/compromised_lib/" in row.get("path", "") else "unknown",
        doubts=(*doubts, *hint),
    )
    for words in (one.removeprefix("osv:") for one in reporters if one.startswith("osv:")):
        scope = _SCOPES.get(row.get("osv_scope", ""))
        for reporter in (words or ossf.NAME).split("+") if scope else ():
            yield Claim(
                source=NAME,
                reporter=reporter,
                method=_osv.method(reporter),
                scope=scope or "name",
                name=name,
                versions=(version,) if scope == "version" else (),
                reference=row.get("osv_id", ""),
                licence=ossf.LICENCE,
            )
    if row.get("kam193_category") and "kam193-other-version" not in doubts:
        yield _kam193(row, name, version)


def _kam193(row: dict[str, str], name: str, version: str) -> Claim:
    category = row["kam193_category"]
    tags = tuple(tag for tag in row.get("abuse_tags", "").split("|") if tag)
    attack: AttackType = next((kam193.ATTACKS[tag] for tag in tags if tag in kam193.ATTACKS), "unknown")
    return Claim(
        source=NAME,
        reporter=kam193.NAME,
        method="human",
        intent=kam193.INTENTS.get(category, "unknown"),
        scope="version",
        name=name,
        versions=(version,),
        reference=f"{category}/{row.get('campaign', '')}",
        licence=kam193.LICENCE,
        campaign=row.get("campaign", ""),
        attack_type=attack,
        tags=tags,
        doubts=(category,) if category in kam193.DOUBTED else (),
        note=defang(row.get("harm_note", ""))[:300],
    )
