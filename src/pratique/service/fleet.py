"""The fleet: PostgreSQL keeps the jobs, Celery (Redis or RabbitMQ) wakes workers for them.

A message says which lanes have work and nothing else: whoever gets it takes the lowest lane's oldest jobs from the
database, for as long as a turn lasts. So a message that is lost, late or delivered twice changes nothing, a backfill
never stands before a live upload, and the outbox is what waits in the database: as long as something does, the broker
is kept full.
"""

from __future__ import annotations

import os
import secrets
import socket
import time
from collections.abc import Callable
from typing import Any

import structlog
from celery import Celery
from celery.signals import worker_process_init, worker_process_shutdown
from kombu.exceptions import OperationalError
from kombu.messaging import Producer

from pratique.service import logs
from pratique.service.loop import Shift, make_worker
from pratique.service.settings import Settings, World
from pratique.service.task import Performs
from pratique.store import Store, queue

LIVE, REST = "pratique.live", "pratique.rest"
"""Queues of the broker: uploads, and everything that may wait."""
TASK = "pratique.work"
LANES = {LIVE: (queue.FIRST, queue.LIVE), REST: tuple(range(len(queue.LANES)))}
"""What a message of a queue wakes a worker for; a worker that may do anything still begins with uploads."""
LATER = tuple(lane for lane in LANES[REST] if lane not in LANES[LIVE])
WINDOW = {LIVE: 64, REST: 8}
"""Messages that wait at the broker at a time; of REST, with what is in hand already."""
TURN = 2.0
"""Seconds after which a worker asks the broker again."""

_PATIENCE = {"max_retries": 1, "interval_start": 0.1}
"""For whoever sends: the follower has other things to do than to wait for a broker."""
_REDIS = {"broker_transport_options": {**_PATIENCE, "queue_order_strategy": "priority", "socket_timeout": 10}}
_AMQP = {
    "broker_transport_options": _PATIENCE, "task_default_queue_type": "quorum", "worker_detect_quorum_queues": True,
}  # fmt: skip

log = structlog.get_logger(__name__)
Factory = Callable[[World], Performs]


def make_app(broker: str) -> Celery:
    """Return the Celery application: without results, and who is busy takes no message (late acknowledgement)."""
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
        worker_redirect_stdouts=False,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
    )
    return app


class Dispatcher:
    """Wakes workers while something is due: the database is the outbox."""

    def __init__(self, store: Store, app: Celery) -> None:
        self._store, self._app = store, app
        with app.connection_for_write() as broker:
            self._away = (OperationalError, OSError, *broker.connection_errors, *broker.channel_errors)

    def send(self) -> int:
        """Send what there is room for; return how many. A broker that is away costs nothing but time.

        Raises:
            StoreError: the database does not answer.

        """
        with self._store.read() as connection:
            later = WINDOW[REST] - queue.in_hand(connection, LATER)
            due = {LIVE: queue.due(connection, LANES[LIVE], WINDOW[LIVE]), REST: queue.due(connection, LATER, later)}
        if not any(due.values()):
            return 0
        try:
            with self._app.producer_or_acquire() as producer:
                return sum(self._fill(producer, place, most) for place, most in due.items() if most)
        except self._away as error:
            log.warning("broker-away", reason=str(error)[:200])
            return 0

    def _fill(self, producer: Producer, place: str, most: int) -> int:
        """Send until `most` messages wait in a queue of the broker; return how many."""
        waiting = int(self._app.amqp.queues[place](producer.channel).queue_declare()[1])
        for _ in range(most - waiting):
            self._app.send_task(TASK, (place,), queue=place, producer=producer, retry=False)
        return max(0, most - waiting)


class Station:
    """One worker process of a fleet: opened when the process starts, closed when it ends."""

    def __init__(self, settings: Settings, factory: Factory) -> None:
        self._settings, self._factory = settings, factory
        self._world: World | None = None

    def open(self, **_: Any) -> None:
        """Open the store and the engine in this very process."""
        logs.to_stderr()
        self._world = world = World(self._settings)
        self._worker = self._factory(world)
        self._shift = Shift(world, self._worker, f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(2)}")

    def close(self, **_: Any) -> None:
        """End the engine's processes."""
        if self._world is not None:
            self._worker.close()
            self._world.close()

    def turn(self, place: str) -> None:
        """Do what is due in the lanes of a queue, for a while or until there is nothing left."""
        if self._world is None:
            self.open()
        end = time.monotonic() + TURN
        while self._shift.turn(LANES[place]) is not None and time.monotonic() < end:
            pass


def make_worker_app(settings: Settings, factory: Factory = make_worker) -> Celery:
    """Return the application with its task, as a worker runs it."""
    app, station = make_app(settings.broker), Station(settings, factory)
    worker_process_init.connect(station.open, weak=False)
    worker_process_shutdown.connect(station.close, weak=False)
    app.task(station.turn, name=TASK)
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
