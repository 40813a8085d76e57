"""Pratique, hexora and GuardDog on the same wheels, in one run, on one core: megabytes of Python per CPU second.

Every tool is one warm process; wheel by wheel each has its turn, so that a noisy machine is noisy for all. Nothing here
asserts a time. Figures are CPU seconds; analysis stands apart from unpacking and hashing.

    python bench/engine.py                       25 wheels of the benign list
    python bench/engine.py A.whl B.whl           these wheels
    python bench/engine.py --only pratique --modes cold,repeat,release
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from tools import Hexora, Lines, Series, Wheel, cpu_of, guarddog, hexora, pratique, python_bytes

from pratique import __version__
from pratique.ecosystems.pypi.filenames import parse
from pratique.errors import PratiqueError
from pratique.evaluate import corpora
from pratique.evaluate.results import folder
from pratique.verdict import engine_digest

MODES = ("cold", "repeat", "release", "cli", "large")
TOOLS = ("pratique", "hexora", "guarddog")
CHANGED = 0.05
"""Share of the Python files that a made-up new release changes."""
Tool = Lines | Hexora


def main() -> int:
    """Measure and print."""
    args = _arguments()
    os.sched_setaffinity(0, {args.core if args.core >= 0 else max(os.sched_getaffinity(0))})
    listed = _listed(args)
    wheels = [_wheel(Path(name)) for name in args.wheels] or _chosen(listed, args)
    result: dict[str, object] = {
        "schema": "pratique-bench/1",
        "version": __version__,
        "engine": engine_digest(),
        "date": time.strftime("%Y-%m-%d"),
        "wheels": len(wheels),
        "python_mb": round(sum(wheel.py_bytes for wheel in wheels) / 1e6, 3),
        "load": os.getloadavg()[0],
    }
    steps: dict[str, Callable[[], dict[str, object]]] = {
        "cold": lambda: cold(wheels, args.only),
        "repeat": lambda: repeat(wheels),
        "release": lambda: release(wheels, _pairs(listed, args) if not args.wheels else []),
        "cli": lambda: cli(min(wheels, key=lambda wheel: wheel.path.stat().st_size)),
        "large": lambda: large(listed),
    }
    for mode in args.modes.split(","):
        _say(f"{mode} …")
        result[mode] = steps[mode]()
        if args.output:  # after every mode: a long run that is stopped leaves what it has
            Path(args.output).write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=1) if args.format == "json" else table(result), end="")
    return 0


def cold(wheels: Sequence[Wheel], only: Sequence[str]) -> dict[str, object]:
    """Measure every tool without a cache, in turn."""
    started: dict[str, Tool] = {}
    starters: dict[str, Callable[[], Tool]] = {
        "pratique": pratique, "hexora": lambda: hexora(_place()), "guarddog": lambda: guarddog(_place()),
    }  # fmt: skip
    for name in only:
        try:
            started[name] = starters[name]()
        except PratiqueError as error:
            _say(f"{name} is left out: {error.message}")
    series = {name: Series(name=name, tree_s=-cpu_of(tool.pid)) for name, tool in started.items()}
    try:
        for number, wheel in enumerate(wheels, 1):
            _say(f"{number} of {len(wheels)}: {wheel.path.name}")
            for name, tool in started.items():
                series[name].runs.append(tool.ask(wheel))
        for name, tool in started.items():
            series[name].tree_s += cpu_of(tool.pid)
    finally:
        for tool in started.values():
            tool.__exit__()
    figures: dict[str, object] = {name: one.figures() for name, one in series.items()}
    ours = series.get("pratique")
    ratios = {
        name: _rate(ours) / _rate(one) for name, one in series.items() if ours and name != "pratique" and _rate(one)
    }
    return {"tools": figures, "pratique_to": {name: round(ratio, 3) for name, ratio in ratios.items()},
            "runs": {name: [_row(run) for run in one.runs] for name, one in series.items()}}  # fmt: skip


def repeat(wheels: Sequence[Wheel]) -> dict[str, object]:
    """Measure known artifacts: the same wheels again, with the cache that the first pass left."""
    first, again = Series(name="first"), Series(name="again")
    with tempfile.TemporaryDirectory() as place, pratique(PRATIQUE_CACHE=place) as tool:
        first.runs = [tool.ask(wheel) for wheel in wheels]
        again.runs = [tool.ask(wheel) for wheel in wheels]
    before, after = _total(first), _total(again)
    return {
        "first_s": round(before, 3),
        "again_s": round(after, 3),
        "times_less": round(before / after, 2) if after else 0.0,
    }


def release(wheels: Sequence[Wheel], pairs: Sequence[tuple[Wheel, Wheel]]) -> dict[str, object]:
    """Measure a new release of a known project: real pairs of versions, and wheels with 5 % of their files changed."""
    known, fresh, made, whole = (Series(name=name) for name in ("known", "cold", "made", "whole"))
    with tempfile.TemporaryDirectory() as place, pratique(PRATIQUE_CACHE=place) as warm, pratique() as none:
        for old, new in pairs:
            warm.ask(old)
            known.runs.append(warm.ask(new))
            fresh.runs.append(none.ask(new))
        for wheel in wheels:
            warm.ask(wheel)
            made.runs.append(warm.ask(wheel, changed=CHANGED))
            whole.runs.append(none.ask(wheel, changed=CHANGED))
    return {
        "pairs": len(pairs),
        "known_s": _analysis(known),
        "cold_s": _analysis(fresh),
        "times_less": _times(fresh, known),
        "changed_wheels": len(wheels),
        "changed_known_s": _analysis(made),
        "changed_cold_s": _analysis(whole),
        "changed_times_less": _times(whole, made),
    }


def cli(small: Wheel) -> dict[str, object]:
    """Measure the wall time of whole commands, interpreter's start included: median of seven."""
    with tempfile.TemporaryDirectory() as place, tempfile.TemporaryDirectory() as compiled:
        timed = {
            "help": _wall(["--help"], "off", compiled),
            "review_no_cache": _wall(["review", "--exit-zero", str(small.path)], "off", compiled),
            "review_known": _wall(["review", "--exit-zero", str(small.path)], place, compiled),
        }
    return {"wheel": small.path.name, "wheel_bytes": small.path.stat().st_size, **timed}


