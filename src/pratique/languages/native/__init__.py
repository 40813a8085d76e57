"""Native binaries: what ELF, PE, Mach-O and WebAssembly files import, export, hold and hide, read from their tables.

Machine code itself is not read: these files stay `opaque`. What is found describes them, no more: imported functions
are `call` nodes of the module scope (`libc.execve`, `kernel32.CreateRemoteThread`, `libpython.PyRun_SimpleString`),
texts of interest are `const` nodes, given to `native.address` and `native.text`, and oddities of the file are traits.
"""

from __future__ import annotations

from pratique.model import Facts

READING = "2"
"""Raise with every change of the facts."""


class NativeFrontEnd:
    """Reads the tables of native binaries."""

    name = "native"
    version = READING
    kinds = ("elf", "pe", "macho", "wasm")
    layers: tuple[str, ...] = ()

    def read(self, data: bytes, depth: str = "full") -> Facts:
        """Return the facts of one binary. Never raises."""
        from pratique.languages.native.read import read

        return read(data, depth, f"{self.name}/{self.version}")


FRONT_END = NativeFrontEnd()
