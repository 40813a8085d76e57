"""Does an artifact agree with itself? RECORD, METADATA, WHEEL and names, checked against the files that are there.

A problem here accuses nobody: honest archives are untidy too. Rules weigh what is `odd`.
"""

from __future__ import annotations

import base64
import binascii
import csv
import hashlib
import re
import sys
from collections.abc import Callable, Iterator

from pratique.ecosystems.pypi.entries.metadata import metadata_files, read_metadata
from pratique.ecosystems.pypi.entries.project import Project, read_project
from pratique.ecosystems.pypi.entries.requirements import is_direct
from pratique.ecosystems.pypi.entries.startup import import_lines
from pratique.ecosystems.pypi.entries.view import CONFIG_CAP, View, roots
from pratique.ecosystems.pypi.filenames import parse
from pratique.model import ArtifactKind, File, Problem, ProblemSeverity

PROBLEMS = (
    ("dist-info-several", "odd", "The wheel holds several .dist-info folders; installers read one, Python reads all."),
    ("metadata-ambiguous", "odd", "A metadata field that must stand once stands several times."),
    ("metadata-missing", "odd", "The artifact has no METADATA or PKG-INFO, or one without a name or version."),
    ("metadata-name-differs", "odd", "The name in the metadata is not the one in the file name."),
    ("metadata-version-differs", "odd", "The version in the metadata is not the one in the file name."),
    ("pth-import-line", "info", "A .pth file holds lines that every start of Python executes."),
    ("record-hash-differs", "odd", "A file's content is not what RECORD promises."),
    ("record-lists-missing", "odd", "RECORD lists a file that is not in the wheel."),
    ("record-missing", "odd", "The wheel has no RECORD, or one that cannot be read."),
    ("record-omits", "odd", "A file of the wheel is not listed in RECORD."),
    ("shadows-installer", "odd", "A top-level module has the name of pip, setuptools or another part of installing."),
    ("shadows-stdlib", "odd", "A top-level module has the name of a module of the standard library."),
    ("wheel-tags-differ", "info", "The tags in WHEEL are not those of the file name."),
)
MOST = 20
"""Problems of one code told one by one; the rest is counted."""
_DIST_INFO = re.compile(r"^([^/]+\.dist-info)/")
_UNHASHED = re.compile(r"^[^/]+\.dist-info/RECORD(?:\.jws|\.p7s)?$")
_LICENCE = re.compile(
    r"^[^/]+\.dist-info/(?:licen[cs]es?/.+|(?:LICEN[CS]E|COPYING|NOTICE|AUTHORS)[^/]*)$", re.IGNORECASE
)
_INSTALLERS = frozenset({"pip", "setuptools", "pkg_resources", "wheel", "_distutils_hack", "ensurepip"})
_STDLIB = (sys.stdlib_module_names | {"distutils", "imp", "asynchat", "asyncore", "smtpd", "cgi", "crypt"}) - {"test"}
"""`test` is Python's own test suite, which nothing imports, and the name of many projects' tests."""
_OWN = {"setuptools": {"setuptools", "pkg_resources", "_distutils_hack", "distutils"}}
_ONCE = frozenset({"name", "version", "metadata-version"})


def check(
    files: tuple[File, ...], read: Callable[[File], bytes], kind: ArtifactKind, filename: str = ""
) -> tuple[Problem, ...]:
    """Return what is inconsistent in an artifact. `filename` is the name it was published under, "" if unknown.

    `read` returns a file's bytes and may raise for a refused one. Never raises.
    """
    if kind == "npm" or not files:
        return ()
    project = read_project(View(files, read, {}, kind, roots(files, kind)[0]))
    found: list[Problem] = []
    for name, checks in _CHECKS:
        if name in {"any", kind}:
            found += checks(project, filename)
    return _capped(found)


def _problem(code: str, severity: ProblemSeverity, file: File | None, detail: str = "") -> Problem:
    return Problem(code=code, severity=severity, segments=file.segments if file else (), detail=detail[:300])


