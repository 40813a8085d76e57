"""Look after the service's store.

check    is the database sound, are the bytes there; exit code 1 where something is damaged
prune    remove bytes and facts that nobody will ask for; reviews, events and decisions are kept for ever
export   write reviews, decisions (decisions-v1) or events as JSON lines
parked   list the artifacts that could not be reviewed, with the reason
requeue  give them (all, or the numbers given) another three attempts
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from pratique.cli._output import add_output_options, write
from pratique.cli._service import add_store_options, opened
from pratique.errors import PratiqueError

if TYPE_CHECKING:
    from pratique.store import Store

HELP = "look after the service's store"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `pratique store`."""
    parser.add_argument("action", choices=("check", "prune", "export", "parked", "requeue"), help="what to do")
    parser.add_argument("jobs", nargs="*", type=int, metavar="JOB", help="for requeue: these jobs only")
    group = add_store_options(parser)
    group.add_argument("--full", action="store_true", help="check: read every document and all bytes")
    group.add_argument("--what", choices=("reviews", "decisions", "events"), default="reviews", help="export: of what")
    group.add_argument("--since", type=float, default=0.0, metavar="SECONDS", help="export: not older (since 1970)")
    group.add_argument(
        "--keep-bytes", type=float, default=7.0, metavar="DAYS", help="prune: bytes of clear artifacts (default: 7)"
    )
    group.add_argument("--keep-facts", type=float, default=90.0, metavar="DAYS", help="prune: facts (default: 90)")
    add_output_options(parser)


def run(args: argparse.Namespace) -> int:
    """Do it."""
    actions = {"check": _check, "prune": _prune, "export": _export, "parked": _parked, "requeue": _requeue}
    with opened(args) as store:
        return actions[args.action](store, args)


def _check(store: Store, args: argparse.Namespace) -> int:
    from pratique.store import upkeep

    found = list(upkeep.check(store, full=args.full))
    write("".join(f"{'ok ' if one.ok else 'BAD'}  {one.name:<26}  {one.detail}\n" for one in found), args)
    return 0 if all(one.ok for one in found) else 1


def _prune(store: Store, args: argparse.Namespace) -> int:
    from pratique.store import upkeep

    gone = upkeep.prune(store, upkeep.Retention(bytes=args.keep_bytes, facts=args.keep_facts))
    write("".join(f"{name:<10}  {count} removed\n" for name, count in gone.items()), args)
    return 0


def _export(store: Store, args: argparse.Namespace) -> int:
    from pratique.store import upkeep

    lines = upkeep.export(store, args.what, args.since)
    if not args.output:
        for line in lines:
            sys.stdout.buffer.write(line + b"\n")
        sys.stdout.flush()
        return 0
    try:
        with open(args.output, "wb") as file:  # noqa: PTH123  (a path as it was typed)
            file.writelines(line + b"\n" for line in lines)
    except OSError as error:
        raise PratiqueError(f"cannot write {args.output}: {error.strerror or error}") from error
    return 0


def _parked(store: Store, args: argparse.Namespace) -> int:
    from pratique.report.escape import plain
    from pratique.store import queue

    with store.read() as connection:
        rows = queue.parked(connection, 1000)
    lines = [f"{number:>8}  {state:<6}  {plain(filename)}  {plain(reason)}" for number, filename, state, reason in rows]
    write("\n".join([*lines, f"{len(rows)} parked or gone; `pratique store requeue` tries them again"]) + "\n", args)
    return 0


def _requeue(store: Store, args: argparse.Namespace) -> int:
    from pratique.store import queue

    with store.write() as connection:
        count = queue.requeue(connection, args.jobs)
    write(f"{count} requeued\n", args)
    return 0
