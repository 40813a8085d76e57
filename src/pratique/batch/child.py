"""What a disposable child does with one artifact, or with one folder on disk."""

from __future__ import annotations

from pathlib import Path

import msgspec

from pratique.cache import Overlay, Reader, pack
from pratique.compare import Context
from pratique.frozen import Frozen, split
from pratique.known.index import IndexFile
from pratique.model import Artifact, Review
from pratique.pipeline import Options, read_artifact, read_tree
from pratique.pool import Job, Speaker
from pratique.reading import Desk
from pratique.unpack import open_folder

FACTS = "facts"
MANIFEST = "manifest"
"""Kinds of what a child gives to keep."""


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """What a child is told."""

    artifact: Artifact
    options: Options
    context: Context | None = None
    draw: bool = False
    """Whether the portrait is wanted too."""
    folder: str = ""
    """The folder to review in place of the job's bytes."""
    manifest: bool = False
    """Whether to give the manifest of the frozen facts, to be kept."""


class _ChildDesk(Desk):
    """Reading inside a child: says what it does, and takes known facts from the cache."""

    def __init__(self, speaker: Speaker, overlay: Overlay, *, manifest: bool) -> None:
        self._speaker = speaker
        self._overlay = overlay
        self._manifest = manifest
        self._kept: set[str] = set()
        """Keys of facts that the cache has, or gets."""

    def begin(self, place: str) -> str:
        return self._speaker.begin(place)

    def step(self, name: str) -> None:
        self._speaker.step(name)

    def load(self, key: str) -> bytes | None:
        found = self._overlay.get(FACTS, key)
        if found is not None:
            self._kept.add(key)
        return found

    def save(self, key: str, value: bytes) -> None:
        self._overlay.put(FACTS, key, value)
        self._kept.add(key)

    def froze(self, frozen: object) -> None:
        if self._manifest and isinstance(frozen, Frozen):
            sha256 = frozen.artifact.sha256
            value = msgspec.msgpack.encode(split(frozen, self._kept))
            self._speaker.store(MANIFEST, sha256, pack(MANIFEST, sha256, value))


class Child:
    """The work of a child. `prepare` runs before the child gives up its rights."""

    def __init__(self, cache: str, known: str = "", digest: str = "") -> None:
        """`cache`: the cache's file, `known` and `digest` the index of known malware; empty for none."""
        self._cache = cache
        self._known = known
        self._digest = digest
        self._reader = Reader(None)

    def made_from(self) -> tuple[str, str, str]:
        """Return what makes another one, in a fresh interpreter (`pool.spawn`)."""
        return (self._cache, self._known, self._digest)

    def prepare(self) -> None:
        """Open the cache and the index for reading, while files may still be opened."""
        self._reader = Reader(Path(self._cache) if self._cache else None)
        if self._known:
            IndexFile(path=self._known, digest=self._digest).open()

    def work(self, job: Job, speaker: Speaker) -> bytes:
        """Review one artifact or folder; the result is a `Read` in msgpack."""
        task = msgspec.msgpack.decode(job.options, type=Task)
        overlay = Overlay(self._reader, speaker.store)
        speaker.step("unpacking")
        desk = _ChildDesk(speaker, overlay, manifest=task.manifest)
        if task.folder:
            tree = open_folder(Path(task.folder), task.options.budget)
            found = read_tree(task.artifact, tree, task.options, desk, task.context, draw=task.draw)
        else:
            found = read_artifact(task.artifact, job.data, task.options, desk, task.context, draw=task.draw)
        overlay.finish()
        return msgspec.msgpack.encode(msgspec.structs.replace(found, review=_slim(found.review)))


def _slim(review: Review) -> Review:
    """Drop what only rules need."""
    return msgspec.structs.replace(review, uses=tuple(msgspec.structs.replace(use, entries=()) for use in review.uses))
