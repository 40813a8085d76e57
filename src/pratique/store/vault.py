"""Bytes of artifacts by content address, always encrypted (AES-256-GCM), in a folder or an S3-compatible store.

The key is 32 bytes, in hex in PRATIQUE_VAULT_KEY, else in the file `key` that a new folder vault makes for itself
(mode 0600). Encryption here keeps samples from being run, served or swept up by other programs by accident; who can
read the key can read the bytes. The address is bound to the ciphertext, so bytes cannot be swapped.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from pratique.errors import ConfigError, PratiqueError
from pratique.store.texts import squeeze, unpack

KEY = "PRATIQUE_VAULT_KEY"
_MAGIC = b"PRTQ1"
_NONCE = 12
_HEAD = len(_MAGIC) + _NONCE
_ADDRESS = re.compile(r"[0-9a-f]{64}")


class VaultError(PratiqueError):
    """Bytes could not be kept or read."""


class Place(Protocol):
    """Where sealed bytes lie."""

    def put(self, name: str, sealed: bytes) -> None:
        """Keep them; a name that is there already holds the same."""

    def get(self, name: str) -> bytes | None:
        """Return them, or None."""

    def delete(self, name: str) -> None:
        """Forget them, if they are there."""

    def names(self) -> Iterator[str]:
        """Yield every name."""


class Vault:
    """Sealed bytes by their SHA-256."""

    def __init__(self, place: Place, key: bytes) -> None:
        self._place, self._cipher = place, AESGCM(key)

    def put(self, data: bytes) -> str:
        """Keep bytes; return their address (SHA-256 in hex). Raises `VaultError`."""
        address = hashlib.sha256(data).hexdigest()
        nonce = secrets.token_bytes(_NONCE)
        body = self._cipher.encrypt(nonce, squeeze(data, 3), address.encode())
        self._place.put(address, _MAGIC + nonce + body)
        return address

    def get(self, address: str) -> bytes | None:
        """Return the bytes at `address`, or None. Raises `VaultError` when they are damaged or under another key."""
        sealed = self._place.get(_checked(address))
        if sealed is None:
            return None
        head, nonce, body = sealed[: len(_MAGIC)], sealed[len(_MAGIC) : _HEAD], sealed[_HEAD:]
        if head != _MAGIC:
            raise VaultError(f"the bytes of {address} are not sealed")
        try:
            data = unpack(self._cipher.decrypt(nonce, body, address.encode()))
        except (InvalidTag, ValueError) as error:
            raise VaultError(f"the bytes of {address} are damaged, or sealed with another key") from error
        if hashlib.sha256(data).hexdigest() != address:
            raise VaultError(f"the bytes of {address} are not what they were")
        return data

    def delete(self, address: str) -> None:
        """Forget the bytes at `address`."""
        self._place.delete(_checked(address))

    def addresses(self) -> Iterator[str]:
        """Yield every address that is kept."""
        return self._place.names()


class Folder:
    """A folder: `ab/cd/<sha256>`, written beside and renamed, never with an execute bit."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, name: str, sealed: bytes) -> None:
        """Write, flush to the disk, rename."""
        path = self._path(name)
        if path.exists():
            return
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = path.with_name(f"{name}.{os.getpid()}.part")
        try:
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(sealed)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        except OSError as error:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
            raise VaultError(f"cannot keep bytes in {self._root}: {error.strerror or error}") from error

    def get(self, name: str) -> bytes | None:
        """Read, if it is there."""
        try:
            return self._path(name).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise VaultError(f"cannot read bytes in {self._root}: {error.strerror or error}") from error

    def delete(self, name: str) -> None:
        """Remove the file."""
        self._path(name).unlink(missing_ok=True)

    def names(self) -> Iterator[str]:
        """Walk the folder."""
        for path in self._root.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*"):
            if _ADDRESS.fullmatch(path.name):
                yield path.name

    def _path(self, name: str) -> Path:
        return self._root / name[:2] / name[2:4] / name


class Bucket:
    """An S3-compatible store, through obstore; credentials come from its usual environment variables."""

    def __init__(self, url: str) -> None:
        try:
            from obstore.store import from_url
        except ImportError as error:
            raise ConfigError("an S3 vault needs obstore", hint="pip install 'pratique[s3]'") from error
        self._store = from_url(url)

    def put(self, name: str, sealed: bytes) -> None:
        """Upload."""
        import obstore

        with _told():
            obstore.put(self._store, name, sealed)

    def get(self, name: str) -> bytes | None:
        """Download, if it is there."""
        import obstore

        with _told():
            try:
                return bytes(obstore.get(self._store, name).bytes())
            except FileNotFoundError:
                return None

    def delete(self, name: str) -> None:
        """Remove the object."""
        import obstore

        with _told(), contextlib.suppress(FileNotFoundError):
            obstore.delete(self._store, name)

    def names(self) -> Iterator[str]:
        """List the objects."""
        import obstore

        with _told():
            for batch in obstore.list(self._store):
                yield from (one["path"] for one in batch if _ADDRESS.fullmatch(one["path"]))


@contextlib.contextmanager
def _told() -> Iterator[None]:
    from obstore.exceptions import BaseError

    try:
        yield
    except BaseError as error:
        raise VaultError(f"the object store failed: {str(error).partition(chr(10))[0]}") from error


def open_vault(place: str) -> Vault:
    """Open the vault at a folder or an address such as `s3://bucket/prefix`. Raises `ConfigError`."""
    if "://" in place:
        key = os.environ.get(KEY, "")
        if not key:
            raise ConfigError("a vault in an object store needs its key", hint=f"32 bytes in hex in {KEY}")
        return Vault(Bucket(place), _key(key))
    root = Path(place)
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    return Vault(Folder(root), _key(os.environ.get(KEY, "") or _own_key(root / "key")))


def _own_key(path: Path) -> str:
    """Return the key in `path`; a new one the first time, complete or not there at all."""
    if not path.exists():
        part = path.with_name(f"key.{os.getpid()}.part")
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(part, path)
        part.unlink()
    return path.read_text("ascii")


def _key(text: str) -> bytes:
    try:
        key = bytes.fromhex(text.strip())
    except ValueError:
        key = b""
    if len(key) != 32:
        raise ConfigError("the vault's key is not 32 bytes in hex", hint=f"see {KEY}")
    return key


def _checked(address: str) -> str:
    if not _ADDRESS.fullmatch(address):
        raise VaultError(f"{address[:80]!r} is not the address of bytes")
    return address
