"""Queue every file of projects that the index lists and the store does not know yet.

They wait in the last lane, so that uploads, re-reads and rescans go first; `pratique watch` or `pratique work` does
them. Doing it again adds only what is new.
"""

from __future__ import annotations

import argparse

from pratique.cli._output import complain
from pratique.cli._service import NEEDED, add_polite_options, add_store_options, canonical, named_in, need, settings
from pratique.errors import NothingToReview, RegistryError, TargetNotFound, UsageError

HELP = "queue projects' earlier files for review"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `pratique backfill`."""
    parser.add_argument("names", nargs="*", metavar="NAME", help="a project")
    group = parser.add_argument_group("registry")
    group.add_argument("--file", "-f", default="", metavar="FILE", help="names of projects, one a line")
    group.add_argument(
        "--index", default="", metavar="URL", help="a Simple API (default: what pip is configured to use)"
    )
    add_polite_options(group)
    add_store_options(parser)


def run(args: argparse.Namespace) -> int:
    """Queue project after project; one that cannot be had is said, and the rest goes on."""
    need(*NEEDED, "structlog")
    from pratique.service.follower import Follower
    from pratique.service.settings import World

    wanted = sorted(canonical(args.names) | named_in(args.file))
    if not wanted:
        raise UsageError("which projects? give names, or a file of them")
    world, failed, queued = World(settings(args)), 0, 0
    follower = Follower(world.store, world.registry.feed())
    try:
        for name in wanted:
            try:
                queued += follower.backfill(name)
            except (RegistryError, TargetNotFound, NothingToReview) as error:
                complain(f"{name}: {error.message}")
                failed += 1
    finally:
        world.close()
    complain(f"{queued} files of {len(wanted) - failed} projects are queued")
    return 1 if failed else 0
