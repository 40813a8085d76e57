"""What was worked out before, by content: facts of files, manifests of artifacts, pages of an index.

A cache never changes a result and never raises: whatever goes wrong with it (no disk, no room, no permission, a corrupt
or foreign file, a lock) turns it off for the run, with a sentence in `status`.

What the keys must hold, so that no value is ever stale: for facts the file's sha256, kind, scope, depth, fuel class and
the front end with its version; for a manifest the artifact's sha256, the engine digest and the context digest.

Trust. Values come from children that read hostile bytes. A child that was taken over could store wrong facts under the
key of another file, and a later run would believe them. What holds that back: values are taken only from a child whose
result was accepted, are checked against damage (not against lies), and are decoded strictly by their reader into the
types it expects; keys name the version, so an update forgets them; and the whole review of a child that was taken over
would be as wrong as its facts. Who must not depend on that runs with PRATIQUE_CACHE=off.
"""

from __future__ import annotations

from pratique.cache.answers import AnswerStore
from pratique.cache.database import Cache
from pratique.cache.overlay import Overlay
from pratique.cache.packing import Kept, pack, unpack
from pratique.cache.place import default_path
from pratique.cache.reader import Reader

__all__ = ["AnswerStore", "Cache", "Kept", "Overlay", "Reader", "default_path", "pack", "unpack"]
