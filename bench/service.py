"""The service, measured: uploads through the registry stand-in to verdicts, and the queue alone with no-op reviews.

    python bench/service.py watch --uploads 200 --rate 1     real wheels of the benign list, salted, under 5 MB
    python bench/service.py watch --idle                     one small wheel at a time, when nothing else waits
    python bench/service.py queue --uploads 5000 --workers 2 PostgreSQL and Redis of its own, reviews that do nothing

CPU seconds are those of all processes; the machine's load stands beside them, because other work counts against both.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import msgspec
from sqlalchemy import func, select

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "src")]

from pratique.batch.reviewer import Reviewed  # noqa: E402
from pratique.evaluate import corpora  # noqa: E402
from pratique.model import Artifact, Event, Package, Review, Verdict  # noqa: E402
from pratique.service import fleet, settings  # noqa: E402
from pratique.service.task import Result  # noqa: E402
from pratique.store import Store, feed, open_store, queue, verdicts  # noqa: E402
from pratique.store.tables import jobs, reviews  # noqa: E402
from standin import Registry, parts, serving  # noqa: E402

LIST = os.environ.get("PRATIQUE_BENIGN", "")
"""The folder of the benign list, by default ../shared/benign beside the checkout."""
SMALL = 1_000_000
LARGEST = 5_000_000
COLUMNS = ("filename", "latency_s", "cpu_s", "code_files", "cached_files")


def main() -> int:
    """Measure and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("watch", "queue", "worker"))
    parser.add_argument("--uploads", type=int, default=200)
    parser.add_argument("--rate", type=float, default=1.0, help="uploads a second")
    parser.add_argument(
        "--idle", action="store_true", help="wait for each verdict before the next upload; small wheels"
    )
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--database", default="")
    parser.add_argument("--broker", default="")
    args = parser.parse_args()
    if args.what == "worker":
        chosen = settings.Settings(database=args.database, vault=tempfile.mkdtemp(), broker=args.broker)
        fleet.work(chosen, concurrency=args.workers, factory=Nothing)
        return 0
    found = watch(args) if args.what == "watch" else queue_alone(args)
    print(json.dumps({"schema": "pratique-bench-service/1", "load": round(os.getloadavg()[0], 1), **found}))
    return 0


def watch(args: argparse.Namespace) -> dict[str, object]:
    """Let real wheels flow through `pratique watch`."""
    registry, folder = Registry(), Path(tempfile.mkdtemp(prefix="pratique-bench-"))
    wheels = list(salted(args.uploads, SMALL if args.idle else LARGEST))
    with serving(registry) as url:
        place = str(folder / "w.sqlite")
        words = ["watch", "--index", f"{url}/simple", "--from-serial", "0", "--plain", "--database", place]
        words += ["--rate", "100", "--jobs", str(args.workers)]
        environment = os.environ | {"PRATIQUE_CACHE": str(folder / "cache"), "PYTHONPATH": str(ROOT / "src")}
        store = open_store(place)
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen([sys.executable, "-m", "pratique", *words], env=environment, stderr=log)
            warm(registry, store)
            started = time.monotonic()
            for number, (name, data) in enumerate(wheels):
                registry.upload(name, data)
                if args.idle:
                    wait(store, number + 2)
                else:
                    time.sleep(max(0.0, started + (number + 1) / args.rate - time.monotonic()))
            wait(store, len(wheels) + 1)
            took = time.monotonic() - started
            process.send_signal(signal.SIGTERM)
            process.wait(120)
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    with store.read() as connection:
        rows = connection.execute(
            select(*(reviews.c[name] for name in COLUMNS)).where(reviews.c.filename.not_like("warm%"))
        ).all()
    ordered = sorted(row.latency_s for row in rows)
    cpu, files = sum(row.cpu_s for row in rows), sum(row.code_files for row in rows)
    all_cpu = spent.ru_utime + spent.ru_stime
    return {
        "uploads": len(wheels), "reviews": len(rows),
        "once": len({row.filename for row in rows}) == len(rows) == len(wheels),
        "seconds": round(took, 1), "p50_s": round(verdicts.quantile(ordered, 0.5), 2),
        "p95_s": round(verdicts.quantile(ordered, 0.95), 2), "max_s": round(ordered[-1], 2),
        "code_files": files, "cache_hits": round(sum(row.cached_files for row in rows) / max(1, files), 3),
        "engine_cpu_s": round(cpu, 1), "all_cpu_s": round(all_cpu, 1), "share": round(cpu / all_cpu, 3),
    }  # fmt: skip


