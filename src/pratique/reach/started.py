"""Files of the artifact that its own code runs, loads or imports by their path: scripts, archives, pickles, programs.

What a call starts is found by name among all files of the artifact, also inside archives that the code opens or puts
on its path, and joins the call graph. Nothing is copied or unpacked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pratique.link import Linker, Program, Ref, Values
from pratique.model import HOLE, File
from pratique.reach.filekeys import RUN_ROLES, FileKeys
from pratique.reach.operands import Operands
from pratique.reach.shipped import MAX_MATCHES, Shipped
from pratique.reach.uses import RawUse

_MOUNTS = ("runtime.path", "fs.archive")
"""Capabilities that make the modules of an archive importable: on the path as it is, or unpacked."""
_COPIES = (
    "shutil.copy", "shutil.move", "os.rename", "os.replace", "os.link", "os.symlink", "pathlib.Path().rename",
    "pathlib.Path().replace", "pathlib.Path().symlink_to", "pathlib.Path().hardlink_to",
)  # fmt: skip
_RUNS = ("process.spawn", "process.elevate", "code.eval", "code.import", "code.load-native", "code.unpickle")
_LANGUAGES = {
    "python": "python", "sh": "shell", "source": "shell", "powershell": "powershell", "cmd": "batch",
    "node": "javascript",
}  # fmt: skip
"""What programs that take a script read it as, by the names that command languages' facts give them."""
_MAKES = frozenset({"make", "gmake", "nmake", "mingw32-make"})
_MAKEFILES = ("Makefile", "makefile", "GNUmakefile")
_INTERPRETERS = frozenset({
    "node", "bun", "deno", "npx", "bunx", "tsx", "java", "perl", "ruby", "php", "lua", "osascript", "wscript",
    "cscript", "mshta", "rundll32", "regsvr32", "dotnet", "mono", "wine", "tclsh", "rscript",
})  # fmt: skip
"""Programs that run a file whose place among their arguments is not known to the front ends."""
_SITES = "site.addsitedir"
_MACHINE = frozenset({"elf", "pe", "macho", "wasm", "bytecode"})
"""Kinds whose first bytes decide what they are run as, whoever runs them."""
_WORDS = 8
_FUEL = 200
_DATA = frozenset({"toml", "ini", "json", "empty", "link", "device", "notebook"})
_HEADERS = (".h", ".hh", ".hpp", ".cuh", ".inl", ".inc")
"""What compilers are given and nothing runs."""
_BY_CAPABILITY = {"code.eval": "python", "code.import": "python", "code.unpickle": "pickle"}
COMMAND_LANGUAGES = frozenset({"shell", "powershell", "batch"})
"""In their facts, a program's script is an argument of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """A file that a call runs."""

    use: RawUse
    file: File
    language: str
    """What it is read as; "" where its own bytes decide."""
    sure: bool
    """False: one of several files that may be meant."""


class Started:
    """Finds what calls run, once per program."""

    def __init__(
        self,
        program: Program,
        values: Values,
        operands: Operands,
        files: FileKeys,
        shipped: Shipped,
        paths_of: Callable[[Ref], list[Ref]],
    ) -> None:
        """Take a linked program; `paths_of` gives the values that name what a call reads."""
        self._program = program
        self._values = values
        self._paths_of = paths_of
        self._operands = operands
        self._files = files
        self._shipped = shipped
        self._units: dict[tuple[str, ...], list[int]] = defaultdict(list)
        """By the segments of their files, without layers."""
        self._indexed = 0

    def mounts(self, raw: list[RawUse]) -> Iterator[tuple[str, ...]]:
        """Yield the archives, by their segments, whose modules the code makes importable."""
        for use in raw:
            if use.capability in _MOUNTS or use.api.startswith("zipimport."):
                for file, _ in self._named(use, "path"):
                    if file.segments in self._shipped.containers:
                        yield file.segments

    def find(self, raw: list[RawUse]) -> Iterator[Start]:
        """Yield what every use runs, in program order."""
        seen: set[tuple[Ref, tuple[str, ...], str]] = set()
        copied = self._copied(raw)
        for use in raw:
            if not use.capability.startswith(_RUNS) and use.api != _SITES:
                continue
            language = _LANGUAGES.get(use.api) or _BY_CAPABILITY.get(use.capability, "")
            keys = (key for role in RUN_ROLES for key in self._files.keys(use, role)) if copied else ()
            copies = [(file, True) for key in dict.fromkeys(keys) for file in copied.get(key, ())]
            for file, sure in [*self._of(use), *copies]:
                key = (use.ref, file.segments, language)
                if key not in seen:
                    seen.add(key)
                    yield Start(use=use, file=file, language="" if file.kind in _MACHINE else language, sure=sure)

    def _copied(self, raw: list[RawUse]) -> dict[object, list[File]]:
        """Return the shipped files that are copied, moved or linked, by what identifies the copies."""
        found: dict[object, list[File]] = defaultdict(list)
        for use in raw:
            if use.api.startswith(_COPIES) and use.capability in ("fs.write", "fs.link"):
                given = self._files.arguments(use, "data")
                texts = [text.text for ref in given for text in self._operands.texts(ref)]
                files = [file for text in texts for file, _ in self._files_of(use, text)]
                for key in self._files.keys(use, "path") if files else ():
                    found[key] += files
        return found

    def _of(self, use: RawUse) -> Iterator[tuple[File, bool]]:
        """Yield the files that a use runs: an archive stands for what runs in it."""
        found = [*self._named(use, "path"), *self._modules(use)]
        if use.api == _SITES:
            found = list(self._lines(use))
        if use.capability == "code.unpickle" and not found:
            found = [one for ref in self._files.arguments(use, "code") for one in self._read(use, ref)]
        if use.api in _MAKES and not found:
            found = list(self._makefiles(use))
        elif use.capability.startswith("process.") and not found:
            found = list(self._programs(use))
        for file, sure in found:
            inner = self._shipped.containers.get(file.segments)
            yield file, sure
            for one in inner or ():
                if one.kind == "pickle" if use.capability == "code.unpickle" else one.path == "__main__.py":
                    yield one, sure

    def _lines(self, use: RawUse) -> Iterator[tuple[File, bool]]:
        """Yield the `.pth` files of a folder that becomes a site folder: their import lines run at once."""
        for ref in self._files.arguments(use, "path"):
            for text in self._operands.texts(ref):
                found = self._shipped.inside(text.text, self._place(use.ref))
                yield from ((file, True) for file in found if file.kind == "pth")

    def _named(self, use: RawUse, role: str) -> Iterator[tuple[File, bool]]:
        for ref in self._files.arguments(use, role):
            found = [one for text in self._operands.texts(ref) for one in self._files_of(use, text.text)]
            yield from found
            if not found and use.capability in _MOUNTS:
                yield from self._read(use, ref)

    def _read(self, use: RawUse, ref: Ref) -> Iterator[tuple[File, bool]]:
        """Yield the files whose content a value is: `ZipFile(BytesIO(get_data(…)))`."""
        for leaf in self._values.walk(ref, fuel=_FUEL).leaves:
            for path in self._paths_of(leaf.ref) if leaf.kind == "source" and leaf.ref != use.ref else ():
                for text in self._operands.texts(path):
                    yield from self._files_of(use, text.text)

    def _modules(self, use: RawUse) -> Iterator[tuple[File, bool]]:
        """Yield the modules that a use runs by their dotted name: `runpy.run_module`, `python -m`."""
        number = self._program.unit_of[use.ref[0]]
        for ref in self._files.arguments(use, "name"):
            for text in self._operands.texts(ref):
                split = self._program.modules.longest(number, text.text) if text.text.isascii() else None
                if split is not None and not split[1]:
                    yield self._program.units[split[0]].file, True

    def _programs(self, use: RawUse) -> Iterator[tuple[File, bool]]:
        """Yield the file that a command line starts with, else those that it gives to an interpreter."""
        for ref in self._files.arguments(use, "command"):
            for text in self._operands.texts(ref):
                words = text.text.split()[:_WORDS]
                base = words[0].replace("\\", "/").rpartition("/")[2].lower().removesuffix(".exe") if words else ""
                for word in words if base in _INTERPRETERS or HOLE in base else words[:1]:
                    found = [one for one in self._files_of(use, word) if one[0].kind not in _DATA]
                    yield from found
                    if found:
                        break

    def _makefiles(self, use: RawUse) -> Iterator[tuple[File, bool]]:
        """Yield the makefiles that a build may read: of the folder that is named, else any of the artifact's own."""
        folders = [text.text for ref in self._files.arguments(use, "path") for text in self._operands.texts(ref)]
        named = [one for folder in folders for base in _MAKEFILES for one in self._files_of(use, f"{folder}/{base}")]
        if named:
            yield from named
            return
        inside = self._place(use.ref)[:-1]
        found = [one for one in self._shipped.files if one.kind == "make" and one.segments[:-1] == inside]
        yield from ((one, len(found) == 1) for one in found[:MAX_MATCHES])

    def _files_of(self, use: RawUse, text: str) -> Iterator[tuple[File, bool]]:
        places = [self._place(use.ref)]
        places += [(*mount, "") for mount in self._program.modules.mounts]
        for place in places:
            found = [file for file in self._shipped.named(text, place) if not file.path.lower().endswith(_HEADERS)]
            if found:
                yield from ((file, len(found) == 1) for file in found)
                return

    def _place(self, ref: Ref) -> tuple[str, ...]:
        """Return the segments of the real file that a value stands in."""
        segments = self._program.units[self._program.unit_of[ref[0]]].file.segments
        return segments[: next((at for at, one in enumerate(segments) if one.startswith("<layer ")), len(segments))]

    def unit(self, start: Start) -> int:
        """Return the unit of a file as what it is read as, -1 where no front end has read it so."""
        for number in range(self._indexed, len(self._program.units)):
            if self._program.units[number].home is None:
                self._units[self._program.units[number].file.segments].append(number)
        self._indexed = len(self._program.units)
        for number in self._units.get(start.file.segments, ()):
            facts = self._program.units[number].facts
            if not start.language or start.language in (facts.language, facts.front_end.partition("/")[0]):
                return number
        return -1

    def join(self, linker: Linker, starts: list[Start]) -> None:
        """Add what is run to the call graph, where a front end has read it."""
        for start in starts:
            unit = self.unit(start)
            scope, _ = start.use.ref
            if unit >= 0 and self._program.units[unit].facts.scopes and self._program.unit_of[scope] != unit:
                self._join(linker, start, unit)

    def _join(self, linker: Linker, start: Start, unit: int) -> None:
        scope, _ = start.use.ref
        node, modules = self._program.node(start.use.ref), self._program.modules
        script = start.use.capability in ("process.spawn", "process.elevate", "code.eval")
        text = f"runs the shipped file {start.file.path.rpartition('/')[2]}"
        named = bool(start.use.line.role("name"))
        for one in (*(modules.parents(unit) if named else ()), unit):
            linker.edge(scope, self._program.base[one], node, text, firm=start.sure, script=script and one == unit)
