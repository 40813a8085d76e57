"""The Python Packaging Advisory Database: PYSEC documents `vulns/<name>/PYSEC-….yaml` or `.json`, no samples.

Only those that speak of malware are claims; the others are about honest projects. The files are YAML; the JSON form
that osv.dev serves is read as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from pratique.dataset.shapes import Offer, Unreadable
from pratique.dataset.sources import _files, _osv

NAME = "pysec"
SUMMARY = "PYSEC documents below vulns/ that speak of malware, as in pypa/advisory-database (no samples)"
LICENCE = "CC-BY-4.0"
REDISTRIBUTABLE = True
_MALWARE = re.compile(
    r"\bmalware\b|\bmalicious (?:code|package|release|version|payload)|\bbackdoor|\btyposquat", re.IGNORECASE
)
_LARGEST = 256 << 10
_DEEPEST = 20
_SUFFIXES = (".yaml", ".yml", ".json")


def recognise(place: Path) -> bool:
    """Look for a PYSEC document below `vulns`."""
    folder = place / "vulns"
    return folder.is_dir() and any(path.name.startswith("PYSEC-") for path in _files.walk(folder, _SUFFIXES))


def read(place: Path) -> Iterator[Offer]:
    """Yield a claim for each affected package of each document about malware."""
    for path in _files.walk(place / "vulns", _SUFFIXES):
        try:
            document = _files.decode(path, _osv.Document) if path.suffix == ".json" else _yaml(path)
        except Unreadable as error:
            yield _files.trouble(place, path, error)
            continue
        if _MALWARE.search(f"{document.summary} {document.details}"):
            yield from _osv.claims(document, NAME, LICENCE, (NAME,))


def _yaml(path: Path) -> _osv.Document:
    """Return a YAML document. Raises `Unreadable`.

    Refused are aliases, which can stand for more than memory holds, and depth, for which PyYAML takes quadratic time.
    """
    try:
        import yaml
    except ImportError as error:
        raise Unreadable("YAML needs PyYAML: pip install 'pratique[dataset]'") from error
    text = _files.read_bytes(path, _LARGEST)
    try:
        depth = 0
        for event in yaml.parse(text, yaml.SafeLoader):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if isinstance(event, yaml.AliasEvent) or depth > _DEEPEST:
                raise Unreadable("YAML with aliases or too deep")
        return msgspec.convert(_plain(yaml.safe_load(text)), type=_osv.Document, strict=False)
    except (yaml.YAMLError, msgspec.ValidationError, RecursionError, ValueError) as error:
        raise Unreadable(f"not the expected YAML: {type(error).__name__}") from error


def _plain(value: Any) -> Any:
    """Return YAML's values as JSON has them: times as text."""
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value if value is None or isinstance(value, str | int | float | bool) else str(value).replace(" ", "T", 1)