def _capped(found: list[Problem]) -> tuple[Problem, ...]:
    """Keep the first problems of each code, and count the others in one more."""
    counts: dict[str, int] = {}
    kept: list[Problem] = []
    for problem in dict.fromkeys(found):
        counts[problem.code] = counts.get(problem.code, 0) + 1
        if counts[problem.code] <= MOST:
            kept.append(problem)
    severities = {problem.code: problem.severity for problem in kept}
    more = ((code, number - MOST) for code, number in counts.items() if number > MOST)
    kept += [_problem(code, severities[code], None, f"and {number} more") for code, number in more]
    return tuple(kept)


def _metadata(project: Project, filename: str) -> Iterator[Problem]:
    """Check the deciding metadata file's own fields and its name and version against the file name."""
    if project.view.kind == "folder":
        return
    files = metadata_files(project)
    text = project.view.text_of(files[0]) if files else ""
    if isinstance(text, Problem):
        yield text
        return
    pairs, _ = read_metadata(text)
    file = files[0] if files else None
    fields = dict(reversed(pairs))
    if not fields.get("name", "").strip() or not fields.get("version", "").strip():
        yield _problem("metadata-missing", "odd", file, "no Name" if not fields.get("name") else "no Version")
    for key in sorted(_ONCE):
        values = {value.strip() for name, value in pairs if name == key}
        if len(values) > 1:
            yield _problem("metadata-ambiguous", "odd", file, f"{key}: {', '.join(sorted(values))}")
    for key, value in pairs:
        if key in {"requires-dist", "requires"} and is_direct(value):
            yield _problem("direct-url-dependency", "odd", file, value)
    yield from _named(fields.get("name", ""), fields.get("version", ""), filename, file)


def _named(name: str, version: str, filename: str, file: File | None) -> Iterator[Problem]:
    from packaging.utils import canonicalize_name, canonicalize_version

    told_name, told_version = parse(filename)
    if told_version and name and canonicalize_name(name.strip()) != canonicalize_name(told_name):
        yield _problem("metadata-name-differs", "odd", file, f"{name.strip()} in a file named {told_name}")
    if told_version and version and _same(version) != _same(told_version):
        shown = f"{canonicalize_version(version.strip())} in a file named {told_version}"
        yield _problem("metadata-version-differs", "odd", file, shown)


def _same(version: str) -> str:
    """Normalise a version as PEP 440 does, and what file names must escape (`1.0-1`, `1.0+local_x`)."""
    from packaging.utils import canonicalize_version

    return canonicalize_version(version.strip().replace("_", "-")).replace("_", "-")


def _wheel(project: Project, filename: str) -> Iterator[Problem]:
    """Check RECORD, the number of .dist-info folders, and the tags in WHEEL."""
    placed = [item for item in project.view.placed if not item.nested]
    infos = sorted({found[1] for item in placed if (found := _DIST_INFO.match(item.path))})
    if len(infos) > 1:
        yield _problem("dist-info-several", "odd", None, ", ".join(infos))
    records = [item.file for item in placed if re.fullmatch(r"[^/]+\.dist-info/RECORD", item.path)]
    if not records:
        yield _problem("record-missing", "odd", None)
    for file in records:
        yield from _record(project, file)
    for item in placed:
        if re.fullmatch(r"[^/]+\.dist-info/WHEEL", item.path):
            yield from _tags(project, item.file, filename)


def _record(project: Project, record: File) -> Iterator[Problem]:
    data = project.view.bytes_of(record, CONFIG_CAP * 16)
    if data is None:
        yield _problem("record-missing", "odd", record, "not read")
        return
    try:
        rows = tuple(csv.reader(data.decode("utf-8", "replace").splitlines()))
    except csv.Error as error:
        yield _problem("record-missing", "odd", record, str(error))
        return
    promised = {_path(row[0]): row for row in rows if row and row[0]}
    present = {item.file.segments[0].replace("\\", "/"): item.file for item in project.view.placed if not item.nested}
    for path, row in promised.items():
        file = present.get(path)
        if file is None and not path.endswith("/"):
            yield _problem("record-lists-missing", "odd", record, path)
        elif file is not None and not _UNHASHED.match(path):
            yield from _promise(project, file, row)
    for path, file in present.items():
        tolerated = _UNHASHED.match(path) or (_LICENCE.match(path) and file.kind in {"text", "empty"})
        if path not in promised and not tolerated and file.kind != "link":
            yield _problem("record-omits", "odd", file)


