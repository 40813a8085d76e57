"""See what a change of rules does to benign packages: frozen facts of 300 wheels, judged again beside a baseline."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from pratique.cli._output import Progress, add_output_options, write
from pratique.errors import ConfigError, NothingToReview

if TYPE_CHECKING:
    from pratique.evaluate import crater

HELP = "judge frozen facts of benign wheels again, and say what changed"
BESIDE = Path("..") / "shared" / "benign"
BASELINE = Path("tests") / "goldens" / "crater.json"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the subcommands of `pratique crater`."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True, help=argparse.SUPPRESS)
    listed = []
    for name, help_text, do in _ACTIONS:
        child = actions.add_parser(name, description=help_text[0].upper() + help_text[1:] + ".")
        child.add_argument("--facts", metavar="DIR", help="where the facts lie (default: beside the cache of facts)")
        if name == "freeze":
            where = "a list with locate.py and wheels.csv (default: ../shared/benign)"
            child.add_argument("--benign", metavar="DIR", help=where)
            child.add_argument("--jobs", "-j", type=int, metavar="N", help="processes (default: one per core)")
        else:
            child.add_argument("--baseline", metavar="FILE", default=str(BASELINE), help=f"(default: {BASELINE})")
            add_output_options(child)
        child.set_defaults(do=do)
        listed.append(f"  {name:<14}{help_text}")
    parser.epilog = "actions:\n" + "\n".join(listed) + "\n"


def run(args: argparse.Namespace) -> int:
    """Do what the action says."""
    do: Callable[[argparse.Namespace], int] = args.do
    return do(args)


def _freeze(args: argparse.Namespace) -> int:
    from pratique.evaluate import corpora, crater

    folder = Path(args.benign) if args.benign else BESIDE
    if not folder.is_dir():
        raise NothingToReview(f"there is no benign corpus in {folder}", hint="name its folder with --benign")
    wheels, place, steps = crater.chosen(corpora.benign(folder)), _place(args), Progress()
    try:
        failed = crater.freeze(wheels, place, jobs=args.jobs, limit_s=240.0, say=steps.say)
    finally:
        steps.done()
    print(f"{len(wheels) - failed} of {len(wheels)} wheels are frozen in {place}", file=sys.stderr)
    return 0


def _run(args: argparse.Namespace) -> int:
    from pratique.evaluate import compare, crater

    before = crater.read(Path(args.baseline))
    after = _replayed(args)
    seen = len(before.wheels.keys() & after.wheels.keys())
    found = crater.shifts(before.wheels, after.wheels)
    write(compare.render(found, seen), args)
    return 10 if any(one.appeared for one in found) else 0


def _accept(args: argparse.Namespace) -> int:
    from pratique.evaluate import crater

    found = _replayed(args)
    crater.write(found, Path(args.baseline))
    print(f"{len(found.wheels)} wheels written to {args.baseline}", file=sys.stderr)
    return 0


def _replayed(args: argparse.Namespace) -> crater.Baseline:
    from pratique.evaluate import crater

    steps = Progress()
    try:
        return crater.replay(_place(args), steps.say)
    finally:
        steps.done()


def _place(args: argparse.Namespace) -> Path:
    from pratique.evaluate.results import folder

    place = Path(args.facts) if args.facts else folder("crater")
    if place is None:
        raise ConfigError("the cache is off", hint="name a folder with --facts")
    return place


_ACTIONS: tuple[tuple[str, str, Callable[[argparse.Namespace], int]], ...] = (
    ("freeze", "read the wheels once and keep their facts", _freeze),
    ("run", "judge the facts again and print what appeared and vanished; 10 where anything appeared", _run),
    ("accept", "judge the facts again and write the baseline", _accept),
)
