"""The service, measured: uploads through the registry stand-in to verdicts, and the queue alone with no-op reviews.

    python bench/service.py watch --uploads 2000 --large 20 --rate 1
    python bench/service.py watch --uploads 2000 --large 20 --waiting 8
    python bench/service.py watch --uploads 40 --waiting 1 --small
    python bench/service.py queue --uploads 20000

`watch` takes wheels of the benign list under 5 MB (`--large`: so many larger ones among them), again and again as later
releases, a line of its own in every .py; `--small` takes those under 1 MB alone. `--rate` uploads by the clock,
`--waiting` as fast as they are reviewed: so many wait for their verdict at a time.
`queue` starts PostgreSQL and Redis, and does empty reviews.

CPU seconds are those of all processes; the machine's load stands beside them, because other work counts against both.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Row, distinct, func, select

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
from standin.registry import wheel  # noqa: E402

PLACE = Path(os.environ.get("PRATIQUE_BENIGN") or ROOT.parent / "shared" / "benign")
"""The folder of the benign list, by default ../shared/benign beside the checkout."""
YEAR = 365 * 86_400.0
SMALL = 1_000_000
LARGEST = 5_000_000
COLUMNS = ("filename", "at", "latency_s", "cpu_s", "code_files", "cached_files")
MINUTES = 10
"""Reviews are also shown for so many minutes at a time: the machine's other work comes and goes."""


