"""Where sample bytes lie: AES-encrypted zips, each named by the SHA-256 of what is in it.

A blob has one member, named by the same hash, so that no name of a package is ever on the disk; it is encrypted before
its first byte is written, has no execute bit, and is never overwritten. The password is the field's convention and no
secret: it keeps scanners, indexers and accidents away. Who must keep bytes secret encrypts the disk.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from pratique.dataset.shapes import DatasetError, Unreadable
from pratique.dataset.sources import _zips

MODE = 0o600
_BLOB = re.compile(r"([0-9a-f]{2})/\1[0-9a-f]{62}\.zip")


class Vault:
    """A folder of encrypted samples.

    Args:
        place: The folder; made when the first sample is put in.

    """

    def __init__(self, place: Path) -> None:
        self.place = place

    def path(self, sha256: str) -> Path:
        """Return where a sample lies, whether it is there or not."""
        return self.place / sha256[:2] / f"{sha256}.zip"

    def has(self, sha256: str) -> bool:
        """Tell whether a sample is there."""
        return self.path(sha256).is_file()

    def put(self, data: bytes) -> str:
        """Keep a sample and return its SHA-256. Raises DatasetError where the disk refuses."""
        digest = hashlib.sha256(data).hexdigest()
        path = self.path(digest)
        if not path.is_file():
            self._write(path, _encrypted(digest, data))
        return digest

    def get(self, sha256: str) -> bytes:
        """Return a sample's bytes. Raises Unreadable when they are not there or are not those."""
        if not re.fullmatch(r"[0-9a-f]{64}", sha256):
            raise Unreadable(f"{sha256[:80]!r} is no SHA-256")
        name, data = _zips.single(self.path(sha256))
        if name != sha256 or hashlib.sha256(data).hexdigest() != sha256:
            raise Unreadable("the bytes are not those that the name says")
        return data

    def stored(self) -> Iterator[str]:
        """Yield the SHA-256 of every blob, sorted."""
        for path in sorted(self.place.rglob("*.zip")):
            if _BLOB.fullmatch(path.relative_to(self.place).as_posix()):
                yield path.stem

    def faults(self) -> Iterator[tuple[str, str]]:
        """Decrypt everything; yield each place that is not as it should be, and why."""
        for path in sorted(self.place.rglob("*")):
            shown = path.relative_to(self.place).as_posix()
            if path.is_symlink():
                yield shown, "a link"
            elif path.is_dir():
                continue
            elif not _BLOB.fullmatch(shown):
                yield shown, "does not belong into the vault"
            else:
                yield from ((shown, why) for why in self._wrong(path))

    def _wrong(self, path: Path) -> Iterator[str]:
        if path.stat().st_mode & 0o177:
            yield f"mode {path.stat().st_mode & 0o777:o}; it should be {MODE:o}"
        try:
            self.get(path.stem)
        except Unreadable as error:
            yield error.message

    def _write(self, path: Path, blob: bytes) -> None:
        """Write all of it or nothing; what is written is encrypted already."""
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, part = tempfile.mkstemp(dir=path.parent, prefix=".part-")  # mode 0600
            try:
                with open(handle, "wb") as file:  # noqa: PTH123  a descriptor
                    file.write(blob)
                    file.flush()
                    os.fsync(file.fileno())
                Path(part).replace(path)
            except BaseException:
                with suppress(OSError):
                    Path(part).unlink()
                raise
        except OSError as error:
            raise DatasetError(f"cannot write {path}: {error.strerror or error}") from error


def _encrypted(name: str, data: bytes) -> bytes:
    """Return the zip, made in memory."""
    pyzipper = _zips.library()
    packed = io.BytesIO()
    with pyzipper.AESZipFile(packed, "w", compression=pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES) as archive:
        archive.setpassword(_zips.PASSWORD)
        archive.writestr(name, data)
    return packed.getvalue()
