"""A folder on disk: regular files are read, links are data, nothing is skipped in silence."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from pratique.unpack.site import Site
from pratique.unpack.tree import Box, Part, Refused

VERSION_CONTROL = frozenset({".git", ".hg", ".svn", ".bzr", "CVS", "_darcs", ".jj"})


def walk_folder(site: Site, root: Path) -> None:
    """Add every file below `root`, in the order of their names."""
    pending = [""]
    while pending and not site.stopped:
        folder = pending.pop()
        inner: list[str] = []
        for entry in _entries(site, root, folder):
            name = f"{folder}/{entry.name}" if folder else entry.name
            name = os.fsencode(name).decode("utf-8", "replace")
            if entry.is_dir(follow_symlinks=False):
                if entry.name in VERSION_CONTROL:
                    site.problem("vcs-folder", name=name)
                else:
                    inner.append(f"{folder}/{entry.name}" if folder else entry.name)
            elif site.enter():
                _entry(site, name, entry)
        pending += reversed(inner)


def _entries(site: Site, root: Path, folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(root / folder) as found:
            return sorted(found, key=lambda entry: entry.name)
    except OSError as error:
        site.problem("unreadable", error.strerror or "", name=folder)
        return []


def _entry(site: Site, name: str, entry: os.DirEntry[str]) -> None:
    try:
        found = entry.stat(follow_symlinks=False)
        if stat.S_ISLNK(found.st_mode):
            target = os.fsencode(Path(entry.path).readlink()).decode("utf-8", "replace")
            site.link(name, target, relative=True)
            return
    except OSError as error:
        site.problem("unreadable", error.strerror or "", name=name)
        site.add(name, None, None, refused="it cannot be read")
        return
    if not stat.S_ISREG(found.st_mode):
        site.problem("device", name=name)
        site.add(name, None, None, kind="device")
        return
    _file(site, name, entry.path, found)


def _file(site: Site, name: str, path: str, found: os.stat_result) -> None:
    size = found.st_size
    box = site.work.shelf.add(Box(path=path, size=size))
    part = Part(box=box, start=0, end=size, size=size)
    try:
        weight = site.weigh_chunks(site.work.shelf.chunks(part), lambda: max(1, size), spend=True)
    except Refused as error:
        site.problem("unreadable", error.message, name=name)
        site.add(name, None, None, refused=error.message)
        return
    executable = bool(found.st_mode & 0o111)
    site.add(name, part, weight, executable=executable)
