"""Do the files of one release agree? Wheels with the sdist, wheels with each other, names with the index.

What is inside one file (RECORD, METADATA, entry points, names) is checked when that file is read; here are only the
questions that need two of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from packaging.utils import canonicalize_name, canonicalize_version

from pratique.compare.portrait import Content, Portrait, requirements
from pratique.model import Change, ChangeKind, ChangeTopic, Where

MOST = 50
"""Differences of one kind that are listed."""
_CODE = frozenset({"python", "pth", "start", "shell", "powershell", "batch", "javascript", "bytecode"})
_BUILT = frozenset({"elf", "pe", "macho", "wasm"})
_SOURCES = (".c", ".cc", ".cpp", ".cxx", ".cu", ".pyx", ".pxd", ".rs", ".f", ".f90", ".go", ".zig", ".asm", ".s")


def disagreements(files: Sequence[Portrait]) -> tuple[Change, ...]:
    """Return in what the files of one release differ where an honest build does not make them differ, a few of each.

    `before` is what the one file says or holds, `after` the other.
    """
    wheels = [one for one in files if one.artifact.kind == "wheel"]
    sdist = next((one for one in files if one.artifact.kind == "sdist"), None)
    found: list[Change] = []
    for wheel in wheels:
        found += islice(_names(wheel), MOST)
        if sdist is not None:
            found += islice(_absent(wheel, sdist), MOST)
    for wheel in wheels[1:]:
        found += islice(_between(wheels[0], wheel), MOST)
        found += islice(_requirements(wheels[0], wheel), MOST)
    return tuple(dict.fromkeys(found))


def _names(wheel: Portrait) -> Iterator[Change]:
    """Compare the declared name and version with those that the index files it under."""
    package, said = wheel.artifact.package, dict(wheel.context)
    pairs = (
        ("name", canonicalize_name(said.get("name", "")), canonicalize_name(package.name)),
        ("version", canonicalize_version(said.get("version", "")), canonicalize_version(package.version)),
    )
    for key, inside, outside in pairs:
        if inside and outside and inside != outside:
            yield _change("metadata", key, outside, inside, wheel, ())


def _absent(wheel: Portrait, sdist: Portrait) -> Iterator[Change]:
    """Yield code of the wheel that the sdist has neither by content nor by name, and native code without any source."""
    contents = {content.sha256 for content in sdist.files}
    paths = {content.path for content in sdist.files}
    sources = any(path.lower().endswith(_SOURCES) for path in paths)
    for content in wheel.files:
        if content.sha256 in contents or ".dist-info/" in content.path:
            continue
        named = any(path == content.path or path.endswith(f"/{content.path}") for path in paths)
        if content.kind in _CODE and not named:
            yield _change("file", content.path, "", f"not in {sdist.artifact.filename}", wheel, content.segments)
        elif content.kind in _BUILT and not sources and not named:
            why = f"{sdist.artifact.filename} has nothing to build it from"
            yield _change("opaque", content.path, "", why, wheel, content.segments)


def _between(one: Portrait, other: Portrait) -> Iterator[Change]:
    """Yield code files that two wheels do not share: honest ones differ in what is built."""
    mine, theirs = _code(one), _code(other)
    for path in sorted(mine.keys() | theirs.keys()):
        left, right = mine.get(path), theirs.get(path)
        if left is None and right is not None:
            yield _change("file", path, f"not in {one.artifact.filename}", "", other, right.segments)
        elif right is None and left is not None:
            yield _change("file", path, f"not in {other.artifact.filename}", "", one, left.segments)
        elif left is not None and right is not None and left.sha256 != right.sha256:
            yield _change("file", path, one.artifact.filename, other.artifact.filename, other, right.segments)


def _code(wheel: Portrait) -> dict[str, Content]:
    return {content.path: content for content in wheel.files if content.kind in _CODE}


def _requirements(one: Portrait, other: Portrait) -> Iterator[Change]:
    """Yield requirements that two wheels do not share."""
    mine, theirs = requirements(one.context), requirements(other.context)
    for name in sorted(mine.keys() ^ theirs.keys()):
        yield _change("dependency", name, mine.get(name, ""), theirs.get(name, ""), other, ())


def _change(
    topic: ChangeTopic, subject: str, before: str, after: str, at: Portrait, segments: tuple[str, ...]
) -> Change:
    where = Where(segments=(at.artifact.filename, *segments))
    kind: ChangeKind = "changed" if before and after else "added" if not before else "removed"
    return Change(kind=kind, topic=topic, subject=subject, before=before, after=after, where=where)


def odd_one_out(files: Sequence[Portrait]) -> dict[str, Portrait]:
    """Return, by file name, a sibling to hold a wheel against, where its own code is not what most wheels hold.

    Only for releases without an sdist, which is the better witness.
    """
    wheels = [one for one in files if one.artifact.kind == "wheel"]
    if len(wheels) < 2 or len(wheels) != len(files):
        return {}
    looks = [frozenset(content.sha256 for content in _code(wheel).values()) for wheel in wheels]
    usual = max(looks, key=lambda look: (looks.count(look), -looks.index(look)))
    witness = wheels[looks.index(usual)]
    return {wheel.artifact.filename: witness for wheel, look in zip(wheels, looks, strict=True) if look != usual}
