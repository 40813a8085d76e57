"""The tools that are measured, each in one warm process of its own, and what one measurement holds."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from pratique.evaluate.peers import environment, find
from pratique.evaluate.peers.base import Peer, PeerError, Process
from pratique.evaluate.statistics import quantile
from pratique.evaluate.work import sources

DRIVERS = Path(__file__).parent / "drivers"
GUARDDOG = Peer(
    name="guarddog", requirement="guarddog==3.2.0", threshold=5.0, why="its label `suspicious` begins there"
)
TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wheel:
    """A benign wheel to measure on."""

    path: Path
    project: str
    version: str
    py_bytes: int
    """Uncompressed, of all members named *.py."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One artifact through one tool: CPU seconds."""

    wheel: str
    py_bytes: int
    unpack_s: float = 0.0
    analysis_s: float = 0.0
    total_s: float = 0.0
    peak_mb: float = 0.0
    failure: str = ""


@dataclass(slots=True, kw_only=True)
class Series:
    """One tool (or mode) over all wheels."""

    name: str
    runs: list[Run] = field(default_factory=list)
    tree_s: float = 0.0
    """CPU seconds of the process and all of its descendants over the series, as the kernel counts them."""

    def figures(self) -> dict[str, object]:
        """Return what the table shows."""
        done = [run for run in self.runs if not run.failure]
        spent, size = sum(run.analysis_s for run in done), sum(run.py_bytes for run in done) / 1e6
        return {
            "artifacts": len(done),
            "failures": len(self.runs) - len(done),
            "python_mb": round(size, 3),
            "analysis_s": round(spent, 3),
            "unpack_s": round(sum(run.unpack_s for run in done), 3),
            "tree_s": round(self.tree_s, 2),
            "mb_per_cpu_s": round(size / spent, 3) if spent else 0.0,
            "median_s": round(quantile([run.analysis_s for run in done], 0.5), 4),
            "p95_s": round(quantile([run.analysis_s for run in done], 0.95), 4),
            "peak_mb": round(max((run.peak_mb for run in done), default=0.0), 1),
        }


class Lines:
    """A driver that answers lines of JSON. A context manager."""

    def __init__(self, python: Path, driver: Path, **variables: str) -> None:
        self._child = subprocess.Popen(
            [python, driver], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            env=os.environ | variables,
        )  # fmt: skip
        self.pid = self._child.pid
        assert self._child.stdout
        if self._child.stdout.readline().strip() != "ready":
            raise PeerError(f"{driver.stem} does not start in {python}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        assert self._child.stdin
        assert self._child.stdout
        self._child.stdin.close()
        self._child.stdout.close()
        self._child.wait()

    def ask(self, wheel: Wheel, **more: object) -> Run:
        """Let it look at a wheel."""
        assert self._child.stdin
        assert self._child.stdout
        self._child.stdin.write(json.dumps({"path": str(wheel.path), **more}) + "\n")
        self._child.stdin.flush()
        line = self._child.stdout.readline()
        if not line:
            raise PeerError(f"a driver died over {wheel.path.name}")
        told = json.loads(line)
        if told.get("failure"):
            return Run(wheel=wheel.path.name, py_bytes=wheel.py_bytes, failure=told["failure"])
        return Run(
            wheel=wheel.path.name, py_bytes=wheel.py_bytes, unpack_s=told["unpack_s"],
            analysis_s=max(0.0, told["total_s"] - told["unpack_s"]), total_s=told["total_s"], peak_mb=told["peak_mb"],
        )  # fmt: skip


class Hexora:
    """hexora through its Python API; it gets text, so it never unpacks. A context manager."""

    def __init__(self, python: Path) -> None:
        self._process = Process(find("hexora"), python)
        self.pid = self._process.pid

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._process.__exit__(None, None, None)

    def ask(self, wheel: Wheel) -> Run:
        """Let it look at a wheel's Python files."""
        texts = sources(wheel.path.read_bytes(), wheel.path.name)
        told = self._process.score("", texts, 600.0)
        return Run(
            wheel=wheel.path.name,
            py_bytes=wheel.py_bytes,
            analysis_s=told.cpu_s,
            peak_mb=told.peak_mb,
            failure=told.failure,
        )


def pratique(**variables: str) -> Lines:
    """Start Pratique; by default without a cache."""
    return Lines(Path(sys.executable), DRIVERS / "run_pratique.py", **({"PRATIQUE_CACHE": "off"} | variables))


def hexora(place: Path) -> Hexora:
    """Start hexora in its own environment."""
    return Hexora(environment.python(find("hexora"), place))


def guarddog(place: Path) -> Lines:
    """Start GuardDog in its own environment."""
    return Lines(environment.python(GUARDDOG, place), DRIVERS / "run_guarddog.py")


def cpu_of(pid: int) -> float:
    """Return the CPU seconds of a process, its descendants, and all that they have waited for: proc_pid_stat(5)."""
    parents: dict[int, int] = {}
    spent: dict[int, int] = {}
    for place in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = place.read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            continue
        number = int(place.parent.name)
        parents[number] = int(fields[1])
        spent[number] = sum(map(int, fields[11:15]))
    family, grown = {pid}, True
    while grown:
        grown = False
        for child, parent in parents.items():
            if parent in family and child not in family:
                family.add(child)
                grown = True
    return sum(spent.get(member, 0) for member in family) / TICK


def python_bytes(path: Path) -> int:
    """Return the uncompressed bytes of a wheel's Python files."""
    with zipfile.ZipFile(path) as archive:
        return sum(info.file_size for info in archive.infolist() if info.filename.endswith(".py"))
