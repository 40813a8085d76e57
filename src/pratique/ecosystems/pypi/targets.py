"""What the words of a command line mean: projects on the index, files and folders on disk.

The rule: a word that holds a path separator, starts with `~`, is `.` or `..`, or ends in the suffix of a distribution
file (`.whl`, `.tar.gz`, `.zip`, …) is a path. Everything else is a project, with or without a version. So `requests`
is always the project and `./requests` always the folder.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from pratique.ecosystems import Target
from pratique.ecosystems.pypi.filenames import kind_of, suffix_of
from pratique.errors import TargetNotFound, UsageError
from pratique.http import redacted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from packaging.specifiers import SpecifierSet

SEPARATORS = frozenset("/" + os.sep + (os.altsep or ""))
EXAMPLES = "write a name (`requests`), a name and version (`requests==2.32.3`), or a path (`./requests-2.32.3.tar.gz`)"


def parse(words: Sequence[str], only: str = "") -> tuple[Target, ...]:
    """Return one target a word. Raises `UsageError` for a word that means nothing, `TargetNotFound` for a path."""
    if not words:
        raise UsageError("there is nothing to review", hint=EXAMPLES)
    return tuple(_target(word, only) for word in words)


def is_path(word: str) -> bool:
    """Tell a path from a project's name, by the text alone."""
    return bool(SEPARATORS & set(word)) or word.startswith("~") or word in {".", ".."} or bool(suffix_of(word))


def pinned(specifier: SpecifierSet) -> str:
    """Return the one version that `==V` or `===V` allows; "" for any other specifier."""
    clauses = list(specifier)
    if len(clauses) != 1 or clauses[0].operator not in {"==", "==="} or clauses[0].version.endswith(".*"):
        return ""
    return clauses[0].version


def _target(word: str, only: str) -> Target:
    if "://" in word:
        raise UsageError(f"{redacted(word)} is an address", hint="download the file yourself and give its path")
    return _on_disk(word) if is_path(word) else _project(word, only)


def _on_disk(word: str) -> Target:
    try:
        path = Path(word).expanduser()
        folder, file, exists = path.is_dir(), path.is_file(), path.exists()
    except (OSError, RuntimeError, ValueError) as error:  # no permission, too long, nobody's home, a NUL
        raise TargetNotFound(f"{word!r} cannot be opened: {error}") from error
    if folder or file:
        return Target(kind="folder" if folder else "file", text=word, path=str(path))
    if exists:
        raise TargetNotFound(f"{word} is neither a file nor a folder")
    hint = "for one file of a release: `pratique review NAME --only FILENAME`" if suffix_of(word) else ""
    raise TargetNotFound(f"there is no {_noun(word)} {word}", hint=hint)


def _noun(word: str) -> str:
    return kind_of(word) if suffix_of(word) else "file or folder"


def _project(word: str, only: str) -> Target:
    try:
        asked = Requirement(word)
    except InvalidRequirement as error:
        raise UsageError(f"{word!r} is neither a path nor the name of a project", hint=EXAMPLES) from error
    if asked.url or asked.marker:
        raise UsageError(f"{word!r} asks for more than a name and a version", hint=EXAMPLES)
    version = pinned(asked.specifier)
    return Target(
        kind="project",
        text=word,
        name=canonicalize_name(asked.name),
        version=version,
        specifier="" if version else str(asked.specifier),
        only=only,
    )
