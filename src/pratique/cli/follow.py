"""Follow the registry for a fleet: write what is uploaded to PostgreSQL, and tell the workers through the broker.

One follower is enough; a second one does no harm. Killing it loses nothing: it goes on where it stopped.
"""

from __future__ import annotations

import argparse
import signal
import threading

from pratique.cli._service import (
    NEEDED,
    add_broker_option,
    add_follow_options,
    add_store_options,
    named_in,
    need,
    settings,
)

HELP = "follow the registry for a fleet of workers"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `pratique follow`."""
    add_follow_options(parser)
    add_broker_option(parser)
    group = parser.add_argument_group("ledger")
    group.add_argument("--shadow", action="store_true", help="write a ledger a day, bound to the one before")
    add_store_options(parser)


def run(args: argparse.Namespace) -> int:
    """Follow until stopped."""
    need(*NEEDED, "celery", "structlog")
    from pratique.service import logs
    from pratique.service.fleet import Dispatcher, make_app
    from pratique.service.follower import Follower
    from pratique.service.local import Tick, Watch
    from pratique.service.settings import World

    logs.to_stderr()
    chosen = settings(args)
    world = World(chosen)
    follower = Follower(world.store, world.registry.feed(), popular=named_in(args.popular))
    follower.begin(args.from_serial)
    dispatcher = Dispatcher(world.store, make_app(chosen.broker))
    ticks = [Tick(0.0, dispatcher.send)]
    if args.shadow:
        from pratique.service.shadow import close_days

        ticks.append(Tick(60.0, lambda: close_days(world.store)))
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    try:
        Watch(world, follower, ticks).run(stop)
    finally:
        world.close()
    return 0
