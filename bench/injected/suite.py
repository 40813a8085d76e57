"""Run the suite: each project at each kind of place, with the clean release as base and without it."""

from __future__ import annotations

import io
import json
import sys
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from injected.payloads import PAYLOADS
from injected.places import PLACES, Files, Graft
from pratique.compare import Context
from pratique.ecosystems.pypi.filenames import describe
from pratique.model import Artifact, ArtifactKind, Dependency, Finding, Review
from pratique.pipeline import Options, Read, freeze, judge_frozen, read_artifact
from pratique.reading import Desk
from pratique.releases.dependencies import summary
from pratique.unpack import open_artifact

_OPTIONS = Options(audience="everything")
_REACHED = frozenset({"look", "block"})
_LARGEST, _SMALLEST = 120_000, 4_000
"""Bytes of Python of a project."""


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """One graft."""

    project: str
    place: str
    payload: str
    clean: str
    """Level of the clean artifact."""
    alone: str
    """Level without a base."""
    level: str
    """Level beside the base."""
    named: bool
    """Whether a reason beside the base names the graft's place."""
    named_alone: bool
    rules: tuple[str, ...] = ()


class _Kept(Desk):
    """Facts by content, in memory: a project's files are read once for all its grafts."""

    def __init__(self) -> None:
        self._facts: dict[str, bytes] = {}

    def load(self, key: str) -> bytes | None:
        """Return what an earlier graft read."""
        return self._facts.get(key)

    def save(self, key: str, value: bytes) -> None:
        """Keep it."""
        self._facts[key] = value


def projects(benign: Path, count: int) -> Iterator[tuple[str, Files]]:
    """Yield pure-Python wheels of the list, each project once, in the order of their hashes."""
    from pratique.evaluate import corpora

    taken: set[str] = set()
    for source in sorted(corpora.benign(benign), key=lambda one: one.item.sha256):
        item = source.item
        if item.group in taken or not item.name.endswith("-none-any.whl"):
            continue
        if not _SMALLEST <= item.py_bytes <= _LARGEST:
            continue
        files = opened(source.read()[1])
        if all(place(files, "pass\n") is not None for place in PLACES.values()):
            taken.add(item.group)
            yield item.group, files
            if len(taken) == count:
                return


def opened(data: bytes) -> Files:
    """Return the files of a wheel without its RECORD, which no graft can keep right."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = [one for one in archive.namelist() if not one.endswith(("/", "/RECORD"))]
        return {name: archive.read(name) for name in names}


def run(name: str, wheel: Files, number: int) -> Iterator[Result]:
    """Graft one project at every place; the payload changes with project and place."""
    desk = _Kept()
    shapes = list(PAYLOADS.items())
    clean: dict[tuple[str, ...], Read] = {}
    for index, (place, graft) in enumerate(PLACES.items()):
        payload, text = shapes[(number + index) % len(shapes)]
        made = graft(wheel, text(number * len(PLACES) + index))
        if made is not None:
            key = (made.kind, *sorted(made.clean))
            base = clean.get(key) or clean.setdefault(key, _read(made.clean, made.kind, desk))
            yield _measured(name, place, payload, made, base, desk)


def _measured(name: str, place: str, payload: str, made: Graft, base: Read, desk: Desk) -> Result:
    artifact, data = _packed(made.poisoned, made.kind)
    frozen, reader = freeze(artifact, open_artifact(data, artifact.filename), _OPTIONS, desk)
    contexts = (
        Context(base=base.portrait, dependencies=_wanted(made, desk, "new")),
        Context(dependencies=_wanted(made, desk)),
    )
    beside, alone = (judge_frozen(frozen, _OPTIONS, reader, context) for context in contexts)
    return Result(
        project=name,
        place=place,
        payload=payload,
        clean=base.review.verdict.level,
        alone=alone.verdict.level,
        level=beside.verdict.level,
        named=names(beside, made.at),
        named_alone=names(alone, made.at),
        rules=tuple(reason.rule for reason in beside.verdict.reasons),
    )


def _wanted(made: Graft, desk: Desk, *marks: str) -> tuple[Dependency, ...]:
    """Review the stand-in of a new dependency, whose project is days old."""
    if made.dependency is None:
        return ()
    read = _read(made.dependency, "wheel", desk)
    return (summary(made.at, f"{made.at}>=1.0", (*marks, "young"), None, [read]),)


def names(review: Review, at: str) -> bool:
    """Tell whether a finding that counts points to the graft."""
    counted = {reason.fingerprint for reason in review.verdict.reasons if reason.points}
    return any(at in _mentioned(one) for one in review.findings if one.fingerprint in counted)


def _mentioned(finding: Finding) -> set[str]:
    places = (finding.primary, *finding.related, *(step.where for step in finding.path))
    return {where.segments[0] for where in places if where.segments} | {finding.target}


def _packed(files: Files, kind: str) -> tuple[Artifact, bytes]:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path, data in files.items():
            archive.writestr(zipfile.ZipInfo(path), data)
    data = packed.getvalue()
    return msgspec.structs.replace(describe("p-1.0.zip", data), kind=msgspec.convert(kind, ArtifactKind)), data


def _read(files: Files, kind: str, desk: Desk) -> Read:
    artifact, data = _packed(files, kind)
    return read_artifact(artifact, data, _OPTIONS, desk, draw=True)


def table(results: Iterable[Result]) -> str:
    """Return the figures: per place, per payload, and all."""
    kept = list(results)
    lines = [f"{'':<16}{'grafts':>7}{'with base':>11}{'named':>8}{'without':>9}{'block':>7}"]
    groups: defaultdict[str, list[Result]] = defaultdict(list)
    for one in kept:
        groups[one.place].append(one)
    for one in kept:
        groups[f"({one.payload})"].append(one)
    for name, group in (*groups.items(), ("all", kept)):
        count = Counter[str]()
        for one in group:
            count["with"] += one.level in _REACHED and one.named
            count["named"] += one.named
            count["without"] += one.alone in _REACHED and one.named_alone
            count["block"] += one.level == "block"
        n = len(group)
        lines.append(
            f"{name:<16}{n:>7}{count['with'] / n:>11.1%}{count['named'] / n:>8.1%}{count['without'] / n:>9.1%}"
            f"{count['block'] / n:>7.1%}"
        )
    return "\n".join(lines) + "\n"


def main(argv: list[str]) -> int:
    """`python bench/injected/suite.py BENIGN COUNT [RESULTS.json]`."""
    benign, count = Path(argv[0]), int(argv[1])
    results: list[Result] = []
    for number, (name, wheel) in enumerate(projects(benign, count)):
        results += run(name, wheel, number)
        sys.stderr.write(f"\r\x1b[K{number + 1} of {count}: {name}")
        if len(argv) > 2:
            Path(argv[2]).write_text(json.dumps(msgspec.to_builtins(results), indent=1) + "\n", "utf-8")
    sys.stderr.write("\n")
    sys.stdout.write(table(results))
    for one in results:
        if one.level not in _REACHED or not one.named:
            told = (
                f"missed: {one.project} {one.place} {one.payload}: {one.level} (alone {one.alone}, named {one.named})"
            )
            sys.stdout.write(f"{told} {','.join(one.rules)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
