"""Where the cache is, and whether that place can be trusted."""

from __future__ import annotations

import os
import stat
from pathlib import Path

NAME = "facts-v2.sqlite"
FORMER = ("facts-v1.sqlite",)
"""Layouts that kept texts in the clear; removed where they are found."""
SUFFIXES = ("", "-wal", "-shm")
"""The files that SQLite keeps beside each other."""


class Unusable(Exception):
    """The cache cannot be used; says why."""


def default_path() -> Path | None:
    """Return the database that the environment asks for; None when it says PRATIQUE_CACHE=off.

    PRATIQUE_CACHE names a folder or a `.sqlite` file; else it is `$XDG_CACHE_HOME/pratique`, else `~/.cache/pratique`
    (XDG Base Directory Specification; a relative XDG_CACHE_HOME is ignored, as it asks). Raises `Unusable`.
    """
    wanted = os.environ.get("PRATIQUE_CACHE", "").strip()
    if wanted.lower() in {"off", "0", "no", "none", "false"}:
        return None
    if wanted:
        path = Path(wanted).expanduser()
        return path if path.suffix == ".sqlite" else path / NAME
    home = os.environ.get("XDG_CACHE_HOME", "")
    try:
        base = Path(home) if Path(home).is_absolute() else Path.home() / ".cache"
    except RuntimeError as error:
        raise Unusable("there is no home folder") from error
    return base / "pratique" / NAME


def prepare(path: Path) -> None:
    """Make the folder (mode 0700) and the file (mode 0600), or make sure that both are ours. Raises `Unusable`."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        check(path)
        if path.name == NAME:
            for name in FORMER:
                discard(path.with_name(name))
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600))
    except OSError as error:
        raise Unusable(f"{path} cannot be written: {error.strerror}") from error


def check(path: Path) -> None:
    """Make sure that nobody else put or can put values there. Raises `Unusable`, or `OSError` without a folder."""
    folder = os.stat(path.parent)  # noqa: PTH116  (a link to one's own folder is one's own business)
    if not stat.S_ISDIR(folder.st_mode):
        raise Unusable(f"{path.parent} is not a folder")
    if folder.st_mode & stat.S_IWOTH:
        raise Unusable(f"{path.parent} can be written by everybody")
    if folder.st_uid != os.geteuid():
        raise Unusable(f"{path.parent} belongs to someone else")
    for suffix in SUFFIXES:
        _check_file(Path(f"{path}{suffix}"))


def _check_file(path: Path) -> None:
    try:
        found = path.lstat()
    except FileNotFoundError:
        return
    if not stat.S_ISREG(found.st_mode):
        raise Unusable(f"{path} is not a plain file")
    if found.st_uid != os.geteuid():
        raise Unusable(f"{path} belongs to someone else")
    if found.st_mode & (stat.S_IWOTH | stat.S_IWGRP):
        raise Unusable(f"{path} can be written by others")


def discard(path: Path) -> None:
    """Remove a damaged database, so that the next run begins anew. Raises `OSError`."""
    for suffix in SUFFIXES:
        Path(f"{path}{suffix}").unlink(missing_ok=True)
