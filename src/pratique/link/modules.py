"""Which file is which module: import names to files, whatever the layout of the artifact."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

_SOURCE_ROOTS = frozenset({"src", "lib", "python", "purelib", "platlib", "source"})
_SUFFIXES = (".py", ".pyw", ".pyc", ".so", ".pyd", ".pth")


def module_parts(path: str) -> tuple[str, ...]:
    """Return a file's dotted path from the container's root: `a/b/__init__.py` gives `("a", "b")`."""
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if not parts:
        return ()
    stem = parts[-1]
    for suffix in _SUFFIXES:
        if stem.endswith(suffix):
            stem = stem[: -len(suffix)]
            break
    if stem.endswith((".cpython", ".abi3")) or ".cpython-" in stem:
        stem = stem.split(".", 1)[0]
    return tuple(parts[:-1]) if stem == "__init__" else (*parts[:-1], stem)


class Modules:
    """Import resolution over the files of one artifact (PEP 328, PEP 420; `sys.path` roots are inferred)."""

    def __init__(
        self, places: Sequence[tuple[str, ...]], homes: Mapping[int, int], mounts: Sequence[tuple[str, ...]] = ()
    ) -> None:
        """Index files given by their segments; their positions are the unit numbers that `resolve` returns.

        `homes` maps a decoded layer to the file that it was found in: it imports as that file does. `mounts` are the
        archives of the artifact, by their segments, whose modules its code makes importable.
        """
        self.mounts = tuple(mounts)
        self._places = [places[homes.get(unit, unit)] for unit in range(len(places))]
        self._homes = homes
        self._parts = [module_parts(place[-1]) if place else () for place in self._places]
        self._packages: set[tuple[tuple[str, ...], tuple[str, ...]]] = set()
        self._by_name: dict[tuple[tuple[str, ...], str], list[tuple[tuple[str, ...], int]]] = defaultdict(list)
        self._exact: dict[tuple[tuple[str, ...], tuple[str, ...]], int] = {}
        for place, parts in zip(self._places, self._parts, strict=True):
            if place and place[-1].rsplit("/", 1)[-1].startswith("__init__."):
                self._packages.add((place[:-1], parts))
        for unit, (place, parts) in enumerate(zip(self._places, self._parts, strict=True)):
            if unit in homes or not self.is_module(place):
                continue
            container = place[:-1]
            self._exact.setdefault((container, parts), unit)
            for cut in range(len(parts)):
                self._by_name[container, ".".join(parts[cut:])].append((parts[:cut], unit))
        self._top = {name.split(".", 1)[0] for _, name in self._by_name}
        self._cache: dict[tuple[int, str], int | None] = {}

    @staticmethod
    def is_module(place: tuple[str, ...]) -> bool:
        """Tell whether a file, by its segments, can be imported: its name is one that a statement can spell."""
        parts = module_parts(place[-1]) if place else ()
        return bool(parts) and "." not in parts[-1]

    def add(self, place: tuple[str, ...], home: int | None) -> None:
        """Add a decoded layer, which imports as the file that it was found in does, or a file that is no module."""
        self._places.append(place if home is None else self._places[home])
        self._parts.append(module_parts(place[-1]) if home is None else self._parts[home])

    def package_of(self, unit: int) -> tuple[str, ...]:
        """Return the dotted path of the package that relative imports of this file start from."""
        place, parts = self._places[unit], self._parts[unit]
        is_package = place[-1].rsplit("/", 1)[-1].startswith("__init__.")
        return parts if is_package else parts[:-1]

    def root_of(self, unit: int) -> tuple[str, ...]:
        """Return the directory that this file's own absolute name starts from."""
        container, cut = self._places[unit][:-1], len(self._parts[unit])
        parts = self._parts[unit]
        cut -= 0 if (container, parts) in self._packages else 1
        while cut > 0 and (container, parts[:cut]) in self._packages:
            cut -= 1
        return parts[:cut]

    def name_of(self, unit: int) -> str:
        """Return the file's import name, as far as the layout tells."""
        root = self.root_of(unit)
        rest = list(self._parts[unit][len(root) :])
        lead = list(root)
        while lead and (lead[-1] not in _SOURCE_ROOTS) and not self._is_sdist_top(unit, lead):
            rest.insert(0, lead.pop())
        return ".".join(rest)

    def _is_sdist_top(self, unit: int, lead: list[str]) -> bool:
        del unit
        return len(lead) == 1 and any(ch.isdigit() for ch in lead[0].rsplit("-", 1)[-1])

    def resolve(self, importer: int, dotted: str) -> int | None:
        """Return the unit that `import dotted` loads for this importer, or None if it is not in the artifact."""
        key = (importer, dotted)
        if key not in self._cache:
            self._cache[key] = self._relative(importer, dotted) if dotted[:1] == "^" else self._absolute(*key)
        return self._cache[key]

    def _relative(self, importer: int, dotted: str) -> int | None:
        name = dotted.lstrip("^")
        level = len(dotted) - len(name)
        base = self.package_of(importer)
        if level - 1 > len(base):
            return None
        parts = base[: len(base) - (level - 1)] + tuple(name.split(".") if name else ())
        return self._exact.get((self._places[importer][:-1], parts))

    def _absolute(self, importer: int, dotted: str) -> int | None:
        if dotted.split(".", 1)[0] not in self._top:
            return None
        container = self._places[importer][:-1]
        own = self.root_of(importer)
        for at in (container, *self._beside(container)):
            found = self._by_name.get((at, dotted))
            root_here = own if at == container else ()
            usable = [(root, unit) for root, unit in found or () if self._usable(at, root, root_here, dotted)]
            if usable:
                return min(usable, key=lambda hit: (hit[0] != root_here, len(hit[0]), hit))[1]
        return None

    def _beside(self, container: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        """Yield the other containers that an importer in one of them sees: mounted archives, and what holds it."""
        yield from (mount for mount in self.mounts if mount != container)
        if container in self.mounts:
            yield container[:-1]

    def _usable(self, container: tuple[str, ...], root: tuple[str, ...], own: tuple[str, ...], dotted: str) -> bool:
        if root in (own, ()):
            return True
        if (container, root) in self._packages:
            return False
        return len(root) == 1 or "." in dotted or root[-1] in _SOURCE_ROOTS

    def longest(self, importer: int, dotted: str) -> tuple[int, str] | None:
        """Split a dotted name into the longest module of the artifact and the rest, or None."""
        carets = len(dotted) - len(dotted.lstrip("^"))
        lead, name = dotted[:carets], dotted[carets:]
        if not carets and name.split(".", 1)[0].removesuffix("()") not in self._top:
            return None
        parts = name.split(".") if name else []
        plain = name.split("(", 1)[0].split("[", 1)[0]
        most = len(parts) if plain == name else plain.count(".")  # what is called or subscripted is no module
        for cut in range(most, -1 if carets else 0, -1):
            unit = self.resolve(importer, lead + ".".join(parts[:cut]))
            if unit is not None:
                return unit, ".".join(parts[cut:])
        return None

    def parents(self, unit: int) -> tuple[int, ...]:
        """Return the `__init__` units that importing this unit runs first, outermost first."""
        container, parts = self._places[unit][:-1], self._parts[unit]
        found = []
        for cut in range(1, len(parts)):
            package = self._exact.get((container, parts[:cut]))
            if package is not None and (container, parts[:cut]) in self._packages:
                found.append(package)
        return tuple(found)
