"""Encrypted zips in memory: what the field passes samples around in. Every size is counted, no name is believed."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from pratique.dataset.shapes import DatasetError, Unreadable
from pratique.dataset.sources import _files

PASSWORD = b"infected"
"""The field's convention: it keeps scanners and accidents away and is no secret."""
MOST_MEMBERS = 20_000
LARGEST_TOTAL = 512 << 20
_EPOCH = (1980, 1, 1, 0, 0, 0)
_CHUNK = 1 << 20


def single(path: Path) -> tuple[str, bytes]:
    """Return the name and bytes of a zip's only member. Raises `Unreadable`."""
    with _opened(path) as archive:
        members = _members(archive)
        if len(members) != 1:
            raise Unreadable(f"{len(members)} members where one was expected")
        return members[0].filename, _inflate(archive, members[0], _files.LARGEST_SAMPLE)


def repacked(path: Path) -> bytes:
    """Return a zip of the same files without encryption, the same bytes for the same content. Raises `Unreadable`.

    Names stay as they are, also hostile ones: they are data, and nothing unpacks them. Links keep their type.
    """
    packed = io.BytesIO()
    left = LARGEST_TOTAL
    with _opened(path) as archive, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
        for member in sorted(_members(archive), key=lambda one: (one.filename, one.header_offset)):
            if member.is_dir():
                continue
            data = _inflate(archive, member, left)
            left -= len(data)
            note = zipfile.ZipInfo(member.filename, _EPOCH)
            note.external_attr = member.external_attr & 0o170000 << 16
            note.compress_type = zipfile.ZIP_DEFLATED
            with made.open(note, "w") as into:
                into.write(data)
    return packed.getvalue()


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    """Open an AES zip from memory; whatever is wrong with it, also while it is used, becomes `Unreadable`."""
    pyzipper = library()
    data = _files.read_bytes(path)
    try:
        with pyzipper.AESZipFile(io.BytesIO(data)) as archive:
            archive.setpassword(PASSWORD)
            yield archive
    except Unreadable:
        raise
    except (RuntimeError, NotImplementedError) as error:
        raise Unreadable(f"cannot be decrypted: {error}") from error
    except (
        pyzipper.BadZipFile, zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, KeyError, IndexError,
        OverflowError, MemoryError, AttributeError, TypeError, UnicodeError, RecursionError,
    ) as error:  # fmt: skip
        # what pyzipper raises for a damaged archive depends on where the damage is
        raise Unreadable(f"a damaged zip: {type(error).__name__}") from error
    except Exception as error:
        if type(error).__module__.partition(".")[0] not in {"struct", "lzma", "bz2", "zipfile", "pyzipper", "_lzma"}:
            raise
        raise Unreadable(f"a damaged zip: {type(error).__name__}") from error


def library() -> Any:
    """Return pyzipper. Raises DatasetError with how to install it."""
    try:
        import pyzipper
    except ImportError as error:
        raise DatasetError("encrypted zips need pyzipper", hint="pip install 'pratique[dataset]'") from error
    return pyzipper


def _members(archive: Any) -> list[Any]:
    members = archive.infolist()
    if len(members) > MOST_MEMBERS:
        raise Unreadable(f"{len(members)} members; the most is {MOST_MEMBERS}")
    return list(members)


def _inflate(archive: Any, member: Any, most: int) -> bytes:
    """Return a member's bytes, counted as they come and not as the header says."""
    whole = bytearray()
    stream: IO[bytes]
    with archive.open(member) as stream:
        while piece := stream.read(_CHUNK):
            whole += piece
            if len(whole) > most:
                raise Unreadable(f"inflates to more than {most} bytes")
    return bytes(whole)
