"""What is inside an artifact: files, what was wrong with the container, what it cost to look."""

from __future__ import annotations

from typing import Literal

import msgspec

FileKind = Literal[
    "python", "pth", "start", "shell", "powershell", "batch", "javascript", "toml", "ini", "json",
    "agent-text", "text", "meson", "cmake", "make", "native-source", "cython",
    "bytecode", "pickle", "elf", "pe", "macho", "wasm", "archive", "notebook", "image", "binary", "empty", "link",
    "device",
]  # fmt: skip
ProblemSeverity = Literal["info", "odd", "hostile", "fatal"]
"""info: untidy, seen in honest archives · odd: rare · hostile: made to mislead a reader · fatal: could not be read."""


class File(msgspec.Struct, frozen=True, kw_only=True):
    """One member of the artifact. Its name is data and never touches a file system."""

    segments: tuple[str, ...]
    """Member names from the artifact inwards: `("pkg/data.zip", "inner/mod.py")` is a file in a nested zip."""
    sha256: str
    size: int
    """Inflated bytes, counted."""
    kind: FileKind
    head: bytes = b""
    """The first 64 bytes."""
    reading: Literal["both", "central", "local"] = "both"
    """Which reading of the container shows this member; anything but `both` is itself a Problem.

    Of a zip: the directory's or the local headers'. Of a tar: `central` is what Python's tarfile sees, `local` what
    only other readers see. Of any: a second spelling of the same name has the reading that leads to it."""
    executable: bool = False
    link_target: str = ""
    """Where a link points. A link to a file of the same container has that file's content (sha256, size, kind)."""
    refused: str = ""
    """Why the bytes cannot be read, in words; then sha256 is "" unless they were hashed while streaming."""

    @property
    def path(self) -> str:
        """The innermost name."""
        return self.segments[-1]

    @property
    def shown(self) -> str:
        """The whole place: `data.zip!/inner/mod.py`."""
        return "!/".join(self.segments)


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """Something wrong with a container or a declared fact about it."""

    code: str
    """A slug such as `zip-readings-differ`; the open set is documented in docs/problems.md."""
    severity: ProblemSeverity
    segments: tuple[str, ...]
    """Where: the container's segments, plus the member's name if it concerns one. Empty: the artifact itself."""
    detail: str = ""
    """One clause of prose. May quote package text: renderers escape it."""
    offset: int = -1
    """Byte offset in the container, or -1."""


class Budget(msgspec.Struct, frozen=True, kw_only=True):
    """How much a reader may spend on one artifact. All configurable; none is ever silently exceeded."""

    compressed: int = 1 << 30
    """Bytes of the container."""
    members: int = 100_000
    nesting: int = 3
    member_bytes: int = 256 << 20
    """Resident bytes of one inflated member; a larger one is hashed and counted while it streams, then `refused`."""
    inflated: int = 16 << 30
    """Total inflated bytes over the artifact before the rest is refused."""
    ratio: int = 2_000
    """Inflated to compressed bytes of one member above this is a `bomb` problem."""
    name_bytes: int = 4_096


class Spent(msgspec.Struct, frozen=True, kw_only=True):
    """What reading the container cost."""

    compressed: int = 0
    members: int = 0
    inflated: int = 0
