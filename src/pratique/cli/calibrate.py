"""Fit the verdict's points to the outcomes that `pratique evaluate` kept, and compare with the points as they are.

Train and one half of the benign projects fit; dev and the other half set thresholds. Needs the extra `train`.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import msgspec

from pratique.cli._output import add_output_options, write
from pratique.errors import NothingToReview

HELP = "fit the scorecard to kept outcomes, and say how much better it is"
BESIDE = Path("..") / "shared"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `pratique calibrate`."""
    group = parser.add_argument_group("input")
    group.add_argument("--engine", metavar="DIGEST", default="", help="whose outcomes (default: this engine's)")
    group.add_argument("--malware", metavar="DIR", default=str(BESIDE / "malware"), help="the pack")
    group.add_argument("--benign", metavar="DIR", default=str(BESIDE / "benign"), help="the list")
    group.add_argument("--sdists", type=int, default=100, metavar="N", help="benign sdists, if reviewed (default: 100)")
    output = add_output_options(parser)
    output.add_argument("--format", "-f", choices=("text", "json"), default="text", help="text or JSON")
    output.add_argument("--table", metavar="FILE", help="also write what moved, as lines of scorecard.toml")


def run(args: argparse.Namespace) -> int:
    """Fit, compare and print."""
    from pratique.evaluate import corpora
    from pratique.evaluate.calibration import report, vectors
    from pratique.evaluate.results import folder, kept
    from pratique.evaluate.sdists import sdists
    from pratique.rules import load
    from pratique.verdict import engine_digest
    from pratique.verdict.policy import settings

    engine = args.engine or engine_digest()
    outcomes = kept(folder("evaluate"), engine)
    if not outcomes:
        raise NothingToReview(f"no outcomes are kept of engine {engine}", hint="run `pratique evaluate` first")
    wheels = corpora.benign(Path(args.benign))
    sources = (*corpora.malware(Path(args.malware)), *wheels, *sdists(wheels, args.sdists))
    rows = vectors.rows((one.item for one in sources), outcomes)
    numbers = settings()
    result = report.calibrate(rows, report.prior(load(), numbers), numbers.policy.bias, engine)
    if args.table:
        Path(args.table).write_text(report.table(result), "utf-8")
        print(f"pratique: wrote {args.table}", file=sys.stderr)
    text = msgspec.json.format(msgspec.json.encode(result), indent=1).decode() + "\n"
    write(text if args.format == "json" else report.render(result), args)
    return 0
