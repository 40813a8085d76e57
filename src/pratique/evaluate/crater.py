"""Crater: frozen facts of benign wheels, judged again by today's rules; says what a change makes appear or vanish.

Facts are read once (`freeze`) and kept in a folder, compressed; judging them (`replay`) needs no wheel. The findings
that are expected stand in a baseline (`pratique-crater/1`), which a change of rules is compared with and then replaces.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal

import msgspec

from pratique import frozen
from pratique.errors import ConfigError, NothingToReview
from pratique.evaluate.compare import Shift
from pratique.evaluate.corpora import Source
from pratique.evaluate.run import Say
from pratique.evaluate.work import StepDesk, preload
from pratique.model import Level
from pratique.pool import Job, Limits, Pool, Request, Speaker
from pratique.verdict import engine_digest

WHEELS = 300
CODE = 300_000
"""Bytes of Python in a wheel at most, so that a replay takes minutes."""
SUFFIX = ".facts"


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """What the engine finds in one wheel."""

    name: str
    level: Level
    findings: tuple[str, ...]
    """`rule@trigger`, with `?` where the path is a guess."""


class Baseline(msgspec.Struct, frozen=True, kw_only=True):
    """What is expected, `pratique-crater/1`."""

    schema: Literal["pratique-crater/1"] = "pratique-crater/1"
    engine: str
    wheels: dict[str, Judged]
    """By SHA-256."""


def chosen(wheels: Iterable[Source]) -> tuple[Source, ...]:
    """Return the wheels of the crater: the smallest hashes among those with little code."""
    small = (one for one in wheels if 0 < one.item.py_bytes <= CODE)
    return tuple(sorted(small, key=lambda one: one.item.sha256)[:WHEELS])


def freeze(wheels: Sequence[Source], place: Path, *, jobs: int | None, limit_s: float, say: Say) -> int:
    """Write the facts of every wheel that has none in the folder yet; return how many could not be read."""
    place.mkdir(parents=True, exist_ok=True)
    missing = [one for one in wheels if not (place / f"{one.item.sha256}{SUFFIX}").is_file()]
    failed = 0

    def requests() -> Iterator[Request]:
        for one in missing:
            name, data = one.read()
            yield Request(data=data, options=name.encode(), label=one.item.sha256)

    if not missing:
        return 0
    with Pool(_work, preload=preload, jobs=jobs, limits=Limits.of_one(limit_s)) as pool:
        for done, answer in enumerate(pool.map(requests()), 1):
            say(f"{done} of {len(missing)} frozen")
            if answer.result:
                part = place / f"{answer.label}.part"
                part.write_bytes(answer.result)
                part.replace(place / f"{answer.label}{SUFFIX}")
            failed += not answer.result
    return failed


def _work(job: Job, speaker: Speaker) -> bytes:
    from pratique.ecosystems.pypi.filenames import describe
    from pratique.pipeline import Options
    from pratique.pipeline import freeze as read
    from pratique.unpack import open_artifact

    name = job.options.decode()
    speaker.step("unpacking")
    facts, _ = read(describe(name, job.data), open_artifact(job.data, name), Options(), StepDesk(speaker))
    return zlib.compress(frozen.dump(facts), 6)


def replay(place: Path, say: Say) -> Baseline:
    """Judge all facts of a folder by today's rules. Raises NothingToReview where there are none."""
    from pratique.pipeline import Options, judge_frozen

    files = sorted(place.glob(f"*{SUFFIX}"))
    if not files:
        raise NothingToReview(f"there are no frozen facts in {place}", hint="`pratique crater freeze` writes them")
    wheels = {}
    for done, path in enumerate(files, 1):
        say(f"{done} of {len(files)} judged")
        review = judge_frozen(_load(path), Options(audience="everything"))
        marked = {f"{one.rule}@{one.trigger}{'?' if one.certainty == 'assumed' else ''}" for one in review.findings}
        wheels[path.stem] = Judged(
            name=review.artifact.filename, level=review.verdict.level, findings=tuple(sorted(marked))
        )
    return Baseline(engine=engine_digest(), wheels=wheels)


def _load(path: Path) -> frozen.Frozen:
    try:
        return frozen.load(zlib.decompress(path.read_bytes()))
    except zlib.error as error:
        raise ConfigError(f"{path} holds no frozen facts: {error}", hint="remove it and freeze again") from error


def read(path: Path) -> Baseline:
    """Read a baseline. Raises ConfigError."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Baseline)
    except (OSError, msgspec.DecodeError) as error:
        raise ConfigError(f"no baseline in {path}: {error}", hint="`pratique crater accept` writes it") from error


def write(found: Baseline, path: Path) -> None:
    """Write a baseline, one wheel a line, so that a change reads well in a diff."""
    rows = [f'  "{sha256}": {msgspec.json.encode(one).decode()}' for sha256, one in sorted(found.wheels.items())]
    head = f'{{\n "schema": "{found.schema}",\n "engine": "{found.engine}",\n "wheels": {{\n'
    path.write_text(head + ",\n".join(rows) + "\n }\n}\n", "utf-8")


def shifts(before: Mapping[str, Judged], after: Mapping[str, Judged]) -> tuple[Shift, ...]:
    """Return what changed, the wheels that rose first."""
    found = [
        Shift(
            corpus="benign",
            sha256=sha256,
            name=new.name,
            before=old.level,
            after=new.level,
            appeared=tuple(sorted(set(new.findings) - set(old.findings))),
            vanished=tuple(sorted(set(old.findings) - set(new.findings))),
        )
        for sha256, new in after.items()
        if (old := before.get(sha256)) is not None and (old.findings != new.findings or old.level != new.level)
    ]
    return tuple(sorted(found, key=lambda one: (not one.worse, one.before == one.after, one.name)))
