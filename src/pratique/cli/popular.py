"""Build an index of popular projects from wheels at hand, or say what one holds.

It holds digests of functions, no code. `pratique review --popular INDEX` compares what copies one of the projects under
another name with the original.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pratique.cli._output import Progress, complain
from pratique.errors import NothingToReview

if TYPE_CHECKING:
    from pratique.batch import Work
    from pratique.compare import Portrait

HELP = "index popular projects, to recognise copies of them"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the actions of `pratique popular`."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True, help=argparse.SUPPRESS)
    parser.epilog = (
        "actions:\n  build         index wheels, one for each project\n  info          say what an index holds\n"
    )
    build = actions.add_parser("build", description="Index wheels, one for each project.")
    build.add_argument(
        "places", nargs="+", metavar="PLACE", help="wheels, folders of wheels, or a list of benign wheels"
    )
    build.add_argument("--output", "-o", required=True, metavar="INDEX", help="where to write it")
    build.add_argument("--jobs", "-j", type=int, default=None, metavar="N", help="processes (default: one per core)")
    build.add_argument(
        "--max-size", type=int, default=20, metavar="MB", help="wheels larger than this are left out (default: 20)"
    )
    build.set_defaults(do=_build)
    info = actions.add_parser("info", description="Say what an index holds.")
    info.add_argument("index", metavar="INDEX")
    info.set_defaults(do=_info)


def run(args: argparse.Namespace) -> int:
    """Do what the action says."""
    return int(args.do(args))


def _build(args: argparse.Namespace) -> int:
    from pratique.releases import popular

    wheels = [path for place in args.places for path in _wheels(Path(place))]
    kept = [path for path in wheels if path.stat().st_size <= args.max_size << 20]
    if not kept:
        raise NothingToReview("there is no wheel to index", hint="name wheels, folders of wheels, or a list of them")
    steps = Progress()
    try:
        made = popular.build(_drawn(kept, args.jobs, steps), datetime.now(UTC).strftime("%Y-%m-%d"))
    finally:
        steps.done()
    data = popular.dump(made)
    Path(args.output).write_bytes(data)
    sys.stdout.write(f"{args.output}: {len(made.projects)} projects of {len(kept)} wheels, {len(data) >> 10} kB\n")
    return 0


def _wheels(place: Path) -> Iterator[Path]:
    if place.is_file():
        yield place
    elif (place / "wheels.csv").is_file():
        from pratique.evaluate import corpora

        yield from (source.path for source in corpora.benign(place) if source.path is not None)
    else:
        yield from sorted(place.glob("*.whl"))


def _drawn(wheels: list[Path], jobs: int | None, steps: Progress) -> Iterator[Portrait]:
    from pratique.batch import Work, read_all
    from pratique.ecosystems.pypi.filenames import describe
    from pratique.pipeline import Options

    def works() -> Iterator[Work]:
        for number, path in enumerate(wheels):
            steps.say(f"{number + 1} of {len(wheels)}: {path.name}")
            data = path.read_bytes()
            yield Work(artifact=describe(path.name, data), data=data, draw=True)

    for read in read_all(works(), Options(), jobs=jobs):
        if read.portrait is None:
            complain(f"not read to the end: {read.review.artifact.filename}")
        else:
            yield read.portrait


def _info(args: argparse.Namespace) -> int:
    from pratique.releases import popular

    found = popular.load(Path(args.index))
    sys.stdout.write(f"made       {found.made}\nprojects   {len(found.projects)}\n")
    sys.stdout.writelines(f"  {one.name} {one.version}: {one.functions:,} functions\n" for one in found.projects)
    return 0
