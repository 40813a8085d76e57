"""How the clustering of samples grows: synthetic families of near-duplicates, from a thousand to 300,000 samples.

    python bench/clusters.py                       1,000 · 10,000 · 100,000 · 300,000
    python bench/clusters.py 5000 50000 --seed 2

A family is a set of shingles; its members each lose and gain a few. Sizes of families are drawn so that one is huge,
some are large and most are single, as in registries of malware. Printed are CPU seconds for making signatures and for
grouping, per sample and as a ratio to the run before, the memory, and how the groups agree with the families.
"""

from __future__ import annotations

import argparse
import random
import resource
import time
from collections.abc import Iterator

from pratique.dataset.agreement import agreement
from pratique.dataset.clusters import group
from pratique.dataset.readings import Prints
from pratique.known.minhash import pack, signature

SIZES = (1_000, 10_000, 100_000, 300_000)
SHINGLES = (20, 300)
CHANGED = 0.06
HUGE = 0.2


def families(count: int, chance: random.Random) -> Iterator[int]:
    """Yield how many members each family has."""
    left = count
    huge = int(count * HUGE)
    yield huge
    left -= huge
    while left > 0:
        size = min(left, max(1, int(chance.paretovariate(1.1))))
        yield size
        left -= size


def samples(count: int, chance: random.Random) -> Iterator[tuple[str, Prints, str]]:
    """Yield (name, prints, family)."""
    number = 0
    for family, members in enumerate(families(count, chance)):
        core = [chance.getrandbits(64) for _ in range(chance.randint(*SHINGLES))]
        for _ in range(members):
            own = [one if chance.random() > CHANGED else chance.getrandbits(64) for one in core]
            packed = pack(signature(own))
            yield f"{number:064x}", Prints(mass=len(set(own)), signature=packed), str(family)
            number += 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    columns = ("signatures s", 13), ("grouping s", 11), ("µs each", 8), ("growth", 7), ("MiB", 6)
    print(" ".join([f"{'samples':>9}", *(f"{name:>{width}}" for name, width in columns)]) + "  precision recall")
    before = (0, 0.0)
    for size in args.sizes:
        start = time.process_time()
        made = list(samples(size, random.Random(args.seed)))
        signed = time.process_time() - start
        start = time.process_time()
        groups, _ = group({name: prints for name, prints, _ in made})
        spent = time.process_time() - start
        agreed = agreement(groups.clusters, {name: family for name, _, family in made})
        growth = f"{(spent / before[1]) / (size / before[0]):.2f}" if before[0] else "-"
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"{size:>9,} {signed:>13.2f} {spent:>11.2f} {1e6 * spent / size:>8.1f} {growth:>7} {memory:>6.0f}"
            f"  {agreed.precision:>9.3f} {agreed.recall:>6.3f}",
            flush=True,
        )
        before = (size, spent)


if __name__ == "__main__":
    main()
