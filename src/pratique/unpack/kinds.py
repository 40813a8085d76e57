"""What kind of file some bytes are: by their first bytes; by name only to tell kinds of text apart."""

from __future__ import annotations

import re

from pratique.ecosystems.conventions import for_agents
from pratique.model import FileKind

HEAD = 1024
"""How many first bytes `kind_of` wants to see."""
_SUFFIXES: dict[str, FileKind] = {
    "py": "python", "pyw": "python", "pth": "pth", "start": "start",
    "sh": "shell", "bash": "shell", "zsh": "shell", "ksh": "shell",
    "ps1": "powershell", "psm1": "powershell", "psd1": "powershell", "bat": "batch", "cmd": "batch",
    "js": "javascript", "mjs": "javascript", "cjs": "javascript",
    "cmake": "cmake", "mk": "make", "mak": "make", "pyx": "cython", "rs": "native-source",
    **dict.fromkeys(("c", "cc", "cpp", "cxx", "c++", "m", "mm"), "native-source"),
    "toml": "toml", "cfg": "ini", "ini": "ini", "json": "json", "ipynb": "notebook",
}  # fmt: skip
_NAMES: dict[str, FileKind] = {
    "meson.build": "meson", "cmakelists.txt": "cmake", "makefile": "make", "gnumakefile": "make", "makefile.in": "make",
    "makefile.am": "make",
}  # fmt: skip
_RUN: frozenset[FileKind] = frozenset({"python", "pth", "start", "shell", "powershell", "batch", "javascript"})
"""Kinds that an interpreter takes by name, even when the bytes look like data."""
_ALWAYS: frozenset[FileKind] = frozenset({"pth", "start"})
"""Read line by line by `site`, which skips what it does not understand: no first bytes make them inert."""
_SHEBANG = re.compile(
    rb"#![^\n]*?\b(python|pypy|bash|dash|zsh|ksh|sh|node|deno|bun|pwsh)[\d.]*w?(?:\.exe)?[\"']?(?:\s|$)", re.IGNORECASE
)
_INTERPRETERS: dict[bytes, FileKind] = {
    b"python": "python", b"pypy": "python", b"node": "javascript", b"deno": "javascript", b"bun": "javascript",
    b"pwsh": "powershell",
}  # fmt: skip
_CONTROL = bytes(set(range(32)) - {7, 8, 9, 10, 12, 13, 27})
_PICKLE_OPCODES = frozenset(
    b"(.012FIJKLMNPQRSTUVX]abcdeghijlopqrstu}\x80\x81\x82\x83\x84\x85\x86\x87\x88\x89\x8a\x8bBC"
    b"\x8c\x8d\x8e\x8f\x90\x91\x92\x93\x94\x95\x96\x97\x98G)"
)
_PICKLE_TEXT = re.compile(rb"\(?c[\w.]+\n[\w.]+\n|\(i[\w.]+\n[\w.]+\n|\([ld]p\d")
_PYC_NUMBERS = (range(3000, 3800), range(62011, 62212), (20121, 50428, 50823, 60202, 60717))


def kind_of(name: str, head: bytes, last: int) -> FileKind:
    """Return the kind of a file from its name, its first `HEAD` bytes and its last byte (0 to 255)."""
    if not head:
        return "empty"
    base = name.rpartition("/")[2]
    stem, _, suffix = base.rpartition(".")
    by_name = _NAMES.get(base.lower())
    if by_name is None and (stem or suffix in ("pth", "start")):
        by_name = _SUFFIXES.get(suffix.lower())
    if by_name in _ALWAYS:
        return by_name
    strong = _binary(head)
    if strong:
        return strong
    if by_name in _RUN:
        return by_name
    if suffix in ("pyc", "pyo") or _is_pyc(head):
        return "bytecode"
    if _is_pickle(head, last):
        return "pickle"
    if _is_image(head):
        return "image"
    if not _is_text(head):
        return "binary"
    script = head[:2] == b"#!" and (not stem or suffix.isdigit())
    if not script and for_agents(name):
        return "agent-text"
    if by_name:
        return by_name
    if script:
        return _by_shebang(head)
    return "text"


def _binary(head: bytes) -> FileKind | None:
    """Kinds whose first bytes no text can have."""
    magic = head[:4]
    if magic == b"\x7fELF":
        return "elf"
    if head[:2] == b"MZ" and 0 in head[:64]:
        return "pe"
    if magic in (b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe"):
        return "macho"
    if magic in (b"\xca\xfe\xba\xbe", b"\xca\xfe\xba\xbf") and len(head) >= 8:
        # A Java class has its version here, at least 45; a fat binary its number of architectures.
        return "macho" if 0 < int.from_bytes(head[4:8], "big") < 45 else "binary"
    if magic == b"\0asm":
        return "wasm"
    if magic == b"\x89PNG" or head[:3] == b"\xff\xd8\xff":
        return "image"
    return None


def _is_image(head: bytes) -> bool:
    return (
        head[:6] in (b"GIF87a", b"GIF89a")
        or head[:4] in (b"II*\0", b"MM\0*", b"\0\0\1\0")
        or (head[:4] == b"RIFF" and head[8:12] == b"WEBP")
        or (head[:2] == b"BM" and head[6:10] == b"\0\0\0\0")
    )


def _is_pyc(head: bytes) -> bool:
    number = int.from_bytes(head[:2], "little")
    return head[2:4] == b"\r\n" and 0 in head[4:20] and any(number in numbers for numbers in _PYC_NUMBERS)


def _is_pickle(head: bytes, last: int) -> bool:
    """Binary protocols by their first two opcodes; text protocols where they name a class and end in STOP."""
    if head[0] == 0x80 and len(head) > 2 and 2 <= head[1] <= 5:
        return head[2] in _PICKLE_OPCODES
    return last == 0x2E and _PICKLE_TEXT.match(head) is not None


def _is_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    if head.isascii():
        return len(head.translate(None, _CONTROL)) == len(head)
    return len(head) - len(head.translate(None, _CONTROL)) == 0 and _is_mostly_letters(head)


def _is_mostly_letters(head: bytes) -> bool:
    """UTF-8 up to a cut last character, or a single-byte encoding with mostly ASCII."""
    try:
        head[: len(head) - 3 if len(head) >= HEAD else None].decode()
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data":
            return True
        return sum(byte > 127 for byte in head) * 2 < len(head)
    return True


def _by_shebang(head: bytes) -> FileKind:
    found = _SHEBANG.match(head)
    return _INTERPRETERS.get(found[1].lower(), "shell") if found else "text"
