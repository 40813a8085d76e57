"""What `pratique watch` shows: rate, lag, queue, the last verdicts."""

from __future__ import annotations

import time

import msgspec
from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text
from sqlalchemy import func, select

from pratique.report.escape import plain
from pratique.store import Store, feed, queue, verdicts
from pratique.store.tables import reviews
from pratique.store.verdicts import Summary

COLORS = {"clear": "green", "note": "cyan", "look": "yellow", "block": "bold red"}


class State(msgspec.Struct, frozen=True, kw_only=True):
    """One look at the store."""

    cursor: int
    minute: int
    """Reviews in the last minute."""
    total: int
    p50: float
    p95: float
    """Seconds from upload to verdict, of the last 1,000."""
    lanes: tuple[tuple[str, int, float], ...]
    """(lane, waiting and in hand, age of the oldest in seconds)"""
    parked: int
    mix: tuple[tuple[str, int], ...]
    """Of the last day."""
    last: tuple[Summary, ...]
    trouble: str = ""


def look(store: Store, *, trouble: str = "", shown: int = 12) -> State:
    """Read the state."""
    moment = time.time()
    with store.read() as connection:
        depth = queue.depth(connection)
        latencies = verdicts.latencies(connection)
        mix = verdicts.mix(connection, moment - 86_400)
        recent = select(func.count()).where(reviews.c.at > moment - 60)
        total = connection.execute(select(func.count()).select_from(reviews)).scalar_one()
        return State(
            cursor=feed.cursor(connection, "pypi", "journal") or 0,
            minute=connection.execute(recent).scalar_one(),
            total=total,
            p50=verdicts.quantile(latencies, 0.5),
            p95=verdicts.quantile(latencies, 0.95),
            lanes=tuple(_lane(depth, lane, name) for lane, name in enumerate(queue.LANES)),
            parked=sum(count for (_, state), (count, _) in depth.items() if state in {"parked", "gone"}),
            mix=tuple((level, mix.get(level, 0)) for level in COLORS),
            last=tuple(verdicts.page(connection, limit=shown)),
            trouble=trouble,
        )


def _lane(depth: dict[tuple[int, str], tuple[int, float]], lane: int, name: str) -> tuple[str, int, float]:
    found = [depth[lane, state] for state in ("pending", "leased") if (lane, state) in depth]
    return name, sum(count for count, _ in found), max((age for _, age in found), default=0.0)


def line(state: State) -> str:
    """Return the state in one line, for a log."""
    waiting = ", ".join(f"{name} {count}" for name, count, _ in state.lanes if count) or "empty"
    mix = ", ".join(f"{level} {count}" for level, count in state.mix)
    return (
        f"serial {state.cursor} · {state.minute}/min · {state.total} reviewed · upload to verdict "
        f"p50 {state.p50:.1f} s, p95 {state.p95:.1f} s · queue {waiting} · parked {state.parked} · last day: {mix}"
    )


def draw(state: State) -> RenderableType:
    """Return the state for a terminal. Texts of packages are escaped."""
    head = Table.grid(padding=(0, 3))
    head.add_row(
        f"serial {state.cursor}",
        f"{state.minute} reviews/min",
        f"{state.total} in all",
        f"upload → verdict p50 {state.p50:.1f} s  p95 {state.p95:.1f} s",
        Text(f"parked {state.parked}", style="yellow" if state.parked else ""),
    )
    lanes = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name, _, _ in state.lanes:
        lanes.add_column(name, justify="right")
    lanes.add_row(*(f"{count}" + (f" ({age:.0f} s)" if count else "") for _, count, age in state.lanes))
    verdict_mix = Text("last day: ").append_text(
        Text("  ").join(Text(f"{level} {count}", style=COLORS[level]) for level, count in state.mix)
    )
    rows = Table(box=box.SIMPLE_HEAD, pad_edge=False, expand=True)
    for name in ("verdict", "file", "after", "review"):
        rows.add_column(name, no_wrap=True, overflow="ellipsis", ratio=1 if name == "file" else None)
    for one in state.last:
        rows.add_row(
            Text(one.level, style=COLORS.get(one.level, "")), Text(plain(one.filename)), f"{one.latency_s:.1f} s",
            f"#{one.id}",
        )  # fmt: skip
    trouble = [Text(plain(state.trouble), style="bold yellow")] if state.trouble else []
    return Group(head, lanes, verdict_mix, rows, *trouble)