def large(listed: Sequence[Wheel]) -> dict[str, object]:
    """Measure the peak memory on the wheel that is closest to 50 MB."""
    if not listed:
        return {}
    wheel = min(listed, key=lambda one: abs(one.path.stat().st_size - 50_000_000))
    with pratique() as tool:
        run = tool.ask(wheel)
    return {"wheel": wheel.path.name, "wheel_mb": round(wheel.path.stat().st_size / 1e6, 1), **_row(run)}


def table(result: dict[str, object]) -> str:
    """Return the figures as text."""
    corpus = f"{result['wheels']} wheels, {result['python_mb']} MB of Python, load {result['load']:.1f}"
    lines = [f"pratique {result['version']}, engine {result['engine']}: {corpus}"]
    measured: dict[str, dict[str, object]] = {mode: result[mode] for mode in MODES if mode in result}  # type: ignore[misc]
    if "cold" in measured:
        heads = (
            "mb_per_cpu_s",
            "analysis_s",
            "unpack_s",
            "median_s",
            "p95_s",
            "peak_mb",
            "artifacts",
            "failures",
            "tree_s",
        )
        lines.append(f"{'':<10}" + "".join(f"{head:>14}" for head in heads))
        tools: dict[str, dict[str, object]] = measured["cold"]["tools"]  # type: ignore[assignment]
        lines += [f"{name:<10}" + "".join(f"{row[head]!s:>14}" for head in heads) for name, row in tools.items()]
        lines.append(f"pratique's throughput to: {measured['cold']['pratique_to']}")
    lines += [f"{mode}: {figures}" for mode, figures in measured.items() if mode != "cold"]
    return "\n".join(lines) + "\n"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("wheels", nargs="*", metavar="WHEEL", help="wheels to measure on, all benign")
    parser.add_argument("--benign", default="../shared/benign", metavar="DIR", help="the list to draw from")
    parser.add_argument("--count", type=int, default=25, help="wheels drawn, by smallest SHA-256")
    parser.add_argument("--least", type=int, default=50_000, help="bytes of Python that a drawn wheel has at least")
    parser.add_argument("--most", type=int, default=3_000_000, help="and at most")
    parser.add_argument(
        "--only", type=lambda text: text.split(","), default=TOOLS, metavar="TOOLS", help=",".join(TOOLS)
    )
    parser.add_argument("--modes", default=",".join(MODES), help=f"some of {','.join(MODES)}")
    parser.add_argument("--core", type=int, default=-1, help="the core to run on (default: the last one)")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument("--output", "-o", metavar="FILE", help="write the JSON there too")
    return parser.parse_args()