def _path(text: str) -> str:
    return text.replace("\\", "/").removeprefix("./")


def _promise(project: Project, file: File, row: list[str]) -> Iterator[Problem]:
    algorithm, _, encoded = row[1].partition("=") if len(row) > 1 else ("", "", "")
    if len(row) > 2 and row[2].strip().isdecimal() and row[2].strip() != str(file.size):
        yield _problem("record-hash-differs", "odd", file, f"{row[2].strip()} bytes promised, {file.size} there")
        return
    digest = _digest(project, file, algorithm.strip().lower())
    if encoded and digest is not None and _hex(encoded) != digest:
        yield _problem("record-hash-differs", "odd", file, algorithm)


def _digest(project: Project, file: File, algorithm: str) -> str | None:
    """Return a file's digest in hex; None for an algorithm that wheels may not use (PEP 376, PEP 427)."""
    if algorithm == "sha256":
        return file.sha256
    data = project.view.bytes_of(file) if algorithm in {"sha384", "sha512"} else None
    return hashlib.new(algorithm, data).hexdigest() if data is not None else None


def _hex(encoded: str) -> str:
    try:
        return base64.urlsafe_b64decode(encoded.strip() + "=" * (-len(encoded.strip()) % 4)).hex()
    except (binascii.Error, ValueError):
        return ""


def _tags(project: Project, file: File, filename: str) -> Iterator[Problem]:
    from packaging.tags import parse_tag

    text = project.view.text_of(file)
    base = filename.rpartition("/")[2].removesuffix(".whl")
    if isinstance(text, Problem) or base.count("-") < 4:
        return
    values = (value.strip() for key, value in read_metadata(text)[0] if key == "tag" and value.count("-") == 2)
    declared = frozenset(tag for value in values for tag in parse_tag(value))
    told = parse_tag("-".join(base.split("-")[-3:]))
    if declared and told != declared:
        yield _problem("wheel-tags-differ", "info", file, ", ".join(sorted(map(str, told ^ declared))))


def _shadows(project: Project, _: str) -> Iterator[Problem]:
    """Check the top-level names that a wheel installs, or that lie beside setup.py while it runs."""
    texts = (project.view.text_of(file) for file in metadata_files(project)[:1])
    pairs = [pair for text in texts if isinstance(text, str) for pair in read_metadata(text)[0]]
    own = dict(reversed(pairs)).get("name", "").strip().lower().replace("-", "_")
    allowed = _OWN.get(own, set()) | {own}
    seen: set[str] = set()
    for placed in project.view.placed:
        if placed.nested or placed.stem is None or placed.stem.cached or not placed.stem.importable:
            continue
        parts = placed.stem.parts
        package = placed.stem.path.endswith("/__init__") and len(parts) == 1
        name = parts[0]
        if (package or "/" not in placed.stem.path) and name not in allowed and name not in seen:
            seen.add(name)
            if name in _INSTALLERS:
                yield _problem("shadows-installer", "odd", placed.file, name)
            elif name in _STDLIB and name != "__main__":
                yield _problem("shadows-stdlib", "odd", placed.file, name)


def _pth(project: Project, _: str) -> Iterator[Problem]:
    for placed in project.view.placed:
        if placed.path.endswith(".pth") and "/" not in placed.path and not placed.nested:
            text = project.view.text_of(placed.file)
            lines = import_lines(text) if isinstance(text, str) else ()
            if lines:
                yield _problem("pth-import-line", "info", placed.file, f"lines {', '.join(map(str, lines[:20]))}")


_CHECKS: tuple[tuple[str, Callable[[Project, str], Iterator[Problem]]], ...] = (
    ("any", _metadata), ("wheel", _wheel), ("any", _shadows), ("any", _pth),
)  # fmt: skip
