"""Where the time of a review goes: the share of each stage, and the dearest functions. cProfile over some wheels.

    python bench/stages.py                 10 wheels of the benign list
    python bench/stages.py A.whl --top 40
    python bench/stages.py --malware DIR SHA256 [SHA256 …]    samples, in memory, through their pack's loader

cProfile makes short functions look dearer than they are: shares are a guide to where to look, not a measurement.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from pratique.ecosystems.pypi.filenames import describe
from pratique.evaluate import corpora
from pratique.evaluate.work import preload
from pratique.pipeline import Options, review_artifact

Function = tuple[str, int, str]
STAGES: tuple[tuple[str, str], ...] = (
    ("/pratique/unpack/", "unpack"),
    ("/pratique/languages/python/decode", "decode"),
    ("/pratique/languages/python/codec", "decode"),
    ("/pratique/languages/python/texttraits", "text traits"),
    ("/pratique/languages/python/lower/", "lower"),
    ("/pratique/languages/python/evaluate/", "evaluate"),
    ("/pratique/languages/python/grammar/", "parse (tolerant)"),
    ("/pratique/languages/", "other languages"),
    ("/pratique/ecosystems/", "entries"),
    ("/pratique/link/", "link"),
    ("/pratique/reach/", "reach"),
    ("/pratique/capabilities/", "capabilities"),
    ("/pratique/rules/", "rules"),
    ("/pratique/verdict/", "verdict"),
    ("/pratique/", "pipeline"),
)
PARSERS = ("built-in method builtins.compile", "method 'parse' of 'tree_sitter.Parser'")
PASSES = 12
"""How often the time of a library function is handed up to its callers: enough for the depth of the library."""


def main() -> int:
    """Profile and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help="wheels, or with --malware the start of SHA-256s")
    parser.add_argument("--malware", metavar="DIR", help="take samples of this pack")
    parser.add_argument("--benign", default="../shared/benign", metavar="DIR", help="the list to draw wheels from")
    parser.add_argument(
        "--count", type=int, default=10, help="wheels drawn, by smallest SHA-256, of 50 kB to 3 MB of Python"
    )
    parser.add_argument("--top", type=int, default=15, help="functions shown, by their own time")
    args = parser.parse_args()
    preload()
    profile, size = cProfile.Profile(), 0
    for name, data in _artifacts(args):
        described = describe(name, data)
        profile.enable()
        review = review_artifact(described, data, Options(audience="everything"))
        profile.disable()
        size += review.read.code_bytes
    _print(pstats.Stats(profile), size, args.top)
    return 0


def _artifacts(args: argparse.Namespace) -> Iterator[tuple[str, bytes]]:
    if args.malware:
        for one in corpora.malware(Path(args.malware)):
            if one.item.sha256.startswith(tuple(args.targets)):
                yield one.read()
        return
    if args.targets:
        yield from ((Path(name).name, Path(name).read_bytes()) for name in args.targets)
        return
    listed = sorted(corpora.benign(Path(args.benign)), key=lambda one: one.item.sha256)
    fit = [one for one in listed if 50_000 <= one.item.py_bytes <= 3_000_000]
    for one in fit[: args.count]:
        yield one.read()


def _print(stats: pstats.Stats, size: int, top: int) -> None:
    shares = stages(stats.stats)  # type: ignore[attr-defined]
    total = sum(shares.values())
    print(f"{size / 1e6:.2f} MB of code, {total:.2f} s under the profiler")
    for stage, spent in sorted(shares.items(), key=lambda pair: -pair[1]):
        print(f"  {stage:<18}{spent:8.2f} s {100 * spent / total:5.1f} %")
    rows = sorted(stats.stats.items(), key=lambda pair: -pair[1][2])[:top]  # type: ignore[attr-defined]
    for (file, line, name), (_, calls, own, _, _) in rows:
        place = file.rpartition("/pratique/")[2] if "/pratique/" in file else Path(file).name
        print(f"  {own:7.2f} s {calls:>9} x  {place}:{line} {name}")


def stages(
    stats: dict[Function, tuple[int, int, float, float, dict[Function, tuple[int, int, float, float]]]],
) -> dict[str, float]:
    """Return seconds by stage: own time by module; a library's or built-in's own time goes up to who called it."""
    found: defaultdict[str, float] = defaultdict(float)
    pending: dict[Function, float] = {}
    for function, (_, _, own, _, _) in stats.items():
        stage = _stage(function)
        if stage:
            found[stage] += own
        else:
            pending[function] = own
    for _ in range(PASSES):
        above: defaultdict[Function, float] = defaultdict(float)
        for function, spent in pending.items():
            callers = stats[function][4]
            weight = sum(times[3] for times in callers.values())
            if not weight:
                found["other"] += spent
                continue
            for caller, times in callers.items():
                part = spent * times[3] / weight
                stage = _stage(caller)
                if stage:
                    found[stage] += part
                else:
                    above[caller] += part
        pending = above
    found["other"] += sum(pending.values())
    return dict(found)


def _stage(function: Function) -> str:
    file, _, name = function
    if any(parser in name for parser in PARSERS):
        return "parse"
    return next((stage for part, stage in STAGES if part in file), "")


if __name__ == "__main__":
    sys.exit(main())
