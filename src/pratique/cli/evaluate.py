"""Measure the engine on the development corpora: recall per cluster, false alarms per project, cost, peers.

Samples are read in memory through the pack's own loader; the output names rules, levels and hashes, never their text.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from pratique.cli._output import Steps, add_output_options, write
from pratique.errors import NothingToReview, UsageError

HELP = "measure recall, false alarms and cost on the corpora"
BESIDE = Path("..") / "shared"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `pratique evaluate`."""
    group = parser.add_argument_group("corpora")
    group.add_argument(
        "--malware", metavar="DIR", help="a pack with loader.py and labels.csv (default: ../shared/malware)"
    )
    group.add_argument(
        "--benign", metavar="DIR", help="a list with locate.py and wheels.csv (default: ../shared/benign)"
    )
    group.add_argument("--only", choices=("malware", "benign"), help="leave the other corpus out")
    group.add_argument(
        "--split", metavar="NAME", default="all", help="of the malware: train, dev or all (default: all)"
    )
    group.add_argument(
        "--limit", type=int, default=0, metavar="N", help="at most N of each corpus, by smallest SHA-256"
    )
    group.add_argument(
        "--sdists", type=int, default=0, metavar="N", help="and N benign sdists, built in memory from the wheels"
    )
    group.add_argument("--quick", action="store_true", help="100 wheels, one sample of each of at most 200 clusters")
    group = parser.add_argument_group("running")
    group.add_argument("--jobs", "-j", type=int, default=None, metavar="N", help="processes (default: one per core)")
    group.add_argument(
        "--seconds", type=float, default=120.0, metavar="S", help="CPU time for one artifact (default: 120)"
    )
    group.add_argument("--fresh", action="store_true", help="neither use nor keep outcomes of earlier runs")
    group.add_argument(
        "--peer",
        action="append",
        default=[],
        metavar="NAME[=PYTHON]",
        help="let another detector judge the same artifacts (guarddog, hexora)",
    )
    group.add_argument("--peers", metavar="NAME,NAME", default="", help="several at once")
    group.add_argument(
        "--against",
        metavar="ENGINE",
        default="",
        help="then print which findings appeared and vanished since the outcomes kept of that engine (its digest)",
    )
    group.add_argument(
        "--write-measured", action="store_true", help="write how each rule did to measured.json, for the verdict"
    )
    add_output_options(parser)
    parser.add_argument(
        "--format",
        "-f",
        choices=("text", "json", "markdown"),
        default="text",
        help="text, JSON (pratique-evaluation/1), or Markdown with pictures",
    )


def run(args: argparse.Namespace) -> int:
    """Evaluate and print the figures."""
    import msgspec

    from pratique.evaluate import measured, page, splits
    from pratique.evaluate.evaluation import Options, evaluate
    from pratique.evaluate.results import folder
    from pratique.evaluate.select import Selection
    from pratique.evaluate.table import render

    split = splits.chosen(args.split)
    if args.limit < 0 or args.seconds <= 0:
        raise UsageError("--limit and --seconds take positive numbers")
    places = {name: _corpus(args, name) for name in ("malware", "benign")}
    if not any(places.values()):
        raise NothingToReview("there is no corpus here", hint="name folders with --malware and --benign")
    steps = Steps()
    try:
        result = evaluate(
            Options(
                **places,
                selection=Selection(split=split, limit=args.limit, quick=args.quick),
                sdists=args.sdists,
                jobs=args.jobs,
                limit_s=args.seconds,
                place=None if args.fresh else folder("evaluate"),
                environments=folder("peers"),
                peers=tuple(_peer(text) for text in (*args.peer, *filter(None, args.peers.split(",")))),
            ),
            steps.say,
        )
        against = compared(args, places) if args.against else ""
    finally:
        steps.done()
    if args.write_measured:
        print(f"pratique: wrote {measured.write(measured.measure(result))}", file=sys.stderr)
    if args.format == "json":
        write(msgspec.json.format(msgspec.json.encode(result), indent=1).decode() + "\n", args)
    elif args.format == "markdown":
        write(page.render(result), args)
    else:
        write(render(result, everything=args.verbose) + against, args)
    return 0


def compared(args: argparse.Namespace, places: dict[str, Path | None]) -> str:
    """Return what changed since another engine, from the outcomes that both left. Raises UsageError without any."""
    from pratique.evaluate import compare, corpora
    from pratique.evaluate.results import folder, kept
    from pratique.verdict import engine_digest

    place = folder("evaluate")
    before, after = kept(place, args.against), kept(place, engine_digest())
    if not before:
        raise UsageError(f"no outcomes are kept of an engine {args.against}", hint=f"see {place}")
    sources = [*(corpora.malware(places["malware"]) if places["malware"] else ())]
    sources += corpora.benign(places["benign"]) if places["benign"] else ()
    items = [one.item for one in sources]
    seen = sum(item.sha256 in before and item.sha256 in after for item in items)
    return "\n" + compare.render(compare.shifts(items, before, after), seen)


def _corpus(args: argparse.Namespace, name: str) -> Path | None:
    """Return a corpus's folder, None where it is left out or (unless asked for) not here."""
    if args.only not in (None, name):
        return None
    asked = getattr(args, name)
    place = Path(asked) if asked else BESIDE / name
    if asked or place.is_dir():
        return place
    print(f"pratique: no {name} corpus in {place}: left out", file=sys.stderr)
    return None


def _peer(text: str) -> tuple[str, Path | None]:
    """Read `NAME` or `NAME=PYTHON`."""
    name, _, python = text.partition("=")
    return name, Path(python) if python else None
