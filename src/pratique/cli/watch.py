"""Follow the registry and review every upload: one machine, one command, no server.

The first time, it begins with what is uploaded from then on. It may be stopped and started at any time: the store
remembers how far it came, and what was uploaded meanwhile is reviewed then.
"""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from pratique.cli._service import NEEDED, add_follow_options, add_store_options, named_in, need, settings
from pratique.errors import UsageError

if TYPE_CHECKING:
    from pratique.service.local import Watch
    from pratique.service.settings import World

HELP = "follow the registry and review every upload"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `pratique watch`."""
    group = add_follow_options(parser)
    group.add_argument("--until-idle", action="store_true", help="stop when everything announced so far is reviewed")
    group = parser.add_argument_group("work")
    group.add_argument(
        "--jobs", "-j", type=int, default=0, metavar="N", help="worker processes (default: one more than cores)"
    )
    group.add_argument(
        "--shadow", action="store_true", help="report nothing, and write a ledger a day, bound to the one before"
    )
    group.add_argument("--plain", action="store_true", help="JSON lines instead of the live view")
    add_store_options(parser)


def run(args: argparse.Namespace) -> int:
    """Watch until stopped."""
    need(*NEEDED, "rich", "structlog")
    from pratique.pool import cores
    from pratique.service import logs
    from pratique.service.follower import Follower
    from pratique.service.local import Staff, Tick, Watch, idle
    from pratique.service.settings import World

    if args.jobs < 0:
        raise UsageError("--jobs is a number of processes")
    chosen = settings(args)
    live = sys.stderr.isatty() and not args.plain
    (logs.to_nowhere if live else logs.to_stderr)()
    world = World(chosen)
    follower = Follower(world.store, world.registry.feed(), popular=named_in(args.popular))
    follower.begin(args.from_serial)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    staff = Staff(chosen, args.jobs or cores() + 1, quiet=live)
    ticks = [Tick(5.0, staff.replace_dead)]
    if args.shadow:
        from pratique.service.shadow import close_days

        ticks.append(Tick(60.0, lambda: close_days(world.store)))
    try:
        watch = Watch(world, follower, ticks)
        until = (lambda: not watch.trouble and idle(world)) if args.until_idle else bool
        _shown(world, watch, stop, until, live=live)
    finally:
        staff.close()
        world.close()
    return 0


def _shown(world: World, watch: Watch, stop: threading.Event, until: Callable[[], bool], *, live: bool) -> None:
    """Run with the live view on a terminal, else with a line a minute in the log."""
    import structlog

    from pratique.service.local import Tick
    from pratique.service.view import draw, line, look

    if not live:
        log = structlog.get_logger("watch")
        watch.also(Tick(60.0, lambda: log.info(line(look(world.store, trouble=watch.trouble)))))
        watch.run(stop, until=until)
        return
    from rich.console import Console
    from rich.live import Live

    with Live(console=Console(stderr=True), auto_refresh=False, screen=True) as screen:
        watch.also(Tick(1.0, lambda: screen.update(draw(look(world.store, trouble=watch.trouble)), refresh=True)))
        watch.run(stop, until=until)
