"""Copies: a project under another name, held against the original as a release is against the one before it."""

from __future__ import annotations

from collections import Counter

import msgspec

from pratique.compare.portrait import Portrait

WORDS = 6
"""Different names and literals below which a body is nobody's own."""


def prints(drawn: Portrait) -> frozenset[str]:
    """Return the digests of the functions that are large enough to be somebody's own."""
    return frozenset(body.kin for body in drawn.bodies if body.symbol and len(body.words) >= WORDS)


def aligned(copy: Portrait, original: Portrait) -> tuple[Portrait, Portrait]:
    """Return both so that a package that was only renamed says the same: its own name does not count.

    The files of the original get the names that they have in the copy.
    """
    at = {body.kin: body.path for body in original.bodies if body.symbol}
    votes = Counter((_root(at[body.kin]), _root(body.path)) for body in copy.bodies if body.symbol and body.kin in at)
    names = dict(pair for pair, _ in reversed(votes.most_common()))
    return _loose(copy, {}), _loose(original, names)


def _loose(drawn: Portrait, names: dict[str, str]) -> Portrait:
    return msgspec.structs.replace(
        drawn,
        bodies=tuple(
            msgspec.structs.replace(body, digest=body.kin, path=_renamed(body.path, names)) for body in drawn.bodies
        ),
        files=tuple(msgspec.structs.replace(content, path=_renamed(content.path, names)) for content in drawn.files),
    )


def _root(path: str) -> str:
    """Return the folder that a path begins with; a module at the top is its own."""
    first, slash, _ = path.removeprefix("src/").partition("/")
    return first if slash else first.partition(".")[0]


def _renamed(path: str, names: dict[str, str]) -> str:
    root = _root(path)
    return path.replace(root, names[root], 1) if names.get(root, root) != root else path
