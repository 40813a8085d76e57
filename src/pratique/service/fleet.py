"""The fleet: PostgreSQL keeps the jobs, Celery (Redis or RabbitMQ) tells workers about them.

A message is a job's number and nothing else; losing one costs a minute, receiving one twice costs one look at the
database, whose lease decides. Messages in flight are few by design: what waits, waits in the database, where its lane
counts, so that a backfill can never stand before a live upload.
"""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Callable
from typing import Any

import structlog
from celery import Celery
from celery.signals import worker_process_init, worker_process_shutdown
from kombu.exceptions import OperationalError

from pratique.service import logs
from pratique.service.heart import Heart
from pratique.service.loop import do, make_worker
from pratique.service.settings import Settings, World
from pratique.service.task import Performs
from pratique.store import Store, StoreError, queue

LIVE, REST = "pratique.live", "pratique.rest"
"""Queues of the broker: uploads, and everything that may wait."""
TASK = "pratique.review"
WINDOW = {queue.FIRST: 64, queue.LIVE: 64, queue.REREAD: 2, queue.RESCAN: 8, queue.BACKFILL: 8}
"""Jobs of a lane that are with the broker or a worker at a time."""
AGAIN = 60.0
"""Seconds after which a message that nobody took up is sent again."""

_REDIS = {
    "broker_transport_options": {"visibility_timeout": 3600, "queue_order_strategy": "priority", "socket_timeout": 10}
}
_AMQP = {"task_default_queue_type": "quorum", "worker_detect_quorum_queues": True}

log = structlog.get_logger(__name__)
Factory = Callable[[World], Performs]


def make_app(broker: str) -> Celery:
    """Return the Celery application: late acknowledgement, no prefetching, no results."""
    app = Celery("pratique", broker=broker, set_as_current=False)
    app.conf.update(
        _AMQP if broker.startswith("amqp") else _REDIS,
        task_acks_late=True,
        task_ignore_result=True,
        task_default_queue=LIVE,
        task_create_missing_queues=True,
        worker_prefetch_multiplier=1,
        worker_enable_remote_control=False,
        worker_send_task_events=False,
        worker_hijack_root_logger=False,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
    )
    return app


class Dispatcher:
    """Sends what is due to the workers: the database is the outbox."""

    def __init__(
        self, store: Store, app: Celery, *, window: dict[int, int] | None = None, again: float = AGAIN
    ) -> None:
        self._store, self._app, self._again = store, app, again
        self._window = window or WINDOW

    def send(self) -> int:
        """Send what there is room for; return how many. What could not be sent is due again at once.

        Raises:
            StoreError: the database does not answer.

        """
        with self._store.write() as connection:
            flying = queue.in_flight(connection, self._again)
            room = {lane: most - flying.get(lane, 0) for lane, most in self._window.items()}
            due = queue.unsent(connection, room, self._again)
        sent = 0
        try:
            with self._app.producer_or_acquire() as producer:
                for job, lane in due:
                    place = LIVE if lane <= queue.LIVE else REST
                    self._app.send_task(TASK, (job,), queue=place, producer=producer, retry=False)
                    sent += 1
        except (OperationalError, OSError) as error:
            log.warning("broker-away", reason=str(error)[:200])
            with self._store.write() as connection:
                queue.unsend(connection, [job for job, _ in due[sent:]])
        return sent


class Station:
    """One worker process of a fleet: opened when the process starts, closed when it ends."""

    def __init__(self, settings: Settings, factory: Factory) -> None:
        self._settings, self._factory = settings, factory
        self._world: World | None = None

    def open(self, **_: Any) -> None:
        """Open the store and the engine in this very process."""
        logs.to_stderr()
        self._world = world = World(self._settings)
        self._worker, self._heart = self._factory(world), Heart(world.store)
        self._name = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(2)}"

    def close(self, **_: Any) -> None:
        """End the engine's processes."""
        if self._world is not None:
            self._worker.close()
            self._world.close()

    def perform(self, job: int) -> None:
        """Do the job with this number, if it is still to be done. A database that is away leaves it in the outbox."""
        if self._world is None:
            self.open()
        world = self._world
        if world is None:
            return
        try:
            with world.store.write() as connection:
                leased = queue.claim_one(connection, self._name, job)
        except StoreError as error:
            log.warning("database-away", reason=error.message, job=job)
            return
        if leased is not None:
            do(world, self._worker, self._heart, leased, lambda: False)


def make_worker_app(settings: Settings, factory: Factory = make_worker) -> Celery:
    """Return the application with its task, as a worker runs it."""
    app, station = make_app(settings.broker), Station(settings, factory)
    worker_process_init.connect(station.open, weak=False)
    worker_process_shutdown.connect(station.close, weak=False)
    app.task(station.perform, name=TASK)
    return app


def work(settings: Settings, *, concurrency: int, live_only: bool = False, factory: Factory = make_worker) -> None:
    """Be a worker with `concurrency` processes, until told to stop; SIGTERM lets what is in hand be finished."""
    queues = [LIVE] if live_only else [LIVE, REST]
    make_worker_app(settings, factory).worker_main(
        [
            "worker", "--pool=prefork", f"--concurrency={concurrency}", f"--queues={','.join(queues)}",
            "--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel=WARNING",
            f"--hostname=pratique-{secrets.token_hex(4)}@%h",
        ]
    )  # fmt: skip
