"""JSON lines on disk: strictly read, written whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from pratique.dataset.shapes import DatasetError

T = TypeVar("T")


def read(path: Path, kind: type[T]) -> Iterator[T]:
    """Yield every line as `kind`; nothing where there is no file. Raises DatasetError with the line's number."""
    if not path.exists():
        return
    decoder = msgspec.json.Decoder(kind)
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            try:
                yield decoder.decode(line)
            except msgspec.DecodeError as error:
                raise DatasetError(f"{path}:{number}: {error}", hint="it was changed by hand or cut short") from error


def write(path: Path, values: Iterable[Any]) -> None:
    """Write values as lines in place of the file. Raises DatasetError."""
    encoder = msgspec.json.Encoder()
    write_bytes(path, b"".join(encoder.encode(value) + b"\n" for value in values))


def write_bytes(path: Path, data: bytes) -> None:
    """Put a file in place whole. Raises DatasetError."""
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(data)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise DatasetError(f"cannot write {path}: {error.strerror or error}") from error
