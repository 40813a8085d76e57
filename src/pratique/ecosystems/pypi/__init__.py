"""PyPI and every index that speaks the Simple API: files of releases, fetched and checked by Pratique itself.

pip is asked only where the index is (`config`); it never fetches, builds or installs anything here.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from pratique.model import Budget

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pratique.ecosystems import Target, Wanted
    from pratique.ecosystems.pypi.config import Registry
    from pratique.ecosystems.pypi.feed import Feed
    from pratique.ecosystems.pypi.index import Index
    from pratique.http import Client
    from pratique.model import Artifact, Package, Release


class PyPI:
    """The registry for Python. See `pratique.ecosystems.Ecosystem` for what each method promises."""

    name = "pypi"

    def __init__(self, client: Client | None = None, registry: Registry | None = None) -> None:
        """Remember the client and the registry to use; by default both come from pip's configuration, when needed."""
        self._client = client
        self._registry = registry

    @cached_property
    def _index(self) -> Index:
        from pratique.ecosystems.pypi import config
        from pratique.ecosystems.pypi.index import Index

        return Index(self._registry or config.read(), self._client)

    def parse(self, words: Sequence[str], only: str = "") -> tuple[Target, ...]:
        """Return what the words of a command line mean."""
        from pratique.ecosystems.pypi import targets

        return targets.parse(words, only)

    def requirements(self, path: Path, only: str = "") -> Wanted:
        """Return what a requirements file asks for, and what of it is refused."""
        from pratique.ecosystems.pypi import requirements

        return requirements.read(path, only)

    def release(self, target: Target) -> Release:
        """Return the files that a `project` target means."""
        from pratique.ecosystems.pypi import release

        return release.choose(target, self._index.page(target.name))

    def releases(self, name: str) -> tuple[Release, ...]:
        """Return every release of the project called `name`, the newest first."""
        from packaging.utils import canonicalize_name

        from pratique.ecosystems.pypi import release

        project = canonicalize_name(name)
        return release.releases(project, self._index.page(project))

    def requires(self, package: Package) -> tuple[str, ...] | None:
        """Return the requirements of a release by the JSON API, where there is one beside the index."""
        from pratique.ecosystems.pypi import told

        client, root = self._index.beside()
        return told.requires(client, f"{root}/pypi/{package.name}/{package.version}/json") if root else None

    def publisher(self, artifact: Artifact) -> str:
        """Return who attests to a file by its provenance, unverified; "" where the index names none."""
        from pratique.ecosystems.pypi import told

        client, _ = self._index.beside()
        return told.publisher(client, artifact.provenance_url) if artifact.provenance_url else ""

    def feed(self) -> Feed:
        """Return what the index announces."""
        from pratique.ecosystems.pypi.feed import Feed

        return Feed(self._index)

    def fetch(self, artifact: Artifact, budget: Budget | None = None) -> bytes:
        """Return the bytes of one file of a release, checked against the index."""
        return self._index.fetch(artifact, budget or Budget())

    def describe(self, filename: str, data: bytes) -> Artifact:
        """Return the artifact that a file on disk is, judging by its name."""
        from pratique.ecosystems.pypi import filenames

        return filenames.describe(filename, data)


def open_ecosystem(client: Client | None = None) -> PyPI:
    """Return the registry. Cheap: nothing is read or asked yet."""
    return PyPI(client)
