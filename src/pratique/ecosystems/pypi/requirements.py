"""Requirements files (`-r`), read as data: nothing they name is fetched here, no variable expanded, no option obeyed.

What pip would install from an index becomes a target. Everything else is refused with a reason: direct addresses,
version control, editable installs, local paths, options that choose another index, lines that cannot be read.
"""

from __future__ import annotations

import re
import shlex
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.markers import UndefinedComparison, UndefinedEnvironmentName
from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from pratique.ecosystems import Refused, Target, Wanted
from pratique.ecosystems.pypi.page import sha256_of
from pratique.ecosystems.pypi.targets import is_path, pinned
from pratique.errors import TargetNotFound
from pratique.http import redacted

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_FILES = 100
MAX_BYTES = 4 << 20
NESTED = frozenset({"-r", "--requirement"})
CONSTRAINT = frozenset({"-c", "--constraint"})
HARMLESS = frozenset({"--require-hashes", "--no-binary", "--only-binary", "--prefer-binary", "--pre", "--use-feature"})
"""Options that change what pip picks on one machine, not where from: a review reads every file of a release."""
OPTION = re.compile(r"\s(--?[a-z][a-z-]*)(?:[= ]\s*(\S+))?")


@dataclass(slots=True)
class _Reading:
    """What was found so far, and what is still to read."""

    root: Path
    """Nothing outside this folder is read."""
    queue: deque[tuple[Path, bool, str]]
    """(file, whether it only constrains, the place that names it)"""
    seen: set[tuple[Path, bool]] = field(default_factory=set)
    items: list[tuple[Requirement, tuple[str, ...], str]] = field(default_factory=list)
    """(requirement, sha256 digests, text)"""
    constraints: dict[str, SpecifierSet] = field(default_factory=dict)
    refused: list[Refused] = field(default_factory=list)

    def refuse(self, text: str, where: str, reason: str) -> None:
        self.refused.append(Refused(text=redacted(text), where=where, reason=redacted(reason)))


def read(path: Path, only: str = "") -> Wanted:
    """Return what the requirements file at `path` asks for, with the files that it includes from its own folder.

    Markers are judged for the Python that runs Pratique. Raises `TargetNotFound` when `path` itself cannot be read.
    """
    if not path.is_file():
        raise TargetNotFound(f"there is no requirements file {path}")
    reading = _Reading(root=path.resolve().parent, queue=deque([(path, False, str(path))]))
    while reading.queue:
        file, constrains, named_at = reading.queue.popleft()
        _file(reading, file, constrains, named_at)
    targets = (_target(reading, *item, only) for item in reading.items)
    return Wanted(targets=tuple(dict.fromkeys(targets)), refused=tuple(reading.refused))


def logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield (number of its first line, content) for each line with content, as pip joins and strips them.

    A backslash at the end continues a line, a comment ends a continued one, `#` starts a comment after a blank.
    """
    start, held = 0, ""
    for number, line in enumerate(text.splitlines(), 1):
        start = start or number
        comment = re.match(r"\s*#", line)
        if line.endswith("\\") and not comment:
            held += line[:-1]
            continue
        whole = re.sub(r"(^|\s)#.*$", "", f"{held} {line}" if comment else held + line).strip()
        if whole:
            yield start, whole
        start, held = 0, ""
    if held.strip():
        yield start, held.strip()


def _file(reading: _Reading, file: Path, constrains: bool, named_at: str) -> None:
    """Read one file into `reading`."""
    real = file.resolve()
    if (real, constrains) in reading.seen:
        return
    reason = _unreadable(reading, real)
    if reason:
        reading.refuse(str(file), named_at, reason)
        return
    reading.seen.add((real, constrains))
    text = real.read_bytes().decode("utf-8-sig", "replace")
    for number, line in logical_lines(text):
        _line(reading, line, f"{file}:{number}", file.parent, constrains)


def _unreadable(reading: _Reading, real: Path) -> str:
    """Return why a file is not read, or ""."""
    if not real.is_relative_to(reading.root):
        return "it is outside the folder of the first requirements file"
    if not real.is_file():
        return "there is no such file"
    if real.stat().st_size > MAX_BYTES:
        return f"it is larger than {MAX_BYTES:,} bytes"
    return f"more than {MAX_FILES} files are included" if len(reading.seen) >= MAX_FILES else ""


def _line(reading: _Reading, line: str, where: str, folder: Path, constrains: bool) -> None:
    """Read one logical line into `reading`."""
    if line.startswith("-"):
        _option(reading, line, where, folder, constrains)
        return
    options = OPTION.search(line)
    asked, rest = (line[: options.start()].strip(), line[options.start() :]) if options else (line, "")
    reason = _not_on_an_index(asked)
    if reason:
        reading.refuse(line, where, reason)
        return
    try:
        requirement = Requirement(asked)
        applies = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
    except (InvalidRequirement, UndefinedComparison, UndefinedEnvironmentName) as error:
        reading.refuse(line, where, f"it cannot be read: {str(error).splitlines()[0]}")
        return
    hashes = [value for name, value in OPTION.findall(rest) if name == "--hash"]
    digests = tuple(sorted({sha256_of(value.partition(":")[2]) for value in hashes if value.startswith("sha256:")}))
    if requirement.url:
        reading.refuse(line, where, "it names an address, not a project on the index")
    elif not applies:
        reading.refuse(line, where, f"its marker is false here: {requirement.marker}")
    elif constrains:
        name = canonicalize_name(requirement.name)
        reading.constraints[name] = reading.constraints.get(name, SpecifierSet()) & requirement.specifier
    elif hashes and (not digests or "" in digests):
        reading.refuse(line, where, "its hashes are not sha256, the only kind that is checked")
    else:
        reading.items.append((requirement, digests, line))


def _option(reading: _Reading, line: str, where: str, folder: Path, constrains: bool) -> None:
    """Follow `-r` and `-c`, pass over what does not matter, refuse the rest."""
    try:
        words = shlex.split(line)
    except ValueError:
        words = line.split()
    name, equals, value = words[0].partition("=")
    if name[:2] in NESTED | CONSTRAINT and not name.startswith("--") and len(name) > 2:
        name, value = name[:2], name[2:] + equals + value  # -rother.txt
    value = value or " ".join(words[1:])
    if name in NESTED | CONSTRAINT and value and "://" not in value:
        reading.queue.append((folder / value, constrains or name in CONSTRAINT, where))
    elif name in {"-e", "--editable"}:
        reading.refuse(line, where, "it is an editable install, not a project on the index")
    elif name not in HARMLESS:
        reading.refuse(line, where, "this option is not followed: the index is the one that pip is configured to use")


def _not_on_an_index(asked: str) -> str:
    """Return why this requirement cannot be looked up, or ""."""
    if re.match(r"(git|hg|svn|bzr)\+", asked):
        return "it is fetched by version control, not from an index"
    if "://" in asked or re.match(r"[\w.\s-]+(\[[^]]*\])?\s*@", asked):
        return "it names an address, not a project on the index"
    if is_path(asked.partition(";")[0].partition("[")[0].strip()):
        return "it is a local path: review it by that path"
    return "it uses a variable of the environment" if "${" in asked else ""


def _target(reading: _Reading, requirement: Requirement, hashes: tuple[str, ...], text: str, only: str) -> Target:
    name = canonicalize_name(requirement.name)
    specifier = requirement.specifier & reading.constraints.get(name, SpecifierSet())
    version = pinned(specifier)
    return Target(
        kind="project",
        text=text,
        name=name,
        version=version,
        specifier="" if version else str(specifier),
        only=only,
        hashes=hashes,
    )
