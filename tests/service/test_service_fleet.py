"""The fleet under fire: follower, workers and broker are killed at random, and nothing is lost or recorded twice.

The short version runs everywhere that has the servers; the long one (ten minutes each on Redis and RabbitMQ, 1,000
artifacts) with `-m slow`.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from pratique.store import StoreError, feed, open_store, queue
from pratique.store.tables import artifacts, jobs, reviews
from standin import parts
from standin.registry import wheel

SOURCE = str(Path(__file__).resolve().parents[2] / "src")
IN_CI = os.environ.get("CI") == "true"
UPLOADS = int(os.environ.get("PRATIQUE_CHAOS_UPLOADS", "1000"))
SECONDS = float(os.environ.get("PRATIQUE_CHAOS_SECONDS", "600"))
RABBITMQ = os.environ.get("PRATIQUE_TEST_RABBITMQ", "amqp://guest:guest@127.0.0.1:5672//")
BROKERS = {"redis": parts.Redis, "rabbitmq": parts.Rabbit}


FIGURES = os.environ.get("PRATIQUE_FIGURES", "")
"""A file to which each run adds what it counted."""


def _note(broker, found):
    if FIGURES:
        with Path(FIGURES).open("a", encoding="utf-8") as file:
            file.write(json.dumps({"on": broker, **found}) + "\n")


@pytest.fixture
def needed(request):
    """Skip where a server is not installed, but not in CI."""
    absent = [part.__name__ for part in (parts.Postgres, *BROKERS.values()) if not part.here()]
    if absent:
        why = f"not installed: {', '.join(absent)}"
        pytest.fail(why) if IN_CI else pytest.skip(why)


class Fleet:
    """Processes of ours, each started again when it was killed."""

    def __init__(self, folder, database, broker, index):
        self._common = [
            "--database", database.url, "--vault", str(folder / "vault"), "--broker", broker.url,
            "--index", f"{index}/simple", "--rate", "1000",
        ]  # fmt: skip
        self._environment = os.environ | {"PYTHONPATH": SOURCE, "PRATIQUE_CACHE": str(folder / "cache")}
        self._log = (folder / "log").open("ab")
        self.path = folder / "log"
        self.processes: dict[str, subprocess.Popen] = {}
        self._words: dict[str, list[str]] = {}

    def add(self, name, *words):
        self._words[name] = [sys.executable, "-m", "pratique", *words, *self._common]
        self.start(name)

    def start(self, name):
        self.processes[name] = subprocess.Popen(
            self._words[name], env=self._environment, stdout=self._log, stderr=self._log, start_new_session=True
        )

    def kill(self, name, *, alone=False):
        """Kill a process with all it started, or alone, and start it again."""
        process = self.processes[name]
        with contextlib.suppress(ProcessLookupError):
            (os.kill if alone else os.killpg)(process.pid, signal.SIGKILL)
        process.wait()
        self.start(name)

    def close(self):
        for process in self.processes.values():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self._log.close()


def chaos(registry, index, tmp_path, broker_class, *, uploads, seconds, pause, workers, seed):
    """Let uploads flow while things die; return what happened."""
    dice = random.Random(seed)
    counted = {"seed": seed, "uploads": uploads, "workers": 0, "follower": 0, "broker": 0, "database": 0}
    with parts.Postgres() as database, broker_class() as broker:
        store = open_store(database.url, str(tmp_path / "vault"))
        fleet = Fleet(tmp_path, database, broker, index)
        try:
            fleet.add("follower", "follow", "--from-serial", "0")
            for number in range(workers):
                fleet.add(f"worker{number}", "work", "--jobs", "1")
            _poison(registry)
            _fire(registry, fleet, database, broker, dice, counted, uploads, seconds, pause)
            started = time.monotonic()
            _drain(store, uploads, patience=max(150.0, seconds))
            counted["drained_s"] = round(time.monotonic() - started, 1)
            _check(registry, store, uploads, counted)
        except BaseException:
            sys.stderr.write(fleet.path.read_text("utf-8", "replace")[-4000:])
            raise
        finally:
            fleet.close()
            store.close()
    return counted


def _poison(registry):
    """An artifact whose bytes are never what the index says: it is parked, and stops nobody."""
    registry.upload(*wheel("poison", "1.0", {"poison/__init__.py": b""}))
    registry.fault("/files/.*poison", flip=True, times=1_000_000)


def _fire(registry, fleet, database, broker, dice, counted, uploads, seconds, pause):
    begun, sent, next_kill = time.monotonic(), 0, time.monotonic() + pause * 2
    victims = ["worker", "follower", "broker", "database", "worker", "worker"]
    rounds = 0
    while (now := time.monotonic()) < begun + seconds or sent < uploads:
        while sent < min(uploads, uploads * (now - begun) / (seconds * 0.8) + 1):
            code = f"import os\nSALT = {dice.random()}\ndef f():\n    return os.getcwd(), {sent}\n".encode()
            registry.upload(*wheel(f"acme{sent % 50}", f"{sent}.0", {f"acme{sent % 50}/__init__.py": code}))
            sent += 1
        if now > next_kill:
            victim = victims[rounds] if rounds < len(victims) else dice.choice(victims)
            rounds += 1
            if victim == "worker":
                names = [name for name in fleet.processes if name.startswith("worker")]
                fleet.kill(dice.choice(names), alone=dice.random() < 0.3)
                counted["workers"] += 1
            elif victim == "follower":
                fleet.kill("follower")
                counted["follower"] += 1
            else:
                part = broker if victim == "broker" else database
                part.kill()
                time.sleep(dice.random() * 2)
                part.start()
                counted[victim] += 1
            next_kill = time.monotonic() + dice.uniform(0.5, 1.5) * pause
        time.sleep(0.05)


def _drain(store, uploads, patience):
    """Wait until everything is done; what three kills happened to hit is tried again, as an operator would."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        with contextlib.suppress(StoreError, SQLAlchemyError):
            with store.read() as connection:
                states = dict(map(tuple, connection.execute(select(jobs.c.state, func.count()).group_by(jobs.c.state))))
                unlucky = [row[0] for row in queue.parked(connection) if "poison" not in row[1]]
            if states.get("done", 0) >= uploads and states.get("parked", 0) == 1:
                return
            if unlucky:
                with store.write() as connection:
                    queue.requeue(connection, unlucky)
        time.sleep(0.5)
    raise AssertionError(f"not drained: {states}")


