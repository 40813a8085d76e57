"""Do the files of one release agree? A wheel with its sdist, with another wheel, and with what the index tells.

What is inside one file (RECORD, METADATA, entry points, names) is checked when that file is read; here are only the
questions that need two of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from packaging.utils import canonicalize_name, canonicalize_version

from pratique.compare.portrait import Content, Portrait, requirements
from pratique.model import Change, ChangeTopic, Where

MOST = 50
"""Differences of one kind that are listed."""
TOLD, INDEX_DEPENDENCY = "index-told", "index-dependency"
"""Context: whether the index tells the requirements of the release, and each of them."""
INDEX_METADATA = "index-metadata"
"""Context: SHA-256 of the METADATA that the index serves beside a wheel."""
_CODE = frozenset({"python", "pth", "start", "shell", "powershell", "batch", "javascript", "bytecode"})
_BUILT = frozenset({"elf", "pe", "macho", "wasm"})
_SOURCES = (".c", ".cc", ".cpp", ".cxx", ".cu", ".pyx", ".pxd", ".rs", ".f", ".f90", ".go", ".zig", ".asm", ".s")


def differences(one: Portrait, sdist: Portrait | None, sibling: Portrait | None) -> tuple[Change, ...]:
    """Return in what a file differs from its release where an honest build does not make it differ, a few of each.

    `sdist` and `sibling` are the source distribution and another wheel. `before` is what those hold or the index says,
    `after` what this file does.
    """
    found = [*_names(one), *_served(one), *islice(_untold(one), MOST)]
    if one.artifact.kind != "sdist" and sdist is not None and sdist.artifact.kind == "sdist":
        found += islice(_absent(one, sdist), MOST)
    if sibling is not None:
        found += islice(_between(one, sibling), MOST)
        found += islice(_requirements(one, sibling), MOST)
    return tuple(dict.fromkeys(found))


def apart(one: Portrait, other: Portrait) -> bool:
    """Tell whether two wheels differ in code or requirements."""
    return any(_between(one, other)) or any(_requirements(one, other))


def _names(one: Portrait) -> Iterator[Change]:
    """Compare the declared name and version with those that the index files it under."""
    if one.artifact.kind != "wheel":
        return
    package, said = one.artifact.package, dict(one.context)
    pairs = (
        ("name", canonicalize_name(said.get("name", "")), canonicalize_name(package.name)),
        ("version", canonicalize_version(said.get("version", "")), canonicalize_version(package.version)),
    )
    for key, inside, outside in pairs:
        if inside and outside and inside != outside:
            yield _change("metadata", key, outside, inside)


def _served(one: Portrait) -> Iterator[Change]:
    """Compare the METADATA of a wheel with the one that the index serves for installers to read alone."""
    wanted = dict(one.context).get(INDEX_METADATA, "")
    for content in one.files if wanted else ():
        if content.path == ".dist-info/METADATA" and content.sha256 != wanted:
            after = "not what the index serves beside the file"
            yield _change("metadata", "METADATA", f"sha256 {wanted[:16]}", after, content.segments)


def _untold(one: Portrait) -> Iterator[Change]:
    """Yield requirements that installers find in a wheel and that the index does not tell."""
    if one.artifact.kind == "sdist" or TOLD not in dict(one.context):
        return
    told = requirements(("dependency", line) for key, line in one.context if key == INDEX_DEPENDENCY)
    for name, line in requirements(one.context).items():
        if name not in told:
            yield _change("dependency", name, "", f"{line} (not told by the index)")


def _absent(wheel: Portrait, sdist: Portrait) -> Iterator[Change]:
    """Yield code of the wheel that the sdist has neither by content nor by name, and native code without any source."""
    contents = {content.sha256 for content in sdist.files}
    paths = {content.path for content in sdist.files}
    ends = {path[at + 1 :] for path in paths for at, letter in enumerate(path) if letter == "/"} | paths
    sources = any(path.lower().endswith(_SOURCES) for path in paths)
    for content in wheel.files:
        if content.sha256 in contents or ".dist-info/" in content.path or content.path in ends:
            continue
        if content.kind in _CODE:
            yield _change("file", content.path, "", f"not in {sdist.artifact.filename}", content.segments)
        elif content.kind in _BUILT and not sources:
            why = f"{sdist.artifact.filename} has nothing to build it from"
            yield _change("opaque", content.path, "", why, content.segments)


def _between(one: Portrait, other: Portrait) -> Iterator[Change]:
    """Yield code files that two wheels do not share: honest ones differ in what is built."""
    mine, theirs = _code(one), _code(other)
    said, told = _said(one), _said(other)
    name = other.artifact.filename
    for path in sorted(mine.keys() | theirs.keys()):
        here, there = mine.get(path), theirs.get(path)
        if here is None:
            yield _change("file", path, f"only in {name}", "")
        elif there is None:
            yield _change("file", path, "", f"not in {name}", here.segments)
        elif here.sha256 != there.sha256 and not (path in said and said[path] == told.get(path)):
            yield _change("file", path, "", f"not as in {name}", here.segments)


def _code(wheel: Portrait) -> dict[str, Content]:
    return {content.path: content for content in wheel.files if content.kind in _CODE}


def _said(wheel: Portrait) -> dict[str, list[tuple[str, str]]]:
    """Return what the functions of each file say, whatever its line ends, comments and layout."""
    found: dict[str, list[tuple[str, str]]] = {}
    for body in wheel.bodies:
        found.setdefault(body.path, []).append((body.symbol, body.digest))
    return {path: sorted(bodies) for path, bodies in found.items()}


def _requirements(one: Portrait, other: Portrait) -> Iterator[Change]:
    """Yield requirements that two wheels do not share."""
    mine, theirs = requirements(one.context), requirements(other.context)
    name = other.artifact.filename
    for wanted in sorted(mine.keys() ^ theirs.keys()):
        if wanted in mine:
            yield _change("dependency", wanted, "", f"{mine[wanted]} (not asked for by {name})")
        else:
            yield _change("dependency", wanted, f"only {name} asks for {theirs[wanted]}", "")


def _change(topic: ChangeTopic, subject: str, before: str, after: str, segments: tuple[str, ...] = ()) -> Change:
    where = Where(segments=segments)
    return Change(kind="differs", topic=topic, subject=subject, before=before, after=after, where=where)


def odd_one_out(files: Sequence[Portrait]) -> dict[str, Portrait]:
    """Return, by file name, a sibling to hold a wheel against, where its own code is not what most wheels hold.

    Only for releases without an sdist, which is the better witness. Where no code is held by more than half of the
    wheels, each is held against one that differs.
    """
    wheels = [one for one in files if one.artifact.kind == "wheel"]
    if len(wheels) < 2 or len(wheels) != len(files):
        return {}
    looks = [_look(wheel) for wheel in wheels]
    ranked = sorted(dict.fromkeys(looks), key=lambda look: -looks.count(look))
    found: dict[str, Portrait] = {}
    for wheel, look in zip(wheels, looks, strict=True):
        others = [other for other in ranked if other != look]
        if others and looks.count(look) * 2 <= len(looks):
            found[wheel.artifact.filename] = wheels[looks.index(others[0])]
    return found


def _look(wheel: Portrait) -> frozenset[object]:
    """Return what a wheel's code says, or its bytes where no function of it was read."""
    said = _said(wheel)
    return frozenset(tuple(said.get(path, ())) or content.sha256 for path, content in _code(wheel).items())
