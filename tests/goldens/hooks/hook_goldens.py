"""Reads the honest hook packages of this folder and builds their archives in memory."""

from __future__ import annotations

import base64
import hashlib
import io
import re
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """One honest package."""

    name: str
    about: str
    kind: str
    filename: str
    files: tuple[tuple[str, bytes], ...]
    """Paths as they stand in the archive (sdists: below their root folder)."""
    expected: tuple[tuple[str, str], ...]
    """(keyword, rest of the line): see README.md."""

    def wanted(self, *keywords: str) -> tuple[tuple[str, str, str], ...]:
        """Return (trigger, path in the archive, symbol) of the expectations under some keywords."""
        lines = (rest.split() for keyword, rest in self.expected if keyword in keywords)
        return tuple((words[0], self.prefix + words[1], words[2] if len(words) > 2 else "") for words in lines)

    @property
    def prefix(self) -> str:
        return f"{self.filename.removesuffix('.tar.gz')}/" if self.kind == "sdist" else ""

    def archive(self) -> bytes:
        """Return the file as it would be published; a folder as a zip."""
        return _tar(self.files) if self.kind == "sdist" else _zip(self.files)


def load_all() -> tuple[Hook, ...]:
    """Return every package of this folder, by name."""
    return tuple(_load(path) for path in sorted(HERE.glob("*.txt")))


def _load(path: Path) -> Hook:
    head, *parts = re.split(r"^--- ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    about, *lines = head.strip().splitlines()
    pairs = tuple((key, value.strip()) for key, _, value in (line.partition(":") for line in lines))
    declared = dict(pairs)
    kind, filename = declared["kind"], declared["filename"]
    files = [(name.strip(), body.encode()) for name, _, body in (part.partition("\n") for part in parts)]
    if kind == "wheel":
        files = _wheel(filename, files)
    elif kind == "sdist":
        root = filename.removesuffix(".tar.gz")
        name, version = root.rsplit("-", 1)
        files = [(f"{root}/{at}", data) for at, data in [*files, ("PKG-INFO", _metadata(name, version, about))]]
    expected = tuple(pair for pair in pairs if pair[0] not in {"kind", "filename"})
    return Hook(name=path.stem, about=about, kind=kind, filename=filename, files=tuple(files), expected=expected)


def _metadata(name: str, version: str, summary: str) -> bytes:
    return f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nSummary: {summary}\n".encode()


def _wheel(filename: str, files: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    name, version, *tags = filename.removesuffix(".whl").split("-")
    info = f"{name}-{version}.dist-info"
    tag_lines = "".join(f"Tag: {python}-{tags[1]}-{tags[2]}\n" for python in tags[0].split("."))
    wheel = f"Wheel-Version: 1.0\nGenerator: hatchling 1.27.0\nRoot-Is-Purelib: true\n{tag_lines}"
    about = f"The {name} package."
    files = [*files, (f"{info}/METADATA", _metadata(name, version, about)), (f"{info}/WHEEL", wheel.encode())]
    rows = [f"{path},sha256={_digest(data)},{len(data)}" for path, data in files] + [f"{info}/RECORD,,"]
    return [*files, (f"{info}/RECORD", "\n".join([*rows, ""]).encode())]


def _digest(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")


def _zip(files: tuple[tuple[str, bytes], ...]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in files:
            archive.writestr(zipfile.ZipInfo(path, (2024, 1, 1, 0, 0, 0)), data)
    return out.getvalue()


def _tar(files: tuple[tuple[str, bytes], ...]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for path, data in files:
            member = tarfile.TarInfo(path)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return out.getvalue()
