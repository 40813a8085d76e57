"""Where a dataset's files are, and the one page that says what is in it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

import msgspec

from pratique.dataset import lines
from pratique.dataset.shapes import DatasetError
from pratique.dataset.vault import Vault


class Provenance(msgspec.Struct, frozen=True, kw_only=True):
    """One source, as it was last read."""

    source: str
    licence: str
    redistributable: bool
    read_at: str
    """ISO date."""
    samples: int
    claims: int
    left_out: int
    """Entries that could not be read; troubles.jsonl says which and why."""


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """dataset.json, `pratique-dataset/1`."""

    schema: Literal["pratique-dataset/1"] = "pratique-dataset/1"
    built_at: str
    """ISO date."""
    engine: str
    algorithm: str
    """Of clusters and campaigns."""
    split: str
    sources: tuple[Provenance, ...]
    labels: int
    files: int
    stored: int
    gold: int
    clusters: int
    campaigns: int


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """One file of a release."""

    path: str
    sha256: str
    size: int


class Release(msgspec.Struct, frozen=True, kw_only=True):
    """release.json, `pratique-release/1`."""

    schema: Literal["pratique-release/1"] = "pratique-release/1"
    version: str
    day: str
    previous: str
    licence: Literal["CC-BY-4.0"] = "CC-BY-4.0"
    engine: str
    algorithm: str
    split: str
    labels: int
    sealed: int
    digest: str
    """SHA-256 over `<sha256>  <path>` lines of all files, sorted by path, as `sha256sum` prints them."""
    files: tuple[Listed, ...]


class Place:
    """The files of one dataset.

    Args:
        root: Its folder.

    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.vault = Vault(root / "vault")
        self.summary = root / "dataset.json"
        self.claims = root / "claims.jsonl"
        self.items = root / "items.jsonl"
        self.labels = root / "labels.jsonl"
        self.readings = root / "readings.jsonl"
        self.groups = root / "groups.jsonl"
        self.troubles = root / "troubles.jsonl"
        self.releases = root / "releases"
        self.sealed = root / "sealed"

    @property
    def exists(self) -> bool:
        """Whether a dataset was built here."""
        return self.summary.is_file()

    def load(self) -> Summary:
        """Return what is in it. Raises DatasetError where there is none."""
        if not self.exists:
            raise DatasetError(
                f"there is no dataset in {self.root}", hint="`pratique dataset build SOURCE …` makes one"
            )
        try:
            return msgspec.json.decode(self.summary.read_bytes(), type=Summary)
        except msgspec.DecodeError as error:
            raise DatasetError(f"{self.summary}: {error}") from error

    def save(self, summary: Summary) -> None:
        """Write dataset.json."""
        lines.write_bytes(self.summary, msgspec.json.format(msgspec.json.encode(summary), indent=1) + b"\n")


def default_root() -> Path:
    """Return the folder that `PRATIQUE_DATASET` names, else one below `$XDG_DATA_HOME` or `~/.local/share`."""
    if wanted := os.environ.get("PRATIQUE_DATASET", ""):
        return Path(wanted).expanduser()
    home = os.environ.get("XDG_DATA_HOME", "")
    base = Path(home) if Path(home).is_absolute() else Path.home() / ".local" / "share"
    return base / "pratique" / "dataset"
