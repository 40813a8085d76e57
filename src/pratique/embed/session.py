"""Seat D, the `processing` step of an upload session (PEP 694): files in, `published` or `error` with notices out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

import msgspec

from pratique.embed.opinion import Examine, opinion

HELD = frozenset({"block"})
"""Levels that hold a session. `look` is for people: it holds nobody and is told to nobody but them."""


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """A line for the uploader."""

    filename: str
    text: str


class Conclusion(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of a session."""

    status: Literal["published", "error"]
    notices: tuple[Notice, ...] = ()
    look: tuple[str, ...] = ()
    """Files that a person should look at; not for the uploader."""


def conclude(files: Mapping[str, bytes], examine: Examine, *, held: Iterable[str] = HELD) -> Conclusion:
    """Review the files of a session and say what becomes of it: all of them are published, or none."""
    found = {filename: opinion(examine(filename, data)) for filename, data in sorted(files.items())}
    stopped = frozenset(held)
    notices = tuple(
        Notice(filename=filename, text=one.sentence) for filename, one in found.items() if one.level in stopped
    )
    look = tuple(filename for filename, one in found.items() if one.level in {"look", "block"})
    return Conclusion(status="error" if notices else "published", notices=notices, look=look)