def _check(registry, store, uploads, counted):
    """Every file once, bytes kept, the cursor at the registry's newest event, the poison parked with its reason."""
    with store.read() as connection:
        names = list(connection.execute(select(artifacts.c.filename)).scalars())
        reviewed = list(connection.execute(select(reviews.c.filename)).scalars())
        cursor = feed.cursor(connection, "pypi", "journal")
        parked = queue.parked(connection)
        counted["attempts"] = connection.execute(select(func.sum(jobs.c.attempts))).scalar_one()
    assert len(names) == len(set(names)) == uploads + 1
    assert len(reviewed) == len(set(reviewed)) == uploads
    assert cursor == registry.serial
    assert [row[1] for row in parked] == ["poison-1.0-py3-none-any.whl"]
    assert "sha256" in parked[0][3]


def test_chaos_in_brief(needed, registry, index, tmp_path):
    """Redis, two workers, about two minutes; each kind of process is killed at least once."""
    seed = random.randrange(2**32)
    found = chaos(registry, index, tmp_path, parts.Redis, uploads=120, seconds=100, pause=5.0, workers=2, seed=seed)

    _note("redis", found)
    assert min(found["workers"], found["follower"], found["broker"]) >= 1


@pytest.mark.slow
@pytest.mark.parametrize("broker", list(BROKERS))
def test_chaos_at_length(needed, registry, index, tmp_path, broker):
    """Four workers, 1,000 artifacts."""
    seed, kind = random.randrange(2**32), BROKERS[broker]
    found = chaos(registry, index, tmp_path, kind, uploads=UPLOADS, seconds=SECONDS, pause=8.0, workers=4, seed=seed)

    _note(broker, found)
    assert min(found["workers"], found["follower"], found["broker"], found["database"]) >= 1


class Running:
    """A broker that runs already."""

    def __init__(self, url):
        self.url = url


@pytest.fixture
def rabbitmq():
    """RabbitMQ at PRATIQUE_TEST_RABBITMQ, by default on the loopback interface."""
    import kombu

    with kombu.Connection(RABBITMQ) as connection:
        try:
            connection.ensure_connection(max_retries=1, timeout=5)
        except kombu.exceptions.OperationalError as error:
            why = f"no RabbitMQ at {connection.hostname}:{connection.port}: {error}"
            pytest.fail(why) if IN_CI else pytest.skip(why)
    return Running(RABBITMQ)


def test_a_small_fleet_on_rabbitmq(needed, rabbitmq, registry, index, tmp_path):
    """A worker that is asked to stop finishes what it has in hand."""
    with parts.Postgres() as database:
        store = open_store(database.url, str(tmp_path / "vault"))
        fleet = Fleet(tmp_path, database, rabbitmq, index)
        try:
            for number in range(4):
                registry.upload(*wheel("acme", f"{number}.0", {"acme/__init__.py": b"A = %d\n" % number}))
            fleet.add("worker", "work", "--jobs", "1")
            fleet.add("follower", "follow", "--from-serial", "0")
            _poison(registry)
            _drain(store, 4, patience=120)
            fleet.processes["worker"].send_signal(signal.SIGTERM)
            assert fleet.processes["worker"].wait(60) == 0
            _check(registry, store, 4, {})
        except BaseException:
            sys.stderr.write(fleet.path.read_text("utf-8", "replace")[-4000:])
            raise
        finally:
            fleet.close()
            store.close()
