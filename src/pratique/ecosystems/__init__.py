"""Package registries: one folder per registry, found by discovery.

A member is a package here whose module offers `open_ecosystem(client=None) -> Ecosystem`. Opening is cheap and does no
I/O: configuration is read and the network is asked only when a release is wanted.
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING, Literal, Protocol

import msgspec

from pratique.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from pratique.http import Client
    from pratique.model import Artifact, Budget, Event, Package, Release

DEFAULT = "pypi"


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a person asked to review."""

    kind: Literal["project", "file", "folder"]
    text: str
    """As it was typed, or the line of a requirements file."""
    name: str = ""
    """Canonical name of a project."""
    version: str = ""
    """The one version that is asked for; "" for the newest."""
    specifier: str = ""
    """A range of versions, in the registry's own language; the newest in it is meant."""
    only: str = ""
    """sdist, wheel, or the name of one file; "" for all files of the release."""
    hashes: tuple[str, ...] = ()
    """If given: the sha256 digests of the only files that are meant."""
    path: str = ""
    """For `file` and `folder`."""


class Refused(msgspec.Struct, frozen=True, kw_only=True):
    """A requested item that is not reviewed, and why. Listed, never dropped."""

    text: str
    where: str
    """`requirements.txt:3`."""
    reason: str


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What a requirements file asks for."""

    targets: tuple[Target, ...]
    refused: tuple[Refused, ...]


class Feed(Protocol):
    """What a registry announces. Every method raises `RegistryError` where it gets no answer that it understands."""

    def last(self) -> int:
        """Return the serial of the newest event."""

    def since(self, cursor: int) -> Sequence[Event]:
        """Return the events after `cursor`, by rising serial; many, but perhaps not all."""

    def serials(self) -> Mapping[str, int]:
        """Return the serial of each project's last change, by canonical name: what the events are checked against."""

    def files(self, name: str) -> tuple[tuple[Artifact, ...], int]:
        """Return every file of a project that is listed now, and the serial that the listing shows."""

    def alive(self) -> float:
        """Return when the newest release was, by another source than the events (seconds since 1970)."""


class Ecosystem(Protocol):
    """What a registry's folder provides."""

    @property
    def name(self) -> str:
        """The package URL type: `pypi`."""

    def parse(self, words: Sequence[str], only: str = "") -> tuple[Target, ...]:
        """Return what the words of a command line mean. Raises `UsageError` or `TargetNotFound`."""

    def requirements(self, path: Path, only: str = "") -> Wanted:
        """Return what a requirements file asks for. Raises `TargetNotFound` when it cannot be read."""

    def release(self, target: Target) -> Release:
        """Return the files that a `project` target means.

        Raises `TargetNotFound`, `NothingToReview`, `RegistryError` or `ConfigError`.
        """

    def releases(self, name: str) -> tuple[Release, ...]:
        """Return every release of the project called `name`, the newest first. Raises as `release` does."""

    def requires(self, package: Package) -> tuple[str, ...] | None:
        """Return the requirements of a release by the registry's own record; None where it tells none. Never raises."""

    def publisher(self, artifact: Artifact) -> str:
        """Return who attests to have published a file; "" where nobody does or it cannot be had. Never raises."""

    def feed(self) -> Feed:
        """Return what the registry announces."""

    def fetch(self, artifact: Artifact, budget: Budget | None = None) -> bytes:
        """Return the bytes of one file of a release, checked against the index. Nothing is written to disk.

        `budget.compressed` bounds its size.

        Raises `HashMismatch`, `RegistryError` or `http.TooLarge`.
        """

    def describe(self, filename: str, data: bytes) -> Artifact:
        """Return the artifact that a file on disk is, judging by its name."""


def names() -> tuple[str, ...]:
    """Return the registries there are, sorted."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(__path__) if module.ispkg))


def open_ecosystem(name: str = DEFAULT, client: Client | None = None) -> Ecosystem:
    """Return the registry called `name`; `client` replaces the HTTP client it would make for itself."""
    if name not in names():
        raise UsageError(f"no such registry: {name}", hint=f"one of: {', '.join(names())}")
    ecosystem: Ecosystem = importlib.import_module(f"{__name__}.{name}").open_ecosystem(client)
    return ecosystem
