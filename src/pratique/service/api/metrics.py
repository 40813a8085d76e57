"""Metrics, read from the store when they are asked for, so that every process counts and none has to be scraped."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from sqlalchemy import Connection, func, select

from pratique.store import Store, feed, queue, verdicts
from pratique.store.tables import events, jobs, reviews
from pratique.store.texts import now

MEDIA_TYPE = CONTENT_TYPE_LATEST
QUANTILES = (0.5, 0.95, 0.99)


class Collected(Collector):
    """One scrape."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def collect(self) -> Iterator[Metric]:
        """Yield every metric."""
        with self._store.read() as connection:
            yield from _queue(connection)
            yield from _registry(connection)
            yield from _reviews(connection)


def render(store: Store) -> str:
    """Return the metrics in Prometheus' text format."""
    registry = CollectorRegistry()
    registry.register(Collected(store))
    return generate_latest(registry).decode()


def _queue(connection: Connection) -> Iterator[Metric]:
    depth = GaugeMetricFamily("pratique_jobs", "Jobs by lane and state.", labels=["lane", "state"])
    oldest = GaugeMetricFamily("pratique_oldest_job_seconds", "Age of the oldest job.", labels=["lane", "state"])
    for (lane, state), (count, age) in queue.depth(connection).items():
        depth.add_metric([queue.LANES[lane], state], count)
        if state != "done":
            oldest.add_metric([queue.LANES[lane], state], age)
    yield depth
    yield oldest
    failures = GaugeMetricFamily("pratique_failures", "Jobs that wait or are parked, by reason.", labels=["reason"])
    rows = connection.execute(select(jobs.c.failure, func.count()).where(jobs.c.failure != "").group_by(jobs.c.failure))
    counted: dict[str, int] = {}
    for reason, count in rows:
        kind = _kind(reason)
        counted[kind] = counted.get(kind, 0) + count
    for kind, count in counted.items():
        failures.add_metric([kind], count)
    yield failures


def _kind(reason: str) -> str:
    """Return a reason without names, so that labels stay few."""
    kinds = {"does not list": "not-listed", "sha256": "wrong-bytes", "answers 5": "registry-error",
             "answers 4": "registry-refuses", "cannot reach": "unreachable", "broke off": "broke-off",
             "worker died": "worker-died"}  # fmt: skip
    return next((kind for words, kind in kinds.items() if words in reason), "other")


def _registry(connection: Connection) -> Iterator[Metric]:
    cursor = feed.cursor(connection, "pypi", "journal") or 0
    yield GaugeMetricFamily("pratique_cursor", "Serial up to which the journal was read.", value=cursor)
    newest = connection.execute(select(func.max(events.c.at))).scalar()
    silent = now() - newest if newest else 0.0
    yield GaugeMetricFamily("pratique_newest_event_age_seconds", "Age of the newest event.", value=silent)


def _reviews(connection: Connection) -> Iterator[Metric]:
    latency = GaugeMetricFamily(
        "pratique_latency_seconds", "Upload to verdict, of the last 1,000 reviews.", labels=["quantile"]
    )
    ordered = verdicts.latencies(connection)
    for share in QUANTILES:
        latency.add_metric([str(share)], verdicts.quantile(ordered, share))
    yield latency
    mix = GaugeMetricFamily("pratique_reviews", "Reviews by level.", labels=["level"])
    for level, count in verdicts.mix(connection).items():
        mix.add_metric([level], count)
    yield mix
    sums = [func.coalesce(func.sum(reviews.c[name]), 0) for name in ("code_files", "cached_files", "cpu_s")]
    recent = select(func.count(), *sums).where(reviews.c.at > now() - 3600)
    count, files, cached, cpu = connection.execute(recent).one()
    yield GaugeMetricFamily("pratique_reviews_last_hour", "Reviews in the last hour.", value=count)
    yield GaugeMetricFamily("pratique_cpu_seconds_last_hour", "CPU seconds of these reviews.", value=cpu)
    yield GaugeMetricFamily(
        "pratique_cache_hit_share", "Files known from the cache.", value=cached / files if files else 0
    )