def warm(registry: Registry, store: Store) -> None:
    """Let one small wheel through, so that starting processes is not counted as latency."""
    from standin.registry import wheel

    registry.upload(*wheel("warm", "1.0", {"warm.py": b"A = 1\n"}))
    wait(store, 1)


def wait(store: Store, count: int) -> None:
    """Wait until so many reviews are in the store."""
    for _ in range(36_000):
        with store.read() as connection:
            if connection.execute(select(func.count()).select_from(reviews)).scalar_one() >= count:
                return
        time.sleep(0.1)
    raise SystemExit("not reviewed within an hour")


def salted(count: int, largest: int) -> Iterator[tuple[str, bytes]]:
    """Yield wheels of the benign list, again and again as later versions, every .py of each with a line of its own."""
    found = corpora.benign(ROOT.parent / "shared" / "benign" if not LIST else Path(LIST))
    paths = sorted(one.path for one in found if one.path and one.path.stat().st_size < largest)
    dice = random.Random(7)
    for number in range(count):
        path = dice.choice(paths)
        name = path.name.split("-")[0]
        packed = io.BytesIO()
        with zipfile.ZipFile(path) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new:
            for member in old.infolist():
                data = old.read(member)
                new.writestr(member.filename, data + b"\n# %d\n" % number if member.filename.endswith(".py") else data)
        yield f"{name}-{9000 + number}.0-py3-none-any.whl", packed.getvalue()


class Nothing:
    """Does a job without reading anything: what remains is the queue, and an empty review that is recorded."""

    def __init__(self, _: settings.World) -> None:
        artifact = Artifact(package=Package(ecosystem="pypi", name="a", version="1"), filename="a", kind="wheel")
        self._review = Review(artifact=artifact, verdict=Verdict(level="clear"), engine="none", context="none")

    def review(self, job: queue.Job) -> Result:
        """Return an empty review of the job's file."""
        named = msgspec.structs.replace(self._review.artifact, filename=job.filename)
        return Result(job=job, found=Reviewed(review=msgspec.structs.replace(self._review, artifact=named)))

    def close(self) -> None:
        """There is nothing to end."""


def queue_alone(args: argparse.Namespace) -> dict[str, object]:
    """Send jobs through PostgreSQL, Redis and Celery, with reviews that do nothing."""
    with parts.Postgres() as database, parts.Redis() as broker:
        store = open_store(database.url, tempfile.mkdtemp())
        words = [sys.executable, __file__, "worker", "--database", database.url, "--broker", broker.url]
        with Path(os.devnull).open("wb") as quiet:
            process = subprocess.Popen([*words, "--workers", str(args.workers)], stderr=quiet, start_new_session=True)
            dispatcher = fleet.Dispatcher(store, fleet.make_app(broker.url))
            started = time.monotonic()
            for first in range(0, args.uploads, 500):
                batch = [
                    Event(
                        ecosystem="pypi", cursor=number + 1, kind="upload", name="a", version="1", filename=f"a{number}"
                    )
                    for number in range(first, min(args.uploads, first + 500))
                ]
                with store.write() as connection:
                    feed.take(connection, batch)
            taken = time.monotonic() - started
            rate = drained(store, dispatcher, args.uploads)
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(60)
        store.close()
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    own = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "uploads": args.uploads, "workers": args.workers, "follower_per_s": round(args.uploads / taken),
        "queue_per_s": round(rate, 1), "python_cpu_ms_each":
            round(1000 * (own.ru_utime + own.ru_stime + spent.ru_utime + spent.ru_stime) / args.uploads, 2),
    }  # fmt: skip


def drained(store: Store, dispatcher: fleet.Dispatcher, count: int) -> float:
    """Dispatch until all is done; return how many were done a second, from the first look that found any."""
    began, had, done = 0.0, 0, 0
    for _ in range(60_000):
        dispatcher.send()
        with store.read() as connection:
            done = connection.execute(select(func.count()).where(jobs.c.state == "done")).scalar_one()
        if done and not began:
            began, had = time.monotonic(), done
        if done >= count:
            return (done - had) / (time.monotonic() - began)
        time.sleep(0.05)
    raise SystemExit(f"only {done} of {count} were done")


if __name__ == "__main__":
    sys.exit(main())
