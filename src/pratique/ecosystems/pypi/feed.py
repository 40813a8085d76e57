"""What PyPI announces: the journal; the Simple index's serials to check it against; RSS as a sign of life."""

from __future__ import annotations

import re
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit, urlunsplit

import msgspec
from packaging.utils import canonicalize_name

from pratique.ecosystems.pypi import journal
from pratique.ecosystems.pypi.index import JSON, Index
from pratique.errors import RegistryError
from pratique.model import Artifact, Event

INDEX_CAP = 512 << 20
"""Bytes of the list of all projects; it had 29 MB in 2024."""


class _Listed(msgspec.Struct, rename="kebab"):
    name: str
    last_serial: int = msgspec.field(default=0, name="_last-serial")


class _All(msgspec.Struct):
    projects: list[_Listed]


class Feed:
    """The feeds that stand beside a Simple API, by PyPI's conventions. See `pratique.ecosystems.Feed`."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._client, base = index.feeds()
        self._simple = f"{base}/"
        parts = urlsplit(base)
        self._root = urlunsplit((parts.scheme, parts.netloc, re.sub(r"/simple$", "", parts.path), "", ""))

    @property
    def endpoint(self) -> str:
        """The journal's address."""
        return f"{self._root}/pypi"

    def last(self) -> int:
        """Return the serial of the registry's newest event. Raises `RegistryError`."""
        serial = journal.call(self._client, self.endpoint, "changelog_last_serial")
        if not isinstance(serial, int):
            raise RegistryError(f"{self.endpoint} gives no serial number")
        return serial

    def since(self, cursor: int) -> list[Event]:
        """Return the events after `cursor`, by rising serial; many, but perhaps not all. Raises `RegistryError`."""
        rows = journal.call(self._client, self.endpoint, "changelog_since_serial", cursor)
        return journal.parse(rows, self.endpoint)

    def serials(self) -> dict[str, int]:
        """Return the serial of each project's last change, by canonical name. Raises `RegistryError`."""
        answer = self._client.get(self._simple, accept=JSON, cap=INDEX_CAP)
        try:
            found = msgspec.json.decode(answer.body, type=_All)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise RegistryError(f"{self._simple} does not list projects with their serials: {error}") from error
        return {canonicalize_name(one.name): one.last_serial for one in found.projects}

    def files(self, name: str) -> tuple[tuple[Artifact, ...], int]:
        """Return every file of a project, and the serial that its page shows. Raises `RegistryError`."""
        from pratique.ecosystems.pypi import release

        page = self._index.page(name)
        return tuple(file for one in release.releases(name, page) for file in one.artifacts), page.serial

    def alive(self) -> float:
        """Return when the newest release was, by RSS (seconds since 1970). Raises `RegistryError`."""
        place = f"{self._root}/rss/updates.xml"
        text = self._client.get(place, accept="application/rss+xml, text/xml").body.decode("utf-8", "replace")
        dates = re.findall(r"<pubDate>([^<]{1,64})</pubDate>", text)
        try:
            return max(parsedate_to_datetime(date).timestamp() for date in dates)
        except ValueError as error:
            raise RegistryError(f"{place} has no dates") from error