def _listed(args: argparse.Namespace) -> list[Wheel]:
    """Return the wheels of the list that are here, by SHA-256."""
    try:
        found = corpora.benign(Path(args.benign))
    except PratiqueError as error:
        _say(error.message)
        return []
    return [
        Wheel(path=one.path, project=one.item.group, version=parse(one.item.name)[1], py_bytes=one.item.py_bytes)
        for one in sorted(found, key=lambda one: one.item.sha256)
        if one.path is not None
    ]


def _chosen(listed: Sequence[Wheel], args: argparse.Namespace) -> list[Wheel]:
    fit = [wheel for wheel in listed if args.least <= wheel.py_bytes <= args.most]
    if not fit:
        raise SystemExit("no wheels: name some, or a list with --benign")
    return fit[: args.count]


def _pairs(listed: Sequence[Wheel], args: argparse.Namespace) -> list[tuple[Wheel, Wheel]]:
    """Return (older, newer) of projects of which two versions are here."""
    from packaging.version import Version

    projects: dict[str, dict[str, Wheel]] = {}
    for wheel in listed:
        if args.least <= wheel.py_bytes <= args.most and wheel.version:
            projects.setdefault(wheel.project, {}).setdefault(wheel.version, wheel)
    many = [
        sorted(found.values(), key=lambda wheel: Version(wheel.version))
        for found in projects.values()
        if len(found) > 1
    ]
    return [(found[-2], found[-1]) for found in many][: args.count]


def _wheel(path: Path) -> Wheel:
    name, version = parse(path.name)
    return Wheel(path=path, project=name, version=version, py_bytes=python_bytes(path))


def _place() -> Path:
    place = folder("peers")
    if place is None:
        raise PratiqueError("peers need a cache folder: PRATIQUE_CACHE is off")
    return place


def _wall(words: Sequence[str], cache: str, compiled: str) -> float:
    """Time a command with its modules compiled into a folder, as an installed package has them."""
    spent = []
    for _ in range(8):  # the first one compiles, and warms the files
        start = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "pratique", *words],
            check=True,
            stdout=subprocess.DEVNULL,
            env=os.environ | {"PRATIQUE_CACHE": cache, "PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": compiled},
        )
        spent.append(time.perf_counter() - start)
    return round(statistics.median(spent[1:]), 3)


def _rate(series: Series) -> float:
    rate = series.figures()["mb_per_cpu_s"]
    assert isinstance(rate, float)
    return rate


def _total(series: Series) -> float:
    return sum(run.total_s for run in series.runs)


def _analysis(series: Series) -> float:
    return round(sum(run.analysis_s for run in series.runs), 3)


def _times(slow: Series, fast: Series) -> float:
    spent = sum(run.analysis_s for run in fast.runs)
    return round(sum(run.analysis_s for run in slow.runs) / spent, 2) if spent else 0.0


def _row(run: object) -> dict[str, object]:
    from dataclasses import asdict

    return {key: round(value, 4) if isinstance(value, float) else value for key, value in asdict(run).items()}  # type: ignore[call-overload]


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
