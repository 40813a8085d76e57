"""Check the ledger of `pratique watch --shadow`, and say what it shows.

Exit code 1 where a day is not what its digest says. Whoever published the newest digest earlier can compare it.
"""

from __future__ import annotations

import argparse
import json

from pratique.cli._output import add_output_options, write
from pratique.cli._service import NEEDED, add_store_options, need, opened

HELP = "check and read the shadow ledger"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `pratique shadow`."""
    parser.add_argument("--format", "-f", choices=("text", "json"), default="text", help="text or JSON")
    add_store_options(parser)
    add_output_options(parser)


def run(args: argparse.Namespace) -> int:
    """Close the days that are over, check every day, and print the figures."""
    need(*NEEDED)
    import msgspec

    from pratique.service import shadow
    from pratique.store.shadow import aside, days

    with opened(args) as store:
        shadow.close_days(store)
        checked = dict(shadow.verify(store))
        found = shadow.figures(store)
        with store.read() as connection:
            digests = {one.day: one.digest for one in days(connection)}
            numbers = aside(connection)
    sound = not any(checked.values())
    if args.format == "json":
        made = {"schema": "pratique-shadow/1", "sound": sound, "digests": digests} | msgspec.to_builtins(found)
        write(json.dumps(made, indent=2) + "\n", args)
        return 0 if sound else 1
    lines = [f"{day}  {digests[day]}  {wrong or 'sound'}" for day, wrong in checked.items()]
    lines.append(f"{found.files} files in {found.days} days")
    confirmed, bounds = dict(found.confirmed), dict(found.bounds)
    for level, count in found.alarms:
        rate = f"false alarms at most {bounds[level]:.2e} per file (95 %), unconfirmed ones counted as false"
        lines.append(f"{level:<6} {count} alarms, {confirmed[level]} confirmed; {rate}")
    lines.append(
        f"clear  {found.aside} set aside, {found.read} read, {found.missed} malware; "
        f"missed at most {found.miss_bound:.2g} of clear files (95 %)"
    )
    unread = [f"#{number}" for _, number in numbers][-10:]
    lines.append(f"the newest set aside: {' '.join(unread) or 'none'}")
    write("\n".join(lines) + "\n", args)
    return 0 if sound else 1
