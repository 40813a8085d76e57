"""A rule over everything that was ever read: stored facts are judged again, and no byte of any artifact is touched."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from sqlalchemy import Row, Select, select

from pratique import frozen
from pratique.model import Finding, Level
from pratique.pipeline import Options, judge_frozen
from pratique.pool import Job, Limits, Pool, Request, Speaker
from pratique.rules import Rule
from pratique.store import Store, facts, queue
from pratique.store.tables import artifacts, releases


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """An artifact in which the rule holds."""

    artifact: int
    purl: str
    filename: str
    sha256: str
    level: Level
    """By today's rules."""
    findings: tuple[Finding, ...]


class Hunted(msgspec.Struct, kw_only=True):
    """What came of a hunt, counted as it goes."""

    judged: int = 0
    unread: list[int] = []
    """Artifacts without facts that this version can read: their bytes have to be read again."""


class _Task(msgspec.Struct, frozen=True, kw_only=True):
    rule: str
    options: Options


class _Found(msgspec.Struct, frozen=True, kw_only=True):
    level: Level
    findings: tuple[Finding, ...]


class Judge:
    """The work of a child: judges one artifact's facts, which come from hostile bytes."""

    def made_from(self) -> tuple[()]:
        """Return what makes another one, in a fresh interpreter (`pool.spawn`)."""
        return ()

    def work(self, job: Job, speaker: Speaker) -> bytes:
        """Return the findings of one rule."""
        task = msgspec.msgpack.decode(job.options, type=_Task)
        speaker.step("judging")
        review = judge_frozen(frozen.load(job.data), task.options)
        held = tuple(one for one in review.findings if one.rule == task.rule)
        return msgspec.msgpack.encode(_Found(level=review.verdict.level, findings=held))


def hunt(store: Store, rule: Rule, counted: Hunted, *, own: bool = False, jobs: int | None = None) -> Iterator[Hit]:
    """Yield the artifacts in which `rule` holds today; `counted` is filled as it goes.

    `own`: the rule is not one of the packaged ones, and runs beside them.
    """
    options = Options(audience="everything", rules=(rule,) if own else ())
    task = msgspec.msgpack.encode(_Task(rule=rule.id, options=options))
    with store.read() as connection:
        held = list(facts.held(connection))
        every = {row.id: row for row in connection.execute(_named())}
    counted.unread += [number for number in every if number not in set(held)]
    judge = Judge()
    with Pool(judge.work, jobs=jobs, limits=Limits()) as pool:
        for outcome in pool.map(_requests(store, held, every, task, counted)):
            number = int(outcome.label)
            if outcome.refused:
                counted.unread.append(number)
                continue
            counted.judged += 1
            found = msgspec.msgpack.decode(outcome.result, type=_Found)
            if found.findings:
                row = every[number]
                yield Hit(
                    artifact=number,
                    purl=f"pkg:{row.ecosystem}/{row.name}@{row.version}",
                    filename=row.filename,
                    sha256=row.sha256,
                    level=found.level,
                    findings=found.findings,
                )


def reread(store: Store, numbers: Iterable[int], engine: str) -> int:
    """Queue artifacts to be read again from their bytes, in the lane of rescans; return how many are new there."""
    context = msgspec.json.encode({"engine": engine})
    with store.write() as connection:
        return queue.put(connection, [queue.New(number, queue.RESCAN, "rescan", context) for number in numbers])


def _requests(
    store: Store, held: Iterable[int], every: dict[int, Row[Any]], task: bytes, counted: Hunted
) -> Iterator[Request]:
    for number in held:
        with store.read() as connection:
            found = facts.load(connection, number, every[number].sha256)
        if found is None:
            counted.unread.append(number)
        else:
            yield Request(data=frozen.dump(found), options=task, label=str(number))


def _named() -> Select[Any]:
    """Select what is said of every artifact whose bytes were once read."""
    columns = (artifacts.c.id, artifacts.c.filename, artifacts.c.sha256)
    named = (releases.c.ecosystem, releases.c.name, releases.c.version)
    return select(*columns, *named).select_from(artifacts.join(releases)).where(artifacts.c.sha256 != "")
