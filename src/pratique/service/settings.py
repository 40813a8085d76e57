"""What an operator chooses; travels to every worker process."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from pratique.cache import Cache
from pratique.ecosystems import Ecosystem
from pratique.http import Client
from pratique.store import Store, open_store
from pratique.store.politeness import SharedPages, Turnstile

if TYPE_CHECKING:
    from pratique.ecosystems.pypi.config import Registry

JOURNAL_RATE = 1.0
"""Calls a second: what PyPI's journal allows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How to reach the store and the registry."""

    database: str = ""
    vault: str = ""
    index: str = ""
    """A Simple API's address; by default pip's configuration says it."""
    contact: str = ""
    """Who runs this, for the User-Agent."""
    rate: float = 10.0
    """Requests a second to one host, of all machines together."""
    broker: str = ""
    """Redis or RabbitMQ, for a fleet."""


class World:
    """What a process works with: the store, the registry, the cache of facts. Opened on first use."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @cached_property
    def store(self) -> Store:
        """The store."""
        return open_store(self.settings.database, self.settings.vault)

    @cached_property
    def cache(self) -> Cache:
        """The cache of facts of this machine."""
        return Cache.default()

    @cached_property
    def registry(self) -> Ecosystem:
        """PyPI, with the pages and the limits that all machines share."""
        from pratique.ecosystems.pypi import PyPI

        found = self._configured()
        usual, journal = Turnstile(self.store, self.settings.rate), Turnstile(self.store, JOURNAL_RATE)

        def before(url: str) -> None:
            if url.endswith("/pypi"):
                journal.pass_to(url, "#journal")
            else:
                usual.pass_to(url)

        network = dataclasses.replace(found.network, contact=self.settings.contact)
        return PyPI(Client(network, store=SharedPages(self.store), before=before), found)

    def close(self) -> None:
        """Let go of the store and the cache."""
        if "cache" in self.__dict__:
            self.cache.close()
        if "store" in self.__dict__:
            self.store.close()

    def _configured(self) -> Registry:
        from pratique.ecosystems.pypi import config

        return config.interpret({"global.index-url": self.settings.index}) if self.settings.index else config.read()
