"""pypi_malregistry: raw archives under `name/version/file`, with no other word about them.

Layout (Guo et al., ASE 2023): a git clone or a copy of its tree. A wheel may be misnamed `.tar.gz`; nobody says who
found a file, when, or how. Being in there is the claim.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import islice
from pathlib import Path

from packaging.utils import canonicalize_name

from pratique.dataset.shapes import Claim, Offer, Sample
from pratique.dataset.sources import _files
from pratique.ecosystems.pypi.filenames import KINDS

NAME = "pypi-malregistry"
SUMMARY = "raw archives under name/version/file, as in lxyeternal/pypi_malregistry"
LICENCE = "none stated; cite Guo et al., ASE 2023"
REDISTRIBUTABLE = False
_SUFFIXES = tuple(suffix for suffix, _ in KINDS)
_LOOKED_AT = 200


def recognise(place: Path) -> bool:
    """See three levels, with archives at the bottom."""
    if not place.is_dir():
        return False
    depths = {len(path.relative_to(place).parts) for path in islice(_files.walk(place, _SUFFIXES), _LOOKED_AT)}
    return depths == {3}


def read(place: Path) -> Iterator[Offer]:
    """Yield every archive as a sample."""
    for path in _files.walk(place, _SUFFIXES):
        parts = path.relative_to(place).parts
        if len(parts) != 3:
            continue
        name, version, filename = (part.encode("utf-8", "backslashreplace").decode() for part in parts)
        canonical = canonicalize_name(name)
        claim = Claim(
            source=NAME,
            reporter=NAME,
            scope="file",
            name=canonical,
            versions=(version,),
            reference=f"{name}/{version}/{filename}",
            licence=LICENCE,
        )
        yield Sample(
            ecosystem="pypi",
            name=canonical,
            version=version,
            filename=filename,
            read=partial(_files.read_bytes, path),
            claims=(claim,),
        )
