"""Review projects, files or folders: what they can do, when that runs, and whether a human should look."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import msgspec

from pratique.cli._compared import Session, add_options, asked, portrait_of
from pratique.cli._output import Progress, add_output_options, complain, style, write
from pratique.errors import NothingToReview, PratiqueError

if TYPE_CHECKING:
    from pratique.batch import Work
    from pratique.ecosystems import Ecosystem, Target
    from pratique.model import Level, Review
    from pratique.pipeline import Options
    from pratique.releases import Against

T = TypeVar("T")
HELP = "review projects, files or folders"
EXIT_CODES: dict[Level, int] = {"clear": 0, "note": 0, "look": 10, "block": 11}


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `pratique review`."""
    group = parser.add_argument_group("input")
    group.add_argument(
        "targets",
        nargs="*",
        metavar="TARGET",
        help="NAME, NAME==VERSION, the path of an sdist, wheel, egg or zip, or a source folder",
    )
    group.add_argument(
        "--requirement",
        "-r",
        action="append",
        default=[],
        metavar="FILE",
        help="review what a requirements file asks for",
    )
    group.add_argument(
        "--only", default="", metavar="KIND", help="sdist, wheel, or the name of one file of the release"
    )
    add_options(parser)
    group = parser.add_argument_group("judgement")
    group.add_argument(
        "--audience",
        choices=("admin", "researcher", "everything"),
        default="admin",
        help="whose findings to show (default: admin)",
    )
    group.add_argument("--map", metavar="FILE", help="a capability map of your own, on top of ours")
    group.add_argument("--rule", action="append", default=[], metavar="FILE", help="a rule of your own, as JSON")
    group.add_argument("--known", metavar="INDEX", help="compare with an index of known malware (`pratique known`)")
    group.add_argument("--exit-zero", action="store_true", help="exit with 0 also for look and block")
    group = parser.add_argument_group("limits")
    group.add_argument(
        "--jobs", "-j", type=int, default=0, metavar="N", help="processes (default: one per core, at most one per file)"
    )
    group.add_argument("--max-size", type=int, default=1024, metavar="MB", help="largest file to take (default: 1024)")
    group.add_argument(
        "--nesting", type=int, default=3, metavar="N", help="archives within archives that are opened (default: 3)"
    )
    output = add_output_options(parser)
    output.add_argument("--format", "-f", default="text", metavar="NAME", help=_format_help())


def _format_help() -> str:
    """Name the formats that there are."""
    from pratique.report import names

    return f"{', '.join(names())} (default: text)"


def run(args: argparse.Namespace) -> int:
    """Review every target; the exit code is that of the highest level."""
    from pratique.ecosystems import open_ecosystem
    from pratique.report import check, render

    check(args.format)
    ecosystem = open_ecosystem()
    targets = _targets(ecosystem, args)
    progress = Progress()
    try:
        chosen = options(args)
        session = Session(ecosystem, chosen, args.jobs, progress)
        reviews = list(_reviews(session, targets, asked(session, args), chosen))
    finally:
        progress.done()
    if not reviews:
        raise NothingToReview("nothing was reviewed")
    write(render(args.format, reviews, style(args)), args)
    return 0 if args.exit_zero else max(EXIT_CODES[one.queued] for one in reviews)


def options(args: argparse.Namespace) -> Options:
    """Return the options of the engine that the command line asks for."""
    from pratique.capabilities import mapfile
    from pratique.known.index import find
    from pratique.model import Budget
    from pratique.pipeline import Options
    from pratique.rules import jsonrule

    return Options(
        budget=Budget(compressed=args.max_size << 20, nesting=args.nesting),
        audience=args.audience,
        rules=tuple(jsonrule.read(Path(name)) for name in args.rule),
        map_lines=mapfile.read(Path(args.map)).lines if args.map else (),
        known=find(Path(args.known)) if args.known else None,
    )


def _targets(ecosystem: Ecosystem, args: argparse.Namespace) -> list[Target]:
    targets = list(ecosystem.parse(args.targets, args.only)) if args.targets or not args.requirement else []
    for name in args.requirement:
        wanted = ecosystem.requirements(Path(name), args.only)
        targets += wanted.targets
        for refused in wanted.refused:
            complain(f"not reviewed: {refused.text} ({refused.where}): {refused.reason}")
    if not targets:
        raise NothingToReview("the requirements ask for nothing that can be reviewed")
    return targets


def _reviews(session: Session, targets: list[Target], against: Against | None, chosen: Options) -> Iterator[Review]:
    """Review target after target; one that cannot be had is said on standard error and the rest goes on."""
    failed: list[PratiqueError] = []
    count = 0
    beside = [(target, against) for target in targets if against and target.kind == "project"]
    alone = [target for target in targets if target.kind == "file" or (target.kind == "project" and not against)]

    def kept(target: Target, found: Iterator[T]) -> Iterator[T]:
        try:
            yield from found
        except PratiqueError as error:
            failed.append(error)
            if len(targets) > 1:
                complain(f"{target.text}: {error.message}")

    for target, base in beside:
        for one in kept(target, session.reviews(target, base)):
            count += 1
            yield one
    works = (work for target in alone for work in kept(target, _fetch(session, target, against, chosen)))
    for read in session.alone(works, against) if alone else ():
        count += 1
        yield read.review
    for target in targets:
        if target.kind == "folder":
            count += 1
            yield session.folder(Path(target.path))
    if failed and not count:
        raise failed[0]


def _fetch(session: Session, target: Target, against: Against | None, chosen: Options) -> Iterator[Work]:
    from pratique.batch import Work
    from pratique.compare import Context

    if target.kind == "file":
        path = Path(target.path)
        session.say(f"reviewing {path}")
        data = path.read_bytes()
        context = Context(base=portrait_of(against), why="you asked for it") if portrait_of(against) else Context()
        yield Work(artifact=session.ecosystem.describe(path.name, data), data=data, context=context)
        return
    for artifact in session.ecosystem.release(target).artifacts:
        session.say(f"fetching {artifact.filename}")
        data = session.ecosystem.fetch(artifact, chosen.budget)
        session.say(f"reviewing {artifact.filename}")
        yield Work(artifact=msgspec.structs.replace(artifact, size=len(data)), data=data)
