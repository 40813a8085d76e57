"""ossf/malicious-packages: OSV documents `osv/[malicious|withdrawn]/<ecosystem>/<name>/MAL-….json`, no samples.

Each origin that a document was imported from is a reporter of its own. Withdrawn documents are read too: what was taken
back stays known. Documents that name no version claim the whole name, and so label nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pratique.dataset.shapes import Offer, Unreadable
from pratique.dataset.sources import _files, _osv

NAME = "ossf"
SUMMARY = "OSV documents below osv/, as in ossf/malicious-packages (no samples)"
LICENCE = "Apache-2.0"
REDISTRIBUTABLE = True


def recognise(place: Path) -> bool:
    """Look for `osv/malicious` or `osv/withdrawn`."""
    return (place / "osv" / "malicious").is_dir() or (place / "osv" / "withdrawn").is_dir()


def read(place: Path) -> Iterator[Offer]:
    """Yield a claim for each package, version list and origin."""
    for path in _files.walk(place / "osv" if (place / "osv").is_dir() else place, (".json",)):
        try:
            document = _files.decode(path, _osv.Document)
        except Unreadable as error:
            yield _files.trouble(place, path, error)
            continue
        yield from _osv.claims(document, NAME, LICENCE, _reporters(document))


def _reporters(document: _osv.Document) -> tuple[str, ...]:
    origins = (document.database_specific or {}).get("malicious-packages-origins")
    named = [one.get("source") for one in origins if isinstance(one, dict)] if isinstance(origins, list) else []
    found = dict.fromkeys(str(name).lower() for name in named if name)
    finders = dict.fromkeys(one.name.lower() for one in document.credits if one.type.upper() == "FINDER" and one.name)
    return tuple(found or finders) or (NAME,)