def main() -> int:
    """Measure and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("watch", "queue", "worker"))
    parser.add_argument("--uploads", type=int, default=200)
    parser.add_argument("--large", type=int, default=0, help="how many of them are larger wheels")
    parser.add_argument("--rate", type=float, default=1.0, help="uploads a second")
    parser.add_argument("--waiting", type=int, default=0, help="instead of a rate: how many wait at a time")
    parser.add_argument("--minutes", type=float, default=1e9, help="upload nothing after so long")
    parser.add_argument("--wheels", type=Path, help="a folder for them; what an earlier run made there is used again")
    parser.add_argument("--small", action="store_true", help="wheels under 1 MB alone")
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
    registry, folder = standing(), Path(tempfile.mkdtemp(prefix="pratique-bench-"))
    wheels = prepared(args.wheels or folder / "wheels", args.uploads, args.large, SMALL if args.small else LARGEST)
    with serving(registry) as url:
        place = str(folder / "w.sqlite")
        words = [
            "watch",
            "--index",
            f"{url}/simple",
            "--from-serial",
            str(registry.serial),
            "--plain",
            "--database",
            place,
        ]
        words += ["--rate", "100", "--jobs", str(args.workers)]
        environment = os.environ | {"PRATIQUE_CACHE": str(folder / "cache"), "PYTHONPATH": str(ROOT / "src")}
        store = open_store(place)
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen([sys.executable, "-m", "pratique", *words], env=environment, stderr=log)
            warm(registry, store)
            took, loads = fire(args, registry, store, wheels)
            wheels = wheels[: len(loads)]
            process.send_signal(signal.SIGTERM)
            process.wait(120)
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    found = counted(store, {path.name: path.stat().st_size for path in wheels}, spent.ru_utime + spent.ru_stime)
    store.close()
    shutil.rmtree(folder)
    return {"uploads": len(wheels), "per_s": round(len(wheels) / took, 3), "workers": args.workers,
            **({"waiting": args.waiting} if args.waiting else {"rate": args.rate}), "seconds": round(took, 1),
            "mean_load": round(sum(loads) / len(loads), 1), **found}  # fmt: skip


def fire(
    args: argparse.Namespace, registry: Registry, store: Store, wheels: Sequence[Path]
) -> tuple[float, list[float]]:
    """Upload everything, and wait for the last verdict; return the seconds from first to last and the loads seen."""
    started, loads = time.monotonic(), []
    for number, path in enumerate(wheels):
        if time.monotonic() > started + 60 * args.minutes:
            break
        registry.upload(path.name, path)
        loads.append(os.getloadavg()[0])
        if args.waiting:
            wait(store, number + 2 - args.waiting + 1)
        else:
            time.sleep(max(0.0, started + (number + 1) / args.rate - time.monotonic()))
    wait(store, len(loads) + 1)
    return time.monotonic() - started, loads


def counted(store: Store, sizes: dict[str, int], all_cpu: float) -> dict[str, object]:
    """Return what the store says of the uploads."""
    with store.read() as connection:
        columns = [reviews.c[name] for name in COLUMNS]
        every = connection.execute(
            select(*columns).where(reviews.c.filename.not_like("warm%")).order_by(reviews.c.id)
        ).all()
        left = {state for _, state in queue.depth(connection)}
        again = connection.execute(select(func.count()).where(jobs.c.why == "reread", jobs.c.state == "done")).scalar()
    rows = list({row.filename: row for row in reversed(every)}.values())
    cpu, files = sum(row.cpu_s for row in rows), sum(row.code_files for row in rows)
    small = [row.latency_s for row in rows if sizes[row.filename] < SMALL]
    return {
        "reviews": len(rows), "rereads": again, "left": sorted(left),
        "once": {row.filename for row in rows} == set(sizes) and len(every) == len(sizes) + again,
        **{f"{name}_s": value for name, value in spread([row.latency_s for row in rows]).items()},
        **{f"small_{name}_s": value for name, value in spread(small).items()},
        "mb": round(sum(sizes.values()) / 1e6, 1), "code_files": files,
        "cache_hits": round(sum(row.cached_files for row in rows) / max(1, files), 3),
        "engine_cpu_s": round(cpu, 1), "all_cpu_s": round(all_cpu, 1), "share": round(cpu / all_cpu, 3),
        "cpu_s_each": round(all_cpu / len(rows), 2), "by_time": list(by_time(rows)),
    }  # fmt: skip


def by_time(rows: Sequence[Row[Any]]) -> Iterator[dict[str, float]]:
    """Yield, for each so many minutes, how many were reviewed a second and after how long."""
    first = min(row.at - row.latency_s for row in rows)
    for _, group in groupby(sorted(rows, key=lambda row: row.at), lambda row: (row.at - first) // (60 * MINUTES)):
        held = list(group)
        seconds = max(1.0, held[-1].at - held[0].at)
        yield {"per_s": round(len(held) / seconds, 2), **spread([row.latency_s for row in held])}


def spread(seconds: list[float]) -> dict[str, float]:
    """Return median, 95th percentile and longest."""
    ordered = sorted(seconds)
    found = {"p50": verdicts.quantile(ordered, 0.5), "p95": verdicts.quantile(ordered, 0.95), "max": ordered[-1]}
    return {name: round(value, 2) for name, value in found.items()}


def warm(registry: Registry, store: Store) -> None:
    """Let one small wheel through, so that starting processes is not counted as latency."""
    registry.upload(*wheel("warm", "1.0", {"warm.py": b"A = 1\n"}))
    wait(store, 1)


def wait(store: Store, count: int) -> None:
    """Wait until so many files have a review."""
    for _ in range(36_000):
        with store.read() as connection:
            if connection.execute(select(func.count(distinct(reviews.c.filename)))).scalar_one() >= count:
                return
        time.sleep(0.1)
    raise SystemExit("not reviewed within an hour")


def prepared(folder: Path, count: int, large: int, largest: int) -> list[Path]:
    """Write wheels of the benign list, again and again as later releases, `large` of them at even distances larger."""
    if folder.is_dir():
        return sorted(folder.iterdir(), key=lambda path: float(path.name.split("-")[1]))[:count]
    folder.mkdir()
    sizes = {one.path: one.path.stat().st_size for one in corpora.benign(PLACE) if one.path}
    usual = sorted(path for path, size in sizes.items() if size < largest)
    more = sorted(path for path, size in sizes.items() if largest <= size < 10 * largest)
    dice, places = random.Random(7), {number * count // large for number in range(large)} if large else set()
    return [salted(dice.choice(more if number in places else usual), folder, number) for number in range(count)]


def standing() -> Registry:
    """Return a registry in which every wheel of the list has stood for a year: bases, and what others require."""
    registry = Registry()
    for one in corpora.benign(PLACE):
        if one.path and one.path.stat().st_size < 10 * LARGEST:
            registry.upload(one.path.name, one.path).uploaded -= YEAR
    return registry


def salted(path: Path, folder: Path, number: int) -> Path:
    """Write a wheel as a later release of its project, every .py with a line of its own and RECORD as it then is."""
    name, old, *tags = path.name.split("-")
    version, record = f"{9000 + number}.0", list[str]()
    made = folder / "-".join((name, version, *tags))
    with zipfile.ZipFile(path) as before, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as after:
        for member in before.infolist():
            place = member.filename.replace(f"{name}-{old}.", f"{name}-{version}.", 1)
            if place.endswith(".dist-info/RECORD"):
                record.append(f"{place},,")
                after.writestr(place, "\n".join(record) + "\n")
                continue
            data = before.read(member)
            if place.endswith(".py"):
                data += b"\n# %d\n" % number
            elif place.endswith(".dist-info/METADATA"):
                data = re.sub(rb"(?m)^Version: .*$", b"Version: " + version.encode(), data, count=1)
            after.writestr(place, data)
            digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
            record.append(f"{place},sha256={digest},{len(data)}")
    return made


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
