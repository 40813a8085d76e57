"""Measure all evasions over all samples: `python tests/evasions/report.py [--chains N] [--only TEXT]`.

Prints how many single evasions, blind ones among them, and random chains of three keep a sample's level and rule, which
families lose which, every miss, and the honest twins that are wrongly at `look`.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from evasion_run import Outcome, chains, evade, evasions, seeded, singles
from evasion_samples import fired, judged, samples, uncovered
from evasion_twins import TWINS


def share(outcomes: list[Outcome]) -> str:
    """Say how many of the outcomes kept level and rule."""
    kept = sum(one.kept for one in outcomes)
    return f"{kept} of {len(outcomes)}" + (f" ({100 * kept / len(outcomes):.2f} %)" if outcomes else "")


def noisy_twins(text: str) -> list[str]:
    """Return the honest packages that an evasion, which hides nothing as such, brings to `look`."""
    found = []
    for evasion in evasions():
        for name, package in TWINS.items():
            if evasion.conceals or text not in evasion.name:
                continue
            evaded = evade(package, (evasion,), seeded(name, evasion.name))
            if evaded is not None and (review := judged(evaded)).verdict.level in ("look", "block"):
                found.append(f"{evasion.name} on {name}: {review.verdict.level} by {', '.join(sorted(fired(review)))}")
    return found


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--chains", type=int, default=1000, help="random chains of three (default 1000)")
    parser.add_argument("--seed", default="chains", help="which chains")
    parser.add_argument("--only", default="", help="evasions whose name holds this text; no chains")
    chosen = parser.parse_args()
    started, say = time.perf_counter(), sys.stdout.write
    picked = [one for one in evasions() if chosen.only in one.name]
    found: list[Outcome] = []
    for at, evasion in enumerate(picked, 1):
        sys.stderr.write(f"\r{at}/{len(picked)} {evasion.name:40}")
        found += singles(evasion)
    sys.stderr.write("\r" + " " * 60 + "\r")
    mixed = [] if chosen.only else list(chains(chosen.chains, chosen.seed))
    say(f"samples: {len(samples())}; rules without one: {', '.join(uncovered()) or 'none'}\n")
    say(f"evasions: {len(picked)}, {sum(one.blind for one in picked)} of them blind\n")
    say(f"singles: {share(found)}; blind ones: {share([one for one in found if one.blind])}\n")
    say(f"chains of three: {share(mixed)}\n")
    families = defaultdict(list)
    for one in found:
        families[one.evasion.partition("-")[0]].append(one)
    for family, outcomes in families.items():
        say(f"  {family:10} {share(outcomes)}\n")
    for one in (*found, *mixed):
        if not one.kept:
            say(f"miss: {one.evasion} on {one.sample}: wanted {one.wanted}, got {one.got}\n")
    twins = noisy_twins(chosen.only)
    say(f"honest twins at look: {len(twins)}\n" + "".join(f"  {one}\n" for one in twins))
    say(f"{time.perf_counter() - started:.0f} s\n")


if __name__ == "__main__":
    main()
