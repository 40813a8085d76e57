"""Build and keep a dataset of known malware: labels with provenance, and an encrypted vault.

Samples are read in memory and lie on disk only encrypted. What sources hold is data: nothing of it is ever run.
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from pratique.cli._output import Progress, add_output_options, write

if TYPE_CHECKING:
    from pratique.dataset.place import Place

HELP = "build, verify and publish a dataset of known malware"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the subcommands of `pratique dataset`."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True, help=argparse.SUPPRESS)
    listed = []
    for name, help_text, fill, do in _ACTIONS:
        child = actions.add_parser(name, description=help_text[0].upper() + help_text[1:] + ".")
        child.add_argument("--dataset", metavar="DIR", help="the dataset's folder (default: $PRATIQUE_DATASET)")
        fill(child)
        add_output_options(child)
        child.set_defaults(do=do)
        listed.append(f"  {name:<14}{help_text}")
    parser.epilog = "actions:\n" + "\n".join(listed) + "\n"


def run(args: argparse.Namespace) -> int:
    """Do what the action says."""
    from pratique.dataset.place import Place, default_root

    place = Place(Path(args.dataset) if args.dataset else default_root())
    do: Callable[[argparse.Namespace, Place], int] = args.do
    return do(args, place)


def _fill_build(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", nargs="+", metavar="SOURCE", help="PATH or NAME=PATH; `sources` lists the names")
    parser.add_argument("--jobs", "-j", type=int, default=None, metavar="N", help="processes (default: one per core)")
    parser.add_argument("--no-read", action="store_true", help="leave out what the engine proposes")


def _build(args: argparse.Namespace, place: Place) -> int:
    from pratique.dataset import build, tables
    from pratique.dataset.sources import find

    named = [find(text) for text in args.source]
    steps = _Steps()
    try:
        options = build.Options(day=_today(), jobs=args.jobs, read=not args.no_read)
        summary = build.build(place, named, options, steps.say)
    finally:
        steps.done()
    write(tables.summary(place, summary), args)
    return 0


def _verify(args: argparse.Namespace, place: Place) -> int:
    from pratique.dataset import verify

    found = list(verify.faults(place))
    summary = place.load()
    said = f"{summary.labels} labels, {summary.stored} samples: " + (f"{len(found)} faults" if found else "all is well")
    write("".join(f"{line}\n" for line in (*found, said)), args)
    return int(bool(found))


def _sources(args: argparse.Namespace, place: Place) -> int:
    del place
    from pratique.dataset.sources import sources

    rows = (f"{one.NAME:<18}{one.SUMMARY}\n{'':<18}licence: {one.LICENCE}\n" for one in sources().values())
    write("".join(rows), args)
    return 0


def _nothing(parser: argparse.ArgumentParser) -> None:
    del parser


def _today() -> str:
    return dt.datetime.now(dt.UTC).date().isoformat()


class _Steps:
    """Progress: one line that changes on a terminal, else a line a minute."""

    def __init__(self) -> None:
        self._line = Progress()
        self._said = time.monotonic()

    def say(self, text: str) -> None:
        """Show it, or say it when a minute has gone by."""
        self._line.say(text)
        if not sys.stderr.isatty() and time.monotonic() - self._said > 60:
            self._said = time.monotonic()
            print(f"pratique: {text}", file=sys.stderr, flush=True)

    def done(self) -> None:
        """Remove the line."""
        self._line.done()


_ACTIONS = (
    ("build", "take in sources, and bring all labels up to date", _fill_build, _build),
    ("sources", "list the layouts of sources that are known", _nothing, _sources),
    ("verify", "decrypt every sample and check it, its label and its claims", _nothing, _verify),
)
