"""Croissant metadata of a release (http://mlcommons.org/croissant/1.0): its files, and what each column means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pratique.dataset.exports.columns import Column, columns

CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "equivalentProperty": "cr:equivalentProperty",
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
"""As the specification prints it: readers compare it word by word."""
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
FORMATS = {
    ".jsonl": "application/jsonlines", ".parquet": "application/x-parquet", ".json": "application/json",
    ".md": "text/markdown", ".svg": "image/svg+xml",
}  # fmt: skip
_TYPES = {"BOOLEAN": "sc:Boolean", "BIGINT": "sc:Integer", "DOUBLE": "sc:Float"}


def metadata(version: str, day: str, files: Mapping[str, tuple[str, int]]) -> dict[str, Any]:
    """Return the JSON-LD document.

    Args:
        version: Of the release.
        day: ISO date of the release.
        files: Path below the release -> (SHA-256, bytes); those in folders are left to the release's own list.

    """
    return {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": "pratique-malware-labels",
        "description": "Labels, hashes, behaviours and groups of malicious package releases; no code of theirs.",
        "license": LICENCE,
        "url": "urn:pratique:dataset",
        "citeAs": f"Pratique malware labels, release {version}",
        "version": _semantic(version),
        "datePublished": day,
        "isLiveDataset": False,
        "distribution": [_file(path, *about) for path, about in sorted(files.items()) if "/" not in path],
        "recordSet": [
            {
                "@type": "cr:RecordSet",
                "@id": "labels",
                "name": "labels",
                "description": "One row per file of a version; lists of records: see the JSON Schema.",
                "key": {"@id": "labels/id"},
                "field": [_field(one) for one in columns() if "STRUCT" not in one.sql],
            }
        ],
    }


def _semantic(version: str) -> str:
    """Return `2024.6.0` for release 2024.06: Croissant asks for three numbers without leading zeros."""
    parts = [str(int(part)) for part in version.split(".") if part.isdigit()]
    return ".".join([*parts, "0", "0", "0"][:3])


def _file(path: str, sha256: str, size: int) -> dict[str, Any]:
    suffix = path[path.rfind(".") :]
    return {
        "@type": "cr:FileObject",
        "@id": path,
        "name": path,
        "contentUrl": path,
        "contentSize": f"{size} B",
        "encodingFormat": FORMATS.get(suffix, "text/plain"),
        "sha256": sha256,
    }


def _field(one: Column) -> dict[str, Any]:
    """Describe a column; lists are repeated values. Lists of records have no form in Croissant that loaders read."""
    made: dict[str, Any] = {
        "@type": "cr:Field",
        "@id": f"labels/{one.name}",
        "name": one.name,
        "description": one.doc or " ".join(one.path).replace("_", " "),
        "dataType": _TYPES.get(one.sql, "sc:Text"),
        "source": {"fileObject": {"@id": "labels.parquet"}, "extract": {"column": one.name}},
    }
    return made | ({"repeated": True} if one.sql.endswith("[]") else {})
