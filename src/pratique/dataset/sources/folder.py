"""A plain folder of archives, or a CSV table that describes one: for what someone has collected by hand.

The table has a header and at least the column `path` (relative to the table); it may have `sha256, name, version,
reporter, method, date, intent, campaign, cluster, attack_type, target, tags, doubts, note, verdict` (lists are
separated by `|`; `verdict` is `malicious` or `benign`). Archives may be raw, or the only member of an AES zip
(password `infected`).
Without a table every archive of the folder is claimed to be malicious by "folder".
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from functools import partial
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Any, get_args

from packaging.utils import canonicalize_name

from pratique.dataset.indicators import defang
from pratique.dataset.shapes import AttackType, Claim, Intent, Method, Offer, Sample, Trouble, Unreadable
from pratique.dataset.sources import _files, _osv, _zips
from pratique.ecosystems.pypi.filenames import KINDS, parse

NAME = "folder"
SUMMARY = "a folder of archives, or a CSV table with a column `path` beside them"
LICENCE = "as its owner says"
REDISTRIBUTABLE = False
_SUFFIXES = tuple(suffix for suffix, _ in KINDS)


def recognise(place: Path) -> bool:
    """Look for a CSV table with a `path` column, or archives directly in a folder."""
    if place.is_file():
        return place.suffix == ".csv" and "path" in _header(place)
    found = islice(_files.walk(place, _SUFFIXES), 1)
    return place.is_dir() and not (place / "labels.csv").exists() and any(path.parent == place for path in found)


def read(place: Path) -> Iterator[Offer]:
    """Yield what the table lists, or every archive."""
    if place.is_file():
        yield from _table(place)
        return
    for path in _files.walk(place, _SUFFIXES):
        yield _sample(path, {"path": _files.relative(place, path)})


def _header(table: Path) -> list[str]:
    try:
        with table.open(encoding="utf-8", errors="replace", newline="") as file:
            return next(csv.reader(io.StringIO(file.readline(10_000))), [])
    except OSError:
        return []


def _table(table: Path) -> Iterator[Offer]:
    try:
        text = _files.read_bytes(table, _files.LARGEST_DOCUMENT).decode("utf-8", "replace")
        rows = list(csv.DictReader(io.StringIO(text), restkey="", restval=""))
    except (Unreadable, csv.Error) as error:
        yield Trouble(place=table.name, reason=str(error))
        return
    for number, row in enumerate(rows, 2):
        inside = PurePosixPath(row.get("path") or "")
        if not inside.name or inside.is_absolute() or ".." in inside.parts:
            yield Trouble(place=f"{table.name}:{number}", reason="`path` is empty or leads out of the folder")
            continue
        yield _sample(table.parent / inside, row)


def _sample(path: Path, row: dict[str, str]) -> Sample:
    said_name, said_version = parse(path.name.removesuffix(".zip") if _wrapped(path) else path.name)
    name, version = canonicalize_name(row.get("name") or said_name), row.get("version") or said_version
    date = _osv.day(row.get("date", ""))
    digest = row.get("sha256", "").lower()
    claim = Claim(
        source=NAME,
        reporter=(row.get("reporter") or NAME).lower(),
        stance="clears" if row.get("verdict") == "benign" else "accuses",
        intent=_one_of(Intent, row.get("intent", "")),
        method=_one_of(Method, row.get("method", "")),
        scope="file",
        name=name,
        versions=(version,) if version else (),
        reference=row["path"],
        licence=LICENCE,
        asserted_at=date,
        campaign=row.get("campaign", ""),
        cluster=row.get("cluster", ""),
        attack_type=_one_of(AttackType, row.get("attack_type", "")),
        target=canonicalize_name(row.get("target", "")),
        tags=_words(row.get("tags", "")),
        doubts=_words(row.get("doubts", "")),
        note=defang(row.get("note", ""))[:300],
    )
    return Sample(
        ecosystem="pypi",
        name=name,
        version=version,
        filename=path.name,
        read=partial(_bytes, path),
        claims=(claim,),
        sha256=digest if re.fullmatch(r"[0-9a-f]{64}", digest) else "",
        first_seen=date,
        first_seen_basis="as the table says" if date else "",
    )


def _bytes(path: Path) -> bytes:
    return _zips.single(path)[1] if _wrapped(path) else _files.read_bytes(path)


def _wrapped(path: Path) -> bool:
    """Tell whether a file is an archive inside a zip: `acme-1.0.tar.gz.zip`."""
    return path.suffix == ".zip" and path.stem.endswith(tuple(one for one in _SUFFIXES if one != ".zip"))


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split("|") if word.strip())


def _one_of(kind: Any, text: str) -> Any:
    """Return a word if it is one of a Literal's, else `unknown`."""
    return text if text in get_args(kind) else "unknown"
