"""A project's page on a Simple API index, whatever form it was served in."""

from __future__ import annotations

import re
from urllib.parse import unquote, urljoin, urlsplit, urlunsplit

import msgspec

from pratique.errors import RegistryError
from pratique.http import bare


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """One file as the index lists it. Every text is data."""

    filename: str
    url: str = ""
    """Absolute, without fragment; "" where the index gives none that can be fetched."""
    sha256: str = ""
    """Lower-case hex; "" where the index gives none."""
    weaker: tuple[str, ...] = ()
    """Names of other hashes that the index gives."""
    size: int = 0
    """Bytes; 0 where the index does not say, as in HTML."""
    uploaded_at: str = ""
    yanked: bool = False
    yanked_reason: str = ""
    metadata_sha256: str = ""
    """Of the METADATA that the index serves beside the file (PEP 658, 714), lower-case hex; "" where it says none."""
    provenance_url: str = ""
    """PEP 740."""


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """All that one index says about one project."""

    files: tuple[Listed, ...] = ()
    versions: tuple[str, ...] = ()
    """Declared in JSON (PEP 700); may name versions without files."""
    status: str = "active"
    """PEP 792: active, archived, quarantined or deprecated."""
    reason: str = ""
    """Why it has that status, in the index's words."""
    elsewhere: tuple[str, ...] = ()
    """Other indexes that hold the same project (PEP 708)."""
    serial: int = 0
    """Of the last change that the page shows; 0 where the index does not say."""


def check_version(declared: str, place: str) -> None:
    """Raise `RegistryError` where the answer speaks another major version than 1 (PEP 629)."""
    if declared.partition(".")[0].strip() not in {"", "1"}:
        hint = "a newer Pratique may; or point pip at an index that speaks version 1"
        raise RegistryError(f"{place} speaks version {declared[:20]!r} of the Simple API, not 1.x", hint=hint)


def absolute(base: str, url: str) -> str:
    """Return `url` against `base` without fragment and credentials, or "" where it is not an http(s) address.

    An artifact's address is shown in reports, so secrets that a page puts into it are dropped; those of the
    configuration are added again when it is fetched.
    """
    try:
        parts = urlsplit(urljoin(base, url.strip()))
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return ""
    return bare(urlunsplit(parts)) if usable else ""


def basename(url: str) -> str:
    """Return the last part of the path of `url`, unquoted: a file name, whatever it holds."""
    try:
        return unquote(urlsplit(url).path.rpartition("/")[2])
    except ValueError:
        return ""


def sha256_of(digest: str) -> str:
    """Return `digest` if it is a SHA-256 in hex, else ""."""
    lowered = digest.strip().lower()
    return lowered if re.fullmatch(r"[0-9a-f]{64}", lowered) else ""
