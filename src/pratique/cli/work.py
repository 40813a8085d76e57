"""Work in a fleet: review what the follower announces through the broker.

Start as many as you like, on as many machines as reach the database, the vault and the broker. SIGTERM lets each
process finish the artifact in hand; SIGKILL loses nothing either.
"""

from __future__ import annotations

import argparse

from pratique.cli._service import (
    NEEDED,
    add_broker_option,
    add_polite_options,
    add_store_options,
    need,
    settings,
)

HELP = "work in a fleet"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `pratique work`."""
    group = parser.add_argument_group("work")
    group.add_argument("--jobs", "-j", type=int, default=0, metavar="N", help="processes (default: one per core)")
    group.add_argument("--live", action="store_true", help="uploads only: no re-reads, rescans and backfill")
    group = parser.add_argument_group("registry")
    group.add_argument(
        "--index", default="", metavar="URL", help="a Simple API (default: what pip is configured to use)"
    )
    add_polite_options(group)
    add_broker_option(parser)
    add_store_options(parser)


def run(args: argparse.Namespace) -> int:
    """Work until stopped."""
    need(*NEEDED, "celery", "structlog")
    from pratique.pool import cores
    from pratique.service import fleet, logs

    logs.to_stderr()
    fleet.work(settings(args), concurrency=args.jobs or cores(), live_only=args.live)
    return 0
