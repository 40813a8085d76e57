"""Reading a source's files: no link is followed, nothing is larger than it may be, and no name is trusted."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import msgspec

from pratique.dataset.shapes import Trouble, Unreadable

LARGEST_SAMPLE = 256 << 20
"""Bytes of one sample."""
LARGEST_DOCUMENT = 64 << 20
"""Bytes of one JSON or CSV file."""
MOST_FILES = 5_000_000
T = TypeVar("T")


def read_bytes(path: Path, most: int = LARGEST_SAMPLE) -> bytes:
    """Return a plain file's bytes. Raises `Unreadable`; a link is none."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(descriptor, "rb") as file:  # noqa: PTH123  a descriptor
            found = os.fstat(descriptor)
            if not stat.S_ISREG(found.st_mode):
                raise Unreadable("not a plain file")
            if found.st_size > most:
                raise Unreadable(f"{found.st_size} bytes; the most is {most}")
            data = file.read(most + 1)
    except OSError as error:
        raise Unreadable(error.strerror or "cannot be read") from error
    if len(data) > most:
        raise Unreadable(f"more than {most} bytes")
    return data


def walk(place: Path, suffixes: tuple[str, ...] = ()) -> Iterator[Path]:
    """Yield the plain files below a folder in the order of their names; hidden folders and links are left out."""
    waiting = [place]
    seen = 0
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(folder) as listed:
                children = sorted(listed, key=lambda one: one.name)
        except OSError:
            continue
        folders = []
        for child in children:
            seen += 1
            if seen > MOST_FILES:
                return
            if child.name.startswith("."):
                continue
            if child.is_dir(follow_symlinks=False):
                folders.append(Path(child.path))
            elif child.is_file(follow_symlinks=False) and (not suffixes or child.name.lower().endswith(suffixes)):
                yield Path(child.path)
        waiting.extend(reversed(folders))


def decode(path: Path, kind: type[T]) -> T:
    """Return a JSON file as `kind`. Raises `Unreadable` with the reason."""
    data = read_bytes(path, LARGEST_DOCUMENT)
    try:
        return msgspec.json.decode(data, type=kind, strict=False)
    except RecursionError as error:
        raise Unreadable("nested too deeply") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Unreadable(f"not the expected JSON: {error}") from error


def trouble(place: Path, path: Path, error: Exception) -> Trouble:
    """Return why a file was left out."""
    return Trouble(place=relative(place, path), reason=str(error))


def relative(place: Path, path: Path) -> str:
    """Return a path below the source as printable text."""
    try:
        short = path.relative_to(place)
    except ValueError:
        short = path
    return str(short).encode("utf-8", "backslashreplace").decode()
